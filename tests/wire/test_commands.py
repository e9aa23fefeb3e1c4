"""The command line over a real host: what it says, in words and in JSON, and how it ends."""

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

import pressrun
from helpers.hosts import host_of, started_host
from pressrun import cli
from pressrun.home import Home
from pressrun.lists.prompts import read

BOOK = "A fox\n\nA bear\n"


class Said(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Pressrun = Callable[..., Said]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Pressrun:
    """The command line, run in this process."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["pressrun", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


def start(command: Pressrun, home: Home, folder: Path, text: str = BOOK) -> int:
    """Start a batch that nobody makes; returns its number."""
    book = folder / "book.txt"
    book.write_text(text, encoding="utf-8")
    said = command("run", book, "-o", folder / "out", "--detach", "--json", "--home", home.folder)
    assert said.code == 0
    found = json.loads(said.out)
    assert found["wanted"] == len(text.split("\n\n"))
    return int(found["batch"])


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("book.txt", None, ": No such file or directory"),
        ("book.txt", b"", ": the file contains no prompt"),
        ("book.txt", "A bär\n\nA b".encode() + b"\xe4r", ":3:4: not valid UTF-8"),
        ("book.csv", b"words\nA fox\n", ":1:1: there is no column named 'prompt'"),
        ("book.jsonl", b'{"prompt": "a"}\nA fox\n', ":2:1: not valid JSON"),
        ("book.jsonl", b'{"prompt": "a", "key": "../x"}\n', ":1:1: key '../x'"),
        (
            "book.jsonl",
            b'{"prompt": "a", "key": "p"}\n{"prompt": "b", "key": "P"}\n',
            ":2:1: key 'P' is already used on line 1",
        ),
    ],
)
def test_a_list_that_cannot_be_used_starts_nothing(
    command: Pressrun, home: Home, tmp_path: Path, name: str, content: bytes | None, place: str
) -> None:
    """Bad input is one line with file and line, exit code 2, and not even a host is started."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    said = command("run", path, "--home", home.folder)
    assert said.code == 2
    assert said.err.startswith(f"pressrun: {path}{place}")
    assert said.err.count("\n") == 1
    assert not home.folder.exists()


def test_an_output_that_is_a_file_starts_nothing(
    command: Pressrun, home: Home, tmp_path: Path
) -> None:
    """Pictures need a folder."""
    book, out = tmp_path / "book.txt", tmp_path / "out"
    book.write_text(BOOK)
    out.touch()
    said = command("run", book, "-o", out, "--home", home.folder)
    assert (said.code, said.out) == (2, "")
    assert "it is a file, not a folder" in said.err
    assert not home.folder.exists()


def test_a_batch_is_paused_resumed_and_cancelled(
    command: Pressrun, home: Home, tmp_path: Path
) -> None:
    """Each word changes the batch, says so, and says so when there is nothing to change."""
    where = ("--home", home.folder)
    with started_host(home):
        batch = start(command, home, tmp_path)
        again = start(command, home, tmp_path, f"{BOOK}\n\nA cat\n")
        assert again == batch
        for word, state, done, nothing in (
            ("pause", "paused", "Paused", "There is no batch to pause.\n"),
            ("resume", "running", "Resumed", "There is no paused batch.\n"),
            ("cancel", "cancelled", "Cancelled", "There is no batch to cancel.\n"),
        ):
            assert command(word, *where) == (0, f"{done} batch {batch}.\n", "")
            [found] = json.loads(command("status", "--json", *where).out)["batches"]
            assert (found["batch"], found["state"]) == (batch, state)
            assert command(word, *where) == (0, nothing, "")
        assert (found["total"], found["cancelled"]) == (3, 3)
        assert json.loads(command("pause", "--json", *where).out) == {"batches": []}
        for word in ("pause", "resume", "cancel"):
            said = command(word, 99, *where)
            assert said == (5, "", "pressrun: there is no batch 99\n")


def test_status_tells_why_nothing_goes_on(command: Pressrun, home: Home, tmp_path: Path) -> None:
    """Without a browser the sentence says so, with what is left."""
    with started_host(home):
        said = command("status", "--home", home.folder)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Nothing to make")
        start(command, home, tmp_path)
        said = command("status", "--home", home.folder)
        assert said.out.startswith("Waiting for the browser: 2 pictures left")
        assert "book.txt" in said.out
        assert "0/2" in said.out
        found = json.loads(command("status", "--json", "--home", home.folder).out)
        assert found["version"] == pressrun.__version__
        assert found["log"] == str(home.log)


def test_a_list_that_is_made_already_is_told(command: Pressrun, home: Home, tmp_path: Path) -> None:
    """A run with nothing to do ends at once and well; it is not a batch."""
    with started_host(home):
        start(command, home, tmp_path)
        command("cancel", "--home", home.folder)
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    with closing(sqlite3.connect(home.store)) as store, store:
        store.execute(
            "INSERT INTO accounts (site, profile, mark, seen_at) VALUES ('chatgpt', 'p', 'm', 0)"
        )
        for number, panel in enumerate(read(tmp_path / "book.txt").panels, start=1):
            (out / f"{panel.key}.png").touch()
            store.execute(
                "INSERT INTO attempts (id, job_id, number, account_id, tab, step, started_at, "
                "ending) VALUES (?, ?, 1, 1, 1, 'done', 0, 'done')",
                (number, number),
            )
            store.execute(
                "INSERT INTO images (sha256, library, key, place, path, attempt_id, "
                "prompt_sha256, bytes, width, height, media, filed_at) "
                "VALUES (?, ?, ?, 'current', ?, ?, ?, 0, 0, 0, '', 0)",
                (
                    f"{number:064}",
                    str(out),
                    panel.key,
                    f"{panel.key}.png",
                    number,
                    panel.prompt_sha256,
                ),
            )
    with started_host(home):
        options = ("-o", out, "--home", home.folder)
        said = command("run", tmp_path / "book.txt", *options)
        assert (said.code, said.err) == (0, "")
        assert "2 pictures in the list: 2 done" in said.out
        assert f"Pictures go to {out}" in said.out.replace("\n", " ")
        assert said.out.endswith("Nothing to make: 2/2 pictures\n")
        said = command("run", tmp_path / "book.txt", "--json", *options)
        told = json.loads(said.out)
        assert (told["batch"], told["wanted"], told["made"]) == (None, 2, 2)
        said = command("status", "--json", "--home", home.folder)
        assert said.err == ""
        assert [each["state"] for each in json.loads(said.out)["batches"]] == ["cancelled"]


def test_an_account_goes_on_by_its_number_alone(command: Pressrun, standing: Home) -> None:
    """One that nobody knows is told, and a batch beside it is refused."""
    options = ("--account", 7, "--home", standing.folder)
    said = command("resume", *options)
    assert (said.code, "there is no account 7" in said.err) == (5, True)
    said = command("resume", 1, *options)
    assert (said.code, "a batch or an account, not both" in said.err) == (2, True)


def test_the_host_is_looked_at_without_being_started(command: Pressrun, home: Home) -> None:
    """Looking starts nothing: exit code 4 tells that there is none."""
    said = command("host", "status", "--home", home.folder)
    assert (said.code, said.out) == (4, "")
    assert said.err.startswith(f"pressrun: no host is running in {home.folder}; start it with: ")
    said = command("host", "stop", "--home", home.folder)
    assert said == (0, f"No host is running in {home.folder}.\n", "")
    assert host_of(home) is None


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_the_host_is_started_and_stopped(command: Pressrun, home: Home) -> None:
    """Start starts one, once; stop returns when it is gone."""
    version = f"(version {pressrun.__version__}).\n"
    said = command("host", "start", "--home", home.folder)
    assert said == (0, f"Started the host in {home.folder} {version}", "")
    first = host_of(home)
    assert first is not None
    said = command("host", "start", "--home", home.folder)
    assert said == (0, f"The host is already running in {home.folder} {version}", "")
    assert host_of(home) == first
    assert json.loads(command("host", "status", "--json", "--home", home.folder).out)["log"]
    assert command("host", "status", "--home", home.folder).code == 0
    assert command("host", "stop", "--home", home.folder) == (0, "Stopped the host.\n", "")
    assert host_of(home) is None
    # and who only looks does not start it again
    said = command("status", "--home", home.folder)
    assert said == (
        4,
        "",
        "pressrun: Pressrun is stopped; start it again with: pressrun host start\n",
    )
    assert host_of(home) is None


def test_logs_are_shown_to_people_and_programs(command: Pressrun, home: Home) -> None:
    """The last lines, readable or as they are; without a log, exit code 5 and where it would be."""
    said = command("logs", "--home", home.folder)
    assert said == (5, "", f"pressrun: no log yet: {home.log} does not exist\n")
    with started_host(home):
        command("status", "--home", home.folder)
    said = command("logs", "--home", home.folder)
    assert said.code == 0
    assert "host starts" in said.out
    said = command("logs", "--json", "-n", "1", "--home", home.folder)
    assert json.loads(said.out)["event"] == "host_ends"
    assert command("logs", "--relay", "--home", home.folder).code == 5


def test_the_version_is_one_line(command: Pressrun) -> None:
    """Alone as `version`, and with the name as `--version`, as other programs do it."""
    assert command("version") == (0, f"{pressrun.__version__}\n", "")
    assert command("--version") == (0, f"pressrun {pressrun.__version__}\n", "")


def test_a_wrong_option_is_bad_input(command: Pressrun, home: Home, tmp_path: Path) -> None:
    """A number of tabs that no one may have is refused before anything starts."""
    book = tmp_path / "book.txt"
    book.write_text(BOOK)
    said = command("run", book, "--tabs", "33", "--home", home.folder)
    assert said.code == 2
    assert "--tabs" in said.err
    assert not home.folder.exists()


def test_a_batch_is_steered_while_it_runs(command: Pressrun, home: Home, tmp_path: Path) -> None:
    """Tabs, priority, order and panels are changed by commands that say what they did."""
    with started_host(home):
        batch = start(command, home, tmp_path)
        keys = [panel.key for panel in read(tmp_path / "book.txt").panels]
        at = ("--home", home.folder)
        assert command("tabs", 4, *at).out == f"Set tabs to 4 for batch {batch}.\n"
        assert command("priority", 7, batch, *at).out == f"Set priority to 7 for batch {batch}.\n"
        assert command("move", keys[1], *at).out == "1 panel moved to the front.\n"
        assert command("skip", *keys, *at).out == "2 panels skipped.\n"
        assert command("retry", *at).out == "No panel failed; there is nothing to retry.\n"
        assert command("retry", keys[0], *at).out == "1 panel will be retried.\n"
        with closing(sqlite3.connect(home.store)) as connection:
            told = connection.execute("SELECT tabs, priority, state FROM batches").fetchall()
        assert told == [(4, 7, "running")]


def test_a_panel_that_is_not_there_is_told(command: Pressrun, home: Home, tmp_path: Path) -> None:
    """A name that means nothing changes nothing, and has its exit code."""
    with started_host(home):
        start(command, home, tmp_path)
        said = command("skip", "nobody", "--home", home.folder)
        assert said.code == 5
        assert "no panel named 'nobody' is still to be made; nothing was changed" in said.err


def test_ceilings_can_be_set_before_an_account_is_known(command: Pressrun, home: Home) -> None:
    """They are for all accounts, and shown; an account that nobody knows is none."""
    with started_host(home):
        said = command("allow", "--per-hour", 20, "--home", home.folder)
        assert (said.code, said.out) == (0, "All accounts: 20 pictures an hour.\n")
        said = command("allow", "--home", home.folder)
        assert said.code == 0
        assert said.out.startswith("No account is known yet.")
        assert said.out.endswith("Your limits for it: 20 pictures an hour.\n")
        told = json.loads(command("allow", "--json", "--home", home.folder).out)
        assert (told["accounts"], told["most_per_hour"]) == ([], 20)
        assert command("allow", 3, "--home", home.folder).code == 5
        assert command("allow", "--none", "--tabs", 2, "--home", home.folder).code == 2
        said = command("allow", "--quiet", "at night", "--home", home.folder)
        assert said.code == 2
        assert "23:00-07:00" in said.err


def test_plan_tells_what_would_be_made_and_begins_nothing(
    command: Pressrun, standing: Home, tmp_path: Path
) -> None:
    """New pictures, how long they take, and by what that is known; no batch is there after it."""
    book = tmp_path / "book.txt"
    book.write_text(BOOK, encoding="utf-8")
    asked = ("plan", book, "-o", tmp_path / "out", "--home", standing.folder)
    said = command(*asked)
    assert said.code == 0
    assert "2 pictures in the list: 2 new" in said.out
    assert "a guess from what is usual" in said.out
    found = json.loads(command(*asked, "--json").out)
    assert (found["new"], found["done"], found["again"], found["failed"]) == (2, 0, 0, 0)
    ahead = found["outlook"]
    assert 0 < ahead["shortest"] < ahead["likely"] < ahead["longest"]
    assert (ahead["binds"], ahead["basis"]) == ("generation", "profile")
    status = json.loads(command("status", "--json", "--home", standing.folder).out)
    assert status["batches"] == []


def test_a_format_is_remembered_until_it_is_ended(
    command: Pressrun, home: Home, tmp_path: Path
) -> None:
    """As reference pictures are: a list that is run again asks for the same pictures."""
    book, out = tmp_path / "book.csv", tmp_path / "out"
    book.write_text("key,prompt,format\na,A fox,\nb,A bear,square\n", encoding="utf-8")
    more = ("-o", out, "--home", home.folder)

    def formats(*options: str) -> list[str | None]:
        found = json.loads(command("plan", book, *more, *options, "--list", "--json").out)
        return [panel["format"] for panel in found["panels"]]

    with started_host(home):
        assert formats() == [None, "1:1"]
        assert formats("--format", "portrait") == ["3:4", "1:1"]
        again = ("--format", "3:4", "--wrong-format", "again")
        assert command("run", book, *more, *again, "--detach").code == 0
        assert formats() == ["3:4", "1:1"]
        assert formats("--no-format") == [None, "1:1"]
        assert "A fox [3:4]" in command("plan", book, *more, "--list").out
        assert "  format: 3:4" in command("show", "a", "--home", home.folder).out.splitlines()
        assert "no such panel" in command("panels", "--wrong-format", "--home", home.folder).out
        assert command("run", book, *more, "--no-format", "--detach").code == 0
        assert formats() == [None, "1:1"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "csv"), "to say how FILE is written: --read-as csv"),
        (("--format", "tall"), "'tall' is not a format"),
        (("--format", "3:4", "--no-format"), "contradict each other"),
    ],
)
def test_a_format_that_cannot_be_meant_starts_nothing(
    command: Pressrun, home: Home, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    """One sentence, exit code 2, and not even a host is started."""
    book = tmp_path / "book.txt"
    book.write_text(BOOK, encoding="utf-8")
    for asks in ("run", "plan"):
        said = command(asks, book, *options, "--home", home.folder)
        assert said.code == 2
        assert words in said.err
    assert not home.folder.exists()


def test_a_batch_that_runs_tells_how_long_it_takes_as_a_range(
    command: Pressrun, home: Home, tmp_path: Path
) -> None:
    """In JSON and in words, with what decides it."""
    with started_host(home):
        start(command, home, tmp_path)
        [batch] = json.loads(command("status", "--json", "--home", home.folder).out)["batches"]
        assert batch["outlook"]["likely"] == batch["seconds_left"] > 0
        said = command("status", "--home", home.folder).out
        assert batch["forecast"] in said


def test_rehearse_says_that_it_is_simulated(command: Pressrun, tmp_path: Path) -> None:
    """In every line, and in JSON; the same seed tells the same."""
    book = tmp_path / "book.txt"
    book.write_text(BOOK, encoding="utf-8")
    said = command("rehearse", book, "--faults", "0")
    assert said.code == 0
    assert all(line.startswith("SIMULATED: ") for line in said.out.splitlines())
    assert "assuming the usual limit of 50 pictures in 3 h" in said.out
    assert "2 made" in said.out
    found = json.loads(command("rehearse", book, "--faults", "0", "--json").out)
    assert found["simulated"]
    assert (found["images"], found["lost"], found["twice"]) == (2, 0, 0)
