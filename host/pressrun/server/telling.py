"""What happened to a panel, in sentences: one wording for the studio and the command line."""

from collections.abc import Iterator

from pressrun.states import AuthorAct, Ending, MarkState
from pressrun.store.history import Deed, Occurrence
from pressrun.store.journal import Event
from pressrun.store.panels import Take, Try
from pressrun.store.whole import WholePanel
from pressrun.words import duration, start, upper

LINES = 1_000
"""So many things are told of one panel at most: the newest."""

SAID_CHARS = 500

Told = tuple[float, str]
"""When something happened, and what."""

_WHERE = {
    "studio": "in the studio",
    "popup": "in the popup",
    "command line": "on the command line",
}
"""Where an author decides."""

_DEEDS = {
    AuthorAct.APPROVE: "You approved its picture",
    AuthorAct.REJECT: "You rejected its picture",
    AuthorAct.CLEAR: "You took back what you had said of its picture",
    AuthorAct.LOCK: "You locked its picture",
    AuthorAct.UNLOCK: "You unlocked its picture",
    AuthorAct.KEEP: "You kept its picture for what the list asks for now",
    AuthorAct.CHOOSE: "You chose another take",
    AuthorAct.REDO: "You ordered one more take",
    AuthorAct.NOTE: "You noted something",
}

_NOUNS = {
    AuthorAct.APPROVE: "the approval",
    AuthorAct.REJECT: "the rejection",
    AuthorAct.CLEAR: "that you took back your word",
    AuthorAct.LOCK: "the lock",
    AuthorAct.UNLOCK: "the unlocking",
    AuthorAct.KEEP: "that the picture is kept",
    AuthorAct.CHOOSE: "the choice of a take",
    AuthorAct.REDO: "the order of one more take",
    AuthorAct.NOTE: "the note",
}

_OCCURRENCES = {
    Event.IMAGE_ADOPTED: "A picture that was in the folder was taken up",
    Event.IMAGE_CHOSEN: "You chose another take",
    Event.IMAGE_FOUND: "The file of its picture was found again",
    Event.IMAGE_GONE: "The file of a picture was gone or changed",
    Event.IMAGE_KEPT: "You kept its picture for what the list asks for now",
    Event.IMAGE_REJECTED: "You rejected its picture",
    Event.IMAGE_TIDIED: "Its picture was moved to the alternatives, as no list names it",
    Event.JOB_APPROVED: "You approved its picture",
    Event.JOB_REDONE: "You ordered one more take",
    Event.JOB_REMADE: "The picture came in another format, so it is made once more",
    Event.JOB_REPAIR: "The picture stands out, so it is made once more",
}

_DECIDED = frozenset(
    {
        Event.IMAGE_CHOSEN,
        Event.IMAGE_KEPT,
        Event.IMAGE_REJECTED,
        Event.JOB_APPROVED,
        Event.JOB_REDONE,
    }
)
"""What the journal told before decisions were on record, and tells beside them."""

_ORDERS = {
    "retry": "You had it tried again",
    "skip": "You skipped it",
    "first": "You had it made first",
    "last": "You had it made last",
}


def history(whole: WholePanel) -> list[Told]:
    """What happened to a panel, the oldest first."""
    numbers = {each.sha256: each.number for each in whole.takes}
    brought = {each.attempt: each for each in reversed(whole.takes)}
    beside = {each.at for each in whole.deeds}
    told: list[Told] = []
    for each in whole.tries:
        told += _try(each, brought.get(each.id))
    told += [(each.at, _deed(each)) for each in whole.deeds]
    for occurrence in whole.occurrences:
        if occurrence.event in _DECIDED and occurrence.at in beside:
            continue
        if sentence := _occurrence(occurrence, numbers):
            told.append((occurrence.at, sentence))
    told.sort(key=lambda each: each[0])
    return told[-LINES:]


def _try(of: Try, take: Take | None) -> Iterator[Told]:
    """What became of an attempt; one that sent nothing is told by its end."""
    if of.sent_at is not None:
        yield of.sent_at, f"It was sent by account {of.account}{_nth(of.number)}"
    if of.ended_at is None or of.ending is None:
        return
    after = f" after {duration(of.ended_at - of.sent_at)}" if of.sent_at is not None else ""
    why = f": {start(of.reason, SAID_CHARS)}" if of.reason else ""
    if of.ending == Ending.ABANDONED:
        yield of.ended_at, upper(of.reason or "it was given up")
    elif of.ending != Ending.DONE:
        yield of.ended_at, f"{_ENDINGS[of.ending].format(after)}{why}"
    elif take is not None:
        yield of.ended_at, f"Take {take.number} came{after}"
    else:
        yield of.ended_at, f"A picture came{after}, which is no longer there"


_ENDINGS = {
    Ending.FAILED: "It failed{}",
    Ending.REFUSED: "The site refused it{}",
    Ending.LIMITED: "The site answered with a limit{}",
    Ending.RETURNED: "It was not sent",
    Ending.UNSENT: "It proved not to have been sent",
}


def _nth(number: int) -> str:
    return f" (try {number})" if number > 1 else ""


def _deed(of: Deed) -> str:
    where = f"{_WHERE.get(of.by, f'in {of.by}')} (decision {of.number})"
    if of.undoes is not None:
        return f"You undid {_NOUNS[of.undoes]} {where}"
    about = f": {' '.join(of.about.split())}" if of.about else ""
    return f"{_DEEDS[of.act]} {where}{about}"


def _occurrence(of: Occurrence, numbers: dict[str, int]) -> str:  # noqa: PLR0911 - one line an event
    take = numbers.get(str(of.data.get("sha256", "")))
    named = "A take" if take is None else f"Take {take}"
    match of.event:
        case Event.IMAGE_RENAMED:
            return f"Its picture got the key {of.data.get('key', '')}"
        case Event.IMAGE_OFFERED:
            return f"{named} waits for your yes, as you approved the picture before it"
        case Event.IMAGE_BEST:
            return f"{named} is the closest to the approved pictures, and stays"
        case Event.IMAGE_MARKED if of.data.get("state") in (MarkState.MARKED, MarkState.HELD):
            return f"{named} stands out from the approved pictures"
        case Event.IMAGE_MARKED:
            return ""
        case Event.JOB_ORDERED:
            return _ORDERS.get(str(of.data.get("order")), "")
        case _:
            return _OCCURRENCES.get(of.event, "")
