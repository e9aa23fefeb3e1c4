"""Characters that are no text: they steer a terminal, or turn the direction of a line around.

They are dropped where a page's text enters (`dropped`), and shown as escapes where a text is
printed or logged, whoever wrote it (`shown`, `escaped`).
"""

import re

_STEERING = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but tab and line end
    # embeddings, overrides and isolates; the marks U+061C, U+200E and U+200F turn nothing around,
    # and authors who write from right to left need them
    r"\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff"  # half of a pair: no encoding has it
)
_STEERS = re.compile(f"[{_STEERING}]")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def dropped(text: str) -> str:
    """A text without such characters; what ends a line in another way becomes a line end."""
    return _STEERS.sub("", _LINE_END.sub("\n", text))


def shown(text: str) -> str:
    r"""A text with such characters as escapes, such as `\x1b`; nothing is lost, nothing acts."""
    return _STEERS.sub(_escape, text)


def escaped(json: str) -> str:
    """JSON with such characters as the escapes of JSON: it means the same."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - a byte of a name that is not valid UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte
