"""`pressrun install` and `uninstall`: make this user's browsers find the host, or no longer."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pressrun.cli.options import HomeFolder, home_of
from pressrun.errors import PressrunError
from pressrun.install import registration, shipped
from pressrun.install.registration import ManifestFolder

Browsers = Annotated[
    list[str] | None,
    typer.Option(
        "--browser",
        help="chrome, chrome-for-testing or chromium; may be repeated.",
        show_default="every one that this user has",
    ),
]
UserData = Annotated[
    Path | None,
    typer.Option(
        "--user-data-dir", help="Only for a browser that is started with this --user-data-dir."
    ),
]


def install(
    browser: Browsers = None, user_data_dir: UserData = None, home: HomeFolder = None
) -> None:
    """Tell this user's Chrome and Chromium where the host is, and how to load the extension."""
    written = registration.install(home_of(home), _places(browser, user_data_dir))
    for manifest in written:
        sys.stdout.write(f"Registered: {manifest}\n")
    sys.stdout.write(
        "\nNow load the extension, once:\n"
        "  1. Open chrome://extensions and switch 'Developer mode' on.\n"
        f"  2. Choose 'Load unpacked' and pick {shipped.folder('extension')}\n"
        "  3. The popup of the Pressrun button says 'Connected'.\n"
    )


def uninstall(
    browser: Browsers = None, user_data_dir: UserData = None, home: HomeFolder = None
) -> None:
    """Undo `install`. Pictures, database and logs stay where they are."""
    where = home_of(home)
    removed = registration.uninstall(where, _places(browser, user_data_dir))
    for manifest in removed:
        sys.stdout.write(f"Removed: {manifest}\n")
    if not removed:
        sys.stdout.write("Nothing was installed.\n")
    sys.stdout.write(f"Kept: {where.folder}\n")


def _places(browsers: list[str] | None, user_data: Path | None) -> list[ManifestFolder]:
    if user_data is not None:
        return [registration.user_data_place(user_data)]
    found = registration.places(browsers)
    if not found:
        raise PressrunError(
            "no Chrome or Chromium of this user was found. Start the browser once, or name it "
            "with --browser or --user-data-dir"
        )
    return found
