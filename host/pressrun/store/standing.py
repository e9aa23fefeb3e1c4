"""What is known of every panel of a library: its picture, its open jobs, and what was refused."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from pressrun.picture.key import fold
from pressrun.picture.recipe import origin_of
from pressrun.states import OPEN_JOBS, JobState, PictureState
from pressrun.store.offers import IS_OFFERED
from pressrun.store.panels import is_correction
from pressrun.store.tables import batches, images, jobs


@dataclass(frozen=True)
class OpenJob:
    """A panel's job that still wants something."""

    source: str
    """The list that asked for it."""
    batch: int
    key: str
    origin: str
    state: JobState
    after: str | None = None
    """The panel that it comes after."""
    before: str | None = None
    """The panel before it in its group."""


@dataclass(frozen=True)
class Standing:
    """What is known of one panel of a library."""

    key: str = ""
    """As its current picture has it; another list may write it in another case."""
    made_from: str | None = None
    """The origin of its current picture."""
    kept_for: str | None = None
    """The origin for which the author accepted that picture."""
    ingredients: str | None = None
    """What of a book it was composed from, as `Recipe.row` keeps it."""
    approved: bool = False
    """Whether the author approved it."""
    locked: bool = False
    """Whether the author locked it."""
    offered: frozenset[str] = frozenset()
    """What the takes stand for that wait for the author's yes."""
    image_path: str | None = None
    image_sha256: str | None = None
    image_bytes: int = 0
    open: OpenJob | None = None
    """Its job that waits, is held, or is in flight."""
    queued: OpenJob | None = None
    """Its job that waits for the end of the one in flight."""
    refused_from: str | None = None
    """The origin that the site last refused."""


_OFFERED = select(
    images.c.key,
    images.c.prompt_sha256,
    images.c.attached,
    images.c.format,
    images.c.follows,
    images.c.kept_for,
).where(IS_OFFERED)


def standing(connection: Connection, library: str) -> dict[str, Standing]:
    """What is known of each panel of a library, by its key without case."""
    found: dict[str, Standing] = {}
    pictures = select(
        images.c.key,
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        images.c.follows,
        images.c.ingredients,
        images.c.path,
        images.c.sha256,
        images.c.bytes,
        images.c.kept_for,
        images.c.approved_at,
        images.c.locked_at,
    ).where(images.c.library == library, images.c.place == PictureState.CURRENT)
    for row in connection.execute(pictures).mappings():
        found[fold(row["key"])] = Standing(
            key=row["key"],
            made_from=origin_of(row),
            kept_for=row["kept_for"],
            ingredients=row["ingredients"],
            approved=row["approved_at"] is not None,
            locked=row["locked_at"] is not None,
            image_path=row["path"],
            image_sha256=row["sha256"],
            image_bytes=row["bytes"],
        )
    for row in connection.execute(_OFFERED.where(images.c.library == library)).mappings():
        before = found.get(fold(row["key"]), Standing(key=row["key"]))
        offered = before.offered | {row["kept_for"] or origin_of(row)}
        found[fold(row["key"])] = replace(before, offered=offered)
    known = (
        select(
            jobs.c.key,
            jobs.c.batch_id,
            jobs.c.prompt_sha256,
            jobs.c.attached,
            jobs.c.format,
            jobs.c.follows,
            jobs.c.ingredients,
            jobs.c.state,
            jobs.c.after,
            jobs.c.before,
            jobs.c.made_from,
            batches.c.source,
        )
        .join(batches)
        .where(
            batches.c.library == library,
            jobs.c.state.in_(OPEN_JOBS) | ((jobs.c.state == JobState.REFUSED) & ~is_correction),
        )
        .order_by(jobs.c.id)
    )
    for job in connection.execute(known):
        before = found.get(fold(job.key), Standing(key=job.key))
        origin = origin_of(job._mapping)  # noqa: SLF001 - a row's public name for it
        state = JobState(job.state)
        if job.made_from is not None and job.made_from == before.image_sha256:
            # a correction stands for all that the picture stands for
            origin = before.kept_for or origin
        opened = OpenJob(job.source, job.batch_id, job.key, origin, state, job.after, job.before)
        if state == JobState.REFUSED:
            now = replace(before, refused_from=origin)
        elif state == JobState.QUEUED:
            now = replace(before, queued=opened)
        else:
            now = replace(before, open=opened)
        found[fold(job.key)] = now
    return found
