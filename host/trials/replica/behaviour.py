"""How the site behaves: every delay, switch and failure rate, and the seed that replays them."""

import contextlib
import json
import random
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pressrun.simulator.dice import dice
from pressrun.simulator.failures import OTHERS, WORDINGS, Kind, Language, Refusal
from trials.replica import mutation
from trials.replica.drift import Cause, Look

Item = TypeVar("Item")

Shell = Literal["A", "B", "bare", "G"]
"""A build of the page: the legacy one, the redesign, the redesign with a form that bears no mark
of its own, and the one for visitors who are signed out."""

Collapsed = Literal["plain", "block", "hidden"]
"""How a long prompt is shown that is collapsed: its words and a button; with an ellipsis between
them in a ``<span class="block">``; or in a ``<span aria-hidden="true">``."""

Attached = Literal["chips", "composer", "surface", "group", "tiles"]
"""How the composer shows its files: as chips, or in one of four markups that were recorded."""

Provisional = Literal["none", "web", "encoded", "local"]
"""What stands in the address before a chat has one: nothing, ``/c/WEB:<uuid>``, the same with
``%3A``, or ``/c/local-chatgpt:<uuid>``."""

Dialog = Literal["consent", "whats_new", "unknown"]
"""A dialog that lies over the composer until somebody answers it."""

SignedOut = Literal["expired", "no_auth", "button"]
"""How a page tells that nobody is signed in: by one of two dialogs, or by its login button."""


def _parts(value: object) -> object:
    """Take a list from a text as an address or a command line gives it, and from a single item."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return value


def _span(value: object) -> object:
    parts = _parts(value)
    if isinstance(parts, int | float):
        return (parts, parts)
    if isinstance(parts, list) and len(parts) == 1:
        return (parts[0], parts[0])
    return parts


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= span[0] <= span[1]:
        raise ValueError("a span is the shortest and the longest time in seconds, neither below 0")
    return span


Span = Annotated[tuple[float, float], BeforeValidator(_span), AfterValidator(_ordered)]
"""Shortest and longest duration in seconds; the one that happens is drawn evenly between."""

Rate = Annotated[float, Field(ge=0, le=1)]
"""How often something happens, from 0 (never) to 1 (always)."""

Side = Annotated[int, Field(ge=64, le=4096)]
"""One side of a picture in pixels."""

Choice = Annotated[tuple[Item, ...], BeforeValidator(_parts), Field(min_length=1)]
"""One or several of a few; of several, every page load draws one."""

Weight = Annotated[int, Field(ge=0, le=64 * 1024 * 1024)]
"""A least size in bytes, reached by padding."""


def _mutations(value: object) -> object:
    """Check that a seed, or the names of mutations, can be read."""
    if value is None:
        return None
    mutation.read(str(value))
    return str(value)


class Behaviour(BaseModel):
    """One way for the site to behave; immutable, and swapped as a whole while the site runs.

    All durations are seconds. A draw depends on the seed and on what it is for (the prompt and
    how often it was sent before, an account and its page number), never on the clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: int = 1
    """The seed of all chance: the same seed replays the same run."""

    shell: Choice[Shell] = ("A",)
    """The build of the page: A, B, bare (B without its form's mark) or G (signed out)."""
    language: Choice[Language] = ("en",)
    """The language of labels, placeholders and menus: en, de, ja, ar or zh."""
    decoys: bool = True
    """Whether the page has decoy composers: a hidden one, one before hydration, and a notepad."""
    menu_opens: Literal["pointerdown", "click"] = "pointerdown"
    """What opens a menu. The site's menus open on ``pointerdown`` and ignore a bare click."""
    long_paste: Annotated[int, Field(gt=0)] = 10_000
    """A paste of more characters than this becomes an attachment."""
    pill_lost: bool = True
    """Whether writing over a selection of everything removes the image mode pill (B)."""
    changes_text: Literal["pasted", "always"] | None = None
    """Whether the editor curls straight quotation marks: only pasted ones, or always."""
    ignored_clicks: Annotated[int, Field(ge=0, le=10)] = 0
    """How many clicks on Send each page ignores at first."""
    wrong_model: bool = False
    """Whether the selected model cannot make pictures: its menu has no "Create image"."""
    doubled: bool = True
    """Whether the thread is in the document twice, one copy hidden (B)."""
    virtual: bool = True
    """Whether only turns near the visible ones are in the document (B)."""
    dialog: Dialog | None = None
    """A dialog over the composer: consent, whats_new or unknown."""
    signed_out: SignedOut | None = None
    """Nobody is signed in and sends are refused: expired, no_auth (dialogs) or button."""
    challenge: bool = False
    """Whether every page is the "Just a moment..." challenge."""
    other_limit: bool = False
    """Whether every page has a notice about the limit of another model that makes no pictures."""
    composer_tabs: Literal["chat", "work"] | None = None
    """Which of the tabs Chat and Work is selected at first, if there are any; Work makes no
    pictures."""

    ratio_menu: bool = False
    """Whether image mode comes with a menu of aspect ratios in the redesign, too (B)."""
    image_mode: Literal["usual", "chip"] = "usual"
    """How image mode is shown: the build's usual way, or as a chip in the message box, outside the
    editor."""
    plus_marked: bool = True
    """Whether the button of the add menu has the redesign's mark (B)."""
    file_inputs: Literal["usual", "three"] = "usual"
    """Which file inputs there are: the build's usual ones, or three that accept different files."""
    inputs_deaf: bool = False
    """Whether the file inputs do nothing, so that files have to be pasted."""
    attached: Attached = "chips"
    """How the composer shows its files: chips, composer, surface, group or tiles."""
    duplicate_dialog: bool = False
    """Whether a dialog reports a file that was uploaded before; the file is attached once the
    dialog is closed."""
    draft: Literal["kept", "foreign"] | None = None
    """Whether a composer keeps its files over a reload, and whether it starts with a file that
    nobody there attached."""
    provisional: Choice[Provisional] = ("none",)
    """What the address is from Send until it names the chat: none, web, encoded or local."""

    collapsed: Choice[Collapsed] = ("plain",)
    """What follows the text of a long prompt that is collapsed: plain, block or hidden."""
    remounted: bool = False
    """Whether the author's turn disappears while the answer is made, and then comes back (B)."""
    fallback_keys: bool = False
    """Whether a turn's key is ``fallback-turn-N`` until its answer has ended (B)."""
    flashes: bool = False
    """Whether a turn is "complete" for a moment right after Send (B)."""
    left_behind: bool = False
    """Whether the pictures of earlier chats stay in the document, hidden."""
    mounts: bool = False
    """Whether a turn is mounted only while its container is in the window (A)."""
    contents: bool = False
    """Whether turns and their parts are drawn with ``display: contents``."""

    mutate: Annotated[str | None, BeforeValidator(_mutations)] = None
    """How the page is changed, as its developers may change it: a seed, or names such as
    ``cut:2,ids:1``."""

    page_seconds: Span = (0.3, 3.0)
    """From asking for a page, or navigating inside one, until the server answers."""
    hydration_seconds: Span = (0.1, 0.8)
    """From the loaded page until its composer appears."""
    upload_seconds: Span = (0.3, 2.0)
    """From the upload of a reference until its chip stops being busy."""
    url_lag_seconds: Span = (0.2, 3.0)
    """From the first send of a chat until the page's URL becomes ``/c/<uuid>``."""

    generation_seconds: Span = (20.0, 95.0)
    """From Send until the final picture, or the failure in its place."""
    text_seconds: Span = (1.5, 6.0)
    """How long a text answer streams if no picture was asked for."""
    text_before_picture: bool = True
    """Whether text streams, and ends, before the picture starts."""
    partial: bool = True
    """Whether a blurred picture is shown first and then replaced in place."""
    partial_weight: Weight = 0
    """The minimum size of the blurred picture in bytes; it may be larger than the final one."""
    stop_while_drawing: bool = True
    """Whether Stop shows while the picture is drawn; it always shows while text streams."""
    stop_lingers_seconds: Span = (0.0, 1.5)
    """How long Stop still shows after everything is finished."""
    pictures: Annotated[int, Field(ge=1, le=4)] = 1
    """How many pictures a turn makes."""
    poll: Rate = 0.0
    """The share of image turns that make two pictures and lock the composer until one is chosen."""
    finished_marks: bool = True
    """Whether a finished picture has the buttons below it that only finished ones have (A)."""
    numbered_marks: bool = False
    """Whether those buttons name the picture's number, on every build."""
    gallery: Literal["all", "one"] = "all"
    """How an answer's pictures are shown: all alike, or one large with the others as thumbnails
    (B)."""
    gallery_outside: bool = False
    """Whether the pictures stand outside their turn (B)."""
    gallery_busy: bool = False
    """Whether the pictures' place is there and busy before they are finished (B)."""
    assistant_marks: bool = True
    """Whether an answer is marked as the assistant's (B)."""
    advert: Literal["plain", "image"] | None = None
    """Whether an answer contains an advertisement with a picture: plain, or in an element whose id
    begins with ``image-``."""
    stale: Rate = 0.0
    """The share of turns that stay "in progress" on the page for good (B)."""
    freeze: Rate = 0.0
    """The share of turns that stand still in a hidden tab until it is reloaded."""

    picture_size: Annotated[tuple[Side, Side], BeforeValidator(_parts)] = (1024, 1024)
    """Width and height in pixels if the author chose no aspect ratio."""
    wrong_format: Rate = 0.0
    """The share of pictures with another aspect ratio than the one that was chosen, or asked for in
    the last line of the prompt."""
    picture_weight: Weight = 0
    """The minimum size of a picture in bytes, reached by padding, as with a provenance manifest."""
    drift: Choice[Look] | None = None
    """How pictures leave their style: warmer, cooler, thicker, thinner, rougher, softer, harder or
    flatter; of several, every account draws one."""
    drift_cause: Cause = "chat"
    """What the drift grows with: chat (the answers of a chat), pictures or minutes (those of an
    account), or setting (it holds from a moment on)."""
    drift_step: Annotated[float, Field(ge=0, le=2)] = 0.2
    """How much every answer, picture or minute adds to the drift; at 0.5 a picture is out of
    style."""
    drift_after: Annotated[int, Field(ge=0)] = 1
    """How many answers of its chat, or pictures of its account, come before the first that
    drifts."""
    drift_most: Annotated[float, Field(ge=0, le=2)] = 1.2
    """How far pictures drift at most; a setting is that far away at once."""
    heeds_pictures: Rate = 0.6
    """The share of the way back that each picture of the style brings, which is attached first to
    a prompt."""
    heeds_words: Rate = 0.6
    """The share of a drift that words take away which ask for the opposite."""
    wavers: Rate = 0.0
    """How much pictures vary around their style, drift or not: a standard deviation."""
    link_seconds: Annotated[float, Field(ge=0)] = 600.0
    """Lifetime of a signed picture link; after that it answers 403."""

    refused: Rate = 0.0
    """The share of prompts that break the policy; a refused prompt is refused every time."""
    tool_error: Rate = 0.0
    """The share of image turns that end in an error of the image tool."""
    thread_error: Rate = 0.0
    """The share of turns that end in "Something went wrong"."""
    too_long: Rate = 0.0
    """The share of turns that find their conversation too long."""
    text_only: Rate = 0.0
    """The share of image turns that end in a question and no picture."""
    wording: Annotated[int, Field(ge=0)] | None = None
    """Which of its wordings every failure uses, from 0; drawn at random if not set."""
    wordings: Literal["usual", "others"] = "usual"
    """Whether failures use other wordings than the usual ones, some in other languages."""

    throttle: Rate = 0.0
    """The share of sends that meet the throttle dialog and are not taken."""
    throttle_at: Annotated[int, Field(ge=2)] | None = None
    """How many running conversations an account may have before one more send is throttled."""
    throttle_after: Annotated[int, Field(ge=1)] | None = None
    """How many chats an account may begin or open in the window before it is throttled."""
    throttle_window_seconds: Annotated[float, Field(gt=0)] = 600.0
    """The window in which chats count for the throttle."""
    throttle_seconds: Span = (180.0, 300.0)
    """How long an account stays throttled."""
    plan: Literal["plus", "free"] = "plus"
    """Whose words report that a quota is used up."""
    plan_cap: Annotated[int, Field(ge=0)] | None = None
    """How many pictures an account may have made in one window, over all its tabs."""
    plan_window_seconds: Annotated[float, Field(gt=0)] = 3 * 3600.0
    """The window of the plan's cap."""
    plan_capped: Rate = 0.0
    """The share of image sends that meet the Plus plan's cap."""
    free_capped: Rate = 0.0
    """The share of image sends that meet the free plan's cap."""
    rate_limited: Rate = 0.0
    """The share of image sends that meet "generating images too quickly"."""
    capped_seconds: Span = (27 * 60.0, 14 * 3600.0)
    """How long a cap lasts that was met at random; the page gives it in minutes, in hours or as a
    time of day."""
    upload_failed: Rate = 0.0
    """The share of uploads that fail while their chip is busy."""
    longest_chat: Annotated[int, Field(ge=1)] | None = None
    """How many turns a chat may have; one prompt more is told that its conversation is too long."""
    overtaken: Literal["branch", "below"] = "branch"
    """Where a prompt goes that is sent from an older state of its chat: into a branch after what
    its page shows, or below everything."""
    upload_cap: Annotated[int, Field(ge=0)] | None = None
    """How many files an account may upload before uploads are refused."""

    def but(self, switches: Mapping[str, object]) -> Self:
        """Return this behaviour with some switches set otherwise.

        Args:
            switches: Values, or texts as an address gives them: ``true``, ``0.5``, ``A,B``,
                ``none``.

        Raises:
            ValueError: There is no such switch, or no such setting of one.
        """
        return self.model_validate(self.model_dump() | {k: _read(v) for k, v in switches.items()})

    def dice(self, what: str, *of: object) -> random.Random:
        """Return the generator for one matter, such as ``("generation", prompt, take)``."""
        return dice(self.seed, what, *of)

    def seconds(self, span: Span, what: str, *of: object) -> float:
        """Draw a duration in seconds from a span."""
        return self.dice(what, *of).uniform(*span)

    def happens(self, rate: float, what: str, *of: object) -> bool:
        """Draw whether something with this rate happens."""
        return self.dice(what, *of).random() < rate

    def refusal(self, kind: Kind, *of: object) -> Refusal:
        """Return the wording that is asked for, or that is drawn for this matter."""
        known = WORDINGS[kind]
        if self.wordings == "others":
            known = OTHERS.get(kind, known)
        if self.wording is not None:
            return known[self.wording % len(known)]
        return self.dice("wording", kind, *of).choice(known)


def _read(value: object) -> object:
    if value == "none":
        return None
    if isinstance(value, str):
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(value)
    return value
