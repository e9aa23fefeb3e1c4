"""Pictures measured and marked beside the tabs, one after another, from what was filed last.

What is due is asked of the store, so that a crash at any moment leaves nothing to take up: a
picture without a measure is measured, and one without a mark is marked. Nothing here holds a tab,
and nothing that fails here fails a batch: what cannot be measured is marked so, and all goes on.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from pressrun import tasks
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.failpoint import failpoint
from pressrun.gauge.gauge import Gauge, UnreadPictureError, UnusableError
from pressrun.library import identity, moves, references, sidecar
from pressrun.library.decoding import BadPictureError
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import Shelf
from pressrun.picture.measure import Measure, MeasureError, Series, StyleComparison, Verdict
from pressrun.press.memory import REST, Memory
from pressrun.press.outliers import Consequences, Findings, decide, renew, unmeasured
from pressrun.press.storage import Storage
from pressrun.press.twins import Twins
from pressrun.states import DriftKind, MarkState
from pressrun.store import approved, choosing, marks, measures, rearrange, record, situation
from pressrun.store.approved import ApprovedSet
from pressrun.store.marks import Best, Conclusion, Mark, OldMarks, OvertakenError
from pressrun.store.measures import Due
from pressrun.store.situation import Case, CircleSeries
from pressrun.store.writer import StoreError, Writer

_log = structlog.get_logger("pressrun.measuring")

LOOK_SECONDS = 5.0
"""How often it is looked for work that nobody announced, such as new approvals."""

IDLE_SECONDS = 60.0
"""After so long without work, the process that measures is let go of, with its memory."""

AGAIN_SECONDS = 60.0
"""How soon a picture whose file could not be read is tried again."""

UNUSABLE_SECONDS = 600.0
"""How soon it is tried again to measure, on a machine on which nothing could be measured."""

TWINS_SECONDS = 600.0
"""How soon all hashes of a library are read anew."""

NO_VERSION = "none"
"""The version of marks that were made where nothing could be measured."""

OF_MANY_SCENES = (DriftKind.LATER, DriftKind.ACCOUNT)
"""What is of many scenes and figures, so that its pictures can be looked at finely."""

OVERTAKEN = 3
"""So often what is decided of a picture may be overtaken by what happens, before others go on."""


class Measuring:
    """Keeps every picture measured and marked, while there is a gauge."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        gauge: Gauge,
        storage: Storage,
        memory: Memory,
        decided: Callable[[str], None],
    ) -> None:
        """Measure nothing yet.

        Args:
            store: where everything stands.
            clock: what the time is.
            gauge: what measures.
            storage: while it cannot be written, nothing is measured.
            memory: while it is short, nothing is measured.
            decided: hears of the library in which something follows from a measure.
        """
        self._store = store
        self._clock = clock
        self._gauge = gauge
        self._storage = storage
        self._memory = memory
        self._decided = decided
        self._news = asyncio.Event()
        self._passed: dict[str, float] = {}
        """The SHA-256 of pictures that cannot be read now, and when they are tried again."""
        self._states: dict[tuple[str, str], str] = {}
        """The approvals against which all marks of a library and a version were made."""
        self._after: dict[tuple[str, str], str] = {}
        """How far marks are being made anew."""
        self._twins: dict[tuple[str, str], tuple[Twins, float]] = {}
        """By library and version, and when they were read."""
        self._worked_at = 0.0
        self._usable_at = 0.0
        self.unusable: str | None = None
        """Why nothing can be measured on this machine, for people; None while it can."""

    def filed(self, library: str) -> None:
        """A picture was filed: it is measured next."""
        del library
        self._news.set()

    def changed(self, library: str) -> None:
        """Something else ended, of which there is nothing to measure."""

    async def watch(self) -> None:
        """Measure and mark whatever is due, until cancelled."""
        loop = asyncio.get_running_loop()
        self._worked_at = loop.time()
        while True:
            await self._storage.usable()
            self._news.clear()
            try:
                worked = not self._is_short() and await self._step()
            except StoreError as error:
                # whether the disk can be written, the tabs find out: this is to halt none of them
                _log.warning("measuring_unrecorded", reason=str(error))
                worked = False
            if worked:
                self._worked_at = loop.time()
                continue
            if loop.time() - self._worked_at > IDLE_SECONDS:
                await self._gauge.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._news.wait()

    def _is_short(self) -> bool:
        """Whether memory is so short that tabs are closed: what measures is not to take more."""
        use = self._memory.use
        return use is not None and use.part > REST

    async def _step(self) -> bool:
        """Do one thing that is due; False when nothing is."""
        version = await self._version()
        if version is None:
            return await self._mark_unusable()
        now = asyncio.get_running_loop().time()
        self._passed = {sha256: at for sha256, at in self._passed.items() if at > now}
        due = await self._store.do(measures.next_due, version, passed=tuple(self._passed))
        if due is None:
            return await self._renew(version)
        try:
            await self._see_to(due, version)
        except UnusableError as error:
            self._is_unusable(str(error))
        except StoreError:
            # others may do better
            self._passed[due.sha256] = now + AGAIN_SECONDS
            raise
        except Exception as error:  # noqa: BLE001 - one picture must not stop all others
            _log.exception("measuring_failed", sha256=due.sha256)
            await self._end(due, version, tasks.inside(error))
        return True

    async def _version(self) -> str | None:
        """The gauge's version; None where nothing can be measured now."""
        now = asyncio.get_running_loop().time()
        if self.unusable is not None and now < self._usable_at:
            return None
        try:
            version = await self._gauge.version()
        except UnusableError as error:
            self._is_unusable(str(error))
            return None
        if self.unusable is not None:
            _log.info("measuring_usable", version=version)
        self.unusable = None
        return version

    def _is_unusable(self, why: str) -> None:
        if self.unusable is None:
            _log.error("measuring_unusable", reason=why)
        self.unusable = why
        self._usable_at = asyncio.get_running_loop().time() + UNUSABLE_SECONDS

    async def _mark_unusable(self) -> bool:
        """Mark a picture that nobody can measure: whatever waits for its mark goes on."""
        due = await self._store.do(measures.next_unmarked)
        if due is None or due.image is None:
            return False
        await self._end(due, NO_VERSION, self.unusable or "")
        return True

    async def _see_to(self, due: Due, version: str) -> None:
        """Measure a picture, unless its bytes are measured, and mark it, unless it is none."""
        if not due.is_measured:
            file = _file(due)
            try:
                measure = await self._gauge.measure(file)
            except UnreadPictureError as error:
                await self._pass_over(due, version, str(error))
                return
            except UnusableError:
                raise
            except MeasureError as error:
                _log.warning("picture_unmeasured", path=str(file), reason=str(error))
                add = partial(measures.add_failure, version=version, reason=str(error))
            else:
                add = partial(measures.add, measure=measure)
            failpoint("measuring.measured")
            await self._store.do(add, self._clock.now(), due.sha256)
            failpoint("measuring.recorded")
        if due.image is not None:
            await self._mark(due, due.image, version)

    async def _pass_over(self, due: Due, version: str, why: str) -> None:
        """See to others first, as the file of this one cannot be read."""
        self._passed[due.sha256] = asyncio.get_running_loop().time() + AGAIN_SECONDS
        try:
            await asyncio.to_thread(identity.see, Path(due.library))
        except OSError:
            return  # the whole library is away, and nothing is known of the picture
        _log.warning("picture_unreadable", path=str(_file(due)), reason=why)
        await self._end(due, version, why)

    async def _end(self, due: Due, version: str, why: str) -> None:
        """Mark a picture as one that is not measured."""
        if due.image is not None:
            concluded = unmeasured(due.image, due.sha256, version, why)
            with contextlib.suppress(OvertakenError):
                await self._conclude(due.library, Consequences(concluded))

    async def _mark(self, due: Due, image: int, version: str) -> None:
        """Mark a picture, and do what follows from it."""
        for _ in range(OVERTAKEN):
            known = await self._store.do(situation.of_image, image, version)
            if known is None:
                break
            found = await self._find_out(known, version)
            failpoint("measuring.compared")
            decision = await self._decide(known, found, version)
            try:
                await self._conclude(known.library, decision)
            except OvertakenError as error:
                _log.info("mark_overtaken", key=known.key, reason=str(error))
            else:
                await self._note(known, decision)
                return
        # it is its panel's no more, or too much happens to it at once
        self._passed[due.sha256] = asyncio.get_running_loop().time() + LOOK_SECONDS

    async def _note(self, known: Case, decision: Consequences) -> None:
        """Tell in the sidecar what was said of a picture when it came."""
        mark = decision.conclusion.mark
        # where another take is the panel's, the files of this one have moved
        if decision.best is not None or mark.state == MarkState.UNJUDGED:
            return
        told = {
            "mark": mark.state.value,
            "why": mark.why,
            "measure": mark.version,
            "approved": known.approved.approvals,
            "at": dt.datetime.fromtimestamp(self._clock.now(), dt.UTC).isoformat(
                timespec="seconds"
            ),
        }
        for held in (take.held for take in known.takes if take.image == known.image):
            path = sidecar.beside(Path(known.library, held.path))
            try:
                await asyncio.to_thread(sidecar.note, path, known.sha256, told)
            except OSError as error:
                _log.warning("style_not_noted", path=str(path), reason=str(error))

    async def _find_out(self, known: Case, version: str) -> Findings:
        """How a picture stands to the approved ones, to those of other panels, and to its series.

        Raises:
            UnusableError: nothing can be compared.
        """
        if known.measure is None or known.is_sheet:
            return Findings()
        pictures = {take.image: take.measure for take in known.takes}
        pictures[known.image] = known.measure
        verdicts = await self._compare(pictures, known.approved)
        alike = await self._alike(known, version)
        own = verdicts.get(known.image)
        if not known.is_new:
            return Findings(verdicts, alike)
        found = await self._store.do(situation.series, known.image, version)
        if own is not None and own.stands_out:
            return Findings(verdicts, alike, found)
        circles = [
            each if own is None or each.kind in OF_MANY_SCENES else in_style(each) for each in found
        ]
        standard = [_plain(each) for each in known.approved.measures]
        asked = [
            Series(
                each.measures,
                [*standard, *each.firsts],
                begins_in_style=each.kind != DriftKind.LATER,
                finely=each.kind in OF_MANY_SCENES,
            )
            for each in circles
        ]
        try:
            changed = await self._gauge.trends(asked) if asked else []
        except UnusableError:
            raise
        except MeasureError as error:
            _log.warning("series_unmeasured", key=known.key, reason=str(error))
            changed = []
        pairs = [
            (circle, trend)
            for circle, each in zip(circles, changed, strict=False)
            for trend in each
        ]
        return Findings(verdicts, alike, found, pairs)

    async def _compare(
        self, pictures: Mapping[int, Measure], against: ApprovedSet
    ) -> dict[int, Verdict]:
        """How pictures stand to the approved ones, by image; empty where there are too few.

        Raises:
            UnusableError: nothing can be compared.
        """
        if not pictures or not against.is_enough:
            return {}
        asked = StyleComparison(list(pictures.values()), against.measures, against.rejected)
        try:
            result = await self._gauge.compare(asked)
        except UnusableError:
            raise
        except MeasureError as error:
            _log.warning("pictures_uncompared", reason=str(error))
            return {}
        return dict(zip(pictures, result.verdicts, strict=True))

    async def _alike(self, known: Case, version: str) -> str | None:
        """The key of another panel whose picture is nearly the same."""
        assert known.measure is not None  # noqa: S101 - it is asked of measured ones
        twins = await self._twins_of(known.library, version)
        twins.add(known.key, known.measure.likeness)
        return await asyncio.to_thread(twins.nearest, known.key, known.measure.likeness)

    async def _twins_of(self, library: str, version: str) -> Twins:
        """What the pictures of a library look like; read anew at times, as panels are renamed."""
        now = asyncio.get_running_loop().time()
        twins, read_at = self._twins.get((library, version), (None, 0.0))
        if twins is None or now > read_at + TWINS_SECONDS:
            twins, after = Twins(), ""
            while looks := await self._store.do(measures.looks, library, version, after=after):
                for each in looks:
                    twins.add(each.key, each.likeness)
                after = looks[-1].key
            self._twins[library, version] = twins, now
        return twins

    async def _decide(self, known: Case, found: Findings, version: str) -> Consequences:
        """Decide, and have the library keep copies of the examples that are going to be sent."""
        decision = decide(known, found, version)
        sent = {each.sha256: each for each in decision.shows}
        examples = {
            Path(known.library, each.path): sent[each.record.facts.sha256]
            for each in known.examples
            if each.record.facts.sha256 in sent
        }
        try:
            await asyncio.to_thread(references.keep, Shelf(Path(known.library)), examples)
        except BadInputError as error:
            _log.warning("example_unkept", reason=str(error))
            return decide(replace(known, examples=()), found, version)
        failpoint("measuring.kept")
        return decision

    async def _conclude(self, library: str, decision: Consequences) -> None:
        """Do what was decided, in one commit after the best take has its panel's name.

        Raises:
            OvertakenError: what was known is true no more.
        """
        shelf, concluded = Shelf(Path(library)), decision.conclusion
        best = decision.best
        if best is not None:
            key = best.held.record.key
            await self._store.do(choosing.begin, library, key)
            try:
                placed = await asyncio.to_thread(
                    moves.choose, shelf, best.held.record, best.held.path
                )
                concluded = replace(concluded, best=Best(best.held, placed.path))
            except (OSError, BadPictureError, InTheWayError) as error:
                _log.warning("best_take_unmoved", path=best.held.path, reason=str(error))
            failpoint("measuring.chosen")
        now = self._clock.now()
        try:
            await self._store.do(marks.conclude, now, concluded, aside=shelf.alternative)
        finally:
            if best is not None:
                await self._see_in_place(library, best.held.record.key)
        failpoint("measuring.concluded")
        _tell(concluded)
        self._decided(library)

    async def _see_in_place(self, library: str, key: str) -> None:
        """See that a panel's picture stands where it is on record, whatever came of a choice."""
        try:
            await rearrange.stay(self._store.do, library, key)
        except OSError as error:
            # the next start tries it again
            _log.warning("choice_not_ended", key=key, reason=str(error))
        else:
            await self._store.do(choosing.end, library, key)

    async def _renew(self, version: str) -> bool:
        """Make some marks anew where the approved pictures are others by now; False when none."""
        for library in await self._store.do(record.libraries):
            state = await self._store.do(approved.state, library)
            place = (library, version)
            if self._states.get(place) == state:
                continue
            old, after = await self._store.do(
                marks.outdated, library, version, after=self._after.get(place, "")
            )
            renewed: dict[int, Mark] = {}
            for group in old:
                renewed |= await self._anew(group)
            if renewed:
                await self._store.do(marks.renew, self._clock.now(), renewed)
                self._decided(library)
            if after is None:
                self._states[place] = state
                self._after.pop(place, None)
            else:
                self._after[place] = after
            return True
        return False

    async def _anew(self, group: OldMarks) -> dict[int, Mark]:
        """New marks in place of old ones, against the approved pictures of now."""
        own = {member.sha256 for member in group.approved.members}
        others = {each.image: each.measure for each in group.marks if each.sha256 not in own}
        verdicts = await self._compare(others, group.approved)
        for each in group.marks:
            if each.sha256 in own:
                # one of the approved is compared with the others only
                rest = approved.without(group.approved, each.sha256)
                verdicts |= await self._compare({each.image: each.measure}, rest)
        return {
            each.image: renew(each, verdicts.get(each.image), group.approved)
            for each in group.marks
        }


def in_style(circle: CircleSeries) -> CircleSeries:
    """The pictures of a series that do not stand out, and the last one, which is not marked yet."""
    kept = [number for number, good in enumerate(circle.in_style[:-1]) if good]
    kept += [len(circle.keys) - 1] if circle.keys else []
    return replace(
        circle,
        keys=tuple(circle.keys[number] for number in kept),
        measures=tuple(circle.measures[number] for number in kept),
        in_style=tuple(circle.in_style[number] for number in kept),
    )


def _file(due: Due) -> Path:
    """Where the bytes of a picture are."""
    library = Path(due.library)
    return Shelf(library).reference(due.sha256) if due.path is None else library / due.path


def _plain(measure: Measure) -> Measure:
    """A measure without its vector, which no trend needs."""
    return replace(measure, vector=b"")


def _tell(concluded: Conclusion) -> None:
    """Put in the log what came of a picture."""
    mark = concluded.mark
    if mark.state in (MarkState.IN_STYLE, MarkState.UNJUDGED):
        return
    _log.info(
        "picture_marked",
        image=concluded.image,
        state=mark.state.value,
        why=mark.why,
        repair=concluded.repair.number if concluded.repair else None,
    )
    for drift in concluded.drifts:
        _log.warning("drift_noticed", kind=drift.kind.value, why=drift.why, holds=drift.holds)
    if concluded.steer is not None:
        _log.info(
            "batch_steered", level=concluded.steer.level.value, because=concluded.steer.because
        )
