"""Time from a relay's start to its first forwarded frame, beside a bare interpreter's."""

import contextlib
import json
import os
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benches.result import Result
from pressrun import relay
from pressrun.protocol.messages import base

RUNS = 41
MOST_RATIO = 3.0

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "hello",
    "params": {
        "oldest": base.OLDEST,
        "newest": base.VERSION,
        "version": "bench",
        "role": "command",
    },
}


def run() -> list[Result]:
    """Measure both in turns, so that a busy machine is busy for either."""
    bare: list[float] = []
    first: list[float] = []
    with _host() as home:
        for _ in range(RUNS):
            bare.append(_bare())
            first.append(_first_frame(home))
    middle, ours = statistics.median(bare), statistics.median(first)
    ratio = statistics.median(each / other for each, other in zip(first, bare, strict=True))
    return [
        Result("bare_ms", "python -I -c pass", middle * 1e3, "ms"),
        Result("first_frame_ms", "relay, start to first forwarded frame", ours * 1e3, "ms"),
        Result("ratio", "ratio (median of pairs)", ratio, "", MOST_RATIO),
        Result("runs", "runs of each, in turns", RUNS),
    ]


def _bare() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True)
    return time.perf_counter() - began


def _first_frame(home: Path) -> float:
    content = json.dumps(HELLO).encode()
    frame = struct.pack("=I", len(content)) + content
    command = [sys.executable, "-I", "-S", relay.__file__, "--home", str(home)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own relay
        assert process.stdin is not None  # noqa: S101 - they are pipes
        assert process.stdout is not None  # noqa: S101 - they are pipes
        process.stdin.write(frame)
        process.stdin.flush()
        header = process.stdout.read(4)
        answer = process.stdout.read(*struct.unpack("=I", header))
        took = time.perf_counter() - began
        process.stdin.close()
        process.stdout.read()
    if "result" not in json.loads(answer):
        raise RuntimeError(f"the host answered {answer!r}")
    return took


@contextlib.contextmanager
def _host() -> Iterator[Path]:
    """A running host in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:
        home = Path(folder).resolve()
        link = relay.reach(str(home))
        assert link is not None  # noqa: S101 - without a browser there is one, or an error
        link.close()
        try:
            yield home
        finally:
            process = int((home / "lock").read_text())
            os.kill(process, signal.SIGTERM)
            while relay.connect(str(home)) is not None or _alive(process):
                time.sleep(0.02)


def _alive(process: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(process, os.WNOHANG) == (0, 0)
    return False
