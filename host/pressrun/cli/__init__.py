"""The command line: one file a command."""

import sys

import typer

import pressrun
from pressrun.cli import (
    allow_cmd,
    batch_cmd,
    browser_cmd,
    doubt_cmd,
    host_cmd,
    install_cmd,
    logs_cmd,
    panels_cmd,
    plan_cmd,
    rehearse_cmd,
    run_cmd,
    site_cmd,
    status_cmd,
    verify_cmd,
)
from pressrun.errors import Exit, PressrunError
from pressrun.protocol.rpc import LinkLostError

app = typer.Typer(
    name="pressrun",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Makes the pictures of a graphic novel in your own ChatGPT tabs, and loses none.",
    epilog="Exit codes: 0 done; 1 a fault of Pressrun's own; 2 bad input, nothing was started; "
    "3 something needs you; 4 no host, or no browser; 5 no such batch, job or log; "
    "130 interrupted.",
)
app.command()(run_cmd.run)
app.command()(plan_cmd.plan)
app.command()(rehearse_cmd.rehearse)
app.command()(status_cmd.status)
app.command()(batch_cmd.pause)
app.command()(batch_cmd.resume)
app.command()(batch_cmd.cancel)
app.command()(batch_cmd.tabs)
app.command()(batch_cmd.priority)
app.command()(panels_cmd.retry)
app.command()(panels_cmd.skip)
app.command()(panels_cmd.approve)
app.command()(panels_cmd.move)
app.command()(allow_cmd.allow)
app.command()(verify_cmd.verify)
app.command()(logs_cmd.logs)
app.command()(install_cmd.install)
app.command()(install_cmd.uninstall)
app.add_typer(doubt_cmd.app, name="doubt")
app.add_typer(browser_cmd.app, name="browser")
app.add_typer(host_cmd.app, name="host")
app.add_typer(site_cmd.app, name="site")


@app.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(f"{pressrun.__version__}\n")


def main() -> None:
    """Run the command line; every error that a person can mend is one line."""
    try:
        app()
    except PressrunError as error:
        sys.stderr.write(f"pressrun: {error}\n")
        sys.exit(error.exit)
    except LinkLostError:
        sys.stderr.write("pressrun: the host ended before it answered; try again\n")
        sys.exit(Exit.NO_HOST)
    except KeyboardInterrupt:
        sys.stderr.write("\npressrun: interrupted; what was begun goes on in the host\n")
        sys.exit(Exit.INTERRUPTED)
