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

_AM = (
    r"(?:a\.\s?m\.?|am|(?-i:SA)|ص(?:باحا)?)(?!\w)|ق\.?ظ\.?|π\.\s?μ\.?"
    r"|de la mañana|da manhã|du matin|del mattino"
)
_PM = (
    r"(?:p\.\s?m\.?|pm|(?-i:CH)|م(?:ساء)?)(?!\w)|ب\.?ظ\.?|بعدازظهر|μ\.\s?μ\.?"
    r"|de la (?:tarde|noche)|da (?:tarde|noite)|de l['’]après-midi|du soir|di sera"
)
_WORD_OF_ITS_OWN = re.compile(r"(?:am|SA|CH|ص|م)$")
"""Halves of a day that are words of other languages as well ("Figur 3 am Rand"), or of units."""

_DIALS = r"um|alle(?: ore)?|kl\.?|klo|pukul|ore|ora|lúc|o godz(?:inie|\.)?"
"""What leads to a time and hardly to any other number: one with a dot may follow."""
_LEADS = (
    r"after|at|until|till?|from|nach|ab|bis|après|à|jusqu['’]à|dès|a las|de las|às|as|após"
    r"|dopo le|dalle|na|om|efter|etter|v|ve|в|о|об|после|после|до|після|po|do|saat|la|după|sau"
    r"|بعد(?: از)?|الساعة|حتى|בשעה|אחרי|μετά τις|στις|setelah|jälkeen"
)
_TRAILS = (
    r"\s?(?:以降|以後|以后|之后|之後|より?後|後|后|まで|に|から|前|이후|후|에|까지)"
    r"|\s(?:sonra|után|jälkeen|के बाद|बजे)"
)
_TIME = re.compile(
    rf"(?i)(?:(?<!\w)(?:(?P<dial>{_DIALS})|(?P<lead>{_LEADS}))\s+)?"
    rf"(?:(?P<morning>{_MORNING})|(?P<evening>{_EVENING}))?\s*"
    r"(?<![0-9A-Za-z.,:/-])(?P<hour>2[0-3]|[01]?[0-9])(?![0-9])"
    r"(?:(?:(?P<dot>\.)|:|\s?(?:h|ч|時|点|點|시)\s?)(?P<minute>[0-5][0-9])(?![0-9]|[.,:][0-9])[分분]?)?"
    rf"\s*(?:(?P<am>{_AM})|(?P<pm>{_PM}))?"
    r"(?:\s*(?:(?P<clock>Uhr\b)|時(?!間)|点|點|시(?!간))|(?P<h>\s?h\b))?"
    rf"(?P<trail>{_TRAILS})?"
)
_TOMORROW = re.compile(
    r"(?i)\b(?:tomorrow|morgen|demain|(?<!de la )mañana|amanhã|domani|завтра|jutro|yarın|i ?morgon"
    r"|i ?morgen|huomenna|holnap|mâine|maine|zítra|αύριο|besok|ngày mai|غدا|الغد|فردا|מחר)\b"
    r"|明日|明天|내일|พรุ่งนี้|कल"
)

_MONTHS = (
    "jan(?:uary|uari|uar|vier|v|eiro)?|enero|gennaio|янв(?:аря)?|stycznia|ocak",
    "feb(?:ruary|ruari|ruar|rero|braio)?|f[ée]v(?:r|rier|ereiro)?|фев(?:раля)?|lutego|şubat",
    "mar(?:ch|s|zo|ço)|märz|maart|марта|marca|mart",
    "apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|апр(?:еля)?|kwietnia|nisan",
    "(?-i:May)|mayo|maio|maggio|mei|мая|maja|mayıs",  # "may" is a word of every limit
    "jun(?:e|i|io|ho)?|juin|giugno|giu|июн[яь]|czerwca|haziran",
    "jul(?:y|i|io|ho)?|juil(?:let)?|luglio|июл[яь]|lipca|temmuz",
    "aug(?:ust|ustus|usti)?|ao[ûu]t|agosto|авг(?:уста)?|sierpnia|ağustos",
    "sep(?:t|tember|tembre|tiembre)?|setembro|settembre|сент(?:ября)?|września|eylül",
    "(?-i:O[ck]t)|o[ck]to(?:ber|bre)|octubre|outubro|ott(?:obre)?|окт(?:ября)?|października|ekim",
    "nov(?:ember|embre|iembre|embro)?|нояб(?:ря)?|listopada|kasım",
    "(?-i:De[cz])|de[cz]ember|dezembro|d[ée]cembre|déc|diciembre|dicembre|дек(?:абря)?|grudnia|aralık",
)
"""Without the abbreviations that are common words elsewhere, such as "set", "out" and "ago"."""
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
_FAR = timedelta(days=60)
"""A day that is farther away than this, before or after, is none that a limit tells."""


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
    times = list(_times(rest, dated=day is not None or _TOMORROW.search(text) is not None))
    hour, minute = next((time for time, led in times if led), times[0][0] if times else (None, 0))
    if hour is None and day is None:
        return None
    then = (day or here).replace(hour=hour or 0, minute=minute, second=0, microsecond=0)
    if day is None and (_TOMORROW.search(text) or here - then >= _PASSED):
        then += timedelta(days=1)
    if hour is None and then <= here:
        return None
    return max(0.0, then.timestamp() - now)


def _times(text: str, *, dated: bool) -> Iterator[tuple[tuple[int, int], bool]]:
    """Every hour and minute, and whether a word such as "after" leads to it.

    Args:
        text: the words.
        dated: whether they name a day, too; other numbers with a colon are ratios as well.
    """
    for found in _TIME.finditer(text):
        led = (found["lead"] or found["dial"]) is not None
        if not _sure(found, beside=led or dated or found["trail"] is not None):
            continue
        hour = int(found["hour"])
        evening = found["evening"] or found["pm"]
        if (found["morning"] or found["am"] or evening) and hour <= _NOON:
            hour = hour % _NOON + (_NOON if evening else 0)
        yield (hour, int(found["minute"] or 0)), led


def _sure(found: re.Match[str], *, beside: bool) -> bool:
    """Whether a number is a time of day, by its form and by what stands beside it."""
    half = found["morning"] or found["evening"] or found["am"] or found["pm"]
    if found["dot"]:
        return bool(half or found["clock"] or found["dial"])
    if found["minute"]:
        return bool(half or found["clock"] or beside)
    if half and not _WORD_OF_ITS_OWN.search(half):
        return True
    form = half or found["h"] or re.search("[時点點시]", found[0])
    return bool(found["clock"] or (form and beside))


def _day(text: str, here: datetime) -> tuple[datetime | None, str]:
    """The day that a text names, and the text without it."""
    for form in _DATES:
        for found in form.finditer(text):
            parts = found.groupdict()
            month = parts.get("month") or next(n for n in range(1, 13) if parts.get(f"m{n}"))
            for year in [parts["year"]] if parts["year"] else [here.year, here.year + 1]:
                try:
                    day = here.replace(year=int(year), month=int(month), day=int(parts["day"]))
                except ValueError:
                    continue
                if abs(day - here) < _FAR:
                    return day, text[: found.start()] + " " + text[found.end() :]
    return None, text


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
