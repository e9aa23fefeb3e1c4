"""Mutations are drawn from seeds, which replay them and leave none out."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from trials.replica.behaviour import Behaviour
from trials.replica.mutation import KINDS, STRONGEST, drawn, of, read


def test_a_seed_replays_its_mutations() -> None:
    """The same seed draws the same ones, and another seed others."""
    assert drawn(7) == drawn(7)
    assert len({drawn(seed) for seed in range(50)}) == 50


def test_several_hundred_seeds_have_every_kind_in_every_strength() -> None:
    """None is never drawn, at once as in the middle of a batch."""
    every = [each for seed in range(1, 301) for each in drawn(seed)]
    assert {(each.kind, each.strength) for each in every} == {
        (kind, strength) for kind in KINDS for strength in range(1, STRONGEST + 1)
    }
    assert {each.kind for each in every if each.after} == set(KINDS)
    assert {each.after for each in every} == {0, 1, 2, 3, 4}


def test_a_seed_draws_a_few_and_none_twice() -> None:
    """One to four, each of another kind."""
    for seed in range(300):
        kinds = [each.kind for each in drawn(seed)]
        assert 1 <= len(kinds) == len(set(kinds)) <= 4


def test_mutations_are_named_with_strength_and_beginning() -> None:
    """A person asks for certain ones by name; the strongest at once where nothing is told."""
    assert read("cut:2:3, ids") == (of("cut", 2, 3), of("ids", STRONGEST))
    assert read("7") == drawn(7)


@pytest.mark.parametrize("wrong", ["cuts", "cut:0", "cut:4", "cut:x", ""])
def test_unknown_mutations_are_refused(wrong: str) -> None:
    """A misspelt one fails at once instead of changing nothing."""
    with pytest.raises(ValidationError):
        Behaviour().but({"mutate": wrong})


def test_every_mutation_is_documented() -> None:
    """The page about the replica has a row for each, and for nothing that is none."""
    page = (Path(__file__).parents[2] / "docs" / "replica.md").read_text(encoding="utf-8")
    table = page.partition("| Mutation |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1].strip(" `") for line in table.splitlines()[2:]]
    assert rows == list(KINDS)
