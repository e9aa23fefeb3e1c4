"""How the site behaves: every latency, switch and fault rate, and the seed that replays them."""

import random
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pressrun.replica.dice import dice


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= span[0] <= span[1]:
        raise ValueError("a span of seconds is (shortest, longest), neither below 0")
    return span


Span = Annotated[tuple[float, float], AfterValidator(_ordered)]
"""Shortest and longest duration in seconds; the one that happens is drawn evenly between."""

Rate = Annotated[float, Field(ge=0, le=1)]
"""How often something happens, from 0 (never) to 1 (always)."""

Side = Annotated[int, Field(ge=64, le=4096)]
"""One side of a picture in pixels."""


class Behaviour(BaseModel):
    """One way for the site to behave; immutable, and swapped as a whole while the site runs.

    All durations are seconds. A draw depends on the seed and on what it is for (the prompt and
    how often it was sent before, an account and its page number), never on the clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 1

    page_seconds: Span = (0.3, 3.0)
    """From asking for a page, or navigating inside one, until the server answers."""
    hydration_seconds: Span = (0.1, 0.8)
    """From the loaded page until its composer appears."""
    upload_seconds: Span = (0.3, 2.0)
    """From the upload of a reference until its chip stops being busy."""
    url_lag_seconds: Span = (0.2, 3.0)
    """From the first send of a chat until the page's URL becomes ``/c/<uuid>``."""

    generation_seconds: Span = (20.0, 95.0)
    """From the submission until the final picture, or the failure in its place."""
    text_seconds: Span = (1.5, 6.0)
    """How long a text answer streams where no picture was asked for."""
    text_before_picture: bool = True
    """Whether text streams, and ends, before the picture is begun."""
    partial: bool = True
    """Whether a blurred picture is shown first and replaced in place."""
    stop_while_drawing: bool = True
    """Whether Stop shows while the picture is drawn; it always shows while text streams."""
    stop_lingers_seconds: Span = (0.0, 1.5)
    """How long Stop still shows after everything is finished."""

    picture_size: tuple[Side, Side] = (1024, 1024)
    """Width and height in pixels where the author chose no aspect ratio."""
    picture_weight: Annotated[int, Field(ge=0, le=64 * 1024 * 1024)] = 0
    """The least size of a picture in bytes, reached by padding as with a provenance manifest."""
    link_seconds: Annotated[float, Field(ge=0)] = 600.0
    """Lifetime of a signed picture link; then it answers 403."""

    menu_opens: Literal["pointerdown", "click"] = "pointerdown"
    """What opens the menus: the site's menus open on a press already, and ignore a bare click."""
    long_paste: Annotated[int, Field(gt=0)] = 10_000
    """One paste of more characters than this becomes an attachment."""

    refused: Rate = 0.0
    """How many prompts are against policy; a refused prompt is refused each time."""
    tool_error: Rate = 0.0
    """How many image turns end in an error of the image tool."""
    thread_error: Rate = 0.0
    """How many turns end in "Something went wrong"."""
    throttle: Rate = 0.0
    """How many sends are met by the throttle dialog instead of being taken."""
    throttle_at: Annotated[int, Field(ge=2)] | None = None
    """Running conversations of one account at which one more send is throttled: this many."""
    throttle_seconds: Span = (180.0, 300.0)
    """How long a throttled account stays so."""
    plan_cap: Annotated[int, Field(ge=0)] | None = None
    """Pictures an account may have made in one window."""
    plan_window_seconds: Annotated[float, Field(gt=0)] = 3 * 3600.0
    """The window of the plan's cap."""

    def dice(self, what: str, *of: object) -> random.Random:
        """Return the generator for one matter, such as ``("generation", prompt, take)``."""
        return dice(self.seed, what, *of)

    def seconds(self, span: Span, what: str, *of: object) -> float:
        """Draw a duration in seconds from a span."""
        return self.dice(what, *of).uniform(*span)

    def happens(self, rate: float, what: str, *of: object) -> bool:
        """Draw whether something with this rate happens."""
        return self.dice(what, *of).random() < rate
