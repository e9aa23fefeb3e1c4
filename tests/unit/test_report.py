"""What a report counts, and the page that shows it."""

import html.parser
import itertools
import random
from pathlib import Path

import pytest

from pressrun.cli import report_cmd, report_page
from pressrun.errors import BadInputError
from pressrun.protocol.messages.batch import Count
from pressrun.protocol.messages.report import (
    LibraryReport,
    ReportAccount,
    ReportChapter,
    ReportCost,
    ReportFailure,
    ReportLimit,
    ReportSpan,
)
from pressrun.protocol.messages.style import OutlierStatus
from pressrun.server.report import cost_of, covered, spans_of
from pressrun.states import MarkState
from pressrun.store.activity import Busy, SentPrompt

DAY = 86_400.0
NOON = 1_750_000_000.0
HOSTILE = "<script>x()</script>\"'&</td>\x1b]52;c;aGk=\x07\u202e"


def report(text: str = "The Quay", count: int = 40) -> LibraryReport:
    """A report in which every text is the same."""
    return LibraryReport(
        made_at=NOON,
        version="1",
        library=f"/books/{text}",
        source=f"/books/{text}/book.toml",
        title=text,
        sentence=text,
        forecast=text,
        panels=300,
        made=240,
        counts=[Count(text=text, wrong=False)],
        chapters=[
            ReportChapter(
                key=f"ch{number:02d}",
                title=text,
                panels=60,
                made=60 - 9 * number,
                stale=2 * number,
                waiting=4 * number,
                stuck=number,
                left=2 * number,
                approved=8,
                outliers=number,
            )
            for number in range(5)
        ],
        span=3_600,
        spans=[
            ReportSpan(at=NOON + 3_600 * place, sent=place % 7, made=place % 5)
            for place in range(count)
        ],
        limits=[
            ReportLimit(at=NOON, until=NOON + 3_600, account=1, outcome="capped", tabs=3, text=text)
        ],
        limits_met=3,
        needs=[ReportFailure(why=text, count=9, keys=[text])],
        failures=[ReportFailure(why=text, count=1, keys=[text])],
        outliers=[
            OutlierStatus(
                key=text,
                path="/books/a b#c?.png",
                state=MarkState.MARKED,
                rank=1,
                of=240,
                why=text,
                advice=text,
            )
        ],
        outliers_found=4,
        basis=text,
        rule=text,
        cost=ReportCost(
            pictures=240,
            sent=260,
            days=3,
            working=40_000,
            a_day=80,
            best_day=110,
            accounts=[
                ReportAccount(account=1, sent=260, made=240, first_at=NOON, last_at=NOON + DAY)
            ],
        ),
    )


class Tags(html.parser.HTMLParser):
    """The tags of a page that were opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Note it."""
        self.opened.append(tag)

    def handle_data(self, data: str) -> None:
        """Note it."""
        self.words.append(data)


def tags(page: str) -> list[str]:
    """Those of a page."""
    reader = Tags()
    reader.feed(page)
    return reader.opened


def test_hostile_texts_change_nothing_of_a_page_but_the_text() -> None:
    """Titles and reasons are the author's and the site's, and are shown as text."""
    page = report_page.page(report(HOSTILE))
    assert tags(page) == tags(report_page.page(report("plain")))
    assert "<script" not in page
    assert not {"\x1b", "\x07", "\u202e"} & set(page)


def test_a_page_asks_for_nothing_from_elsewhere() -> None:
    """It is one file, to be sent or printed."""
    page = report_page.page(report())
    for each in ("src=", "http:", "https:", "@import", "url("):
        assert each not in page


def test_only_a_list_of_panels_that_was_cut_says_so() -> None:
    """Five attempts at one panel are no reason to believe that there are others."""
    keys = [f"p{number}" for number in range(8)]
    few = ReportFailure(why="few", count=5, keys=keys[:1])
    many = ReportFailure(why="many", count=9, keys=keys)
    told = report().model_copy(update={"failures": [few], "needs": [many]})
    page = report_page.page(told)
    assert ">p0</span>" in page
    assert "p7 …</span>" in page


def test_a_report_on_nothing_says_so() -> None:
    """A batch that was only just started has neither pictures nor sends."""
    cost = cost_of([], [], [])
    empty = report().model_copy(
        update={"cost": cost, "spans": [], "span": 0.0, "chapters": [], "limits_met": 0}
    )
    page = report_page.page(empty)
    assert page.count("Nothing was sent yet.") == 2
    assert "No account met a limit." in page


@pytest.mark.parametrize("days", [0.0, 0.01, 1, 40, 4_000])
def test_every_send_and_picture_is_in_one_span(days: float) -> None:
    """From minutes to years, a plot has no more bars than can be looked at, and loses nothing."""
    chance = random.Random(days)  # noqa: S311 - any times
    sent = sorted(NOON + chance.random() * days * DAY for _ in range(300))
    made = sorted(at + 40 for at in sent[:200])
    span, spans = spans_of(sent, made)
    assert sum(each.sent for each in spans) == len(sent)
    assert sum(each.made for each in spans) == len(made)
    assert 1 <= len(spans) <= 200
    assert all(b.at - a.at == pytest.approx(span) for a, b in itertools.pairwise(spans))


def test_time_in_which_several_tabs_work_counts_once() -> None:
    """What it took is the author's time, not that of tabs."""
    assert covered([Busy(0, 10), Busy(2, 4), Busy(8, 20), Busy(30, 31)]) == 21
    assert covered([]) == 0


def test_the_cost_counts_prompts_pictures_and_days() -> None:
    """A prompt that made nothing was sent all the same."""
    sent = [
        SentPrompt(1, NOON, made=True),
        SentPrompt(2, NOON + 5, made=False),
        SentPrompt(1, NOON + DAY, made=True),
    ]
    cost = cost_of(sent, [NOON + 60, NOON + DAY + 60], [Busy(NOON, NOON + 60)])
    assert (cost.sent, cost.pictures, cost.days, cost.a_day, cost.best_day) == (3, 2, 2, 1.0, 1)
    assert [(each.account, each.sent, each.made) for each in cost.accounts] == [
        (1, 2, 2),
        (2, 1, 0),
    ]


def test_a_report_is_written_over_nothing_but_a_report(tmp_path: Path) -> None:
    """Unless its author says so."""
    path = tmp_path / "report.html"
    report_cmd.write(path, report(), force=False)
    report_cmd.write(path, report("again"), force=False)
    assert "again" in path.read_text(encoding="utf-8")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(BadInputError, match="is no report"):
        report_cmd.write(path, report(), force=False)
    assert path.read_text(encoding="utf-8") == "mine"
    report_cmd.write(path, report(), force=True)
    assert report_page.MARK in path.read_text(encoding="utf-8")
    with pytest.raises(BadInputError, match="is a folder"):
        report_cmd.write(tmp_path, report(), force=True)
    with pytest.raises(BadInputError, match="Nothing was written"):
        report_cmd.write(path / "report.html", report(), force=True)


@pytest.mark.parametrize(
    ("source", "name"),
    [("/a/book.toml", "/a/report.html"), ("/a/night.jsonl", "/a/night-report.html")],
)
def test_two_lists_of_one_folder_have_reports_of_their_own(source: str, name: str) -> None:
    """One must not take the place of the other."""
    assert str(report_cmd.usual(Path(source))) == name
