"""The native messaging manifest of each browser, and the launcher that it names."""

import json
import os
import shlex
import string
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressrun import relay
from pressrun.errors import BadInputError, PressrunError
from pressrun.home import Home
from pressrun.install import shipped

HOST_NAME = "app.pressrun.host"

_CONFIG = "~/.config/"

_GONE = (
    "The Python or the Pressrun that this browser starts is no longer where it was. Run in a "
    "terminal: pressrun install"
)


@dataclass(frozen=True)
class ManifestFolder:
    """A folder in which one browser looks for manifests."""

    browser: str
    folder: Path

    @property
    def manifest(self) -> Path:
        """Where our manifest goes."""
        return self.folder / f"{HOST_NAME}.json"


def places(browsers: list[str] | None = None) -> list[ManifestFolder]:
    """Where this user's browsers look; those named, or all that this user has started.

    Raises:
        BadInputError: a browser is not in the table.
        PressrunError: this system is not in the table.
    """
    table = _table("browsers.toml")
    if sys.platform not in ("linux", "darwin"):
        raise PressrunError(
            f"Pressrun does not support {sys.platform} yet; it runs on Linux and macOS"
        )
    if unknown := set(browsers or []) - set(table):
        others = _table("others.toml")
        if known := sorted(unknown & set(others)):
            raise BadInputError(_reason(others[known[0]]))
        raise BadInputError(
            f"unknown browser {min(unknown)!r}; choose from {', '.join(sorted(table))}"
        )
    found = [
        ManifestFolder(entry["name"], _placed(entry[sys.platform]))
        for key, entry in table.items()
        if browsers is None or key in browsers
    ]
    if browsers is None:
        # a browser that was never started has no folder, and we create none
        found = [place for place in found if place.folder.parent.is_dir()]
    return found


def unserved() -> list[str]:
    """Of each browser of this user's that `install` does not register with, why not."""
    return [
        _reason(entry)
        for entry in _table("others.toml").values()
        if any(_placed(folder).is_dir() for folder in entry["folders"])
    ]


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((shipped.folder("manifests") / name).read_text("utf-8"))


def _placed(folder: str) -> Path:
    """A folder of the tables, for this user.

    What stands in `~/.config` moves with `XDG_CONFIG_HOME`, if that names an absolute path
    (https://specifications.freedesktop.org/basedir-spec/latest/).
    """
    moved = os.environ.get("XDG_CONFIG_HOME", "")
    if folder.startswith(_CONFIG) and Path(moved).is_absolute():
        return Path(moved) / folder.removeprefix(_CONFIG)
    return Path(folder).expanduser()


def _reason(entry: Mapping[str, Any]) -> str:
    name = entry["name"]
    if entry.get("sandboxed"):
        return (
            f"{name} runs in a sandbox and cannot start Pressrun. Use Chrome or Chromium from "
            "your system's own packages"
        )
    return (
        f"Pressrun has not been tried with {name} and does not register with it. Use Chrome or "
        "Chromium"
    )


def user_data_place(user_data: Path) -> ManifestFolder:
    """Where a browser started with this `--user-data-dir` looks."""
    return ManifestFolder(
        f"the browser with {user_data}", user_data.resolve() / "NativeMessagingHosts"
    )


def install(home: Home, where: list[ManifestFolder]) -> list[Path]:
    """Write the launcher and a manifest for each place; returns the manifests."""
    home.make()
    launcher = home.folder / "bin" / "pressrun-relay"
    frame = relay.refused(_GONE, relay.GONE)
    home.write(
        launcher,
        _fill(
            "launcher.sh",
            python=shlex.quote(sys.executable),
            relay=shlex.quote(str(relay.__file__)),
            home=shlex.quote(str(home.folder)),
            length="".join(f"\\{byte:03o}" for byte in frame[:4]),
            message=shlex.quote(frame[4:].decode("ascii")),
        ),
        mode=0o700,
    )
    text = _fill(
        "native-messaging.json",
        launcher=json.dumps(str(launcher))[1:-1],
        extension=shipped.extension_id(),
    )
    for place in where:
        place.folder.mkdir(parents=True, exist_ok=True)
        place.manifest.write_text(text, encoding="utf-8")
    return [place.manifest for place in where]


def uninstall(home: Home, where: list[ManifestFolder]) -> list[Path]:
    """Remove what `install` wrote; returns the manifests that were there."""
    (home.folder / "bin" / "pressrun-relay").unlink(missing_ok=True)
    removed = [place.manifest for place in where if place.manifest.exists()]
    for manifest in removed:
        manifest.unlink()
    return removed


def _fill(template: str, **values: str) -> str:
    text = (shipped.folder("manifests") / template).read_text(encoding="utf-8")
    return string.Template(text).substitute(values)
