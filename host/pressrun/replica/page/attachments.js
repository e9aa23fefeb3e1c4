/** The files that go with the next prompt: one chip each, busy until the server has it ready. */

import { element, icon, toast } from "./dom.js";
import { told, words } from "./visit.js";
import { fill } from "./words.js";

export class Attachments {
  /** @type {HTMLElement} */
  root = element("div", { class: "chips" });
  #chips = [];
  #uploaded;
  #changed;

  /**
   * @param {(file: string) => void} uploaded Called with a file's id once it is on the server,
   *   before it is ready there.
   * @param {() => void} changed
   */
  constructor(uploaded, changed) {
    this.#uploaded = uploaded;
    this.#changed = changed;
  }

  /** The ids of the files, in the order of their chips. */
  get files() {
    return this.#chips.map((chip) => chip.file);
  }

  /** Whether a file is not ready yet. */
  get pending() {
    return this.#chips.some((chip) => !chip.ready);
  }

  /** Take a file on and send it to the server. */
  async add(file) {
    const pasted = file.type === "text/plain";
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const chip = { file: null, ready: false, preview, root: null };
    const number = this.#chips.length + 1;
    const label = fill(pasted ? words.remove : words.removeFile, { n: number, name: file.name });
    chip.root = element(
      "div",
      {
        class: preview ? "chip picture" : "chip",
        role: "group",
        "aria-label": file.name,
        "aria-busy": "true",
        "data-state": "pending",
      },
      preview ? element("img", { src: preview, alt: file.name }) : icon("page", 22),
      preview ? null : element("span", {}, file.name),
      element("span", { class: "progress", role: "progressbar", "aria-label": words.uploading }),
      element(
        "button",
        { type: "button", class: "remove", "aria-label": label, click: () => this.#remove(chip) },
        icon("close", 12),
      ),
    );
    this.#chips.push(chip);
    this.root.append(chip.root);
    this.#changed();
    try {
      const response = await fetch(told("/backend-api/files"), { method: "POST", body: file });
      if (!response.ok) throw new Error((await response.json()).alert);
      chip.file = (await response.json()).file;
      this.#uploaded(chip.file);
    } catch (error) {
      this.#remove(chip);
      toast(error.message);
    }
  }

  /** Hear that the server has a file ready, or why it has not. */
  ready(file, alert) {
    if (alert) toast(alert);
    for (const chip of this.#chips.filter((each) => each.file === file)) {
      if (alert) {
        this.#remove(chip);
        continue;
      }
      chip.ready = true;
      chip.root.setAttribute("aria-busy", "false");
      chip.root.setAttribute("data-state", "ready");
      chip.root.querySelector(".progress")?.remove();
    }
    this.#changed();
  }

  /** Ask again for what was under way when the line to the server dropped. */
  resume() {
    for (const chip of this.#chips) {
      if (chip.file && !chip.ready) this.#uploaded(chip.file);
    }
  }

  clear() {
    for (const chip of [...this.#chips]) this.#remove(chip);
  }

  #remove(chip) {
    this.#chips = this.#chips.filter((each) => each !== chip);
    chip.root.remove();
    if (chip.preview) URL.revokeObjectURL(chip.preview);
    this.#changed();
  }
}
