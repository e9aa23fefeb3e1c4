"""Make a long batch in real Chromium against the replica, while killing its processes."""

import argparse
import asyncio
import json
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NoReturn, get_args

from pressrun.cli.client import connect
from pressrun.cli.display import plain
from pressrun.cli.follow import has_ended
from pressrun.errors import NoHostError, PressrunError
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.rpc import LinkLostError
from trials.audit import audit, followed, fruitless, misjudged
from trials.replica import acts, mutation
from trials.replica.drift import Look
from trials.soak import book, drifting, patience, seeds, series, stop
from trials.soak.ambush import Ambush
from trials.soak.kills import AIMED, KINDS, Killer
from trials.soak.managed import ManagedStage
from trials.soak.person import Person, corrected
from trials.soak.recovery import recoveries

TELL_SECONDS = 10.0

WRONG = (
    "lost", "twice", "misfiled", "early", "misjudged", "repairs_doubled", "repairs_lost",
    "unmarked",
)  # fmt: skip
"""The figures that are to be 0."""

REFERENCED = 5
"""In a mixed soak, one panel of so many goes with a reference picture."""

# What is taken where nothing is told, for a soak and for one of a page that was changed.
IMAGES, CHANGED_IMAGES = 300, 6
TABS, CHANGED_TABS = 4, 2
MINUTES, CHANGED_MINUTES = 170.0, 4.0
GENERATION, CHANGED_GENERATION = 3.0, 1.4


def main() -> int:
    """Run a soak; returns 0 when it came to its end with nothing lost, sent twice or misfiled."""
    wish = _wish()
    signal.signal(signal.SIGTERM, _end)
    if wish.mutate and len(wish.mutate) > 1:
        return 0 if asyncio.run(seeds.play(wish.mutate, wish.at_once, _each(wish))) else 1
    folder = wish.folder or Path(tempfile.mkdtemp(prefix="pressrun-soak-"))
    try:
        figures = asyncio.run(_soak(wish, folder))
    finally:
        if wish.folder is None and not wish.keep:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(figures) + "\n")
    if wish.mutate:
        return 1 if seeds.broken(figures) else 0
    wrong = any(figures.get(each) for each in WRONG)
    return 0 if figures["ended"] and not wrong else 1


def _end(*_: object) -> NoReturn:
    """End the soak in order: its host, browser and replica are to end, too, and once is enough."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument(
        "--images", type=int, metavar="N", help="pictures to make (default: 300; with --mutate: 6)"
    )
    parser.add_argument(
        "--tabs", type=int, metavar="N", help="tabs at once (default: 4; with --mutate: 2)"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help="seed of all random choices (default: 1)"
    )
    parser.add_argument(
        "--generation", type=float, metavar="SECONDS", help="mean time until a picture is finished"
    )
    parser.add_argument(
        "--kill",
        type=_kinds,
        default={},
        metavar="KIND=SECONDS,…",
        help="mean seconds between kills of each kind: worker, tab, relay, host, browser; "
        "work goes on by a step, or stands for a minute, before the same kind is killed again",
    )
    parser.add_argument(
        "--faults",
        type=float,
        default=0.0,
        help="share of prompts that the site fails, from 0 to 1",
    )
    parser.add_argument(
        "--mixed",
        action="store_true",
        help="use three shells, three languages and every failure that passes by itself",
    )
    parser.add_argument(
        "--chats",
        type=int,
        default=1,
        metavar="N",
        help="panels of a scene that go on in one chat (default: 1, each in a fresh one)",
    )
    parser.add_argument(
        "--corrections",
        type=int,
        default=0,
        metavar="N",
        help="panels that the author has corrected in their chats",
    )
    parser.add_argument(
        "--author",
        type=int,
        default=0,
        metavar="N",
        help="chats that the author writes into, as they are gone on in",
    )
    parser.add_argument(
        "--references",
        type=int,
        metavar="N",
        help="give one panel of N a reference picture (default: none; with --mixed: 5)",
    )
    parser.add_argument(
        "--series",
        type=int,
        default=0,
        metavar="N",
        help="make a book: the first N panels of each chapter one after the other, and sheets "
        "that the author approves while others wait for them",
    )
    parser.add_argument(
        "--drift",
        metavar="LOOK",
        choices=get_args(Look),
        help="make a book whose chats drift, as warmer or rougher, and have outliers made again",
    )
    parser.add_argument(
        "--kill-repairs",
        type=_aims,
        default=[],
        metavar="KIND,…",
        help="with --drift, kill these one after the other, each while another repair is under "
        "way: worker, relay, tabs, host, browser",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a behaviour of the replica, such as throttle_after=16; repeat for more",
    )
    parser.add_argument(
        "--mutate",
        type=seeds.seeds,
        default=[],
        metavar="SEEDS",
        help="use a changed page, by seed: 7; or run a soak for each of several: 1-60",
    )
    parser.add_argument(
        "--at-once",
        type=int,
        default=1,
        metavar="N",
        help="soaks at once, if there are several seeds",
    )
    parser.add_argument("--folder", type=Path, help="folder to work in (default: a temporary one)")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder")
    parser.add_argument(
        "--minutes", type=float, help="stop after this long (default: 170; with --mutate: 4)"
    )
    wish = parser.parse_args()
    changed = bool(wish.mutate)
    for name, usual, short in (
        ("images", IMAGES, CHANGED_IMAGES),
        ("tabs", TABS, CHANGED_TABS),
        ("generation", GENERATION, CHANGED_GENERATION),
        ("minutes", MINUTES, CHANGED_MINUTES),
    ):
        if getattr(wish, name) is None:
            setattr(wish, name, short if changed else usual)
    if changed:
        wish.seed = wish.mutate[0]
    return wish


def _each(wish: argparse.Namespace) -> list[str]:
    """The arguments for the soak of each seed, of several."""
    told = ["images", "tabs", "generation", "minutes"]
    return [*(f"--{name}={getattr(wish, name)}" for name in told), *(["--keep"] * wish.keep)]


def _kinds(text: str) -> dict[str, float]:
    kinds = {}
    for part in text.split(","):
        kind, _, seconds = part.partition("=")
        if kind not in KINDS or float(seconds) <= 0:
            raise argparse.ArgumentTypeError(
                f"{part!r} is not KIND=SECONDS; kinds: {', '.join(KINDS)}"
            )
        kinds[kind] = float(seconds)
    return kinds


def _aims(text: str) -> list[str]:
    kinds = text.split(",")
    if wrong := [kind for kind in kinds if kind not in AIMED]:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of: {', '.join(AIMED)}")
    return kinds


async def _soak(wish: argparse.Namespace, folder: Path) -> dict[str, object]:
    stage = ManagedStage(folder)
    stage.install()
    dice = random.Random(wish.seed)  # noqa: S311 - replays a run
    own = stage.home.sites / "chatgpt.toml"
    own.write_text(_profile(wish, own.read_text(encoding="utf-8")), encoding="utf-8")
    asked = _asked(wish, folder)
    source = Path(asked.source)
    library = Path(asked.library) if asked.library else source.parent / "pictures"
    began = time.time()
    memory: list[int] = []
    killer = Killer(stage, dice)
    ambush = Ambush(killer, wish.kill_repairs, stage.home.store)
    person = Person(
        stage,
        dice,
        wish.images,
        wish.corrections,
        wish.author,
        book=source.parent if wish.series else None,
    )
    try:
        await stage.start_replica(
            f"--generation={wish.generation * 0.7},{wish.generation * 1.3}",
            "--page=0.1,0.3" if wish.mutate else "--page=0.1,0.4",
            "--size=512x512",
            f"--seed={wish.seed}",
            *(["--mixed"] if wish.mixed else []),
            "--behaviour",
            json.dumps(_behaviour(wish)),
            *(f"--set={each}" for each in wish.set),
        )
        async with connect(stage.home) as client:
            started = await client.ask(calls.BATCH_START, asked)
        await stage.keep_browser()
        beside = [
            asyncio.create_task(killer.every(kind, seconds)) for kind, seconds in wish.kill.items()
        ]
        beside.append(asyncio.create_task(ambush.lie()))
        beside.append(asyncio.create_task(person.act()))
        ended = True
        try:
            until = time.time() + wish.minutes * 60 if wish.mutate else None
            async with asyncio.timeout(wish.minutes * 60):
                await _watch(stage, started.batch or 0, memory, person, until)
        except TimeoutError:
            ended = False
        for task in beside:
            task.cancel()
        for ending in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(ending, Exception):
                raise ending
    finally:
        await stage.stop()
    wall = time.time() - began
    ledger, done = stage.ledger(), stage.acts()
    sheets = series.sheets(source.parent) if wish.series else {}
    found = audit(ledger, stage.home.store, library, acts.gone(done), sheets)
    unfounded = misjudged(ledger, stage.home.store, library, acts.disturbed(done))
    for what, names in (
        ("lost", found.lost),
        ("twice", found.twice),
        ("misfiled", found.misfiled),
        ("sent before what it needs", found.early),
        ("reason that the site never gave", unfounded),
    ):
        if names:
            sys.stderr.write(f"{what}: {', '.join(names[:10])}\n")
    return {
        "ended": ended,
        **found.counts(),
        "misjudged": len(unfounded),
        "failures": dict(Counter(each.kind for each in ledger.failures)),
        "limits": dict(Counter(each.kind for each in ledger.limits)),
        "chats": len({each.conversation for each in ledger.submissions}),
        "uploads": sum(len(each.references) for each in ledger.submissions),
        "corrections": dict(Counter(corrected(stage.home.store).values())),
        "written_into": len(acts.disturbed(done)),
        "followed": len(followed(stage.home.store)),
        "approved": sum(map(bool, sheets.values())),
        "kills": {kind: len(at) for kind, at in killer.at.items()},
        "recovery_seconds": {
            kind: _told(recoveries(stage.home.store, at)) for kind, at in killer.at.items()
        },
        "wall_seconds": round(wall, 1),
        "per_minute": round(found.images * 60 / wall, 2),
        "host_rss_mb": _spread(memory),
        "seed": wish.seed,
        **(_of_a_changed_page(stage, library, wish) if wish.mutate else {}),
        **(drifting.figures(ledger, stage.home.store, ambush.met) if wish.drift else {}),
    }


def _asked(wish: argparse.Namespace, folder: Path) -> BatchStart:
    """Write the list or the book of a soak; returns what is asked for."""
    if wish.drift:
        source = drifting.write(folder, wish.images, wish.seed, chats=wish.chats)
        return BatchStart(source=str(source), tabs=wish.tabs, repair_share=drifting.REPAIR_SHARE)
    if wish.series:
        source = series.write(
            folder, wish.images, wish.seed, in_series=wish.series, chats=wish.chats
        )
        return BatchStart(source=str(source), tabs=wish.tabs)
    usual = REFERENCED if wish.mixed else 0
    source = book.write(
        folder,
        wish.images,
        wish.seed,
        referenced=usual if wish.references is None else wish.references,
        varied=bool(wish.mutate),
        scenes=wish.chats > 1,
    )
    library = folder / "pictures"
    return BatchStart(source=str(source), library=str(library), tabs=wish.tabs, chats=wish.chats)


def _profile(wish: argparse.Namespace, text: str) -> str:
    """The site profile, with waits that suit the soak."""
    if wish.mutate:
        return patience.quick(text)
    text = patience.sooner(text, wish.generation)
    return patience.hurried(text) if wish.mixed else text


def _of_a_changed_page(
    stage: ManagedStage, library: Path, wish: argparse.Namespace
) -> dict[str, object]:
    """What is told of a page that was changed besides."""
    store = stage.home.store
    silent = stop.unexplained(store)
    if silent:
        sys.stderr.write(f"without a reason: {', '.join(silent)}\n")
    return {
        "wanted": wish.images,
        "fruitless": fruitless(stage.ledger(), library),
        "stopped": stop.reason(store),
        "unexplained": len(silent),
        "mutations": [f"{e.kind}:{e.strength}:{e.after}" for e in mutation.drawn(wish.seed)],
    }


def _behaviour(wish: argparse.Namespace) -> dict[str, object]:
    """How the site fails, beside what `--mixed` has it do."""
    behaviour: dict[str, object] = {"hydration_seconds": [0.05, 0.2]}
    if wish.drift:
        behaviour |= {"drift": wish.drift, **drifting.BEHAVIOUR}
    if wish.mutate:
        return behaviour | {
            "mutate": wish.seed,
            "shell": ["A", "B", "bare"][wish.seed % 3 : wish.seed % 3 + 1],
            "url_lag_seconds": [0.1, 0.4],
            "stop_lingers_seconds": [0.0, 0.3],
        }
    if wish.faults or not wish.mixed:
        behaviour |= {
            "tool_error": wish.faults * 0.5,
            "thread_error": wish.faults * 0.4,
            "refused": wish.faults * 0.1,
            "url_lag_seconds": [0.1, 1.5],
        }
    return behaviour


async def _watch(
    stage: ManagedStage,
    batch: int,
    memory: list[int],
    person: Person,
    until: float | None = None,
) -> None:
    """Follow the batch, and those of corrections, to their end over every death.

    Args:
        stage: where it is made.
        batch: which one.
        memory: takes what the host's process holds.
        person: the author, whose acts are waited for.
        until: when it is ended anyway, where an account that rests ends it, too.
    """
    told = 0.0
    while True:
        try:
            async with connect(stage.home) as client:
                after = -1
                while True:
                    status = await client.ask(calls.STATUS, StatusQuery(after=after, wait=5))
                    after = status.revision
                    known = next(each for each in status.batches if each.batch == batch)
                    if (size := _resident(stage)) is not None:
                        memory.append(size)
                    if time.monotonic() - told > TELL_SECONDS:
                        sys.stdout.write(plain(status, known) + "\n")
                        sys.stdout.flush()
                        told = time.monotonic()
                    stands = until is not None and stop.stands(stage.home.store, until)
                    if stands or (person.is_done and all(map(has_ended, status.batches))):
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
