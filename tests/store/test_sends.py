"""What a plot of an account shows: sends in equal parts, limits, and what it could use when."""

import pytest
from sqlalchemy import Connection, insert

from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.server.allowance import history_of
from pressrun.sites.profile import Outcome, Pacing
from pressrun.states import Ending, Step
from pressrun.store import endings, sends
from pressrun.store.sends import Past, Period, known_at
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import limits as limits_table

PACING = Pacing(tabs=2, quiet=2, gap=4)


async def over(book: Book, period: Period) -> Past:
    """What the account was sent in a period, as the store tells it."""
    begin, end = period.begin - 86_400.0, period.end
    taken = await book.store.do(sends.taken, book.account, begin, end)
    return sends.gathered(period, taken, await book.store.do(sends.met, book.account, end))


async def sent_at(book: Book, *moments: float) -> None:
    """Have prompts be taken at these times; the first one brings a picture."""
    await book.start(*(f"{number} words" for number in range(len(moments))))
    for number, moment in enumerate(moments):
        attempt = await book.at(Step.SUBMITTED)
        ending = Ending.DONE if number == 0 else Ending.FAILED
        await book.store.do(endings.fail, book.now, attempt, "an error", retry_at=None)
        await book.set(attempts_table, attempt.id, submitting_at=moment, ending=ending.value)


async def met(book: Book, at: float, outcome: Outcome, until: float) -> None:
    """Have the account meet a limit."""

    def write(connection: Connection) -> None:
        told = {"account_id": book.account, "at": at, "outcome": outcome.value, "until": until}
        connection.execute(insert(limits_table).values(**told, tabs=2, text="words"))

    await book.store.do(write)


async def test_each_send_is_in_the_part_of_its_time(book: Book) -> None:
    """What was sent before the period or after it is in none; pictures are counted beside."""
    await sent_at(book, 100.0, 109.9, 110.0, 139.9, 99.9, 140.0)
    found = await over(book, Period(100.0, 10.0, 4))
    assert (list(found.sends), list(found.pictures)) == ([2, 1, 0, 1], [1, 0, 0, 0])
    assert list(found.times) == [99.9, 100.0, 109.9, 110.0, 139.9]


async def test_a_long_past_is_read_in_pieces(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each send once, also those of one moment that two pieces share."""
    await sent_at(book, 100.0, 100.0, 100.0, 101.0)
    monkeypatch.setattr(sends, "_TIMES", sends._TIMES.limit(2))
    first = await book.store.do(sends.taken, book.account, 0.0, 200.0)
    second = await book.store.do(sends.taken, book.account, 100.0, 200.0, 2)
    third = await book.store.do(sends.taken, book.account, 101.0, 200.0, 1)
    assert [at for at, _ in first + second + third] == [100.0, 100.0, 100.0, 101.0]
    assert third == []


async def test_what_the_site_did_not_take_does_not_count(book: Book) -> None:
    """A prompt that met a limit, or was never sent, cost nothing."""
    await sent_at(book, 100.0, 101.0)
    other = await book.claim()
    assert other is None
    await book.set(attempts_table, 2, ending=Ending.LIMITED.value)
    found = await over(book, Period(100.0, 10.0, 1))
    assert list(found.sends) == [1]


async def test_an_account_that_is_not_there_is_told(book: Book) -> None:
    """And not shown as one that sent nothing."""
    with pytest.raises(NotFoundError, match="no account 99"):
        await book.store.do(sends.met, 99, 1.0)


async def test_the_tabs_follow_what_the_site_had_shown_by_then(book: Book) -> None:
    """More after quiet sends, none while it rests, half after a throttle."""
    await sent_at(book, 100.0, 101.0, 102.0, 103.0)
    await met(book, 120.0, Outcome.THROTTLED, 140.0)
    period = Period(90.0, 10.0, 7)
    found = await over(book, period)
    told = history_of(book.account, period, found, PACING, now=1_000.0)
    assert [each.tabs for each in told.parts] == [2, 4, 0, 0, 1, 1, 1]
    assert [(each.at, each.until) for each in told.limits] == [(120.0, 140.0)]


async def test_a_part_that_is_not_over_tells_how_it_is_now(book: Book) -> None:
    """A period may end later today: what is not known yet is not guessed."""
    await met(book, 100.0, Outcome.THROTTLED, 140.0)
    period = Period(90.0, 100.0, 1)
    found = await over(book, period)
    [part] = history_of(book.account, period, found, PACING, now=120.0).parts
    assert part.tabs == 0


async def test_a_rest_that_the_author_ended_ends_with_the_next_send(book: Book) -> None:
    """A page that was looked at is no longer waited for; a limit of the site is to its end."""
    await sent_at(book, 100.0, 150.0)
    await met(book, 110.0, Outcome.CHALLENGED, 900.0)
    await met(book, 151.0, Outcome.CAPPED, 900.0)
    found = await over(book, Period(100.0, 10.0, 10))
    assert [(each.outcome, each.until) for each in found.limits] == [
        (Outcome.CAPPED, 900.0),
        (Outcome.CHALLENGED, 150.0),
    ]


async def test_limits_from_before_the_span_are_left_out_unless_they_reach_into_it(
    book: Book,
) -> None:
    """They still count for what the account could use."""
    await met(book, 10.0, Outcome.CAPPED, 20.0)
    await met(book, 90.0, Outcome.CAPPED, 105.0)
    period = Period(100.0, 10.0, 2)
    found = await over(book, period)
    assert [each.at for each in history_of(1, period, found, PACING, now=1_000.0).limits] == [90.0]


def test_what_was_known_is_bounded_as_a_ledger_is() -> None:
    """Only the last day counts, and of that only as much as a ledger looks at."""
    times = [float(second) for second in range(0, 200_000, 100)]
    taken, _ = known_at(Past([], [], times, []), 150_000.0)
    assert (len(taken), taken[0]) == (500, 150_000.0)
    taken, _ = known_at(Past([], [], [1.0, 99_000.0], []), 100_000.0)
    assert taken == (99_000.0,)
