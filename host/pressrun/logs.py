"""Logs for diagnosis: JSON lines, rotated by size, with no prompt text above debug level.

Lines carry `batch`, `job`, `attempt`, `tab` and `account` where they apply: the press binds them
with `structlog.contextvars` while it works on an attempt.
"""

import contextlib
import io
import json
import logging
import logging.handlers
import os
import re
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from pressrun import characters, relay

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

FILE_BYTES = 5 * 1024 * 1024
FILES = 5

_SIGNATURE = re.compile(
    r"(?i)([\w.-]*(?:sig|signature|token|key|auth|session|secret))(=|%3d)[^&\s\"']+"
)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Remove signatures and tokens from every text of a line."""
    for name, value in event.items():
        event[name] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:  # noqa: ANN401 - a line holds whatever was logged
    match value:
        case str():
            return _SIGNATURE.sub(r"\1\2…", value)
        case dict():
            return {name: _redacted(each) for name, each in value.items()}
        case list() | tuple():
            return [_redacted(each) for each in value]
        case _:
            return value


def _json_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """A line of the log: it steers no terminal that shows the file as it is."""
    return characters.escaped(json.dumps(event, ensure_ascii=False, default=repr))


class _WholeLines(io.FileIO):
    """A file of lines, in which a line stands whole or not at all: also when the disk is full."""

    def write(self, line: "ReadableBuffer", /) -> int:
        """Write a line.

        Raises:
            OSError: it could not be written, and nothing of it is there.
        """
        data = memoryview(line).cast("B")
        before = os.fstat(self.fileno()).st_size
        written = 0
        try:
            while written < len(data):
                written += os.write(self.fileno(), data[written:])
        except OSError:
            os.ftruncate(self.fileno(), before)
            raise
        return written


class _OwnFile(logging.handlers.RotatingFileHandler):
    """A log that stays open to this user alone when it is rotated, and follows no link."""

    def _open(self) -> TextIOWrapper:
        opened = relay.open_own(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        lines = _WholeLines(opened, "ab")
        return TextIOWrapper(cast("BinaryIO", lines), encoding=self.encoding, line_buffering=True)


def configure(path: Path, *, debug: bool = False) -> None:
    """Write this process's log to `path`, with access for this user only.

    What libraries warn of goes there as well.
    """
    logging.captureWarnings(capture=True)
    handler = _OwnFile(path, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _json_line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for noisy in ("aiosqlite", "asyncio", "sqlalchemy", "alembic", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _Listener(logging.Handler):
    """Hands on every line as it stands in the file."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(self.format(record))


@contextlib.contextmanager
def listening(tell: Callable[[str], None]) -> Iterator[None]:
    """Hear every line that this process logs, as it is written; in whichever thread logs it."""
    root = logging.getLogger()
    listener = _Listener(tell)
    listener.setFormatter(root.handlers[0].formatter if root.handlers else None)
    root.addHandler(listener)
    try:
        yield
    finally:
        root.removeHandler(listener)
