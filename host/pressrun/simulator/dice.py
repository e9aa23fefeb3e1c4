"""Chance that replays: every draw is made from a generator seeded by what it is for."""

import random
import uuid


def dice(*of: object) -> random.Random:
    """Return a generator that depends on nothing but the values it is for.

    Two runs that ask for the same thing get the same draws, whatever happened between.
    """
    # Simulated chance must replay from its seed, which a cryptographic source cannot.
    return random.Random("\x1f".join(map(str, of)))  # noqa: S311


def identity(*of: object) -> str:
    """Return a UUID (version 4 in looks) that depends on nothing but the values it is for."""
    return str(uuid.UUID(int=dice("identity", *of).getrandbits(128), version=4))
