"""What a reading means: plain functions of a site's profile and of what its page shows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from pressrun.protocol.messages import Reading, SeenPicture, SeenSign, SeenTurn
from pressrun.sites.echo import own_words
from pressrun.sites.profile import Care, Outcome, Place, SiteProfile
from pressrun.sites.waits import told_wait

MARGIN_SECONDS = 15.0
"""Waited beyond the time that a site tells, since clocks differ."""

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
    open_dialogs = [notice for notice in reading.notices if notice.blocks]
    if open_dialogs:
        return f"a dialog is open: {short(open_dialogs[0].text)}"
    return None


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


def standstill(site: SiteProfile, reading: Reading, *, references: bool = False) -> Trouble | None:
    """Why a page that had its time to load can take no prompt: the canary before every batch."""
    rest = site.limits.stopped
    unknown = [notice for notice in reading.notices if notice.blocks]
    if unknown:
        text = f"a dialog lies over the page: {short(unknown[0].text)}"
        return Trouble(Outcome.BLOCKED, text, rest, rule=unknown[0].where)
    if not reading.shell:
        text = "the page is none that the site profile knows; see `pressrun site check`"
        return Trouble(Outcome.UNKNOWN, text, rest)
    if reading.composers > 1:
        text = f"the page shows {reading.composers} composers, and which is right is not to be told"
        return Trouble(Outcome.UNKNOWN, text, rest)
    if lacks := missing(site, reading, references=references):
        text = f"the page lacks {', '.join(lacks)}; see `pressrun site check`"
        return Trouble(Outcome.UNKNOWN, text, rest)
    return None


def unready(site: SiteProfile, reading: Reading, prompt: str, chips: int = 0) -> str | None:
    """Why a composer that was written in may not be sent, or None when it is whole.

    Args:
        site: whose page it is.
        reading: what the page shows.
        prompt: what is to stand in the composer.
        chips: how many attachments it is to show at least.
    """
    shown, meant = as_kept(reading.composer_text), as_kept(prompt)
    if shown != meant:
        if not shown:
            return "the composer did not take the prompt"
        pairs = enumerate(zip(shown, meant, strict=False))
        at = next((n for n, (one, other) in pairs if one != other), min(len(shown), len(meant)))
        there, wanted = shown[at : at + 12], meant[at : at + 12]
        return (
            f"the composer has {there!r} where the prompt has {wanted!r}, at character {at + 1:,}"
        )
    if reading.paste_chips:
        return "the site made an attachment of the prompt"
    if fault := unattached(reading, chips):
        return fault
    if site.mode and not reading.mode_on:
        return "image mode went off while the prompt was written"
    return None if reading.send else "the page shows no Send for the prompt"


def unattached(reading: Reading, chips: int) -> str | None:
    """What is missing of a composer's attachments, of which so many are wanted; None if nothing."""
    if reading.chips < chips:
        return f"the page shows {reading.chips} of {chips} attachments"
    return "an attachment is not uploaded yet" if reading.chips_pending else None


def as_kept(text: str) -> str:
    """A text as an editor keeps it, to compare two by; everything else has to be equal.

    Editors that own their paragraphs split a pasted text at runs of line ends, browsers write a
    space at the edge of a line as one that does not break, and a space follows a mode's pill.
    Source: https://prosemirror.net/docs/ref/#view.EditorProps.clipboardTextParser
    """
    lines = re.split(r"\r\n?|\n", text.replace("\N{NO-BREAK SPACE}", " "))
    return "\n".join(line for line in lines if line.strip()).strip()


def conversation(site: SiteProfile, reading: Reading) -> str | None:
    """The name of the conversation that the page shows, as soon as its address has one."""
    found = site.conversation.search(reading.url)
    return found.group(1) if found else None


def own_turn(reading: Reading, prompt: str) -> SeenTurn | None:
    """The author's turn that is our prompt: the first, since ours began the chat.

    Whatever stands below it is the author's, who went on in the chat.
    """
    words = prompt.split()
    theirs = (turn for turn in reading.turns if turn.role == "user")
    return next((turn for turn in theirs if turn.text.split() == words), None)


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


def pictures(
    site: SiteProfile, answers: Iterable[SeenTurn], attached: Iterable[SeenPicture] = ()
) -> list[Made]:
    """The loaded pictures of an answer, each once, in order; none that the author attached."""
    return [
        Made(picture.src, identity)
        for identity, picture, _ in results(site, answers, attached)
        if picture.loaded
    ]


def results(
    site: SiteProfile, answers: Iterable[SeenTurn], attached: Iterable[SeenPicture] = ()
) -> list[tuple[str, SeenPicture, SeenTurn]]:
    """The pictures that a site made, by their identities, loaded or not yet; each once, in order.

    Of the copies of one picture, the best is given: seen, loaded, and of the largest size.
    """
    foreign = {site_name(site, picture) or picture.src for picture in attached}
    found: dict[str, tuple[SeenPicture, SeenTurn]] = {}
    for turn in answers:
        for picture in turn.pictures:
            name = site_name(site, picture)
            if picture.hidden or _is_icon(site, picture) or (name or picture.src) in foreign:
                continue
            identity = name or (f"{turn.id}/{picture.unit}" if picture.unit else None)
            if identity is None:
                continue
            best = found.get(identity)
            if best is None or (picture.loaded, picture.width) > (best[0].loaded, best[0].width):
                found[identity] = (picture, turn)
    return [(identity, *best) for identity, best in found.items()]


def _at_work(site: SiteProfile, turn: SeenTurn) -> bool:
    said = site.at_work is not None and site.at_work.search(turn.text) is not None
    return turn.busy or (turn.pending and said)


def site_name(site: SiteProfile, picture: SeenPicture) -> str | None:
    """The site's own name of a picture, where its address has one."""
    found = site.identity.search(picture.src)
    return found.group(1) if found else None


def _is_icon(site: SiteProfile, picture: SeenPicture) -> bool:
    known = picture.loaded or min(picture.width, picture.height) > 0
    return known and min(picture.width, picture.height) < site.least_pixels


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
    return _trouble(site, {Place.ANSWER: list(texts)}, list(signs), reading)


def trouble_in_answer(
    site: SiteProfile, answers: Sequence[SeenTurn], reading: Reading
) -> Trouble | None:
    """What the answer to our turn says went wrong."""
    signs = [sign for turn in answers for sign in turn.signs]
    return trouble(site, (turn.text for turn in answers), signs, reading)


def trouble_in_notices(site: SiteProfile, reading: Reading) -> Trouble | None:
    """What the page says went wrong besides its turns: in dialogs, alerts, toasts and margin."""
    said = {
        Place.NOTICE: [notice.text for notice in reading.notices],
        Place.MARGIN: [reading.margin],
        Place.TITLE: [] if reading.shell else [reading.title],
    }
    wrong = _trouble(site, said, reading.signs, reading)
    variant = site.shells.get(reading.shell)
    if wrong is None and variant is not None and variant.means is not None:
        text = f"the page is that of somebody who is {variant.means.value}"
        return Trouble(variant.means, text, site.limits.stopped, rule=f"shell {reading.shell}")
    return wrong


def _trouble(
    site: SiteProfile,
    said: Mapping[Place, Sequence[str]],
    signs: Sequence[SeenSign],
    reading: Reading | None,
) -> Trouble | None:
    now, zone = (reading.now, reading.zone) if reading else (0.0, "")
    written = [turn.text for turn in reading.turns if turn.role == "user"] if reading else []
    # what lies over the page is always the site's own; beside the turns a prompt is a title at most
    own = {
        Place.ANSWER: cache(partial(own_words, written=written)),
        Place.MARGIN: cache(partial(own_words, written=written, titles=True)),
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
            return Trouble(failure.outcome, short(text), rest, wait, rule, failure.passes)
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

    def __init__(self, site: SiteProfile, prompt: str) -> None:
        self._site = site
        self._prompt = prompt
        self._last: object = None
        self._since = 0.0

    def stood(self, now: float) -> float:
        """For how many seconds the answer has not changed; 0 before there is any."""
        return 0.0 if self._last is None else now - self._since

    def look(self, reading: Reading, now: float) -> Made | Trouble | None:
        """The final picture with its answer's others, or what went wrong; None while at work."""
        turn = own_turn(reading, self._prompt)
        if turn is None:
            return None
        answers = answer(reading, turn.id)
        found = pictures(self._site, answers, turn.pictures)
        shown = len(results(self._site, answers, turn.pictures))
        wrong = trouble_in_answer(self._site, answers, reading)
        marked = any(seen.finished for seen in answers)
        polled = wrong is not None and wrong.outcome == Outcome.POLL
        working = any(_at_work(self._site, seen) for seen in answers)
        if found and marked and not working and len(found) == shown:
            # whatever is said beside a finished picture may be the author's words again
            return _first_of(found, asks=polled)
        if wrong is not None and not polled:
            return wrong
        lingers = reading.stop or any(seen.pending for seen in answers)
        state = (
            working,
            lingers,
            [made.src for made in found],
            shown,
            [seen.text for seen in answers],
        )
        if state != self._last:
            self._last, self._since = state, now
        still = now - self._since
        limits = self._site.limits
        if found:
            enough = self._site.lingering if lingers else self._site.still
            final = not working and still >= enough
            return _first_of(found, asks=polled) if final else None
        enough = limits.text_stuck if lingers else limits.text_only
        if answers and not working and still >= enough:
            return wrong or self._without_picture(reading, answers[-1].text)
        return None

    def _without_picture(self, reading: Reading, text: str) -> Trouble:
        """What an answer of words means; one that broke off may say so below the turn."""
        broken = trouble(self._site, (), reading.signs, reading)
        if broken is not None and broken.outcome.care == Care.AGAIN:
            return broken
        return Trouble(Outcome.TEXT_ONLY, short(text), 0)


def _first_of(found: Sequence[Made], *, asks: bool) -> Made:
    """The first of an answer's pictures, which stands for its panel, with the others."""
    return replace(found[0], others=tuple(found[1:]), asks=asks)


@dataclass(frozen=True)
class Verdict:
    """What a page says as it stands, when there is no time to watch it."""

    word: str
    """An outcome, or "ready" for a prompt, or "working" on one."""
    text: str = ""
    wait: float | None = None
    """How many seconds the site told to wait."""
    rule: str = ""


def verdict(site: SiteProfile, reading: Reading, turn: SeenTurn | None) -> Verdict:
    """What a page comes to, as it stands.

    Args:
        site: by whose rules.
        reading: what the page shows.
        turn: the author's turn that is asked about, if there is one.
    """
    page = trouble_in_notices(site, reading)
    if page is not None and page.outcome.care == Care.REST:
        return _told(page)
    answered = None if turn is None else _answered(site, reading, turn)
    if answered is not None and answered.word not in ("working", Outcome.TEXT_ONLY):
        return answered
    if page is not None:
        return _told(page)
    stands = standstill(site, reading)
    if stands is not None and (turn is None or stands.outcome == Outcome.BLOCKED):
        return _told(stands)
    if answered is not None:
        return answered
    why = obstacle(reading)
    return Verdict("ready") if why is None else Verdict(Outcome.UNKNOWN, why)


def _answered(site: SiteProfile, reading: Reading, turn: SeenTurn) -> Verdict:
    answers = answer(reading, turn.id)
    found = results(site, answers, turn.pictures)
    wrong = trouble_in_answer(site, answers, reading)
    busy = any(_at_work(site, seen) for seen in answers)
    if wrong is not None and wrong.outcome == Outcome.POLL:
        return _told(wrong)
    if found and not busy:
        return Verdict(Outcome.MADE, f"{len(found)} picture{'s'[: len(found) - 1]}")
    if wrong is not None:
        return _told(wrong)
    going_on = busy or reading.stop or any(seen.pending for seen in answers)
    if going_on or not any(seen.text for seen in answers):
        return Verdict("working")
    return Verdict(Outcome.TEXT_ONLY, short(answers[-1].text))


def _told(wrong: Trouble) -> Verdict:
    return Verdict(wrong.outcome, wrong.text, wrong.told, wrong.rule)


def short(text: str, most: int = 240) -> str:
    """A text as one line that fits a view."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
