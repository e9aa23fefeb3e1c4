"""What a reading means: plain functions of a site's profile and of what its page shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pressrun.protocol.messages import Reading, SeenPicture, SeenTurn
from pressrun.sites.profile import Outcome, SiteProfile

_WAIT = re.compile(r"(?i)\b(\d+(?:\.\d+)?|an?)\s*(day|hour|minute|second)s?\b")
_UNIT = {"day": 86_400.0, "hour": 3_600.0, "minute": 60.0, "second": 1.0}

MARGIN_SECONDS = 15.0
"""Waited beyond the time that a site tells, since clocks differ."""


@dataclass(frozen=True)
class Trouble:
    """What went wrong, in the site's own words."""

    outcome: Outcome
    text: str
    rest: float
    """How many seconds the account is to wait, for an outcome that asks for it."""


@dataclass(frozen=True)
class Made:
    """A picture that answers our turn."""

    src: str
    """Where the page has it from; signed, so never logged or kept."""
    identity: str
    """The site's own name for it."""


def obstacle(reading: Reading) -> str | None:  # noqa: PLR0911 - one line a reason
    """Why a page cannot take a prompt, or None when it is fresh and workable."""
    if not reading.shell:
        return "the page is none that the site profile knows"
    if reading.composers != 1:
        return f"the page shows {reading.composers or 'no'} composer{'s'[: reading.composers]}"
    if reading.turn_count:
        return "the chat is not fresh"
    if reading.composer_text.strip():
        return "the composer is not empty"
    if reading.stop:
        return "the site is still answering"
    if reading.notices:
        return f"a dialog is open: {_short(reading.notices[0].text)}"
    return None


def conversation(site: SiteProfile, reading: Reading) -> str | None:
    """The name of the conversation that the page shows, as soon as its address has one."""
    found = site.conversation.search(reading.url)
    return found.group(1) if found else None


def own_turn(reading: Reading, prompt: str) -> SeenTurn | None:
    """The newest user's turn, when its text is our prompt."""
    theirs = [turn for turn in reading.turns if turn.role == "user"]
    if theirs and theirs[-1].text.split() == prompt.split():
        return theirs[-1]
    return None


def answer(reading: Reading, turn: str) -> list[SeenTurn]:
    """What the site says after a turn, up to the next user's turn."""
    ids = [seen.id for seen in reading.turns]
    if turn not in ids:
        return []
    answers = []
    for seen in reading.turns[ids.index(turn) + 1 :]:
        if seen.role == "user":
            break
        answers.append(seen)
    return answers


def pictures(site: SiteProfile, answers: list[SeenTurn]) -> list[Made]:
    """The loaded pictures of an answer, each once, in order."""
    found: dict[str, Made] = {}
    for turn in answers:
        for picture in turn.pictures:
            identity = site.identity.search(picture.src)
            if identity and _is_result(site, picture):
                found.setdefault(identity.group(1), Made(picture.src, identity.group(1)))
    return list(found.values())


def _is_result(site: SiteProfile, picture: SeenPicture) -> bool:
    large = min(picture.width, picture.height) >= site.least_pixels
    return large and picture.loaded and not picture.hidden


def trouble(site: SiteProfile, texts: Iterable[str]) -> Trouble | None:
    """What texts of the site's own say went wrong; a prompt is never among them."""
    told = list(texts)
    for failure in site.failures:
        for text in told:
            if failure.pattern.search(text):
                rest = told_wait(text)
                rest = failure.rest if rest is None else rest + MARGIN_SECONDS
                return Trouble(failure.outcome, _short(text), rest)
    return None


def trouble_in_notices(site: SiteProfile, reading: Reading) -> Trouble | None:
    """What dialogs, alerts and toasts say went wrong."""
    return trouble(site, (notice.text for notice in reading.notices))


def told_wait(text: str) -> float | None:
    """The seconds that a limit's text asks to wait, the parts of a duration added up."""
    parts = [
        (1.0 if count[0] in "aA" else float(count)) * _UNIT[unit.casefold()]
        for count, unit in _WAIT.findall(text)
    ]
    return sum(parts) if parts else None


class Settling:
    """Watches the answer to our turn until it is final, one way or another.

    A partial picture may be shown first and be replaced in place, so a picture counts at once with
    finished evidence beside it, and otherwise only when nothing is busy and it stood still.
    """

    def __init__(self, site: SiteProfile, prompt: str) -> None:
        self._site = site
        self._prompt = prompt
        self._last: object = None
        self._since = 0.0

    def look(self, reading: Reading, now: float) -> Made | Trouble | None:
        """The final picture, or what went wrong, or None while the site is at work."""
        turn = own_turn(reading, self._prompt)
        if turn is None:
            return None
        answers = answer(reading, turn.id)
        found = pictures(self._site, answers)
        marked = any(seen.finished for seen in answers)
        working = any(seen.busy for seen in answers)
        if found and marked and not working:
            # whatever is said beside a finished picture may be the author's words again
            return found[0]
        if wrong := trouble(self._site, (seen.text for seen in answers)):
            return wrong
        busy = reading.stop or working
        state = (busy, [made.src for made in found], [seen.text for seen in answers])
        if state != self._last:
            self._last, self._since = state, now
        still = now - self._since
        if found:
            return found[0] if not busy and still >= self._site.still else None
        if answers and not busy and still >= self._site.limits.text_only:
            return Trouble(Outcome.TEXT_ONLY, _short(answers[-1].text), 0)
        return None


def _short(text: str, most: int = 240) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
