"""A site profile: how to read and work one site's pages, in one file that a person can mend."""

import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pressrun.errors import BadInputError
from pressrun.protocol.messages import PageProfile

_log = structlog.get_logger("pressrun.sites")


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
    """What a failure on the page means."""

    REFUSED = "refused"
    """The site will not make this picture; the job needs the author."""
    FAILED = "failed"
    """The site says that it failed; the job may be tried again."""
    TEXT_ONLY = "text only"
    """The answer is complete and holds no picture; the job needs the author."""
    LIMIT = "limit"
    """The account is to wait; no job loses a try."""
    SIGNED_OUT = "signed_out"
    CHALLENGED = "challenged"


class Failure(_Part):
    """One way in which the page says that something went wrong."""

    pattern: Pattern
    """Searched in notices and in the answer to our own turn, never in a prompt."""
    outcome: Outcome
    rest: Seconds = 300
    """How long the account rests when the text tells no time."""


class Limits(_Part):
    """How long each part of an attempt may take, in seconds."""

    page: Seconds
    mode: Seconds
    fill: Seconds
    acknowledge: Seconds
    generate: Seconds
    text_only: Seconds
    settle: Seconds
    fetch: Seconds
    poll: Seconds
    """How often a page is read that says nothing by itself."""


class History(_Part):
    """How the list of conversations is searched; the site limits its reading, too."""

    settled: Seconds
    pace: Seconds
    most: int = Field(gt=0)
    whole: int = Field(default=20, gt=0)
    """A list with fewer conversations than this is the whole of it."""
    again: Seconds = 15
    """How soon after a look that told nothing comes the next; doubled each time."""


class Click(_Part):
    """A step towards image mode: click one role, by the profile's own name for it."""

    click: str


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
    identity: Pattern
    """Finds the site's own name of a picture in its address, as group 1."""
    least_pixels: int = Field(gt=0)
    """A smaller picture is an icon."""
    still: Seconds
    """A picture without finished evidence counts when it stood unchanged for so long."""
    mode: list[Click]
    """The clicks that switch image mode on."""
    history: History
    limits: Limits
    page: PageProfile
    failures: list[Failure]

    @classmethod
    def load(cls, path: Path) -> Self:
        """The profile in a TOML file.

        Raises:
            BadInputError: it cannot be used; the text names the key.
        """
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInputError(f"{path}: this is no TOML ({error})") from error
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            key = ".".join(str(part) for part in fault["loc"])
            raise BadInputError(f"{path}: {key}: {fault['msg']}") from error


def shipped(name: str) -> SiteProfile:
    """The profile of a site that comes with Pressrun.

    Raises:
        BadInputError: there is none of that name.
    """
    path = Path(__file__).parent / f"{name}.toml"
    if not name.isidentifier() or not path.exists():
        raise BadInputError(f"there is no site profile named {name!r}")
    return SiteProfile.load(path)


def find(name: str, own: Path) -> SiteProfile:
    """The author's own profile of a site, if there is one that can be used, or the shipped one.

    Args:
        name: the site's.
        own: the folder in which an author mends profiles.

    Raises:
        BadInputError: there is no site of that name.
    """
    fallback = shipped(name)
    path = own / f"{name}.toml"
    try:
        profile = SiteProfile.load(path)
    except FileNotFoundError:
        return fallback
    except (BadInputError, OSError) as error:
        _log.warning("own_site_profile_unusable", reason=str(error), used=fallback.version)
        return fallback
    if profile.name != name:
        reason = f"{path}: name: this is the profile of {profile.name!r}"
        _log.warning("own_site_profile_unusable", reason=reason, used=fallback.version)
        return fallback
    _log.info("own_site_profile", path=str(path), version=profile.version)
    return profile
