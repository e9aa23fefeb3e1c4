"""Lines that fit a terminal; a file or a pipe gets them whole."""

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pressrun.cli import terminal

INDENT = 4


def width_of(console: Console) -> int | None:
    """How many cells a line may have; None where there is no terminal."""
    return console.width if console.is_terminal else None


def cut(text: str, cells: int | None) -> str:
    """A text of at most so many cells, cut at its end; a Chinese character takes two."""
    if cells is None:
        return text
    fitted = Text(text)
    fitted.truncate(max(1, cells), overflow="ellipsis")
    return fitted.plain


def middle(text: str, cells: int | None) -> str:
    """A text of at most so many cells, cut in the middle: of a key the end says most."""
    if cells is None or cell_len(text) <= cells:
        return text
    begin = cut(text, cells // 3).removesuffix("…")
    end = text
    while cell_len(begin) + 1 + cell_len(end) > max(2, cells):
        end = end[1:]
    return f"{begin}…{end}"


def beside(head: str, tail: str, width: int | None, gap: str = "  ") -> list[str]:
    """Two texts on a line, or where that is too long, the second one cut on a line below."""
    line = f"{head}{gap}{tail}"
    if width is None or cell_len(line) <= width:
        return [line]
    return [head, *indented(cut(tail, width - INDENT), None)]


def indented(text: str, width: int | None, cells: int = INDENT) -> list[str]:
    """A text with space before each line, wrapped between words where a line is too long.

    Args:
        text: which.
        width: how many cells a line may have; None where there is no terminal.
        cells: how much space.
    """
    space = " " * cells
    if width is None:
        return [f"{space}{text}"]
    lines = Text(text).wrap(terminal.console(), max(8, width - cells))
    return [f"{space}{line.plain.rstrip()}" for line in lines]
