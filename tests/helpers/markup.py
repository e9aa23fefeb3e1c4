"""Markup of the site's pages, part by part: both shells, in several languages.

Written after what is known of the real pages. Nothing here is styled, and no script runs, so that
what is read from them is read from structure alone.
"""

from dataclasses import dataclass, field
from html import escape
from typing import Literal

Shell = Literal["A", "B"]


@dataclass(frozen=True)
class Words:
    """The labels of one language."""

    tag: str
    send: str
    stop: str
    add: str
    picture: str
    image_mode: str
    ask: str


ENGLISH = Words("en-US", "Send prompt", "Stop streaming", "Add files and more",
                "Generated image", "Describe or edit an image", "Ask anything")  # fmt: skip
GERMAN = Words("de-DE", "Prompt senden", "Stoppen", "Dateien und mehr hinzufügen",
               "Generiertes Bild", "Beschreibe ein Bild", "Stelle eine Frage")  # fmt: skip
JAPANESE = Words("ja-JP", "送信する", "停止", "ファイルを追加",
                 "生成された画像", "画像を説明または編集", "質問する")  # fmt: skip
LANGUAGES = (ENGLISH, GERMAN, JAPANESE)


@dataclass(frozen=True)
class Shown:
    """One picture as the page shows it."""

    name: str = "file_00000000a1b2"
    width: int = 1024
    height: int = 1536


@dataclass(frozen=True)
class Exchange:
    """What the author wrote and what the site answered."""

    prompt: str
    says: str = ""
    pictures: tuple[Shown, ...] = ()
    references: tuple[str, ...] = ()
    final: bool = True
    loading: bool = False
    state: str = "complete"
    extra: str = ""
    """Further markup inside the answer."""
    bubble: str = ""
    """What the author's bubble holds, where that is not the prompt alone."""
    unmarked: str = ""
    """The answer's markup on a page of the redesign that marks no answer."""


@dataclass(frozen=True)
class Markup:
    """A page."""

    shell: Shell = "A"
    words: Words = ENGLISH
    exchanges: tuple[Exchange, ...] = ()
    composed: str = ""
    mode: bool = False
    stop: bool = False
    bare: bool = False
    """Whether the redesign's form lacks its mark."""
    twice: bool = True
    """Whether the redesign's thread is there twice, one copy hidden."""
    inside: str = ""
    """Further markup inside the composer's form."""
    buttons: str = ""
    """The buttons of the composer's form, where they are not the usual ones."""
    over: str = ""
    """What lies over the page."""
    beside: str = ""
    """What stands beside the turns."""
    head: str = field(default="<title>ChatGPT</title>")

    def html(self) -> str:
        """The whole page."""
        thread = "".join(self._exchange(number, each) for number, each in enumerate(self.exchanges))
        copy = f"<div hidden>{thread}</div>" if self.shell == "B" and self.twice else ""
        form = self._form_a() if self.shell == "A" else self._form_b()
        return (
            f'<!doctype html><html lang="{self.words.tag}"><head><meta charset="utf-8">{self.head}'
            f'</head><body><nav><a href="/c/older">Too many requests</a></nav><main>{copy}'
            f"<div>{thread}</div>{self.beside}{form}</main>{self.over}</body></html>"
        )

    def _exchange(self, number: int, each: Exchange) -> str:
        return self._turns_a(number, each) if self.shell == "A" else self._turn_b(number, each)

    def _turns_a(self, number: int, each: Exchange) -> str:
        label = self.words.picture
        references = "".join(f'<img alt="" src="{address(name)}">' for name in each.references)
        pictures = "".join(
            f'<div id="image-{number}-{place}"><button>'
            + img(label, address(shown.name), shown)
            + 2 * img(label, address(shown.name), shown, 'aria-hidden="true"')
            + "</button></div>"
            for place, shown in enumerate(each.pictures)
        )
        loader = '<div data-testid="image-gen-loading-state-1"></div>' if each.loading else ""
        marks = '<button aria-label="Edit image"></button>' if each.pictures and each.final else ""
        answer = f'<div class="markdown">{escape(each.says)}</div>' if each.says else ""
        author, site = 2 * number + 1, 2 * number + 2
        user = (
            f'<section data-testid="conversation-turn-{author}" data-turn="user" '
            f'data-turn-id="u{number}"><h5>You said:</h5><div data-message-author-role="user">'
            f'{references}<div data-testid="collapsible-user-message-content">'
            f"{each.bubble or paragraphs(each.prompt)}</div></div></section>"
        )
        if not (answer or pictures or loader or each.extra):
            return user
        return (
            f'{user}<section data-testid="conversation-turn-{site}" data-turn="assistant" '
            f'data-turn-id="a{number}"><h6>ChatGPT said:</h6><img alt="" width="28" height="28" '
            f'src="/avatar.png">{answer}{loader}{pictures}{marks}{each.extra}</section>'
        )

    def _turn_b(self, number: int, each: Exchange) -> str:
        references = "".join(
            f'<img alt="" width="512" height="512" src="blob:https://chatgpt.com/{name}">'
            for name in each.references
        )
        previews = "".join(
            f'<button data-testid="generated-image-preview" '
            f'aria-label="{self.words.picture} {place}">'
            f"{img('', f'blob:https://chatgpt.com/{shown.name}', shown)}</button>"
            for place, shown in enumerate(each.pictures, 1)
        )
        gallery = f'<div data-testid="generated-image-gallery">{previews}</div>' if previews else ""
        loading = '<p role="progressbar">Working for 1m 29s</p>' if each.loading else ""
        answer = (
            '<h4 data-conversation-role="assistant">ChatGPT</h4>'
            f'<div data-chatgpt-search-unit-key="m{number}:assistant">{escape(each.says)}</div>'
            f"{loading}{gallery}{each.extra}"
        )
        if each.unmarked:
            answer = each.unmarked
        begun = each.says or each.pictures or each.loading or each.extra or each.unmarked
        return (
            f'<div data-turn-key="k{number}" data-talvt-turn-state="{each.state}">{references}'
            f"<div data-user-message-bubble>{each.bubble or paragraphs(each.prompt)}</div>"
            f"{answer if begun else ''}</div>"
        )

    def _form_a(self) -> str:
        words = self.words
        ask = words.image_mode if self.mode else words.ask
        slot = (
            f'<button data-testid="stop-button" aria-label="{words.stop}"></button>'
            if self.stop
            else f'<button id="composer-submit-button" data-testid="send-button" '
            f'aria-label="{words.send}"></button>'
            if self.composed
            else '<button data-testid="composer-speech-button"></button>'
        )
        plus = f'<button id="composer-plus-btn" type="button" aria-label="{words.add}"></button>'
        return (
            '<form data-type="unified-composer"><input id="upload-files" type="file" hidden>'
            f'<textarea name="prompt-textarea" hidden placeholder="{words.ask}"></textarea>'
            '<div id="prompt-textarea" class="ProseMirror" contenteditable="true" role="textbox">'
            f'<p data-placeholder="{ask}">{escape(self.composed)}<br></p></div>'
            f"{self.inside}{self.buttons or plus + slot}</form>"
            '<input id="upload-photos" type="file" accept="image/*" hidden>'
        )

    def _form_b(self) -> str:
        words = self.words
        mark = "" if self.bare else "data-chatgpt-composer"
        pill = (
            '<span data-inline-selection-pill data-system-hint-type="picture_v2" '
            f'contenteditable="false">{words.picture}</span> '
            if self.mode
            else ""
        )
        slot = (
            f'<button type="button" aria-label="{words.stop}"></button>'
            if self.stop
            else f'<button type="submit" aria-label="{words.send}"></button>'
            if self.composed
            else '<button type="button"><svg><use href="/s.svg#voice-regular"></use></svg></button>'
        )
        files = (
            '<input id="upload-files" type="file" hidden>'
            if self.bare
            else '<input type="file" accept="image/*" hidden>'
            '<input type="file" accept="video/*" hidden>'
        )
        plus = (
            '<button type="button" data-composer-navigation-target="add-context" '
            f'aria-label="{words.add}"></button>'
        )
        return (
            f"<form {mark}>{files}"
            '<div class="ProseMirror" contenteditable="true" role="textbox">'
            f"<p>{pill}{escape(self.composed)}</p></div>"
            f"{self.inside}{self.buttons or plus + slot}</form>"
        )


def address(name: str) -> str:
    """The address of a picture, as the older build has it."""
    return f"https://chatgpt.com/backend-api/estuary/content?id={name}&amp;ts=1&amp;sig=secret"


def img(label: str, src: str, shown: Shown, more: str = "") -> str:
    """One image element."""
    return f'<img alt="{label}" width="{shown.width}" height="{shown.height}" src="{src}" {more}>'


def paragraphs(text: str) -> str:
    """What somebody wrote, line by line."""
    return "".join(f"<p>{escape(line) or '<br>'}</p>" for line in text.split("\n"))


def dialog(text: str, more: str = "") -> str:
    """A dialog over the page."""
    return f'<div role="dialog" {more}><p>{escape(text)}</p><button>OK</button></div>'


def toast(text: str) -> str:
    """A passing message."""
    return f'<div role="alert">{escape(text)}</div>'
