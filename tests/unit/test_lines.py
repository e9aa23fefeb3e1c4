"""Lines on a terminal: cut and wrapped by what a character takes, and whole elsewhere."""

import pytest
from rich.cells import cell_len

from helpers.situations import KEY, POLICY, panel
from pressrun.cli.lines import beside, cut, indented, middle
from pressrun.cli.plan_cmd import _lines
from pressrun.cli.show_cmd import told
from pressrun.protocol.messages.batch import PlannedPanel
from pressrun.server import panels
from pressrun.states import PanelState

FOX = "狐狸站在燈塔旁邊、月光照著大海、遠處有一艘小船慢慢靠近、風很大、狐狸站在燈塔旁邊"


@pytest.mark.parametrize("text", ["A fox", KEY, FOX, f"{FOX}/{KEY}", ""])
@pytest.mark.parametrize("cells", [3, 20, 21, 80])
def test_no_line_is_wider_than_the_terminal(text: str, cells: int) -> None:
    """Whatever the text is written in; a file gets it whole."""
    for short in (cut(text, cells), middle(text, cells)):
        assert cell_len(short) <= cells
        assert short == text or "…" in short
    assert cut(text, None) == middle(text, None) == text
    for line in indented(text, max(cells, 12)):
        assert cell_len(line) <= max(cells, 12)


def test_a_key_keeps_its_end() -> None:
    """Page and panel stand there."""
    assert middle(KEY, 30).endswith("/page-012/panel-3")
    assert middle(KEY, 30).startswith("the-light")


def test_a_command_is_never_wrapped() -> None:
    """With a line break in it, what is copied would try every panel again."""
    failed = panels.told(panel(f"{KEY}/{KEY}", PanelState.FAILED, ""))
    assert told(failed, 80).plain.endswith(f"pressrun retry {KEY}/{KEY}")


def test_what_does_not_fit_beside_stands_below() -> None:
    """Cut to one line; on paper it stays beside."""
    assert beside("a", "b", 80) == ["a  b"]
    assert beside(KEY, FOX, None) == [f"{KEY}  {FOX}"]
    head, below = beside(KEY, FOX, 60)
    assert head == KEY
    assert below.startswith("    狐狸")
    assert below.endswith("…")


@pytest.mark.parametrize("key", [KEY, f"{FOX}/{KEY}", "ch01/p1"])
@pytest.mark.parametrize("words", [FOX, "A fox"])
def test_panels_and_plans_fit_80_columns(key: str, words: str) -> None:
    """A key in `panels` is whole, for a command; in a plan it is cut in the middle."""
    refused = panels.told(panel(key, PanelState.REFUSED, POLICY))
    first, *below = told(refused.model_copy(update={"words": words}), 80).plain.splitlines()
    assert first.startswith(f"{key}  refused  line 12")
    *below, advice = below
    assert advice == "    What you can do: Change its words in the list, and run it again"
    assert all(cell_len(line) <= 80 for line in below)
    assert POLICY in " ".join(" ".join(below).split())
    planned = PlannedPanel(key=key, words=words, references=["mara.png"], fate="new", why=POLICY)
    for line in _lines([planned, planned.model_copy(update={"key": "a"})], 80):
        assert all(cell_len(part) <= 80 for part in line.plain.splitlines())
        assert "  new  " in line.plain
    (whole,) = _lines([planned], None)
    assert whole.plain == f"{key}  new  {words} [mara.png]\n    {POLICY}"
