/** The form in which a prompt is written and sent. */

import { Attachments } from "./attachments.js";
import { element, icon, place } from "./dom.js";
import { Editor } from "./editor.js";
import { hangMenu } from "./menu.js";

const ASPECTS = [
  "Auto",
  "Square 1:1",
  "Portrait 3:4",
  "Story 9:16",
  "Landscape 4:3",
  "Widescreen 16:9",
];

export class Composer {
  /** @type {HTMLFormElement} */
  root;
  #editor;
  #attachments;
  #mode = "text";
  #aspect = "Auto";
  #streaming = null;
  #sending = false;
  #send;
  #stop;
  #modeBar = element("div", { class: "mode" });
  #slot = element("div", { class: "slot" });
  #buttons;

  /**
   * @param {{
   *   longPaste: number,
   *   send: (order: object) => Promise<boolean>,
   *   stop: (turn: string) => void,
   *   uploaded: (file: string) => void,
   * }} page `send` tells whether the site took the order.
   */
  constructor(page) {
    this.#send = page.send;
    this.#stop = page.stop;
    this.#editor = new Editor({
      changed: () => this.#update(),
      entered: () => this.#submit(),
      pastedFiles: (files) => files.forEach((file) => this.#attachments.add(file)),
      pastedLong: (text) =>
        this.#attachments.add(new File([text], "Pasted text.txt", { type: "text/plain" })),
      longPaste: () => page.longPaste,
    });
    this.#attachments = new Attachments(page.uploaded, () => this.#update());
    this.#buttons = {
      send: element(
        "button",
        {
          id: "composer-submit-button",
          "data-testid": "send-button",
          type: "submit",
          class: "round",
          "aria-label": "Send prompt",
        },
        icon("send"),
      ),
      stop: element(
        "button",
        {
          id: "composer-submit-button",
          "data-testid": "stop-button",
          type: "button",
          class: "round",
          "aria-label": "Stop streaming",
          click: () => this.#stop(this.#streaming),
        },
        icon("stop"),
      ),
      voice: element(
        "button",
        {
          "data-testid": "composer-speech-button",
          type: "button",
          class: "round",
          "aria-label": "Start Voice",
        },
        icon("voice"),
      ),
    };
    const upload = element("input", {
      id: "upload-files",
      type: "file",
      multiple: true,
      hidden: true,
      tabindex: "-1",
      change: () => {
        [...upload.files].forEach((file) => this.#attachments.add(file));
        upload.value = "";
      },
    });
    const plus = element(
      "button",
      {
        id: "composer-plus-btn",
        "data-testid": "composer-plus-btn",
        type: "button",
        class: "flat",
        "aria-label": "Add files and more",
      },
      icon("plus"),
    );
    hangMenu(plus, () => [
      { label: "Add photos & files", pick: () => upload.click() },
      {
        label: "Create image",
        role: "menuitemradio",
        checked: this.#mode === "image",
        pick: () => this.#setMode(this.#mode === "image" ? "text" : "image"),
      },
      { label: "Deep research", role: "menuitemradio", pick: () => {} },
      { label: "Web search", role: "menuitemradio", pick: () => {} },
    ]);
    this.root = element(
      "form",
      {
        "data-type": "unified-composer",
        class: "composer",
        submit: (event) => {
          event.preventDefault();
          this.#submit();
        },
      },
      upload,
      this.#attachments.root,
      element("textarea", {
        name: "prompt-textarea",
        class: "decoy",
        "aria-hidden": "true",
        tabindex: "-1",
        placeholder: "Ask anything",
      }),
      this.#editor.root,
      element(
        "div",
        { class: "tools" },
        plus,
        this.#modeBar,
        element("button", { type: "button", class: "__composer-pill" }, "Auto"),
        this.#slot,
      ),
    );
    this.#setMode("text");
  }

  focus() {
    this.#editor.focus();
  }

  /** Show Stop for a turn, or for none. */
  set streaming(turn) {
    this.#streaming = turn;
    this.#update();
  }

  /** Hear that a file is ready on the server. */
  ready(file) {
    this.#attachments.ready(file);
  }

  /** Go on after the line to the server was lost. */
  resume() {
    this.#attachments.resume();
  }

  /** Start afresh, as a reload does. */
  clear() {
    this.#attachments.clear();
    this.#editor.text = "";
    this.#aspect = "Auto";
    this.#setMode("text");
  }

  #setMode(mode) {
    this.#mode = mode;
    this.#editor.placeholder = mode === "image" ? "Describe or edit an image" : "Ask anything";
    const aspect = element(
      "button",
      { type: "button", class: "pill", "aria-label": "Choose image aspect ratio" },
      icon("aspect", 16),
      this.#aspect,
    );
    hangMenu(aspect, () =>
      ASPECTS.map((label) => ({
        label,
        role: "menuitemradio",
        checked: label === this.#aspect,
        pick: () => {
          this.#aspect = label;
          this.#setMode(this.#mode);
        },
      })),
    );
    const pill = element(
      "button",
      {
        type: "button",
        class: "pill on",
        "aria-label": "Image, click to remove",
        click: () => this.#setMode("text"),
      },
      icon("picture", 16),
      "Image",
    );
    this.#modeBar.replaceChildren(...(mode === "image" ? [pill, aspect] : []));
    this.#update();
  }

  get #ready() {
    const text = this.#editor.text.trim();
    return Boolean(text) && !this.#attachments.pending && !this.#sending && !this.#streaming;
  }

  #update() {
    const { send, stop, voice } = this.#buttons;
    const text = this.#editor.text.trim();
    place(this.#slot, this.#streaming ? stop : text ? send : voice);
    send.disabled = !this.#ready;
    send.setAttribute("aria-disabled", String(!this.#ready));
  }

  async #submit() {
    if (!this.#ready) return;
    const text = this.#editor.text;
    const mode = this.#mode;
    const aspect = this.#aspect;
    const files = this.#attachments.files;
    this.#sending = true;
    this.#editor.text = "";
    this.#setMode("text");
    const taken = await this.#send({ prompt: text, mode, aspect, files });
    this.#sending = false;
    if (taken) {
      this.#attachments.clear();
      this.#aspect = "Auto";
    } else if (!this.#editor.text) {
      this.#editor.text = text;
      this.#setMode(mode);
    }
    this.#update();
  }
}
