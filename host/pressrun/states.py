"""The words for where work stands and what may be chosen: jobs, attempts, pictures and batches.

One vocabulary for the store, the press and the wire. It imports nothing of Pressrun.
"""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    """To be made; nothing was sent that is not settled."""
    HELD = "held"
    """To be made when another panel has a picture: one that the author approved, or that is sent
    with it."""
    QUEUED = "queued"
    """To be made when an earlier job of the same panel, with older words, has ended."""
    WORKING = "working"
    """An attempt is under way."""
    DOUBT = "doubt"
    """Sent, or perhaps sent, and not yet known what became of it; never sent again unproved."""
    DONE = "done"
    FAILED = "failed"
    """Given up after its attempts; a later `run` makes it anew."""
    REFUSED = "refused"
    """The site refused the prompt by policy; never sent again as it is."""
    CANCELLED = "cancelled"


ACTIVE = (JobState.WAITING, JobState.HELD, JobState.WORKING, JobState.DOUBT)
"""The states in which a panel has at most one job."""

OPEN_JOBS = (*ACTIVE, JobState.QUEUED)
"""The states in which a job still wants something."""

UNBEGUN = (JobState.WAITING, JobState.HELD, JobState.QUEUED)
"""The states in which nothing of a job was begun that is not settled."""

IN_FLIGHT = (JobState.WORKING, JobState.DOUBT)
"""The states in which a job's words may be in a chat."""


class Step(StrEnum):
    """The last step of an attempt that is on disk."""

    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    """The commit point: from here on nothing is sent again without proof."""
    SUBMITTED = "submitted"
    MADE = "made"
    RECEIVED = "received"
    DONE = "done"


class Destination(StrEnum):
    """Where an attempt is sent."""

    FRESH = "fresh"
    """A new chat."""
    KEPT = "kept"
    """A chat of ours that goes on for the panels of one scene."""
    OWN = "own"
    """The chat in which the panel's picture was made, or was asked for."""


class WrongFormat(StrEnum):
    """What becomes of a picture of another format than the list asks for."""

    KEEP = "keep"
    """It is kept, and told."""
    AGAIN = "again"
    """It is kept as an alternative, and the panel is made once more."""


class Outliers(StrEnum):
    """What becomes of a picture that is not in the style of the approved ones."""

    MARK = "mark"
    """It is marked, and told."""
    HOLD = "hold"
    """It is marked, and what follows it waits until the author has looked at it."""
    REDO = "redo"
    """It is made again, within the budget for repairs; the best take stays."""


class MarkState(StrEnum):
    """What the measure of a picture says of it."""

    UNJUDGED = "unjudged"
    """There are too few approved pictures to compare it with, or it is not compared at all."""
    IN_STYLE = "in-style"
    MARKED = "marked"
    """It stands out, and is told."""
    HELD = "held"
    """It stands out, and what follows it waits for the author."""
    REPAIRING = "repairing"
    """It stands out, and is being made again."""
    UNMEASURED = "unmeasured"
    """It cannot be measured; the mark says why."""


STANDS_OUT = (MarkState.MARKED, MarkState.HELD, MarkState.REPAIRING)
"""The states of pictures that stand out from the approved ones."""


class DriftKind(StrEnum):
    """What pictures share that drift away from the approved ones."""

    SCENE = "scene"
    FIGURE = "figure"
    CHAT = "chat"
    LATER = "later"
    """The third picture and all later ones of chats that are kept, of the whole batch."""
    ACCOUNT = "account"


class Steering(StrEnum):
    """How the pictures of a batch are kept in style, where a repair showed that it helps."""

    NONE = "none"
    FRESH = "fresh"
    """Each in a fresh chat, with more pictures of the style."""
    WORDS = "words"
    """The same, and what is to be different is said below the words."""


class Rejected(StrEnum):
    """Why the author rejects a picture."""

    STYLE = "style"
    """It does not look like the others. The measure learns from it."""
    CONTENT = "content"
    """It shows something else than it should."""
    FAULT = "fault"
    """It is badly drawn: a hand with six fingers."""


class Reviewed(StrEnum):
    """What the author said of a panel's picture."""

    UNREVIEWED = "unreviewed"
    APPROVED = "approved"
    REJECTED = "rejected"
    LOCKED = "locked"
    """Approved, and nothing takes its place until it is unlocked."""


class AuthorAct(StrEnum):
    """What an author may decide about pictures; each can be undone."""

    APPROVE = "approve"
    """It is good: what waits for it is made, and a later take needs the author's yes."""
    REJECT = "reject"
    CLEAR = "clear"
    """The author's word on it is taken back: it is unreviewed."""
    LOCK = "lock"
    UNLOCK = "unlock"
    KEEP = "keep"
    """It stays for what the list asks for now, whatever it was made from."""
    CHOOSE = "choose"
    """Another take is the panel's picture."""
    REDO = "redo"
    """One more take is made."""
    NOTE = "note"
    """The author notes something about the panel; it is sent nowhere."""


class Remake(StrEnum):
    """How one more take is asked for."""

    AGAIN = "again"
    """With the words that the list has."""
    WORDS = "words"
    """With the note below the words, in a fresh chat."""
    CHAT = "chat"
    """With the note, as a correction in the chat in which the picture was made."""
    REASON = "reason"
    """With what the author said of each picture when rejecting it, below the words."""


class Flag(StrEnum):
    """What a view shows about a panel besides its state."""

    MISFIT = "misfit"
    """Its picture has another format than was asked for."""
    OUTLIER = "outlier"
    """Its picture stands out from the approved ones, and the author had no word on it."""
    OFFERED = "offered"
    """A take came that may take the place of the approved picture, if the author says yes."""
    ASKED = "asked"
    """Other panels wait for the author's word on its picture."""
    REMADE = "remade"
    """It has a picture, and another take is ordered or being made."""
    NOTED = "noted"
    """The author noted something about it."""


class Ending(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    RETURNED = "returned"
    """It ended before the commit point; the job went back as if nothing had been."""
    FAILED = "failed"
    REFUSED = "refused"
    UNSENT = "unsent"
    """It was in doubt, and proved never to have been submitted."""
    ABANDONED = "abandoned"
    """It was in doubt, and the author decided."""
    LIMITED = "limited"
    """The site answered with a limit; it is no use of the account, and no try of the job."""


class PictureState(StrEnum):
    """What an image is to its panel."""

    CURRENT = "current"
    ALTERNATIVE = "alternative"
    """Replaced by a later one, and kept."""
    QUARANTINE = "quarantine"
    """Kept, and shown to the author: it cannot be this panel's alone."""
    GONE = "gone"
    """Its file is gone or changed; only history knows it."""


class OnDoubt(StrEnum):
    """What becomes of a job of which nobody can prove whether it was sent."""

    ASK = "ask"
    """It waits for the author."""
    RESEND = "resend"
    """It is sent again, at the risk of making a picture twice."""


class JobChoice(StrEnum):
    """What an author may order for a panel."""

    RETRY = "retry"
    """It was given up, or skipped: it is tried again."""
    SKIP = "skip"
    """It is not made; a later `run` makes it anew."""
    FIRST = "first"
    """It is made before all others."""
    LAST = "last"


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    """No job of it is left to make; some may wait for the author."""
    CANCELLED = "cancelled"


class PanelState(StrEnum):
    """Where a panel of a library stands, for its author."""

    MADE = "made"
    STALE = "stale"
    """It has a picture, made from other words or references than the list asks for now."""
    WAITING = "waiting"
    HELD = "held"
    """It waits for another panel's picture, or for the author's approval of it."""
    WORKING = "working"
    DOUBT = "doubt"
    FAILED = "failed"
    REFUSED = "refused"
    LEFT_OUT = "left-out"
    """It has no picture, and nothing makes one: it was skipped or cancelled, or never ordered."""
    UNLISTED = "unlisted"
    """It has a picture, and no list names it."""


NEEDY = (PanelState.REFUSED, PanelState.FAILED, PanelState.DOUBT)
"""The states of panels that need their author."""


class DoubtChoice(StrEnum):
    """What an author may decide on a job in doubt."""

    LOOK = "look"
    """Read the site's pages once more."""
    RESEND = "resend"
    """Send it again, at the risk of making a picture twice."""
    GIVE_UP = "give-up"
    """Leave it unmade; a later `run` makes it anew."""
