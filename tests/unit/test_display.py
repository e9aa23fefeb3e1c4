"""What the command line shows of a batch, in the words of the host."""

from rich.console import Console

from pressrun.cli.display import counts, picture, plain
from pressrun.protocol.messages.status import Status

BATCH = {
    "batch": 3,
    "name": "book.jsonl",
    "source": "/book.jsonl",
    "library": "/book",
    "site": "chatgpt",
    "state": "running",
    "total": 412,
    "done": 37,
    "made_before": 3,
    "working": 2,
    "waiting": 370,
    "doubt": 0,
    "asking": 0,
    "failed": 2,
    "refused": 0,
    "cancelled": 0,
    "per_minute": 2.0,
    "seconds_left": 11_100.0,
    "counts": [{"text": "2 being made", "wrong": False}, {"text": "2 failed", "wrong": True}],
    "progress": "2.0 a minute",
    "forecast": "2 h 40 min to 4 h 10 min left. The site sets the pace.",
    "obstacle": None,
}
TAB = {"tab": 7, "doing": "writing the prompt", "key": "ch01/1", "since": 1_000.0, "made": 5}
ACCOUNT = {
    "account": "1",
    "profile": "p",
    "connected": True,
    "tabs": [TAB],
    "resting": None,
    "resting_until": None,
}
STATUS = Status.model_validate(
    {
        "revision": 1,
        "version": "1",
        "now": 1_075.0,
        "sentence": "Making 372 pictures in 1 tab",
        "accounts": [ACCOUNT],
        "batches": [BATCH],
        "log": "/log",
    }
)


def test_plain_output_tells_everything_in_one_line() -> None:
    """A log of a run is readable, and has the same words as every other view."""
    told = plain(STATUS, STATUS.batches[0])
    assert told == (
        "37/412 pictures · 2.0 a minute · 2 being made, 2 failed · Making 372 pictures in 1 tab"
    )


def test_the_live_picture_has_each_tab_with_a_clock() -> None:
    """Bar, pace, forecast, sentence and counts, and what each tab has done for how long."""
    console = Console(width=100)
    with console.capture() as shown:
        console.print(picture(STATUS, STATUS.batches[0]))
    *above, tab = [line.rstrip() for line in shown.get().splitlines()]
    assert above[0].startswith("37/412")
    assert above[0].endswith("2.0 a minute")
    assert above[1:] == [BATCH["forecast"], STATUS.sentence, "2 being made, 2 failed"]
    assert tab == "tab 1    5 made  writing the prompt  ch01/1  1:15"


def test_only_what_needs_the_author_is_attention() -> None:
    """What goes on by itself asks nothing of anybody."""
    assert counts(STATUS.batches[0]) == "2 failed"
