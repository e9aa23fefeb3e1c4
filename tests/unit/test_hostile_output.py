"""Whatever keys, paths and reasons hold, every command prints it as it is, on any terminal."""

import ast
import contextlib
import enum
import io
import json
import os
import subprocess
import sys
import types
import unicodedata
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any, Self, Union, get_args, get_origin

import pytest
import typer
from pydantic import BaseModel

from helpers import layers
from helpers.pages import reading
from pressrun import __file__ as package
from pressrun import characters, cli
from pressrun.cli import follow as following
from pressrun.cli import terminal
from pressrun.home import Home
from pressrun.protocol.messages.base import Hello
from pressrun.protocol.messages.page import SeenNotice
from pressrun.protocol.messages.verify import Fault
from pressrun.states import BatchState
from unit.test_commands_documented import leaves

STEERS = "\x1b]52;c;aGk=\x07"
"""Puts something into the clipboard of many terminals."""

HOSTILE = f"a[/b] [bold]x[/] {STEERS}[2J :smile: \x9b31m\u202e"

PLAIN = "a[/b] [bold]x[/] \\x1b]52;c;aGk=\\x07[2J :smile: \\x9b31m\\u202e"
"""How a person sees it."""

CHOSEN: dict[type[enum.Enum], enum.Enum] = {
    BatchState: BatchState.DONE,
    Fault: Fault.MISSING,
}


def hostile(kind: Any, bounds: list[Any] | None = None) -> Any:  # noqa: ANN401, PLR0911 - any annotation
    """A value of a type, with hostile texts wherever it has any."""
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *more = get_args(kind)
        told = [one for each in more for one in getattr(each, "metadata", [each])]
        return hostile(inner, [*(bounds or []), *told])
    if origin in (types.UnionType, Union):
        return hostile(next(each for each in get_args(kind) if each is not type(None)), bounds)
    if origin is list:
        return [hostile(get_args(kind)[0])]
    if origin is dict:
        name, value = get_args(kind)
        return {hostile(name): hostile(value)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return filled(kind)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return CHOSEN.get(kind, next(iter(kind)))
    return {str: HOSTILE, bool: True, int: 1, float: 1.0}[kind]


def filled(model: type[BaseModel]) -> BaseModel:
    """A message, with hostile texts wherever it has any."""
    fields = {
        name: hostile(field.annotation, list(field.metadata))
        for name, field in model.model_fields.items()
    }
    fields = {
        name: "a" * 64 if name in ("sha256", "picture") else value for name, value in fields.items()
    }
    return model.model_validate(fields)


class FakeClient:
    """A host whose every answer is hostile."""

    async def ask(self, call: Any, _params: object) -> BaseModel:  # noqa: ANN401 - any call
        """Answer."""
        return filled(call.result)


@contextlib.asynccontextmanager
async def connected(*_: object, **__: object) -> AsyncIterator[FakeClient]:
    """A link to it."""
    yield FakeClient()


class FakeReader:
    """Reads any page as the same one."""

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def read(self, *_: object) -> Any:  # noqa: ANN401 - a reading
        """What a page shows."""
        return reading(notices=[SeenNotice(where="#n", text=HOSTILE)])


NO_LIST = "[/x]nothing.jsonl"

ARGUMENTS: dict[str, list[str]] = {
    "run": ["LIST", "-o", "lib[/x]"],
    "plan": ["LIST", "-o", "lib[/x]", "--list"],
    "new": ["nov[/x]el"],
    "check": ["BOOK"],
    "prompt": ["arrival", "--book", "BOOK"],
    "sheet": ["mara", "--book", "BOOK"],
    "export": ["BOOK", "--html"],
    "script": ["SCRIPT"],
    "rehearse": ["LIST"],
    "pause": [],
    "resume": [],
    "cancel": [],
    "tabs": ["2"],
    "priority": ["1"],
    "allow": [],
    "status": [],
    "studio": ["--key", HOSTILE],
    "open": ["--key", HOSTILE],
    "panels": [],
    "show": [HOSTILE],
    "chats": [HOSTILE],
    "logs": [],
    "approve": [HOSTILE],
    "doubt": [],
    "doubt look": ["--all"],
    "doubt resend": ["1"],
    "doubt give-up": ["1"],
    "redo": [HOSTILE],
    "keep": [HOSTILE],
    "reject": [HOSTILE, "--because", "style", "--redo"],
    "style": ["--batch", "1"],
    "review": ["--batch", "1"],
    "settle": ["--batch", "1"],
    "report": ["--batch", "1", "-o", "report[_x].html"],
    "choose": [HOSTILE, "1"],
    "clear": [HOSTILE],
    "lock": [HOSTILE],
    "unlock": [HOSTILE],
    "note": [HOSTILE, HOSTILE],
    "undo": [],
    "tidy": ["--yes"],
    "retry": [],
    "skip": [HOSTILE],
    "move": [HOSTILE],
    "verify": [],
    "site read": ["PAGE"],
    "site check": [],
    "site capture": [],
    "site try": ["PROFILE", "PAGE"],
    "install": ["--user-data-dir", "data[/x]"],
    "uninstall": ["--user-data-dir", "data[/x]"],
    "browser start": ["--headless"],
    "browser stop": [],
    "browser status": [],
    "host start": [],
    "host stop": [],
    "host status": [],
    "version": [],
}
"""Every command but `host serve`, which prints nothing, and what it is told."""

NO_HOME = {"new", "script", "check", "prompt", "export", "rehearse", "version"}
"""They need no host, and have no home."""

QUIET = {"pause", "resume", "cancel", "tabs", "priority", "version", "rehearse", "uninstall"}
QUIET |= {"doubt look", "doubt resend", "doubt give-up", "keep", "redo", "reject", "settle"}
QUIET |= {"report"}
QUIET |= {"host stop"}
QUIET |= {"approve", "skip", "move", "install", "run", "sheet", "new", "host start", "site try"}
"""They print numbers, or paths that the author gave."""


def test_every_command_is_walked() -> None:
    """A new one has to be added to the table."""
    known = dict(leaves(typer.main.get_command(cli.app)))
    assert {name.removeprefix("pressrun ") for name in known} - {"site", "browser", "host"} == {
        *ARGUMENTS,
        "host serve",
    }


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a hostile name, and everything in it that a command asks for."""
    folder = tmp_path / f"fo[/o] {STEERS}"
    for name in ("bo[", "pa[", "pro[", "scr[", "data["):
        (folder / name).mkdir(parents=True)
    (folder / "bo[/x]ok.jsonl").write_text('{"key": "a", "prompt": "A fox"}\n', encoding="utf-8")
    (folder / "pa[/x]ge.html").write_text("<html></html>", encoding="utf-8")
    write_book(folder / "no[/x]vel")
    script = f"PAGE 1\nPanel 1\nA fox. {HOSTILE}\nFOX: {HOSTILE}\n"
    (folder / "scr[/x]ipt.txt").write_text(script, encoding="utf-8")
    profile = Path(package).parent / "sites/chatgpt.toml"
    (folder / "pro[/x]file.toml").write_bytes(profile.read_bytes())
    home = Home.at(folder / "home")
    home.make()
    line = json.dumps({"event": HOSTILE, "level": "error", HOSTILE: HOSTILE, "exception": HOSTILE})
    home.log.write_text(f"{line}\nno JSON {HOSTILE}\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for module in [following, *vars(cli).values()]:
        if isinstance(module, types.ModuleType) and hasattr(module, "connect"):
            monkeypatch.setattr(module, "connect", connected)
    monkeypatch.setattr(cli.site_cmd, "Reader", FakeReader)
    for module in (cli.site_cmd, cli.browser_cmd):
        monkeypatch.setattr(module, "find_browser", lambda: Path("/browser"))
    monkeypatch.setattr("pressrun.relay.connect", lambda _: None)
    return folder


def write_book(folder: Path) -> None:
    """A book whose texts are as hostile as any that can be used: its files hold no controls."""
    told = "".join(each for each in HOSTILE if unicodedata.category(each) != "Cc")
    for name, text in (
        ("book.toml", f"title = '{told}'\nstyle = {{ words = '{told}' }}\n"),
        ("cast/all.toml", f"[mara]\nname = '{told}'\nwords = '{told}'\n"),
        ("script/01.md", f"# {told}\n\n## Page 1\n\n### Panel 1 {{#arrival}}\n\n{told}\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


Pressrun = Callable[..., str]


@pytest.fixture
def command(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Pressrun:
    """The command line; returns what it printed."""
    given = {
        "LIST": place / "bo[/x]ok.jsonl",
        "PAGE": place / "pa[/x]ge.html",
        "PROFILE": place / "pro[/x]file.toml",
        "BOOK": place / "no[/x]vel",
        "SCRIPT": place / "scr[/x]ipt.txt",
    }

    def run(name: str, *more: str) -> str:
        arguments = [str(given.get(each, each)) for each in ARGUMENTS[name]]
        if name not in NO_HOME:
            arguments += ["--home", str(place / "home")]
        monkeypatch.setattr(sys, "argv", ["pressrun", *name.split(), *arguments, *more])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert ended.value.code in (0, 3, None), said.err
        return said.out + said.err

    return run


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_command_prints_hostile_texts_as_they_are(name: str, command: Pressrun) -> None:
    """Nothing is taken for markup, and nothing steers the terminal."""
    told = command(name)
    assert characters.shown(told) == told
    if name not in QUIET:
        joined = " ".join(told.split())
        assert "[/b]" in joined
        assert "x1b]52" in joined or "]52;c;" in joined


@pytest.mark.parametrize(
    "name",
    ["status", "doubt", "run", "panels", "plan", "prompt", "style", "review", "site check", "logs"],
)
def test_a_terminal_with_colours_is_steered_by_nobody_else(
    name: str, command: Pressrun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What colours and moves the cursor is the command's own."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    told = command(name)
    assert "\x1b[" in told
    for each in (STEERS, "\x9b", "\u202e", "\x07"):
        assert each not in told


@pytest.mark.parametrize(
    "name",
    [
        "status",
        "panels",
        "show",
        "doubt",
        "style",
        "review",
        "report",
        "site check",
        "verify",
        "allow",
        "prompt",
    ],
)
def test_json_means_the_same_and_steers_nothing(name: str, command: Pressrun) -> None:
    """Its own escapes stand for what would."""
    told = command(name, "--json")
    assert characters.shown(told) == told
    assert "[/b]" in json.dumps(json.loads(told))


def test_nothing_of_the_command_line_prints_by_itself() -> None:
    """All goes through one module; standard output and markup are named nowhere else."""
    folder = Path(package).parent / "cli"
    found = []
    for name, module in layers.parsed(folder).items():
        for node in ast.walk(module):
            text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call) else ""
            bare = text.startswith(("print(", "Console(", "typer.echo(", "typer.secho("))
            if bare or text in ("sys.stdout", "sys.stderr.write") or "from_markup" in text:
                found.append(f"{name}: {text[:60]}")
    assert [each for each in found if not each.startswith("cli.terminal:")] == []


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8", "cp1252", "koi8-r"])
def test_any_terminal_gets_a_readable_line(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its encoding lacks is replaced, and JSON stays JSON."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    terminal.prepare()
    terminal.say("1 picture → a… · “Łódź” \U0001f98a \udcff")
    terminal.data(json.dumps({"key": "Łódź \U0001f98a \udcff"}, ensure_ascii=False))
    terminal.console().print("a…·Ł")
    sys.stdout.flush()
    first, second, third = raw.getvalue().decode(encoding).splitlines()
    assert first.startswith("1 picture ")
    assert "\\xff" in first
    assert json.loads(second) == {"key": "Łódź \U0001f98a \udcff"}
    if encoding == "ascii":
        assert first == '1 picture -> a... - "\\u0141\\xf3d\\u017a" \\U0001f98a \\xff'
        assert third == "a...-\\u0141"


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}])
def test_a_list_whose_name_is_not_valid_utf8_gets_a_readable_line(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """Also on a terminal that is not, and before anything is started."""
    book = os.fsencode(tmp_path) + b"/b\xff\xc5ok.txt"
    Path(os.fsdecode(book)).write_text("A fox\n", encoding="utf-8")
    program = [sys.executable, "-m", "pressrun"]
    asked: list[list[str | bytes]] = [["run", book], ["plan", book], ["run", "x", "-o", book]]
    for arguments in asked:
        said = subprocess.run(
            [*program, *arguments, "--home", str(tmp_path / "h")],
            capture_output=True,
            check=False,
            env={**os.environ, **environment},
        )
        assert said.returncode == 2, said.stderr
        line = said.stderr.decode("latin-1")
        assert "Traceback" not in line
        assert "b\\xff\\xc5ok.txt is not valid UTF-8" in line
    assert not (tmp_path / "h").exists()


@pytest.mark.parametrize("key", ["\udcff", "k" * 3_000])
@pytest.mark.parametrize("name", ["show", "redo", "approve"])
def test_a_key_that_nothing_can_be_called_gets_a_readable_line(
    name: str,
    key: str,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is not valid UTF-8, or longer than any key; nothing is asked of the host."""
    monkeypatch.setattr(sys, "argv", ["pressrun", name, key, "--home", str(place / "home")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("pressrun: this cannot be used: key")
    assert len(told.splitlines()) == 1


def test_what_a_client_says_of_itself_is_logged_without_steering() -> None:
    """Its version and profile are in the log, too."""
    told = Hello(oldest=1, newest=1, version=f"1{STEERS}", role="command", profile=f"p{STEERS}")
    assert "\x1b" not in told.version + (told.profile or "")
