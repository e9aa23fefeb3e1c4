"""A book as authors write them: short prompts, and long ones that differ in a few words."""

from collections.abc import Callable

from pressrun.picture.panel import Panel
from pressrun.simulator.dice import dice
from pressrun.simulator.world import SHEET

REFERRING = 0.3
"""The share of panels that go with a reference picture."""

_STYLE = (
    "Ink and watercolour on rough paper, as in a newspaper strip of the nineteen-thirties: a fine "
    "line that swells at the turn of a sleeve, washes of grey and ochre, and no black but in the "
    "pupils. The light comes from the left and low, as it does an hour after sunrise; shadows are "
    'blue. Nobody looks at the reader. Lettering is left out -- "bubbles" stay empty, and so do '
    "signs ... The lamplighter is forty, thin, with a patched coat and a brass pole; he doesn't "
    "smile. "
)
_RULES = """# Rules for every panel
1. **One moment** only, seen once.
2. Hands have *five* fingers - no more.
3. The horizon lies at two thirds; it's never tilted.
- no frames, no captions
- colours from the list: ochre, slate, "bottle green" 🎨
"""
_SCENES = (
    "he crosses the harbour wall",
    "he stops below the seventh lamp",
    "a dog follows him at a distance",
    "rain begins, and he looks up 🌧️",
    "the ferry's horn makes the gulls rise",
    "he finds the pole's hook is bent",
)
_TRIED = ("he rests on the eighth step", "the lamp he lights is out again", "a cat sits in the fog")


def book(seed: int, panels: int) -> list[Panel]:
    """Such a book of so many panels; which prompt is of which form hangs on the seed."""
    draw = dice(seed, "book")
    return [
        _panel(draw.choice(_FORMS), number, references=draw.random() < REFERRING)
        for number in range(panels)
    ]


def tried(seed: int) -> list[str]:
    """What the author tries by hand in the same style, and wants in no panel of the book."""
    draw = dice(seed, "tried")
    return [draw.choice(_FORMS)(scene) for scene in _TRIED]


def _panel(form: Callable[[str], str], number: int, *, references: bool) -> Panel:
    times, which = divmod(number, len(_SCENES))
    scene = _SCENES[which] + (f", for the {times + 1}th night" if times else "")
    return Panel(f"p{number:03d}", form(scene), references=(SHEET,) if references else ())


def _short(scene: str) -> str:
    return f"The lamplighter: {scene}."


def _at_the_end(scene: str) -> str:
    return f"{_STYLE * 2}\n\nIn this panel {scene}."


def _in_the_middle(scene: str) -> str:
    return f"{_STYLE}In this panel {scene}. {_STYLE}"


def _with_rules(scene: str) -> str:
    return f"{_RULES}\n## This panel\n{scene}\n\n{_STYLE}"


_FORMS = (_short, _at_the_end, _in_the_middle, _with_rules)
