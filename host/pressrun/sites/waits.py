"""How long a site's words ask to wait: durations and times of day, as limits tell them.

What the page's clock and language mean is the caller's to say; nothing here looks at a clock.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400.0

_UNITS = {
    1.0: "seconds?|secs?|sekunden?|secondes?|segundos?|secondi|secondo|秒",
    60.0: "minutes?|mins?|minuten?|minutos?|minuti|minuto|分钟|分鐘|分",
    3_600.0: "hours?|hrs?|stunden?|heures?|horas?|ore|ora|小时|小時|時間",
    DAY: "days?|tage?|tagen|jours?|días?|dias?|giorni|giorno|天|日",
}
_ONE = "an?|one|eine[rnm]?|une?|una|um|uma|uno"
_FEW = "a few|several|some|ein paar|einige[nr]?|quelques|unos|unas|alguns|algumas|alcuni|数|幾"
_COUPLE = "a couple(?: of)?"

FEW = 5.0
"""What "a few" is taken for."""

_PART = re.compile(
    rf"(?i)(?<![\w.])(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<few>{_FEW})|(?P<couple>{_COUPLE})|(?P<one>{_ONE}))"
    r"\s*(?:"
    + "|".join(f"(?P<u{int(unit)}>{words})" for unit, words in _UNITS.items())
    + r")(?=$|[^a-zà-ÿ])"
)
_JOIN = re.compile(r"(?i)^[\s,]*(?:and|und|et|y|e)?[\s,]*$")
_LEADS = re.compile(
    r"(?i)(?:\bin|\bfor|\bafter|\bwait|\bwithin|\banother|\bnach|\bfür|\bdans|\bpendant|\bdurante|\ben|\btra)"
    r"\s+(?:about |approximately |another |~)?$"
)

_TOMORROW = re.compile(r"(?i)\b(?:tomorrow|morgen|demain|mañana|amanhã|domani)\b|明日|明天")
_TIME = re.compile(
    r"(?i)(?<![\d.,:])(?P<hour>[01]?\d|2[0-3])"
    r"(?:(?:[:.]|\s?h\s?|時|点)(?P<minute>[0-5]\d)(?![\d.,]\d))?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?|[صم](?!\w))?(?P<uhr>\s*Uhr\b)?"
)
_PASSED = timedelta(hours=6)
"""A time of day that is past by less than this was meant to be past; else it is tomorrow's."""


def told_wait(text: str, now: float = 0.0, zone: str = "") -> float | None:
    """The seconds that a text asks to wait, or None when it tells no time.

    Args:
        text: the site's own words.
        now: when it was said, in seconds since the epoch; it matters to times of day alone.
        zone: the page's time zone, by its IANA name; this machine's when it is empty or not known.
    """
    spans = list(_durations(text))
    asked = [seconds for seconds, leads in spans if leads]
    if asked:
        return max(asked)
    until = _until_time_of_day(text, now, zone)
    if until is not None:
        return until
    return max((seconds for seconds, _ in spans), default=None)


def _durations(text: str) -> Iterator[tuple[float, bool]]:
    """Every duration, its parts added up, and whether a word such as "in" or "for" leads to it."""
    told, leads, end = 0.0, False, -1
    for part in _PART.finditer(text):
        unit = next(unit for unit in _UNITS if part[f"u{int(unit)}"])
        if part["number"]:
            count = float(part["number"].replace(",", "."))
        else:
            count = FEW if part["few"] else 2.0 if part["couple"] else 1.0
        if end < 0 or not _JOIN.match(text[end : part.start()]):
            if end >= 0:
                yield told, leads
            told, leads = 0.0, bool(_LEADS.search(text[: part.start()]))
        told += count * unit
        end = part.end()
    if end >= 0:
        yield told, leads


def _until_time_of_day(text: str, now: float, zone: str) -> float | None:
    for found in _TIME.finditer(text):
        if not (found["minute"] or found["half"] or found["uhr"]):
            continue
        hour = int(found["hour"])
        if found["half"]:
            if not 1 <= hour <= 12:  # noqa: PLR2004 - hours on a dial
                continue
            hour = hour % 12 + (12 if found["half"][0] in "pPم" else 0)
        here = datetime.fromtimestamp(now, _zone(zone)).astimezone(_zone(zone))
        then = here.replace(hour=hour, minute=int(found["minute"] or 0), second=0, microsecond=0)
        if _TOMORROW.search(text) or here - then >= _PASSED:
            then += timedelta(days=1)
        return max(0.0, then.timestamp() - now)
    return None


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
