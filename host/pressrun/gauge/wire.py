"""What crosses between the host and the process that measures: questions and answers as JSON.

Both ends are ours and of one version. What comes back is validated all the same, as a process that
decodes strangers' pictures may be led astray.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pressrun.picture.measure import Measure, Series, StyleComparison, StyleResult, Trend

QUESTION_BYTES = 64 * 2**20
"""The most bytes of a question: thousands of measures."""

ANSWER_BYTES = 4 * 2**20
"""The most bytes of an answer."""

TEXT_CHARS = 65_536
"""The most characters of a text, and bytes of a vector."""


class BadAnswerError(Exception):
    """What came is no answer, or none to what was asked."""


class _Envelope(BaseModel):
    # the dataclasses within are read and written by these rules, too
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        str_max_length=TEXT_CHARS,
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )


class GaugeQuestion(_Envelope):
    """One thing that is asked; with nothing in it, what version there is."""

    measure: Path | None = None
    """The file of a picture."""
    compare: StyleComparison | None = None
    trends: list[Series] | None = None


class Blame(StrEnum):
    """Why there is no answer."""

    PICTURE = "picture"
    """What was asked about cannot be measured or compared."""
    FILE = "file"
    """A file cannot be read now."""
    MACHINE = "machine"
    """Nothing can be measured here."""


class Failure(_Envelope):
    """There is no answer."""

    blame: Blame
    text: str


class GaugeAnswer(_Envelope):
    """What is answered: one of these."""

    memory: Annotated[int, Field(ge=0, le=2**50)]
    """What the process takes by now, in bytes."""
    version: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    measure: Measure | None = None
    result: StyleResult | None = None
    trends: list[list[Trend]] | None = None
    failure: Failure | None = None


E = TypeVar("E", bound=_Envelope)


def encoded(message: _Envelope) -> bytes:
    """A question or an answer as JSON."""
    return message.model_dump_json(exclude_none=True).encode()


def decoded(kind: type[E], content: bytes) -> E:
    """The question or answer that JSON holds.

    Raises:
        BadAnswerError: it holds none.
    """
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadAnswerError(f"{where}: {first['msg']}") from error
