/** The author's note on a panel. What was typed stays until the host has it, whatever becomes of the link. */

import { button, made } from "../view/dom.js";
import { t } from "../view/i18n.js";

export class Note {
  #field = made("textarea", { rows: 2, maxlength: 2_000, "aria-label": t("large_note"), placeholder: t("large_note_hint") });
  #unsaved = made("p", { class: "unsaved", hidden: true }, t("large_unsaved"), " ", button(t("large_save"), () => this.save()));
  element = made("div", { class: "note" }, this.#field, this.#unsaved);

  /** What was typed and the host does not have yet, by library and panel. @type {Map<string, string>} */
  #drafts = new Map();
  #library = "";
  /** @type {Wire.Tile | undefined} */
  #tile;
  /** What the host has. */
  #saved = "";
  #known = false;
  /** @type {(tile: Wire.Tile, note: string) => Promise<void>} */
  #keep;

  /** @param {(tile: Wire.Tile, note: string) => Promise<void>} keep  has the host keep a note */
  constructor(keep) {
    this.#keep = keep;
    this.#field.addEventListener("input", () => this.#type());
    this.#field.addEventListener("change", () => this.save());
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
      event.stopPropagation();
      this.#field.blur();
    });
  }

  focus() {
    this.#field.focus();
  }

  /**
   * @param {string} library
   * @param {Wire.Tile | undefined} tile
   * @param {Wire.PanelDetail | null} detail  null until it is known
   */
  draw(library, tile, detail) {
    this.#library = library;
    this.#tile = tile;
    this.#known = detail !== null;
    this.#saved = detail?.note ?? "";
    this.#field.disabled = !tile;
    const draft = this.#draft;
    if (this.#known && draft === this.#saved) this.#drafts.delete(this.#name);
    const shown = draft ?? this.#saved;
    if (this.#field.value !== shown) this.#field.value = shown;
    this.#hint();
  }

  /** Has the host keep what was typed. */
  save() {
    const draft = this.#draft;
    if (!this.#tile || draft === undefined || (this.#known && draft === this.#saved)) return;
    void this.#keep(this.#tile, draft);
    this.#hint();
  }

  get #name() {
    return JSON.stringify([this.#library, this.#tile?.key]);
  }

  get #draft() {
    return this.#drafts.get(this.#name);
  }

  #type() {
    if (this.#tile) this.#drafts.set(this.#name, this.#field.value);
    this.#hint();
  }

  #hint() {
    this.#unsaved.hidden = this.#draft === undefined || document.activeElement === this.#field;
  }
}
