"""`pressrun approve`, `reject`, `redo` and others: what authors decide, and `undo`."""

import asyncio
import shlex
from typing import Annotated, TypeVar

import typer

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.panels_cmd import Keys, OfBatch
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message
from pressrun.protocol.messages.decision import (
    BasedOn,
    Decided,
    DecideOrder,
    Undone,
    UndoOrder,
)
from pressrun.states import AuthorAct, Rejected, Remake

LISTED = 20
"""How many panels are listed that a decision left as they are."""

NAMED = 10
"""How many keys of a command are repeated in another one."""

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)

Looked = Annotated[
    int | None,
    typer.Option(
        "--take",
        metavar="N",
        min=1,
        help="Take that you looked at; see `pressrun show KEY`. If it is not the picture any more, "
        "nothing is changed. One that waits for your yes may be named, too.",
        show_default="the picture that is there",
    ),
]
Sure = Annotated[bool, typer.Option("--yes", help="Do this to locked pictures, too.")]
InChat = Annotated[
    bool,
    typer.Option("--in-chat", help="Send the note in the chat of the picture, as a correction."),
]
InWords = Annotated[
    bool, typer.Option("--in-words", help="Send the note below the words, in a fresh chat.")
]


def approve(
    keys: Keys,
    take: Looked = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Approve pictures: others are compared with them, and panels that wait for them are made.

    Five are enough to compare with, and eight are better. A take that comes later does not replace
    an approved picture: it waits for your yes.
    """
    asked = DecideOrder(act=AuthorAct.APPROVE, panels=_panels(keys), batch=batch, take=take)
    _decide(home_of(home), asked, as_json=as_json)


def reject(  # noqa: PLR0913, PLR0917 - an option each
    keys: Keys,
    because: Annotated[
        Rejected | None,
        typer.Option(
            "--because",
            help="style: not like the others, which Pressrun learns from; content: something else "
            "than it should show; fault: badly drawn. Needed, unless you decline a take that "
            "waits for your yes.",
            show_default=False,
        ),
    ] = None,
    note: Annotated[
        str | None,
        typer.Option(
            "--note", help="What is to be different. --in-words and --in-chat send it to the site."
        ),
    ] = None,
    redone: Annotated[bool, typer.Option("--redo", help="Make them again as well.")] = False,
    in_words: InWords = False,
    in_chat: InChat = False,
    take: Looked = None,
    sure: Annotated[
        bool,
        typer.Option(
            "--yes", help="Reject locked pictures, too, and the approved ones of a chapter."
        ),
    ] = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Reject pictures: nothing is compared with them any more, and no panel is sent with them.

    They stay where they are until you have others made, with --redo or `pressrun redo`. If you
    name a chapter, its approved pictures are left as they are.
    """
    asked = DecideOrder(
        act=AuthorAct.REJECT,
        panels=_panels(keys),
        batch=batch,
        because=because,
        note=note,
        remake=_remake(in_words=in_words, in_chat=in_chat, again=redone),
        take=take,
        sure=sure,
    )
    _decide(home_of(home), asked, as_json=as_json)


def clear(
    keys: Keys,
    sure: Sure = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Take back your word on pictures: they are neither approved nor rejected any more."""
    asked = DecideOrder(act=AuthorAct.CLEAR, panels=_panels(keys), batch=batch, sure=sure)
    _decide(home_of(home), asked, as_json=as_json)


def lock(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Lock pictures: they are approved, and nothing replaces them until you unlock them."""
    asked = DecideOrder(act=AuthorAct.LOCK, panels=_panels(keys), batch=batch)
    _decide(home_of(home), asked, as_json=as_json)


def unlock(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Unlock pictures; they stay approved."""
    asked = DecideOrder(act=AuthorAct.UNLOCK, panels=_panels(keys), batch=batch)
    _decide(home_of(home), asked, as_json=as_json)


def keep(
    keys: Keys, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Accept pictures as they are: those that stand out, and those whose words you changed.

    `review` no longer lists them, and panels that wait for them are made. `run` no longer makes
    them again, until you change the words, references or format once more.
    """
    asked = DecideOrder(act=AuthorAct.KEEP, panels=_panels(keys), batch=batch)
    _decide(home_of(home), asked, as_json=as_json)


def choose(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the panel.")],
    number: Annotated[
        int, typer.Argument(metavar="N", min=1, help="Number of the take; see `pressrun show KEY`.")
    ],
    sure: Sure = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Have another take be the picture of a panel.

    The picture that is there becomes an alternative: you can choose it again. The take counts as
    made for what the list asks for now, so `run` does not make it again.
    """
    asked = DecideOrder(
        act=AuthorAct.CHOOSE, panels=_panels([key]), batch=batch, take=number, sure=sure
    )
    _decide(home_of(home), asked, as_json=as_json)


def redo(  # noqa: PLR0913, PLR0917 - an option each
    keys: Keys,
    note: Annotated[
        str | None,
        typer.Option(
            "--note",
            help="What is to be different. It is sent with --in-chat or --in-words; otherwise it "
            "is a note for yourself.",
        ),
    ] = None,
    in_chat: InChat = False,
    in_words: InWords = False,
    words: Annotated[
        str | None,
        typer.Option(
            "--words", help="Words for this take alone, in place of those of the list or the book."
        ),
    ] = None,
    with_reason: Annotated[
        bool,
        typer.Option(
            "--with-reason",
            help="Send with each picture what you said when you rejected it, below the words, in a "
            "fresh chat.",
        ),
    ] = False,
    take: Annotated[
        int | None,
        typer.Option(
            "--take",
            metavar="N",
            min=1,
            help="Take to correct in its chat; see `pressrun show KEY`.",
            show_default="the current one",
        ),
    ] = None,
    sure: Sure = False,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Make another picture of panels that have one, or correct it.

    It is made in a fresh chat, from the same words if you add nothing else. With --in-chat, the
    note is sent in the chat in which the picture was made: "Her coat is red, everything else as it
    is." Only the account of that chat can do that.

    The picture that is there stays until the new one has arrived, and is then kept as an
    alternative. If you approved it, it stays for good, and the new one waits for your yes.
    """
    asked = DecideOrder(
        act=AuthorAct.REDO,
        panels=_panels(keys),
        batch=batch,
        note=note,
        remake=_remake(in_words=in_words, in_chat=in_chat, by_reason=with_reason, again=True),
        words=words,
        take=take,
        sure=sure,
    )
    _decide(home_of(home), asked, as_json=as_json)


def note(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the panel.")],
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What you note; an empty text removes the note.")
    ],
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Note something about a panel, for yourself; it is sent nowhere."""
    asked = DecideOrder(act=AuthorAct.NOTE, panels=_panels([key]), batch=batch, note=text)
    _decide(home_of(home), asked, as_json=as_json)


def undo(
    decision: Annotated[
        int | None,
        typer.Argument(
            metavar="DECISION", min=1, help="Number of a decision.", show_default="the newest"
        ),
    ] = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Undo a decision about pictures, whether it was made here, in the studio or in the popup.

    Undone twice, the one before it is undone, too. To take an undo back, give its number.
    """
    undone = asyncio.run(
        _ask(home_of(home), calls.REVIEW_UNDO, UndoOrder(batch=batch, decision=decision))
    )
    if as_json:
        terminal.data(undone.model_dump_json())
    else:
        _say(undone, [])
        if undone.decision is not None:
            terminal.say(f"To take this back: pressrun undo {undone.decision}")
    _end(undone)


def _panels(keys: list[str]) -> list[BasedOn]:
    """Panels as a command names them: it decides about what is there."""
    return [BasedOn(key=key) for key in keys]


def _remake(
    *, in_words: bool, in_chat: bool, again: bool, by_reason: bool = False
) -> Remake | None:
    """How one more take is made, if any.

    Raises:
        BadInputError: two ways are asked for.
    """
    ways = {
        "--in-chat": Remake.CHAT if in_chat else None,
        "--in-words": Remake.WORDS if in_words else None,
        "--with-reason": Remake.REASON if by_reason else None,
    }
    chosen = {option: way for option, way in ways.items() if way is not None}
    if len(chosen) > 1:
        raise BadInputError(
            f"{' and '.join(chosen)} contradict each other; choose one. Nothing was sent"
        )
    if chosen:
        return next(iter(chosen.values()))
    return Remake.AGAIN if again else None


def _decide(home: Home, asked: DecideOrder, *, as_json: bool) -> None:
    """Have the host carry it out."""
    decided = asyncio.run(_ask(home, calls.REVIEW_DECIDE, asked))
    if as_json:
        terminal.data(decided.model_dump_json())
    else:
        _say(decided, asked.panels)
        for each in decided.pinned:
            terminal.say(f"Kept as {each}, which the cast names now.")
        if decided.advice:
            terminal.say(decided.advice)
        rejected = asked.act == AuthorAct.REJECT and asked.take is None and decided.panels
        if rejected and not decided.batches:
            _say_what_stays([each.key for each in asked.panels], decided.panels)
    _end(decided)


def _say_what_stays(keys: list[str], rejected: int) -> None:
    """Tell that rejected pictures are still there, and how to have others made."""
    again = shlex.join(["pressrun", "redo", *keys]) if len(keys) <= NAMED else "pressrun redo KEY"
    stay = "They stay until you have others made"
    if rejected == 1:
        stay = "It stays until you have another one made"
    terminal.say(f"{stay}: {again}")


def _say(came: Decided | Undone, named: list[BasedOn]) -> None:
    """Tell what a decision came to, and about which panels nothing was decided.

    Args:
        came: what it came to.
        named: what the command named.
    """
    terminal.say(came.told)
    for each in came.conflicts[:LISTED]:
        # without a full stop: it may end with a command to copy
        terminal.say(f"  {each.key}: {each.why}")
    if (more := came.left - min(len(came.conflicts), LISTED)) > 0:
        terminal.say(f"  and {more:,} more; to list them: {_listing(named)}")


def _listing(named: list[BasedOn]) -> str:
    """The command that lists panels as they are now; of very many names it lists all there are."""
    few = named if len(named) <= NAMED else []
    keys = "".join(f" {shlex.quote(each.key)}" for each in few)
    return f"pressrun panels{keys} --all"


def _end(came: Decided | Undone) -> None:
    """End the command: with another exit code where something was left.

    Raises:
        typer.Exit: always.
    """
    raise typer.Exit(Exit.NEEDS_YOU if came.left else Exit.OK)


async def _ask(home: Home, call: Call[P, R], asked: P) -> R:
    async with connect(home) as client:
        return await client.ask(call, asked)
