"""What is wrong with a database that can be opened: its pages, its tables and every single value.

SQLite has no checksums. A page that was overwritten with something that looks like a page passes
its own check, so every value is read, and held against what its column may hold.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, Table

from pressrun.states import BatchState, Ending, JobState, OnDoubt, PictureState, Step
from pressrun.store.tables import TRIGGERS, attempts, batches, images, jobs, journal, metadata

Ask = Callable[[str], Sequence[Sequence[Any]]]
"""The rows of a query."""

ROWS = 2_000
"""How many rows are read at once."""

GROWING = (journal, batches, jobs, attempts, images)
"""Tables of which no row is ever removed."""

_WORDS: Mapping[Column[Any], type[StrEnum]] = {
    batches.c.state: BatchState,
    batches.c.on_doubt: OnDoubt,
    jobs.c.state: JobState,
    attempts.c.step: Step,
    attempts.c.ending: Ending,
    images.c.place: PictureState,
}


def fault(ask: Ask) -> str | None:
    """What is wrong with a database, of this schema or an older one; None when nothing is.

    Whatever is raised while a damaged one is read is a fault as well, and the caller's to tell.
    """
    found = ask("PRAGMA integrity_check(1)")
    if [tuple(row) for row in found] != [("ok",)]:
        return " ".join(str(found[0][0] if found else "no answer").split())
    for row in ask("PRAGMA foreign_key_check"):
        return f"a row of {row[0]} refers to one that is not there"
    for table in metadata.sorted_tables:
        if wrong := _unfit(ask, table):
            return wrong
    return None


def missing(ask: Ask) -> str | None:
    """What a database lacks of this code's schema; None when it has everything."""
    there = {(kind, name) for kind, name in ask("SELECT type, name FROM sqlite_master")}
    for table in metadata.sorted_tables:
        if ("table", table.name) not in there:
            return f"it has no table {table.name}"
        for column in sorted(set(table.columns.keys()) - _columns(ask, table)):
            return f"its table {table.name} has no column {column}"
        parts = [("index", str(index.name)) for index in table.indexes]
        parts += [("trigger", name) for name in TRIGGERS.get(table.name, ())]
        for kind, name in sorted(set(parts) - there):
            return f"its table {table.name} has no {kind} {name}"
    return None


def reach(ask: Ask) -> tuple[int, ...]:
    """The largest id in each table whose rows stay for ever, the journal first; 0 for none."""
    names = {name for (name,) in ask("SELECT name FROM sqlite_master")}
    found = [
        ask(f"SELECT max(id) FROM {table.name}")[0][0] if table.name in names else None  # noqa: S608
        for table in GROWING
    ]
    return tuple(each if isinstance(each, int) else 0 for each in found)


def _columns(ask: Ask, table: Table) -> set[str]:
    return {row[1] for row in ask(f"PRAGMA table_info({table.name})")}


def _unfit(ask: Ask, table: Table) -> str | None:
    """What a table holds that it cannot hold; a table or column that is not there yet is none."""
    present = _columns(ask, table)
    columns = [column for column in table.columns if column.name in present]
    if not columns:
        return None
    unfit = " OR ".join(f"({_unfitness(column)})" for column in columns)
    # both are names and words of our own
    for row in ask(f"SELECT rowid FROM {table.name} WHERE {unfit} LIMIT 1"):  # noqa: S608
        return f"row {row[0]} of {table.name} holds what cannot be there"
    after: int | None = None
    while True:
        beyond = "" if after is None else f"WHERE rowid > {after}"
        # text that is not valid is found by whoever decodes it
        page = ask(
            f"SELECT rowid, * FROM {table.name} {beyond} ORDER BY rowid LIMIT {ROWS}"  # noqa: S608
        )
        if not page:
            return None
        after = page[-1][0]


def _unfitness(column: Column[Any]) -> str:
    """The condition under which a value is none of its column's."""
    # a column such as `limit` would be a keyword
    name = f'"{column.name}"'
    if words := _WORDS.get(column):
        known = ", ".join(f"'{word.value}'" for word in words)
        return f"{name} NOT IN ({known})"
    match column.type:
        case Integer() | Boolean():
            fits = "'integer'"
        case Float():
            fits = "'real', 'integer'"
        case LargeBinary():
            fits = "'blob'"
        case JSON():
            return f"typeof({name}) <> 'text' OR NOT json_valid({name})"
        case _:
            fits = "'text'"
    return f"{name} IS NOT NULL AND typeof({name}) NOT IN ({fits})"
