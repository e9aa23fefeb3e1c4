"""What `style` shows in a terminal of 80 columns, and in one that knows ASCII alone."""

import io
import sys

import pytest
from rich.cells import cell_len
from rich.console import Console

from pressrun.cli import style_cmd, terminal
from pressrun.protocol.messages.batch import Count
from pressrun.protocol.messages.style import (
    ApprovedStatus,
    ChapterStyle,
    DriftStatus,
    OutlierStatus,
    StyleReport,
)
from pressrun.states import DriftKind, MarkState

LONG = "the-lighthouse-at-the-end-of-the-world/chapter-01/page-012/panel-3"
WHY = "colours much paler, less contrast and more flat areas than the approved pictures have"


def report() -> StyleReport:
    """A library in which everything is to be told that there is."""
    states = (MarkState.HELD, MarkState.REPAIRING, MarkState.MARKED)
    return StyleReport(
        library="/b/pictures",
        source="/b/book.toml",
        version="1",
        network=False,
        approved=[ApprovedStatus(key=LONG, odd=True, why=WHY)],
        approvals=6,
        references=0,
        rejected=2,
        basis="Pictures are compared with the 6 pictures that you approved; 8 are better",
        agreement=f"{LONG} does not look like the others: pressrun reject {LONG}",
        pictures=1_240,
        counts=[Count(text="1,236 in style", wrong=False), Count(text="4 stand out", wrong=True)],
        worst=[
            OutlierStatus(key=LONG, path="/p", state=state, rank=at, of=9, why=WHY, advice="")
            for at, state in enumerate(states)
        ],
        chapters=[
            ChapterStyle(chapter=name, pictures=620, outliers=at, line=[0, 3, 5, 6, 7] * 6)
            for at, name in enumerate(("第一章の長い名前の章です", "ch02"))
        ],
        drifts=[
            DriftStatus(
                number=3,
                kind=DriftKind.FIGURE,
                about="Mara",
                slow=False,
                since=LONG,
                why=WHY,
                held=2,
                advice="2 panels wait for you. To go on all the same: pressrun settle 3",
            )
        ],
        rule="Pictures that stand out are made again, each up to twice: 3 of at most 12 repairs",
        steering="Panels are sent in fresh chats, with more pictures of the style",
    )


def test_every_line_fits_but_for_commands() -> None:
    """A command that is copied with a line break in it is another one."""
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True, color_system=None)
    style_cmd.show(console, report())
    lines = file.getvalue().splitlines()
    wide = [line for line in lines if cell_len(line.rstrip()) > 80]
    assert all("pressrun " in line or "pip install" in line for line in wide)
    assert "▁▄▆▇█" in file.getvalue()
    assert any(line.strip().startswith("▇█ stand out; in long chapters") for line in lines)


def test_the_plot_can_be_read_without_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another letter stands for each bar, the higher the darker."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    terminal.prepare()
    style_cmd.show(terminal.console(), report())
    sys.stdout.flush()
    told = raw.getvalue().decode("ascii")
    assert "_-+#@" in told
    assert "#@ stand out" in told


def test_a_library_without_pictures_is_told_in_a_sentence() -> None:
    """Not as a row of empty headings."""
    file = io.StringIO()
    nothing = {"worst": [], "chapters": [], "drifts": [], "counts": [], "agreement": ""}
    style_cmd.show(Console(file=file, width=80), report().model_copy(update=nothing))
    assert "No picture is made yet." in file.getvalue()
    for heading in ("Least like", "Chapter by chapter", "Drift"):
        assert heading not in file.getvalue()
