"""The process that measures, as the host sees it: it may die, hang or talk nonsense, at any time.

Most of these have a process that does so at the name of a picture, and else answers at once.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from helpers.pictures import encoded
from pressrun.gauge.gauge import UnreadPictureError, UnusableError
from pressrun.gauge.process import GaugeProcess
from pressrun.picture.measure import Measure, MeasureError, Series, StyleComparison
from pressrun.processes import command_line

PLAYED = """
import os, signal, sys, time
from pathlib import Path
from pressrun.gauge import service
from pressrun.gauge.wire import GaugeAnswer
from pressrun.picture.measure import Measure

class Shop:
    def answer(self, question, memory):
        if question.measure is None:
            return GaugeAnswer(memory=memory, version="7")
        picture = question.measure
        match picture.stem:
            case "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            case "dies-once" if not picture.exists():
                picture.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case "leaves":
                print("a last word", file=sys.stderr)
                sys.exit(3)
            case "sleeps":
                time.sleep(600)
            case "spins":
                while True:
                    pass
            case "prints":
                print("a library has something to say")
            case "babbles":
                os.write(answers.fileno(), b"no length at all, and no answer either")
            case "boasts":
                os.write(answers.fileno(), (2**31).to_bytes(4, sys.byteorder))
            case "misses":
                return GaugeAnswer(memory=memory, version="7")
            case "fails":
                raise KeyError("a fault of ours")
            case "grows":
                memory = 2**40
        return GaugeAnswer(memory=memory, measure=Measure("7", b"abc", (1.0,), "ff"))

asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
if "quick" in sys.argv:
    service.PROCESSOR_SECONDS = 0.2
service.serve(asked, answers, Shop)
"""


@pytest.fixture
async def gauge() -> AsyncIterator[GaugeProcess]:
    """A gauge whose process is played."""
    played = GaugeProcess((sys.executable, "-c", PLAYED))
    yield played
    await played.close()


async def ended(process: int) -> None:
    """Wait until a process is there no more."""
    while command_line(process):  # noqa: ASYNC110 - another's child tells nobody
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", ["fine", "prints"])
async def test_a_picture_is_measured(gauge: GaugeProcess, name: str) -> None:
    """Also where a library prints something: that garbles no answer."""
    assert await gauge.version() == "7"
    assert await gauge.measure(Path(name)) == Measure("7", b"abc", (1.0,), "ff")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("dies", "ended by SIGKILL"),
        ("leaves", "ended with code 3"),
        ("babbles", "it answered"),
        ("boasts", "it answered 2,147,483,648 bytes"),
        ("misses", "something else than it was asked"),
    ],
)
async def test_a_picture_over_which_it_ends_is_told_and_the_next_is_measured(
    gauge: GaugeProcess, name: str, why: str
) -> None:
    """After a second try, with a process of its own; each end is in the log."""
    with capture_logs() as log:
        with pytest.raises(MeasureError, match=why):
            await gauge.measure(Path(name))
        assert (await gauge.measure(Path("fine"))).version == "7"
    lost = [line for line in log if line["event"] == "gauge_lost"]
    assert len(lost) == 2
    if name == "leaves":
        assert "a last word" in lost[0]["heard"]


async def test_one_end_is_nobodys_fault(gauge: GaugeProcess, tmp_path: Path) -> None:
    """The system may end it when memory is short: the picture is asked about once more."""
    assert (await gauge.measure(tmp_path / "dies-once.png")).version == "7"


async def test_one_that_hangs_is_ended() -> None:
    """What is not answered in time never is."""
    gauge = GaugeProcess((sys.executable, "-c", PLAYED), patience=5)
    await gauge.version()
    gauge._patience = 0.2
    process = gauge.process
    with pytest.raises(MeasureError, match=r"ended twice|ends at once"):
        await gauge.measure(Path("sleeps"))
    assert process is not None
    await ended(process)
    await gauge.close()


async def test_one_that_computes_without_end_ends_itself() -> None:
    """Also when the host that would end it is there no more."""
    gauge = GaugeProcess((sys.executable, "-c", PLAYED, "quick"))
    with pytest.raises(MeasureError, match="ended by SIGPROF"):
        await gauge.measure(Path("spins"))
    await gauge.close()


async def test_a_fault_of_ours_costs_one_picture(gauge: GaugeProcess) -> None:
    """It is told, and the process goes on."""
    await gauge.version()
    process = gauge.process
    with pytest.raises(MeasureError, match="an error inside Pressrun"):
        await gauge.measure(Path("fails"))
    assert (await gauge.measure(Path("fine"))).version == "7"
    assert gauge.process == process


async def test_one_that_grew_is_replaced(gauge: GaugeProcess) -> None:
    """What a library forgets to free goes with it."""
    await gauge.version()
    first = gauge.process
    await gauge.measure(Path("grows"))
    assert gauge.process is None
    await gauge.measure(Path("fine"))
    assert gauge.process not in (None, first)


async def test_one_is_replaced_after_many_pictures() -> None:
    """However small it stays."""
    gauge = GaugeProcess((sys.executable, "-c", PLAYED), pictures=3)
    await gauge.version()
    first = gauge.process
    for _ in range(4):
        await gauge.measure(Path("fine"))
    assert gauge.process not in (None, first)
    await gauge.close()


async def test_who_asks_no_more_gets_nobody_elses_answer(gauge: GaugeProcess) -> None:
    """The question of one that was cancelled is not answered to the next."""
    await gauge.version()
    asking = asyncio.ensure_future(gauge.measure(Path("sleeps")))
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await gauge.measure(Path("fine"))).version == "7"


async def test_calls_wait_for_each_other(gauge: GaugeProcess) -> None:
    """Whoever asks at the same time gets an answer of their own."""
    found = await asyncio.gather(*(gauge.measure(Path("fine")) for _ in range(5)))
    assert {each.version for each in found} == {"7"}


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/nowhere/at-all",), "cannot be started"),
        ((sys.executable, "-c", "raise SystemExit(4)"), "ends at once: ended with code 4"),
        ((sys.executable, "-c", "print('hello, world')"), "ends at once"),
    ],
)
async def test_a_machine_that_cannot_measure_says_so(command: tuple[str, ...], why: str) -> None:
    """It is no picture's fault, and nothing hangs."""
    gauge = GaugeProcess(command)
    with pytest.raises(UnusableError, match=why):
        await gauge.version()
    with pytest.raises(UnusableError, match=why):
        await gauge.measure(Path("fine"))
    await gauge.close()


async def test_without_numpy_it_says_what_is_missing() -> None:
    """The process answers all the same, so that the reason is the true one."""
    broken = (
        "import sys; sys.modules['numpy'] = None\nfrom pressrun.gauge.__main__ import main; main()"
    )
    gauge = GaugeProcess((sys.executable, "-c", broken))
    with pytest.raises(UnusableError, match=r"on this machine: .*numpy.*; install it again: pip"):
        await gauge.version()
    await gauge.close()


async def test_it_ends_with_its_host() -> None:
    """Also with one that was killed: nobody is left who would end it."""
    program = (
        "import asyncio, os\nfrom pressrun.gauge.process import GaugeProcess\n"
        "async def main():\n    gauge = GaugeProcess()\n    await gauge.version()\n"
        "    print(gauge.process, flush=True)\n    await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    host = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    assert host.stdout is not None
    line = b""
    while not line.strip().isdigit():
        line = await host.stdout.readline()
    host.kill()
    await host.wait()
    async with asyncio.timeout(60):
        await ended(int(line))


# the real one


@pytest.fixture
async def real() -> AsyncIterator[GaugeProcess]:
    """The gauge that the host has."""
    gauge = GaugeProcess()
    yield gauge
    await gauge.close()


async def test_a_real_picture_has_the_same_measure_each_time(
    real: GaugeProcess, tmp_path: Path
) -> None:
    """Also by another process; and it can be compared with others."""
    pictures = [tmp_path / f"{number}.png" for number in range(4)]
    for number, path in enumerate(pictures):
        path.write_bytes(encoded(size=(240, 200), seed=number))
    found = [await real.measure(path) for path in pictures]
    await real.close()
    assert await real.measure(pictures[0]) == found[0]
    result = await real.compare(StyleComparison(found[:1], found[1:]))
    assert len(result.verdicts) == 1
    assert len(result.agreement) == 3
    assert await real.trends([Series(found, found)]) == [[]]


async def test_it_gives_way_to_everything_else(real: GaugeProcess) -> None:
    """It runs when no other process wants to."""
    await real.version()
    assert real.process is not None
    process = psutil.Process(real.process)
    assert os.sched_getscheduler(real.process) == os.SCHED_IDLE
    assert process.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
    assert process.num_threads() == 1


@pytest.mark.parametrize(
    ("data", "error", "why"),
    [
        (b"no picture", MeasureError, "not a PNG, JPEG or WebP"),
        (None, UnreadPictureError, "cannot be read"),
        (b"", MeasureError, "empty"),
    ],
)
async def test_what_is_no_picture_is_told(
    real: GaugeProcess,
    tmp_path: Path,
    data: bytes | None,
    error: type[MeasureError],
    why: str,
) -> None:
    """A file that is not there says nothing of the picture, so that is another error."""
    path = tmp_path / "a.png"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(error, match=why) as raised:
        await real.measure(path)
    assert type(raised.value) is error


async def test_the_host_can_be_stopped_while_it_measures(real: GaugeProcess) -> None:
    """A process that is stopped by a signal does not keep the host from its end."""
    await real.version()
    assert real.process is not None
    os.kill(real.process, signal.SIGSTOP)
    async with asyncio.timeout(10):
        await real.close()
