"""The native messaging manifest of each browser, and the launcher that it names."""

import json
import shlex
import string
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pressrun import relay
from pressrun.errors import BadInputError, PressrunError
from pressrun.home import Home
from pressrun.install import shipped

HOST_NAME = "app.pressrun.host"


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
    table = tomllib.loads((shipped.folder("manifests") / "browsers.toml").read_text("utf-8"))
    if sys.platform not in ("linux", "darwin"):
        raise PressrunError(
            f"Pressrun does not support {sys.platform} yet; it runs on Linux and macOS"
        )
    if unknown := set(browsers or []) - set(table):
        raise BadInputError(
            f"unknown browser {min(unknown)!r}; choose from {', '.join(sorted(table))}"
        )
    found = [
        ManifestFolder(entry["name"], Path(entry[sys.platform]).expanduser())
        for key, entry in table.items()
        if browsers is None or key in browsers
    ]
    if browsers is None:
        # a browser that was never started has no folder, and we create none
        found = [place for place in found if place.folder.parent.is_dir()]
    return found


def user_data_place(user_data: Path) -> ManifestFolder:
    """Where a browser started with this `--user-data-dir` looks."""
    return ManifestFolder(
        f"the browser with {user_data}", user_data.resolve() / "NativeMessagingHosts"
    )


def install(home: Home, where: list[ManifestFolder]) -> list[Path]:
    """Write the launcher and a manifest for each place; returns the manifests."""
    home.make()
    launcher = home.folder / "bin" / "pressrun-relay"
    launcher.parent.mkdir(exist_ok=True)
    launcher.write_text(
        _fill(
            "launcher.sh",
            python=shlex.quote(sys.executable),
            relay=shlex.quote(str(relay.__file__)),
            home=shlex.quote(str(home.folder)),
        ),
        encoding="utf-8",
    )
    launcher.chmod(0o700)
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
