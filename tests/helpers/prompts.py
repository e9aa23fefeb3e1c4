"""Prompts as authors write them: what a page may show otherwise than it was sent."""

PROMPTS = {
    "lines": "A fox waits.\n\nRain on the windows.\n\n\nOne more line\nand another",
    "quotes": "“Wait,” she said: \"don't!\" ‘Why?’ \\n is no line `code` 'x'",
    "marks": "<b>A & B</b> &amp; <br> {form} ${x} [a](b) **c** _d_ #e | f\\",
    "emoji": "🦊👩‍🚀🏳️‍🌈👍🏽 é é (both ways) 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ‍ end",
    "right to left": "ثعلب ينتظر في الميناء، 3:10 مساءً\n\nשועל ממתין בנמל \u200fעם סימן\u200e ok",
    "spaces": "two  spaces   three,\ta tab, 　wide, and\n  an indented line",
    "east": "狐が港で待つ。\n「雨」と彼女は言った。여우가 기다린다",
    "long": "".join(f"Panel {n}: a fox 🦊 waits “there”.\n" for n in range(900))[:29_990]
    + "The end",
    "paragraphs": "\n\n".join(
        f"{number}. A fox waits at the harbour, and the rain falls on {number} windows of the old "
        "customs house, while the light of the tower goes round."
        for number in range(1, 21)
    ),
    "a letter": "“Wait,” she said – ‘don't!’ … and 🦊👩‍🚀🏳️‍🌈 ran.\n\n# A heading\n"
    "- a **bold** fox, an _old_ harbour, `code` and [a sign](https://example.org)\n"
    "1. three\u00a0boats   and 2 * 3 * 4",
    "one long line": "A fox waits at the harbour, 🦊 " * 1_000 + "end",
}
