"""Options that several commands share: what the author means, or what is wrong."""

import pytest

from pressrun.cli.options import format_of
from pressrun.errors import BadInputError


@pytest.mark.parametrize(
    ("named", "none", "meant"),
    [
        (None, False, None),
        (None, True, "auto"),
        ("portrait", False, "3:4"),
        ("1024x1536", False, "2:3"),
        ("auto", False, "auto"),
    ],
)
def test_a_format_is_named_ended_or_left_as_it_was(
    named: str | None,
    none: bool,  # noqa: FBT001 - a column of the table
    meant: str | None,
) -> None:
    """The host hears a ratio, `auto` to leave it to the site, or nothing."""
    assert format_of(named, none=none) == meant


@pytest.mark.parametrize("named", ["csv", "TEXT", "jsonl"])
def test_who_means_how_a_list_is_written_is_told_the_other_option(named: str) -> None:
    """An option that means something else now does not fail with a riddle."""
    with pytest.raises(BadInputError, match=f"--read-as {named.casefold()}"):
        format_of(named, none=False)


def test_what_is_no_format_is_refused() -> None:
    """And so is a format beside the wish for none."""
    with pytest.raises(BadInputError, match="--format: 'tall' is not a format"):
        format_of("tall", none=False)
    with pytest.raises(BadInputError, match="contradict each other"):
        format_of("3:4", none=True)
