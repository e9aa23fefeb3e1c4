/** One cell of the grid. It is given panel after panel while the grid is scrolled, and changes only what differs. */

import { made, sign } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { flagInWords, reviewedInWords, stateInWords } from "../view/labels.js";

/** How many signs stand below a picture. */
const SIGNS = 4;

export class Cell {
  /** @type {Wire.Tile | null} */
  tile = null;

  #page = made("span", { class: "page", "aria-hidden": "true" });
  #image = made("img", { alt: "", hidden: true, decoding: "async", draggable: "false" });
  #word = made("span", { class: "word", "aria-hidden": "true" });
  #box = made("div", { class: "box" }, this.#word, this.#image);
  #key = made("span", { class: "key" });
  #signs = made("span", { class: "signs-of" });
  /** All of it in words, for those who hear the page. */
  #said = made("span", { class: "said" });
  /** @type {string} what stands in the signs */
  #signed = "";
  element = made(
    "div",
    { role: "gridcell", class: "cell" },
    this.#page,
    this.#box,
    made("div", { class: "caption", "aria-hidden": "true" }, this.#key, this.#signs),
    this.#said,
  );

  #pictures;

  /**
   * @param {Studio.Pictures} pictures
   * @param {string} id  by which the grid tells a screen reader where the cursor is
   */
  constructor(pictures, id) {
    this.#pictures = pictures;
    this.element.id = id;
  }

  /**
   * @param {Wire.Tile} tile
   * @param {{ begins: boolean, cursor: boolean, selected: boolean, column: number }} how  begins: it is the first of its page
   */
  draw(tile, { begins, cursor, selected, column }) {
    const { element } = this;
    const before = this.tile;
    this.tile = tile;
    element.hidden = false;
    if (before?.key !== tile.key) {
      this.#key.textContent = shortly(tile.key, tile.page);
      element.title = tile.key;
    }
    text(this.#page, begins ? pageOf(tile.page) : "");
    element.classList.toggle("begins", begins && Boolean(tile.page));
    if (before?.picture !== tile.picture || (tile.picture && this.#image.hidden)) this.#pictures.show(this.#image, tile.picture);
    text(this.#word, tile.picture ? "" : stateInWords(tile.state));
    if (element.dataset["reviewed"] !== tile.reviewed) element.dataset["reviewed"] = tile.reviewed;
    if (element.dataset["state"] !== tile.state) element.dataset["state"] = tile.state;
    this.#sign(tile);
    element.classList.toggle("cursor", cursor);
    this.select(selected);
    const place = String(column + 1);
    if (element.getAttribute("aria-colindex") !== place) element.setAttribute("aria-colindex", place);
    const words = inWords(tile);
    if (this.#said.textContent !== words) this.#said.textContent = this.#signs.title = words;
  }

  /** @param {boolean} selected */
  select(selected) {
    const told = String(selected);
    if (this.element.getAttribute("aria-selected") !== told) this.element.setAttribute("aria-selected", told);
  }

  /** Shows nothing: the row has fewer tiles. */
  clear() {
    if (!this.tile) return;
    this.tile = null;
    this.element.hidden = true;
    this.#pictures.show(this.#image, null);
  }

  /** @param {Wire.Tile} tile */
  #sign(tile) {
    const names = [...(tile.reviewed === "unreviewed" ? [] : [tile.reviewed]), ...(tile.flags ?? []).slice(0, SIGNS)];
    const stale = tile.picture && tile.state !== "made" && tile.state !== "unlisted" ? stateInWords(tile.state) : "";
    const takes = tile.takes > 1 ? String(tile.takes) : "";
    const signed = `${names.join()} ${stale} ${takes}`;
    if (signed === this.#signed) return;
    this.#signed = signed;
    this.#signs.replaceChildren(
      ...(stale ? [made("span", { class: "stale" }, stale)] : []),
      ...(takes ? [made("span", { class: "takes" }, `×${takes}`)] : []),
      ...names.map((name) => {
        const svg = sign(name);
        svg.dataset["sign"] = name;
        return svg;
      }),
    );
  }
}

/**
 * A key without what its page's line says already.
 *
 * @param {string} key
 * @param {string} page
 */
function shortly(key, page) {
  return page && key.startsWith(`${page}/`) ? key.slice(page.length + 1) : key;
}

/** @param {string} page  such as ch01/p012 */
const pageOf = (page) => page.slice(page.lastIndexOf("/") + 1);

/** @param {Wire.Tile} tile */
function inWords(tile) {
  const { key, state, reviewed, flags = [], takes } = tile;
  return [
    key,
    stateInWords(state),
    ...(tile.picture ? [reviewedInWords(reviewed)] : []),
    ...flags.map(flagInWords),
    ...(takes > 1 ? [t("grid_takes", takes)] : []),
  ].join(", ");
}

/**
 * @param {HTMLElement} element
 * @param {string} value
 */
function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
