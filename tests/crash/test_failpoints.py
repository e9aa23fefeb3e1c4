"""Failpoints: each is in the matrix, and each change of the store passes some."""

import ast
import errno
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import pressrun
from crash import matrix
from pressrun import failpoint, relay
from pressrun.store.journal import Event

SOURCE = Path(pressrun.__file__).parent
STORE = SOURCE / "store"
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module below a folder."""
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def names_passed() -> Counter[str]:
    """Every failpoint in the source, and how often it is written there."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    written = re.findall(r'failpoint\(\s*"([^"]+)"\s*\)', text)
    sides = re.findall(r'failpoint\(f"\{event\}(\.\w+)"\)', text)
    return Counter(written) + Counter(event + side for event in Event for side in sides)


def test_the_matrix_has_every_failpoint_once() -> None:
    """A new failpoint has to be played; one that is gone leaves no row behind."""
    passed, listed = names_passed(), Counter(matrix.failpoints())
    assert "attempt.submitting.after" in passed
    assert set(listed) == set(passed)
    assert [name for name, count in (passed + listed).items() if count != 2] == []


def test_every_combination_has_a_name_of_its_own() -> None:
    """Names are how one is replayed."""
    names = [each.name for each in [*matrix.deaths(), *matrix.losses()]]
    assert len(names) == len(set(names))


def reached() -> dict[str, set[str]]:
    """Everything that a function of the store's calls, by way of others too; by its name."""
    calls: dict[str, set[str]] = {}
    for path, tree in trees(STORE):
        if "migrations" in path.parts:
            continue
        prepared, taken = _prepared(tree), _imported(path.stem, tree)
        for function in tree.body:
            if isinstance(function, FUNCTION):
                nodes = list(ast.walk(function))
                words = {_called(path.stem, node) for node in nodes}
                named = {taken.get(word, word) for word in words}
                calls[f"{path.stem}.{function.name}"] = named
                named |= {prepared.get(getattr(node, "id", ""), "") for node in nodes}
    while True:
        more = {
            name: called.union(*(calls.get(each, set()) for each in called))
            for name, called in calls.items()
        }
        if more == calls:
            return calls
        calls = more


def _imported(name: str, tree: ast.Module) -> dict[str, str]:
    """What a module of the store's has from another, by what it would be called as its own."""
    found: dict[str, str] = {}
    for statement in tree.body:
        match statement:
            case ast.ImportFrom(module=str(module), names=names) if "pressrun.store." in module:
                owner = module.rpartition(".")[2]
                found |= {f"{name}.{each.name}": f"{owner}.{each.name}" for each in names}
    return found


def _prepared(tree: ast.Module) -> dict[str, str]:
    """The changing statements that a module prepares once, by their names."""
    found = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                words = {_called("", node) for node in ast.walk(value)}
                if changes := words & {"insert", "update", "delete"}:
                    found[name] = min(changes)
    return found


def _called(module: str, node: ast.AST) -> str:
    """Return what a call calls: one of SQLAlchemy's words, or a function of the store's."""
    match node:
        case ast.Call(func=ast.Name(id=("insert" | "update" | "delete") as word)):
            return word
        case ast.Call(func=ast.Name(id=name)):
            return f"{module}.{name}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)):
            return f"{'batches' if owner == 'batch_operations' else owner}.{name}"
    return ""


def test_whatever_changes_the_store_is_told_in_the_journal() -> None:
    """The writer passes a failpoint for each event: a change without one can die untested."""
    every = reached()
    changing = {name for name, called in every.items() if called & {"insert", "update", "delete"}}
    public = {name for name in changing if "._" not in name and not name.startswith("tables.")}
    told = {"attempts.advance", "opening.start", "claims.claim", "doubts.decide", "endings.fail"}
    assert told <= public
    # who calls these tells what it was for
    told_by = {"journal.write", "journal.write_all"}
    parts = {*told_by, "attempts.change", "attempts.change_job", "images.make_room"}
    parts |= {
        f"breaker.{word}" for word in ("fruitless", "unsent", "sending", "understood", "prove")
    }
    # what is measured follows from a picture's bytes, and is measured anew where it is lost
    parts |= {"measures.add", "measures.add_failure"}
    # notes of what is about to move, which a death is to leave behind
    parts |= {"choosing.begin", "choosing.end"}
    # what views are shown follows from what is told, and what was shown once is no change of state
    parts |= {"notices.keep", "touched.touch"}
    # a decision is put on record with what it changes
    parts |= {"decided.add", "decided.put", "notes.write", "settling.count_last", "takes.accept"}
    untold = {name for name in public - parts if not told_by & every[name]}
    assert untold == set()


def test_an_unarmed_failpoint_does_nothing() -> None:
    """What ships is not armed."""
    assert failpoint._armed is None
    assert not relay.ARMED
    failpoint.failpoint("attempt.sent")
    relay.failpoint("relay.copied")


def armed(wish: str, program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program with failpoints armed."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, failpoint.VARIABLE: wish},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["pressrun.failpoint", "pressrun.relay"])
def test_a_process_dies_at_the_hit_that_is_named(module: str) -> None:
    """The hits before it, and other names, are passed; nothing after it is run."""
    program = f"from {module} import failpoint\nfor n in 'abaab':\n print(n, flush=True)\n"
    ended = armed("other:1,a:2", f"{program} failpoint(n)")
    assert (ended.returncode, ended.stdout.split()[:3]) == (-signal.SIGKILL, ["a", "b", "a"])


def test_a_failpoint_can_be_a_full_disk() -> None:
    """The error is the operating system's own, once."""
    program = """
from pressrun.failpoint import failpoint
try:
    failpoint("a")
except OSError as error:
    print(error.errno)
failpoint("a")
"""
    ended = armed("a:1:ENOSPC", program)
    assert ended.stdout.split()[-1] == str(errno.ENOSPC)
    assert ended.returncode == 0
