#!/bin/sh
# What the browser starts: the relay, for one home folder. Made by `pressrun install`.
exec $python -I -S $relay --home $home "$$@"
