"""Times of day and dates, as limits tell them in the languages of their pages.

The forms are those of Unicode's Common Locale Data Repository for short times and for days of the
month, as browsers write them: https://cldr.unicode.org/translation/date-time
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MORNING = r"午前|上午|凌晨|清晨|早上|오전|ÖÖ"
_EVENING = r"午後|下午|晚上|오후|ÖS"
"""Before the time, as against those after it."""

_AM = r"a\.?\s?m\b\.?|ص(?:باحا)?(?!\w)|ق\.?ظ\.?|π\.?\s?μ\.?|SA\b|de la mañana|da manhã|du matin"
_PM = (
    r"p\.?\s?m\b\.?|م(?:ساء)?(?!\w)|ب\.?ظ\.?|بعدازظهر|μ\.?\s?μ\.?|CH\b"
    r"|de la (?:tarde|noche)|da (?:tarde|noite)|de l['’]après-midi|du soir"
)
_LEADS = (
    r"after|at|until|till|from|nach|um|ab|bis|après|à|jusqu['’]à|dès|a las|de las|às|as|após"
    r"|alle(?: ore)?|dopo le|dalle|na|om|kl\.?|klo|pukul|в|после|po|saat|بعد|الساعة"
)
_TIME = re.compile(
    rf"(?i)(?:\b(?P<leads>{_LEADS})\s+)?(?:(?P<morning>{_MORNING})|(?P<evening>{_EVENING}))?\s*"
    r"(?<![0-9A-Za-z.,:/-])(?P<hour>2[0-3]|[01]?[0-9])(?![0-9])"
    r"(?:(?:(?P<dot>\.)|:|\s?(?:h|ч|時|点|點|시)\s?)(?P<minute>[0-5][0-9])(?![0-9]|[.,:][0-9]))?"
    rf"\s*(?:(?P<am>{_AM})|(?P<pm>{_PM}))?"
    r"(?:(?P<clock>\s*(?:Uhr\b|時(?!間)|点|點|시(?!간)))|(?P<h>\s?h\b))?"
)
_TOMORROW = re.compile(
    r"(?i)\b(?:tomorrow|morgen|demain|(?<!de la )mañana|amanhã|domani|завтра|jutro|yarın|imorgon"
    r"|غدا|الغد|فردا|מחר)\b|明日|明天|내일"
)

_MONTHS = (
    "jan(?:uary|uar|vier|v|eiro)?|ene(?:ro)?|gen(?:naio)?",
    "feb(?:ruary|ruar|rero|braio)?|f[ée]v(?:r|rier|ereiro)?",
    "mar(?:ch|s|zo|ço)?|märz",
    "apr(?:il|ile)?|avr(?:il)?|abr(?:il)?",
    "(?-i:May)|mayo|maio?|mag(?:gio)?",  # "may" is a word of every limit
    "jun(?:e|i|io|ho)?|juin|giu(?:gno)?",
    "jul(?:y|i|io|ho)?|juil(?:let)?|lug(?:lio)?",
    "aug(?:ust)?|ao[ûu]t|ago(?:sto)?",
    "sep(?:t|tember|tembre|tiembre)?|set(?:embro|tembre)?",
    "o[ck]t(?:ober|obre|ubre)?|out(?:ubro)?(?! of)|ott(?:obre)?",
    "nov(?:ember|embre|iembre|embro)?",
    "de[cz](?:ember|embro)?|d[ée]c(?:embre)?|dic(?:iembre|embre)?",
)
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))
_DATES = (
    re.compile(r"\b(?P<year>20[0-9]{2})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])\b"),
    re.compile(
        r"(?:(?P<year>20[0-9]{2})[年년]\s?)?"
        r"(?P<month>1?[0-9])[月월]\s?(?P<day>[1-3]?[0-9])[日号號일]"
    ),
    re.compile(
        rf"(?i)\b(?:{_MONTH})\.?\s(?P<day>[1-3]?[0-9])(?:st|nd|rd|th)?\b(?![:.][0-9])"
        r"(?:,?\s(?P<year>20[0-9]{2})\b)?"
    ),
    re.compile(
        r"(?i)\b(?P<day>[1-3]?[0-9])(?:\.|er|º|st|nd|rd|th)?\s(?:de\s)?"
        rf"(?:{_MONTH})(?![a-zà-ÿ])(?:\.?,?\s(?:de\s)?(?P<year>20[0-9]{{2}})\b)?"
    ),
)

_NOON = 12
_PASSED = timedelta(hours=6)
"""A time of day that is past by less than this was meant to be past; else it is tomorrow's."""
_LONG_AGO = timedelta(days=60)
"""A day of the month that is past by less than this was meant so; else it is next year's."""


def seconds_until(text: str, now: float, zone: str) -> float | None:
    """The seconds until the moment that a text names, or None when it names none.

    Args:
        text: the site's own words, with ASCII digits and plain spaces.
        now: when it was said, in seconds since the epoch.
        zone: the page's time zone, by its IANA name; this machine's when it is empty or not known.
    """
    place = _zone(zone)
    here = datetime.fromtimestamp(now, place).astimezone(place)
    day, rest = _day(text, here)
    times = list(_times(rest))
    hour, minute = next((time for time, led in times if led), times[0][0] if times else (None, 0))
    if hour is None and day is None:
        return None
    then = (day or here).replace(hour=hour or 0, minute=minute, second=0, microsecond=0)
    if day is None and (_TOMORROW.search(text) or here - then >= _PASSED):
        then += timedelta(days=1)
    if hour is None and then <= here:
        return None
    return max(0.0, then.timestamp() - now)


def _times(text: str) -> Iterator[tuple[tuple[int, int], bool]]:
    """Every hour and minute, and whether a word such as "after" leads to it."""
    for found in _TIME.finditer(text):
        led = found["leads"] is not None
        morning = found["morning"] or found["am"]
        evening = found["evening"] or found["pm"]
        sure = morning or evening or found["clock"]
        if not (sure or (found["h"] and led) or (found["minute"] and (led or not found["dot"]))):
            continue
        hour = int(found["hour"])
        if (morning or evening) and hour <= _NOON:
            hour = hour % _NOON + (_NOON if evening else 0)
        yield (hour, int(found["minute"] or 0)), led


def _day(text: str, here: datetime) -> tuple[datetime | None, str]:
    """The day that a text names, and the text without it."""
    for form in _DATES:
        for found in form.finditer(text):
            parts = found.groupdict()
            month = parts.get("month") or next(n for n in range(1, 13) if parts.get(f"m{n}"))
            year = int(parts["year"] or here.year)
            try:
                day = here.replace(year=year, month=int(month), day=int(parts["day"]))
            except ValueError:
                continue
            if not parts["year"] and here - day >= _LONG_AGO:
                day = day.replace(year=year + 1)
            return day, text[: found.start()] + " " + text[found.end() :]
    return None, text


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
