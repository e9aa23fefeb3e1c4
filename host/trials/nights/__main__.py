"""Simulate nights of the real press and store, on virtual time, in minutes.

Progress goes to stderr. The last line on stdout is JSON: the figures of the night, or of all nights
added up. The exit code is 0 if nothing was lost, sent twice, misfiled, sent before what it needs or
left undone, and at least 99.9 % of the pictures that the site did not refuse were made. Otherwise
it is 1, and stderr names what went wrong. The same seed, options and version replay a
night exactly.

With `--mutate`, each seed is a small batch on pages that change (`mutation.py`), with no other
faults unless you set `--faults`. The exit code is 0 if nothing was lost, sent twice or misfiled, an
account stopped after at most three sends in a row without a result (and after each further one),
and every panel that was not made has a reason on record.

With `--style`, each night is one of a book whose pictures leave their style, once for each drift
and cause, and once for none; each is played with measures and without (`drifting.py`). The exit
code is 0 if at least 98 % of the panels are in style in the end by the site's record, within the
budget for repairs, and if less than 3 % are made again where nothing drifts.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pressrun.errors import Exit
from pressrun.simulator.faults import Dealer, faults_of
from pressrun.simulator.night import SUCCESS, Report, book, groups, play, scenes
from pressrun.sites import judge
from pressrun.states import OnDoubt
from trials.nights import drifting, trial
from trials.nights.trial import TrialVerdict

TELL_SECONDS = 10.0
"""How often it says how far it is."""


def main(arguments: list[str] | None = None) -> int:
    """Simulate nights; print JSON as the last line, and return the exit code."""
    wish = _parser().parse_args(arguments)
    if wish.style is not None:
        return _styles(wish)
    return _nights(wish) if wish.mutate is None else _trials(wish)


def _styles(wish: argparse.Namespace) -> int:
    """Play nights on a site that drifts."""
    began = time.monotonic()
    chosen = {
        name: value
        for name in ("images", "tabs", "accounts", "faults")
        if (value := getattr(wish, name)) is not None
    }
    looks = [each for each in drifting.LOOKS if each in wish.style]
    kinds = [(look, cause) for look in looks for cause in wish.causes]
    trials = []
    for seed in range(wish.seed, wish.seed + wish.seeds):
        for look, cause in [*kinds, (None, wish.causes[0])]:
            trials.append(drifting.tried(seed, look, cause, **chosen))
            sys.stderr.write(drifting.table(trials[-1:])[1] + "\n")
            sys.stderr.flush()
    numbers = drifting.together(trials)
    numbers["wall_seconds"] = round(time.monotonic() - began, 1)
    sys.stdout.write("\n".join([*drifting.table(trials), json.dumps(numbers)]) + "\n")
    return Exit.INTERNAL if numbers["wrong"] else Exit.OK


def _trials(wish: argparse.Namespace) -> int:
    """Play small batches on pages that change."""
    began = time.monotonic()
    chosen = {
        name: value
        for name in ("images", "tabs", "accounts")
        if (value := getattr(wish, name)) is not None
    }
    verdicts = []
    for seed in wish.mutate:
        ways = {"chats": wish.chats, "corrections": wish.corrections}
        dealer = Dealer(seed, wish.faults or 0.0, faults_of(**ways))
        verdict = trial.play(seed, on_doubt=wish.on_doubt, dealer=dealer, **ways, **chosen)
        verdicts.append(verdict)
        _tell_trial(verdict)
    numbers = trial.together(verdicts)
    numbers["wall_seconds"] = round(time.monotonic() - began, 1)
    sys.stdout.write(f"{json.dumps(numbers)}\n")
    return Exit.INTERNAL if numbers["wrong"] else Exit.OK


def _tell_trial(verdict: TrialVerdict) -> None:
    """Names what broke a promise, and the changes under which it did."""
    if not verdict.wrong:
        return
    changes = "; ".join(map(str, verdict.mutation.onsets))
    sys.stderr.write(f"seed {verdict.seed}: {changes}\n")
    for what, names in verdict.wrong.items():
        told = ", ".join(judge.short(name, 100) for name in names)
        sys.stderr.write(f"seed {verdict.seed}: {what}: {told}\n")
    for reason, jobs in verdict.audit.reasons.items():
        sys.stderr.write(f"seed {verdict.seed}: {jobs} need you: {reason}\n")
    for span in verdict.first_stops:
        if span.until is not None:
            sends = f"{len(span.came_to)} sends, {span.fruitless} in a row without a result"
            why = f"{span.until.outcome}: {span.until.text}"
            sys.stderr.write(f"seed {verdict.seed}: stopped after {sends}: {why}\n")
    sys.stderr.flush()


def _nights(wish: argparse.Namespace) -> int:
    """Play whole nights."""
    for name, usual in _USUAL.items():
        if getattr(wish, name) is None:
            setattr(wish, name, usual)
    reports = []
    for seed in range(wish.seed, wish.seed + wish.seeds):
        kind = groups if wish.groups else book if wish.chats == 1 else scenes
        panels = kind(wish.images)
        report = play(
            panels,
            seed,
            wish.faults,
            tabs=wish.tabs,
            accounts=wish.accounts,
            on_doubt=wish.on_doubt,
            told=_progress(seed, wish.images),
            chats=wish.chats,
            corrections=wish.corrections,
            remakes=wish.remakes,
            approvals=wish.approvals,
        )
        reports.append(report)
        _tell(report)
    numbers = reports[0].numbers if len(reports) == 1 else together(reports)
    sys.stdout.write(f"{json.dumps(numbers)}\n")
    broken = any(report.wrong for report in reports) or numbers["success_rate"] < SUCCESS
    return Exit.INTERNAL if broken else Exit.OK


def together(reports: list[Report]) -> dict[str, Any]:
    """The figures of several nights, added up."""
    sums: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for report in reports:
        numbers = report.numbers
        faults.update(numbers["faults"])
        sums.update({name: numbers[name] for name in _SUMMED})
    wanted = sums["images"] - sums["refused"] - sums["in_vain"] - sums["uncorrected"]
    done = sum(report.audit.done for report in reports)
    return {
        "seeds": [report.seed for report in reports],
        **{name: round(sums[name], 2) for name in _SUMMED},
        "success_rate": round(done / wanted, 6) if wanted else 1.0,
        "faults": dict(sorted(faults.items())),
    }


_SUMMED = (
    "images",
    "lost",
    "twice",
    "misfiled",
    "early",
    "replaced",
    "needs_you",
    "refused",
    "in_vain",
    "remade",
    "approved",
    "accepted",
    "corrected",
    "uncorrected",
    "virtual_hours",
    "wall_seconds",
    "cpu_seconds",
)


_USUAL = {"images": 1_000, "faults": 0.1, "tabs": 4, "accounts": 2}
"""Of a night; a trial has its own."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/simulate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--images",
        type=_whole,
        metavar="N",
        help="pictures per night (default: 1000; with --mutate: 6; with --style: 300)",
    )
    add("--seed", type=int, default=1, metavar="S", help="seed of the first night (default: 1)")
    add(
        "--seeds",
        type=_whole,
        default=1,
        metavar="K",
        help="number of nights, with consecutive seeds (default: 1)",
    )
    add(
        "--faults",
        type=_share,
        metavar="F",
        help="share of sends that meet a fault (default: 0.1; with --mutate: 0)",
    )
    add(
        "--tabs",
        type=_whole,
        metavar="N",
        help="worker tabs per account (default: 4; with --mutate: 2)",
    )
    add(
        "--accounts",
        type=_whole,
        metavar="N",
        help="accounts, each in its own browser (default: 2; with --mutate: 1)",
    )
    add(
        "--mutate",
        type=_seeds,
        metavar="SEEDS",
        help="play small batches on changed pages, for seeds such as 1-300",
    )
    add(
        "--style",
        nargs="?",
        type=_named(drifting.LOOKS),
        const=drifting.LOOKS,
        metavar="LOOKS",
        help="play books whose pictures drift: all ways, or those named, such as warmer,thinner",
    )
    add(
        "--causes",
        type=_named(drifting.CAUSES),
        default=drifting.CAUSES,
        metavar="CAUSES",
        help="with --style, what drift grows with: "
        + ", ".join(drifting.CAUSES)
        + " (default: all)",
    )
    add(
        "--chats",
        type=_whole,
        default=1,
        metavar="N",
        help="panels of a scene that go on in one chat (default: 1, a fresh chat for each)",
    )
    add(
        "--corrections",
        type=_share,
        default=0.0,
        metavar="F",
        help="share of pictures that are corrected in their chats (default: 0)",
    )
    add(
        "--groups",
        action="store_true",
        help="a book with groups of panels and with sheets that others wait for",
    )
    add(
        "--remakes",
        type=_share,
        default=0.0,
        metavar="F",
        help="share of pictures that are made anew (default: 0)",
    )
    add(
        "--approvals",
        type=_share,
        default=0.0,
        metavar="F",
        help="share of pictures that are approved, half of which are made anew (default: 0)",
    )
    add(
        "--on-doubt",
        type=OnDoubt,
        default=OnDoubt.ASK,
        choices=list(OnDoubt),
        help="what to do when it is unknown whether a prompt was sent (default: ask)",
    )
    return parser


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _named(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads names between commas."""

    def read(text: str) -> tuple[str, ...]:
        named = tuple(text.split(","))
        if wrong := set(named) - set(known):
            raise argparse.ArgumentTypeError(f"{min(wrong)!r} is none of {', '.join(known)}")
        return named

    return read


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def _progress(seed: int, images: int) -> Callable[[int, float], None]:
    """Says now and then how far a night is."""
    began = last = time.monotonic()

    def tell(made: int, seconds: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= TELL_SECONDS:
            last = now
            so_far = f"{made:,} of {images:,} pictures, {seconds / 3600:.1f} simulated hours"
            sys.stderr.write(f"seed {seed}: {so_far}, after {now - began:.0f} s\n")
            sys.stderr.flush()

    return tell


def _tell(report: Report) -> None:
    """Names what broke a promise, and says why jobs need the author."""
    for what, names in report.wrong.items():
        sys.stderr.write(f"seed {report.seed}: {what}: {', '.join(names)}\n")
    for reason, jobs in report.audit.reasons.items():
        sys.stderr.write(f"seed {report.seed}: {jobs} need you: {reason}\n")
    rate = report.audit.success_rate
    sys.stderr.write(f"seed {report.seed}: {rate:.2%} made in {report.wall_seconds:.1f} s\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
