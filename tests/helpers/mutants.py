"""Mutated pictures: bytes changed, cut out, doubled and swapped, from a seed.

    python tests/helpers/mutants.py KIND COUNT SEED

prints a line of JSON: how many were still pictures, how many were not, how many ended in another
error, the seconds, and the most memory, in MiB.
"""

import json
import random
import resource
import sys
import time
import warnings
import zlib
from collections import Counter
from typing import get_args

from helpers.pictures import Kind, encoded
from pressrun.library.decoding import BadPictureError, decode_bytes, pixels_sha256, size_of

ODD = (b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xd8\xff")


def mutated(whole: bytes, dice: random.Random) -> bytes:
    """Return a picture with one to eight changes, most of them near its head."""
    data = bytearray(whole)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(min(len(data), dice.choice((64, 512, len(data)))) or 1)
        length = dice.randint(1, 16)
        match dice.randrange(6):
            case 0:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                data[at : at + 1] = bytes(
                    [(data[at : at + 1] or b"\0")[0] ^ 1 << dice.randrange(8)]
                )
            case 2:
                odd = dice.choice(ODD)
                data[at : at + len(odd)] = odd
            case 3:
                del data[at : at + length]
            case 4:
                data[at:at] = data[at : at + length]
            case _:
                del data[dice.randrange(len(data) + 1) :]
    return checked(bytes(data)) if dice.random() < 0.7 else bytes(data)


def checked(data: bytes) -> bytes:
    """Return a PNG whose chunks have the right sums, so that what is in them is looked at."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    parts, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = min(at + 8 + length, len(data) - 4)
        body = data[at + 4 : end]
        parts += [data[at : at + 4], body, zlib.crc32(body).to_bytes(4, "big")]
        at = end + 4
    return b"".join([*parts, data[at:]])


def play(kind: Kind, count: int, seed: int) -> dict[str, float]:
    """Decode mutated pictures in every way; returns what came of it."""
    dice = random.Random(f"{kind} {seed}")  # noqa: S311 - a picture, no secret
    wholes = [encoded(kind, (size, size + 7), seed=size) for size in (9, 32, 90)]
    ends: Counter[str] = Counter()
    begun = time.monotonic()
    for _ in range(count):
        data = mutated(dice.choice(wholes), dice)
        for look in (size_of, pixels_sha256, lambda data: decode_bytes(data, "")):
            try:
                look(data)
            except BadPictureError:
                end = "bad"
            except Exception as error:  # noqa: BLE001 - it is counted and told
                end = f"uncaught {type(error).__name__}"
            else:
                end = "whole"
            ends[end] += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**ends, "seconds": round(time.monotonic() - begun, 1), "peak": round(peak)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    (asked,) = (each for each in get_args(Kind) if each == sys.argv[1])
    print(json.dumps({"kind": asked, **play(asked, int(sys.argv[2]), int(sys.argv[3]))}))  # noqa: T201
