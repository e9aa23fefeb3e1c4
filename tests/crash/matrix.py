"""The matrix: every failpoint, and the passes of it at which a process dies.

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
    "attempt.filled": 5,
    "attempt.learn.after": 5,
    "attempt.learn.before": 5,
    "attempt.made.after": 4,
    "attempt.made.before": 4,
    "attempt.prepare.before": 6,
    "attempt.received.after": 4,
    "attempt.received.before": 4,
    "attempt.sent": 6,
    "attempt.submitted.after": 5,
    "attempt.submitted.before": 5,
    "attempt.submitting.after": 6,
    "attempt.submitting.before": 6,
    "browser.go.answered": 5,
    "browser.open.answered": 3,
    "browser.open.reported": 3,
    "files.folder.made": 5,
    "files.folder.synced": 5,
    "files.move.after": 9,
    "files.move.before": 9,
    "files.move.renamed": 9,
    "files.write.synced": 4,
    "files.write.unsynced": 4,
    "filing.done.after": 4,
    "filing.done.before": 4,
    "filing.place.after": 4,
    "filing.place.before": 4,
    "incoming.synced": 4,
    "incoming.unsynced": 4,
    "press.claim.after": 7,
    "press.claim.before": 7,
    "press.claim_doubt.after": 9,
    "press.claim_doubt.before": 9,
    "press.identify.after": 9,
    "press.identify.before": 9,
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
    "store.commit.after": 60,
    "store.commit.before": 60,
    "store.operation": 90,
}
"""Passed again and again: die at the first pass, the second, and a later one."""

SELDOM = (
    "attempt.doubt.after",
    "attempt.doubt.before",
    "attempt.unsure.after",
    "attempt.unsure.before",
    "attempt.failed.after",
    "attempt.failed.before",
    "attempt.give_back.after",
    "attempt.give_back.before",
    "attempt.limited.after",
    "attempt.limited.before",
    "attempt.refuse.after",
    "attempt.refuse.before",
    "attempt.rest.after",
    "attempt.rest.before",
    "attempt.stop_account.after",
    "attempt.stop_account.before",
    "attempt.text_only.after",
    "attempt.text_only.before",
    "browser.list.answered",
    "filing.bad.after",
    "filing.bad.before",
    "filing.quarantine.after",
    "filing.quarantine.before",
    "host.closing",
    "host.listening",
    "host.locked",
    "host.press.closed",
    "office.change.after",
    "office.change.before",
    "office.decide.after",
    "office.decide.before",
    "office.start.after",
    "office.start.before",
    "press.take_up.after",
    "press.take_up.before",
    "receive.piece",
    "recovery.learn.after",
    "recovery.learn.before",
    "recovery.put_off.after",
    "recovery.put_off.before",
    "recovery.rebind.after",
    "recovery.rebind.before",
    "recovery.resend.after",
    "recovery.resend.before",
    "attempt.stopped.after",
    "attempt.stopped.before",
    "recovery.too_soon.after",
    "recovery.too_soon.before",
    "recovery.unsent.after",
    "recovery.unsent.before",
    "recovery.unsent_by_history.after",
    "recovery.unsent_by_history.before",
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
    "storage.settle.after",
    "storage.settle.before",
    "storage.usable.after",
    "storage.usable.before",
)
"""Passed when a disk was full, which another failpoint plays."""

NEW_STORE = (
    "database.copied",
    "database.migrated",
    "database.migration",
    "database.touched",
)
"""Passed when the database is made or migrated."""

BEFORE = "attempt.submitted.after:2"
"""A death that leaves attempts behind."""

NEXT = "press.take_up.after:1"
"""A death while the next life takes up what was left."""

WRITING = ("database.", "files.", "filing.", "incoming.", "receive.", "shelf.", "store.")
"""What has to do with files."""

FULL = "receive.keep.before:{}:ENOSPC,"


def failpoints() -> list[str]:
    """Return the names of all failpoints."""
    return [*OFTEN, *SELDOM, *FULL_DISK, *NEW_STORE]


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
    for name in NEW_STORE:
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
            ("filing.place.after:2",),
            ("store.commit.before:60",),
            ("relay.from_browser.part:2",),
            ("recovery.rebind.before:1",),
            ("shelf.aside.sidecar:1",),
        ]
    ),
    *_some([("receive.keep.after:2",), ("attempt.sent:1",)], Loss.EVERYTHING),
    *_some([("filing.done.after:4",)], Loss.BYTES),
]
"""What every run of the tests plays: the most telling dozen."""
