"""Site profiles: the shipped one can be used, and a mistake in one is told by its key."""

import re
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pressrun.errors import BadInputError
from pressrun.sites import profile
from pressrun.sites.profile import SiteProfile, find, shipped

TEXT = (Path(profile.__file__).parent / "chatgpt.toml").read_text(encoding="utf-8")


def test_the_shipped_profile_can_be_used() -> None:
    """Its clicks have selectors, and its address is that of the site the manifest names."""
    site = shipped("chatgpt")
    assert site.name == "chatgpt"
    assert site.home.startswith("https://chatgpt.com/")
    assert [shell.name for shell in site.page.shells] == ["B", "A", "G"]
    for shell in site.page.shells:
        assert shell.recognise
        assert "send" not in shell.clickable, "Send has a role of its own"
        assert "{form}" not in shell.model_dump_json(), "the form stands in its place"
    assert not site.page.unknown.recognise
    [shell] = [shell for shell in site.page.shells if shell.name == "B"]
    assert site.as_written(shell.file_input[0]) == '{form} input[type="file"]#upload-files'


@pytest.mark.parametrize("name", ["nowhere", "../chatgpt", "", "chatgpt.toml"])
def test_a_profile_that_does_not_ship_is_told(name: str) -> None:
    """A name finds a profile of ours or none, and never another file."""
    with pytest.raises(BadInputError, match="no site profile named"):
        shipped(name)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("still = 5", "still = -5", "still"),
        ("still = 5", "stil = 5", "stil"),
        ("least_pixels = 128", 'least_pixels = "many"', "least_pixels"),
        ("poll = 5", "", "limits.poll"),
        ('outcome = "refused"', 'outcome = "sulking"', "failures.N.outcome"),
        ("'(?i)may violate our", "'(?i)(may violate our", "failures.N.pattern"),
        ('turn_id = ["data-turn-key"]', "turn_id = 5", "shells.B.turn_id"),
        ('turn = ["[data-turn-key]"]', 'trun = ["[data-turn-key]"]', "shells.B.trun"),
        ('turn_id = ["data-turn-key"]', "", "shells.B.turn_id"),
        ('sign = "poll"', 'sign = "pool"', "failures.N.sign"),
        ('{ click = "add_menu" }', '{ click = "menu" }', "shells.B.clickable"),
        ('means = "signed out"', 'means = "away"', "shells.G.means"),
    ],
)
def test_a_mistake_is_told_by_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    """Whoever mends a profile is told which line of it to look at."""
    assert old in TEXT
    path = tmp_path / "mine.toml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        SiteProfile.load(path)
    place = re.escape(key).replace("N", r"\d+")
    told = re.match(rf"{re.escape(str(path))}:(\d+): {place}: ", str(refused.value))
    assert told, refused.value
    line = path.read_text(encoding="utf-8").splitlines()[int(told[1]) - 1]
    assert new in line or line.startswith("["), "the line, or the table that lacks it"


@pytest.mark.parametrize("content", [b"name = \n", b"\xff\xfe"])
def test_a_profile_that_is_not_valid_toml_is_told(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be parsed says so, and which."""
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"mine\.toml: not valid TOML"):
        SiteProfile.load(path)


def test_an_own_profile_wins_over_the_shipped_one(tmp_path: Path) -> None:
    """A page change is mended by editing a copy, without a new release."""
    assert find("chatgpt", tmp_path / "sites") == shipped("chatgpt")
    (tmp_path / "chatgpt.toml").write_text(TEXT.replace("still = 5", "still = 7"), encoding="utf-8")
    assert find("chatgpt", tmp_path).still == 7


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("still = 5", "still = -5", "still: "),
        ('name = "chatgpt"', 'name = "elsewhere"', "the profile of 'elsewhere'"),
        ("[history]", "[history", "not valid TOML"),
    ],
)
def test_an_own_profile_that_cannot_be_used_is_passed_over(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    """The host works on by the shipped one, and the log says what is wrong with the other."""
    path = tmp_path / "chatgpt.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with capture_logs() as lines:
        assert find("chatgpt", tmp_path) == shipped("chatgpt")
    [line] = lines
    assert (line["event"], line["log_level"]) == ("own_site_profile_unusable", "warning")
    assert line["reason"].startswith(f"{path}:")
    assert reason in line["reason"]
