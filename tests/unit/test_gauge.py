"""The parts of the gauge: what crosses to its process, and what it does with a picture's pixels."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from pressrun.gauge import service, workshop
from pressrun.gauge.gauge import UnreadPictureError
from pressrun.gauge.wire import (
    BadAnswerError,
    Blame,
    GaugeAnswer,
    GaugeQuestion,
    decoded,
)
from pressrun.gauge.wire import (
    encoded as sent,
)
from pressrun.picture.measure import (
    Blemish,
    Measure,
    MeasureError,
    Series,
    StyleComparison,
    StyleResult,
    Trend,
    Verdict,
)
from pressrun.protocol.frames import LENGTH
from pressrun.style.network import Network

WHOLE = Measure("1+lite0", bytes(range(256)), (1.5, -3e9), "0f" * 32, tuple(Blemish))


@pytest.mark.parametrize(
    "question",
    [
        GaugeQuestion(),
        GaugeQuestion(measure=Path("/a b/ü.png")),
        GaugeQuestion(compare=StyleComparison([WHOLE], [WHOLE, WHOLE], [WHOLE])),
        GaugeQuestion(trends=[Series([WHOLE], []), Series([], [WHOLE])]),
    ],
)
def test_a_question_arrives_as_it_was(question: GaugeQuestion) -> None:
    """Bytes, numbers and paths alike."""
    assert decoded(GaugeQuestion, sent(question)) == question


@pytest.mark.parametrize(
    "answer",
    [
        GaugeAnswer(memory=1, version="1"),
        GaugeAnswer(memory=1, measure=WHOLE),
        GaugeAnswer(memory=1, result=StyleResult((Verdict(1, 2, "a", "b"),), (Verdict(3, 4),))),
        GaugeAnswer(memory=1, trends=[[Trend("warmth", 3, "warmer", "cooler")], []]),
    ],
)
def test_an_answer_arrives_as_it_was(answer: GaugeAnswer) -> None:
    """Whatever of the four it is."""
    assert decoded(GaugeAnswer, sent(answer)) == answer


@pytest.mark.parametrize(
    ("measure", "why"),
    [
        ('{"version":"1","vector":"!","attributes":[],"likeness":""}', "base64"),
        ('{"version":"1","vector":"","attributes":[NaN],"likeness":""}', "finite"),
        ('{"version":"1","vector":"","attributes":[1e999],"likeness":""}', "finite"),
        ('{"version":"1","vector":"","attributes":[],"likeness":"","more":1}', "Unexpected"),
        ('{"version":"1","vector":"","attributes":[],"likeness":"","blemishes":["x"]}', "blank"),
        ('{"version":"' + "1" * 100_000 + '"}', "at most 65536"),
        ("[", "JSON"),
    ],
)
def test_an_answer_that_is_none_is_refused(measure: str, why: str) -> None:
    """A process that decodes strangers' pictures may be led astray."""
    with pytest.raises(BadAnswerError, match=why):
        decoded(GaugeAnswer, f'{{"memory":1,"measure":{measure}}}'.encode())


class Shop:
    """Answers with the version, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    def answer(self, question: GaugeQuestion, memory: int) -> GaugeAnswer:
        """Tell the version."""
        del question
        if self.fault is not None:
            raise self.fault
        return GaugeAnswer(memory=memory, version="7")


def served(load: object, *questions: bytes) -> list[GaugeAnswer]:
    """Return what is answered to questions."""
    asked = io.BytesIO(b"".join(LENGTH.pack(len(each)) + each for each in questions))
    told = io.BytesIO()
    service.serve(asked, told, load)  # type: ignore[arg-type] # as a test has it
    content, answers = told.getvalue(), []
    while content:
        (length,) = LENGTH.unpack(content[: LENGTH.size])
        answers.append(decoded(GaugeAnswer, content[LENGTH.size :][:length]))
        content = content[LENGTH.size + length :]
    return answers


@pytest.mark.parametrize(
    ("fault", "blame", "text"),
    [
        (MeasureError("it is 3 pixels high"), Blame.PICTURE, "it is 3 pixels high"),
        (UnreadPictureError("no such file"), Blame.FILE, "no such file"),
        (ZeroDivisionError("by zero"), Blame.PICTURE, "an error inside Pressrun"),
    ],
)
def test_what_fails_is_told_with_whose_fault_it_is(
    fault: Exception, blame: Blame, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """And the next question is answered."""
    shop, good = Shop(fault), sent(GaugeQuestion())
    (answer,) = served(lambda: shop, good)
    assert answer.failure is not None
    assert answer.failure.blame == blame
    assert answer.failure.text.startswith(text)
    shop.fault = None
    assert [each.version for each in served(lambda: shop, good, good)] == ["7", "7"]
    assert ("ZeroDivisionError" in capfd.readouterr().err) == isinstance(fault, ZeroDivisionError)


def test_a_broken_installation_is_nobody_elses_fault(capfd: pytest.CaptureFixture[str]) -> None:
    """Every question is answered with what is missing."""

    def broken() -> Shop:
        raise ImportError("libopenblas.so: cannot open shared object file")

    answers = served(broken, sent(GaugeQuestion()), sent(GaugeQuestion()))
    assert [each.failure and each.failure.blame for each in answers] == [Blame.MACHINE] * 2
    assert answers[0].failure is not None
    assert "libopenblas.so" in answers[0].failure.text
    assert "libopenblas.so" in capfd.readouterr().err


@pytest.mark.parametrize("cut", [b"\x01", LENGTH.pack(100) + b"{}", LENGTH.pack(2**31) + b"{}"])
def test_a_question_that_is_cut_off_ends_it(cut: bytes) -> None:
    """The host is there no more."""
    told = io.BytesIO()
    service.serve(io.BytesIO(cut), told, Shop)
    assert told.getvalue() == b""


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("RGBA", (8, 8), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (8, 8), (0, 0)), (255, 255, 255)),
        (Image.new("RGBA", (8, 8), (255, 0, 0, 255)), (255, 0, 0)),
        (Image.new("L", (8, 8), 128), (128, 128, 128)),
        (Image.new("1", (8, 8), 1), (255, 255, 255)),
        (Image.new("CMYK", (8, 8), (0, 0, 0, 0)), (255, 255, 255)),
        (Image.new("I;16", (8, 8), 0x8000), (128, 128, 128)),
    ],
    ids=lambda each: each.mode if isinstance(each, Image.Image) else None,
)
def test_a_picture_is_seen_as_on_white_paper(
    image: Image.Image, colour: tuple[int, int, int]
) -> None:
    """Whatever its pixels are told in: nothing that is seen through counts."""
    assert workshop.flat(image).getpixel((4, 4)) == colour


def test_a_damaged_network_is_told_before_anything_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Measured without it, all pictures would have to be measured anew when it is mended."""

    def damaged() -> None:
        raise MeasureError("the network is damaged; pip install it again")

    monkeypatch.setattr(Network, "load", damaged)
    workshop.network.cache_clear()
    try:
        (answer,) = served(lambda: workshop, sent(GaugeQuestion()))
    finally:
        workshop.network.cache_clear()
    assert answer.failure is not None
    assert answer.failure.blame == Blame.MACHINE
    assert "pip install" in answer.failure.text


def test_the_host_loads_no_arrays() -> None:
    """It stays small and starts fast: only the process that measures loads what it takes."""
    program = (
        "import sys, pressrun.server.host, pressrun.cli\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('numpy', 'onnxruntime')"
        " or name.startswith('pressrun.style')])"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
