"""The audit in chats with several turns: each breach is found, and what is in order is not one."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pressrun.picture.recipe import Reference, listed
from pressrun.simulator.ledger import (
    Entry,
    SiteFailure,
    SiteLedger,
    SitePicture,
    Submission,
    sha256,
)
from pressrun.store.tables import metadata
from trials.audit import RunAudit, audit, misjudged
from trials.replica.pictures import draw

SHEET = "5" * 64
PHOTO = "6" * 64


@dataclass
class Tale:
    """A site and a host in one folder, told event by event."""

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    now: float = 0.0
    _takes: dict[str, int] = field(default_factory=dict)

    @property
    def library(self) -> Path:
        """Where the pictures are."""
        return self.folder / "pictures"

    def job(self, key: str, prompt: str, attached: Sequence[str] = (), **row: object) -> int:
        """Order a panel; returns the job."""
        jobs = self.rows.setdefault("jobs", [])
        jobs.append(
            {
                "id": len(jobs) + 1,
                "batch_id": 1,
                "key": key,
                "prompt": prompt,
                "attached": _rows(attached),
                "state": "done",
                "tries": 0,
            }
            | row
        )
        return len(jobs)

    def attempt(self, job: int, chat: str | None, **row: object) -> int:
        """Pass the commit point; returns the attempt."""
        self.now += 1
        attempts = self.rows.setdefault("attempts", [])
        attempts.append(
            {
                "id": len(attempts) + 1,
                "job_id": job,
                "step": "submitted",
                "ending": "done",
                "conversation": chat,
                "destination": "fresh",
                "submitting_at": self.now,
            }
            | row
        )
        return len(attempts)

    def taken(self, chat: str, words: str, references: Sequence[str] = ()) -> Submission:
        """The site takes words in a chat."""
        self.now += 1
        number = len([each for each in self.entries if isinstance(each, Submission)]) + 1
        sent = Submission(
            time=self.now,
            number=number,
            account="Ada",
            conversation=chat,
            turn=f"t{number}",
            prompt=words,
            prompt_sha256=sha256(words),
            references=list(references),
            mode="image",
        )
        self.entries.append(sent)
        return sent

    def made(self, of: Submission) -> bytes:
        """The site makes the picture of a turn."""
        self.now += 1
        take = self._takes[of.prompt] = self._takes.get(of.prompt, 0) + 1
        data = draw(of.prompt, size=(64, 64), take=take)
        self.entries.append(
            SitePicture(
                time=self.now,
                conversation=of.conversation,
                turn=of.turn,
                file_id=f"file_{of.number}",
                sha256=sha256(data),
                bytes=len(data),
                prompt_sha256=of.prompt_sha256,
                take=take,
                width=64,
                height=64,
                weight=0,
            )
        )
        return data

    def failed(self, of: Submission, kind: str = "tool_error") -> None:
        """The site fails a turn."""
        self.now += 1
        failure = SiteFailure(
            time=self.now, conversation=of.conversation, turn=of.turn, kind=kind, text="No."
        )
        self.entries.append(failure)

    def filed(self, data: bytes, attempt: int, *, aside: bool = False) -> None:
        """File a picture under the key of an attempt's panel, or beside it."""
        job = self.rows["jobs"][int(str(self.rows["attempts"][attempt - 1]["job_id"])) - 1]
        key = str(job["key"])
        path = f".pressrun/alternatives/{attempt}.png" if aside else f"{key}.png"
        (self.library / path).parent.mkdir(parents=True, exist_ok=True)
        (self.library / path).write_bytes(data)
        references = [{"sha256": each} for each in _named(job["attached"])]
        sidecar = {"key": key, "prompt": job["prompt"], "sha256": sha256(data)}
        (self.library / path).with_suffix(".json").write_text(
            json.dumps(sidecar | {"references": references})
        )
        self.rows.setdefault("images", []).append(
            {
                "id": attempt,
                "attempt_id": attempt,
                "library": str(self.library),
                "key": key,
                "place": "alternative" if aside else "current",
                "path": path,
                "sha256": sha256(data),
            }
        )

    def panel(
        self,
        key: str,
        prompt: str,
        chat: str,
        attached: Sequence[str] = (),
        *,
        kept: bool = False,
        sent: Sequence[str] | None = None,
        before: str | None = None,
    ) -> Submission:
        """Make one panel from its order to its file; returns what the site took.

        With a panel before, its picture goes last.
        """
        job = self.job(key, prompt, attached, before=before)
        last = [] if before is None else [sha256((self.library / f"{before}.png").read_bytes())]
        attempt = self.attempt(
            job, chat, destination="kept" if kept else "fresh", followed=next(iter(last), None)
        )
        usual = [*(() if kept else attached), *last]
        taken = self.taken(chat, prompt, usual if sent is None else sent)
        self.filed(self.made(taken), attempt)
        return taken

    def ends(
        self, gone: Sequence[str] = (), sheets: Mapping[str, Sequence[str]] | None = None
    ) -> RunAudit:
        """Write the record, and audit it."""
        return audit(SiteLedger(self.entries), self.store(), self.library, gone, sheets)

    def store(self) -> Path:
        """Write the record."""
        path = self.folder / "store.db"
        path.unlink(missing_ok=True)
        batches: list[dict[str, object]] = [{"id": 1, "library": str(self.library)}]
        with closing(sqlite3.connect(path)) as database:
            for name, rows in (self.rows | {"batches": batches, "limits": []}).items():
                columns = [column.name for column in metadata.tables[name].columns]
                database.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
                for row in rows:
                    marks = ", ".join(f":{column}" for column in row)
                    database.execute(
                        f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608 - names from above
                        row,
                    )
            database.commit()
        return path


def _rows(digests: Sequence[str]) -> str | None:
    return listed([Reference("sheet.png", "image/png", each) for each in digests])


def _named(lines: object) -> list[str]:
    return [line.partition(" ")[0] for line in str(lines or "").split("\n") if line]


@pytest.fixture
def tale(tmp_path: Path) -> Tale:
    """Begin with an empty folder and an empty library."""
    tale = Tale(tmp_path)
    tale.library.mkdir()
    tale.rows |= {"images": [], "attempts": [], "jobs": []}
    return tale


def corrected(
    tale: Tale,
    key: str,
    prompt: str,
    note: str,
    chat: str,
    attached: Sequence[str] = (),
    **row: object,
) -> tuple[int, int]:
    """Order a correction of a panel and pass its commit point; returns job and attempt."""
    job = tale.job(key, prompt, attached, says=note, in_chat=chat, **row)
    return job, tale.attempt(job, chat, destination="own", said=note)


def test_a_kept_chat_and_a_correction_in_it_are_in_order(tale: Tale) -> None:
    """References go at the chat's start alone; the note's picture is the panel's."""
    tale.panel("p1", "a fox", "c", [SHEET])
    tale.panel("p2", "a bear", "c", [SHEET], kept=True)
    tale.panel("p3", "an owl", "c", [SHEET], kept=True)
    old = tale.rows["images"][0]
    old["place"] = "alternative"
    old["path"] = "p1.png"
    (tale.library / ".pressrun/alternatives").mkdir(parents=True)
    for suffix in (".png", ".json"):
        (tale.library / f"p1{suffix}").rename(tale.library / f".pressrun/alternatives/1{suffix}")
    old["path"] = ".pressrun/alternatives/1.png"
    _, attempt = corrected(
        tale, "p1", "a fox", "her coat is red", "c", [SHEET], shows=_rows([PHOTO])
    )
    tale.filed(tale.made(tale.taken("c", "her coat is red", [PHOTO])), attempt)
    found = tale.ends()
    assert found.clean, found
    assert (found.submissions, found.images) == (4, 3)


def test_two_panels_with_the_same_words_in_one_chat_are_told_apart(tale: Tale) -> None:
    """Each has the picture of its own turn, and to change them over is to misfile both."""
    tale.panel("p1", "a fox", "c")
    tale.panel("p2", "a fox", "c", kept=True)
    assert tale.ends().clean
    one, two = tale.library / "p1.png", tale.library / "p2.png"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    found = tale.ends()
    asked = [each for each in found.misfiled if "was not made from" in each]
    assert asked == [f"p{n}.png was not made from what p{n} asked for" for n in (1, 2)]


def test_a_note_that_is_sent_twice_is_found(tale: Tale) -> None:
    """By one attempt, or by two without a failure between; after a failure it is in order."""
    tale.panel("p1", "a fox", "c")
    job, _ = corrected(tale, "p2", "a fox", "red", "c", state="waiting")
    tale.rows["attempts"][-1]["ending"] = "failed"
    failed = tale.taken("c", "red")
    tale.failed(failed)
    tale.attempt(job, "c", destination="own", said="red")
    tale.taken("c", "red")
    assert tale.ends().twice == []
    tale.attempt(job, "c", destination="own", said="red")
    tale.taken("c", "red")
    assert tale.ends().twice == ["sent 3 times: p2, red"]
    tale.taken("c", "red")
    assert tale.ends().twice == ["sent 3 times: p2, red", "sent by no attempt: red"]


def test_a_follow_up_is_the_jobs_own_second_turn(tale: Tale) -> None:
    """An answer of words only is a failure of the site's: one more turn is called for."""
    job = tale.job("p1", "a fox", [SHEET])
    tale.attempt(job, "c", ending="failed")
    tale.failed(tale.taken("c", "a fox", [SHEET]), "text_only")
    attempt = tale.attempt(job, "c", destination="own", said="Please draw it now.")
    follow = tale.taken("c", "Please draw it now.")
    tale.filed(tale.made(follow), attempt)
    assert tale.ends().clean
    tale.taken("c", "Please draw it now.")
    assert tale.ends().twice == ["sent by no attempt: Please draw it now."]


def test_a_picture_of_another_panels_turn_is_misfiled_whatever_its_words(tale: Tale) -> None:
    """Filed as the take of a correction, or beside the panel's own; the notes are the same."""
    _, first = corrected(tale, "p1", "a fox", "red", "c")
    others = tale.made(tale.taken("c", "red"))
    _, second = corrected(tale, "p2", "a bear", "red", "d")
    own = tale.made(tale.taken("d", "red"))
    assert own != others
    tale.filed(others, first)
    tale.filed(own, second)
    assert tale.ends().clean
    tale.filed(others, second, aside=True)
    assert tale.ends().misfiled == ["p2 (alternative)"]
    del tale.rows["images"][1:]
    tale.filed(others, second)
    assert tale.ends().misfiled == ["p2.png was not made from what p2 asked for"]


@pytest.mark.parametrize(("chat", "wrong"), [("c", False), ("d", True)])
def test_a_correction_is_made_in_the_chat_of_its_picture(
    tale: Tale, chat: str, *, wrong: bool
) -> None:
    """What went to another chat shows something else."""
    tale.panel("p0", "an owl", chat)
    job = tale.job("p1", "a fox", says="red", in_chat="c")
    attempt = tale.attempt(job, chat, destination="own", said="red")
    tale.filed(tale.made(tale.taken(chat, "red")), attempt)
    told = ["p1.png was made in another chat than p1 belongs to"]
    assert tale.ends().misfiled == (told if wrong else [])


def test_what_was_to_be_sent_to_a_fresh_chat_begins_one(tale: Tale) -> None:
    """Below other turns a picture takes after them."""
    tale.panel("p1", "a fox", "c")
    tale.panel("p2", "a bear", "c")
    assert tale.ends().misfiled == ["p2.png was made in another chat than p2 belongs to"]


@pytest.mark.parametrize(
    ("beginning", "second", "wrong"),
    [
        ([SHEET], [], False),
        ([PHOTO], [], True),
        ([], [], True),
        ([SHEET], [SHEET], True),
        ([SHEET], [PHOTO], True),
    ],
    ids=["as they should", "another chat's", "never", "again", "others"],
)
def test_references_of_a_kept_chat_are_those_of_its_start(
    tale: Tale, beginning: list[str], second: list[str], *, wrong: bool
) -> None:
    """A panel in it was made with them, and they are not uploaded again."""
    tale.panel("p1", "a fox", "c", beginning)
    tale.panel("p2", "a bear", "c", [SHEET], kept=True, sent=second)
    told = ["p2.png was made with other references than p2 asked for"]
    assert tale.ends().misfiled == (told if wrong else [])


@pytest.mark.parametrize(("sent", "wrong"), [([PHOTO], False), ([], True), ([SHEET], True)])
def test_a_note_about_an_older_picture_goes_with_it(
    tale: Tale, sent: list[str], *, wrong: bool
) -> None:
    """What the correction is to show, and nothing else."""
    _, attempt = corrected(tale, "p1", "a fox", "red", "c", shows=_rows([PHOTO]))
    tale.filed(tale.made(tale.taken("c", "red", sent)), attempt)
    assert bool(tale.ends().misfiled) == wrong


def test_an_unsent_attempt_leaves_the_turn_to_the_one_after_it(tale: Tale) -> None:
    """Of two attempts with the same words in a chat, the turn is the later one's."""
    job = tale.job("p1", "a fox")
    tale.attempt(job, "c", destination="kept", ending="unsent")
    attempt = tale.attempt(job, "c", destination="kept")
    tale.filed(tale.made(tale.taken("c", "a fox")), attempt)
    assert tale.ends().clean
    tale.taken("c", "a fox")
    assert tale.ends().twice == ["sent 2 times: p1, a fox"]


def test_what_is_in_doubt_is_aside_by_its_own_turn(tale: Tale) -> None:
    """Of two turns with one note in a chat, that of the ended attempt is lost."""
    job = tale.job("p1", "a fox", says="red", state="doubt")
    tale.attempt(job, "c", destination="own", said="red", ending="failed")
    first = tale.taken("c", "red")
    tale.made(first)
    tale.attempt(job, "c", destination="own", said="red", ending=None)
    second = tale.taken("c", "red")
    tale.made(second)
    found = tale.ends()
    assert [each.partition(" ")[0] for each in found.lost] == ["file_1"]
    assert [each.partition(" ")[0] for each in found.aside] == ["file_2"]


def test_a_picture_that_went_with_its_chat_is_not_lost_by_us(tale: Tale) -> None:
    """Where a person took the chat away; of any other chat it is."""
    tale.job("p1", "a fox", state="failed")
    tale.attempt(1, "c", ending="failed")
    tale.made(tale.taken("c", "a fox"))
    assert len(tale.ends().lost) == 1
    assert tale.ends(gone=["c"]).lost == []
    assert len(tale.ends(gone=["d"]).lost) == 1


def test_a_correction_may_fail_in_a_chat_that_a_person_disturbed(tale: Tale) -> None:
    """A job that may go elsewhere may not, nor may one in a chat that was left alone."""
    for chat in ("c", None):
        tale.job("p1", "a fox", says="red", in_chat=chat, state="failed")
    ledger, store = SiteLedger([]), tale.store()
    assert len(misjudged(ledger, store, tale.library)) == 2
    assert len(misjudged(ledger, store, tale.library, ["c"])) == 1
    assert len(misjudged(ledger, store, tale.library, ["d"])) == 2


def test_a_failure_is_the_reason_of_the_job_that_met_it_alone(tale: Tale) -> None:
    """Two panels with the same words: the one that the site did not fail has no reason to fail."""
    for key in ("p1", "p2"):
        job = tale.job(key, "a fox", state="failed")
        tale.attempt(job, "c", destination="kept", ending="failed")
        taken = tale.taken("c", "a fox")
        if key == "p1":
            tale.failed(taken)
    (wrong,) = misjudged(SiteLedger(tale.entries), tale.store(), tale.library)
    assert wrong.startswith("p2 is failed")


def test_a_series_in_fresh_and_kept_chats_is_in_order(tale: Tale) -> None:
    """The picture before goes last, and is no reference of its chat."""
    tale.panel("p1", "a fox", "c", [SHEET])
    tale.panel("p2", "it runs", "d", [SHEET], before="p1")
    tale.panel("p3", "it leaps", "d", [SHEET], kept=True, before="p2")
    tale.panel("p4", "it sleeps", "d", [SHEET], kept=True)
    found = tale.ends(sheets={f"p{number}": [SHEET] for number in range(1, 5)})
    assert found.clean, found


def test_a_panel_that_is_sent_without_the_picture_before_is_early(tale: Tale) -> None:
    """Nothing went with it, although its attempt says so."""
    tale.panel("p1", "a fox", "c")
    tale.panel("p2", "it runs", "d", sent=[], before="p1")
    assert tale.ends().early == ["p2 without the picture before it"]


def test_a_panel_that_is_sent_with_another_picture_is_early(tale: Tale) -> None:
    """What went last was made for a panel that it does not follow."""
    tale.panel("p1", "a fox", "c")
    tale.panel("p2", "a bear", "e")
    tale.panel("p3", "it runs", "d", before="p1")
    tale.rows["jobs"][-1]["before"] = "p2"
    assert tale.ends().early == ["p3 with a picture that the panel before did not have"]


def test_a_panel_that_is_sent_without_its_approved_sheet_is_early(tale: Tale) -> None:
    """Neither it nor its chat had the sheet, whatever its row says by now."""
    tale.panel("p1", "a fox", "c", [PHOTO])
    tale.panel("p2", "it runs", "c", [PHOTO], kept=True)
    found = tale.ends(sheets={"p1": [PHOTO], "p2": [SHEET]})
    assert found.early == ["p2 without its approved sheet"]
    assert not found.clean
