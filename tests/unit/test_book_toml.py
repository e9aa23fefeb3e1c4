"""TOML whose values know their lines, whatever form they are written in."""

import tomllib

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from pressrun.book.toml import BadTomlError, parse

TEXT = """\
title = "A # [x] = 'y'"  # a comment = 3

# [not.a.table]
list = [
  "one", # two
  "two",

  ["three", { a = 1, "b c" = 2 }],
]
text = '''
[no.table]
x = 1'''
more = \"\"\"a \\
  "" b
k = 1\"\"\"\"\"
a.b."c.d" = 1979-05-27T07:32:00Z

[one."two three".four]
x = true
inline = { y = [1, 2], z = { w = "}" } }

[[many]]
n = 1
[[many]]
n = 2
[many.inner]
k = 1
"""


def test_every_name_and_element_has_its_line() -> None:
    """Also in inline tables, in lists over many lines, and behind texts over many lines."""
    _, lines = parse(TEXT)
    expected = {
        ("title",): 1,
        ("list",): 4,
        ("list", 0): 5,
        ("list", 1): 6,
        ("list", 2): 8,
        ("list", 2, 1, "b c"): 8,
        ("text",): 10,
        ("more",): 13,
        ("a", "b", "c.d"): 16,
        ("one",): 18,
        ("one", "two three", "four", "x"): 19,
        ("one", "two three", "four", "inline", "z", "w"): 20,
        ("many", 0, "n"): 23,
        ("many", 1, "n"): 25,
        ("many", 1, "inner", "k"): 27,
    }
    assert {where: lines.get(where) for where in expected} == expected


def test_lines_are_those_of_any_editor() -> None:
    """A file of Windows, or of an old Mac, has the same lines."""
    for end in ("\r\n", "\r"):
        assert parse(TEXT.replace("\n", end))[1] == parse(TEXT)[1]


VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.dates() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=5))
def test_any_file_that_is_toml_is_walked_to_its_end(document: dict[str, object]) -> None:
    """Every value has a line, and no file is walked for ever."""
    text = tomlkit.dumps(document).replace("\r\n", "\n")
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # what tomlkit writes is not always TOML
    values, lines = parse(text)
    assert set(values) == {where[0] for where in lines if len(where) == 1}
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ("a = 1\n\n[x", 3, "Expected ']' at the end of a table declaration"),
        ('a = 1\nb = """x', 2, "Unterminated string"),
        ("a = " + "[" * 5_000, 1, "the values are nested too deeply"),
        ("a = " + "9" * 5_000, 1, "a number has more digits than are read"),
        ("a = 1\na = 2", 2, "Cannot overwrite a value"),
    ],
)
def test_what_is_no_toml_is_told_by_line(text: str, line: int, why: str) -> None:
    """Also where values are nested, or numbers long, beyond all use."""
    with pytest.raises(BadTomlError, match=why.replace("[", r"\[").replace("]", r"\]")) as error:
        parse(text)
    assert error.value.line == line
