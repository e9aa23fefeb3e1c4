"""The pictures of an answer: those that the site made, and those of which nobody can tell.

A picture counts as made only with evidence: it stands in the answer that is ours, comes from where
the site serves what it made, and is of a size that it makes. What does not, and is no icon, no
attachment and no link to elsewhere, is strange: an answer that shows it is no answer of words.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pressrun.protocol.messages.page import Reading, SeenPicture, SeenTurn
from pressrun.sites.binding import Exchange, conversation
from pressrun.sites.profile import SiteProfile

Foreign = Callable[[str], bool]

ALIKE = 1.05
"""The pictures of one answer have much the same shape; an advertisement among them has another."""

SLENDER = 4
"""A picture whose sides are further apart than this is a banner or a rule."""

LEAST_UNRULED = 512
"""The shorter side, in pixels, of a picture that no rule of the profile finds: the site makes none
that is smaller."""


@dataclass(frozen=True)
class AnswerPicture:
    """A picture that a site made, as an answer shows it."""

    identity: str
    """The site's own name for it; where it has none, the chat and its place in the answer."""
    picture: SeenPicture
    turn: SeenTurn | None
    """Where it stands; None beside the turns."""


@dataclass(frozen=True)
class AnswerPictures:
    """What an answer shows of pictures."""

    made: tuple[AnswerPicture, ...]
    """Each once, in order."""
    strange: int
    """How many more there are that may be the site's work, or not."""

    told: bool = False
    """Whether the answer says that it holds a finished picture, and shows none."""

    @property
    def busy(self) -> bool:
        """Whether one that was made stands in something that is at work."""
        return any(each.picture.busy for each in self.made)

    @property
    def beside(self) -> bool:
        """Whether what was made stands beside the turns, where nothing tells when it is final."""
        return any(each.turn is None for each in self.made)

    @property
    def loaded(self) -> bool:
        """Whether all that were made are there to be seen."""
        return all(each.picture.loaded for each in self.made)

    @property
    def ready(self) -> tuple[AnswerPicture, ...]:
        """Those that are there to be seen, if it is plain that they are the answer."""
        seen = tuple(each for each in self.made if each.picture.loaded)
        return () if self.doubtful else seen

    @property
    def doubtful(self) -> bool:
        """Whether it is not to be told which picture is the answer."""
        unruled = [each for each in self.made if not each.picture.rule]
        odd = not _of_one_shape([each.picture for each in self.made if each.picture.loaded])
        nothing = not self.made and (self.strange > 0 or self.told)
        return nothing or len(unruled) > 1 or odd


def shown(
    site: SiteProfile,
    reading: Reading,
    chat: Exchange,
    before: Collection[str] = (),
    foreign: Foreign = lambda _: False,
) -> AnswerPictures:
    """The pictures that answer our turn.

    Args:
        site: by whose rules.
        reading: what the page shows.
        chat: our turn and its answers.
        before: the addresses of what the document showed before Send.
        foreign: whether a picture, by the site's name for it, is known from another chat.
    """
    attached = {_name(site, picture) for picture in chat.attached}
    seen = [
        (picture, turn)
        for picture, turn in _pictures(reading, chat)
        if not picture.linked
        and not _is_icon(site, picture)
        and picture.src not in before
        and _name(site, picture) not in attached
    ]
    saved = urlsplit(reading.url).scheme == "file"
    # asked of every one: what is no answer here may be shown in another chat, too
    others = {name for picture, _ in seen if foreign(name := _name(site, picture))}
    made = [
        (picture, turn)
        for picture, turn in seen
        # what stands in no turn is ours where nobody else can have asked for it
        if _is_made(site, picture, saved=saved)
        and (turn is not None or (chat.bounded and picture.rule))
        and _name(site, picture) not in others
    ]
    if any(picture.rule for picture, _ in made):
        made = [(picture, turn) for picture, turn in made if picture.rule]
    known = {_name(site, picture) for picture, _ in made}
    # a picture of the site's that nobody can see is no picture, and no answer of words either
    strange = {
        _name(site, picture)
        for picture, _ in seen
        if not picture.hidden or site.serves(picture.src)
    }
    told = any(turn.finished for turn in chat.answers)
    each_once = tuple(_each_once(site, reading, made, chat.earlier))
    return AnswerPictures(each_once, len(strange - known), told)


def _pictures(reading: Reading, chat: Exchange) -> Iterator[tuple[SeenPicture, SeenTurn | None]]:
    for turn in chat.answers:
        for picture in turn.pictures:
            yield picture, turn
    for picture in reading.loose:
        yield picture, None


def _each_once(
    site: SiteProfile,
    reading: Reading,
    made: Iterable[tuple[SeenPicture, SeenTurn | None]],
    earlier: int,
) -> Iterator[AnswerPicture]:
    """Of the copies of each picture the best: loaded, and of the largest size."""
    best: dict[str, tuple[SeenPicture, SeenTurn | None]] = {}
    for picture, turn in made:
        name = _name(site, picture)
        rank = (picture.loaded, picture.width)
        if name not in best or rank > (best[name][0].loaded, best[name][0].width):
            best[name] = (picture, turn)
    chat = conversation(site, reading) or reading.document
    if earlier:
        chat += f"/{earlier + 1}"
    found = list(best.values())
    if all(picture.unit.isdecimal() for picture, _ in found):
        # a gallery shows one of its pictures large, and not always the first
        places = {turn.id if turn else "": place for place, (_, turn) in enumerate(reversed(found))}
        found.sort(key=lambda each: (-places[each[1].id if each[1] else ""], int(each[0].unit)))
    for number, (picture, turn) in enumerate(found, start=1):
        yield AnswerPicture(site_name(site, picture) or f"{chat}/{number}", picture, turn)


def _is_made(site: SiteProfile, picture: SeenPicture, *, saved: bool = False) -> bool:
    """Whether its address, its size and its rule speak for the site's own work.

    A saved page may carry a picture itself, and tells no more where it came from.
    """
    shorter, longer = sorted((picture.width, picture.height))
    slender = _is_measured(picture) and longer > SLENDER * shorter > 0
    if picture.hidden or slender or is_small(site, picture):
        return False
    if not picture.rule and (not picture.loaded or shorter < LEAST_UNRULED):
        return False
    kept = saved and bool(picture.rule) and urlsplit(picture.src).scheme in ("data", "file")
    return kept or site.serves(picture.src)


def _of_one_shape(pictures: Sequence[SeenPicture]) -> bool:
    """Whether pictures have the same sides, or nearly: those of one answer do."""
    shapes = [picture.width / max(1, picture.height) for picture in pictures]
    return not shapes or max(shapes) <= ALIKE * min(shapes)


def _name(site: SiteProfile, picture: SeenPicture) -> str:
    return site_name(site, picture) or picture.src or picture.where


def site_name(site: SiteProfile, picture: SeenPicture) -> str | None:
    """The site's own name of a picture, where its address has one."""
    found = site.identity.search(picture.src)
    return found.group(1) if found else None


def is_small(site: SiteProfile, picture: SeenPicture) -> bool:
    """Whether it is known to be smaller than any picture that the site makes."""
    return _is_measured(picture) and min(picture.width, picture.height) < site.least_pixels


def _is_measured(picture: SeenPicture) -> bool:
    """Whether its own size is known; until it is loaded, a thumbnail tells its layout alone."""
    laid_out = not picture.rule and min(picture.width, picture.height) > 0
    return picture.loaded or laid_out


def _is_icon(site: SiteProfile, picture: SeenPicture) -> bool:
    """Whether it is small, and nothing else speaks for a preview of what the site makes."""
    return is_small(site, picture) and not (picture.rule and site.serves(picture.src))
