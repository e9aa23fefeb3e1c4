"""The prompt lists of soaks."""

import json
from collections.abc import Iterable
from pathlib import Path

from trials.replica import pictures

SCENE = 12
"""A scene has so many panels where the book has scenes."""

_LONG = """\
**Setting.** The lighthouse stands on a rock that the sea has "forgotten" twice; its lamp turns
slowly, and the keeper's coat hangs by the door -- wet, heavy, the colour of slate. Rain comes in
from the left... The horizon is low.

**Figures.** A girl with a red scarf looks up the stairs; behind her the fox 🦊 waits, one paw
lifted. She says: "Who lit it?" — and nobody answers. The keeper is only a shadow, seen from behind,
with a lantern that doesn't burn.

**Rules of this book**

- ink lines of one weight, flat colours, no gradients
- two lights at most: the lamp, and the `storm-blue` of the window
- speech in balloons, in capitals; no other lettering
- the red scarf is the only red

# Composition

Wide, a little from above. The stairs lead from the lower right to the upper left; the girl stands
in the lower third, the fox beside her, and the lantern's light cuts the wall in two halves. Leave
room at the top for a caption of one line, and do not draw it.

The mood is that of the panel before: not fear, rather the moment in which somebody decides to go
on. Keep faces simple -- eyes, a nose, a short line for the mouth. Nothing in the background may be
sharper than the figures.
""".strip().split("\n\n")
"""Paragraphs with all that an author may write."""


def write(
    folder: Path, images: int, seed: int, *, referenced: int, varied: bool, scenes: bool = False
) -> Path:
    """Write a prompt list.

    Args:
        folder: where it is written, with its reference picture.
        images: how many panels it has.
        seed: which every prompt names, so that no two soaks send the same words.
        referenced: one prompt of so many goes with a reference picture; 0: none does.
        varied: whether every second prompt is long, of several paragraphs, with all that an author
            may write.
        scenes: whether panels belong to scenes.
    """
    path = folder / "book.jsonl"
    (folder / "keeper.png").write_bytes(pictures.draw("the keeper", size=(512, 512)))
    panels = _panels(images, seed, referenced=referenced, varied=varied, scenes=scenes)
    path.write_text("".join(f"{json.dumps(panel)}\n" for panel in panels), encoding="utf-8")
    return path


def _panels(
    images: int, seed: int, *, referenced: int, varied: bool, scenes: bool
) -> Iterable[dict[str, object]]:
    for n in range(1, images + 1):
        prompt = f"Panel {n} of a long night, seed {seed}"
        yield {
            "key": f"ch{(n - 1) // SCENE + 1:03d}/p{n:05d}" if scenes else f"p{n:05d}",
            "prompt": _at_length(prompt, n) if varied and n % 2 == 0 else prompt,
            "references": ["keeper.png"] if referenced and n % referenced == 0 else [],
        }


def _at_length(prompt: str, n: int) -> str:
    """A long prompt, whose paragraphs stand in an order of their own."""
    at = n % len(_LONG)
    return "\n\n".join([f"{prompt}.", *_LONG[at:], *_LONG[:at], *_LONG[:2]])
