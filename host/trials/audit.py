"""The audit of a run whose host has ended: the site's ledger against the store and the disk.

What is lost, aside, sent twice or misfiled is said in `pressrun.simulator.promises`. Chats may have
several turns of ours, with words that are not their panels' prompts, so an attempt is tied to the
turn that it sent by chat, words and order:

- **twice**: a job's attempts sent more turns than it called for, or no attempt sent a turn;
- **misfiled**: no attempt of the panel's job sent the turn that made its picture; that turn went
  with other reference pictures or stands in another chat; or file, sidecar and record disagree;
- **early**: an attempt's turn went without the picture of the panel before, with one that that
  panel did not have by then, or without a sheet that its panel shows;
- **aside**: the picture of an attempt whose job is in doubt.

**Success** is done divided by all jobs without those that the site refused by policy; what waits
for the author is no success.

The store's file is opened here by itself.
"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pressrun.library.shelf import OWN
from pressrun.picture.recipe import parsed
from pressrun.simulator import promises
from pressrun.simulator.ledger import SiteLedger, Submission, sha256
from pressrun.simulator.promises import Needs, Promises
from pressrun.simulator.time import NEVER
from pressrun.states import Destination
from trials.replica.pictures import belongs

_SUFFIXES = (".png", ".jpg", ".webp")
KEPT = ("alternatives", "quarantine")
"""Folders of the library's own that keep pictures; an audit does not ask the library which."""

Painter = Callable[[bytes, str], bool]
"""Tells whether a picture, by its bytes, was drawn from a prompt."""


@dataclass(frozen=True)
class Message:
    """What an attempt sent, or was about to send."""

    words: str
    conversation: str | None
    """The chat, where the attempt knows it."""
    destination: Destination
    at: float
    """When it passed the commit point, in Unix time."""
    is_open: bool
    followed: str | None = None
    """The SHA-256 of the picture before that went last with it; None where it followed none."""
    shows: str | None = None
    """The reference pictures that were attached, as its row names them; None for its panel's."""


@dataclass(frozen=True)
class Job:
    """A job as the store has it, with the picture that stands for its panel."""

    id: int
    key: str
    prompt: str
    state: str
    tries: int
    orders: int
    """How often the author decided that it be sent again."""
    sha256: str | None
    path: str | None
    """Below the library."""
    attached: str | None = None
    """The reference pictures that its panel asked for, as its row names them."""
    says: str | None = None
    """What is sent instead of the prompt, such as the note of a correction."""
    shows: str | None = None
    """The reference pictures that go with that in its chat, as its row names them."""
    in_chat: str | None = None
    """The chat where it has to be sent."""
    before: str | None = None
    """The key of the panel that it follows."""
    messages: tuple[Message, ...] = ()
    """Of its attempts that came to the commit point, in that order."""


@dataclass(frozen=True)
class Kept:
    """A picture that is kept beside its panel's own."""

    key: str
    sha256: str


@dataclass(frozen=True)
class Tie:
    """An attempt's message and the turn that the site has of it."""

    job: Job
    message: Message
    turn: Submission


@dataclass(frozen=True)
class RunAudit(Promises):
    """What the audit of a run found."""

    images: int
    """Pictures under their panels' names."""
    submissions: int
    pictures: int
    """Of the ledger, as are the submissions."""
    needs_you: int
    refused: int
    success_rate: float

    def counts(self) -> dict[str, float]:
        """The figures alone, for a JSON line."""
        return {
            name: len(value) if isinstance(value, list) else value
            for name, value in asdict(self).items()
        }


def audit(
    ledger: SiteLedger,
    store: Path,
    library: Path,
    gone: Collection[str] = (),
    sheets: Mapping[str, Collection[str]] | None = None,
) -> RunAudit:
    """Hold the ledger, the store and the one library of a stage against each other.

    Args:
        ledger: the site's.
        store: the host's database.
        library: where the pictures are.
        gone: the chats that a person took away; what nobody had fetched there is not lost by us.
        sheets: by their keys, the SHA-256 of the approved sheets that panels have to be sent with.
    """
    known = jobs(store, library)
    filed = pictures(library)
    found = kept_promises(
        ledger,
        library,
        known,
        beside=alternatives(store, library),
        may_be_open=True,
        gone=gone,
        drew=belongs,
        sheets=sheets,
    )
    states = Counter(job.state for job in known)
    wanted = len(known) - states["refused"] - states["cancelled"]
    return RunAudit(
        **vars(found),
        images=len(filed),
        submissions=len(ledger.submissions),
        pictures=len(ledger.pictures),
        needs_you=states["doubt"] + states["failed"],
        refused=states["refused"],
        success_rate=states["done"] / wanted if wanted else 1.0,
    )


def kept_promises(  # noqa: PLR0913 - each is what another witness tells
    ledger: SiteLedger,
    library: Path,
    known: Sequence[Job],
    elsewhere: Sequence[Job] = (),
    *,
    beside: Sequence[Kept] = (),
    may_be_open: bool = False,
    gone: Collection[str] = (),
    drew: Painter | None = None,
    sheets: Mapping[str, Collection[str]] | None = None,
) -> Promises:
    """Find what is lost, sent twice, misfiled or sent early.

    Args:
        ledger: the site's.
        library: where the pictures are.
        known: the jobs of this library, in order.
        elsewhere: those of other libraries that the same site made pictures for.
        beside: the pictures that are kept as alternatives.
        may_be_open: whether attempts may be in doubt: their pictures are aside then.
        gone: the chats that a person took away.
        drew: a second witness of whose a picture is, for a site whose pictures can be redrawn.
        sheets: by their keys, the SHA-256 of the approved sheets that panels have to be sent with.
    """
    tied = ties(ledger, (*known, *elsewhere))
    in_doubt = {
        turn
        for turn, tie in tied.items()
        if may_be_open and tie.message.is_open and tie.job.state == "doubt"
    }
    kept = set(map(_digest, _files(library)))
    kept |= {each.sha256 for each in ledger.pictures if each.conversation in gone}
    lost, aside = promises.missing(ledger, kept, in_doubt)
    makers = _makers(ledger, tied)
    return Promises(
        lost=lost,
        aside=aside,
        twice=list(_sent_too_often(ledger, tied)),
        misfiled=[
            *_misfiled(ledger, library, makers, tied, known, drew),
            *(
                f"{each.key} (alternative)"
                for each in beside
                if each.sha256 in makers
                and all(tie is None or tie.job.key != each.key for tie in makers[each.sha256])
            ),
        ],
        early=promises.early(ledger, _needs(tied, sheets or {})),
    )


def _needs(tied: Mapping[str, Tie], sheets: Mapping[str, Collection[str]]) -> Iterator[Needs]:
    """What each message that was sent had to have with it."""
    of_panel: defaultdict[str, list[str]] = defaultdict(list)
    for turn, tie in tied.items():
        of_panel[tie.job.key].append(turn)
    for turn, tie in tied.items():
        job, message = tie.job, tie.message
        if message.destination == Destination.OWN:
            continue  # one word more in a chat that has everything already
        yield Needs(
            job.key,
            [turn],
            None if job.before is None else message.followed or "",
            of_panel[job.before] if job.before is not None else (),
            sheets.get(job.key, ()),
        )


def ties(ledger: SiteLedger, known: Sequence[Job]) -> dict[str, Tie]:
    """Tie the turns of the ledger to the attempts that sent them, by turn.

    An attempt that knows its chat has the first turn there with its words after its commit point
    that no later attempt has. One that does not know it has the newest turn with its words that
    begins a chat. What is left was sent by no attempt that is on record.
    """
    by_words: defaultdict[str, list[Submission]] = defaultdict(list)
    begins: dict[str, str] = {}
    for sent in ledger.submissions:
        by_words[sent.prompt_sha256].append(sent)
        begins.setdefault(sent.conversation, sent.turn)
    tied: dict[str, Tie] = {}
    # a host whose clock was set forward says that it sent later than the site took anything
    newest = max((each.time for each in ledger.submissions), default=0.0)
    ahead = any(message.at > newest for job in known for message in job.messages)

    def free(message: Message) -> list[Submission]:
        sent = [each for each in by_words[sha256(message.words)] if each.turn not in tied]
        return [each for each in sent if each.time >= message.at] or (sent if ahead else [])

    messages = [(message, job) for job in known for message in job.messages]
    messages.sort(key=lambda each: each[0].at)
    messages.reverse()
    for message, job in messages:
        there = [each for each in free(message) if each.conversation == message.conversation]
        for sent in there[:1]:
            tied[sent.turn] = Tie(job, message, sent)
    for message, job in messages:
        if message.conversation is None:
            begun = [each for each in free(message) if begins[each.conversation] == each.turn]
            for sent in begun[-1:]:
                tied[sent.turn] = Tie(job, message, sent)
    return tied


def _sent_too_often(ledger: SiteLedger, tied: Mapping[str, Tie]) -> Iterator[str]:
    """What the site took before anything called for one more, or though no attempt sent it.

    A job calls for one, and so do a failure that the site had recorded by then and the author.
    """
    failed_at = {each.turn: each.time for each in ledger.failures}
    earlier: defaultdict[int, list[Submission]] = defaultdict(list)
    told = set[int]()
    for each in ledger.submissions:
        tie = tied.get(each.turn)
        if tie is None:
            yield f"sent by no attempt: {each.prompt[:60]}"
            continue
        before = earlier[tie.job.id]
        failed = sum(failed_at.get(one.turn, NEVER) <= each.time for one in before)
        if len(before) > tie.job.orders + failed and tie.job.id not in told:
            told.add(tie.job.id)
            yield f"sent {len(before) + 1} times: {tie.job.key}, {each.prompt[:60]}"
        before.append(each)


def _makers(ledger: SiteLedger, tied: Mapping[str, Tie]) -> dict[str, list[Tie | None]]:
    """Who sent the turns that made each picture, by its SHA-256; None for nobody on record.

    Two turns may come to the same bytes.
    """
    makers: defaultdict[str, list[Tie | None]] = defaultdict(list)
    for made in ledger.pictures:
        makers[made.sha256].append(tied.get(made.turn))
    return dict(makers)


def fruitless(ledger: SiteLedger, library: Path) -> int:
    """The longest run of sends of one account that came to nothing that is kept or recorded.

    A send has come to something when a picture of it is on disk, or the site recorded its failure.
    """
    kept = set(map(_digest, _files(library)))
    fruits = {each.turn for each in ledger.pictures if each.sha256 in kept}
    fruits |= {each.turn for each in ledger.failures}
    longest: Counter[str] = Counter()
    running: Counter[str] = Counter()
    for sent in ledger.submissions:
        running[sent.account] = 0 if sent.turn in fruits else running[sent.account] + 1
        longest[sent.account] = max(longest[sent.account], running[sent.account])
    return max(longest.values(), default=0)


_REASONS = {
    "refused": {"refused"},
    "failed": {"text_only", "tool_error", "thread_error", "too_long"},
}
"""By the state of a job, the failures of the site's that may have brought it there."""

_LIMITS = {
    "throttled": {"throttle", "rate"},
    "capped": {"plan_cap", "free_cap"},
    "upload refused": {"upload_cap", "upload_failed"},
}
"""By the outcome for which an account rested, what the site told that may have been why."""


def misjudged(
    ledger: SiteLedger, store: Path, library: Path, disturbed: Collection[str] = ()
) -> list[str]:
    """Jobs that ended, and accounts that rested, for a reason that the site never gave.

    Args:
        ledger: the site's.
        store: the host's database.
        library: where the pictures are.
        disturbed: the chats that a person wrote into or took away: a job that has to be sent there
            may fail.
    """
    wrong = []
    known = jobs(store, library)
    told: defaultdict[int, set[str]] = defaultdict(set)
    tied = ties(ledger, known)
    for failure in ledger.failures:
        if tie := tied.get(failure.turn):
            told[tie.job.id].add(failure.kind)
    for job in known:
        kinds = told[job.id]
        if job.state == "failed" and job.in_chat in disturbed:
            continue
        if job.state in _REASONS and not _REASONS[job.state] & kinds:
            wrong.append(f"{job.key} is {job.state}, and the site told {kinds or 'nothing'} of it")
    met = Counter(each.kind for each in ledger.limits)
    met.update(each.kind for each in ledger.failures)
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        rests = database.execute("SELECT outcome, count(*) FROM limits GROUP BY outcome").fetchall()
    for outcome, count in rests:
        given = sum(met[kind] for kind in _LIMITS.get(outcome, ()))
        if not given:
            wrong.append(f"an account rested {count} times as {outcome}, which the site never told")
    return wrong


def jobs(store: Path, library: Path) -> list[Job]:
    """Every job of a library, in order; prompt and references as they were sent."""
    query = (
        "SELECT jobs.id, jobs.key, jobs.prompt, jobs.state, jobs.tries,"
        " (SELECT count(*) FROM attempts WHERE job_id = jobs.id AND ending = 'abandoned'),"
        " images.sha256, images.path, jobs.attached, jobs.says, jobs.shows, jobs.in_chat,"
        " jobs.before FROM jobs"
        " JOIN batches ON batches.id = jobs.batch_id"
        " LEFT JOIN images ON images.place = 'current' AND images.attempt_id IN"
        " (SELECT id FROM attempts WHERE job_id = jobs.id AND ending = 'done')"
        " WHERE batches.library = ? ORDER BY jobs.id"
    )
    committed = (
        "SELECT jobs.id, coalesce(attempts.said, jobs.prompt), attempts.conversation,"
        " coalesce(attempts.destination, 'fresh'), coalesce(attempts.submitting_at, 0.0),"
        " attempts.ending IS NULL, attempts.followed, attempts.shows FROM attempts"
        " JOIN jobs ON jobs.id = job_id JOIN batches ON batches.id = jobs.batch_id"
        " WHERE step != 'claimed' AND batches.library = ? ORDER BY submitting_at, attempts.id"
    )
    place = [str(library.resolve())]
    messages: defaultdict[int, list[Message]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        for job, words, chat, where, at, is_open, *with_it in database.execute(committed, place):
            sent = Message(words, chat, Destination(where), at, bool(is_open), *with_it)
            messages[job].append(sent)
        rows = database.execute(query, place).fetchall()
    return [replace(Job(*row), messages=tuple(messages[row[0]])) for row in rows]


def followed(store: Path) -> list[str]:
    """The panels that were made after another one and with its picture, by their keys."""
    query = (
        "SELECT DISTINCT jobs.key FROM attempts JOIN jobs ON jobs.id = attempts.job_id"
        " WHERE attempts.followed IS NOT NULL AND attempts.ending = 'done' ORDER BY jobs.key"
    )
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        return [key for (key,) in database.execute(query)]


def alternatives(store: Path, library: Path) -> list[Kept]:
    """The pictures of a library that are kept beside its panels' own, as they are on disk."""
    query = "SELECT key, path FROM images WHERE place = 'alternative' AND library = ?"
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        rows = database.execute(query, [str(library.resolve())]).fetchall()
    return [Kept(key, _digest(library / path)) for key, path in rows if (library / path).is_file()]


def pictures(library: Path) -> list[Path]:
    """The pictures of a library that stand under their panels' names, in order."""
    return [path for path in sorted(_files(library)) if OWN not in path.relative_to(library).parts]


def _misfiled(
    ledger: SiteLedger,
    library: Path,
    makers: Mapping[str, Sequence[Tie | None]],
    tied: Mapping[str, Tie],
    known: Sequence[Job],
    drew: Painter | None,
) -> Iterator[str]:
    owners: dict[str, list[Job]] = {}
    newest = {job.key: job for job in known}
    pictured = {job.key for job in known if job.path is not None}
    for job in known:
        if job.path is not None:
            owners.setdefault(job.path, []).append(job)
        elif job.state == "done" and newest[job.key] is job and job.key not in pictured:
            yield f"{job.key} is done and has no picture"
    for path in pictures(library):
        name = str(path.relative_to(library))
        if name not in owners:
            yield f"{name} is not on record"
        for job in owners.pop(name, []):
            yield from _wrongs(ledger, library, path, job, makers, tied, drew)
    for name in owners:
        yield f"{name} is on record and not on disk"


def _wrongs(
    ledger: SiteLedger,
    library: Path,
    path: Path,
    job: Job,
    makers: Mapping[str, Sequence[Tie | None]],
    tied: Mapping[str, Tie],
    drew: Painter | None,
) -> Iterator[str]:
    name, data = path.relative_to(library), path.read_bytes()
    sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    noted = [each["sha256"] for each in sidecar.get("references", [])]
    ours = [tie for tie in makers.get(sha256(data), ()) if tie and tie.job.id == job.id]
    if path.with_suffix("") != library / job.key:
        yield f"{name} stands for {job.key}"
    if not ours or not any(drew is None or drew(data, tie.message.words) for tie in ours):
        yield f"{name} was not made from what {job.key} asked for"
    elif not any(_has_its_references(ledger, tie, tied) for tie in ours):
        yield f"{name} was made with other references than {job.key} asked for"
    elif not any(_is_in_its_chat(ledger, tie) for tie in ours):
        yield f"{name} was made in another chat than {job.key} belongs to"
    if not sha256(data) == job.sha256 == sidecar["sha256"]:
        yield f"{name} is not what was received"
    if noted != [each.sha256 for each in parsed(job.attached)]:
        yield f"{name} has a sidecar with other references than {job.key} asked for"
    if sidecar["key"] != job.key or sidecar["prompt"] != job.prompt:
        yield f"{name} has the sidecar of another panel"


def _has_its_references(ledger: SiteLedger, tie: Tie, tied: Mapping[str, Tie]) -> bool:
    """Whether a message went with its reference pictures: its own, or those of its kept chat.

    The picture before, which goes last, is none of them.
    """
    job, sent = tie.job, _without_followed(tie.turn, tied)
    wanted = [each.sha256 for each in parsed(job.attached)]
    if tie.message.destination == Destination.FRESH:
        # a repair, and what is steered, goes with pictures of the style besides
        more = tie.message.shows
        return sent == (wanted if more is None else [each.sha256 for each in parsed(more)])
    if job.says is not None and tie.message.words == job.says:
        return sent == [each.sha256 for each in parsed(job.shows)]
    # a panel of a kept chat, or one word more about what the chat is about already
    return not sent and (job.says is not None or _in_force(ledger, tie.turn, tied) == wanted)


def _is_in_its_chat(ledger: SiteLedger, tie: Tie) -> bool:
    """Whether a correction stands in the chat of its picture, and what is fresh in a chat alone."""
    sent = tie.turn
    begins = next(each for each in ledger.submissions if each.conversation == sent.conversation)
    if tie.message.destination == Destination.FRESH:
        return begins.turn == sent.turn
    return tie.job.in_chat in (None, sent.conversation)


def _without_followed(turn: Submission, tied: Mapping[str, Tie]) -> list[str]:
    """The reference pictures of a turn without the picture before."""
    tie = tied.get(turn.turn)
    last = tie.message.followed if tie else None
    sent = turn.references
    return sent[:-1] if last is not None and sent[-1:] == [last] else sent


def _in_force(ledger: SiteLedger, turn: Submission, tied: Mapping[str, Tie]) -> list[str]:
    """The reference pictures that a chat last had before a turn."""
    force: list[str] = []
    for each in ledger.submissions:
        if each.turn == turn.turn:
            break
        own = _without_followed(each, tied)
        if each.conversation == turn.conversation and own:
            force = own
    return force


def _files(library: Path) -> Iterator[Path]:
    """The pictures of a library, with its alternatives and its quarantine."""
    for path in library.rglob("*"):
        parts = path.relative_to(library).parts
        if path.is_file() and path.suffix in _SUFFIXES and (parts[0] != OWN or parts[1] in KEPT):
            yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
