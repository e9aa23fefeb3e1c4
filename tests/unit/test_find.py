"""Which browser is started: one that can start Pressrun, or none, and then the reason."""

from pathlib import Path

import pytest

from pressrun.browser.find import NoBrowserError, find_browser

WRAPPER = '#!/bin/sh\nexec /snap/bin/chromium "$@"\n'


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds every program there is."""
    monkeypatch.delenv("PRESSRUN_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def add(folder: Path, name: str, text: str) -> Path:
    """Make a program."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o700)
    return path


def test_a_snap_is_named_and_not_started(programs: Path) -> None:
    """It runs in a sandbox, from which nothing of ours can be started."""
    add(programs, "chromium-browser", WRAPPER)
    with pytest.raises(NoBrowserError, match="from Snap, which runs in a sandbox"):
        find_browser()


def test_a_browser_beside_a_snap_is_started(programs: Path) -> None:
    """The first that can start Pressrun counts."""
    add(programs, "chromium", WRAPPER)
    other = add(programs, "chrome-for-testing", "#!/bin/sh\n")
    assert find_browser() == other
