#!/bin/sh
# What the browser starts: the relay, for one home folder. Made by `pressrun install`.
if [ -x $python ] && [ -f $relay ]; then
  exec $python -I -S $relay --home $home "$$@"
fi
# Python or Pressrun is gone: a frame says so, with its length before it
printf '$length%s' $message
