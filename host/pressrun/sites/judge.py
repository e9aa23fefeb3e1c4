"""What a reading means: plain functions of a site's profile and of what its page shows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from pressrun.protocol.messages.page import Reading, SeenNotice, SeenSign, SeenTurn
from pressrun.sites import thread
from pressrun.sites.binding import Exchange, Tie, answering, as_kept, exchange
from pressrun.sites.echo import own_words
from pressrun.sites.profile import FAILURES, LIMITS, Outcome, PageArea, SiteProfile
from pressrun.sites.shown import AnswerPictures, Foreign, shown
from pressrun.sites.waits import LONGEST, is_overlong, told_wait

WORK_MODE = "work_mode"
"""The sign that the composer is in a mode which makes no pictures."""

MARGIN_SECONDS = 15.0
"""Waited beyond the time that a site tells, since clocks differ."""

_TIMED = (Outcome.THROTTLED, Outcome.CAPPED)
"""Outcomes for which a site tells how long they last."""

_MOST_CHARS = 8_000
"""How much of a text is searched for what went wrong."""


@dataclass(frozen=True)
class Trouble:
    """What went wrong, in the site's own words."""

    outcome: Outcome
    text: str
    rest: float
    """How many seconds the account is to wait, for an outcome that asks for it."""
    told: float | None = field(default=None, compare=False)
    """How many seconds the site told to wait."""
    rule: str = field(default="", compare=False)
    """What it was told by: a sign, or a pattern and the place of its words."""
    passes: bool = field(default=False, compare=False)
    """Whether it may pass by itself."""


@dataclass(frozen=True)
class Made:
    """A picture that answers our turn."""

    src: str
    """Where the page has it from; signed, so never logged or kept."""
    identity: str
    """The site's own name for it; where it has none, the turn and the place in it."""
    others: tuple["Made", ...] = ()
    """Further pictures of the same answer; none of them is lost."""
    asks: bool = False
    """Whether the site asks which of them is better."""


def obstacle(  # noqa: PLR0911 - one line a reason
    reading: Reading, before: Sequence[str] = ()
) -> str | None:
    """Why a page cannot take a prompt, or None when it is as we left it and workable.

    Args:
        reading: what the page shows.
        before: what we sent in the chat before, oldest first; none where a fresh one is wanted.
    """
    if not reading.shell:
        return "the page is none that the site profile knows"
    if reading.composers != 1:
        return f"the page shows {reading.composers or 'no'} composer{'s'[: reading.composers]}"
    if not before and reading.turn_count:
        return "the chat is not fresh"
    if before and (fault := thread.fault(reading, before)):
        return fault
    if reading.composer_text.strip():
        return "the composer is not empty"
    if reading.chips:
        return "the composer holds files that we did not attach"
    if _sign(reading, WORK_MODE):
        return "the composer is in a mode that makes no pictures"
    if reading.stop:
        return "the site is still answering"
    dialog = _covered(reading)
    return f"a dialog is open: {short(dialog.text)}" if dialog else None


def build(site: SiteProfile, reading: Reading) -> str:
    """Names the build of the page, and the profile that it is read by."""
    known = next((found.rule for found in reading.seen if found.role == "shell"), "")
    return f"{reading.shell} {site.as_written(known)} {site.version}"


def missing(site: SiteProfile, reading: Reading, *, references: bool = False) -> list[str]:
    """The roles without which nothing is sent, and that a page lacks.

    Args:
        site: whose page it is.
        reading: what the page shows.
        references: whether what is to be sent goes with reference pictures.
    """
    needed = [*site.needed, "file_input"] if references else site.needed
    seen = {found.role for found in reading.seen}
    return [role for role in needed if role not in seen]


def standstill(  # noqa: PLR0911 - one line a reason
    site: SiteProfile, reading: Reading, *, references: bool = False
) -> Trouble | None:
    """Why a page that had its time to load can take no prompt: the canary before every batch."""
    rest = site.limits.stopped
    if (dialog := _covered(reading)) is not None:
        text = f"a dialog lies over the page: {short(dialog.text)}"
        return Trouble(Outcome.BLOCKED, text, rest, rule=dialog.where)
    if not reading.shell:
        text = "the page is none that the site profile knows; see `pressrun site check`"
        return Trouble(Outcome.UNKNOWN, text, rest)
    if _sign(reading, WORK_MODE):
        text = "the message box is in Work mode, which makes no pictures; choose Chat in the tab"
        return Trouble(Outcome.WRONG_MODEL, text, rest)
    if left := _left_over(reading):
        text = f"the message box holds {left} that Pressrun did not put there; empty it in the tab"
        return Trouble(Outcome.UNKNOWN, text, rest)
    if reading.composers > 1:
        text = f"the page shows {reading.composers} composers, and which is right is not to be told"
        return Trouble(Outcome.UNKNOWN, text, rest)
    if lacks := missing(site, reading, references=references):
        text = f"the page lacks {', '.join(lacks)}; see `pressrun site check`"
        return Trouble(Outcome.UNKNOWN, text, rest)
    return None


def _covered(reading: Reading) -> SeenNotice | None:
    """What lies over the page until it is answered."""
    return next((notice for notice in reading.notices if notice.blocks), None)


def _sign(reading: Reading, name: str) -> bool:
    return any(sign.name == name for sign in reading.signs)


def _left_over(reading: Reading) -> str:
    """What a draft has left in a composer in which nothing was done yet."""
    if reading.chips:
        return f"{reading.chips} attachment{'s'[: reading.chips - 1]}"
    words = short(reading.composer_text, 40)
    return f"a draft ({words})" if words else ""


def unready(
    site: SiteProfile, reading: Reading, prompt: str, chips: int = 0, before: Sequence[str] = ()
) -> str | None:
    """Why a composer that was written in may not be sent, or None when it is whole.

    Args:
        site: whose page it is.
        reading: what the page shows.
        prompt: what is to stand in the composer.
        chips: how many attachments it is to show at least.
        before: what we sent in the chat before, oldest first.
    """
    if fault := _miswritten(reading, prompt) or thread.fault(reading, before):
        return fault
    if reading.paste_chips:
        return "the site made an attachment of the prompt"
    if reading.chips > chips:
        return f"the composer holds {reading.chips} files, and {chips} of them are ours"
    if fault := unattached(reading, chips):
        return fault
    if site.mode and not reading.mode_on:
        return "image mode went off while the prompt was written"
    return None if reading.send else "the page shows no Send for the prompt"


def _miswritten(reading: Reading, prompt: str) -> str | None:
    """How a composer's text differs from the prompt, or None when it does not."""
    there, meant = as_kept(reading.composer_text), as_kept(prompt)
    if there == meant:
        return None
    if not there:
        return "the composer did not take the prompt"
    pairs = enumerate(zip(there, meant, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(there), len(meant)))
    found, wanted = there[at : at + 12], meant[at : at + 12]
    return f"the composer has {found!r} where the prompt has {wanted!r}, at character {at + 1:,}"


def unattached(reading: Reading, chips: int) -> str | None:
    """What is missing of a composer's attachments, of which so many are wanted; None if nothing."""
    if reading.chips < chips:
        return f"the page shows {reading.chips} of {chips} attachments"
    return "an attachment is not uploaded yet" if reading.chips_pending else None


def _at_work(site: SiteProfile, turn: SeenTurn) -> bool:
    said = site.at_work is not None and site.at_work.search(turn.text) is not None
    return turn.busy or (turn.pending and said)


def trouble(
    site: SiteProfile,
    texts: Iterable[str],
    signs: Iterable[SeenSign] = (),
    reading: Reading | None = None,
) -> Trouble | None:
    """What an answer says went wrong.

    Args:
        site: by whose rules.
        texts: the site's own words; a prompt is never among them.
        signs: what tells by being there.
        reading: whose clock and time zone a told time of day is meant by, and whose author's words
            are no evidence where the site repeats them.
    """
    return _trouble(site, {PageArea.ANSWER: list(texts)}, list(signs), reading)


def trouble_in_answer(
    site: SiteProfile, answers: Sequence[SeenTurn], reading: Reading
) -> Trouble | None:
    """What the answer to our turn says went wrong."""
    signs = [sign for turn in answers for sign in turn.signs]
    return trouble(site, (turn.text for turn in answers), signs, reading)


def trouble_in_notices(site: SiteProfile, reading: Reading) -> Trouble | None:
    """What the page says went wrong besides its turns: in dialogs, alerts, toasts and margin."""
    said = {
        PageArea.NOTICE: [notice.text for notice in reading.notices],
        PageArea.MARGIN: [reading.margin],
        PageArea.TITLE: [] if reading.shell else [reading.title],
    }
    wrong = _trouble(site, said, reading.signs, reading)
    variant = site.shells.get(reading.shell)
    if wrong is None and variant is not None and variant.means is not None:
        text = f"the page is that of somebody who is {variant.means.value}"
        return Trouble(variant.means, text, site.limits.stopped, rule=f"shell {reading.shell}")
    return wrong


def _trouble(
    site: SiteProfile,
    said: Mapping[PageArea, Sequence[str]],
    signs: Sequence[SeenSign],
    reading: Reading | None,
) -> Trouble | None:
    now, zone = (reading.now, reading.zone) if reading else (0.0, "")
    written = [turn.text for turn in reading.turns if turn.role == "user"] if reading else []
    # what lies over the page is always the site's own; beside the turns a prompt is a title at most
    own = {
        PageArea.ANSWER: cache(partial(own_words, written=written)),
        PageArea.MARGIN: cache(partial(own_words, written=written, titles=True)),
    }
    harmless = cache(site.without_harmless)
    there = {sign.name: sign for sign in signs}
    for failure in site.failures:
        told: list[tuple[str, str]] = []
        if failure.sign in there:
            sign = there[failure.sign]
            told = [(sign.text or sign.name.replace("_", " "), f"sign {sign.name}: {sign.rule}")]
        else:
            told = [
                (words, f"{place.value}: {wording.pattern}")
                for place in failure.places
                for text in said.get(place, ())
                if failure.told_by(_ends(text))
                and (words := harmless(_ends(own[place](text) if place in own else text)))
                and (wording := failure.told_by(words))
            ]
        for text, rule in told:
            wait = told_wait(text, now, zone)
            if wait is None and failure.needs_wait:
                continue
            rest = failure.rest if wait is None else wait + MARGIN_SECONDS
            outcome = failure.outcome
            if wait == LONGEST and outcome in _TIMED and is_overlong(text, now, zone):
                outcome = Outcome.OVERLONG
            return Trouble(outcome, short(text), rest, wait, rule, failure.passes)
    return None


def _ends(text: str) -> str:
    """A text's beginning and end, which are what a failure is told in, so that no page holds us."""
    half = _MOST_CHARS // 2
    return text if len(text) <= _MOST_CHARS else f"{text[:half]}\n{text[-half:]}"


class Settling:
    """Watches the answer to our turn until it is final, one way or another.

    A partial picture may be shown first and be replaced in place, so a picture counts at once with
    finished evidence beside it, and otherwise only when nothing is busy and it stood still.
    """

    def __init__(
        self,
        site: SiteProfile,
        prompt: str,
        tie: Tie = Tie.SENT,
        before: Collection[str] = (),
        told: Trouble | None = None,
        foreign: Foreign = lambda _: False,
        earlier: Sequence[str] = (),
    ) -> None:
        """Begin to watch.

        Args:
            site: by whose rules.
            prompt: what we sent.
            tie: what ties the chat that is watched to it.
            before: the addresses of the pictures that the document showed before Send.
            earlier: what we had sent in the same chat before, oldest first.
            told: a limit that the page told beside the turn: why there may be no answer at all.
            foreign: whether a picture, by the site's name for it, is known from another chat.
        """
        self._foreign = foreign
        self._earlier = earlier
        self._site = site
        self._prompt = prompt
        self._tie = tie
        self._before = before
        self._told = told
        self._last: object = None
        self._since: float | None = None

    def stood(self, now: float) -> float:
        """For how many seconds the page has shown nothing new of our turn and its answer."""
        return 0.0 if self._since is None else now - self._since

    def look(  # noqa: PLR0911 - one line a way to end
        self, reading: Reading, now: float
    ) -> Made | Trouble | None:
        """The final picture with its answer's others, or what went wrong; None while at work."""
        chat = self._exchange(reading)
        if chat is None:
            self._begin(now, None)
            return None
        pictures = shown(self._site, reading, chat, self._before, self._foreign)
        wrong = trouble_in_answer(self._site, chat.answers, reading)
        polled = wrong is not None and wrong.outcome == Outcome.POLL
        working = pictures.busy or any(_at_work(self._site, seen) for seen in chat.answers)
        ready = pictures.ready
        if ready and pictures.loaded and not working and _is_marked(chat) and len(ready) == 1:
            # whatever is said beside a finished picture may be the author's words again
            return _made(pictures, asks=polled)
        if wrong is not None and not polled and _explains(wrong, pictures):
            return wrong
        lingers = reading.stop or any(seen.pending for seen in chat.answers)
        still = self._still(now, chat, pictures, working=working, lingers=lingers)
        if working:
            return None
        if ready:
            enough = self._site.lingering if lingers else self._site.still
            if pictures.beside:
                enough = self._site.limits.text_stuck
            return _made(pictures, asks=polled) if still >= enough else None
        limits = self._site.limits
        if still < (limits.text_stuck if lingers or pictures.doubtful else limits.text_only):
            return None
        return self._without_picture(reading, chat, pictures, wrong, still)

    def _exchange(self, reading: Reading) -> Exchange | None:
        """Our turn and its answers; in a chat of ours, also a picture that stands in no turn."""
        chat = exchange(reading, self._prompt, self._tie, self._earlier)
        alone = not reading.turns and not self._earlier
        if chat is None and reading.loose and alone and self._tie != Tie.WORDS:
            return Exchange(None, (), alone=True)
        return chat

    def _still(
        self, now: float, chat: Exchange, pictures: AnswerPictures, *, working: bool, lingers: bool
    ) -> float:
        """For how long the answer is as it is."""
        state = (
            working,
            lingers,
            [each.picture.src for each in pictures.made],
            pictures.loaded,
            pictures.strange,
            [seen.text for seen in chat.answers],
        )
        self._begin(now, state)
        return self.stood(now)

    def _begin(self, now: float, state: object) -> None:
        """Count from now on, if what is seen is new."""
        if self._since is None or state != self._last:
            self._last, self._since = state, now

    def _without_picture(
        self,
        reading: Reading,
        chat: Exchange,
        pictures: AnswerPictures,
        wrong: Trouble | None,
        still: float,
    ) -> Trouble | None:
        """What an answer means in which no picture is certain; None when it may yet come to more.

        It is one of words only where it has words, and nothing in it can be a picture of the
        site's. One that broke off may say so below the turn.
        """
        if pictures.made or pictures.doubtful:
            text = "the answer shows what may be a picture, and none that is certain to be ours"
            return Trouble(Outcome.UNREADABLE, f"{text}{_said(chat)}", 0)
        broken = wrong or trouble(self._site, (), reading.signs, reading)
        if broken is not None and (wrong or broken.outcome in FAILURES):
            return broken
        words = next((turn.text for turn in reversed(chat.answers) if turn.text.strip()), None)
        if words is not None:
            return Trouble(Outcome.TEXT_ONLY, short(words), 0)
        unanswered = chat.turn is not None and not chat.answers and not reading.stop
        return self._told if unanswered and still >= self._site.limits.text_stuck else None


def _explains(wrong: Trouble, pictures: AnswerPictures) -> bool:
    """Whether a failure's words count beside what is shown: only a limit, where that is strange."""
    return wrong.outcome in LIMITS or not pictures.strange or bool(pictures.made)


def _is_marked(chat: Exchange) -> bool:
    return any(seen.finished for seen in chat.answers)


def _said(chat: Exchange) -> str:
    words = short(" ".join(turn.text for turn in chat.answers))
    return f"; it says: {words}" if words else ""


def _made(pictures: AnswerPictures, *, asks: bool) -> Made:
    """The first of an answer's pictures, which stands for its panel, with the others."""
    found = [Made(each.picture.src, each.identity) for each in pictures.ready]
    return replace(found[0], others=tuple(found[1:]), asks=asks)


@dataclass(frozen=True)
class PageState:
    """What a page says as it stands, when there is no time to watch it."""

    word: str
    """An outcome, or "ready" for a prompt, or "working" on one."""
    text: str = ""
    wait: float | None = None
    """How many seconds the site told to wait."""
    rule: str = ""


def page_state(site: SiteProfile, reading: Reading, turn: SeenTurn | None) -> PageState:
    """What a page comes to, as it stands.

    Args:
        site: by whose rules.
        reading: what the page shows.
        turn: the author's turn that is asked about, if there is one.
    """
    page = trouble_in_notices(site, reading)
    if page is not None and page.outcome in LIMITS:
        return _told(page)
    answered = _answered(site, reading, answering(reading, turn)) if reading.turns else None
    if answered is not None and answered.word not in ("working", Outcome.TEXT_ONLY):
        return answered
    if page is not None:
        return _told(page)
    stands = standstill(site, reading)
    if stands is not None and (answered is None or _covered(reading)):
        return _told(stands)
    if answered is not None:
        return answered
    why = obstacle(reading)
    return PageState("ready") if why is None else PageState(Outcome.UNKNOWN, why)


def _answered(  # noqa: PLR0911 - one line a verdict
    site: SiteProfile, reading: Reading, chat: Exchange
) -> PageState:
    answers = chat.answers
    found = shown(site, reading, chat)
    wrong = trouble_in_answer(site, answers, reading)
    busy = any(_at_work(site, seen) for seen in answers)
    if wrong is not None and wrong.outcome == Outcome.POLL:
        return _told(wrong)
    if found.made and not busy and not found.doubtful:
        return PageState(Outcome.MADE, f"{len(found.made)} picture{'s'[: len(found.made) - 1]}")
    if wrong is not None:
        return _told(wrong)
    going_on = busy or reading.stop or any(seen.pending for seen in answers)
    if going_on:
        return PageState("working")
    if found.made or found.doubtful:
        text = "the answer shows what may be a picture, and none that is certain to be its own"
        return PageState(Outcome.UNREADABLE, text)
    if not any(seen.text for seen in answers):
        return PageState("working")
    return PageState(Outcome.TEXT_ONLY, short(answers[-1].text))


def _told(wrong: Trouble) -> PageState:
    return PageState(wrong.outcome, wrong.text, wrong.told, wrong.rule)


def said(reading: Reading) -> str:
    """What a page says beside the author's words, for a reason that a person reads; bounded."""
    words = [turn.text for turn in reading.turns if turn.role != "user"]
    heard = [*(notice.text for notice in reading.notices), *words[-1:], reading.margin]
    return short("; ".join(text for text in heard if text.strip()))


def short(text: str, most: int = 240) -> str:
    """A text as one line that fits a view."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
