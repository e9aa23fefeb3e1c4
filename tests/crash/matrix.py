"""The matrix: every failpoint, and the passes at which a process is killed there.

`test_failpoints.py` holds this table against the source: none may be missing, none may be left.
"""

from dataclasses import dataclass

from crash.power import Loss


@dataclass(frozen=True)
class Combination:
    """What happens when: a failpoint for each life of the host, or none."""

    lives: tuple[str, ...]
    loss: Loss | None = None
    """What of the disk goes with the machine; None when only the process dies."""

    @property
    def name(self) -> str:
        """How a test and a person name it."""
        name = " then ".join(life or "stop" for life in self.lives)
        return f"{name}, {self.loss.value}" if self.loss else name

    @property
    def long(self) -> bool:
        """Whether it takes a story in which everything happens."""
        return any(life.split(":")[0] not in OFTEN for life in self.lives)


OFTEN = {
    "attempt.attached": 3,
    "attempt.claimed.after": 6,
    "attempt.claimed.before": 6,
    "attempt.done.after": 4,
    "attempt.done.before": 4,
    "attempt.filled": 5,
    "attempt.learned.after": 5,
    "attempt.learned.before": 5,
    "attempt.made.after": 4,
    "attempt.made.before": 4,
    "attempt.received.after": 4,
    "attempt.received.before": 4,
    "attempt.sent": 6,
    "attempt.submitted.after": 5,
    "attempt.submitted.before": 5,
    "attempt.submitting.after": 6,
    "attempt.submitting.before": 6,
    "browser.go.answered": 3,
    "browser.open.answered": 3,
    "browser.open.reported": 3,
    "chat.kept.after": 3,
    "chat.kept.before": 3,
    "files.folder.made": 5,
    "files.folder.synced": 5,
    "files.move.after": 9,
    "files.move.before": 9,
    "files.move.renamed": 9,
    "files.write.synced": 4,
    "files.write.unsynced": 4,
    "image.marked.after": 5,
    "image.marked.before": 5,
    "incoming.synced": 4,
    "incoming.unsynced": 4,
    "measuring.compared": 5,
    "measuring.concluded": 5,
    "measuring.kept": 5,
    "measuring.measured": 5,
    "measuring.recorded": 5,
    "receive.fetched": 4,
    "receive.keep.after": 4,
    "receive.keep.before": 4,
    "receive.last_pieces": 5,
    "receive.released": 4,
    "relay.copied": 60,
    "relay.from_browser": 40,
    "relay.from_browser.part": 6,
    "relay.from_host": 30,
    "shelf.place.after": 4,
    "shelf.place.described": 4,
    "shelf.place.inspected": 4,
    "shelf.place.set_aside": 4,
    "store.operation": 90,
    "thumbnails.written": 4,
}
"""Passed again and again: die at the first pass, the second, and a later one."""

SELDOM = (
    "account.allowed.after",
    "account.allowed.before",
    "account.rests.after",
    "account.rests.before",
    "attempt.abandoned.after",
    "attempt.abandoned.before",
    "attempt.asks.after",
    "attempt.asks.before",
    "attempt.doubt.after",
    "attempt.doubt.before",
    "attempt.failed.after",
    "attempt.failed.before",
    "attempt.fruitless.after",
    "attempt.fruitless.before",
    "attempt.look_again.after",
    "attempt.look_again.before",
    "attempt.rebound.after",
    "attempt.rebound.before",
    "attempt.refused.after",
    "attempt.refused.before",
    "attempt.returned.after",
    "attempt.returned.before",
    "attempt.reworded.after",
    "attempt.reworded.before",
    "attempt.taken_up.after",
    "attempt.taken_up.before",
    "attempt.unsent.after",
    "attempt.unsent.before",
    "batch.adjusted.after",
    "batch.adjusted.before",
    "batch.cancelled.after",
    "batch.cancelled.before",
    "batch.done.after",
    "batch.done.before",
    "batch.extended.after",
    "batch.extended.before",
    "batch.paused.after",
    "batch.paused.before",
    "batch.running.after",
    "batch.running.before",
    "batch.started.after",
    "batch.started.before",
    "batch.stopped.after",
    "batch.stopped.before",
    "browser.list.answered",
    "chat.left.after",
    "chat.left.before",
    "host.closing",
    "host.listening",
    "host.locked",
    "host.press.closed",
    "image.best.after",
    "image.best.before",
    "image.beside.after",
    "image.beside.before",
    "job.repair.after",
    "job.repair.before",
    "job.approved.after",
    "job.approved.before",
    "job.dropped.after",
    "job.dropped.before",
    "job.ordered.after",
    "job.ordered.before",
    "job.settled.after",
    "job.settled.before",
    "jobs.let_go.after",
    "jobs.let_go.before",
    "measuring.chosen",
    "press.taken_up",
    "receive.piece",
    "relay.connected",
    "session.hello.after",
    "session.hello.before",
    "shelf.aside.after",
    "shelf.aside.sidecar",
    "shelf.quarantine.after",
    "shelf.quarantine.described",
)
"""Passed once or twice in a life of the host: die there, die there after another death, and die
again while the next life takes up what this one left."""

FULL_DISK = (
    "storage.usable.after",
    "storage.usable.before",
)
"""Passed when a disk was full, which another failpoint plays."""

NEW_STORE = (
    "account.seen.after",
    "account.seen.before",
    "database.copied",
    "database.migrated",
    "database.migration",
    "database.touched",
)
"""Passed when the database is new, or is migrated."""

BEGINNING = (
    "jobs.held.after",
    "jobs.held.before",
    "library.marked.after",
    "library.marked.before",
    "list.read.after",
    "list.read.before",
)
"""Passed when a book is begun."""

REPAIR = (
    "image.adopted.after",
    "image.adopted.before",
    "image.found.after",
    "image.found.before",
    "image.gone.after",
    "image.gone.before",
    "job.unpictured.after",
    "job.unpictured.before",
)
"""Passed by `pressrun verify --repair`; `test_repair.py` plays these, and those of files."""

ARRANGED = (
    "image.chosen.after",
    "image.chosen.before",
    "image.kept.after",
    "image.kept.before",
    "image.renamed.after",
    "image.renamed.before",
    "image.tidied.after",
    "image.tidied.before",
    "job.redone.after",
    "job.redone.before",
)
"""Passed when the author orders something about pictures; `test_arranging.py` plays these."""

REMADE = (
    "job.remade.after",
    "job.remade.before",
)
"""Passed when a panel is made once more for its format; `playbook/test_formats.py` plays these."""

MOVES = (
    "moves.carry.after",
    "moves.carry.before",
    "moves.carry.described",
    "moves.carry.moved",
    "moves.choose.set_aside",
)
"""Passed when pictures are renamed, chosen or moved aside; `test_arranging.py` plays these, and
`unit/test_moves.py` every file of theirs."""

OFFERS = (
    "filing.overtaken",
    "filing.unprotected",
    "image.offered.after",
    "image.offered.before",
    "moves.stay.found",
)
"""Passed when a take comes while an approved picture stands; `test_offers.py` plays these."""

ANSWERED = (
    "image.accepted.after",
    "image.accepted.before",
    "image.declined.after",
    "image.declined.before",
)
"""Passed when the author says yes or no to such a take; `test_deciding.py` plays these."""

DECIDED = (
    "image.cleared.after",
    "image.cleared.before",
    "image.locked.after",
    "image.locked.before",
    "image.undecided.after",
    "image.undecided.before",
    "image.unlocked.after",
    "image.unlocked.before",
    "job.ordered_again.after",
    "job.ordered_again.before",
    "job.taken_back.after",
    "job.taken_back.before",
    "panel.noted.after",
    "panel.noted.before",
)
"""Passed when the author decides about pictures, or undoes that; `test_deciding.py` plays these."""

NIGHTS = (
    "clock.set_back.after",
    "clock.set_back.before",
)
"""Only the simulator sets a clock; its hosts die at any point."""

OF_STYLE = (
    "batch.steered.after",
    "batch.steered.before",
    "drift.noticed.after",
    "drift.noticed.before",
    "drift.settled.after",
    "drift.settled.before",
    "image.rejected.after",
    "image.rejected.before",
    "job.unrepaired.after",
    "job.unrepaired.before",
)
"""Passed when pictures drift, or when the author has a word on one; each is a part of one commit
with all that follows from it (`store/test_marks.py`, `store/test_drifts.py`)."""

LEFT = (
    "waits.shortened.after",
    "waits.shortened.before",
)
"""Passed where an older version left something, and once: it is done in one commit, and a second
time does nothing (`playbook/test_long_waits.py`)."""

BEFORE = "attempt.submitted.after:2"
"""A death that leaves attempts behind."""

NEXT = "press.taken_up:1"
"""A death while the next life takes up what was left."""

WRITING = ("database.", "files.", "incoming.", "receive.", "shelf.", "store.")
"""What has to do with files."""

FULL = "receive.keep.before:{}:ENOSPC,"


def failpoints() -> list[str]:
    """Return the names of all failpoints."""
    return [
        *OFTEN,
        *SELDOM,
        *FULL_DISK,
        *NEW_STORE,
        *BEGINNING,
        *REPAIR,
        *ARRANGED,
        *REMADE,
        *MOVES,
        *OFFERS,
        *ANSWERED,
        *DECIDED,
        *NIGHTS,
        *OF_STYLE,
        *LEFT,
    ]


def deaths() -> list[Combination]:
    """Return every combination in which a process is killed."""
    lives: list[tuple[str, ...]] = [("",)]
    for name, later in OFTEN.items():
        lives += [(f"{name}:{hit}",) for hit in (1, 2, later)]
    for name in SELDOM:
        lives += [(f"{name}:1",), (BEFORE, f"{name}:1"), (f"{name}:1", NEXT)]
    for name in FULL_DISK:
        once, again = f"{FULL.format(1)}{name}:1", f"{FULL.format(3)}{name}:1"
        lives += [(once,), (again,), (once, NEXT)]
    for name in (*NEW_STORE, *BEGINNING):
        lives += [(f"{name}:1",), (f"{name}:1", NEXT), (f"{name}:1", BEFORE)]
    return [Combination(each) for each in lives]


def losses() -> list[Combination]:
    """Return every combination in which the power goes: once where a host may die.

    Where files are written, it goes twice: with all that was not synced, and with its bytes alone.
    """
    found = []
    for one in deaths():
        name = one.lives[0].rpartition(",")[2].split(":")[0]
        once = len(one.lives) == 1 and one.lives[0].endswith((":1", ":2")[name in OFTEN])
        if once and not name.startswith("relay."):
            found.append(Combination(one.lives, Loss.EVERYTHING))
            if name.startswith(WRITING):
                found.append(Combination(one.lives, Loss.BYTES))
    return found


def _some(wanted: list[tuple[str, ...]], loss: Loss | None = None) -> list[Combination]:
    return [Combination(lives, loss) for lives in wanted]


SAMPLE = [
    *_some(
        [
            ("attempt.submitting.before:1",),
            ("attempt.submitting.after:2",),
            ("attempt.sent:4",),
            ("attempt.made.after:1",),
            ("receive.keep.after:4",),
            ("shelf.place.after:2",),
            ("store.operation:60",),
            ("relay.from_browser.part:2",),
            ("attempt.rebound.before:1",),
            ("chat.kept.after:2",),
            ("chat.left.before:1",),
            ("shelf.aside.sidecar:1",),
            ("jobs.let_go.before:1",),
            ("job.settled.after:1",),
            ("measuring.recorded:4",),
            ("job.repair.after:1",),
            ("image.best.before:1",),
        ]
    ),
    *_some([("receive.keep.after:2",), ("attempt.sent:1",)], Loss.EVERYTHING),
    *_some([("attempt.done.after:4",)], Loss.BYTES),
]
"""What every run of the tests plays: the most telling dozen."""
