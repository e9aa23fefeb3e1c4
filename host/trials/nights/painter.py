"""A painter for simulated sites: panels of the replica's comic, in a style that may drift."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pressrun.simulator.ledger import sha256
from pressrun.simulator.pictures import Commission
from trials.replica import hand
from trials.replica.behaviour import Behaviour
from trials.replica.drift import StyleShift
from trials.replica.easel import Sketch, drawn

_KEPT = 64
"""Pictures; each is needed when it is made up, and again when a page fetches it."""


@dataclass(frozen=True)
class PaintedPanel:
    """A picture that the painter made up."""

    sketch: Sketch

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.sketch.size

    @property
    def shift(self) -> tuple[float, float, float, float]:
        """How far it is from the style, by axis."""
        shift = self.sketch.shift
        return shift.palette, shift.lines, shift.texture, shift.contrast

    @property
    def in_style(self) -> bool:
        """Whether that is little enough to pass."""
        return self.sketch.shift.in_style

    def draw(self) -> bytes:
        """Its bytes."""
        return _drawn(self.sketch)


class DriftingPainter:
    """Draws what prompts ask for; how far from the style, its behaviour says."""

    def __init__(
        self, behaviour: Behaviour, shown: Mapping[str, StyleShift | None] | None = None
    ) -> None:
        """Begin with no picture made.

        Args:
            behaviour: how pictures drift and how large they are.
            shown: by its SHA-256, how far each picture is from the style that authors attach and
                that the painter did not draw itself.
        """
        self.behaviour = behaviour
        self._shown = dict(shown or {})
        self._made: Counter[str] = Counter()
        self._began: dict[str, float] = {}

    def __call__(self, asked: Commission) -> PaintedPanel:
        """Make up the picture for what was sent."""
        sent = asked.sent
        began = self._began.setdefault(sent.account, sent.time)
        known = hand.Sent(
            sent.account,
            sent.prompt,
            tuple(self._shown.get(each) for each in sent.references),
            asked.answers,
            self._made[sent.account],
            (sent.time - began) / 60,
        )
        self._made[sent.account] += 1
        shift = hand.shift(self.behaviour, known, sent.prompt_sha256, asked.take, 1)
        size = self.behaviour.picture_size
        made = PaintedPanel(Sketch(sent.prompt, asked.take, size, 0, shift=shift))
        self._shown[sha256(made.draw())] = shift
        return made


@lru_cache(maxsize=_KEPT)
def _drawn(sketch: Sketch) -> bytes:
    return drawn(sketch)
