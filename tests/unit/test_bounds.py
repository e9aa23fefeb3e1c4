"""What crosses the wire is bounded, and what a page says steers nothing."""

import importlib
import pkgutil
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types as at
import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from helpers.pages import reading
from pressrun import characters
from pressrun.protocol import messages, rpc
from pressrun.protocol.messages.base import LATEST, Message, PageLine, PageName, PageText
from pressrun.protocol.messages.page import Reading
from pressrun.protocol.messages.tab import TabGone
from pressrun.sites.binding import as_kept

STEERING = (
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J",
    "\x00\x08\x7f",
    "\x9b31m",
    "\u202eevil\u202c",
    "\u2066x\u2069",
)


def models() -> list[type[BaseModel]]:
    """Every model of the wire: the messages of each subject, and the envelopes."""
    for found in pkgutil.iter_modules(messages.__path__, messages.__name__ + "."):
        importlib.import_module(found.name)
    seen: list[type[BaseModel]] = []
    waiting: list[type[BaseModel]] = [Message, rpc._Envelope, rpc.ErrorBody]
    while waiting:
        model = waiting.pop()
        seen.append(model)
        waiting += model.__subclasses__()
    return [model for model in seen if model.__module__.startswith("pressrun.")]


def unbounded(model: type[BaseModel]) -> list[str]:
    """The fields of a model that hold a number, a text or a list without an end."""
    return [
        f"{model.__name__}.{name}: {fault}"
        for name, field in model.model_fields.items()
        for fault in faults(field.annotation, list(field.metadata))
    ]


def faults(  # noqa: C901 - a case each
    kind: Any,  # noqa: ANN401 - any annotation
    bounds: list[Any],
) -> Iterator[str]:
    """What is unbounded in a type."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        yield from faults(inner, [*bounds, *told(more)])
    elif get_origin(kind) in (types.UnionType, Union):
        for option in get_args(kind):
            yield from faults(option, bounds)
    elif get_origin(kind) in (list, dict):
        if not has(bounds, at.MaxLen):
            yield f"{kind} has no most items"
        for part in get_args(kind):
            yield from faults(part, [])
    elif kind is str and not has(bounds, at.MaxLen) and not patterned(bounds):
        yield "a text has no most characters"
    elif kind in (int, float):
        if not has(bounds, at.Ge, at.Gt) or not has(bounds, at.Le, at.Lt):
            yield "a number has no least or no most"
        if kind is float and not any(
            getattr(each, "allow_inf_nan", None) is False for each in bounds
        ):
            yield "a number may be infinite or none"


def told(more: list[Any]) -> Iterator[Any]:
    """The bounds that an annotation tells."""
    for each in more:
        yield from getattr(each, "metadata", [each])


def has(bounds: list[Any], *kinds: type) -> bool:
    """Whether there is a bound of these kinds."""
    return any(isinstance(each, kinds) for each in bounds)


def patterned(bounds: list[Any]) -> bool:
    """Whether a text is of a form that ends."""
    return any(str(getattr(each, "pattern", "") or "").endswith("$") for each in bounds)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_field_of_a_message_is_bounded(model: type[BaseModel]) -> None:
    """No number, text or list of a stranger's is of any size."""
    assert not unbounded(model)


class _Loose(Message):
    """A message that bounds nothing."""

    number: int
    share: float = Field(ge=0.0, le=1.0)
    name: str | None
    parts: list[Annotated[int, Field(ge=0)]]
    names: dict[str, str] = Field(max_length=3)


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_what_a_field_has_by_itself_is_within_its_bounds(model: type[BaseModel]) -> None:
    """Whoever says it outright is not refused, on this side or on the other."""
    for name, field in model.model_fields.items():
        if not field.is_required():
            kind: Any = Annotated[field.annotation, Field(), *field.metadata]
            usual = field.get_default(call_default_factory=True)
            assert TypeAdapter(kind).validate_python(usual) == usual, name


def test_a_field_without_bounds_is_found() -> None:
    """In options, lists and dictionaries, too."""
    assert [each.partition(":")[0] for each in unbounded(_Loose)] == [
        "_Loose.number",
        "_Loose.share",
        "_Loose.name",
        "_Loose.parts",
        "_Loose.parts",
        "_Loose.names",
        "_Loose.names",
    ]


@pytest.mark.parametrize(
    "clock", [1e18, LATEST + 1, float("inf"), float("nan"), "1e400", -1.0, 10**400]
)
def test_a_clock_that_no_calendar_has_is_a_bad_message(clock: Any) -> None:  # noqa: ANN401 - any JSON
    """It is that page's own fault, and found before anything is done with it."""
    told = reading().model_dump() | {"now": clock}
    with pytest.raises(ValidationError):
        Reading.model_validate(told)


@pytest.mark.parametrize("field", ["composers", "chips", "turn_count", "tab"])
@pytest.mark.parametrize("number", [-1, 2**60, 1e300, float("inf")])
def test_a_count_that_no_page_has_is_a_bad_message(field: str, number: float) -> None:
    """In whatever form JSON tells it."""
    with pytest.raises(ValidationError):
        Reading.model_validate(reading().model_dump() | {field: number})


@pytest.mark.parametrize("steering", STEERING)
@pytest.mark.parametrize("kind", [PageName, PageLine, PageText])
def test_what_steers_a_terminal_is_dropped_from_a_page_s_text(kind: Any, steering: str) -> None:  # noqa: ANN401 - a type
    """Escapes, other control characters, and those that turn a line around."""
    told = TypeAdapter(kind).validate_python(f"one{steering}\ttwo")
    assert characters.shown(told) == told
    assert told.startswith("one")
    assert told.endswith("\ttwo")


@pytest.mark.parametrize("steering", STEERING)
def test_no_text_of_a_reading_steers_a_terminal(steering: str) -> None:
    """Wherever in a reading it stands, and in the other messages of a page."""

    def dirty(value: Any) -> Any:  # noqa: ANN401 - any JSON
        match value:
            case dict():
                return {name: dirty(each) for name, each in value.items()}
            case list():
                return [dirty(each) for each in value]
            case str() if value and len(value) < 64:
                return value + steering
        return value

    turn = {
        "id": "t", "role": "user", "text": "x", "busy": False, "finished": False, "pictures": [
            {"src": "s", "width": 1, "height": 1, "loaded": True, "hidden": False, "unit": "u",
             "rule": "r", "where": "w"}
        ],
        "signs": [{"name": "n", "rule": "r", "where": "w", "text": "t"}],
    }  # fmt: skip
    whole = reading().model_dump() | {
        "turns": [turn], "notices": [{"where": "w", "text": "t"}], "margin": "m",
        "history": ["h"], "locale": "l", "zone": "z", "seen": [
            {"role": "r", "rule": "r", "where": "w", "count": 1}
        ],
    }  # fmt: skip
    told = Reading.model_validate(dirty(whole)).model_dump_json()
    assert characters.escaped(told) == told
    assert "\\u001b" not in told
    assert characters.shown(TabGone(tab=1, why=steering).why) == TabGone(tab=1, why=steering).why


def test_an_error_that_a_page_tells_steers_nothing() -> None:
    """It becomes the reason of an attempt."""
    told = {"jsonrpc": "2.0", "id": 1, "error": {"code": 4, "message": "no \x1b[31mSend"}}
    answer = rpc.parse(told)
    assert isinstance(answer, rpc.Refused)
    assert answer.error.message == "no [31mSend"


def test_a_prompt_with_marks_of_direction_is_read_back_equal() -> None:
    """A reading has lost them, and Hebrew and Arabic authors write them."""
    prompt = "\u200f\u05e9\u05d5\u05e2\u05dc\u200f in\r\nthe \u2066snow\u2069"
    assert as_kept(characters.dropped(prompt)) == as_kept(prompt)
    assert "\u200f" in characters.dropped(prompt), "marks are words of the author's"
    assert as_kept("one") != as_kept("two")


def test_line_ends_of_every_kind_stay_line_ends() -> None:
    """Words on two lines do not become one word."""
    assert characters.dropped("a\rb\r\nc\u2028d\x0be\x85f") == "a\nb\nc\nd\ne\nf"


def test_what_cannot_be_printed_is_shown_as_an_escape() -> None:
    """Also a byte of a file name that is not valid UTF-8; JSON has escapes of its own."""
    assert characters.shown("a\x1b[0m\u202e\udcffb\tc\n") == "a\\x1b[0m\\u202e\\xffb\tc\n"
    assert characters.escaped('{"a": "\x9b\u202e"}') == '{"a": "\\u009b\\u202e"}'
