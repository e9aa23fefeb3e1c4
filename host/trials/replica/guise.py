"""What a figure looks like, read from the words about it: the same words, the same figure.

What the words do not say comes from the figure's name. A reference picture of it changes the trim
and the badge of its clothes, so one sees in which panels it was sent.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from trials.replica.ink import mixed

Hair = Literal["short", "long", "plait", "bun", "curls", "bald"]
Beard = Literal["none", "moustache", "full"]
Hat = Literal["none", "cap", "wide", "tall", "woollen", "hood"]
Cut = Literal["coat", "jacket", "dress", "jersey"]
Badge = Literal["none", "round", "diamond", "bar"]

_COLOURS = {
    "black": "#2f2b3c", "charcoal": "#4a4854", "slate": "#5d6b7a", "grey": "#9a9ba3",
    "gray": "#9a9ba3", "silver": "#c9ccd2", "white": "#f3ede0", "cream": "#efe2c4",
    "ivory": "#efe6cf", "red": "#cf4436", "scarlet": "#d63c31", "crimson": "#a92f3c",
    "rust": "#b4552f", "copper": "#b8622f", "ginger": "#cf6a2c", "orange": "#e2812f",
    "amber": "#e8a534", "gold": "#e3b23c", "golden": "#e3b23c", "yellow": "#f0bf3a",
    "mustard": "#cf9a2e", "ochre": "#c98c34", "blond": "#e5c677", "blonde": "#e5c677",
    "sandy": "#cfae70", "green": "#4f8a5b", "olive": "#7b7f45", "moss": "#6a7d4a",
    "teal": "#2f8f8b", "turquoise": "#3aa7a3", "blue": "#3f6fb0", "navy": "#2d4272",
    "indigo": "#43418f", "purple": "#6a55a8", "violet": "#7a5fb5", "plum": "#71406e",
    "pink": "#dd8fa3", "rose": "#cf7485", "brown": "#7d5238", "tan": "#b98a5b",
    "chestnut": "#7a3b22",
        "auburn": "#8c3d22", "dark": "#3a2c33", "pale": "#e9dcc2", "brass": "#d1a13f",
}  # fmt: skip
_BODY = ("coat", "oilskin", "oilskins", "greatcoat", "overcoat", "raincoat", "cloak", "cape",
         "robe", "gown", "dress", "frock", "skirt", "pinafore", "smock", "jacket", "uniform",
         "waistcoat", "vest", "jersey", "jumper", "sweater", "pullover", "cardigan", "shirt",
         "blouse", "apron", "nightshirt", "shawl", "overalls", "dungarees",
         "peacoat", "suit")  # fmt: skip
_CUTS: dict[str, Cut] = {
    **dict.fromkeys(("dress", "frock", "gown", "robe", "skirt", "pinafore", "nightshirt"), "dress"),
    **dict.fromkeys(("jersey", "jumper", "sweater", "pullover", "cardigan", "shirt", "blouse",
                     "waistcoat", "vest", "overalls", "dungarees"), "jersey"),
    **dict.fromkeys(("jacket", "peacoat", "uniform", "suit"), "jacket"),
}  # fmt: skip
_HATS: dict[str, Hat] = {
    "cap": "cap", "beret": "cap", "bonnet": "cap", "peaked": "cap", "hat": "wide",
    "sou'wester": "wide", "southwester": "wide", "bowler": "tall", "topper": "tall",
    "beanie": "woollen", "woollen": "woollen", "hood": "hood", "kerchief": "woollen",
}  # fmt: skip
_HAIR = ("hair", "plait", "plaits", "braid", "braids", "bun", "curls", "ponytail", "locks")
_SKINS = ("#f3cda9", "#e2ab80", "#b97b56", "#8a5a41", "#f0d6bd", "#cf9468")
_CLOTHES = ("#cf4436", "#2f8f8b", "#e8a534", "#6a55a8", "#3f6fb0", "#4f8a5b", "#b4552f", "#71406e")
_LOCKS = ("#7a3b22", "#2a2028", "#cfae70", "#4b352b", "#a8552c")
_TRIMS = ("#f2c14e", "#f3e3c3", "#e8735a", "#7fc4c1", "#b9d47a", "#d99ad0", "#9ab4ec", "#f29b4b")
_BADGES: tuple[Badge, ...] = ("round", "diamond", "bar")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_PEOPLE = {"man", "woman", "person", "figure", "lady", "fellow", "sailor"}
_GINGER = "#c25a2c"
_REACH = 4
"""A colour stands at most so many words before what it is of."""


@dataclass(frozen=True)
class Guise:
    """What a figure looks like, to its buttons."""

    skin: str
    hair: str
    style: Hair
    beard: Beard
    hat: Hat
    hat_colour: str
    cut: Cut
    coat: str
    trim: str
    badge: Badge
    scarf: str | None
    legs: str
    height: float
    """As a share of a grown-up's."""
    girth: float
    """As a share of the usual."""
    is_old: bool = False
    is_child: bool = False
    glasses: bool = False
    scar: bool = False
    lashes: bool = False
    pole: bool = False
    barefoot: bool = False


def guise_of(name: str, words: str, mark: str = "") -> Guise:
    """Tell what a figure looks like.

    Args:
        name: what decides where the words do not.
        words: about the figure; of several coats the last is worn.
        mark: of the reference picture that shows it; empty for none.
    """
    said = [each.group().casefold().replace("\u2019", "'") for each in _WORD.finditer(words)]
    has = set(said)
    dice = hashlib.sha256(name.casefold().encode()).digest()
    worn = [at for at, word in enumerate(said) if word in _BODY and not _is_put_off(said, at)]
    garment = said[worn[-1]] if worn else ""
    yellow = "#f0bf3a" if garment.startswith("oilskin") else None
    coat = (_colour(said, worn[-1]) if worn else None) or yellow or _CLOTHES[dice[0] % 8]
    hats = [at for at, word in enumerate(said) if word in _HATS]
    bare = hats and (said[hats[-1]] == "hood" and "down" in said[hats[-1] : hats[-1] + 3])
    hat: Hat = _HATS[said[hats[-1]]] if hats and not bare else "none"
    hairs = [at for at, word in enumerate(said) if word in _HAIR]
    old = bool(has & {"old", "elderly", "aged", "ancient", "sixty", "seventy", "eighty"})
    grown = _LOCKS[dice[1] % 5] if not old else "#dcdad3"
    hair = next(filter(None, (_colour(said, at) for at in hairs)), None) or grown
    hair = _GINGER if hair == _COLOURS["red"] else hair
    young = bool(has & {"child", "girl", "boy", "kid", "toddler"})
    stamp = hashlib.sha256(mark.encode()).digest() if mark else dice[8:]
    scarves = [at for at, word in enumerate(said) if word in ("scarf", "neckerchief", "muffler")]
    woman = bool(has & {"woman", "girl", "she", "her", "lady", "mother", "sister", "aunt", "widow"})
    return Guise(
        skin=_skin(has, dice[2]),
        hair=hair,
        style=_style(has, woman=woman),
        beard=_beard(has),
        hat=hat,
        hat_colour=(_colour(said, hats[-1]) if hats else None) or mixed(coat, "#2b2733", 0.35),
        cut=_CUTS.get(garment, "coat"),
        coat=coat,
        trim=_TRIMS[stamp[0] % 8],
        badge=_BADGES[stamp[1] % 3] if mark else "none",
        scarf=(_colour(said, scarves[-1]) or "#cf4436") if scarves else None,
        legs=("#3a3346", "#43506b", "#5a4636")[dice[3] % 3],
        height=_height(said, young=young),
        girth=1.28 if has & {"stout", "broad", "heavy", "burly", "fat"} else
        0.88 if has & {"lean", "thin", "slight", "gaunt", "slender", "wiry"} else 1.0,
        is_old=old,
        is_child=young,
        glasses=bool(has & {"glasses", "spectacles"}),
        scar="scar" in has,
        lashes=woman,
        pole="pole" in has,
        barefoot=bool(has & {"bare", "barefoot"}),
    )  # fmt: skip


def _is_put_off(said: list[str], at: int) -> bool:
    """Whether a garment is the one that is not worn: `in place of the coat`."""
    return bool({"place", "instead", "without", "under"} & set(said[max(0, at - 4) : at]))


def _colour(said: list[str], at: int) -> str | None:
    """The colour that is named shortly before a word."""
    near = said[max(0, at - _REACH) : at]
    return next((_COLOURS[word] for word in reversed(near) if word in _COLOURS), None)


def _skin(has: set[str], dice: int) -> str:
    if has & {"dark-skinned", "black-skinned"}:
        return "#8a5a41"
    if has & {"pale", "fair", "freckled", "freckles"}:
        return "#f6d9bd"
    if has & {"weathered", "tanned", "sunburnt"}:
        return "#d99d73"
    return _SKINS[dice % 6]


def _style(has: set[str], *, woman: bool) -> Hair:
    if has & {"bald", "bald-headed"}:
        return "bald"
    if has & {"plait", "plaits", "braid", "braids", "ponytail"}:
        return "plait"
    if has & {"bun", "knot"}:
        return "bun"
    if has & {"curls", "curly", "frizzy"}:
        return "curls"
    if has & {"short", "cropped"} and "hair" in has:
        return "short"
    return "long" if woman else "short"


def _beard(has: set[str]) -> Beard:
    if has & {"beard", "bearded"}:
        return "full"
    return "moustache" if has & {"moustache", "mustache", "whiskers"} else "none"


def _height(said: list[str], *, young: bool) -> float:
    if young:
        return 0.68
    for size, height in (("tall", 1.07), ("short", 0.9), ("small", 0.9)):
        near = [said[at + 1 : at + 4] for at, word in enumerate(said) if word == size]
        if any(_PEOPLE & set(each) for each in near):
            return height
    return 1.0
