"""A local stand-in for the ChatGPT image page, and the independent witness of every audit.

The real Chromium with the unmodified extension works against it: Chromium is told that
``chatgpt.com`` is this server on 127.0.0.1. Every submission, picture, failure and limit is
written to a ledger before the page hears of it, so a test can compare what the site did with what
Pressrun believes.

Run it with ``python -m trials.replica --folder DIR``, or in a test with
``async with serving(folder, behaviour) as replica``.
"""

from importlib import import_module

for name in ("aiohttp", "cryptography"):
    try:
        import_module(name)
    except ModuleNotFoundError:
        raise SystemExit(
            f"{name} is not installed. The replica, the demo and the soak need more than Pressrun "
            "itself; in its checkout, run: pip install -e '.[trials]'"
        ) from None
