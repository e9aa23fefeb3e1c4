"""How long a site's words ask to wait: durations and times of day, as limits tell them.

What the page's clock and language mean is the caller's to say; nothing here looks at a clock.
"""

import re
import unicodedata
from collections.abc import Iterator

from pressrun.sites.moments import seconds_until

DAY = 86_400.0

_UNITS = {
    1.0: "seconds?|secs?|s|sekunden?|sek|secondes?|segundos?|secondi|secondo|секунд[уы]?|秒|초",
    60.0: "minutes?|mins?|m|minuten?|minut[yę]?|minutos?|minuti|minuto|минут[уы]?|мин|dakika"
    "|دقائق|دقيقة|分钟|分鐘|分|분",
    3_600.0: "hours?|hrs?|h|stunden?|std|heures?|horas?|ore|ora|uur|uren|godzin[yę]?|час(?:а|ов)?"
    "|saat|ساعات|ساعة|小时|小時|時間|시간",
    DAY: "days?|tage?|tagen|jours?|días?|dias?|giorni|giorno|dagen|dni|dzień|день|дня|дней|gün"
    "|أيام|يوما?|天|日|일",
}
_ONE = "an?|one|eine[rnm]?|une?|una|um|uma|uno"
_FEW = "a few|several|some|ein paar|einige[nr]?|quelques|unos|unas|alguns|algumas|alcuni|数|幾"
_COUPLE = "a couple(?: of)?"

FEW = 5.0
"""What "a few" is taken for."""

_PART = re.compile(
    rf"(?i)(?:(?<![0-9_A-Za-zÀ-ÿ.])|(?<=[0-9][hms]))(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<few>{_FEW})|(?P<couple>{_COUPLE})|(?P<one>{_ONE}))"
    r"\s*(?:"
    + "|".join(f"(?P<u{int(unit)}>{words})" for unit, words in _UNITS.items())
    + r")(?=$|[^a-zà-ÿ])"
)
_JOIN = re.compile(r"(?i)^[\s,]*(?:and|und|et|y|e|en|och|og|i|и|ve|و)?[\s,]*$")
_LEADS = re.compile(
    r"(?i)(?:\bin|\bfor|\bafter|\bwait|\bwithin|\banother|\bnach|\bfür|\bdans|\bpendant|\bdurante|\ben|\bem"
    r"|\btra|\bfra|\bdentro de|\bчерез|\bبعد|\bخلال)"
    r"\s+(?:about |approximately |another |~)?$"
)

_LEAD_CHARS = 40
"""How far back such a word is looked for, so that a text is read in one pass."""


def told_wait(text: str, now: float = 0.0, zone: str = "") -> float | None:
    """The seconds that a text asks to wait, or None when it tells no time.

    Args:
        text: the site's own words.
        now: when it was said, in seconds since the epoch; it matters to times of day alone.
        zone: the page's time zone, by its IANA name; this machine's when it is empty or not known.
    """
    text = plain(text)
    spans = list(_durations(text))
    asked = [seconds for seconds, leads in spans if leads]
    if asked:
        return max(asked)
    until = seconds_until(text, now, zone)
    if until is not None:
        return until
    return max((seconds for seconds, _ in spans), default=None)


def plain(text: str) -> str:
    """A text with the digits and spaces of ASCII, and without marks of direction or of vowels.

    Pages in Arabic or Persian write their own digits, and browsers part a time from its letters by
    narrow spaces that do not break.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"\d", lambda digit: str(unicodedata.decimal(digit[0])), plain)
    return re.sub(r"[\u064b-\u0652\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069]", "", plain)


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
            before = text[max(0, part.start() - _LEAD_CHARS) : part.start()]
            told, leads = 0.0, bool(_LEADS.search(before))
        told += count * unit
        end = part.end()
    if end >= 0:
        yield told, leads
