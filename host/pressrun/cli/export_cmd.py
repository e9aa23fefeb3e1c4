"""`pressrun export`: a book for readers, printers and letterers."""

import json
import sys
import tempfile
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from pressrun import characters
from pressrun.book import find, read
from pressrun.book.model import Book
from pressrun.cli import terminal
from pressrun.cli.options import AsJson, HomeFolder
from pressrun.errors import BadInputError, Exit
from pressrun.export import artwork, cbz, completeness, folder, lettering, paint, pdf, reader, target
from pressrun.export.leaves import Volume, bind, chapter_of


class Kind(StrEnum):
    """What can be made of a book."""

    CBZ = "cbz"
    PDF = "pdf"
    HTML = "html"
    FOLDER = "folder"
