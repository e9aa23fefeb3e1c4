/** The files that go with the next prompt: one chip each, busy until the server has it ready. */

import { tellDuplicate } from "./dialog.js";
import { element, icon, toast } from "./dom.js";
import { local } from "./local.js";
import { part } from "./parts.js";
import { told, visit, words } from "./visit.js";
import { fill } from "./words.js";

/** How a chip is marked in each of the page's markups. */
const MARKS = {
  chips: { tag: "div", class: "", role: "group" },
  composer: { tag: "div", class: "" },
  surface: { tag: "div", class: " composer-attachment-surface" },
  group: { tag: "span", class: " group/composer-attachment" },
  tiles: { tag: "div", class: "" },
};

/** A file that nobody in this browser has attached: an earlier draft's. */
const FOREIGN = { source: "/ads/leftover.png", name: "leftover.png" };

export class Attachments {
  /** @type {HTMLElement} */
  root = element("div", {
    class: "chips",
    "data-composer-attachments": visit.attached === "composer" ? "" : null,
  });
  #chips = [];
  #uploaded;
  #changed;
  #draft;

  /**
   * @param {(file: string) => void} uploaded Called with a file's id once it is on the server,
   *   before it is ready there.
   * @param {() => void} changed
   * @param {string} account Whose draft it is.
   */
  constructor(uploaded, changed, account) {
    this.#uploaded = uploaded;
    this.#changed = changed;
    this.#draft = `draft of ${account}`;
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
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const chip = this.#make(file.name, preview, file.type === "text/plain");
    this.#show(chip);
    try {
      const response = await fetch(told("/backend-api/files"), { method: "POST", body: file });
      if (!response.ok) throw new Error((await response.json()).alert);
      const { file: id, known } = await response.json();
      if (known && visit.duplicateDialog) await this.#ask(chip);
      chip.file = id;
      this.#keep();
      this.#uploaded(chip.file);
    } catch (error) {
      this.#remove(chip);
      toast(error.message);
    }
  }

  /** Bring back what the draft has kept over a reload. */
  async restore() {
    if (!visit.draft) return;
    const kept = localStorage.getItem(this.#draft);
    if (kept === null && visit.draft === "foreign") {
      this.#keep();
      const response = await fetch(FOREIGN.source);
      await this.add(new File([await response.blob()], FOREIGN.name, { type: "image/png" }));
      return;
    }
    for (const { file, name } of JSON.parse(kept ?? "[]")) {
      const response = await fetch(told(`/backend-api/files/${file}`));
      if (!response.ok) continue;
      const chip = this.#make(name, "", false);
      chip.file = file;
      local(chip.image, (await response.json()).src);
      this.#show(chip);
      this.ready(file);
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
      chip.progress.remove();
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

  /** Start afresh, as a reload does; a draft that is kept stays. */
  restart() {
    if (visit.draft) return;
    this.clear();
  }

  /** Attach a file that is known already only once somebody has read so. */
  async #ask(chip) {
    chip.root.remove();
    await tellDuplicate(chip.name);
    this.root.append(chip.root);
  }

  #make(name, preview, pasted) {
    const marks = MARKS[visit.attached];
    const usual = visit.attached === "chips";
    const chip = { file: null, ready: false, name, preview, root: null, image: null };
    const number = this.#chips.length + 1;
    const label = fill(pasted || !usual ? words.remove : words.removeFile, { n: number, name });
    chip.image = preview === null ? null : element("img", { src: preview || null, alt: name });
    chip.progress = element("span", {
      class: "progress",
      role: "progressbar",
      "aria-label": words.uploading,
    });
    chip.root = part(
      "chip",
      element(
        marks.tag,
        {
          class: (chip.image ? "chip picture" : "chip") + marks.class,
          role: marks.role ?? null,
          "aria-label": usual ? name : null,
          "aria-busy": "true",
          "data-state": "pending",
        },
        chip.image ?? icon("page", 22),
        chip.image ? null : element("span", {}, name),
        chip.progress,
        element(
          "button",
          { type: "button", class: "remove", "aria-label": label, click: () => this.#remove(chip) },
          icon("close", 12),
        ),
      ),
    );
    return chip;
  }

  #show(chip) {
    this.#chips.push(chip);
    this.root.append(chip.root);
    this.#changed();
  }

  #remove(chip) {
    this.#chips = this.#chips.filter((each) => each !== chip);
    chip.root.remove();
    if (chip.preview) URL.revokeObjectURL(chip.preview);
    this.#keep();
    this.#changed();
  }

  /** Note what the draft holds now. */
  #keep() {
    if (!visit.draft) return;
    const held = this.#chips.filter((chip) => chip.file);
    const draft = held.map(({ file, name }) => ({ file, name }));
    localStorage.setItem(this.#draft, JSON.stringify(draft));
  }
}
