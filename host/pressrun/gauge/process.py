"""The process that measures, as the host sees it: started when needed, ended when stuck or done.

Whatever becomes of it, the host goes on: a picture over which it ends is asked about once more, by
a new one, and then told as one that cannot be measured.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import structlog

from pressrun import failpoint, tasks
from pressrun.gauge import background
from pressrun.gauge.gauge import UnreadPictureError, UnusableError
from pressrun.gauge.wire import (
    ANSWER_BYTES,
    QUESTION_BYTES,
    BadAnswerError,
    Blame,
    GaugeAnswer,
    GaugeQuestion,
    decoded,
    encoded,
)
from pressrun.picture.measure import (
    Measure,
    MeasureError,
    Series,
    StyleComparison,
    StyleResult,
    Trend,
)
from pressrun.protocol.frames import LENGTH

_log = structlog.get_logger("pressrun.gauge")

COMMAND = (sys.executable, "-I", "-m", "pressrun.gauge")

ANSWER_SECONDS = 300.0
"""A question that is not answered by then never is. It is long, as the process gives way to all
others, and a machine may have other things to do."""

PICTURES = 2_000
"""So many questions are answered by one process; what a library forgets to free goes with it."""

MEMORY_BYTES = 800 * 2**20
"""One that takes more than this after an answer is ended."""

END_SECONDS = 2.0
"""How long one that is told to end may take."""

HEARD_CHARS = 2_000
"""What is kept of what it prints, for the log."""


class _LostError(Exception):
    """The process gave no answer, and is there no more."""


class GaugeProcess:
    """Measures pictures in a process with the lowest priority; there is none until it is needed."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        *,
        patience: float = ANSWER_SECONDS,
        pictures: int = PICTURES,
        memory: int = MEMORY_BYTES,
    ) -> None:
        """Start nothing yet.

        Args:
            command: the program, with its arguments.
            patience: how many seconds an answer may take.
            pictures: how many questions one process answers.
            memory: how many bytes one process may take.
        """
        self._command = command
        self._patience = patience
        self._pictures = pictures
        self._memory = memory
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._hearing: asyncio.Task[str] | None = None
        self._asking = False
        """Whether an answer is awaited; of one whose asker was cancelled, none is read any more."""
        self._answers = 0
        self._version = ""

    @property
    def process(self) -> int | None:
        """The id of the process that there is."""
        return None if self._process is None else self._process.pid

    async def version(self) -> str:
        """The version of its measures; with the network another than without.

        Raises:
            UnusableError: nothing can be measured; the text says why.
        """
        if not self._version:
            async with self._turn:
                await self._started()
        return self._version

    async def measure(self, picture: Path) -> Measure:
        """Measure a picture.

        Raises:
            UnreadPictureError: its file cannot be read.
            UnusableError: nothing can be measured.
            MeasureError: it cannot be measured.
        """
        found = (await self._ask(GaugeQuestion(measure=picture))).measure
        assert found is not None  # noqa: S101 - it was seen to be there
        # one whose libraries were changed under the host measures otherwise from then on
        self._version = found.version
        return found

    async def compare(self, asked: StyleComparison) -> StyleResult:
        """Compare pictures with approved ones.

        Raises:
            UnusableError: nothing can be compared.
            MeasureError: these cannot be compared.
        """
        found = (await self._ask(GaugeQuestion(compare=asked))).result
        assert found is not None  # noqa: S101 - it was seen to be there
        return found

    async def trends(self, series: Sequence[Series]) -> list[list[Trend]]:
        """What changed over each of several series.

        Raises:
            UnusableError: nothing can be compared.
            MeasureError: these cannot be looked at.
        """
        found = (await self._ask(GaugeQuestion(trends=list(series)))).trends
        assert found is not None  # noqa: S101 - it was seen to be there
        return found

    async def close(self) -> None:
        """End the process; the next question starts another."""
        async with self._turn:
            await self._end()

    async def _ask(self, question: GaugeQuestion) -> GaugeAnswer:
        """The answer to a question, from a second process if the first is lost over it."""
        content = encoded(question)
        if len(content) > QUESTION_BYTES:
            raise MeasureError("there are too many pictures to compare them at once")
        async with self._turn:
            try:
                answer = await self._answer(question, content)
            except _LostError:
                try:
                    answer = await self._answer(question, content)
                except _LostError as again:
                    raise MeasureError(
                        f"the program that measures pictures ended twice over it ({again})"
                    ) from again
            if self._answers >= self._pictures or answer.memory > self._memory:
                _log.info("gauge_recycled", answers=self._answers, memory=answer.memory)
                await self._end()
        if answer.failure is None:
            return answer
        match answer.failure.blame:
            case Blame.MACHINE:
                raise _unusable(answer.failure.text)
            case Blame.FILE:
                raise UnreadPictureError(answer.failure.text)
            case Blame.PICTURE:
                raise MeasureError(answer.failure.text)

    async def _answer(self, question: GaugeQuestion, content: bytes) -> GaugeAnswer:
        """What the process answers; it is started if there is none.

        Raises:
            UnusableError: it cannot be started.
            _LostError: it gave no answer, and is there no more.
        """
        process = await self._started()
        answer = await self._exchange(process, content)
        missing = [
            asked is not None and told is None
            for asked, told in (
                (question.measure, answer.measure),
                (question.compare, answer.result),
                (question.trends, answer.trends),
            )
        ]
        if answer.failure is None and any(missing):
            await self._lose("it answered something else than it was asked")
        return answer

    async def _started(self) -> asyncio.subprocess.Process:
        """The process, which has told its version."""
        if self._process is not None and not self._asking:
            return self._process
        await self._end()
        about = {name: value for name, value in os.environ.items() if name != failpoint.VARIABLE}
        try:
            process = self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={**about, **background.ONE_THREAD},
                # what ends the host by its terminal ends this one with it, and not before
                start_new_session=True,
            )
        except OSError as error:
            raise _unusable(f"its program cannot be started: {error.strerror or error}") from error
        assert process.stderr is not None  # noqa: S101 - it was asked for
        self._hearing = tasks.part(_heard(process.stderr), "hear what the gauge prints")
        try:
            answer = await self._exchange(process, encoded(GaugeQuestion()))
            if answer.failure is None and answer.version is None:
                await self._lose("it told no version")
        except _LostError as error:
            raise _unusable(f"its program ends at once: {error}") from error
        if answer.failure is not None:
            await self._end()
            raise _unusable(answer.failure.text)
        self._version, self._answers = answer.version or "", 0
        _log.info("gauge_started", process=process.pid, version=self._version)
        return process

    async def _exchange(self, process: asyncio.subprocess.Process, content: bytes) -> GaugeAnswer:
        """One question, and what comes back for it.

        Raises:
            _LostError: no answer came, and it is there no more.
        """
        assert process.stdin is not None  # noqa: S101 - it was asked for
        assert process.stdout is not None  # noqa: S101 - it was asked for
        self._asking = True
        try:
            async with asyncio.timeout(self._patience):
                process.stdin.write(LENGTH.pack(len(content)) + content)
                await process.stdin.drain()
                (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
                if length > ANSWER_BYTES:
                    await self._lose(f"it answered {length:,} bytes")
                answer = decoded(GaugeAnswer, await process.stdout.readexactly(length))
        except TimeoutError:
            await self._lose(f"it gave no answer within {self._patience:.0f} s")
        except BadAnswerError as error:
            await self._lose(f"it answered nonsense: {error}")
        except (asyncio.IncompleteReadError, OSError):
            await self._lose(None)
        self._asking = False
        self._answers += 1
        return answer

    async def _lose(self, why: str | None) -> NoReturn:
        """Be done with a process that gave no answer.

        Raises:
            _LostError: always.
        """
        process, hearing = self._process, self._hearing
        assert process is not None  # noqa: S101 - it was just asked
        # one that says nothing more is ending, and how it ends tells why
        self._asking = why is not None
        await self._end()
        why = why or _ended(process.returncode)
        heard = await hearing if hearing is not None else ""
        _log.warning("gauge_lost", reason=why, heard=heard)
        raise _LostError(why)

    async def _end(self) -> None:
        """End the process, if there is one: by asking it, where it is not busy."""
        process, self._process = self._process, None
        if process is None:
            return
        busy, self._asking = self._asking, False
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.close()
        try:
            async with asyncio.timeout(0 if busy else END_SECONDS):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _unusable(why: str) -> UnusableError:
    return UnusableError(f"pictures cannot be measured on this machine: {why}")


def _ended(code: int | None) -> str:
    """How a process ended, for people."""
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


async def _heard(stream: asyncio.StreamReader) -> str:
    """The end of what a process prints, once it has ended; all of it is read."""
    kept = b""
    while piece := await stream.read(HEARD_CHARS):
        kept = (kept + piece)[-HEARD_CHARS:]
    return kept.decode("utf-8", "replace").strip()
