"""Markdown as blocks: plain stretches are taken line by line, and give what the parser gives."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pressrun.book.blocks import Block, blocks, parsed, plain

LINES = (
    *("# One", "## Page 2 {#key}", "### Panel 3 ##", "####### seven", "#no heading", "#", " # in"),
    *(
        "",
        "",
        "  ",
        "\t",
        "\u00a0",
        "a line",
        "and *one* more",
        "  indented",
        "\tby a tab",
        "    code",
    ),
    *("- a bullet", "- cast: mara", "* another", "+ third", "-", "- ", "-no bullet", "  - nested"),
    *(
        "- - two",
        "- # in it",
        "- > in it",
        "- 1. in it",
        "1. first",
        "2) second",
        "1.5 metres",
        "12",
    ),
    *("> said", ">", "---", "***", "___", "===", "=", "- - -", "* * *", "--", "**bold** words"),
    *(
        "*slanted* words",
        "_under_",
        "`code`",
        "```",
        "~~~",
        "~~ two",
        "<b>",
        "<!-- x -->",
        "[a]: b",
    ),
    *(
        "MARA: What?",
        "| a | b |",
        "\\# escaped",
        "&amp;",
        "a\u2028b",
        "a\x0bb",
        "\x0c",
        "— dash",
        "…",
    ),
    *("-\u00a0x", "* x", "*", "**", "1.", "1. ", "٣. x", "\u3000x", "- \u00a0", "# #", "# a #"),
    *("## \\#", "# a\\#", "#\tTab", "# a \t# ", "#  ##  ", "- \tx", "-\tx", "  # two in"),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=9).map("\n".join))
@example("- a\n- b\n\n- c\n  d")
@example("a\n- b")
@example("- a\nb")
@example("- a\n\n  b")
@example("# a\n===\n")
def test_plain_stretches_are_read_as_the_parser_reads_them(text: str) -> None:
    """The quick way is no other way: whatever lines follow each other, the blocks are the same."""
    assert [*blocks(text)] == [*parsed(text, 0)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="#-*+ \t\n>=_`~a1.)|\\:\u00a0", max_size=60))
def test_no_marks_are_read_otherwise(text: str) -> None:
    """Also not marks in an order that nobody writes."""
    assert [*blocks(text)] == [*parsed(text, 0)]


@settings(max_examples=600, deadline=None)
@given(st.text(alphabet="a*_. :é!`\\", max_size=14), st.text(alphabet="ab c*.:,", max_size=14))
@example("**MARA:** Hi *you*.", "")
@example("*a", "*b* c*")
def test_no_emphasis_is_read_otherwise(one: str, other: str) -> None:
    """Words between stars are taken without the parser, as the parser takes them."""
    for line in (one, other, f"{one} {other}", f"x *{other}* {one}"):
        parsed_line = " ".join(line.split())
        tokens = MarkdownIt("commonmark").disable(["html_inline"]).parseInline(parsed_line)
        told = "".join(
            each.content
            for each in tokens[0].children or ()
            if each.type in ("text", "code_inline")
        )
        assert plain(parsed_line) == " ".join(told.split())


def test_headings_and_paragraphs_know_their_lines() -> None:
    """A mistake is told with the line on which the author finds it."""
    text = "# One\n\nfirst\nsecond\n\n- a: b\n- c: d\n\n> said\n\n## Two {#k}\n"
    assert [*blocks(text)] == [
        Block(1, "One", 1),
        Block(3, "first\nsecond"),
        Block(6, "a: b", bullet=True),
        Block(7, "c: d", bullet=True),
        Block(9, "said"),
        Block(11, "Two {#k}", 2),
    ]


def test_lines_lose_their_marks_and_keep_their_words() -> None:
    """Emphasis is no word of a prompt; an escaped star is one."""
    assert plain("She *walks* **fast**, 2 \\* 3 & `x` [home](http://a.b)") == (
        "She walks fast, 2 * 3 & x home"
    )
    assert plain("a_b_c  and\u00a0more") == "a_b_c and more"
