"""A soak for each of many changed pages, and a summary of all."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

FRUITLESS = 3
"""So many sends in a row may come to nothing before an account rests."""

_BROKEN = ("lost", "twice", "misfiled", "early", "unexplained")
_TAIL = 2000  # characters of what a soak said that came to no figures


def seeds(text: str) -> list[int]:
    """Read seeds as ``7``, ``1-60`` or ``1,4,9-12``.

    Raises:
        ValueError: They are none.
    """
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        span = range(int(first), int(last or first) + 1)
        if not span:
            raise ValueError(f"{part!r} is an empty range of seeds")
        found += span
    return found


async def play(wanted: Sequence[int], at_once: int, arguments: Sequence[str]) -> bool:
    """Run a soak for each seed, tell its figures, then all of them; False when a promise broke.

    Args:
        wanted: the seeds.
        at_once: how many soaks run side by side.
        arguments: further ones of each soak.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(seed: int) -> dict[str, Any]:
        async with gate:
            figures = await _soak(seed, arguments)
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.stdout.flush()
        return figures

    played = await asyncio.gather(*map(one, wanted))
    sys.stdout.write(table(played) + "\n")
    return not any(map(broken, played))


async def _soak(seed: int, arguments: Sequence[str]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "trials.soak",
        f"--mutate={seed}",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    last = out.decode().splitlines()[-1:]
    try:
        figures: dict[str, Any] = json.loads(last[0] if last else "")
    except json.JSONDecodeError:
        return {"seed": seed, "crashed": err.decode(errors="replace")[-_TAIL:]}
    return figures


def broken(figures: Mapping[str, Any]) -> list[str]:
    """Which promises a soak broke."""
    if "crashed" in figures:
        return ["crashed"]
    wrong = [name for name in _BROKEN if figures[name]]
    if figures["fruitless"] > FRUITLESS:
        wrong.append("fruitless")
    if not figures["ended"]:
        wrong.append("ended")
    return wrong


def table(played: Sequence[Mapping[str, Any]]) -> str:
    """What all soaks came to, for a person."""
    told = [each for each in played if "crashed" not in each]
    unharmed = [each for each in told if each["images"] == each["wanted"] and not broken(each)]
    stopped = [each for each in told if each["stopped"] and each not in unharmed]
    asking = len(told) - len(unharmed) - len(stopped)
    after = Counter(each["submissions"] for each in stopped)
    sends = ", ".join(f"{count} after {number}" for number, count in sorted(after.items()))
    worst = max((each["fruitless"] for each in told), default=0)
    head = (
        f"{len(played)} seeds: {len(unharmed)} made everything, {len(stopped)} stopped, "
        f"{asking} left panels that need a decision"
    )
    return "\n".join(
        [
            head,
            f"sends before the stop: {sends or 'none'}",
            f"most sends in a row without a result: {worst}",
            *(f"{name}: {sum(each[name] for each in told)}" for name in (*_BROKEN, "aside")),
            *(
                f"seed {each['seed']} failed: {', '.join(wrong)}"
                for each in played
                if (wrong := broken(each))
            ),
        ]
    )
