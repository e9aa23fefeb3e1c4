"""A site profile: how to read and work one site's pages, in one file that a person can mend."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

import structlog
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from pressrun import files
from pressrun.errors import BadInputError
from pressrun.protocol.messages.base import Name, Selector
from pressrun.protocol.messages.page import PageProfile, Shell

_log = structlog.get_logger("pressrun.sites")

PROFILE_BYTES = 4 << 20
"""The largest profile's file."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _compiled(value: object) -> object:
    if isinstance(value, str):
        try:
            return re.compile(value)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
    return value


Pattern = Annotated[re.Pattern[str], BeforeValidator(_compiled)]
Seconds = Annotated[float, Field(gt=0)]


class Outcome(StrEnum):
    """What became of a prompt, or of a page before one was sent."""

    MADE = "made"
    REFUSED = "refused"
    """The site will not make this picture."""
    TEXT_ONLY = "text only"
    """The answer is complete and holds no picture."""
    THROTTLED = "throttled"
    """The account asked too much in too short a time."""
    CAPPED = "capped"
    """The plan's pictures are used up for a while."""
    TOOL_ERROR = "tool error"
    """The site tried to make the picture, and failed."""
    THREAD_ERROR = "thread error"
    """The answer broke off."""
    TOO_LONG = "conversation too long"
    SIGNED_OUT = "signed out"
    CHALLENGED = "challenged"
    """The site wants to see a person."""
    OVERLONG = "overlong"
    """The site asks for a wait that is too long to be true, or to be taken unasked."""
    UPLOAD_REFUSED = "upload refused"
    POLL = "poll"
    """Several pictures, and the site asks which one is better."""
    BLOCKED = "blocked"
    """A dialog that nobody here knows lies over the page."""
    WRONG_MODEL = "wrong model"
    """The model that is chosen makes no pictures."""
    UNREADABLE = "unreadable"
    """The answer shows something that may be a picture, and nobody here can tell."""
    FRUITLESS = "fruitless"
    """Several prompts in a row came to nothing that anybody here understands."""
    UNKNOWN = "unknown"


FAILURES = (Outcome.TOOL_ERROR, Outcome.THREAD_ERROR, Outcome.TOO_LONG)
"""The site failed, by its own word; the same prompt may succeed another time."""

LIMITS = (
    Outcome.THROTTLED,
    Outcome.CAPPED,
    Outcome.SIGNED_OUT,
    Outcome.CHALLENGED,
    Outcome.OVERLONG,
)
"""They are about the account, not about the prompt."""


class PageArea(StrEnum):
    """Where on a page a failure's words are looked for; a prompt is at none of them."""

    NOTICE = "notice"
    """Dialogs, alerts and toasts."""
    ANSWER = "answer"
    """What answers our own turn."""
    MARGIN = "margin"
    """What the site says beside turns and composer."""
    TITLE = "title"
    """The title of a page that no shell recognises; that of a chat may be made of a prompt."""


_TEXTS = 64
"""How many texts a failure remembers its answers for."""


class FailureRule(_Part):
    """One way in which the page says that something went wrong."""

    sign: Name | None = None
    """One of the page's `signs`: it tells by being there."""
    pattern: Pattern | None = None
    patterns: dict[Name, Pattern] = {}
    """Further ones, by the languages of their words."""
    places: tuple[PageArea, ...] = (PageArea.NOTICE, PageArea.ANSWER)
    """Where the patterns are searched."""
    needs_wait: bool = False
    """Whether the text counts only when it tells how long to wait."""
    outcome: Outcome
    rest: Seconds = 300
    """How long the account rests when the text tells no time."""
    passes: bool = False
    """Whether it may pass by itself: what was not sent for it is tried again first."""

    @model_validator(mode="after")
    def _tells_by_something(self) -> Self:
        if (self.sign is None) != bool(self.wordings):
            raise ValueError("a failure has a sign or patterns, and not both")
        return self

    @cached_property
    def wordings(self) -> tuple[re.Pattern[str], ...]:
        """All its patterns, whatever language they are in."""
        return (*([self.pattern] if self.pattern else []), *self.patterns.values())

    @cached_property
    def told_by(self) -> Callable[[str], re.Pattern[str] | None]:
        """Finds the first of its patterns that a text matches; a page shows the same ones again."""

        @lru_cache(maxsize=_TEXTS)
        def find(text: str) -> re.Pattern[str] | None:
            return next((wording for wording in self.wordings if wording.search(text)), None)

        return find


class TimeLimits(_Part):
    """How long each part of an attempt may take, in seconds."""

    page: Seconds
    mode: Seconds
    fill: Seconds
    upload: Seconds = 120
    """How long the site may take until the reference pictures of a prompt are uploaded."""
    acknowledge: Seconds
    generate: Seconds
    reload: Seconds = 180
    """An answer that changes no more and is not final: the page is loaded anew after so long, once;
    hidden pages are known to stand still while the site has long been done."""
    text_only: Seconds
    """How long an answer of words stands unchanged until it is the whole answer."""
    text_stuck: Seconds = 60
    """The same while Stop shows, or the page says that more is to come."""
    words: Seconds = 300
    """A prompt is not sent once more for an answer of words before so long after Send: words often
    come first, and pictures are known to take five minutes."""
    settle: Seconds
    fetch: Seconds
    stopped: Seconds = 300
    """How long an account rests whose page can take no prompt."""
    poll: Seconds
    """How often a page is read that says nothing by itself."""


class HistorySearch(_Part):
    """How the list of conversations is searched; the site limits its reading, too."""

    settled: Seconds
    soon: Seconds = 5
    """After so long most conversations are there, and it is looked at for the first time."""
    pace: Seconds
    most: int = Field(gt=0)
    whole: int = Field(default=20, gt=0)
    """A list with fewer conversations than this is the whole of it."""
    again: Seconds = 15
    """How soon after a look that told nothing comes the next; doubled each time."""


class Pacing(_Part):
    """How gently an account is worked until it is known what it takes."""

    tabs: int = Field(gt=0)
    """The tabs that an account begins with."""
    quiet: int = Field(gt=0)
    """After so many pictures without a throttle, one tab more."""
    gap: float = Field(ge=0)
    """The fewest seconds from one Send to the next."""
    fruitless: int = Field(default=3, gt=0)
    """After so many prompts in a row that came to neither a picture nor an outcome that is known,
    the account stops; then one is sent at a time until one brings a picture."""
    fruitless_rest: Seconds = 1_800
    """How long it stops then; twice as long after each further one that comes to nothing."""


class Usual(_Part):
    """What is usual, for a forecast of what nobody has measured yet."""

    generation: tuple[Seconds, Seconds] = (20, 95)
    """The shortest and the longest usual time of a picture."""
    cap: int | None = Field(default=None, gt=0)
    """How many pictures an account may have made in `cap_seconds`, where that is known."""
    cap_seconds: Seconds = 10_800


class Click(_Part):
    """A step towards image mode: click one role, by the profile's own name for it."""

    click: str


Selectors = tuple[Selector, ...]


class Roles(_Part):
    """What to look for on a page, role by role; `protocol.messages.Shell` tells what each means."""

    form: Selectors = ()
    """The composer's form, for `{form}` in the other selectors."""
    composer: Selectors = ()
    unwritten: Selectors = ()
    send: Selectors = ()
    stop: Selectors = ()
    mode_on: Selectors = ()
    chip: Selectors = ()
    attachments: Selectors = ()
    chip_pending: Selectors = ()
    paste_chip: Selectors = ()
    file_input: Selectors = ()
    turn: Selectors = ()
    turn_id: tuple[Name, ...] = ()
    unmounted: Selectors = ()
    user: Selectors = ()
    assistant: Selectors = ()
    user_text: Selectors = ()
    busy: Selectors = ()
    pending: Selectors = ()
    picture: Selectors = ()
    unit: Selectors = ()
    finished: Selectors = ()
    dialog: Selectors = ()
    alert: Selectors = ()
    live: Selectors = ()
    margin: Selectors = ()
    history: Selectors = ()
    account: Selectors = ()
    signs: dict[Name, Selectors] = {}
    clickable: dict[Name, Selectors] = {}


class Variant(Roles):
    """A shell: one of the builds that a site serves at the same time."""

    recognise: Annotated[Selectors, Field(min_length=1)]
    means: Outcome | None = None
    """What it means by itself that this shell is served."""


_INDISPENSABLE = ("composer", "send", "turn", "turn_id", "user", "assistant", "picture")
"""What a shell has to name for anything to be made in it."""


class SiteProfile(_Part):
    """Everything Pressrun knows of a site."""

    name: str
    version: str
    home: str
    """A fresh chat."""
    conversation_url: str
    """The address of a conversation, with its name for `{conversation}`."""
    conversation: Pattern
    """Finds the conversation's name in an address, as group 1."""
    project: Pattern | None = None
    """Finds the name of a project in the address of its page, as group 1."""
    follow_up: str | None = None
    """What is sent in the same chat after an answer of words only; without it, the prompt is sent
    once more in a fresh one."""
    identity: Pattern
    """Finds the site's own name of a picture in its address, as group 1."""
    served: Pattern | None = None
    """Finds the addresses from which the site serves what it made; without it those in which
    `identity` finds a name, and the `blob:` addresses of its pages."""
    least_pixels: int = Field(gt=0)
    """A smaller picture is an icon."""
    still: Seconds
    """A picture without finished evidence counts when it stood unchanged for so long."""
    at_work: Pattern | None = None
    """Words of an answer that is being made, while its turn says that more is to come; a page that
    was frozen may show them, and a picture that is not final, for ever."""
    lingering: Seconds = 15
    """The same while Stop shows, which is known to linger after the end."""
    mode: list[Click]
    """The clicks that switch image mode on; none on a site without modes."""
    needed: list[Name]
    """The roles without which nothing is sent."""
    history: HistorySearch
    pace: Pacing
    usual: Usual = Usual()
    limits: TimeLimits
    common: Roles = Roles()
    """What the shells share; it is tried after what a shell says itself."""
    shells: Annotated[dict[Name, Variant], Field(min_length=1)]
    harmless: dict[Name, Pattern] = {}
    """By language: what holds a failure's words and is none, such as the limit of another model.
    It is passed over before failures are looked for."""
    failures: list[FailureRule]

    @field_validator("conversation_url")
    @classmethod
    def _has_a_place_for_a_name(cls, value: str) -> str:
        if value.replace("{conversation}", "", 1) == value:
            raise ValueError("it has no place for {conversation}")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name, variant in self.shells.items():
            if variant.means is not None:
                continue
            shell = self._shell(name)
            for role in _INDISPENSABLE:
                if not getattr(shell, role):
                    raise _misfit(("shells", name, role), "this shell names nothing for it")
            for click in self.mode:
                if click.click not in shell.clickable:
                    text = f"a step of `mode` clicks it, and this shell does not name it: {click}"
                    raise _misfit(("shells", name, "clickable"), text)
        signs = {name for each in (*self.page.shells, self.page.unknown) for name in each.signs}
        for place, failure in enumerate(self.failures):
            if failure.sign is not None and failure.sign not in signs:
                raise _misfit(("failures", place, "sign"), "there is no sign of that name")
        return self

    @cached_property
    def page(self) -> PageProfile:
        """The part that runs in the page."""
        shells = [self._shell(name) for name in self.shells]
        return PageProfile(shells=shells, unknown=self._shell(""))

    def serves(self, src: str) -> bool:
        """Whether an address is one from which the site serves the pictures that it made."""
        if self.served is not None:
            return self.served.search(src) is not None
        parts = urlsplit(self.home)
        own = src.startswith(f"blob:{parts.scheme}://{parts.netloc}/")
        return own or self.identity.search(src) is not None

    def project_of(self, address: str) -> str | None:
        """The name of the project whose page an address is."""
        found = self.project.search(address) if self.project else None
        return found.group(1) if found else None

    def as_written(self, rule: str) -> str:
        """A rule that a reading tells, with `{form}` as the file has it."""
        for variant in self.shells.values():
            if form := variant.form + self.common.form:
                rule = rule.replace(_place(form), "{form}")
        return rule

    def without_harmless(self, text: str) -> str:
        """A text with an ellipsis in place of what is no failure, whatever words it holds."""
        for pattern in self.harmless.values():
            text = pattern.sub("…", text)
        return text

    def _shell(self, name: str) -> Shell:
        return _shell(name, self.home, self.common, self.shells.get(name))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The profile in a TOML file.

        Raises:
            BadInputError: it cannot be used; the text names the line and the key.
        """
        try:
            content = files.read(path, PROFILE_BYTES)
            if len(content) > PROFILE_BYTES:
                raise BadInputError(f"{path}: larger than {PROFILE_BYTES >> 20} MiB")
            text = content.decode()
            return cls.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInputError(f"{path}: not valid TOML ({error})") from error
        except ValidationError as error:
            faults = error.errors(include_url=False)
            # a key that is misspelt is missing, too: the one that stands there tells more
            fault = next((each for each in faults if each["type"] == "extra_forbidden"), faults[0])
            loc = tuple((fault.get("ctx") or {}).get("key", fault["loc"]))
            key = ".".join(str(part) for part in loc)
            line = _line_of(text, loc)
            place = f"{path}:{line}" if line else str(path)
            raise BadInputError(f"{place}: {key}: {fault['msg']}") from error


def _misfit(key: tuple[str | int, ...], text: str) -> PydanticCustomError:
    return PydanticCustomError("misfit", "{text}", {"text": text, "key": key})


def _place(form: Selectors) -> str:
    return f":is({', '.join(form)})" if form else "form"


def _shell(name: str, home: str, common: Roles, own: Variant | None) -> Shell:
    """A shell as the page reads by it: what it says itself, then what is common."""
    place = _place((own.form if own else ()) + common.form)

    def complete(selectors: Iterable[str]) -> list[str]:
        return [selector.replace("{form}", place) for selector in selectors]

    def both(
        mine: Mapping[str, Selectors], shared: Mapping[str, Selectors]
    ) -> dict[str, list[str]]:
        names = dict.fromkeys([*mine, *shared])
        return {each: complete(mine.get(each, ()) + shared.get(each, ())) for each in names}

    roles = {
        role: complete((getattr(own, role) if own else ()) + getattr(common, role))
        for role in Roles.model_fields
        if role not in ("form", "signs", "clickable")
    }
    return Shell.model_validate(
        {
            **roles,
            "name": name,
            "home": home,
            "recognise": complete(own.recognise if own else ()),
            "signs": both(own.signs if own else {}, common.signs),
            "clickable": both(own.clickable if own else {}, common.clickable),
        }
    )


_TABLE = re.compile(r"^\s*(\[\[?)\s*([\w.]+)\s*\]\]?")
_KEY = re.compile(r"^\s*(\w+)\s*=")


def _line_of(text: str, loc: tuple[str | int, ...]) -> int | None:
    """The line of a TOML file on which a key stands, or else the table that lacks it."""
    table: tuple[str | int, ...] = ()
    tables: dict[str, int] = {}
    best, depth = None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = tuple(found[2].split("."))
            if found[1] == "[[":
                tables[found[2]] = tables.get(found[2], -1) + 1
                table += (tables[found[2]],)
            elif table[0] in tables:
                table = (table[0], tables[str(table[0])], *table[1:])
            here = table
        elif found := _KEY.match(line):
            here = (*table, found[1])
        else:
            continue
        if len(here) > depth and loc[: len(here)] == here:
            best, depth = number, len(here)
    return best


def shipped(name: str) -> SiteProfile:
    """The profile of a site that comes with Pressrun.

    Raises:
        BadInputError: there is none of that name.
    """
    path = Path(__file__).parent / f"{name}.toml"
    if not name.isidentifier() or not path.exists():
        raise BadInputError(f"there is no site profile named {name!r}")
    return SiteProfile.load(path)


def shipped_text(name: str) -> str:
    """The file of a profile that comes with Pressrun, to write another from it."""
    return (Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8")


def ungentle(text: str) -> str:
    """A profile's text for a site of our own: all tabs at once, and no gap between sends."""
    text = re.sub(r"(?m)^tabs = \d+", "tabs = 32", text)
    text = re.sub(r"(?m)^quiet = \d+", "quiet = 1", text)
    return re.sub(r"(?m)^gap = \d+", "gap = 0", text)


def find(name: str, own: Path) -> SiteProfile:
    """The author's own profile of a site, if there is one that can be used, or the shipped one.

    Args:
        name: the site's.
        own: the folder in which an author mends profiles.

    Raises:
        BadInputError: there is no site of that name.
    """
    profile, warning = choose(name, own)
    if warning is not None:
        _log.warning("own_site_profile_unusable", reason=warning, used=profile.version)
    return profile


def choose(name: str, own: Path) -> tuple[SiteProfile, str | None]:
    """As `find`, with why the author's own profile cannot be used, for whoever has to tell it."""
    fallback = shipped(name)
    path = own / f"{name}.toml"
    try:
        profile = SiteProfile.load(path)
    except FileNotFoundError:
        return fallback, None
    except (BadInputError, OSError) as error:
        return fallback, str(error)
    if profile.name != name:
        return fallback, f"{path}: name: this is the profile of {profile.name!r}"
    return profile, None
