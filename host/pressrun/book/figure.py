"""A figure or place as one panel shows it: its words, its pictures, and what they are called."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pressrun.book.attached import Attached, Digest, Numbered, Purpose
from pressrun.book.cast import slug
from pressrun.book.model import Appearance, Look, Subject
from pressrun.book.said import Said, joined, line
from pressrun.picture.ingredients import hashed


@dataclass(frozen=True)
class Figure:
    """A subject in one picture, once, whatever number of times it is named."""

    subject: Subject
    looks: tuple[Look | None, ...]
    """Each look that it has there; None is the subject itself."""

    @property
    def pictures(self) -> list[Path]:
        """Those that show it, sheets before the author's own."""
        own = [] if self._is_shown_by_looks else pictures_of(self.subject)
        looks = [path for look in self.looks if look for path in pictures_of(look)]
        return list(dict.fromkeys([*own, *looks]))

    @property
    def attached(self) -> list[Attached]:
        """The same, as they are sent."""
        role = Purpose.PLACE if self.subject.is_place else Purpose.CHARACTER
        return [Attached(role, self.subject.name, path) for path in self.pictures]

    @property
    def waits(self) -> list[str]:
        """The keys of the sheets that have to be approved before it can be drawn."""
        own = [] if self._is_shown_by_looks else [None]
        looks = [look for look in self.looks if look]
        return [
            sheet_key(self.subject, look)
            for look in (*own, *looks)
            if is_lacking(look or self.subject)
        ]

    def words(self, numbers: Numbered, said: Said) -> str:
        """What a prompt says of it, in a line; empty where that is no more than its name."""
        shown = numbers.of(self.pictures)
        looks = [said.beside(look.words) for look in self.looks if look]
        own = said.beside(self.subject.words)
        if len(self.looks) > 1:
            each = [(look and look.words) or "as told" for look in self.looks]
            looks = [f"seen {len(self.looks)} times: {'; '.join(map(line, each))}"]
        told = line(joined(own, *looks))
        head = line(self.subject.name) + (f" ({self._as_in} {shown})" if shown else "")
        return f"{head}: {told}" if told else head

    def told(self, digest: Digest) -> Iterator[tuple[str, str]]:
        """Its ingredients."""
        subject = self.subject
        if subject.words:
            yield f"{subject.name}'s words", hashed(subject.words)
        if not self._is_shown_by_looks:
            if subject.sheet:
                yield f"{subject.name}'s sheet", digest(subject.sheet)
            if subject.references:
                yield f"{subject.name}'s reference pictures", _all(subject.references, digest)
        for look in filter(None, self.looks):
            name = look_name(subject, look)
            yield name, hashed(look.words, *map(digest, look.references))
            if look.sheet:
                yield f"the sheet of {name}", digest(look.sheet)

    @property
    def _is_shown_by_looks(self) -> bool:
        """Whether every look has pictures of its own, or will have: they stand for the others."""
        return all(look is not None and _has_pictures(look) for look in self.looks)

    @property
    def _as_in(self) -> str:
        """What is taken from its pictures: they may show it in something else than it has on."""
        if self._is_shown_by_looks or None in self.looks:
            return "as in"
        return "the same place as in" if self.subject.is_place else "face and build as in"


def figures(shown: Iterable[Appearance]) -> list[Figure]:
    """Subjects as a panel names them, each once, in the order of their first names."""
    looks: dict[tuple[bool, str], list[Look | None]] = {}
    subjects: dict[tuple[bool, str], Subject] = {}
    for subject, look in shown:
        at = subject.is_place, subject.id
        subjects.setdefault(at, subject)
        if look not in (those := looks.setdefault(at, [])):
            those.append(look)
    return [Figure(subject, tuple(looks[at])) for at, subject in subjects.items()]


def pictures_of(each: Subject | Look) -> list[Path]:
    """The pictures of a subject or a variant itself: its approved sheet, then the author's own."""
    return [*([each.sheet] if each.sheet else []), *each.references]


def is_lacking(each: Subject | Look) -> bool:
    """Whether panels that show it wait for its sheet."""
    return each.wants_sheet and each.sheet is None


def look_name(subject: Subject, look: Look) -> str:
    """A variant for people: `Mara's storm coat`, `Quay at night`."""
    return f"{subject.name} at {look.name}" if subject.is_place else f"{subject.name}'s {look.name}"


def sheet_key(subject: Subject, look: Look | None = None) -> str:
    """The key of a sheet: `cast/mara`, `cast/mara/storm-coat`."""
    key = f"{'places' if subject.is_place else 'cast'}/{subject.id}"
    return f"{key}/{slug(look.name)}" if look else key


def _has_pictures(look: Look) -> bool:
    return look.wants_sheet or bool(pictures_of(look))


def _all(references: Sequence[Path], digest: Digest) -> str:
    return hashed(*map(digest, references))
