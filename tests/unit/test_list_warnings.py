"""What looks wrong in a list is told with its line, and is no fault."""

from pathlib import Path

import pytest

from pressrun.lists import prompts


def warned(folder: Path, name: str, content: str) -> list[tuple[int, str]]:
    """Return the line and the words of each warning of a list."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return [(each.place.line, each.text) for each in prompts.read(path).warnings]


SIGNS = {
    "a note": ("A fox. TODO: what colour?", "to do it later: 'TODO'"),
    "an error": ("A fox, #REF!, in snow", "formula: '#REF!'"),
    "another error": ("#N/A", "formula: '#N/A'"),
    "a formula": ("=CONCAT(A1;B1)", "a spreadsheet's formula"),
    "a rule": ("-----", "a rule"),
    "stars": ("* * *", "a rule"),
    "a heading": ("# Chapter one", "a heading"),
    "a heading underlined": ("The harbour\n===========", "a heading"),
    "a page": ("PAGE TWO (5 panels)", "a heading"),
    "a panel": ("**Panel 3**", "a heading"),
    "a command": ("/imagine a fox in the snow", "another tool: '/imagine'"),
    "an option": ("a fox in the snow --ar 3:2 --v 6", "another tool: '--ar'"),
    "an option behind a dash": ("a fox in the snow —ar 3:2", "another tool"),
    "a weight": ("a fox <lora:ink:0.8>", "another tool"),
    "what is not wanted": ("a fox\nNegative prompt: text", "another tool"),
    "a comment": ("<!-- a fox -->", "a comment"),
    "sentences on lines": ("A fox runs.\nA bear sleeps.\nA cat waits.", "one prompt of 3 lines"),
    "many lines": ("\n".join(f"line {n}" for n in range(9)), "one prompt of 9 lines"),
}


@pytest.mark.parametrize(("prompt", "words"), SIGNS.values(), ids=SIGNS)
def test_what_looks_wrong_is_told(tmp_path: Path, prompt: str, words: str) -> None:
    """With the line of its prompt; the others are left alone."""
    found = warned(tmp_path, "a.txt", f"A fox\n\n{prompt}\n\nA bear\n")
    assert [line for line, _ in found] == [3]
    assert words in found[0][1]


@pytest.mark.parametrize(
    "prompt",
    [
        "Todo el mundo mira el faro",
        "Page of an old book on a desk, candlelight, ink and wash",
        "Three foxes – two red, one white",
        "A sign reads 'CHAPTER 3' above the door of the shop. Evening.",
        "Close on: Mara's hand\nTime: dusk\nStyle: ink",
        "A man with a #3 on his shirt; e-mail: a@b.c; 1/2 light; and/or",
        "A well-lit room - warm -- and quiet",
        "Act of kindness, two people under one umbrella in the rain, from above",
    ],
)
def test_ordinary_words_are_left_alone(tmp_path: Path, prompt: str) -> None:
    """A warning that comes for nothing teaches to read none."""
    assert warned(tmp_path, "a.txt", f"A fox\n\n{prompt}\n\nA bear\n") == []


def test_the_same_words_many_times_are_told_once(tmp_path: Path) -> None:
    """Twice may be meant."""
    assert warned(tmp_path, "a.csv", "prompt,key\nA,a\nA,b\n") == []
    found = warned(tmp_path, "a.csv", "prompt,key\nA,a\nB,b\nA,c\nA  ,d\n")
    assert found == [(2, "the same words 3 times: lines 2, 4, 5")]


def test_numbers_at_every_start_are_told_once(tmp_path: Path) -> None:
    """A numbered list sends its numbers; a number at some starts is the prompt's own."""
    found = warned(tmp_path, "a.txt", "1. A fox\n2. A bear\n3. A cat")
    assert found == [(1, "every prompt begins with a number or a bullet, which is sent with it")]
    assert warned(tmp_path, "a.txt", "- A fox\n- A bear\n- A cat") == found
    assert warned(tmp_path, "a.txt", "1. A fox\nA bear\n3. A cat") == []


def test_a_cell_that_begins_with_a_blank_is_told(tmp_path: Path) -> None:
    """It may be the second half of a prompt that has a comma and no quotes."""
    found = warned(tmp_path, "a.csv", "key,prompt,page\na,A fox, in snow\nb,A bear,3\n")
    assert [line for line, _ in found] == [2]
    assert "unquoted comma" in found[0][1]
    assert warned(tmp_path, "a.csv", "key, prompt, page\na, A fox, 1\nb, A bear, 3\n") == []


def test_warnings_come_in_the_order_of_the_list(tmp_path: Path) -> None:
    """And name the panel that they are about."""
    path = tmp_path / "a.csv"
    path.write_text("key,prompt,page\na,TODO,\nb,A fox, x\nc,# B,\n", encoding="utf-8")
    found = prompts.read(path).warnings
    assert [(each.place.line, each.key) for each in found] == [(2, "a"), (3, None), (4, "c")]
