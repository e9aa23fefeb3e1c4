"""What authors decide about pictures: checked against what they saw, carried out, undone."""

from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.protocol.messages.decision import Decided, DecideOrder, Undone, UndoOrder
from pressrun.server.sheets import Sheets
from pressrun.server.takes import Takes
from pressrun.store.writer import Writer


class Decisions:
    """Carries out the decisions of authors, from every view and from the command line."""

    def __init__(self, store: Writer, clock: Clock, takes: Takes, sheets: Sheets) -> None:
        self._store = store
        self._clock = clock
        self._takes = takes
        self._sheets = sheets

    async def decide(self, asked: DecideOrder) -> Decided:
        """Decide about pictures of panels."""
        raise BadInputError("review.decide is not there yet")

    async def undo(self, asked: UndoOrder) -> Undone:
        """Undo a decision."""
        raise BadInputError("review.undo is not there yet")
