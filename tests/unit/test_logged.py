"""A line of the log reads the same in the terminal and in the studio."""

import datetime as dt
import json

import pytest
from rich.text import Text

from pressrun import logged
from pressrun.cli.logs_cmd import _readable

STAMP = "2026-01-02T03:04:05.678901Z"


def line(**fields: object) -> str:
    """Return a line of the log as the host writes it."""
    return json.dumps({"timestamp": STAMP, "level": "info", "logger": "pressrun.press", **fields})


def test_what_happened_comes_first_then_the_key_and_last_where() -> None:
    """Whoever skims the log reads what happened to which panel, and the rest only if need be."""
    told = logged.read(line(event="picture_filed", account=1, job=7, bytes=12, key="ch01/1"))
    assert told.text == "picture filed  key=ch01/1  bytes=12  job=7  account=1"
    assert (told.about, told.level) == ("press", "info")
    assert told.at == dt.datetime.fromisoformat(STAMP).timestamp()


def test_the_terminal_shows_the_same_words() -> None:
    """Part and text are those that views get, after the time of day."""
    written = line(event="limit_met", level="warning", key="a", exception="Traceback\nError: x")
    told = logged.read(written)
    shown = _readable(written)
    assert isinstance(shown, Text)
    assert shown.plain == f"{told.clock} {told.about:8} {told.text}"
    assert told.text.endswith("\nTraceback\nError: x")


@pytest.mark.parametrize(
    "written",
    ["no JSON", "[1, 2]", "7", '"text"', "null", "[" * 100_000, '{"event": "x"', "", "\x00"],
)
def test_a_line_that_is_not_ours_tells_itself(written: str) -> None:
    """What another program wrote, or a line that was cut, hides nothing and breaks nothing."""
    told = logged.read(written)
    assert (told.event, told.about, told.at, told.level) == (written.rstrip(), "", None, "info")
    assert _readable(written).plain == written.rstrip()


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "0000-00-00", "9999-12-31T23:59:59-23:59", 5, None]
)
def test_a_line_without_a_time_is_told_without_one(stamp: object) -> None:
    """The rest of it is as good as ever."""
    told = logged.read(json.dumps({"timestamp": stamp, "event": "a", "logger": "pressrun.x"}))
    assert (told.at, told.clock, told.text) == (None, "", "a")
