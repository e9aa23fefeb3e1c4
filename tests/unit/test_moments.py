"""Times of day and dates, in the forms in which browsers write them for their languages."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pressrun.sites.waits import told_wait

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

Form = Callable[[int, int], str]


def at(*moment: int, zone: str = BERLIN) -> float:
    """Return a moment, by the clock of a zone."""
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).timestamp()


NOON = at(2026, 11, 24, 12, 0)


def halves(form: str, am: str, pm: str) -> Form:
    """Return a form with a dial of twelve hours."""
    return lambda hour, minute: form.format(
        h=hour % 12 or 12, m=f"{minute:02}", half=am if hour < 12 else pm
    )


def whole(form: str) -> Form:
    """Return a form with a day of twenty-four hours."""
    return lambda hour, minute: form.format(h=hour, hh=f"{hour:02}", m=f"{minute:02}")


FORMS: dict[str, Form] = {
    "en": halves("Try again after {h}:{m} {half}.", "AM", "PM"),
    "en, narrow": halves("Try again after {h}:{m}\u202f{half}.", "AM", "PM"),
    "en, no space": halves("try again at {h}:{m}{half}", "am", "pm"),
    "en, dots": halves("after {h}:{m} {half}", "a.m.", "p.m."),
    "en-GB": whole("Try again after {hh}:{m}."),
    "ar": halves("حاول بعد {h}:{m} {half}", "ص", "م"),
    "ar, marked": halves("حاول بعد \u200f{h}:{m}\u00a0{half}\u200f.", "ص", "م"),
    "ar, words": halves("الساعة {h}:{m} {half}", "صباحًا", "مساءً"),
    "ar-EG": lambda h, m: halves("بعد {h}:{m} {half}", "ص", "م")(h, m).translate(ARABIC),
    "fa": lambda h, m: whole("بعد از {h}:{m}")(h, m).translate(PERSIAN),
    "fa, halves": halves("{h}:{m} {half}", "ق.ظ.", "ب.ظ."),
    "de": whole("Versuche es nach {hh}:{m} Uhr erneut."),
    "de, dot": whole("Versuche es ab {h}.{m} Uhr erneut."),
    "fr": whole("Réessayez après {hh}:{m}."),
    "fr-CA": whole("Réessayez après {hh} h {m}."),
    "fr, narrow": whole("Réessayez après {h}\u202fh\u202f{m}."),
    "fr, close": whole("Réessayez à {h}h{m}."),
    "es": whole("Vuelve a intentarlo a las {h}:{m}."),
    "es-MX": halves("Vuelve a intentarlo a las {h}:{m}\u00a0{half}", "a.\u00a0m.", "p.\u00a0m."),
    "es, close": halves("después de las {h}:{m} {half}", "a.m.", "p.m."),
    "es, words": halves("a las {h}:{m} {half}", "de la mañana", "de la tarde"),
    "pt": whole("Tente novamente às {hh}:{m}."),
    "pt, h": whole("Tente novamente após as {h}h{m}."),
    "it": whole("Riprova alle {hh}:{m}."),
    "ja": whole("{h}:{m}以降にもう一度お試しください"),
    "ja, halves": halves("{half}{h}時{m}分以降にお試しください", "午前", "午後"),
    "ja, dial from 0": lambda h, m: f"{'午前' if h < 12 else '午後'}{h % 12}:{m:02}以降",
    "ja, wide": lambda h, m: f"{h}：{m:02}以降".translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    ),
    "zh": halves("请在{half}{h}:{m}后重试", "上午", "下午"),
    "zh, points": halves("请在{half}{h}点{m}分后重试", "凌晨", "晚上"),
    "ko": halves("{half} {h}:{m} 이후에 다시 시도하세요", "오전", "오후"),
    "ko, words": halves("{half} {h}시 {m}분 이후", "오전", "오후"),
    "ru": whole("Повторите попытку после {hh}:{m}."),
    "fi": whole("Yritä uudelleen klo {h}.{m}."),
    "el": halves("μετά τις {h}:{m} {half}", "π.μ.", "μ.μ."),
    "vi": halves("sau {h}:{m} {half}", "SA", "CH"),
    "tr": whole("saat {hh}:{m} sonra"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_minute_of_a_day_is_read_back(name: str) -> None:
    """What a page writes in its language's form is the minute that it means."""
    form = FORMS[name]
    midnight = at(2026, 11, 24, 0, 0)
    read = {
        (hour, minute): told_wait(form(hour, minute), midnight, BERLIN)
        for hour in range(24)
        for minute in range(60)
    }
    wrong = {
        form(*time): seconds
        for time, seconds in read.items()
        if seconds != time[0] * HOUR + time[1] * MINUTE
    }
    assert not wrong


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        (at(2026, 10, 24, 20, 0), BERLIN),
        (at(2026, 3, 28, 20, 0), BERLIN),
        (at(2026, 11, 1, 0, 30, zone=NEW_YORK), NEW_YORK),
        (at(2026, 3, 8, 0, 30, zone=NEW_YORK), NEW_YORK),
        (at(2026, 10, 4, 1, 0, zone="Australia/Lord_Howe"), "Australia/Lord_Howe"),
    ],
)
def test_a_clock_that_is_put_forward_or_back_is_followed(now: float, zone: str) -> None:
    """A wait ends when the page's own clock first shows the told minute."""
    shown: dict[tuple[int, int], int] = {}
    for passed in range(16 * 60):
        clock = (datetime.fromtimestamp(now, UTC) + timedelta(minutes=passed)).astimezone(
            ZoneInfo(zone)
        )
        shown.setdefault((clock.hour, clock.minute), passed * MINUTE)
    for (hour, minute), seconds in shown.items():
        assert told_wait(f"after {hour:02}:{minute:02}", now, zone) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("after 12:10 AM", 12 * HOUR + 10 * MINUTE),
        ("after 12:10 PM", 10 * MINUTE),
        ("after 11:59 PM", 11 * HOUR + 59 * MINUTE),
        ("after 20:00", 8 * HOUR),
        ("after 23:59", 11 * HOUR + 59 * MINUTE),
        ("after 8 p.m.", 8 * HOUR),
        ("tomorrow after 20:00", DAY + 8 * HOUR),
        ("mañana a las 15:10", DAY + 3 * HOUR + 10 * MINUTE),
        ("a las 5:10 de la mañana", 17 * HOUR + 10 * MINUTE),
        ("amanhã às 15h10", DAY + 3 * HOUR + 10 * MINUTE),
        ("明日の午後3時10分以降", DAY + 3 * HOUR + 10 * MINUTE),
        ("明天下午3:10", DAY + 3 * HOUR + 10 * MINUTE),
        ("내일 오후 3시 10분", DAY + 3 * HOUR + 10 * MINUTE),
        ("غدًا بعد ٣:١٠ م", DAY + 3 * HOUR + 10 * MINUTE),
        ("after Nov 26", DAY + 12 * HOUR),
        ("on November 26 at 3:10 PM", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("on Nov 26, 2026, 3:10\u202fPM", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("on Nov. 26th at 15:10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("on 26 November at 15:10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("am 26. November um 15:10 Uhr", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("le 26 nov. à 15 h 10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("el 26 de noviembre a las 15:10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("11月26日 15:10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("11월 26일 오후 3:10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("2026-11-26 15:10", 2 * DAY + 3 * HOUR + 10 * MINUTE),
        ("on Nov 30", 5 * DAY + 12 * HOUR),
        ("on Jan 2", 7 * DAY),
        ("on Mar 2", None),
        ("on 2 November 2027", None),
        ("on Nov 23 at 15:10", 0),
        ("on Nov 24 at 15:10", 3 * HOUR + 10 * MINUTE),
        ("in 2 hours and 5 minutes", 2 * HOUR + 5 * MINUTE),
        ("in 2h 5m", 2 * HOUR + 5 * MINUTE),
        ("in 2h5m", 2 * HOUR + 5 * MINUTE),
        ("через 2 часа и 5 минут", 2 * HOUR + 5 * MINUTE),
        ("2시간 5분 후에", 2 * HOUR + 5 * MINUTE),
        ("2時間5分後", 2 * HOUR + 5 * MINUTE),
        ("2小时5分钟后", 2 * HOUR + 5 * MINUTE),
        ("بعد ٢ ساعات و ٥ دقائق", 2 * HOUR + 5 * MINUTE),
        ("You've used 5 out of 10. It may take 20 tries.", None),
        ("You've hit the limit of 15 may be fewer", None),
        ("on Nov 24", None),
        ("on Feb 30", None),
        ("GPT-5.20 has a limit", None),
        ("a 3D image, 16:9", None),
        ("the market 24", None),
        ("drawn in 16:10, not in 3:20", None),
        ("Figur 3 am Fenster", None),
        ("panel 3, at page 12, p. 12", None),
        ("after 24 images", None),
        ("from 2.10 to 2.12", None),
        ("a 1024x1024 image by GPT-4o", None),
        ("set 24 of them out 20 times", None),
        ("次の3点です", None),
        ("以下3点建议", None),
        ("请在在 15:10后重试", 3 * HOUR + 10 * MINUTE),
        ("明天 02:04", 14 * HOUR + 4 * MINUTE),
    ],
)
def test_a_told_moment_is_understood(text: str, seconds: float | None) -> None:
    """At noon: dates, tomorrow, edges of the dial, and what only looks like a moment."""
    assert told_wait(text, NOON, BERLIN) == seconds
