"""Decisions in words: what one came to, what hindered it, and what an undo gave back."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

from pressrun.protocol.messages.decision import DecideOrder
from pressrun.states import AuthorAct, Remake
from pressrun.store.aims import Clash, Obstacle
from pressrun.store.decided import PastDecision
from pressrun.store.decisions import DecisionOutcome
from pressrun.store.undoing import UndoOutcome
from pressrun.words import duration, panels, pictures, start

_DONE = {
    AuthorAct.APPROVE: "approved",
    AuthorAct.REJECT: "rejected",
    AuthorAct.LOCK: "locked",
    AuthorAct.UNLOCK: "unlocked",
}
"""What became of pictures."""

_WAS = {
    AuthorAct.APPROVE: "Approved",
    AuthorAct.REJECT: "Rejected",
    AuthorAct.CLEAR: "Your word on it taken back",
    AuthorAct.LOCK: "Locked",
    AuthorAct.UNLOCK: "Unlocked",
    AuthorAct.KEEP: "Kept",
    AuthorAct.CHOOSE: "Another take chosen",
    AuthorAct.REDO: "Another take ordered",
    AuthorAct.NOTE: "Noted about",
}
"""What was decided about a picture."""

_UNDONE = {
    AuthorAct.APPROVE: "the approval of",
    AuthorAct.REJECT: "the rejection of",
    AuthorAct.CLEAR: "taking back your word on",
    AuthorAct.LOCK: "the lock of",
    AuthorAct.UNLOCK: "the unlocking of",
    AuthorAct.KEEP: "keeping",
    AuthorAct.CHOOSE: "the choice for",
    AuthorAct.REDO: "the order for another take of",
    AuthorAct.NOTE: "the note about",
}

_WHERE = {
    "studio": "in the studio",
    "popup": "in the popup",
    "command line": "on the command line",
}

KEY_CHARS = 200

FAULT_CHARS = 2_000


def told(asked: DecideOrder, outcome: DecisionOutcome) -> str:
    """What a decision came to."""
    count = len(outcome.keys)
    said = _told(asked, outcome, count) if count else "Nothing was changed."
    return f"{said} {_left(outcome.clashes)}".rstrip()


def _left(clashes: Sequence[Clash]) -> str:
    """How many panels were left as they are, and of several why."""
    if len(clashes) == 1:
        return "1 panel was left as it is."
    if not clashes:
        return ""
    reasons = Counter(_LEFT.get(each.obstacle, _LEFT_SINCE) for each in clashes)
    why = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
    return f"{panels(len(clashes))} were left as they are: {why}."


def _told(asked: DecideOrder, outcome: DecisionOutcome, count: int) -> str:
    changed = outcome.decision is not None
    match asked.act:
        case AuthorAct.CHOOSE:
            key = start(outcome.keys[0], KEY_CHARS)
            said = f"Take {asked.take} is the picture of {key} {'now' if changed else 'already'}"
        case AuthorAct.NOTE:
            done = "Noted" if asked.note else "Note removed"
            said = f"{done if changed else 'Noted already'}: {panels(count)}"
        case AuthorAct.CLEAR:
            said = f"Your word on {pictures(count)} is taken back"
        case AuthorAct.REDO:
            said = f"{pictures(count)} will be {_how(asked)}, in {_batches(outcome)}"
        case AuthorAct.KEEP if not changed:
            said = "These pictures match the list and do not stand out: nothing is to be kept"
        case AuthorAct.KEEP:
            said = f"{pictures(len(outcome.changed))} kept"
        case AuthorAct.REJECT if asked.because is None:
            said = f"Take {asked.take} is declined, and waits no more"
        case _:
            said = f"{pictures(count)} {_DONE[asked.act]}{'' if changed else ' already'}"
    if asked.remake is not None and asked.act == AuthorAct.REJECT:
        verb = "It" if count == 1 else "They"
        said += f". {verb} will be {_how(asked)}, in {_batches(outcome)}"
    return f"{said}."


def waiting(takes: Mapping[str, Sequence[int]]) -> str:
    """That takes still wait for the author's yes where the picture before them is approved.

    Args:
        takes: their numbers, by the keys of the panels that were decided about.
    """
    if not takes:
        return ""
    if len(takes) > 1:
        return (
            f"Newer takes of {panels(len(takes))} still wait for your yes: "
            "pressrun panels --offered"
        )
    ((key, numbers),) = takes.items()
    verb = "waits" if len(numbers) == 1 else "wait"
    named = f"Take{'' if len(numbers) == 1 else 's'} {' and '.join(map(str, numbers[-3:]))}"
    yes = f"pressrun approve {shlex.quote(key)} --take {numbers[-1]}"
    return f"{named} of {start(key, KEY_CHARS)} still {verb} for your yes: {yes}"


def _how(asked: DecideOrder) -> str:
    """How pictures are made again."""
    if asked.words is not None:
        return "made with your words"
    if asked.remake == Remake.CHAT:
        return "corrected in the chat"
    if asked.remake == Remake.REASON:
        return "made again, with what you said"
    return "made again"


def _batches(outcome: DecisionOutcome) -> str:
    return "batch " + ", ".join(str(number) for number in outcome.batches)


def undone(found: UndoOutcome, before: int | None = None) -> str:
    """What an undo gave back, and what it could not.

    Args:
        found: what it came to.
        before: the decision before it that could be undone, where it could not.
    """
    said = [_given_back(found)]
    if found.taken_back:
        said.append(f"{_takes(found.taken_back)} will not be made.")
    if found.again:
        said.append(f"{_takes(found.again)} will be made after all.")
    if found.on_their_way:
        said.append(
            f"{_takes(found.on_their_way)} is being made already, and will be kept beside the "
            "picture."
            if found.on_their_way == 1
            else f"{_takes(found.on_their_way)} are being made already, and will be kept beside "
            "the pictures."
        )
    if found.made:
        is_there = "is" if found.made == 1 else "are"
        said.append(f"{_takes(found.made)} {is_there} there already, beside the picture.")
    if found.pinned:
        stay = "stays" if len(found.pinned) == 1 else "stay"
        said.append(f"What sheets are kept as {stay}: {start(', '.join(found.pinned), 500)}.")
    if found.clashes:
        said.append(_left(found.clashes))
    if before is not None:
        said.append(f"To undo the decision before it: pressrun undo {before}")
    return " ".join(said)


def _given_back(found: UndoOutcome) -> str:
    """Of what pictures a decision was undone."""
    count, act = len(found.keys), found.of.act
    if not count:
        return f"Nothing was undone of decision {found.of.id}."
    what = panels(count) if act in (AuthorAct.NOTE, AuthorAct.CHOOSE) else pictures(count)
    if count == 1:
        # who undoes the newest decision may not know which that was
        what = start(found.keys[0], KEY_CHARS)
    return f"{'Done again' if found.of.takes_back else 'Undone'}: {_UNDONE[act]} {what}."


def _takes(count: int) -> str:
    return f"{count:,} take{'' if count == 1 else 's'}"


_WHY = {
    Obstacle.LOCKED: "It is locked. To unlock it: pressrun unlock {key}",
    Obstacle.APPROVED: "It is approved, and stays. To reject it as well, name it, or add --yes",
    Obstacle.BUSY: "It is being made already",
    Obstacle.UNPICTURED: "It has no picture",
    Obstacle.GONE: "The picture that it had is not there any more",
    Obstacle.NONE_BEFORE: "There was no picture before this choice, so the chosen take stays",
    Obstacle.UNLISTED: "No panel in the list has a picture of this name",
}


_LEFT_SINCE = "decided otherwise meanwhile"

_LEFT = {
    Obstacle.LOCKED: "locked",
    Obstacle.APPROVED: "approved",
    Obstacle.BUSY: "being made already",
    Obstacle.UNPICTURED: "without a picture",
    Obstacle.GONE: "whose earlier picture is not there any more",
    Obstacle.NONE_BEFORE: "without a picture before",
    Obstacle.UNLISTED: "that no list names",
    Obstacle.OTHER_TAKE: "with another take",
    Obstacle.PICTURE: "with another picture by now",
    Obstacle.FAULT: "that cannot be made so",
}
"""Why panels were left as they are, after their number."""


def why(clash: Clash, now: float) -> str:
    """Why nothing was decided about a panel: a sentence without an end."""
    if clash.obstacle == Obstacle.DECIDED:
        return _last(clash.last, now)
    if clash.obstacle == Obstacle.PICTURE:
        return _other_picture(clash, now)
    if clash.obstacle == Obstacle.OTHER_TAKE:
        by_now = f"take {clash.take} is its picture" if clash.take else "it has another picture"
        return f"You saw take {clash.seen}, and {by_now}"
    if clash.obstacle == Obstacle.FAULT:
        return start(clash.text, FAULT_CHARS)
    return _WHY[clash.obstacle].format(key=shlex.quote(clash.key))


def why_not_undone(clash: Clash, now: float) -> str:
    """Why a panel stays as it is although a decision about it was to be undone."""
    if clash.obstacle != Obstacle.PICTURE or not (clash.take and clash.seen):
        return why(clash, now)
    since = f"{_last(clash.last, now)}; take" if clash.last else "Take"
    return (
        f"{since} {clash.take} is its picture now. To have take {clash.seen} again: "
        f"pressrun choose {shlex.quote(clash.key)} {clash.seen}"
    )


def _last(decision: PastDecision | None, now: float) -> str:
    """What was decided about a picture, when and where."""
    if decision is None:
        return "Something else was decided about it"
    ago = duration(now - decision.at) if now - decision.at >= 1 else ""
    where = _WHERE.get(decision.by, f"by {decision.by}")
    what = "Undone" if decision.takes_back else _WAS[decision.act]
    return f"{what} {f'{ago} ago' if ago else 'just now'} {where}"


def _other_picture(clash: Clash, now: float) -> str:
    seen = f"you saw take {clash.seen}" if clash.seen else "you saw another picture"
    by_now = f"take {clash.take} is its picture now" if clash.take else "it has another one now"
    if clash.last is not None:
        return f"{_last(clash.last, now)}; {seen}, and {by_now}"
    return f"{seen[0].upper()}{seen[1:]}, and {by_now}"
