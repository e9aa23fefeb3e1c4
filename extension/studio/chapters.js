/** The chapters of a plan as a table, of which an author chooses some. */

import { made } from "../view/dom.js";
import { number, t } from "../view/i18n.js";
import { columnsOf } from "./plan.js";

export class Chapters {
  /** @type {{ key: string, box: HTMLInputElement }[]} */
  #rows = [];
  #changed;
  #all = made("input", { type: "checkbox", "aria-label": t("start_all_chapters"), change: () => this.#chooseAll() });
  #head = made("tr", {}, made("th", {}, this.#all));
  #body = made("tbody");
  element = made(
    "div",
    { class: "chapters", tabindex: 0, role: "region", "aria-label": t("start_chapters") },
    made("table", {}, made("caption", {}, t("start_chapters")), made("thead", {}, this.#head), this.#body),
  );

  /** @param {() => void} changed  the author chose others */
  constructor(changed) {
    this.#changed = changed;
  }

  get chosen() {
    return this.#rows.map(({ key, box }) => ({ key, chosen: box.checked }));
  }

  /** @param {boolean} off  whether something else says what is meant */
  turn(off) {
    for (const box of [this.#all, ...this.#rows.map((row) => row.box)]) box.disabled = off;
  }

  /**
   * Shows the chapters of a plan; a choice among the same ones stays, and so does the focus.
   *
   * @param {Wire.PlannedChapter[]} chapters
   */
  show(chapters) {
    this.element.hidden = chapters.length === 0;
    const same = this.#rows.length === chapters.length && chapters.every(({ key }, place) => this.#rows[place]?.key === key);
    if (!same) {
      this.#rows = chapters.map(({ key, title }) => ({ key, box: this.#box(`${key} ${title}`) }));
      this.#body.replaceChildren(...this.#rows.map(({ box }) => made("tr", {}, made("td", {}, box))));
      this.#tell();
    }
    const columns = columnsOf(chapters);
    const named = columns.map((name) => made("th", { scope: "col" }, t(`start_column_${name}`)));
    replaceAfterFirst(this.#head, made("th", { scope: "col" }, t("start_chapter")), ...named);
    chapters.forEach((chapter, place) => {
      const row = /** @type {HTMLTableRowElement} */ (this.#body.children[place]);
      const name = made("th", { scope: "row" }, made("b", {}, chapter.key), ` ${chapter.title}`);
      const cells = columns.map((column) => made("td", {}, chapter[column] ? number(chapter[column]) : "–"));
      replaceAfterFirst(row, name, ...cells);
    });
  }

  /** @param {string} name */
  #box(name) {
    const box = made("input", { type: "checkbox", "aria-label": t("start_choose", name) });
    box.checked = true;
    box.addEventListener("change", () => {
      this.#tell();
      this.#changed();
    });
    return box;
  }

  #chooseAll() {
    for (const { box } of this.#rows) box.checked = this.#all.checked;
    this.#tell();
    this.#changed();
  }

  #tell() {
    const chosen = this.#rows.filter(({ box }) => box.checked).length;
    this.#all.checked = chosen === this.#rows.length;
    this.#all.indeterminate = chosen > 0 && !this.#all.checked;
  }
}

/**
 * Replaces all children but the first one, which may have the focus.
 *
 * @param {Element} parent
 * @param {...Element} children
 */
function replaceAfterFirst(parent, ...children) {
  while (parent.children.length > 1) parent.lastElementChild?.remove();
  parent.append(...children);
}
