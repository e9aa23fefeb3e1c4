/**
 * An editor that behaves as ProseMirror does: it owns its paragraphs. Text comes in through input
 * events and pastes; whatever else changes the elements is put back.
 */

import { element } from "./dom.js";

export class Editor {
  /** @type {HTMLElement} */
  root;
  #text = "";
  #placeholder = "";
  #selection = { start: 0, end: 0 };
  #observer;
  #on;

  /**
   * @param {{
   *   changed: () => void,
   *   entered: () => void,
   *   pastedFiles: (files: File[]) => void,
   *   pastedLong: (text: string) => void,
   *   longPaste: () => number,
   * }} on What the composer wants to hear of.
   */
  constructor(on) {
    this.#on = on;
    this.root = element("div", {
      id: "prompt-textarea",
      class: "ProseMirror",
      contenteditable: "true",
      role: "textbox",
      translate: "no",
      "aria-multiline": "true",
      "aria-label": "Chat with ChatGPT",
      "data-virtualkeyboard": "true",
      input: (event) => this.#input(event),
      beforeinput: (event) => this.#beforeInput(event),
      compositionend: () => this.#read(),
      keydown: (event) => this.#key(event),
      paste: (event) => this.#paste(event),
      drop: (event) => event.preventDefault(),
    });
    document.addEventListener("selectionchange", () => this.#select());
    this.#observer = new MutationObserver(() => this.#draw());
    this.#draw();
    this.#observer.observe(this.root, { childList: true, characterData: true, subtree: true });
  }

  /** The text; a newline between two paragraphs. */
  get text() {
    return this.#text;
  }

  set text(text) {
    this.#text = text;
    this.#selection = { start: text.length, end: text.length };
    this.#draw();
    this.#caret();
    this.#on.changed();
  }

  set placeholder(placeholder) {
    this.#placeholder = placeholder;
    this.root.setAttribute("aria-placeholder", placeholder);
    if (!this.#text) this.#draw();
  }

  focus() {
    this.root.focus();
    this.#caret();
  }

  #insert(text) {
    this.#select();
    const { start, end } = this.#selection;
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    this.#selection = { start: start + text.length, end: start + text.length };
    this.#draw();
    this.#caret();
    this.#on.changed();
  }

  #paste(event) {
    event.preventDefault();
    const files = [...(event.clipboardData?.files ?? [])];
    const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n");
    if (files.length) {
      this.#on.pastedFiles(files);
    } else if (text.length > this.#on.longPaste()) {
      this.#on.pastedLong(text);
    } else if (text) {
      this.#insert(text);
    }
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#on.entered();
    }
  }

  #beforeInput(event) {
    if (event.inputType === "insertParagraph" || event.inputType === "insertLineBreak") {
      event.preventDefault();
      this.#insert("\n");
    } else if (event.inputType.startsWith("format")) {
      event.preventDefault();
    }
  }

  #input(event) {
    if (!event.isComposing) this.#read();
  }

  /** Take over what an input event left in the elements. */
  #read() {
    const blocks = [...this.root.childNodes];
    this.#text = blocks.map(blockText).join("\n");
    this.#select();
    const clean = blocks.every(
      (block) =>
        block.nodeName === "P" &&
        [...block.childNodes].every((node) => node.nodeName === "#text") &&
        !block.classList.contains("placeholder"),
    );
    if (clean && blocks.length) {
      this.#observer.takeRecords();
    } else {
      this.#draw();
      this.#caret();
    }
    this.#on.changed();
  }

  #draw() {
    this.root.replaceChildren(
      ...this.#text.split("\n").map((line) => {
        const paragraph = element("p");
        if (line) {
          paragraph.textContent = line;
        } else {
          paragraph.append(element("br", { class: "ProseMirror-trailingBreak" }));
        }
        return paragraph;
      }),
    );
    if (!this.#text) {
      this.root.firstElementChild.className = "placeholder";
      this.root.firstElementChild.setAttribute("data-placeholder", this.#placeholder);
    }
    this.#observer.takeRecords();
  }

  /** Remember where the selection is, while it is in the editor. */
  #select() {
    const selection = document.getSelection();
    if (!selection?.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!this.root.contains(range.startContainer) || !this.root.contains(range.endContainer)) return;
    this.#selection = {
      start: this.#offset(range.startContainer, range.startOffset),
      end: this.#offset(range.endContainer, range.endOffset),
    };
  }

  #offset(node, offset) {
    if (node === this.root) {
      const before = [...this.root.childNodes].slice(0, offset).map(blockText);
      const through = before.join("\n").length;
      return Math.min(this.#text.length, offset < this.root.childNodes.length && offset > 0 ? through + 1 : through);
    }
    let sum = 0;
    for (const block of this.root.childNodes) {
      if (block.contains(node)) {
        const range = document.createRange();
        range.setStart(block, 0);
        range.setEnd(node, offset);
        return sum + range.toString().length;
      }
      sum += blockText(block).length + 1;
    }
    return this.#text.length;
  }

  /** Put the caret where it is remembered to be, if the editor has the focus. */
  #caret() {
    if (document.activeElement !== this.root) return;
    let left = this.#selection.end;
    for (const block of this.root.children) {
      const length = blockText(block).length;
      if (left <= length) {
        const inside = block.firstChild?.nodeType === Node.TEXT_NODE ? block.firstChild : block;
        document.getSelection().collapse(inside, inside === block ? 0 : left);
        return;
      }
      left -= length + 1;
    }
  }
}

/** The text of a paragraph, or of whatever an input event made of one. */
function blockText(block) {
  if (block.nodeType === Node.TEXT_NODE) return block.data;
  const children = [...block.childNodes];
  return children
    .map((node, index) => {
      if (node.nodeName === "BR") return index === children.length - 1 ? "" : "\n";
      return blockText(node);
    })
    .join("");
}
