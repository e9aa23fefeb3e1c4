"""The command line: one file a command."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

import pressrun
from pressrun.cli import (
    allow_cmd,
    batch_cmd,
    browser_cmd,
    chats_cmd,
    check_cmd,
    decide_cmd,
    doubt_cmd,
    export_cmd,
    host_cmd,
    install_cmd,
    logs_cmd,
    new_cmd,
    panels_cmd,
    paths,
    plan_cmd,
    prompt_cmd,
    rehearse_cmd,
    report_cmd,
    run_cmd,
    script_cmd,
    sheet_cmd,
    show_cmd,
    site_cmd,
    status_cmd,
    studio_cmd,
    style_cmd,
    terminal,
    tidy_cmd,
    verify_cmd,
)
from pressrun.errors import Exit, PressrunError
from pressrun.protocol.link import first_fault
from pressrun.protocol.rpc import LinkLostError


def version() -> None:
    """Print the version number."""
    terminal.say(pressrun.__version__)


COMMANDS: dict[str, dict[str, Callable[..., Any] | typer.Typer]] = {
    "Write a book": {
        "new": new_cmd.new,
        "script": script_cmd.script,
        "check": check_cmd.check,
        "prompt": prompt_cmd.prompt,
        "sheet": sheet_cmd.sheet,
        "export": export_cmd.export,
    },
    "Make pictures": {
        "run": run_cmd.run,
        "plan": plan_cmd.plan,
        "rehearse": rehearse_cmd.rehearse,
        "pause": batch_cmd.pause,
        "resume": batch_cmd.resume,
        "cancel": batch_cmd.cancel,
        "tabs": batch_cmd.tabs,
        "priority": batch_cmd.priority,
        "allow": allow_cmd.allow,
    },
    "Watch": {
        "status": status_cmd.status,
        "studio": studio_cmd.studio,
        "open": studio_cmd.open_folder,
        "panels": show_cmd.panels,
        "show": show_cmd.show,
        "style": style_cmd.style,
        "review": style_cmd.review,
        "chats": chats_cmd.chats,
        "report": report_cmd.report,
        "logs": logs_cmd.logs,
    },
    "Decide": {
        "approve": decide_cmd.approve,
        "reject": decide_cmd.reject,
        "clear": decide_cmd.clear,
        "lock": decide_cmd.lock,
        "unlock": decide_cmd.unlock,
        "keep": decide_cmd.keep,
        "choose": decide_cmd.choose,
        "redo": decide_cmd.redo,
        "note": decide_cmd.note,
        "undo": decide_cmd.undo,
        "settle": style_cmd.settle,
        "doubt": doubt_cmd.app,
        "tidy": tidy_cmd.tidy,
        "retry": panels_cmd.retry,
        "skip": panels_cmd.skip,
        "move": panels_cmd.move,
    },
    "Check": {
        "verify": verify_cmd.verify,
        "site": site_cmd.app,
    },
    "Set up": {
        "install": install_cmd.install,
        "uninstall": install_cmd.uninstall,
        "browser": browser_cmd.app,
        "host": host_cmd.app,
        "version": version,
    },
}
"""Every command, under the heading it has in `pressrun --help` and in that order."""


class _Listed(TyperGroup):
    """Lists commands in the order of `COMMANDS`; Typer alone puts groups last."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer brings a click of its own
        return [name for commands in COMMANDS.values() for name in commands]

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        with paths.somewhere():
            return super().invoke(ctx)


app = typer.Typer(
    name="pressrun",
    cls=_Listed,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 success; 1 internal error; 2 invalid input, nothing was started; "
    "3 something needs you; 4 no host or no browser; 5 what you named is not there; "
    "130 interrupted.",
)
for _heading, _commands in COMMANDS.items():
    for _name, _command in _commands.items():
        if isinstance(_command, typer.Typer):
            for _each in _command.registered_commands:
                _each.cls = paths.PathCommand
            app.add_typer(_command, name=_name, rich_help_panel=_heading)
        else:
            app.command(_name, cls=paths.PathCommand, rich_help_panel=_heading)(_command)


def _print_version(asked: bool) -> None:
    if asked:
        terminal.say(f"pressrun {pressrun.__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Make the pictures of a graphic novel in your own ChatGPT tabs, and lose none."""


def main() -> None:
    """Run the command line; an error that a person can fix is one line on stderr."""
    terminal.prepare()
    try:
        app()
    except PressrunError as error:
        terminal.complain(f"pressrun: {error}")
        sys.exit(error.exit)
    except ValidationError as error:
        # the answers of a host are checked elsewhere: this is what was asked of it
        terminal.complain(f"pressrun: this cannot be used: {first_fault(error)}")
        sys.exit(Exit.BAD_INPUT)
    except LinkLostError:
        terminal.complain("pressrun: the host ended before it answered; try again")
        sys.exit(Exit.NO_HOST)
    except KeyboardInterrupt:
        terminal.complain(
            "\npressrun: interrupted; work that was started goes on. To stop it: pressrun pause"
        )
        sys.exit(Exit.INTERRUPTED)
