"""Keys and prompts: what may be a file's name, and which words are the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.picture.panel import fault_of_key, fault_of_prompt, key_of_words
from pressrun.picture.recipe import words_sha256

BLANKS = st.text(alphabet=" \t\r\n\u00a0\u2003", min_size=1, max_size=4)
WORD = st.text(alphabet=st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "key",
    [
        "a",
        "ch01/p012/3",
        "Überblick",
        "第一章/一",
        "a b",
        "a.b",
        "-",
        "com10",
        "console",
        "null",
        "x" * 180,
    ],
)
def test_good_keys_are_taken(key: str) -> None:
    """Letters of every script, spaces, dots and folders may be in a key."""
    assert fault_of_key(key) is None


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "1 to 180 characters"),
        ("x" * 181, "1 to 180 characters"),
        ("第" * 90, "too long for the name"),
        ("/a", "start with a slash"),
        ("../a", "'..'"),
        ("a/../b", "'..'"),
        ("a/./b", "'.'"),
        ("a//b", "may be empty"),
        ("a/", "may be empty"),
        ("a\\b", "control characters"),
        ("a:b", "control characters"),
        ("a\nb", "control characters"),
        ("a\x00b", "control characters"),
        ("a?", "control characters"),
        ("e\u0301", "composed letters"),
        ("a\ud800", "half of a surrogate pair"),
        (".hidden", "'.hidden'"),
        (".pressrun/a", "'.pressrun'"),
        ("a.", "'a.'"),
        ("a /b", "'a '"),
        ("con", "'con'"),
        ("x/NUL.txt", "'NUL.txt'"),
        ("lpt1", "'lpt1'"),
        ("COM¹", "'COM¹'"),
        ("a/Con .v2", "'Con .v2'"),
        ("CONOUT$", "'CONOUT$'"),
        ("aux/a", "'aux'"),
        ("a./b", "'a.'"),
        ("ch01.png/a", "'ch01.png'"),
        ("ch01.JSON/a", "'ch01.JSON'"),
    ],
)
def test_bad_keys_are_refused_with_a_reason(key: str, words: str) -> None:
    """A key that some system cannot use as a file name, or that leads elsewhere, is refused."""
    fault = fault_of_key(key)
    assert fault is not None
    assert words in fault


@given(st.text(min_size=1, max_size=400).filter(lambda text: fault_of_prompt(text) is None))
def test_a_key_made_of_words_is_always_a_good_key(prompt: str) -> None:
    """Whatever a prompt holds, the key made of it can be a file's name, with a number behind it."""
    key = key_of_words(prompt)
    assert fault_of_key(key) is None
    assert fault_of_key(f"{key}-1000000") is None
    assert unicodedata.normalize("NFC", key) == key


@given(st.lists(WORD, min_size=1, max_size=8), st.data())
def test_blanks_do_not_change_whose_words_they_are(parts: list[str], data: st.DataObject) -> None:
    """A page may show a text with other blanks: the identity of a prompt is its words."""
    prompt = "".join(part + data.draw(BLANKS) for part in parts)
    assert words_sha256(prompt) == words_sha256(" ".join(parts))
    assert key_of_words(prompt) == key_of_words(" ".join(parts))


@given(st.lists(WORD, min_size=1, max_size=8), st.lists(WORD, min_size=1, max_size=8))
def test_other_words_are_another_prompt(some: list[str], others: list[str]) -> None:
    """Prompts are told apart by any letter, its case included."""
    one, other = " ".join(some), " ".join(others)
    assert (words_sha256(one) == words_sha256(other)) == (some == others)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("x" * 32_001, "32,001 characters; the limit is 32,000"),
        ("a \udfff", "half of a surrogate pair"),
    ],
)
def test_bad_prompts_are_told(prompt: str, words: str) -> None:
    """A prompt that cannot be sent is refused with a reason."""
    fault = fault_of_prompt(prompt)
    assert fault is not None
    assert words in fault


def test_the_longest_prompt_is_taken() -> None:
    """The limit itself is allowed."""
    assert fault_of_prompt("x" * 32_000) is None
