"""What becomes of outliers, as authors write it: in a book, and as options."""

from pathlib import Path

import pytest

from pressrun.book.check import check
from pressrun.book.model import OutlierRule
from pressrun.book.outliers import choice_of, share_of
from pressrun.cli.options import outliers_of, repair_share_of
from pressrun.errors import BadInputError
from pressrun.states import Outliers


def faults(folder: Path, style: str) -> tuple[OutlierRule | None, list[str]]:
    """The rule of a book with this style, and what is wrong with the book."""
    (folder / "script").mkdir()
    (folder / "book.toml").write_text(f'title = "T"\n[style]\n{style}\n', encoding="utf-8")
    script = "# A\n\n## Page 1\n\n### Panel 1\n\nA fox.\n"
    (folder / "script" / "01.md").write_text(script, encoding="utf-8")
    found = check(folder)
    told = [f"{each.spot.line}: {each.text}" for each in found.defects]
    return (found.book.style.rule if found.book else None), told


def test_a_book_that_says_nothing_only_marks(tmp_path: Path) -> None:
    """Nobody's quota is spent on repairs unasked."""
    assert faults(tmp_path, "") == (OutlierRule(Outliers.MARK, 2, 0.05), [])


@pytest.mark.parametrize("budget", ['"8 %"', '"8%"', "8", "8.0", '" 8 % "'])
def test_a_book_says_what_becomes_of_outliers(tmp_path: Path, budget: str) -> None:
    """However its author writes a share."""
    style = f'outliers = "redo"\nrepairs = 3\nrepair_budget = {budget}'
    assert faults(tmp_path, style) == (OutlierRule(Outliers.REDO, 3, 0.08), [])


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ('outliers = "fix"', '\'outliers\' must be "mark" or "hold" or "redo", not \'fix\''),
        ("outliers = true", "'outliers' must be a text in quotes, not true or false"),
        ("repairs = 0", "'repairs' must be from 1 to 5, not 0"),
        ("repairs = 1.5", "'repairs' must be a whole number from 1 to 5"),
        ("repair_budget = 80", "'repair_budget' must be a share of the pictures from 0 % to 50 %"),
        ('repair_budget = "-5 %"', "'repair_budget' must be a share"),
        ("repair_budget = inf", "'repair_budget' must be a share"),
        ("repair_budget = true", "'repair_budget' must be a share"),
        (f"repair_budget = {'9' * 400}", "'repair_budget' must be a share"),
        ('outlier = "mark"', "did you mean 'outliers'?"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_line(tmp_path: Path, style: str, told: str) -> None:
    """A wrong word must not be read as the usual."""
    _, found = faults(tmp_path, style)
    assert len(found) == 1
    assert found[0].startswith("3: ")
    assert told in found[0]


def test_options_say_the_same_for_a_list() -> None:
    """A list has no file that could say it."""
    assert outliers_of("redo:3") == (Outliers.REDO, 3)
    assert outliers_of("hold") == (Outliers.HOLD, None)
    assert outliers_of(None) == (None, None)
    assert repair_share_of("10 %") == pytest.approx(0.1)
    assert repair_share_of("0") == 0
    assert repair_share_of(None) is None


@pytest.mark.parametrize(
    "text", ["", "fix", "mark:2", "redo:", "redo:0", "redo:6", "redo:²", "redo:x"]
)
def test_a_choice_that_does_not_exist_starts_nothing(text: str) -> None:
    """And is not taken for a similar one."""
    with pytest.raises(ValueError, match="write mark"):
        choice_of(text)
    with pytest.raises(BadInputError, match=r"--outliers .*nothing was started"):
        outliers_of(text)


@pytest.mark.parametrize("text", ["", "%", "51", "1e1", "five", "5 % 5", "\u0665", "5 %\x1b[2J"])
def test_a_share_that_cannot_be_meant_starts_nothing(text: str) -> None:
    """A budget that is read wrongly spends the author's quota."""
    with pytest.raises(ValueError, match="such as 5 %"):
        share_of(text)
    with pytest.raises(BadInputError, match=r"--repair-budget .*nothing was started"):
        repair_share_of(text)
