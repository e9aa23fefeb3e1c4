"""What became of an account's sends, from one stop to the next, as trials count it."""

from helpers.ledgers import failed, made, sent
from pressrun.simulator.ledger import Entry
from pressrun.simulator.tab import mark_of
from trials.nights.sends import Stop, spans

AUTHOR = "author-1"


def stop(at: float, outcome: str = "fruitless", account: str = AUTHOR) -> Stop:
    """An account stopped."""
    return Stop(mark_of(account), at, outcome, "why")


def test_a_picture_that_is_not_kept_is_a_send_that_came_to_nothing() -> None:
    """What the site made counts only where it is on record."""
    ledger: list[Entry] = [sent(1, "a"), made(2, "a"), sent(3, "b"), made(4, "b")]
    (span,) = spans(ledger, [], ["b"])[mark_of(AUTHOR)]
    assert span.came_to == [None, True]
    assert (span.fruitless, span.unheard) == (1, 1)


def test_a_recorded_failure_ends_a_run_of_fruitless_sends_but_is_unheard() -> None:
    """The site may have limited; who does not understand that sends on all the same."""
    ledger: list[Entry] = [sent(1, "a"), sent(2, "b"), failed(3, "b"), sent(4, "c"), sent(5, "d")]
    (span,) = spans(ledger, [], [])[mark_of(AUTHOR)]
    assert span.came_to == [None, False, None, None]
    assert (span.fruitless, span.unheard) == (2, 4)


def test_sends_are_counted_from_one_stop_to_the_next() -> None:
    """What was sent at the moment of a stop was sent before it."""
    ledger: list[Entry] = [sent(1, "a"), sent(2, "b"), sent(9, "c")]
    first, second, last = spans(ledger, [stop(2), stop(8, "blocked")], [])[mark_of(AUTHOR)]
    assert [len(span.came_to) for span in (first, second, last)] == [2, 0, 1]
    assert first.after is None
    assert first.until == second.after == stop(2)
    assert last.after is not None
    assert last.after.outcome == "blocked"
    assert last.until is None


def test_each_account_has_its_own_sends_and_stops() -> None:
    """A stop of one account is none of another's, and one that was sent nothing has a span."""
    ledger: list[Entry] = [sent(1, "a"), sent(2, "b", account="author-2"), sent(3, "c")]
    found = spans(ledger, [stop(2.5), stop(4, account="author-3")], [])
    assert [len(span.came_to) for span in found[mark_of(AUTHOR)]] == [1, 1]
    assert [len(span.came_to) for span in found[mark_of("author-2")]] == [1]
    assert [len(span.came_to) for span in found[mark_of("author-3")]] == [0, 0]


def test_probes_are_the_fruitless_sends_before_the_first_picture() -> None:
    """Once one brings a picture, an account is as free as before."""
    ledger: list[Entry] = [sent(1, "a"), sent(2, "b"), made(3, "b"), sent(4, "c"), sent(5, "d")]
    (span,) = spans(ledger, [], ["b"])[mark_of(AUTHOR)]
    assert (span.probes, span.fruitless) == (1, 2)
