"""Finding a browser that still loads an unpacked extension from its command line.

Google Chrome does not since version 137; Chromium and Chrome for Testing do
(https://groups.google.com/a/chromium.org/g/chromium-extensions/c/1-g8EFx2BBY).
"""

import os
import shutil
import sys
from pathlib import Path

from pressrun import files
from pressrun.errors import Exit, PressrunError

_NAMES = ("chromium", "chromium-browser", "ungoogled-chromium", "chrome-for-testing")
_APPLICATIONS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
)


class NoBrowserError(PressrunError):
    """No browser was found that can be started with the extension."""

    exit = Exit.NO_HOST


def find_browser() -> Path:
    """The browser that `PRESSRUN_BROWSER` names, or the first one found.

    Raises:
        NoBrowserError: none was found; the text says what to install.
    """
    named = os.environ.get("PRESSRUN_BROWSER")
    if named:
        if found := shutil.which(named):
            return Path(found)
        raise NoBrowserError(
            f"cannot start {named}, which PRESSRUN_BROWSER names: there is no such program"
        )
    installed = [Path(found) for name in _NAMES if (found := shutil.which(name))]
    for program in installed:
        if not _is_snap(program):
            return program
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            for application in _APPLICATIONS:
                if (folder / application).exists():
                    return folder / application
    if installed:
        raise NoBrowserError(
            f"{installed[0]} starts Chromium from Snap, which runs in a sandbox and cannot start "
            "Pressrun. Install Chrome for Testing or a Chromium of another kind, and set "
            "PRESSRUN_BROWSER to its path"
        )
    raise NoBrowserError(
        "found no Chromium. Install Chromium (Debian, Ubuntu: 'apt install chromium'; "
        "Fedora: 'dnf install chromium'; macOS: 'brew install --cask chromium') or Chrome for "
        "Testing, or set PRESSRUN_BROWSER to its path. Google Chrome does not work here: it no "
        "longer loads an unpacked extension from its command line"
    )


def _is_snap(program: Path) -> bool:
    """Whether a program is a snap, or one of the scripts that Ubuntu has in a snap's place."""
    if program.is_relative_to("/snap") or program.resolve().name == "snap":
        return True
    try:
        start = files.read(program, 4_096)
    except OSError:
        return False
    return start.startswith(b"#!") and b"/snap/bin/" in start
