"""Options that several commands share."""

import stat
import sys
from pathlib import Path
from typing import Annotated

import typer

from pressrun import characters
from pressrun.book import outliers
from pressrun.errors import BadInputError
from pressrun.home import Home
from pressrun.lists import spool
from pressrun.lists.forms import Form
from pressrun.picture import format as formats
from pressrun.protocol.messages.batch import DEFAULT_CHATS, MOST_CHATS
from pressrun.states import Outliers

FRESH = "fresh"
"""The author's word for a chat a panel."""

USUAL_CHATS = FRESH if DEFAULT_CHATS == 1 else str(DEFAULT_CHATS)

HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="PRESSRUN_HOME",
        help="Home folder: one host with its database and logs.",
        show_default="your application data folder",
    ),
]
PromptFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="Prompt list, - for standard input, or the folder of a book.",
        show_default="the book that you are in",
    ),
]
ListForm = Annotated[
    Form | None,
    typer.Option(
        "--read-as",
        help="How FILE is written.",
        show_default="what its name and its content say",
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="Aspect ratio of the pictures, such as 3:4, or square, portrait, story, landscape, "
        "widescreen; a format in FILE counts more.",
        show_default="that of the last time",
    ),
]
NoFormat = Annotated[
    bool, typer.Option("--no-format", help="Leave the aspect ratio to the site again.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Folder for the pictures.",
        show_default="a folder beside FILE",
    ),
]
Again = Annotated[
    bool | None,
    typer.Option(
        "--again/--no-again",
        help="Where words, references or format changed: make pictures again that you have, or "
        "leave them.",
        show_default="ask",
    ),
]
Tabs = Annotated[int, typer.Option(min=1, max=32, help="How many tabs to use at once.")]
References = Annotated[
    list[Path] | None,
    typer.Option(
        "--reference",
        "-r",
        exists=True,
        dir_okay=False,
        resolve_path=True,
        help="Reference picture to send with every prompt, before those that FILE names. "
        "Can be repeated.",
        show_default="those of the last time",
    ),
]
NoReference = Annotated[
    bool,
    typer.Option("--no-reference", help="Stop sending reference pictures with every prompt."),
]
Chats = Annotated[
    str | None,
    typer.Option(
        metavar="fresh|N",
        help="A fresh chat for each panel, or one chat for up to N panels of a scene.",
        show_default=f"what the book says, or {USUAL_CHATS}",
    ),
]
OutlierChoice = Annotated[
    str | None,
    typer.Option(
        "--outliers",
        metavar="mark|hold|redo[:N]",
        help="Pictures that are not in the style of those you approved: mark them, hold what "
        "follows them, or make them again, each up to N times.",
        show_default="what the book says, or mark",
    ),
]
RepairShare = Annotated[
    str | None,
    typer.Option(
        "--repair-budget",
        metavar="PERCENT",
        help="How many pictures may be made again because of their style, as a share of all.",
        show_default="what the book says, or 5 %",
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="LANGUAGE",
        help="Another language of a book, such as es: the pictures that hold its lettering.",
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="KEY",
        help="Keep to a chapter, page or panel, such as ch03, or to the sheets (cast); what it "
        "cannot be made without is made too. Can be repeated.",
    ),
]
Project = Annotated[
    str | None,
    typer.Option(
        "--project",
        metavar="URL",
        help="ChatGPT project in which fresh chats are begun: the address of its page.",
        show_default="that of the last time, or what the book says",
    ),
]
NoProject = Annotated[
    bool, typer.Option("--no-project", help="Begin fresh chats outside any project again.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def home_of(folder: Path | None) -> Home:
    """The home that a command works with.

    Raises:
        BadInputError: its name is not valid UTF-8, or there is a file where it would be.
    """
    if folder is None:
        return Home.default()
    home = Home.at(nameable(folder, "home folder"))
    try:
        is_file = not stat.S_ISDIR(home.folder.stat().st_mode)
    except NotADirectoryError:
        is_file = True
    except OSError:  # not there yet, or whoever uses it tells why it cannot
        is_file = False
    if is_file:
        raise BadInputError(
            f"cannot use {home.folder} as home folder: it, or a folder above it, is a file. "
            "Nothing was started"
        )
    return home


def nameable(path: Path, what: str) -> Path:
    """A path that can be kept and told: not every name that a disk takes is a text.

    Raises:
        BadInputError: it is not valid UTF-8.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise BadInputError(
            f"the name of the {what} {characters.shown(str(path))} is not valid UTF-8; rename it "
            "and try again. Nothing was started"
        ) from error
    return path


def library_of(output: Path | None) -> str | None:
    """The folder for the pictures that the author named; None leaves it to the host.

    Raises:
        BadInputError: there is a file of that name, or the name is not valid UTF-8.
    """
    if output is None:
        return None
    library = nameable(output.expanduser().resolve(), "output folder")
    if library.exists() and not library.is_dir():
        raise BadInputError(f"cannot use {library} for the pictures: it is a file, not a folder")
    return str(library)


def references_of(named: list[Path] | None, *, none: bool) -> list[str] | None:
    """The pictures to send with every prompt; None leaves it at those of the last time.

    Raises:
        BadInputError: the author wants some and none, or a name is not valid UTF-8.
    """
    if named and none:
        raise BadInputError("--reference and --no-reference contradict each other; leave out one")
    if none:
        return []
    return [str(nameable(each, "reference picture")) for each in named] if named else None


def format_of(named: str | None, *, none: bool) -> str | None:
    """The aspect ratio that the author named; None leaves it at that of the last time.

    Raises:
        BadInputError: it is no aspect ratio, or the author wants one and none.
    """
    if named is None:
        return formats.AUTO if none else None
    if none:
        raise BadInputError("--format and --no-format contradict each other; leave out one")
    if named.casefold() in list(Form):
        raise BadInputError(
            f"--format is the aspect ratio of the pictures, such as 3:4; to say how FILE is "
            f"written: --read-as {named.casefold()}"
        )
    try:
        return formats.parse(named) or formats.AUTO
    except ValueError as error:
        raise BadInputError(f"--format: {error}") from error


def chats_of(named: str | None) -> int | None:
    """How many panels of a scene go on in one chat; 1 is a fresh chat for each, None the usual.

    Raises:
        BadInputError: it is neither `fresh` nor such a number.
    """
    if named is None:
        return None
    if named == FRESH:
        return 1
    if not named.isascii() or not named.isdigit() or not 1 <= int(named) <= MOST_CHATS:
        raise BadInputError(
            f"--chats {characters.shown(named)}: name a number of panels from 1 to {MOST_CHATS}, "
            f"or {FRESH}; nothing was started"
        )
    return int(named)


def outliers_of(named: str | None) -> tuple[Outliers | None, int | None]:
    """What becomes of outliers, and how often one is made again; None leaves it to the book.

    Raises:
        BadInputError: it is no such choice.
    """
    if named is None:
        return None, None
    try:
        return outliers.choice_of(named)
    except ValueError as error:
        raise BadInputError(
            f"--outliers {characters.shown(named)}: {error}; nothing was started"
        ) from error


def repair_share_of(named: str | None) -> float | None:
    """The share of a batch that may be spent on repairs; None leaves it to the book.

    Raises:
        BadInputError: it is no share, or more than may be chosen.
    """
    if named is None:
        return None
    try:
        return outliers.share_of(named)
    except ValueError as error:
        raise BadInputError(
            f"--repair-budget {characters.shown(named)}: {error}; nothing was started"
        ) from error


def project_of(named: str | None, *, none: bool) -> str | None:
    """The project in which fresh chats are begun; None leaves it at that of the last time.

    Raises:
        BadInputError: the author wants one and none.
    """
    if named is not None and none:
        raise BadInputError("--project and --no-project contradict each other; leave out one")
    if named is not None and not named.strip():
        raise BadInputError("--project has no address; to stop using a project: --no-project")
    return "" if none else named and named.strip()


def beside_of(file: Path) -> Path | None:
    """The folder of the files that a list from standard input names: where the command is run."""
    return Path.cwd() if file == Path("-") else None


def list_of(file: Path, form: Form | None, output: Path | None, home: Home) -> Path:
    """The prompt list that the author named; what comes from standard input is kept as a file.

    Raises:
        BadInputError: standard input cannot be used as a list, or a name is not valid UTF-8.
    """
    if file != Path("-"):
        return nameable(file.resolve(), "list")
    if form is None:
        raise BadInputError(
            "standard input has no name that says how the list is written; "
            "say so with --read-as, such as --read-as text"
        )
    if output is None:
        raise BadInputError(
            "standard input has no folder for its pictures beside it; name one with -o"
        )
    return spool.keep(home.lists, sys.stdin.buffer, form, output.expanduser().resolve())
