"""Failpoints: each is in the matrix, each operation that changes the store is beside one."""

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

SOURCE = Path(pressrun.__file__).parent
STORE = SOURCE / "store"
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef

WITHOUT = {
    "timekeeper.watch_clock, waits.move": "a clock that is set back is no step of an attempt",
    "recovery._named, attempts.learn": "it adds a name to what stays in doubt, as another does",
}
"""Callers with no failpoint beside the operation, and why; all pass `store.commit`."""

OTHERS = ("audit", "simulator")
"""Who works on stores that no host has open."""


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module below a folder."""
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def names_passed() -> Counter[str]:
    """Every failpoint in the source, and how often it is written there."""
    return Counter(
        re.findall(
            r'failpoint\(\s*"([^"]+)"\s*\)',
            "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")),
        )
    )


def test_the_matrix_has_every_failpoint_once() -> None:
    """A new failpoint has to be played; one that is gone leaves no row behind."""
    passed, listed = names_passed(), Counter(matrix.failpoints())
    assert set(listed) == set(passed)
    assert [name for name, count in (passed + listed).items() if count != 2] == []


def test_every_combination_has_a_name_of_its_own() -> None:
    """Names are how one is replayed."""
    names = [each.name for each in [*matrix.deaths(), *matrix.losses()]]
    assert len(names) == len(set(names))


def changing_operations() -> set[str]:
    """Return the store's public functions that insert, update or delete, by way of others too."""
    calls: dict[str, set[str]] = {}
    for path, tree in trees(STORE):
        if "migrations" in path.parts:
            continue
        prepared = _prepared(tree)
        for function in tree.body:
            if isinstance(function, FUNCTION):
                name = f"{path.stem}.{function.name}"
                nodes = list(ast.walk(function))
                calls[name] = {_called(path.stem, node) for node in nodes}
                calls[name] |= {prepared.get(getattr(node, "id", ""), "") for node in nodes}
    changing = {name for name, called in calls.items() if called & {"insert", "update", "delete"}}
    while more := {
        name for name, called in calls.items() if called & changing and name not in changing
    }:
        changing |= more
    return {name for name in changing if "._" not in name and not name.startswith("tables.")}


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


def callers(operations: set[str]) -> Iterator[tuple[str, str, bool]]:
    """Every `do(operation, …)` in the source: who calls what, where, and is a failpoint near."""
    for path, tree in trees(SOURCE):
        if path.relative_to(SOURCE).parts[0] in OTHERS:
            continue
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="do"),
                    args=[ast.Attribute(value=ast.Name(id=module), attr=name), *_],
                ) if f"{module}.{name}" in operations:
                    place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                    who = f"{path.stem}.{_function_of(node, parents)}, {module}.{name}"
                    yield who, place, _is_beside_failpoint(node, parents)


def _function_of(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    while not isinstance(node, FUNCTION):
        node = parents[node]
    return node.name


def _is_beside_failpoint(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the statement that holds a node, or one around that, follows or precedes one."""
    while not isinstance(node, FUNCTION | ast.Module):
        parent = parents[node]
        for block in (getattr(parent, "body", []), getattr(parent, "orelse", [])):
            if isinstance(block, list) and node in block:
                place = block.index(node)
                if any(map(_is_failpoint, [*block[max(place - 1, 0) : place + 2]])):
                    return True
        node = parent
    return False


def _is_failpoint(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="failpoint"))):
            return True
    return False


def test_whoever_changes_the_store_passes_a_failpoint() -> None:
    """A step on disk that no test can die beside is one that nobody has tried."""
    operations = changing_operations()
    assert {"attempts.advance", "attempts.claim", "batches.start", "doubts.decide"} <= operations
    found = list(callers(operations))
    assert len(found) > 20, "the source is written otherwise, and this test looks at nothing"
    without = {name: place for name, place, near in found if not near and name not in WITHOUT}
    assert without == {}
    assert set(WITHOUT) <= {name for name, _, near in found if not near}, "no exception any more"


def test_an_unarmed_failpoint_does_nothing() -> None:
    """What ships is not armed."""
    assert failpoint._armed is None
    assert not relay.ARMED
    failpoint.failpoint("store.commit.before")
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
