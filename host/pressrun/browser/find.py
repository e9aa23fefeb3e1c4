"""Which browsers still take an unpacked extension on their command line.

Google Chrome does not since version 137; Chromium and Chrome for Testing do
(https://groups.google.com/a/chromium.org/g/chromium-extensions/c/1-g8EFx2BBY).
"""

import os
import shutil
import sys
from pathlib import Path

from pressrun.errors import Exit, PressrunError

_NAMES = ("chromium", "chromium-browser", "ungoogled-chromium", "chrome-for-testing")
_APPLICATIONS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
)


class NoBrowserError(PressrunError):
    """There is no browser here that can be started with the extension."""

    exit = Exit.NO_HOST


def find_browser() -> Path:
    """The browser that `PRESSRUN_BROWSER` names, or the first one found.

    Raises:
        NoBrowserError: there is none; the text says what to install.
    """
    named = os.environ.get("PRESSRUN_BROWSER")
    if named:
        if found := shutil.which(named):
            return Path(found)
        raise NoBrowserError(f"PRESSRUN_BROWSER names {named}, which cannot be started")
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            for application in _APPLICATIONS:
                if (folder / application).exists():
                    return folder / application
    raise NoBrowserError(
        "no Chromium was found. Install Chromium (Debian, Ubuntu: 'apt install chromium'; "
        "Fedora: 'dnf install chromium'; macOS: 'brew install --cask chromium') or Chrome for "
        "Testing, or set PRESSRUN_BROWSER to one. Google Chrome itself no longer takes an "
        "unpacked extension on its command line"
    )
