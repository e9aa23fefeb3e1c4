/** The author's note on a panel. What was typed stays until the host has it, whatever becomes of the link. */

import { button, made } from "../view/dom.js";
import { t } from "../view/i18n.js";

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string} over  the note that its author saw when it was begun
 * @property {number | undefined} decided  the last decision about the panel at that time
 * @property {string | null} told  the note of somebody else's that its author was told of since
 * @property {boolean} due  whether it is to be saved once it is known what was decided last
 */

export class Note {
  #field = made("textarea", { rows: 2, maxlength: 4_000, "aria-label": t("large_note"), placeholder: t("large_note_hint") });
  #unsaved = made("p", { class: "unsaved", hidden: true }, t("large_unsaved"), " ", button(t("large_save"), () => this.save()));
  /** The note that somebody else wrote in the place of the one that this is typed over. */
  #other = made("p", { class: "other", role: "status", hidden: true });
  element = made("div", { class: "note" }, this.#field, this.#other, this.#unsaved);

  /** What was typed and the host does not have yet, by library and panel. @type {Map<string, Draft>} */
  #drafts = new Map();
  #library = "";
  /** @type {Wire.Tile | undefined} */
  #tile;
  /** What the host has, and after which decision about the panel. */
  #saved = "";
  /** @type {number | undefined} */
  #decided;
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
    this.#decided = detail?.takes.find(({ place }) => place === "current")?.decided ?? tile?.decided;
    this.#field.disabled = !tile;
    const draft = this.#draft;
    if (this.#known && draft?.text === this.#saved) this.#drafts.delete(this.#name);
    const shown = draft?.text ?? this.#saved;
    if (this.#field.value !== shown) this.#field.value = shown;
    if (draft?.due && !this.#isBehind) this.save();
    else this.#hint();
  }

  /** Has the host keep what was typed; told of what somebody else noted, one may save once more. */
  save() {
    const draft = this.#draft;
    if (!this.#tile || draft === undefined || (this.#known && draft.text === this.#saved)) return;
    // what was decided a moment ago may be about the note: its author has not seen that yet
    draft.due = this.#isBehind && !draft.due;
    if (draft.due) return this.#hint();
    // whatever else was decided since, nothing that its author did not see is written over
    const decided = [draft.over, draft.told].includes(this.#saved) ? this.#decided : draft.decided;
    void this.#keep({ ...this.#tile, ...(decided !== undefined && { decided }) }, draft.text);
    draft.told = this.#saved;
    this.#hint();
  }

  /** Whether the panel has changed, and it is not known yet what is noted about it now. */
  get #isBehind() {
    return this.#known && (this.#tile?.decided ?? 0) > (this.#decided ?? 0);
  }

  get #name() {
    return JSON.stringify([this.#library, this.#tile?.key]);
  }

  get #draft() {
    return this.#drafts.get(this.#name);
  }

  #type() {
    if (!this.#tile) return;
    const { over, decided, told } = this.#draft ?? { over: this.#saved, decided: this.#decided, told: null };
    this.#drafts.set(this.#name, { text: this.#field.value, over, decided, told, due: false });
    this.#hint();
  }

  #hint() {
    const draft = this.#draft;
    const away = document.activeElement !== this.#field;
    this.#unsaved.hidden = !draft || !away;
    const other = draft && this.#known && draft.over !== this.#saved ? this.#saved : "";
    this.#other.hidden = !other;
    this.#other.textContent = other && t("large_note_other", other);
  }
}
