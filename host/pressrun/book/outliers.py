"""What becomes of pictures that stand out, as authors write it."""

import re

from pressrun.book.model import OutlierRule
from pressrun.book.toml import TomlTable
from pressrun.protocol.messages.batch import DEFAULT_REPAIRS, MOST_REPAIR_SHARE, MOST_REPAIRS
from pressrun.states import Outliers

CHOICES = " or ".join(f'"{each.value}"' for each in Outliers)
"""What `outliers` may be, for people."""

_CHARS = 40
_MOST = f"{MOST_REPAIR_SHARE * 100:.0f} %"
_CHOICE = re.compile(rf"({'|'.join(Outliers)})(?::(\d{{1,2}}))?", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:[.,]\d{1,6})?)\s*%?", re.ASCII)


def read(table: TomlTable) -> OutlierRule:
    """What `[style]` says of it; what is wrong goes to the table's defects."""
    usual = OutlierRule()
    chosen = table.text("outliers", _CHARS)
    if chosen and chosen not in list(Outliers):
        table.fault(f"'outliers' must be {CHOICES}, not {chosen!r}", "outliers")
        chosen = ""
    return OutlierRule(
        Outliers(chosen) if chosen else usual.outliers,
        _repairs(table),
        _share(table, usual.share),
    )


def share_of(text: str) -> float:
    """The share that an author means: `5 %` and `5` are 0.05.

    Raises:
        ValueError: it is none, or more than may be chosen; the error says so for people.
    """
    found = _SHARE.fullmatch(text.strip())
    share = float(found[1].replace(",", ".")) / 100 if found else -1.0
    if not 0 <= share <= MOST_REPAIR_SHARE:
        raise ValueError(f"write a share of the pictures from 0 % to {_MOST}, such as 5 %")
    return share


def choice_of(text: str) -> tuple[Outliers, int | None]:
    """What an author chooses, and how many repairs: `redo:3`; None is the usual number.

    Raises:
        ValueError: it is no such choice; the error says so for people.
    """
    found = _CHOICE.fullmatch(text.strip())
    repairs = int(found[2]) if found and found[2] else None
    chosen = Outliers(found[1]) if found else None
    counts = repairs is None or (chosen == Outliers.REDO and 1 <= repairs <= MOST_REPAIRS)
    if chosen is None or not counts:
        raise ValueError(f"write mark, hold, redo, or redo:N, where N is from 1 to {MOST_REPAIRS}")
    return chosen, repairs


def _repairs(table: TomlTable) -> int:
    count = table.number("repairs", DEFAULT_REPAIRS, 1, MOST_REPAIRS)
    if count != int(count):
        table.fault(f"'repairs' must be a whole number from 1 to {MOST_REPAIRS}", "repairs")
        return DEFAULT_REPAIRS
    return int(count)


def _share(table: TomlTable, usual: float) -> float:
    """The budget: a number or a text, of per cent."""
    if not table.has("repair_budget"):
        return usual
    value = table.values["repair_budget"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        # 'g' writes a long number as a power of ten, and no share is one
        return share_of(f"{value:g}" if is_number else value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        table.fault(
            f"'repair_budget' must be a share of the pictures from 0 % to {_MOST}, such as \"5 %\"",
            "repair_budget",
        )
        return usual
