"""`pressrun install` and `uninstall`: register the host with this user's browsers, or undo it."""

from pathlib import Path
from typing import Annotated

import typer

from pressrun.cli import terminal
from pressrun.cli.options import HomeFolder, home_of
from pressrun.errors import PressrunError
from pressrun.install import registration, shipped
from pressrun.install.registration import ManifestFolder

Browsers = Annotated[
    list[str] | None,
    typer.Option(
        "--browser",
        help="chrome, chrome-for-testing or chromium. Can be repeated.",
        show_default="all that this user has",
    ),
]
UserData = Annotated[
    Path | None,
    typer.Option(
        "--user-data-dir", help="Only for the browser that you start with this --user-data-dir."
    ),
]


def install(
    browser: Browsers = None, user_data_dir: UserData = None, home: HomeFolder = None
) -> None:
    """Register the host with your Chrome and Chromium, and show how to load the extension."""
    written = registration.install(home_of(home), _places(browser, user_data_dir))
    for manifest in written:
        terminal.say(f"Registered: {manifest}")
    for reason in registration.unserved():
        terminal.say(f"Note: {reason}.")
    terminal.say(
        "\nNow load the extension (once):\n"
        "  1. Open chrome://extensions and turn on 'Developer mode'.\n"
        f"  2. Click 'Load unpacked' and choose {shipped.folder('extension')}\n"
        "  3. Click the Pressrun button. Its popup says 'Connected'."
    )


def uninstall(
    browser: Browsers = None, user_data_dir: UserData = None, home: HomeFolder = None
) -> None:
    """Undo `install`. This keeps the pictures, the database and the logs."""
    where = home_of(home)
    removed = registration.uninstall(where, _places(browser, user_data_dir))
    for manifest in removed:
        terminal.say(f"Removed: {manifest}")
    if not removed:
        terminal.say("Nothing to remove: the host was not registered.")
    terminal.say(f"Kept: {where.folder}")


def _places(browsers: list[str] | None, user_data: Path | None) -> list[ManifestFolder]:
    if user_data is not None:
        return [registration.user_data_place(user_data)]
    found = registration.places(browsers)
    if not found:
        others = "".join(f". {reason}" for reason in registration.unserved())
        raise PressrunError(
            "found no Chrome or Chromium of yours. Start the browser once, or name it with "
            f"--browser or --user-data-dir{others}"
        )
    return found
