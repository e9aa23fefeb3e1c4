/**
 * An editor that behaves as ProseMirror does: it owns its paragraphs. Text comes in through input
 * events and pastes; whatever else changes the elements is put back. The redesign keeps image mode
 * in it, as a pill before the text, which is lost when everything is selected and written over.
 */

import { element } from "./dom.js";
import { visit } from "./visit.js";

/** The pill, which nobody can edit. */
const PILL = "[contenteditable=false]";

export class Editor {
  /** @type {HTMLElement} */
  root;
  #text = "";
  #placeholder = "";
  #pill = null;
  #selection = { start: 0, end: 0, pill: false };
  #observer;
  #on;

  /**
   * @param {{
   *   changed: () => void,
   *   entered: () => void,
   *   pastedFiles: (files: File[]) => void,
   *   pastedLong: (text: string) => void,
   *   pillLost: () => void,
   * }} on What the composer wants to hear of.
   * @param {Record<string, string>} attributes Of the element, beside those of every editor.
   */
  constructor(on, attributes) {
    this.#on = on;
    this.root = element("div", {
      ...attributes,
      class: "ProseMirror",
      contenteditable: "true",
      role: "textbox",
      translate: "no",
      "aria-multiline": "true",
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
    this.#selection = { start: text.length, end: text.length, pill: false };
    this.#draw();
    this.#caret();
    this.#on.changed();
  }

  /** Put a pill before the text, or none. */
  set pill(pill) {
    if (Boolean(pill) === Boolean(this.#pill)) return;
    this.#pill = pill;
    this.#draw();
    this.#caret();
  }

  /** Whether nobody can write. */
  set locked(locked) {
    this.root.setAttribute("contenteditable", String(!locked));
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
    const { start, end, pill } = this.#selection;
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    this.#selection = { start: start + text.length, end: start + text.length, pill: false };
    if (pill && visit.pillLost) this.#losePill();
    this.#draw();
    this.#caret();
    this.#on.changed();
  }

  #losePill() {
    this.#pill = null;
    this.#on.pillLost();
  }

  #paste(event) {
    event.preventDefault();
    const files = [...(event.clipboardData?.files ?? [])];
    const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n");
    if (files.length) {
      this.#on.pastedFiles(files);
    } else if (text.length > visit.longPaste) {
      this.#on.pastedLong(text);
    } else if (text) {
      this.#insert(visit.changesText ? bent(text) : text);
    }
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#on.entered();
    }
  }

  #beforeInput(event) {
    if (event.inputType === "insertParagraph") {
      event.preventDefault();
      this.#on.entered(); // a split paragraph is taken for a pressed Enter
    } else if (event.inputType === "insertLineBreak") {
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
    if (visit.changesText === "always") this.#text = bent(this.#text);
    this.#select();
    if (this.#pill && !this.root.contains(this.#pill)) this.#losePill();
    const clean = blocks.every(
      (block) =>
        block.nodeName === "P" &&
        [...block.childNodes].every((node) => node.nodeName === "#text" || node === this.#pill) &&
        !block.classList.contains("placeholder"),
    );
    if (clean && blocks.length && visit.changesText !== "always") {
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
    if (this.#pill) this.root.firstElementChild.prepend(this.#pill);
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
      pill: this.#pill !== null && !range.collapsed && range.intersectsNode(this.#pill),
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
        const before = range.cloneContents();
        before.querySelector(PILL)?.remove();
        return sum + before.textContent.length;
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
        const written = [...block.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
        const before = block.contains(this.#pill) ? 1 : 0;
        document.getSelection().collapse(written ?? block, written ? left : before);
        return;
      }
      left -= length + 1;
    }
  }
}

/** A text with bent quotation marks, as many as before. */
function bent(text) {
  return text.replaceAll('"', "”");
}

/** The text of a paragraph, or of whatever an input event made of one. */
function blockText(block) {
  if (block.nodeType === Node.ELEMENT_NODE && block.matches(PILL)) return "";
  if (block.nodeType === Node.TEXT_NODE) return block.data;
  const children = [...block.childNodes];
  return children
    .map((node, index) => {
      if (node.nodeName === "BR") return index === children.length - 1 ? "" : "\n";
      return blockText(node);
    })
    .join("");
}
