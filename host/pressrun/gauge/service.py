"""The process that measures: it answers one question after another, until nobody asks any more."""

import signal
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO, Protocol, cast

import psutil

from pressrun.gauge.gauge import UnreadPictureError, UnusableError
from pressrun.gauge.wire import (
    ANSWER_BYTES,
    QUESTION_BYTES,
    Blame,
    Failure,
    GaugeAnswer,
    GaugeQuestion,
    decoded,
    encoded,
)
from pressrun.picture.measure import MeasureError
from pressrun.protocol.frames import LENGTH
from pressrun.tasks import inside

PROCESSOR_SECONDS = 120.0
"""A question that takes more than this of a processor ends the process: it may go on for ever, and
there may be nobody left who would end it."""

TEXT_CHARS = 500
"""The most characters of a reason."""


class Shop(Protocol):
    """What it takes to measure: the module `workshop`."""

    def answer(self, question: GaugeQuestion, memory: int) -> GaugeAnswer:
        """What is asked.

        Raises:
            UnusableError: nothing can be measured here.
            MeasureError: it cannot be answered.
        """
        ...


def workshop() -> Shop:
    """Bring what it takes to measure."""
    return cast("Shop", import_module("pressrun.gauge.workshop"))


_AGAIN = "install it again: pip install --force-reinstall pressrun"


def serve(asked: BinaryIO, answers: BinaryIO, load: Callable[[], Shop] = workshop) -> None:
    """Answer questions until there are no more.

    Args:
        asked: where they come from.
        answers: where the answers go.
        load: brings what it takes to measure, which fails where the installation is broken.
    """
    shop: Shop | Failure
    try:
        shop = load()
    except ImportError as error:
        traceback.print_exc()
        shop = _failure(Blame.MACHINE, f"a part of Pressrun is missing ({error}); {_AGAIN}")
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing can be measured here
        traceback.print_exc()
        shop = _failure(Blame.MACHINE, f"{type(error).__name__}: {error}")
    process = psutil.Process()
    while (content := _next(asked)) is not None:
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
        told = _answer(shop, content, process.memory_info().rss)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        answers.write(LENGTH.pack(len(told)) + told)
        answers.flush()


def _next(asked: BinaryIO) -> bytes | None:
    """The next question; None when there is none any more, or when it is cut off."""
    head = asked.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    content = asked.read(length) if length <= QUESTION_BYTES else b""
    return content if len(content) == length else None


def _answer(shop: Shop | Failure, content: bytes, memory: int) -> bytes:
    if isinstance(shop, Failure):
        return encoded(GaugeAnswer(memory=memory, failure=shop))
    try:
        told = encoded(shop.answer(decoded(GaugeQuestion, content), memory))
        if len(told) > ANSWER_BYTES:
            raise MeasureError("the answer is too long")  # noqa: TRY301 - one way to fail
    except UnreadPictureError as error:
        failure = _failure(Blame.FILE, str(error))
    except UnusableError as error:
        failure = _failure(Blame.MACHINE, str(error))
    except MeasureError as error:
        failure = _failure(Blame.PICTURE, str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the next picture
        traceback.print_exc()
        failure = _failure(Blame.PICTURE, inside(error))
    else:
        return told
    return encoded(GaugeAnswer(memory=memory, failure=failure))


def _failure(blame: Blame, text: str) -> Failure:
    return Failure(blame=blame, text=text[:TEXT_CHARS])
