"""Logs: lines that a program can read, open to this user alone, with no secret in them."""

import errno
import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from pressrun import characters, logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Give this process its own logging back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://x/content?id=file_1&sig=SECRET&v=0", "https://x/content?id=file_1&sig=…&v=0"),
        ("?token=SECRET", "?token=…"),
        ("access_token=SECRET", "access_token=…"),
        ("X-Amz-Signature=SECRET&a=1", "X-Amz-Signature=…&a=1"),
        ("next=%3Fsig%3DSECRET", "next=%3Fsig%3D…"),
        ("Session=SECRET 'Auth=SECRET'", "Session=… 'Auth=…'"),
        ("a design=good", "a design=good"),
        ("no secret", "no secret"),
    ],
)
def test_signatures_and_tokens_are_taken_out(text: str, kept: str) -> None:
    """A secret leaves no trace, wherever in a line it stands, and what is no secret stays."""
    line = {"event": text, "url": [text, {"in": text}], "count": 3}
    found = logs.redact(None, "info", line)
    assert found == {"event": kept, "url": [kept, {"in": kept}], "count": 3}


def test_lines_are_json_and_name_what_they_are_about(tmp_path: Path) -> None:
    """Every line tells when, who and what, with what is bound while an attempt is worked on."""
    path = tmp_path / "host.log"
    logs.configure(path)
    with structlog.contextvars.bound_contextvars(job=7):
        structlog.get_logger("pressrun.test").warning("picture_bad", url="?sig=SECRET")
    logging.getLogger("other").error("it failed: %s", "?token=SECRET")
    ours, theirs = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert {"event": "picture_bad", "job": 7, "url": "?sig=…"}.items() <= ours.items()
    assert (ours["level"], ours["logger"]) == ("warning", "pressrun.test")
    assert ours["timestamp"].endswith("Z")
    assert theirs["event"] == "it failed: ?token=…"


def test_an_exceptions_text_is_redacted(tmp_path: Path) -> None:
    """A traceback that holds a signed address is no leak."""
    path = tmp_path / "host.log"
    logs.configure(path)
    try:
        int("?sig=SECRET")
    except ValueError:
        structlog.get_logger("pressrun.test").exception("failed")
    text = path.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "SECRET" not in text


def test_the_log_is_open_to_this_user_alone(tmp_path: Path) -> None:
    """Nobody else on the machine reads what was made."""
    path = tmp_path / "host.log"
    logs.configure(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("debug", [False, True])
def test_debug_lines_are_written_only_on_request(tmp_path: Path, *, debug: bool) -> None:
    """Prompts are in the log only when its owner wants that."""
    path = tmp_path / "host.log"
    logs.configure(path, debug=debug)
    structlog.get_logger("pressrun.test").debug("prompt", text="A fox")
    assert ("A fox" in path.read_text(encoding="utf-8")) == debug


def test_a_rotated_log_is_open_to_this_user_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file and the old one, whatever the umask says."""
    monkeypatch.setattr(logs, "FILE_BYTES", 200)
    before = os.umask(0)
    try:
        logs.configure(tmp_path / "host.log")
        for _ in range(5):
            structlog.get_logger("pressrun.test").info("line", text="x" * 100)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) > 1
    assert set(modes.values()) == {0o600}


def test_no_line_of_the_log_steers_a_terminal(tmp_path: Path) -> None:
    """Whoever shows the file as it is sees escapes; the line means the same, and is never lost."""
    path = tmp_path / "host.log"
    logs.configure(path)
    text = "a\x1b]52;c;aGk=\x07\x9b31m\u202e\udcff\nb"
    structlog.get_logger("pressrun.test").info("event", reason=text, **{text: 1})
    logging.getLogger("other").warning("said %s", text)
    first, second = path.read_text(encoding="utf-8").splitlines()
    for line in (first, second):
        assert characters.shown(line) == line
    assert json.loads(first)["reason"] == text
    assert json.loads(second)["event"] == f"said {text}"


def test_a_line_stands_whole_or_not_at_all_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that is cut would take the next one with it."""
    path = tmp_path / "host.log"
    logs.configure(path)
    room = [0]
    write = os.write

    def short(file: int, data: memoryview) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= (written := write(file, data[: room[0]]))
        return written

    monkeypatch.setattr(os, "write", short)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    log = structlog.get_logger("test")
    for event, bytes_left in (("first", 1_000), ("x" * 9_000, 5_000), ("last", 1_000)):
        room[0] = bytes_left
        log.info(event)
    monkeypatch.undo()
    told = [json.loads(line)["event"] for line in path.read_text("utf-8").splitlines()]
    assert told == ["first", "last"]
