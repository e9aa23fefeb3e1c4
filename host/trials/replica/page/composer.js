/** The form in which a prompt is written and sent; its looks are the shell's. */

import { Attachments } from "./attachments.js";
import { element, place } from "./dom.js";
import { Editor } from "./editor.js";
import { hangMenu } from "./menu.js";
import { part } from "./parts.js";
import { visit, words } from "./visit.js";
import { fill } from "./words.js";

/** What the site calls the ratios, whatever their labels say. */
const RATIOS = ["Auto", "Square 1:1", "Portrait 3:4", "Story 9:16", "Landscape 4:3", "Widescreen 16:9"];

export class Composer {
  /** @type {HTMLFormElement} */
  root;
  #shell;
  #editor;
  #attachments;
  #mode = "text";
  #ratio = 0;
  #streaming = null;
  #sending = false;
  #locked = false;
  #ignored = visit.ignoredClicks;
  #working = visit.composerTabs === "work";
  #send;
  #parts;

  /**
   * @param {object} shell Makes the elements; `shell_a.js` and `shell_b.js` are two.
   * @param {{
   *   send: (order: object) => Promise<boolean>,
   *   stop: (turn: string) => void,
   *   uploaded: (file: string) => void,
   *   account: string,
   * }} page `send` tells whether the site took the order.
   */
  constructor(shell, page) {
    this.#shell = shell;
    this.#send = page.send;
    this.#editor = new Editor(
      {
        changed: () => this.#update(),
        entered: () => this.#submit(),
        pastedFiles: (files) => files.forEach((file) => this.#attachments.add(file)),
        pastedLong: (text) =>
          this.#attachments.add(new File([text], words.pasted, { type: "text/plain" })),
        pillLost: () => this.#setMode("text"),
      },
      shell.editor(),
    );
    this.#attachments = new Attachments(page.uploaded, () => this.#update(), page.account);
    this.#parts = shell.composer({
      editor: this.#editor.root,
      chips: this.#attachments.root,
      stop: () => page.stop(this.#streaming),
      submit: (event) => {
        event.preventDefault();
        if (event.submitter && this.#ignored-- > 0) return;
        this.#submit();
      },
      files: (files) => {
        if (!visit.inputsDeaf) [...files].forEach((file) => this.#attachments.add(file));
      },
    });
    hangMenu(this.#parts.plus, () => this.#entries(), shell.entry);
    this.root = this.#parts.root;
    for (const name of ["send", "stop", "plus", "tools"]) part(name, this.#parts[name]);
    part("form", this.root);
    part("editor", this.#editor.root);
    if (visit.composerTabs) this.root.prepend(this.#tabs());
    this.#setMode("text");
    void this.#attachments.restore();
  }

  focus() {
    this.#editor.focus();
  }

  /** Show Stop for a turn, or for none. */
  set streaming(turn) {
    this.#streaming = turn;
    this.#update();
  }

  /** Whether nothing can be written or sent. */
  set locked(locked) {
    this.#locked = locked;
    this.#editor.locked = locked;
    this.#update();
  }

  /** Hear that a file is ready on the server, or why it has failed. */
  ready(file, alert) {
    this.#attachments.ready(file, alert);
  }

  /** Go on after the line to the server was lost. */
  resume() {
    this.#attachments.resume();
  }

  /** Start afresh, as a reload does. */
  clear() {
    this.#attachments.restart();
    this.#editor.text = "";
    this.#ratio = 0;
    this.#setMode("text");
  }

  #entries() {
    const image = {
      label: words.createImage,
      role: "menuitemradio",
      glyph: "image-regular",
      checked: this.#mode === "image",
      pick: () => this.#setMode(this.#mode === "image" ? "text" : "image"),
    };
    return [
      { label: words.addFiles, glyph: "attach-regular", pick: () => this.#parts.upload.click() },
      ...(visit.drawingModel && !this.#working ? [image] : []),
      { label: words.research, role: "menuitemradio", glyph: "search-regular", pick: () => {} },
      { label: words.webSearch, role: "menuitemradio", glyph: "globe-regular", pick: () => {} },
    ];
  }

  /** The tabs of the composer, one of which makes no pictures. */
  #tabs() {
    const tab = (label, working) =>
      element(
        "button",
        {
          type: "button",
          role: "tab",
          class: "tab",
          "aria-selected": String(working === this.#working),
          click: () => {
            this.#working = working;
            tabs.forEach((each) => each.setAttribute("aria-selected", String(each === tabs[+working])));
            if (working) this.#setMode("text");
          },
        },
        label,
      );
    const tabs = [tab(words.chatTab, false), tab(words.workTab, true)];
    return element("div", { role: "group", class: "tabs", "aria-label": words.composerMode }, ...tabs);
  }

  /** Show image mode as a chip beside the editor, which tells nothing of it itself. */
  #showChip() {
    const chip = element(
      "button",
      {
        type: "button",
        class: "pill on",
        "aria-label": fill(words.remove, { name: words.createImage }),
        click: () => this.#setMode("text"),
      },
      words.createImage,
    );
    this.#parts.hints.replaceChildren(...(this.#mode === "image" ? [chip] : []));
  }

  #setMode(mode) {
    this.#mode = mode;
    if (visit.modeChip) {
      this.#editor.placeholder = words.ask;
      this.#showChip();
      this.#update();
      return;
    }
    this.#editor.placeholder = mode === "image" ? words.describe : words.ask;
    this.#shell.showMode(this.#parts, this.#editor, {
      on: mode === "image",
      ratio: words.ratios[this.#ratio],
      leave: () => this.#setMode("text"),
      ratios: () =>
        words.ratios.map((label, index) => ({
          label,
          role: "menuitemradio",
          checked: index === this.#ratio,
          pick: () => {
            this.#ratio = index;
            this.#setMode(this.#mode);
          },
        })),
    });
    this.#update();
  }

  get #ready() {
    const text = this.#editor.text.trim();
    const hindered = this.#attachments.pending || this.#sending || this.#streaming || this.#locked;
    return Boolean(text) && !hindered;
  }

  #update() {
    const { slot, send, stop, voice } = this.#parts;
    const text = this.#editor.text.trim();
    place(slot, this.#streaming ? stop : text ? send : voice);
    send.disabled = !this.#ready;
    send.setAttribute("aria-disabled", String(!this.#ready));
  }

  async #submit() {
    if (!this.#ready) return;
    const text = this.#editor.text;
    const mode = this.#mode;
    const aspect = RATIOS[this.#ratio];
    const files = this.#attachments.files;
    this.#sending = true;
    this.#editor.text = "";
    this.#setMode("text");
    const taken = await this.#send({ prompt: text, mode, aspect, files });
    this.#sending = false;
    if (taken) {
      this.#attachments.clear();
      this.#ratio = 0;
    } else if (!this.#editor.text) {
      this.#editor.text = text;
      this.#setMode(mode);
    }
    this.#update();
  }
}
