"""How numbers, times and choices read: said once, for the command line and the popup alike."""

import datetime as dt
import math
import shlex

from pressrun.states import BatchState, DoubtChoice

MINUTE, HOUR, DAY = 60, 3_600, 86_400

FAR_SECONDS = 30 * DAY
"""Beyond this no day of the week tells when."""

NOTE_CHARS = 300
"""A longer note is not told in a line."""

CHOICES = {
    DoubtChoice.LOOK: ("Look again", "read the chats once more; costs nothing"),
    DoubtChoice.RESEND: ("Resend", "send it again; the picture may then be made twice"),
    DoubtChoice.GIVE_UP: ("Give up", "leave it; a later run makes it"),
}
"""What an author may decide about a picture in doubt: a label, and what it means."""


def duration(seconds: float) -> str:
    """A span of time in its two largest units: 45 s, 12 min, 3 h 20 min, 2 days 4 h."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    minutes = round(seconds / MINUTE)
    if minutes < HOUR // MINUTE:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, HOUR // MINUTE)
    if hours < DAY // HOUR:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(seconds / HOUR), DAY // HOUR)
    told = f"{days} day{'' if days == 1 else 's'}"
    return f"{told} {hours} h" if hours else told


def clock(seconds: float) -> str:
    """A span of time that goes on, as a clock shows it: 0:07, 12:30, 1:02:03."""
    minutes, rest = divmod(max(0, int(seconds)), MINUTE)
    hours, minutes = divmod(minutes, HOUR // MINUTE)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def moment(at: float, now: float) -> str:
    """A time of day, with its day unless it is today: at 14:35, at 02:10 on Monday."""
    if at - now > FAR_SECONDS:
        return f"in more than {FAR_SECONDS // DAY} days"
    here, then = (dt.datetime.fromtimestamp(each).astimezone() for each in (now, at))
    return f"at {then:%H:%M}" if here.date() == then.date() else f"at {then:%H:%M on %A}"


def rest(why: str, until: float, now: float) -> str:
    """Why an account rests, and until when."""
    return f"{why}. Pressrun tries again {moment(until, now)}"


def pictures(count: int) -> str:
    """A number of pictures."""
    return f"{count:,} picture{'' if count == 1 else 's'}"


def panels(count: int) -> str:
    """A number of panels."""
    return f"{count:,} panel{'' if count == 1 else 's'}"


def ordinal(number: int) -> str:
    """A place in a row: 1st, 2nd, 3rd, 4th, 11th."""
    is_teen = 10 <= number % 100 <= 20  # noqa: PLR2004 - eleven to thirteen are no firsts
    ending = "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def tabs(count: int) -> str:
    """A number of tabs."""
    return f"{count:,} tab{'' if count == 1 else 's'}"


def pace(per_minute: float) -> str:
    """How fast pictures are made: 2.3 a minute, 18 an hour."""
    return f"{per_minute:.1f} a minute" if per_minute >= 1 else f"{per_minute * 60:.0f} an hour"


_STEPS = (
    (MINUTE, 5),
    (10 * MINUTE, MINUTE),
    (HOUR, 5 * MINUTE),
    (6 * HOUR, 30 * MINUTE),
    (2 * DAY, HOUR),
    (7 * DAY, 12 * HOUR),
    (math.inf, DAY),
)
"""Up to which span of time people speak in steps of how long."""


def roughly(seconds: float) -> str:
    """A span of time as people speak of one that is not certain: 35 min, 6 h 30 min, 9 days."""
    step = next(step for most, step in _STEPS if seconds < most)
    return duration(max(step, round(seconds / step) * step))


def ahead(shortest: float, likely: float, longest: float) -> str:
    """How long something will take: about 6 h 30 min (30 min to 12 h)."""
    least, middle, most = (roughly(each) for each in (shortest, likely, longest))
    return f"about {middle}" if least == most else f"about {middle} ({least} to {most})"


def progress(state: BatchState, per_minute: float | None, *, takes: bool = False) -> str:
    """How a batch goes: 2.3 a minute; or its state. `takes`: whether it makes only more takes."""
    if state == BatchState.RUNNING and per_minute:
        return pace(per_minute)
    return f"more takes: {state.value}" if takes else state.value


def middle(key: str, most: int = 48) -> str:
    """A key of at most so many characters, cut where it says least: page and panel are at its end.

    At least two thirds of what is kept are its end.
    """
    if len(key) <= most:
        return key
    begin = (most - 1) // 3
    return f"{key[:begin]}…{key[len(key) - (most - 1 - begin) :]}"


def start(text: str, most: int) -> str:
    """A text of at most so many characters, cut at its end."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def redo_in_words(key: str, note: str) -> str:
    """The command that makes a panel in a fresh chat, with a note below its words.

    A note that is too long for a line is left for its author to fill in.
    """
    line = " ".join(note.split())
    told = shlex.quote(line) if len(line) <= NOTE_CHARS else "NOTE"
    return f"pressrun redo {shlex.quote(key)} --note {told} --in-words"


def keep_or_reject(key: str) -> str:
    """The commands that an author has for a picture that stands out."""
    named = shlex.quote(key)
    return f"pressrun keep {named}, or pressrun reject {named} --because style --redo"


def no_batch(number: int | None) -> str:
    """That a batch is not there, or none at all, and what to do about that."""
    if number is None:
        return "there is no batch yet. To make pictures: pressrun run"
    return f"there is no batch {number}. To see those that are there: pressrun status"


def until(at: float, now: float) -> str:
    """Until when: until 14:35, until 02:10 on Monday."""
    return f"until {moment(at, now).removeprefix('at ')}"


def upper(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """A text without a capital at its beginning."""
    return text[:1].lower() + text[1:]
