"""How long a site asks to wait, in every form that its limits are known to take."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.sites.waits import told_wait

BERLIN = "Europe/Berlin"
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def at(*moment: int, zone: str = BERLIN) -> float:
    """Return a moment, by the clock of a zone."""
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).timestamp()


NOON = at(2026, 11, 24, 12, 0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("You can create more images when the limit resets in 27 minutes.", 27 * MINUTE),
        ("when the limit resets in 14 hours.", 14 * HOUR),
        ("when the limit resets in 3 hours and 36 minutes.", 3 * HOUR + 36 * MINUTE),
        ("Please wait for 5 minutes before generating more images.", 5 * MINUTE),
        ("Please wait for an hour.", HOUR),
        ("Please wait a few minutes before trying again.", 5 * MINUTE),
        ("Try again in 5 minutes.", 5 * MINUTE),
        ("try again in 1 minute", MINUTE),
        ("in a minute", MINUTE),
        ("in a couple of hours", 2 * HOUR),
        ("about an hour", HOUR),
        ("An Hour from now", HOUR),
        ("in 3 hours and 12 minutes", 3 * HOUR + 12 * MINUTE),
        ("in 1 day, 2 hours", DAY + 2 * HOUR),
        ("in 2 days, 3 hours, and 4 minutes", 2 * DAY + 3 * HOUR + 4 * MINUTE),
        ("in 1.5 hours", 1.5 * HOUR),
        ("wait 30 seconds", 30),
        ("30seconds", 30),
        ("3 images every 2 hours. Try again in 27 minutes.", 27 * MINUTE),
        ("Versuche es in 27 Minuten erneut.", 27 * MINUTE),
        ("Bitte warte eine Stunde.", HOUR),
        ("in 3 Stunden und 36 Minuten", 3 * HOUR + 36 * MINUTE),
        ("Réessayez dans 3 heures et 36 minutes.", 3 * HOUR + 36 * MINUTE),
        ("Inténtalo de nuevo en 27 minutos.", 27 * MINUTE),
        ("Tente novamente em 2 horas e 5 minutos.", 2 * HOUR + 5 * MINUTE),
        ("Riprova tra 27 minuti.", 27 * MINUTE),
        ("27分後にもう一度お試しください", 27 * MINUTE),
        ("请在 3 小时后重试", 3 * HOUR),
        ("later today", None),
        ("an extra hour", None),
        ("your quota days are over", None),
        ("Sunday", None),
        ("24 minuteses", None),
        ("version 5.2 is here", None),
        ("16:9 is a ratio, and 3:4 another", None),
        ("", None),
    ],
)
def test_a_told_duration_is_understood(text: str, seconds: float | None) -> None:
    """The parts of a told duration add up; words that only look like one are none."""
    assert told_wait(text, NOON, BERLIN) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("上限将在 10小时 后重置", 10 * HOUR),
        ("2小时5分钟后", 2 * HOUR + 5 * MINUTE),
        ("請在 3 小時 20 分鐘後再試", 3 * HOUR + 20 * MINUTE),
        ("请等待几分钟", 5 * MINUTE),
        ("3時間36分後にリセットされます", 3 * HOUR + 36 * MINUTE),
        ("数分後にもう一度", 5 * MINUTE),
        ("1時間", HOUR),
        ("3시간 36분 후", 3 * HOUR + 36 * MINUTE),
        ("몇 분 후에 다시 시도하세요", 5 * MINUTE),
        ("in ein paar Minuten", 5 * MINUTE),
        ("eine Stunde", HOUR),
        ("dans quelques minutes", 5 * MINUTE),
        ("en unos minutos", 5 * MINUTE),
        ("em alguns minutos", 5 * MINUTE),
        ("tra qualche minuto", 5 * MINUTE),
        ("un'ora", HOUR),
        ("over enkele minuten", 5 * MINUTE),
        ("za kilka minut", 5 * MINUTE),
        ("через 2 часа и 5 минут", 2 * HOUR + 5 * MINUTE),
        ("через несколько минут", 5 * MINUTE),
        ("через 3 години", 3 * HOUR),
        ("za několik minut", 5 * MINUTE),
        ("bir saat", HOUR),
        ("birkaç dakika bekleyin", 5 * MINUTE),
        ("om några minuter", 5 * MINUTE),
        ("om 3 timer og 5 minutter", 3 * HOUR + 5 * MINUTE),
        ("muutaman minuutin kuluttua", 5 * MINUTE),
        ("27 perc múlva", 27 * MINUTE),
        ("peste 3 ore", 3 * HOUR),
        ("σε 3 ώρες και 5 λεπτά", 3 * HOUR + 5 * MINUTE),
        ("بعد ٢ ساعات و ٥ دقائق", 2 * HOUR + 5 * MINUTE),
        ("بعد بضع دقائق", 5 * MINUTE),
        ("בעוד 3 שעות ו-5 דקות", 3 * HOUR + 5 * MINUTE),
        ("3 घंटे और 5 मिनट में", 3 * HOUR + 5 * MINUTE),
        ("dalam 3 jam 5 menit", 3 * HOUR + 5 * MINUTE),
        ("sau vài phút", 5 * MINUTE),
        ("sau 3 giờ", 3 * HOUR),
        ("อีก 3 ชั่วโมง", 3 * HOUR),
        ("on the 2nd of 5 days in a row", 5 * DAY),
        ("3分の1の大きさ", None),
        ("2h 5m", 2 * HOUR + 5 * MINUTE),
        ("a film of 2 h", None),
        ("one day the fox woke", None),
    ],
)
def test_a_duration_is_understood_in_its_language(text: str, seconds: float | None) -> None:
    """Units in their cases, and words for one and a few where something asks to wait."""
    assert told_wait(text, NOON, BERLIN) == seconds


@pytest.mark.parametrize(
    ("text", "now", "seconds"),
    [
        ("try again after 3:10 PM.", NOON, 3 * HOUR + 10 * MINUTE),
        ("try again after 3:10\u202fPM.", NOON, 3 * HOUR + 10 * MINUTE),
        ("try again after 3:10 p.m.", NOON, 3 * HOUR + 10 * MINUTE),
        ("try again after 3 PM.", NOON, 3 * HOUR),
        ("after 3:10 م", NOON, 3 * HOUR + 10 * MINUTE),
        ("after 12:40 ص", at(2026, 11, 24, 23, 50), 50 * MINUTE),
        ("try again after 15:10.", NOON, 3 * HOUR + 10 * MINUTE),
        ("try again tomorrow after 3:10 PM.", NOON, DAY + 3 * HOUR + 10 * MINUTE),
        ("try again tomorrow after 00:30.", NOON, 12 * HOUR + 30 * MINUTE),
        ("try again after 12:30 PM", NOON, 30 * MINUTE),
        ("try again after 12:30 AM", NOON, 12 * HOUR + 30 * MINUTE),
        ("try again after 11:50 AM", NOON, 0),
        ("every 24 hours. Try again after 3:10 PM", NOON, 3 * HOUR + 10 * MINUTE),
        ("nach 15:10 Uhr", NOON, 3 * HOUR + 10 * MINUTE),
        ("nach 15 Uhr", NOON, 3 * HOUR),
        ("morgen nach 15:10 Uhr", NOON, DAY + 3 * HOUR + 10 * MINUTE),
        ("après 15 h 10", NOON, 3 * HOUR + 10 * MINUTE),
        ("demain après 15h10", NOON, DAY + 3 * HOUR + 10 * MINUTE),
        ("after 12:40 AM", at(2026, 11, 24, 23, 50), 50 * MINUTE),
        ("tomorrow after 3:10 PM", at(2026, 10, 24, 15, 10), DAY + HOUR),
        ("tomorrow after 3:10 PM", at(2026, 3, 28, 15, 10), DAY - HOUR),
    ],
)
def test_a_told_time_of_day_is_the_pages_own(text: str, now: float, seconds: float) -> None:
    """A time is that of the page's clock and zone, also where a night is an hour longer."""
    assert told_wait(text, now, BERLIN) == seconds


def test_a_time_of_day_depends_on_the_zone() -> None:
    """The same words at the same moment mean another wait elsewhere."""
    assert told_wait("after 3:10 PM", NOON, "Europe/London") == 4 * HOUR + 10 * MINUTE
    assert told_wait("after 3:10 PM", NOON, "America/New_York") == 9 * HOUR + 10 * MINUTE


def test_a_zone_that_nobody_knows_is_this_machines() -> None:
    """A page that tells nonsense stops nothing."""
    assert told_wait("after 3:10 PM", NOON, "Middle/Earth") == told_wait("after 3:10 PM", NOON)


@given(st.text(max_size=200))
def test_any_text_tells_a_wait_or_none(text: str) -> None:
    """Whatever a page says, reading it ends, and never asks to wait for less than nothing."""
    wait = told_wait(text, NOON, BERLIN)
    assert wait is None or wait >= 0


@given(st.integers(0, 6), st.integers(0, 23), st.integers(1, 59))
def test_what_is_spelled_out_is_read_back(days: int, hours: int, minutes: int) -> None:
    """A duration in days, hours and minutes is understood whole."""
    parts = [
        f"{number} {unit}{'s'[: number - 1]}"
        for number, unit in ((days, "day"), (hours, "hour"), (minutes, "minute"))
        if number
    ]
    told = told_wait(f"Try again in {' and '.join(parts)}.")
    assert told == days * DAY + hours * HOUR + minutes * MINUTE
