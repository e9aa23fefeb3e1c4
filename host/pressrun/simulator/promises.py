"""Lost, aside, twice, misfiled, replaced, early: what each means, for every audit.

The site's ledger is the witness. It is held against what is on disk and on record, which each audit
reads in its own way: the simulator through the store's connection, the others from the files of a
host that has ended.

- **lost**: a picture in the ledger that is neither in the library, nor kept beside it as an
  alternative or in quarantine, nor aside.
- **aside**: a picture that is not on disk, but whose attempt is still open, so that it can be
  fetched later.
- **twice**: a prompt that the site took once more before a job, a failure that the site had
  recorded by then, or the author's order called for it.
- **misfiled**: a picture under a panel's key that was made from other words or other reference
  pictures than the panel asked for, by a turn that no attempt of that panel sent, or in another
  chat than it was to be made in.
- **replaced**: a panel whose author approved a picture, and which has another one, or other bytes
  in its place.
- **early**: a turn that was sent before what it needs: without the picture of the panel that it
  follows as its last one, with one that the panel before did not have by then, or without the sheet
  that its author had approved.

References are sent once at the start of a chat: the turns after go with them, too, unless they are
sent with pictures of their own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pressrun.simulator.ledger import SiteLedger, SitePicture, Submission
from pressrun.simulator.time import NEVER
from pressrun.states import Ending


@dataclass(frozen=True)
class Promises:
    """What broke a promise, by the promise; and what is aside, which breaks none."""

    lost: list[str]
    aside: list[str]
    twice: list[str]
    misfiled: list[str]
    early: list[str] = field(default_factory=list, kw_only=True)
    replaced: list[str] = field(default_factory=list, kw_only=True)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, sent twice, misfiled, replaced, or sent too early."""
        return not any(self.broken.values())

    @property
    def broken(self) -> dict[str, list[str]]:
        """What is wrong, by its name."""
        return {
            "lost": self.lost,
            "twice": self.twice,
            "misfiled": self.misfiled,
            "early": self.early,
            "replaced": self.replaced,
        }


@dataclass(frozen=True)
class OwnTurn:
    """What an attempt that sent a turn was to send."""

    origin: str
    """What it was to say, and with which reference pictures, as `FiledPicture` has it."""
    after: frozenset[str] | None = None
    """The turns of which one has to stand before it in its chat, as the one that it corrects; None
    where it may stand first."""
    first: bool = False
    """Whether it has to begin its chat."""


@dataclass(frozen=True)
class FiledPicture:
    """A picture under a panel's key."""

    key: str
    sha256: str
    """Of its bytes on disk."""
    origin: str
    """What the panel asked for: the SHA-256 of the prompt as the ledger has it, then of each
    reference picture, with spaces between."""
    beside: bool = False
    """Whether it is kept beside the panel's picture. That may be one of which the ledger knows
    nothing, such as an earlier picture that the author put there, but not another panel's."""
    turns: Mapping[str, OwnTurn] | None = None
    """The turns that attempts at it sent; None where an audit knows only what the panel asked for,
    so that any turn with that origin will do."""

    def __str__(self) -> str:
        return f"{self.key} ({'alternative' if self.beside else 'current'})"


@dataclass(frozen=True)
class SentAttempt:
    """An attempt that came as far as the click on Send."""

    name: str
    job: int
    ending: Ending | None
    """None while it is open."""
    turns: Sequence[str]
    """The turns that it sent, as the hands that clicked tell, never as a page shows them."""


@dataclass(frozen=True)
class Needs:
    """What has to be there before an attempt is sent, and is to be sent with it."""

    name: str
    """Of the attempt, for people."""
    turns: Sequence[str]
    """The turns that it sent."""
    last: str | None = None
    """The SHA-256 of its last attachment: the picture of the panel that it follows. Empty where it
    is to follow one, and none is on record; None where it follows none."""
    makers: Collection[str] = ()
    """The turns that attempts at that panel sent."""
    sheets: Collection[str] = ()
    """The SHA-256 of the approved sheets that its chat has to hold."""


def missing(
    ledger: SiteLedger, kept: Collection[str], open_turns: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """Return the pictures that are not on disk: those that are lost, and those that are aside.

    Args:
        ledger: the site's.
        kept: the SHA-256 of every picture in the library, its alternatives and its quarantine.
        open_turns: the turns whose attempts are still open on record. Leave them out where every
            attempt has to have ended, as in a story that is played to its end: then nothing is
            aside.
    """
    lost, aside = list[str](), list[str]()
    for each in ledger.pictures:
        if each.sha256 not in kept:
            (aside if each.turn in open_turns else lost).append(f"{each.file_id} of {each.turn}")
    return lost, aside


def sent_too_often(ledger: SiteLedger, wanted: Mapping[str, int]) -> dict[str, str]:
    """Return the prompts that the site took before anything called for one more.

    At the moment of each submission, the jobs with these words, the failures that the site had
    recorded by then, and the author's orders have to account for it and for all before it.

    Args:
        ledger: the site's.
        wanted: how many jobs and orders of the author's there are, by the SHA-256 of their prompt
            as the ledger has it.

    Returns:
        What to say of each, by the SHA-256 of its prompt.
    """
    failed_at = _failures(ledger)
    sent: defaultdict[str, list[Submission]] = defaultdict(list)
    for each in ledger.submissions:
        sent[each.prompt_sha256].append(each)
    wrong = {}
    for sha256, submissions in sent.items():
        allowed = wanted.get(sha256, 0)
        for before, each in enumerate(submissions):
            earlier = submissions[:before]
            failed = sum(failed_at.get(one.turn, NEVER) <= each.time for one in earlier)
            if before >= allowed + failed:
                wrong[sha256] = f"sent {len(submissions)} times: {each.prompt[:60]}"
                break
    return wrong


def sent_again(
    ledger: SiteLedger, attempts: Sequence[SentAttempt]
) -> list[tuple[SentAttempt, str]]:
    """Return the attempts after which their jobs were sent again without an ending that allows it.

    What allows it is a failure that the site had recorded before, a true proof that nothing was
    sent, or the author's order. Where a Send never arrived, a proof is needed all the same. Only an
    audit that knows which attempt sent which turn can ask this, beside `sent_too_often`.

    Args:
        ledger: the site's.
        attempts: the oldest first.
    """
    failed_at = _failures(ledger)
    at = {each.turn: each.time for each in ledger.submissions}
    wrong = []
    again_at: dict[int, float] = {}
    for each in reversed(attempts):
        if len(each.turns) > 1:
            wrong.append((each, f"was sent {len(each.turns)} times"))
        if each.job in again_at and each.ending != Ending.ABANDONED:
            next_at = again_at[each.job]
            failed = any(failed_at.get(turn, NEVER) <= next_at for turn in each.turns)
            proved = not each.turns and each.ending == Ending.UNSENT
            if not (failed or proved):
                wrong.append((each, "was sent again"))
        again_at[each.job] = min((at[turn] for turn in each.turns), default=NEVER)
    return wrong


def unordered(ledger: SiteLedger, attempts: Sequence[SentAttempt]) -> list[Submission]:
    """Return what the site took and none of these attempts sent."""
    known = {turn for each in attempts for turn in each.turns}
    return [each for each in ledger.submissions if each.turn not in known]


def misfiled(ledger: SiteLedger, filed: Iterable[FiledPicture]) -> list[FiledPicture]:
    """Return the pictures that the ledger says were made for something else, or not at all.

    Leave out what is in quarantine: there stands what was found to be another panel's.
    """
    told = _told(ledger)
    # two prompts may come to the same bytes
    made_by: defaultdict[str, set[str]] = defaultdict(set)
    for made in ledger.pictures:
        made_by[made.sha256].add(made.turn)
    return [
        each
        for each in filed
        if not any(_is_right(told[turn], each) for turn in made_by[each.sha256])
        and not (each.beside and not made_by[each.sha256])
    ]


def early(ledger: SiteLedger, needs: Iterable[Needs]) -> list[str]:
    """Return what was sent before, or without, what it needs."""
    made = defaultdict[str, list[SitePicture]](list)
    for picture in ledger.pictures:
        made[picture.sha256].append(picture)
    sent = {each.turn: each for each in ledger.submissions}
    chats = defaultdict[str, list[Submission]](list)
    for each in ledger.submissions:
        chats[each.conversation].append(each)
    return [
        f"{need.name} {fault}"
        for need in needs
        for turn in need.turns
        for fault in _lacks(need, sent[turn], made, chats[sent[turn].conversation])
    ]


def _lacks(
    need: Needs,
    sent: Submission,
    made: Mapping[str, Sequence[SitePicture]],
    chat: Sequence[Submission],
) -> Iterator[str]:
    """What was not there when something was sent, or was not sent with it."""
    if need.last is not None and sent.references[-1:] != [need.last]:
        yield "without the picture before it"
    elif need.last is not None and not any(
        each.turn in need.makers and each.time <= sent.time for each in made[need.last]
    ):
        yield "with a picture that the panel before did not have"
    there = chat[: chat.index(sent) + 1]
    held = {sha256 for each in there for sha256 in each.references}
    if not held.issuperset(need.sheets):
        yield "without its approved sheet"


@dataclass(frozen=True)
class _Told:
    """What a ledger tells of a turn."""

    turn: str
    origin: str
    before: frozenset[str]
    """The turns before it in its chat."""


def _told(ledger: SiteLedger) -> dict[str, _Told]:
    """What a ledger tells of each turn, by the turn."""
    found = {}
    chats: defaultdict[str, list[Submission]] = defaultdict(list)
    for each in ledger.submissions:
        chat = chats[each.conversation]
        references = each.references or (chat[0].references if chat else [])
        before = frozenset(one.turn for one in chat)
        origin = " ".join([each.prompt_sha256, *references])
        found[each.turn] = _Told(each.turn, origin, before)
        chat.append(each)
    return found


def _is_right(told: _Told, filed: FiledPicture) -> bool:
    """Whether what a turn came to belongs under a panel's key."""
    if filed.turns is None:
        return told.origin == filed.origin
    own = filed.turns.get(told.turn)
    if own is None or own.origin != told.origin or (own.first and told.before):
        return False
    return own.after is None or not own.after.isdisjoint(told.before)


def _failures(ledger: SiteLedger) -> dict[str, float]:
    """When the site failed each turn that it failed."""
    return {each.turn: each.time for each in ledger.failures}
