"""Change one thing at a time in a module, and see whether a test fails: what survives is untested.

    scripts/mutate press/attempt.py press/recovery.py

Each mutant lives in a process of its own, which is forked after the imports; no file is changed.
"""

import argparse
import ast
import contextlib
import copy
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "host" / "pressrun"

TESTS = ("tests/playbook", "tests/unit/test_recovery.py", "tests/unit/test_retry.py")
"""What kills a mutant; those of its own module come first."""

PRELOADED: tuple[str, ...] = (
    "alembic.command",
    "pressrun.store.database",
    "pressrun.press.receive",
)
PRELOADED += ("pressrun.press.desk", "pressrun.press.prepare", "pressrun.press.search")
"""Imported once, before anything is forked; nothing that imports a mutated module."""

DIAGNOSTIC = ("_log", "failpoint")
"""Calls that change nothing that a playbook could see."""

ENUMS = ("Step", "Tie", "Answer", "Decision", "Where", "AfterSend", "BeforeSend", "Outcome")

OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    module: str
    line: int
    change: str
    source: str


def mutants(path: str) -> Iterator[Mutant]:
    """Every mutant of a module, from its path in the package."""
    module = "pressrun." + path.removesuffix(".py").replace("/", ".")
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if not isinstance(node, ast.Module)]
    inside = {id(each) for node in _functions(tree) for each in ast.walk(node)}
    for number, node in enumerate(nodes):
        if id(node) not in inside:
            continue
        for change, mutate in _changes(node):
            changed = copy.deepcopy(tree)
            twin = [each for each in ast.walk(changed) if not isinstance(each, ast.Module)][number]
            mutate(twin)
            source = ast.unparse(ast.fix_missing_locations(changed))
            yield Mutant(module, getattr(node, "lineno", 0), change, source)


def _functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from node.body


Change = tuple[str, Callable[[Any], None]]


def _changes(node: ast.AST) -> Iterator[Change]:  # noqa: C901 - one case a kind of node
    """What can be changed of a node; a node's function changes its twin in a copy of the tree."""
    yield from _in_blocks(node)
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            yield f"negate {ast.unparse(node.test)}", _negate
        case ast.BoolOp():
            yield f"and/or in {ast.unparse(node)}", _other_operator
        case ast.Compare(ops=[operator]):
            opposite = OPPOSITES[type(operator)]
            yield f"{opposite.__name__} in {ast.unparse(node)}", _opposite
        case ast.Constant(value=bool() | int() | float()):
            yield f"another value than {node.value!r}", _other_value
        case ast.Attribute(value=ast.Name(id=name)) if name in ENUMS:
            for attr in _neighbours(name, node.attr):
                yield f"{name}.{attr} for {node.attr}", _setter("attr", attr)
        case ast.Try() if len(node.handlers) > 1 or node.finalbody:
            for place in range(len(node.handlers)):
                yield (
                    f"drop {ast.unparse(node.handlers[place]).splitlines()[0]}",
                    _drop("handlers", place),
                )
        case ast.Match():
            for place in range(len(node.cases)):
                yield (
                    f"drop {ast.unparse(node.cases[place]).splitlines()[0]}",
                    _drop("cases", place),
                )
        case ast.Call() if not _is_diagnostic(node):
            for place, keyword in enumerate(node.keywords):
                yield f"drop {keyword.arg}= of {ast.unparse(node.func)}", _drop("keywords", place)


def _in_blocks(node: ast.AST) -> Iterator[Change]:
    for block in ("body", "orelse", "finalbody"):
        statements = getattr(node, block, None)
        if not isinstance(statements, list) or isinstance(node, ast.ClassDef):
            continue
        for place, statement in enumerate(statements):
            if _is_mutable(statement):
                first = ast.unparse(statement).splitlines()[0]
                yield f"drop {first}", _replaced(block, place)
                after = statements[place + 1 : place + 2]
                if after and _awaits(statement) and _awaits(after[0]):
                    yield f"swap {first} with the next", _swapped(block, place)


def _is_mutable(statement: ast.AST) -> bool:
    if isinstance(statement, ast.Expr):
        value = statement.value
        return not isinstance(value, ast.Constant) and not _is_diagnostic(value)
    inert = ast.Pass | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return isinstance(statement, ast.stmt) and not isinstance(statement, inert)


def _is_diagnostic(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return ast.unparse(node.func).split(".")[0] in DIAGNOSTIC


def _awaits(statement: ast.AST) -> bool:
    return any(isinstance(each, ast.Await) for each in ast.walk(statement))


def _neighbours(enum: str, member: str) -> Sequence[str]:
    """The members before and after one of an enumeration that is known already."""
    for name in ("pressrun.states", "pressrun.press.retry", "pressrun.sites.profile"):
        found = getattr(importlib.import_module(name), enum, None)
        if found is not None:
            members = list(found.__members__)
            place = members.index(member)
            return [members[place - 1]]
    return []


def _negate(node: ast.If) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _other_operator(node: ast.BoolOp) -> None:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _opposite(node: ast.Compare) -> None:
    node.ops = [OPPOSITES[type(node.ops[0])]()]


def _other_value(node: ast.Constant) -> None:
    value = node.value
    node.value = not value if isinstance(value, bool) else value + 1  # type: ignore[operator]


def _setter(name: str, value: object) -> Callable[[Any], None]:
    return lambda node: setattr(node, name, value)


def _drop(name: str, place: int) -> Callable[[Any], None]:
    def drop(node: ast.AST) -> None:
        rest = [each for number, each in enumerate(getattr(node, name)) if number != place]
        setattr(node, name, rest)

    return drop


def _replaced(block: str, place: int) -> Callable[[Any], None]:
    def drop(node: ast.AST) -> None:
        getattr(node, block)[place] = ast.Pass()

    return drop


def _swapped(block: str, place: int) -> Callable[[Any], None]:
    def swap(node: ast.AST) -> None:
        statements = getattr(node, block)
        statements[place], statements[place + 1] = statements[place + 1], statements[place]

    return swap


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a mutant in the place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if name != self._mutant.module:
            return None
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.source, self._mutant.module, "exec"), module.__dict__)  # noqa: S102


def _own_first(module: str) -> list[str]:
    """What is run for a mutant: the playbook of its own module before all others."""
    found = sorted((ROOT / TESTS[0]).glob("test_*.py"))
    found.sort(key=lambda path: path.stem != f"test_{module.rpartition('.')[2]}")
    return [*map(str, found), *TESTS[1:]]


def survives(mutant: Mutant, seconds: int) -> bool:
    """Whether every test passes with a mutant; one that takes too long does not."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            # of the processor's time, since a busy machine kills no mutant
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            status = _test(mutant)
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return status == 0


def _test(mutant: Mutant) -> int:
    import pytest  # noqa: PLC0415 - imported before the fork

    sys.meta_path.insert(0, _Finder(mutant))
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly"]
        return int(pytest.main([*options, *_own_first(mutant.module)]))


def main() -> int:
    """Try every mutant; returns how many in a hundred survived, rounded up, beyond 10."""
    parser = argparse.ArgumentParser(
        "scripts/mutate", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("modules", nargs="+", help="paths in the package, as press/attempt.py")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at once")
    parser.add_argument("--seconds", type=int, default=60, help="what a mutant may take")
    parser.add_argument("--most", type=float, default=10, help="survivors, in percent")
    parser.add_argument("--every", type=int, default=1, help="try only every n-th mutant")
    given = parser.parse_args()
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "host"), str(ROOT / "tests")]
    for name in PRELOADED:
        importlib.import_module(name)
    found = [mutant for path in given.modules for mutant in mutants(path)][:: given.every]
    if not survives(Mutant("", 0, "nothing", ""), given.seconds):
        sys.exit("The tests fail without any mutant; nothing can be told")
    left = []
    with ThreadPoolExecutor(given.jobs) as pool:
        lived = pool.map(lambda mutant: survives(mutant, given.seconds), found)
        for mutant, alive in zip(found, lived, strict=True):
            if alive:
                left.append(mutant)
                print(f"{mutant.module}:{mutant.line}: {mutant.change}", flush=True)
    share = 100 * len(left) / len(found)
    print(f"{len(left)} of {len(found)} mutants survived ({share:.1f} %)")
    return int(share > given.most)


if __name__ == "__main__":
    sys.exit(main())
