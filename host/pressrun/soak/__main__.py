"""`python -m pressrun.soak`: a long batch in a real Chromium, with everything killed meanwhile."""

import argparse
import asyncio
import json
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pressrun.cli.client import connect
from pressrun.cli.display import plain
from pressrun.cli.follow import has_ended
from pressrun.errors import NoHostError, PressrunError
from pressrun.protocol import calls
from pressrun.protocol import messages as m
from pressrun.protocol.rpc import LinkLostError
from pressrun.replica import pictures
from pressrun.replica.audit import audit, misjudged
from pressrun.soak.kills import KINDS, Killer
from pressrun.soak.managed import ManagedStage
from pressrun.soak.recovery import recoveries

TELL_SECONDS = 10.0

UNTOLD_SECONDS = 150
"""How long an account rests in a mixed soak for a limit that tells no time; the longest of the
mixture's lasts two minutes."""

USUAL_SECONDS = 50.0
"""What a picture takes on the real site, for which the profile's waits are meant."""

LISTED_SECONDS = 4.0
"""The replica lists a chat within three seconds."""

REFERENCED = 5
"""One panel of so many goes with a reference picture in a mixed soak."""

STILL_SECONDS = 30
"""After so long a page of a mixed soak stands still; its pictures take a few seconds."""


def main() -> int:
    """Run a soak; returns 0 when it came to its end with nothing lost, sent twice or misfiled."""
    wish = _wish()
    folder = wish.folder or Path(tempfile.mkdtemp(prefix="pressrun-soak-"))
    try:
        figures = asyncio.run(_soak(wish, folder))
    finally:
        if wish.folder is None and not wish.keep:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(figures) + "\n")
    wrong = any(figures[each] for each in ("lost", "twice", "misfiled", "misjudged"))
    return 0 if figures["ended"] and not wrong else 1


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--images", type=int, default=300, metavar="N")
    parser.add_argument("--tabs", type=int, default=4, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--generation", type=float, default=3.0, metavar="SECONDS")
    parser.add_argument(
        "--kill",
        type=_kinds,
        default={},
        metavar="KIND=SECONDS,…",
        help="mean seconds between kills of worker, tab, relay, host, browser",
    )
    parser.add_argument(
        "--faults", type=float, default=0.0, help="how often the site fails, from 0 to 1"
    )
    parser.add_argument(
        "--mixed",
        action="store_true",
        help="three shells, three languages and every failure that passes by itself",
    )
    parser.add_argument("--folder", type=Path, help="where to work; a folder of its own")
    parser.add_argument("--keep", action="store_true", help="keep a folder that was made")
    parser.add_argument("--minutes", type=float, default=170.0, help="the longest it may take")
    return parser.parse_args()


def _kinds(text: str) -> dict[str, float]:
    kinds = {}
    for part in text.split(","):
        kind, _, seconds = part.partition("=")
        if kind not in KINDS or float(seconds) <= 0:
            raise argparse.ArgumentTypeError(f"{part!r}; kinds are {', '.join(KINDS)}")
        kinds[kind] = float(seconds)
    return kinds


def _write_book(folder: Path, wish: argparse.Namespace) -> Path:
    """Write the prompt list; in a mixed soak some prompts go with a reference picture."""
    path = folder / "book.jsonl"
    (folder / "keeper.png").write_bytes(pictures.draw("the keeper", size=(512, 512)))
    panels = (
        {
            "key": f"p{n:05d}",
            "prompt": f"Panel {n} of a long night, seed {wish.seed}",
            "references": ["keeper.png"] if wish.mixed and n % REFERENCED == 0 else [],
        }
        for n in range(1, wish.images + 1)
    )
    path.write_text("".join(f"{json.dumps(panel)}\n" for panel in panels), encoding="utf-8")
    return path


async def _soak(wish: argparse.Namespace, folder: Path) -> dict[str, object]:
    stage = ManagedStage(folder)
    stage.install()
    dice = random.Random(wish.seed)  # noqa: S311 - replays a run
    own = stage.home.sites / "chatgpt.toml"
    profile = _sooner(own.read_text(encoding="utf-8"), wish.generation)
    own.write_text(_hurried(profile) if wish.mixed else profile, encoding="utf-8")
    library = folder / "pictures"
    source = _write_book(folder, wish)
    asked = m.BatchStart(source=str(source), library=str(library), tabs=wish.tabs)
    began = time.time()
    memory: list[int] = []
    killer = Killer(stage, dice)
    try:
        await stage.start_replica(
            f"--generation={wish.generation * 0.7},{wish.generation * 1.3}",
            "--page=0.1,0.4",
            "--size=512x512",
            f"--seed={wish.seed}",
            *(["--mixed"] if wish.mixed else []),
            "--behaviour",
            json.dumps(_behaviour(wish)),
        )
        async with connect(stage.home) as client:
            started = await client.ask(calls.BATCH_START, asked)
        await stage.keep_browser()
        killing = [
            asyncio.create_task(killer.every(kind, seconds)) for kind, seconds in wish.kill.items()
        ]
        ended = True
        try:
            async with asyncio.timeout(wish.minutes * 60):
                await _watch(stage, started.batch or 0, memory)
        except TimeoutError:
            ended = False
        for task in killing:
            task.cancel()
        await asyncio.gather(*killing, return_exceptions=True)
    finally:
        await stage.stop()
    wall = time.time() - began
    found = audit(stage.ledger(), stage.home.store, library)
    unfounded = misjudged(stage.ledger(), stage.home.store, library)
    for what, names in (
        ("lost", found.lost),
        ("twice", found.twice),
        ("wrong", found.misfiled),
        ("no such reason", unfounded),
    ):
        if names:
            sys.stderr.write(f"{what}: {', '.join(names[:10])}\n")
    return {
        "ended": ended,
        **found.counts(),
        "misjudged": len(unfounded),
        "failures": dict(Counter(each.kind for each in stage.ledger().failures)),
        "limits": dict(Counter(each.kind for each in stage.ledger().limits)),
        "kills": {kind: len(at) for kind, at in killer.at.items()},
        "recovery_seconds": {
            kind: _told(recoveries(stage.home.store, at)) for kind, at in killer.at.items()
        },
        "wall_seconds": round(wall, 1),
        "per_minute": round(found.images * 60 / wall, 2),
        "host_rss_mb": _spread(memory),
        "seed": wish.seed,
    }


def _behaviour(wish: argparse.Namespace) -> dict[str, object]:
    """How the site fails, beside what `--mixed` has it do."""
    behaviour: dict[str, object] = {"hydration_seconds": [0.05, 0.2]}
    if wish.faults or not wish.mixed:
        behaviour |= {
            "tool_error": wish.faults * 0.5,
            "thread_error": wish.faults * 0.4,
            "refused": wish.faults * 0.1,
            "url_lag_seconds": [0.1, 1.5],
        }
    return behaviour


def _sooner(profile: str, generation: float) -> str:
    """A profile whose history is read as much sooner as pictures are made.

    It shows the newest chats alone: of minutes on the real site, of seconds where every picture
    takes three of them.
    """
    part = min(1.0, generation / USUAL_SECONDS)

    def scaled(found: re.Match[str]) -> str:
        return f"{found[1]} = {max(LISTED_SECONDS, float(found[2]) * part):g}"

    return re.sub(r"(?m)^(settled|soon|pace) = (\d+)", scaled, profile)


def _hurried(profile: str) -> str:
    """A profile for a site that draws in seconds, and whose limits last two minutes.

    Only what the site does not tell itself is hurried; the times that it tells are waited for.
    """
    profile = re.sub(r"(?m)^reload = \d+", f"reload = {STILL_SECONDS}", profile)
    return re.sub(r"(?m)^rest = \d+$", f"rest = {UNTOLD_SECONDS}", profile)


async def _watch(stage: ManagedStage, batch: int, memory: list[int]) -> None:
    """Follow the batch to its end over every death, and tell how it goes."""
    told = 0.0
    while True:
        try:
            async with connect(stage.home) as client:
                after = -1
                while True:
                    status = await client.ask(calls.STATUS, m.StatusQuery(after=after, wait=5))
                    after = status.revision
                    known = next(each for each in status.batches if each.batch == batch)
                    if (size := _resident(stage)) is not None:
                        memory.append(size)
                    if time.monotonic() - told > TELL_SECONDS:
                        sys.stdout.write(plain(status, known) + "\n")
                        sys.stdout.flush()
                        told = time.monotonic()
                    if has_ended(known):
                        sys.stdout.write(plain(status, known) + "\n")
                        return
        except (LinkLostError, NoHostError, PressrunError):
            await asyncio.sleep(0.2)


def _resident(stage: ManagedStage) -> int | None:
    """The host's resident memory in bytes."""
    process = stage.host_process()
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    line = next((each for each in status.splitlines() if each.startswith("VmRSS:")), None)
    return int(line.split()[1]) * 1024 if line else None


def _told(seconds: list[float]) -> dict[str, float]:
    """Seconds to the next durable step of the attempts that were under way; the site's included."""
    if not seconds:
        return {}
    return {"median": round(statistics.median(seconds), 2), "max": round(max(seconds), 2)}


def _spread(memory: list[int]) -> dict[str, float]:
    """Resident memory at the start, the middle and the end, in MiB."""
    if not memory:
        return {}
    places = {"start": 0, "middle": len(memory) // 2, "end": len(memory) - 1}
    return {name: round(memory[place] / 2**20, 1) for name, place in places.items()}


if __name__ == "__main__":
    sys.exit(main())
