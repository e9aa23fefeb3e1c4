"""The messages, and the files that are generated from them."""

import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from pydantic import ValidationError

from pressrun.protocol import calls
from pressrun.protocol.calls import Call, End
from pressrun.protocol.javascript import declarations
from pressrun.protocol.messages.base import PIECE_BYTES, Hello, Message
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.page import Fetched, Piece
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.schema import generated, main, schema
from pressrun.server.session import handlers

PROJECT = Path(__file__).parents[2]

HELLO = {"oldest": 1, "newest": 1, "version": "1", "role": "command"}


@pytest.mark.parametrize("path", generated(PROJECT), ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    """The schema and the extension's types say what the models say.

    When this fails: `.venv/bin/python -m pressrun.protocol.schema --write`.
    """
    assert path.read_text(encoding="utf-8") == generated(PROJECT)[path]


def test_checking_the_generated_files_tells_which_is_stale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check fails by exit code and names the files; writing mends it."""
    assert main([], tmp_path) == 1
    assert capsys.readouterr().out.count("stale: ") == len(generated(tmp_path))
    assert main(["--write"], tmp_path) == 0
    assert main([], tmp_path) == 0


@pytest.mark.parametrize("call", calls.CALLS.values(), ids=lambda call: call.method)
def test_every_call_is_in_schema_and_types(call: Call[Message, Message]) -> None:
    """A call's parameters and result are defined, and the extension knows both by name."""
    whole = schema()
    told = whole["calls"][call.method]
    for part, model in (("params", call.params), ("result", call.result)):
        assert told[part]["$ref"] == f"#/$defs/{model.__name__}"
        assert set(whole["$defs"][model.__name__].get("properties", {})) == set(model.model_fields)
        assert whole["$defs"][model.__name__]["additionalProperties"] is False
    types = f"params: {call.params.__name__}; result: {call.result.__name__} "
    assert f'"{call.method}": {{ {types}' in declarations(whole)


def test_every_call_of_the_host_has_somebody_who_carries_it_out() -> None:
    """The list of calls and the host's handlers name the same; `hello` is the session's own."""
    served = handlers(MagicMock(), MagicMock())
    assert {"hello", *served} == set(calls.served_by(End.HOST))
    commands = handlers(MagicMock(), None)
    assert set(calls.made_by(End.COMMAND)) == {"hello", *commands}


@pytest.mark.parametrize("call", calls.CALLS.values(), ids=lambda call: call.method)
def test_every_call_says_who_may_make_it(call: Call[Message, Message]) -> None:
    """Nobody calls themselves, and the host alone has pages and workers do something."""
    assert call.by
    assert call.to not in call.by
    assert (call.by == {End.HOST}) == (call.to in (End.PAGE, End.WORKER))
    assert bool(call.roles) == (call.to == End.HOST)


def test_every_type_that_is_named_is_declared() -> None:
    """The declarations name no type that they do not declare."""
    text = declarations(schema())
    declared = set(re.findall(r"^  (?:interface|type) (\w+)", text, re.MULTILINE))
    used = set(re.findall(r"\b[A-Z]\w+", re.sub(r"/\*.*?\*/|//.*|\".*?\"", "", text)))
    assert used - declared == {"Array", "Record", "Wire"}


@pytest.mark.parametrize(
    ("model", "fields", "place"),
    [
        (Hello, HELLO | {"role": "king"}, "role"),
        (Hello, HELLO | {"newest": 0}, "newest"),
        (Hello, HELLO | {"surprise": 1}, "surprise"),
        (BatchStart, {"source": "/a", "library": "/b", "tabs": 33}, "tabs"),
        (Fetched, {"size": 1, "sha256": "A" * 64, "media": "image/png"}, "sha256"),
        (Piece, {"data": "x" * (2 * PIECE_BYTES + 1)}, "data"),
        (StatusQuery, {"wait": 26}, "wait"),
    ],
)
def test_a_message_refuses_what_it_does_not_know(
    model: type[Message], fields: dict[str, object], place: str
) -> None:
    """Unknown fields and values out of bounds are refused, and the error says where."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(fields)
    assert refused.value.errors()[0]["loc"] == (place,)


def test_a_message_cannot_be_changed() -> None:
    """Whoever holds a message can rely on it."""
    piece = Piece(data="")
    with pytest.raises(ValidationError, match="frozen"):
        piece.data = "other"  # type: ignore[misc]
