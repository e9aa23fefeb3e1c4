"""Installing: the browser finds the launcher, and the launcher starts the relay it should."""

import json
import os
import shlex
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from helpers import peer
from pressrun import relay
from pressrun.errors import BadInputError, PressrunError
from pressrun.home import Home
from pressrun.install import registration, shipped
from pressrun.install.registration import ManifestFolder
from pressrun.protocol.calls import Code

NAMES = ["plain", "with spaces", "with 'single' quotes", 'with "double" quotes', "with $HOME `x`"]


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without any browser."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_the_launcher_starts_the_relay_of_its_home(tmp_path: Path, name: str) -> None:
    """Whatever the home is called, the shell hands the relay just that path, and Chrome's own."""
    home = Home.at(tmp_path / name)
    [manifest] = registration.install(
        home, [ManifestFolder("a browser", tmp_path / name / "hosts")]
    )
    found = json.loads(manifest.read_text(encoding="utf-8"))
    launcher = Path(found["path"])
    assert launcher.is_relative_to(home.folder)
    assert stat.S_IMODE(launcher.stat().st_mode) == 0o700
    told = launcher.read_text().replace("exec ", "exec printf '%s\\n' ")
    (tmp_path / "told.sh").write_text(told)
    command = ["sh", str(tmp_path / "told.sh"), "chrome-extension://x/", "--parent-window=0"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.splitlines() == [
        sys.executable,
        "-I",
        "-S",
        relay.__file__,
        "--home",
        str(home.folder),
        "chrome-extension://x/",
        "--parent-window=0",
    ]


def test_the_manifest_lets_in_our_extension_alone(tmp_path: Path) -> None:
    """The browser reads a name that is the file's, and the one extension that may connect."""
    place = ManifestFolder("a browser", tmp_path / "hosts")
    [manifest] = registration.install(Home.at(tmp_path / "home"), [place])
    found = json.loads(manifest.read_text(encoding="utf-8"))
    assert manifest.name == f"{found['name']}.json" == "app.pressrun.host.json"
    assert found["type"] == "stdio"
    assert found["allowed_origins"] == [f"chrome-extension://{shipped.extension_id()}/"]
    worker = (shipped.folder("extension") / "worker" / "host.js").read_text(encoding="utf-8")
    assert f'"{found["name"]}"' in worker, "the extension asks for another host"


def test_uninstalling_takes_away_what_installing_made(tmp_path: Path) -> None:
    """Manifest and launcher are gone, and nothing of the author's is."""
    home = Home.at(tmp_path / "home")
    places = [
        ManifestFolder("a browser", tmp_path / "one"),
        ManifestFolder("another", tmp_path / "two"),
    ]
    registration.install(home, places)
    home.store.write_bytes(b"database")
    foreign = tmp_path / "one" / "com.example.other.json"
    foreign.write_text("{}")
    assert registration.uninstall(home, places) == [place.manifest for place in places]
    assert registration.uninstall(home, places) == []
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"store.db", foreign.name}


def test_installing_again_changes_nothing(tmp_path: Path) -> None:
    """An installation can be repeated, after an update for example."""
    home, place = Home.at(tmp_path / "home"), ManifestFolder("a browser", tmp_path / "one")
    [manifest] = registration.install(home, [place])
    before = manifest.read_bytes()
    registration.install(home, [place])
    assert manifest.read_bytes() == before


def test_an_unknown_browser_is_told_with_the_known_ones() -> None:
    """A name that is not in the table is bad input."""
    with pytest.raises(
        BadInputError, match=r"unknown browser 'lynx'; choose from chrome, .*chromium"
    ):
        registration.places(["chrome", "lynx"])


def test_only_browsers_that_were_ever_started_are_found(user: Path) -> None:
    """A browser has a folder once it ran; no other gets one from us."""
    if sys.platform == "darwin":
        folder = user / "Library/Application Support/Chromium"
    else:
        folder = user / ".config/chromium"
    assert registration.places() == []
    folder.mkdir(parents=True)
    assert registration.places() == [ManifestFolder("Chromium", folder / "NativeMessagingHosts")]
    assert [place.browser for place in registration.places(["chrome"])] == ["Google Chrome"]


def test_another_system_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not known where browsers look, nothing is written anywhere."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(PressrunError, match="does not support win32 yet"):
        registration.places()


def test_a_browser_with_its_own_user_data_looks_there(tmp_path: Path) -> None:
    """A browser that is started with `--user-data-dir` finds its manifest inside."""
    place = registration.user_data_place(tmp_path / "x" / ".." / "profile")
    folder = tmp_path / "profile" / "NativeMessagingHosts"
    assert place.manifest == folder / "app.pressrun.host.json"


TABLE = tomllib.loads((shipped.folder("manifests") / "browsers.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("browser", TABLE)
def test_the_table_knows_each_browser_on_each_system(browser: str) -> None:
    """Every browser has a name for people and a place in this user's home on either system."""
    entry = TABLE[browser]
    assert set(entry) == {"name", "linux", "darwin"}
    for system in ("linux", "darwin"):
        assert entry[system].startswith("~/")
        assert entry[system].endswith("/NativeMessagingHosts")


def test_the_launcher_is_what_a_shell_runs(tmp_path: Path) -> None:
    """The relay replaces the shell: the browser kills the relay itself."""
    registration.install(Home.at(tmp_path), [])
    launcher = tmp_path / "bin" / "pressrun-relay"
    lines = launcher.read_text().splitlines()
    assert lines[0] == "#!/bin/sh"
    [start] = [line for line in lines if str(relay.__file__) in line and " -I " in line]
    assert shlex.split(start)[0] == "exec"
    assert os.access(launcher, os.X_OK)


@pytest.mark.parametrize("gone", ["python", "relay"])
def test_a_launcher_whose_python_is_gone_says_so_in_a_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """Chrome hands the extension a message that names `pressrun install`."""
    if gone == "python":
        monkeypatch.setattr(sys, "executable", str(tmp_path / "old venv" / "python"))
    else:
        monkeypatch.setattr(relay, "__file__", str(tmp_path / "old venv" / "relay.py"))
    registration.install(Home.at(tmp_path / "it's"), [])
    launcher = tmp_path / "it's" / "bin" / "pressrun-relay"
    said = subprocess.run([launcher], check=True, capture_output=True).stdout
    told = peer.message(said)["error"]
    assert told["code"] == Code.GONE
    assert "pressrun install" in told["message"]


def test_a_moved_configuration_folder_is_respected(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chrome keeps its profile below `XDG_CONFIG_HOME`; a relative one counts for nothing."""
    monkeypatch.setattr(sys, "platform", "linux")
    (user / "moved" / "chromium").mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(user / "moved"))
    [place] = registration.places()
    assert place.folder == user / "moved" / "chromium" / "NativeMessagingHosts"
    monkeypatch.setenv("XDG_CONFIG_HOME", "moved")
    assert registration.places() == []


OTHERS = tomllib.loads((shipped.folder("manifests") / "others.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("browser", OTHERS)
def test_a_browser_that_is_not_served_is_recognised(user: Path, browser: str) -> None:
    """It is named with the reason, whether it was found or asked for."""
    assert registration.unserved() == []
    folder = OTHERS[browser]["folders"][0]
    (user / folder.removeprefix("~/")).mkdir(parents=True)
    [reason] = registration.unserved()
    assert OTHERS[browser]["name"] in reason
    assert ("sandbox" in reason) == OTHERS[browser].get("sandboxed", False)
    with pytest.raises(BadInputError, match=OTHERS[browser]["name"]):
        registration.places([browser])
