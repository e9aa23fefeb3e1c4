"""A page that its developers have changed: a few mutations, drawn from a seed.

What each does to a page is the business of ``page/mutator.js``, which works on what is rendered as
any developer may. Neither knows what a reader of the page looks for.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from pressrun.simulator.dice import dice

Kind = Literal[
    "attributes",
    "test_ids",
    "roles",
    "labels",
    "classes",
    "ids",
    "wrappers",
    "contents",
    "order",
    "edited",
    "ellipsis",
    "cut",
    "quotes",
    "rendered",
    "emoji",
    "direction",
    "doubled",
    "galleries",
    "notices",
    "addresses",
    "senders",
    "adverts",
    "hidden",
    "copies",
]
"""What may change. A table in ``docs/replica.md`` tells what each does."""

KINDS: tuple[Kind, ...] = get_args(Kind)

STRONGEST = 3
"""The greatest strength."""

_COUNTS = (1, 2, 2, 3, 4)
_LATEST = 4  # submissions of an account, after which a mutation has begun
_DRAWS = 2**31


@dataclass(frozen=True)
class Mutation:
    """One change of the page."""

    kind: Kind
    strength: int
    """From 1, as slight as it can be and be one at all, to 3."""
    after: int
    """How many prompts the account has to send before it begins; 0 is at once."""
    draw: int
    """What the page draws from, where there is something left to chance."""


def drawn(seed: int) -> tuple[Mutation, ...]:
    """Draw one to four mutations, no two of one kind; a seed gives the same ones each time."""
    chance = dice("mutations", seed)
    kinds = chance.sample(KINDS, chance.choice(_COUNTS))
    return tuple(
        Mutation(
            kind,
            chance.randint(1, STRONGEST),
            chance.choice((0, 0, chance.randint(1, _LATEST))),
            chance.randrange(_DRAWS),
        )
        for kind in kinds
    )


def of(kind: Kind, strength: int, after: int = 0) -> Mutation:
    """Return one certain mutation, for a look at it by itself."""
    return Mutation(kind, strength, after, dice("mutation", kind, strength).randrange(_DRAWS))


def read(text: str) -> tuple[Mutation, ...]:
    """Return the mutations that a text names: a seed, or kinds as in ``labels:2,cut:1``.

    Raises:
        ValueError: It names none.
    """
    if text.isascii() and text.isdecimal():
        return drawn(int(text))
    return tuple(map(_named, text.split(",")))


def _named(text: str) -> Mutation:
    name, _, rest = text.strip().partition(":")
    strength, _, after = rest.partition(":")
    kind = next((each for each in KINDS if each == name), None)
    if kind is None:
        raise ValueError(f"{name!r} is no mutation; there are {', '.join(KINDS)}")
    told = int(strength or STRONGEST)
    if not 1 <= told <= STRONGEST:
        raise ValueError(f"a strength is from 1 to {STRONGEST}")
    return of(kind, told, int(after or 0))
