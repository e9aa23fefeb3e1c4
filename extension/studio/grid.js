/** The grid: any number of panels, of which only those in sight have cells. A decision changes one cell and nothing else. */

import { made, watchSize } from "../view/dom.js";
import { t, translate } from "../view/i18n.js";
import { Bar, goesOn } from "./bar.js";
import { Cell } from "./cell.js";
import { judgementOf, unjudged } from "./judging.js";
import { columnsIn, EDGE, GAP, INSET, laidOut, ledTo, LINES, rowsIn, shapeOf } from "./rows.js";
import { Selection } from "./selection.js";

/** How much is drawn above and below what is seen, so that little is missing when it is scrolled. */
const BEYOND = 500;

/** Pixels a millisecond at which nobody sees what flies past, … */
const FAST = 4;
/** … if it goes on for so many frames: a single step of that size is a jump to somewhere. */
const FRAMES = 3;

/** The tallest that browsers make an element is not much more; a longer grid is scrolled in larger steps. */
const TALLEST = 12_000_000;

/** How often the page counts at most: it looks at every panel. */
const COUNT_MS = 250;

/**
 * @typedef {object} Drawn
 * @property {HTMLElement} element
 * @property {HTMLElement} heading
 * @property {Cell[]} cells
 */

/** @param {Studio.App} app */
export function create(app) {
  return new Grid(/** @type {import("./app.js").App} */ (app));
}

/** @implements {Studio.View} */
class Grid {
  element = made("section", { class: "grid-view" });

  #app;
  #bar;
  #selection = new Selection();
  #canvas = made("div", { class: "canvas", role: "presentation" });
  #scroller = made("div", { class: "scroller", role: "grid", tabindex: "0", "aria-multiselectable": "true", "data-part": "grid" }, this.#canvas);
  #where = made("p", { class: "where" });
  #empty = made("p", { class: "empty" });
  /** @type {import("./rows.js").Layout} */
  #layout = laidOut([], { columns: 1, row: 1, headings: false });
  /** @type {Map<number, Drawn>} the rows that are drawn, by their number */
  #drawn = new Map();
  /** @type {Drawn[]} rows without a place */
  #spare = [];
  /** @type {Map<string, Cell>} the cells that are drawn, by the key of what they show */
  #cells = new Map();
  #cellCount = 0;
  #width = 0;
  #height = 0;
  #scroll = 0;
  /** How many frames in a row were fast, and when the last one was. */
  #fast = 0;
  #drawnAt = 0;
  #framed = false;
  #showing = false;
  /** Whether the grid has to be laid out when it is shown again. */
  #stale = false;
  /** Whether the panel of the address has not come yet. */
  #seeking = true;
  /** @type {{ key: string, below: number }[]} the tiles that stay where they are seen while others come or go */
  #anchors = [];
  /** @type {ReturnType<typeof setTimeout> | null} */
  #counting = null;

  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.#app = app;
    this.#bar = new Bar(app, {
      filtered: () => this.#filtered(),
      sized: () => this.#lay(true),
      approve: () => void app.decide("approve", app.gallery.shown.filter(unjudged)),
      remake: () => void this.#remakeRejected(),
      done: () => this.#scroller.focus(),
    });
    this.#scroller.setAttribute("aria-label", t("studio_grid"));
    this.element.append(this.#bar.element, this.#where, this.#scroller, this.#empty);
    translate(this.element);
    this.#scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.#scroller.addEventListener("click", (event) => this.#clicked(event));
    this.#scroller.addEventListener("dblclick", (event) => this.#opened(event));
    watchSize(this.#scroller, (size) => this.#resized(size));
  }

  /** @param {Studio.Place} place */
  show({ key }) {
    const came = !this.#showing;
    this.#showing = true;
    if (key && key !== this.#selection.cursor) this.#goTo(key);
    if (!came) return;
    this.#scroller.scrollTop = this.#scroll;
    if (this.#stale) this.#lay(true);
    this.#draw();
    this.#reveal();
    if (document.activeElement === document.body || !document.activeElement?.checkVisibility()) this.#scroller.focus({ preventScroll: true });
  }

  hide() {
    this.#showing = false;
  }

  /** @param {readonly Wire.Tile[]} tiles */
  changed(tiles) {
    for (const { key } of tiles) {
      const cell = this.#cells.get(key);
      const place = this.#app.gallery.shownAt(key);
      if (cell && place >= 0) this.#drawCell(cell, place);
    }
    this.#count();
  }

  /** @param {LinkState} link */
  linked({ state }) {
    if (state === "up") void this.#bar.again();
  }

  anew() {
    this.#bar.name();
    this.#refilter();
    this.#bar.opened();
  }

  /**
   * @param {Partial<import("./filter.js").Filter>} wanted
   * @param {string} library
   */
  filter(wanted, library) {
    this.#bar.choose(wanted, library);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { gallery } = this.#app;
    const { key, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (command && key.toLowerCase() === "a") {
      this.#selection.all(gallery.shown);
      this.#mark();
      return true;
    }
    if (event.altKey || (command && key !== " ")) return false;
    if (key === "Escape") {
      const cleared = this.#selection.clear();
      if (cleared) this.#mark();
      return cleared;
    }
    if ((key === " " || key === "Enter") && event.target instanceof HTMLButtonElement) return false;
    if (key.toLowerCase() === "x" || (command && key === " ")) {
      this.#selection.toggle(this.#selection.cursor);
      this.#mark();
      return true;
    }
    if (key === " " || key === "Enter") {
      if (this.#selection.cursor) this.#app.go({ view: "large", key: this.#selection.cursor });
      return true;
    }
    const place = gallery.shownAt(this.#selection.cursor);
    const led = ledTo(this.#layout, Math.max(0, place), key, this.#height);
    if (led !== null) {
      this.#moveTo(place < 0 ? 0 : led, shiftKey);
      return true;
    }
    const judged = judgementOf(event, this.#chosen);
    if (!judged) return false;
    this.#judge(judged);
    return true;
  }

  /** The panels that a decision is about. */
  get #chosen() {
    const { keys, cursor } = this.#selection;
    if (keys.size) return this.#selection.of(this.#app.gallery.shown);
    const tile = this.#app.gallery.tile(cursor);
    return tile ? [tile] : [];
  }

  /** @param {import("./judging.js").Judgement} judged */
  #judge({ act, choice }) {
    const one = !this.#selection.keys.size;
    const place = this.#app.gallery.shownAt(this.#selection.cursor);
    // choosing a take is about one panel
    const tiles = act === "choose" ? this.#chosen.filter(({ key }) => key === this.#selection.cursor) : this.#chosen;
    void this.#app.decide(act, tiles, choice);
    if (one && goesOn() && (act === "approve" || act === "clear" || act === "keep")) this.#moveTo(place + 1, false);
  }

  #remakeRejected() {
    const rejected = this.#app.gallery.shown.filter(({ reviewed, flags }) => reviewed === "rejected" && !flags?.includes("remade"));
    return this.#app.decide("redo", rejected, { remake: "reason" });
  }

  /**
   * @param {number} place  among those that are shown
   * @param {boolean} extend  whether the selection reaches that far
   */
  #moveTo(place, extend) {
    const { shown } = this.#app.gallery;
    const key = shown[Math.min(place, shown.length - 1)]?.key;
    if (!key) return;
    if (extend) this.#selection.reach(key, shown, (each) => this.#app.gallery.shownAt(each));
    else this.#selection.goTo(key);
    this.#mark();
    this.#reveal();
    this.#app.go({ key });
  }

  /** @param {string} key */
  #goTo(key) {
    // where it has not come yet, it is seen as soon as it does
    this.#seeking = this.#app.gallery.shownAt(key) < 0;
    this.#selection.goTo(key);
    this.#mark();
    this.#reveal();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const tile = this.#under(event);
    if (!tile) return;
    if (event.ctrlKey || event.metaKey) {
      this.#selection.toggle(tile.key);
      this.#mark();
      this.#app.go({ key: tile.key });
    } else {
      this.#moveTo(this.#app.gallery.shownAt(tile.key), event.shiftKey);
    }
  }

  /** @param {MouseEvent} event */
  #opened(event) {
    const tile = this.#under(event);
    if (tile) this.#app.go({ view: "large", key: tile.key });
  }

  /** @param {MouseEvent} event */
  #under({ target }) {
    const element = target instanceof Element ? target.closest(".cell") : null;
    for (const cell of this.#cells.values()) if (cell.element === element) return cell.tile;
    return null;
  }

  #filtered() {
    this.#anchors = [];
    this.#scroller.scrollTop = 0;
    this.#refilter();
    this.#reveal();
  }

  /** Others are shown than before, or in another order. */
  #refilter() {
    const { gallery, place } = this.#app;
    const before = Math.max(0, this.#layout.rows.length ? gallery.shownAt(this.#selection.cursor) : 0);
    if (!this.#selection.cursor && place.key) this.#selection.goTo(place.key);
    // a panel that is still to come keeps the cursor
    const whole = gallery.tiles.length >= gallery.total;
    if (whole || !this.#selection.cursor) this.#selection.keep(gallery.shown, (key) => gallery.shownAt(key), before);
    this.#lay(true);
    if (this.#seeking && gallery.shownAt(this.#selection.cursor) >= 0) {
      this.#seeking = false;
      this.#reveal();
    }
    const none = !gallery.shown.length;
    this.#empty.hidden = !none;
    this.#empty.textContent = none ? this.#emptyInWords() : "";
    this.#count();
  }

  #emptyInWords() {
    const { gallery } = this.#app;
    if (gallery.tiles.length) return t("grid_none_match");
    return gallery.library ? t("grid_no_panels") : t("grid_no_library");
  }

  /** @param {DOMRectReadOnly} size */
  #resized({ width, height }) {
    if (!width) return;
    const other = width !== this.#width;
    [this.#width, this.#height] = [width, height];
    if (other) this.#lay(true);
    else this.#draw();
  }

  /**
   * Lays the tiles out.
   *
   * @param {boolean} stay  whether what was seen stays where it was
   */
  #lay(stay) {
    const { gallery } = this.#app;
    this.#stale = !this.#showing;
    if (!this.#width || this.#stale) return;
    const { size } = this.#bar;
    const columns = columnsIn(this.#width, size);
    const wide = Math.floor((this.#width - 2 * EDGE - (columns - 1) * GAP) / columns);
    const box = Math.round((wide - 2 * INSET) * shapeOf(gallery.shown));
    const sorted = gallery.filter.sort === "book";
    const headings = sorted && gallery.chapters.length > 1;
    this.#layout = laidOut(gallery.shown, { columns, row: box + LINES + GAP, headings });
    this.#canvas.style.setProperty("--wide", `${wide}px`);
    this.#canvas.style.setProperty("--box", `${box}px`);
    this.#canvas.style.setProperty("--columns", String(columns));
    this.#canvas.style.height = `${Math.min(this.#layout.height, TALLEST)}px`;
    this.#scroller.setAttribute("aria-rowcount", String(this.#layout.rows.length));
    this.#scroller.setAttribute("aria-colcount", String(columns));
    for (const number of [...this.#drawn.keys()]) this.#release(number);
    const anchor = stay ? this.#anchors.find(({ key }) => gallery.shownAt(key) >= 0) : null;
    const row = anchor && this.#layout.rows[this.#layout.rowOf[gallery.shownAt(anchor.key)] ?? 0];
    if (row) this.#scrollTo(row.top - anchor.below);
    this.#drawNow();
  }

  /**
   * Remembers what stays where it is when the grid is laid out anew: the cursor where it is seen, else what is seen first.
   *
   * @param {number} from
   */
  #anchor(from) {
    const { rows, rowOf } = this.#layout;
    const { shown } = this.#app.gallery;
    const cursor = this.#app.gallery.shownAt(this.#selection.cursor);
    const at = cursor < 0 ? undefined : rows[rowOf[cursor] ?? 0];
    this.#anchors = [];
    if (at && at.top + at.height > from && at.top < from + this.#height) {
      this.#anchors.push({ key: this.#selection.cursor, below: at.top - from });
    }
    const [first, end] = rowsIn(this.#layout, from, from + this.#height);
    for (const row of rows.slice(first, end)) {
      const key = row.count ? shown[row.first]?.key : undefined;
      if (key) this.#anchors.push({ key, below: row.top - from });
    }
  }

  /** How much more of the grid passes than is scrolled; 1 but for huge ones. */
  get #stretch() {
    const { height } = this.#layout;
    return height <= TALLEST ? 1 : (height - this.#height) / (TALLEST - this.#height);
  }

  /** Where in the grid begins what is seen. */
  get #from() {
    return this.#scroll * this.#stretch;
  }

  /** @param {number} from */
  #scrollTo(from) {
    this.#scroller.scrollTop = from / this.#stretch;
    this.#scroll = this.#scroller.scrollTop;
  }

  /** Scrolls as little as it takes to see the cursor's row whole. */
  #reveal() {
    const { rows, rowOf } = this.#layout;
    const place = this.#app.gallery.shownAt(this.#selection.cursor);
    const number = place < 0 ? undefined : rowOf[place];
    const row = number === undefined ? undefined : rows[number];
    if (!row || number === undefined || !this.#height) return;
    // with the heading above it
    const top = rows[number - 1]?.count === 0 ? (rows[number - 1]?.top ?? row.top) : row.top;
    const from = this.#from;
    if (top < from + GAP) this.#scrollTo(top - GAP);
    else if (row.top + row.height > from + this.#height) this.#scrollTo(row.top + row.height - this.#height);
    else return;
    this.#draw();
  }

  /** Draws in the next frame. */
  #draw() {
    if (this.#framed) return;
    this.#framed = true;
    requestAnimationFrame(() => {
      this.#framed = false;
      if (this.#showing) this.#drawNow();
    });
  }

  #drawNow() {
    if (!this.#height || !this.#showing) return;
    const before = this.#scroll;
    this.#scroll = this.#scroller.scrollTop;
    const from = this.#from;
    const now = performance.now();
    this.#fast = Math.abs(this.#scroll - before) > FAST * (now - this.#drawnAt) ? this.#fast + 1 : 0;
    this.#drawnAt = now;
    if (this.#fast >= FRAMES) this.#app.pictures.hold();
    // what flies past is drawn without what is beyond it
    const beyond = Math.abs(this.#scroll - before) > this.#height ? 0 : BEYOND;
    const [first, end] = rowsIn(this.#layout, from - beyond, from + this.#height + beyond);
    for (const number of [...this.#drawn.keys()]) if (number < first || number >= end) this.#release(number);
    // from the last to the first, so that rows stand in the page in the order in which they are seen
    let after = null;
    for (let number = end - 1; number >= first; number -= 1) after = this.#drawRow(number, from, after) ?? after;
    this.#anchor(from);
    this.#tellCursor();
    this.#tellWhere(from);
    if (!beyond) this.#draw();
  }

  /**
   * @param {number} number
   * @param {number} from
   * @param {Element | null} after  the row after it
   */
  #drawRow(number, from, after) {
    const row = this.#layout.rows[number];
    if (!row) return null;
    const known = this.#drawn.get(number);
    const drawn = known ?? this.#spare.pop() ?? this.#newRow();
    if (!drawn.element.isConnected || drawn.element.nextSibling !== after) this.#canvas.insertBefore(drawn.element, after);
    const transform = `translateY(${row.top - from + this.#scroll}px)`;
    if (drawn.element.style.transform !== transform) drawn.element.style.transform = transform;
    if (known) return drawn.element;
    this.#drawn.set(number, drawn);
    drawn.element.hidden = false;
    drawn.element.setAttribute("aria-rowindex", String(number + 1));
    drawn.heading.hidden = row.count > 0;
    drawn.heading.setAttribute("aria-colspan", String(this.#layout.columns));
    if (!row.count) drawn.heading.textContent = this.#chapterOf(row.first);
    for (let column = 0; column < Math.max(row.count, drawn.cells.length); column += 1) {
      const cell = drawn.cells[column] ?? this.#newCell(drawn);
      if (column < row.count) this.#drawCell(cell, row.first + column, column);
      else cell.clear();
    }
    return drawn.element;
  }

  /**
   * @param {Cell} cell
   * @param {number} place
   * @param {number} [column]
   */
  #drawCell(cell, place, column) {
    const { gallery } = this.#app;
    const tile = gallery.shown[place];
    if (!tile) return;
    const row = this.#layout.rows[this.#layout.rowOf[place] ?? 0];
    const begins = gallery.filter.sort === "book" && tile.page !== gallery.shown[place - 1]?.page;
    cell.draw(tile, {
      begins,
      cursor: tile.key === this.#selection.cursor,
      selected: this.#selection.has(tile.key),
      column: column ?? place - (row?.first ?? place),
    });
    this.#cells.set(tile.key, cell);
  }

  #newRow() {
    const heading = made("div", { class: "chapter", role: "rowheader", hidden: true });
    return { element: made("div", { class: "row", role: "row" }, heading), heading, cells: [] };
  }

  /** @param {Drawn} drawn */
  #newCell(drawn) {
    const cell = new Cell(this.#app.pictures, `cell-${(this.#cellCount += 1)}`);
    drawn.cells.push(cell);
    drawn.element.append(cell.element);
    return cell;
  }

  /** @param {number} number */
  #release(number) {
    const drawn = this.#drawn.get(number);
    if (!drawn) return;
    this.#drawn.delete(number);
    this.#spare.push(drawn);
    drawn.element.hidden = true;
    for (const cell of drawn.cells) {
      if (cell.tile && this.#cells.get(cell.tile.key) === cell) this.#cells.delete(cell.tile.key);
      cell.clear();
    }
  }

  /** Shows in the cells that are drawn what is selected. */
  #mark() {
    for (const cell of this.#cells.values()) {
      const key = cell.tile?.key ?? "";
      cell.select(this.#selection.has(key));
      cell.element.classList.toggle("cursor", key === this.#selection.cursor);
    }
    this.#tellCursor();
    this.#count();
  }

  #tellCursor() {
    const cell = this.#cells.get(this.#selection.cursor);
    if (cell) this.#scroller.setAttribute("aria-activedescendant", cell.element.id);
    else this.#scroller.removeAttribute("aria-activedescendant");
  }

  /**
   * Says above the grid where in the book one is.
   *
   * @param {number} from
   */
  #tellWhere(from) {
    const [first] = rowsIn(this.#layout, from + 1, from + 2);
    const tile = this.#app.gallery.shown[this.#layout.rows[first]?.first ?? -1];
    const where = tile ? [this.#chapterOf(this.#layout.rows[first]?.first ?? 0), tile.page.slice(tile.page.lastIndexOf("/") + 1)].filter(Boolean).join(" · ") : "";
    if (this.#where.textContent !== where) this.#where.textContent = where;
  }

  /** @param {number} place */
  #chapterOf(place) {
    const key = this.#app.gallery.shown[place]?.chapter ?? "";
    const title = this.#app.gallery.chapters.find((chapter) => chapter.key === key)?.title;
    return title ? `${key} · ${title}` : key;
  }

  /** Counts soon, and not again at once. */
  #count() {
    this.#counting ??= setTimeout(() => {
      this.#counting = null;
      this.#bar.count(this.#selection.keys.size);
    }, COUNT_MS);
  }
}
