"""A local stand-in for the ChatGPT image page, and the independent witness of every audit.

The real Chromium with the unmodified extension works against it: Chromium is told that
``chatgpt.com`` is this server on 127.0.0.1. Every submission, picture, failure and limit is
written to a ledger before the page hears of it, so a test can compare what the site did with what
Pressrun believes.

Run it with ``python -m trials.replica --folder DIR``, or in a test with
``async with serving(folder, behaviour) as replica``.
"""
