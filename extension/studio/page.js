/** The page view: a chapter's pages as they will be laid out, to judge panels where they stand. */

import { button, made, watchSize } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { Chapter, chapterBeside, chapterOf } from "./chapter.js";
import { judgementOf } from "./judging.js";
import { Leaf } from "./leaf.js";
import { beyond, rows, spots, spreads } from "./spreads.js";

/** @typedef {import("./spreads.js").Placed} Placed */

/** Pixels between openings. */
const GAP = 20;
/** Pixels above and below the window in which pages are there already. */
const NEAR = 600;
/** Heights of pages that can be chosen, in pixels. */
const [LEAST, USUAL, MOST, STEP] = [140, 420, 1_400, 60];

/** @param {Studio.App} app */
export function create(app) {
  return new Pages(app);
}

/** @implements {Studio.View} */
class Pages {
  element = made("section", { class: "pages", "aria-label": t("page_view") });

  #app;
  #chapter;
  #choose = made("select", { "aria-label": t("page_chapter"), change: () => this.#turnTo(this.#choose.value) });
  #previous = button("‹", () => this.#step(-1), { "aria-label": t("page_previous"), title: t("page_previous") });
  #next = button("›", () => this.#step(1), { "aria-label": t("page_next"), title: t("page_next") });
  #two = made("input", { type: "checkbox", checked: true, change: () => this.#lay() });
  #size = made("input", { type: "range", min: LEAST, max: MOST, step: 20, value: USUAL, "aria-label": t("page_size"), input: () => this.#lay() });
  #fault = made("p", { class: "fault", role: "status" });
  #sheets = made("div", { class: "sheets" });
  #scroll = made("div", { class: "scroll", scroll: () => this.#nearChanged(), tabindex: -1 }, this.#sheets);

  /** @type {Placed[]} */
  #placed = [];
  /** Those near the window, by page. @type {Map<Wire.PageLayout, Leaf>} */
  #leaves = new Map();
  /** Which shape of picture each panel had when it was laid out. @type {Map<string, number>} */
  #aspects = new Map();
  #key = "";
  #visible = false;
  /** Its size within the padding. */
  #wide = 0;
  #high = 0;
  #drawing = false;
  #moved = false;

  /** @param {Studio.App} app */
  constructor(app) {
    this.#app = app;
    this.#chapter = new Chapter(app, () => this.#came());
    this.element.append(
      made(
        "header",
        {},
        this.#previous,
        this.#choose,
        this.#next,
        made("label", {}, this.#two, t("page_two")),
        made("label", { class: "size" }, t("page_size"), this.#size),
        button(t("page_read"), () => app.go({ view: "read" })),
      ),
      this.#fault,
      this.#scroll,
    );
    this.#sheets.addEventListener("click", (event) => this.#point(event, false));
    this.#sheets.addEventListener("dblclick", (event) => this.#point(event, true));
    this.#sheets.addEventListener("focusin", ({ target }) => {
      const key = target instanceof HTMLElement && target.dataset["key"];
      if (key && key !== this.#key) this.#mark(key);
    });
    watchSize(this.#scroll, ({ width, height }) => {
      if (width === this.#wide && height === this.#high) return;
      const anew = width !== this.#wide;
      [this.#wide, this.#high] = [width, height];
      if (anew) this.#lay();
      else this.#nearChanged();
    });
  }

  /** @param {Studio.Place} place */
  show(place) {
    const arrives = !this.#visible;
    this.#visible = true;
    const elsewhere = place.key !== "" && place.key !== this.#key;
    if (elsewhere) this.#key = place.key;
    this.#moved ||= arrives || elsewhere;
    if (elsewhere || !this.#chapter.key) this.#chapter.open(chapterOf(this.#app.gallery, this.#key));
    this.#drawChapters();
    this.#came();
  }

  hide() {
    this.#visible = false;
    for (const leaf of this.#leaves.values()) leaf.forget();
  }

  /** @param {readonly Wire.Tile[]} tiles */
  changed(tiles) {
    let reshaped = false;
    for (const { key, aspect } of tiles) {
      for (const leaf of this.#leaves.values()) leaf.changed(key);
      const before = this.#aspects.get(key);
      reshaped ||= before !== undefined && before !== aspect;
    }
    // a picture of another shape has another place
    if (reshaped) void this.#chapter.again();
  }

  anew() {
    if (!this.#visible) return;
    this.#key ||= this.#app.place.key;
    if (!this.#chapter.key) this.#chapter.open(chapterOf(this.#app.gallery, this.#key));
    void this.#chapter.again();
    this.#drawChapters();
  }

  /** @param {LinkState} link */
  linked(link) {
    if (link.state === "up" && this.#visible) void this.#chapter.again();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const tile = this.#app.gallery.tile(this.#key);
    const judgement = tile && judgementOf(event, [tile]);
    if (judgement) {
      void this.#app.decide(judgement.act, [tile], judgement.choice);
      return true;
    }
    const onPanel = !(event.target instanceof Element && event.target.closest("header"));
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !onPanel) return false;
    const rtl = this.#chapter.found?.rtl ?? false;
    const all = spots(this.#placed);
    const place = all.findIndex(({ key }) => key === this.#key);
    const here = all[place];
    const to = {
      ArrowLeft: () => all[place + (rtl ? 1 : -1)],
      ArrowRight: () => all[place + (rtl ? -1 : 1)],
      ArrowUp: () => here && beyond(all, here, -1),
      ArrowDown: () => here && beyond(all, here, 1),
      Home: () => all[0],
      End: () => all.at(-1),
    }[event.key];
    if (to) {
      const spot = here ? to() : all[0];
      if (spot) this.#goTo(spot.key);
      return true;
    }
    if (event.key === "PageUp" || event.key === "PageDown") this.#scroll.scrollBy(0, (event.key === "PageUp" ? -0.9 : 0.9) * this.#high);
    else if (event.key === "+" || event.key === "=") this.#resize(1);
    else if (event.key === "-") this.#resize(-1);
    else if (event.key === " " || event.key === "Enter") this.#app.go({ view: "large", key: this.#key });
    else return false;
    return true;
  }

  /** @param {string} chapter */
  #turnTo(chapter) {
    this.#key = this.#app.gallery.tiles.find((tile) => tile.chapter === chapter)?.key ?? "";
    this.#moved = true;
    this.#scroll.scrollTop = 0;
    this.#chapter.open(chapter);
    this.#app.go({ key: this.#key });
  }

  /** @param {-1 | 1} step */
  #step(step) {
    const chapter = chapterBeside(this.#app.gallery, this.#chapter.key, step);
    if (chapter !== null) this.#turnTo(chapter);
  }

  /** @param {-1 | 1} step */
  #resize(step) {
    this.#size.valueAsNumber += step * STEP;
    this.#moved = true;
    this.#lay();
  }

  #drawChapters() {
    const { chapters } = this.#app.gallery;
    const known = [...this.#choose.options].map(({ value, text }) => `${value} ${text}`).join("\n");
    const options = chapters.map(({ key, title }) => made("option", { value: key }, title ? `${key} – ${title}` : key || t("page_all")));
    if (known !== options.map(({ value, text }) => `${value} ${text}`).join("\n")) this.#choose.replaceChildren(...options);
    this.#choose.value = this.#chapter.key;
    this.#previous.disabled = chapterBeside(this.#app.gallery, this.#chapter.key, -1) === null;
    this.#next.disabled = chapterBeside(this.#app.gallery, this.#chapter.key, 1) === null;
  }

  /** The pages came, or are to be shown anew. */
  #came() {
    const { found } = this.#chapter;
    this.#fault.textContent = found?.fault ?? "";
    this.#fault.hidden = !found?.fault;
    this.#aspects = new Map(
      (found?.pages ?? []).flatMap(({ panels }) => panels.map(({ key }) => [key, this.#app.gallery.tile(key)?.aspect ?? 0])),
    );
    this.#lay();
  }

  /** Gives each page its place. */
  #lay() {
    const { found } = this.#chapter;
    if (!this.#visible || !this.#wide) return;
    const open = spreads(found?.pages ?? [], found?.rtl ?? false, this.#two.checked);
    const room = { width: this.#wide, height: this.#size.valueAsNumber, gap: GAP, rtl: found?.rtl ?? false };
    const { placed, height } = rows(open, room);
    const focused = this.#sheets.contains(document.activeElement);
    this.#placed = placed;
    this.#sheets.style.height = `${height}px`;
    this.#sheets.dir = found?.rtl ? "rtl" : "ltr";
    const known = new Set(placed.map(({ page }) => page));
    for (const [page, leaf] of this.#leaves) if (!known.has(page)) this.#drop(page, leaf);
    if (this.#moved && placed.length) this.#reveal();
    this.#drawNear();
    if (focused && !this.#sheets.contains(document.activeElement)) this.#panel(this.#key)?.focus({ preventScroll: true });
  }

  #nearChanged() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNear();
    });
  }

  /** Draws the pages near the window, and drops the others. */
  #drawNear() {
    const [from, to] = [this.#scroll.scrollTop - NEAR, this.#scroll.scrollTop + this.#high + NEAR];
    for (const { page, left, top, width, height } of this.#placed) {
      const near = top + height > from && top < to;
      const known = this.#leaves.get(page);
      if (!near) {
        // what has the focus keeps it
        if (known && !known.element.contains(document.activeElement)) this.#drop(page, known);
        continue;
      }
      const leaf = known ?? new Leaf(this.#app, page, true);
      Object.assign(leaf.element.style, { left: `${left}px`, top: `${top}px` });
      leaf.resize(width, height);
      if (!known) {
        this.#leaves.set(page, leaf);
        this.#sheets.append(leaf.element);
      }
    }
    this.#markHere();
  }

  /**
   * @param {Wire.PageLayout} page
   * @param {Leaf} leaf
   */
  #drop(page, leaf) {
    leaf.forget();
    leaf.element.remove();
    this.#leaves.delete(page);
  }

  /** Scrolls to the panel that is looked at. */
  #reveal() {
    this.#moved = false;
    const spot = spots(this.#placed).find(({ key }) => key === this.#key);
    if (!spot) return;
    const [top, bottom] = [spot.y - spot.height / 2, spot.y + spot.height / 2];
    const { scrollTop } = this.#scroll;
    if (top < scrollTop) this.#scroll.scrollTop = Math.max(0, top - GAP);
    else if (bottom > scrollTop + this.#high) this.#scroll.scrollTop = Math.min(top - GAP, bottom - this.#high + GAP);
  }

  /** @param {string} key */
  #goTo(key) {
    this.#key = key;
    this.#reveal();
    this.#drawNear();
    this.#panel(key)?.focus({ preventScroll: true });
    this.#app.go({ key });
  }

  /** @param {string} key */
  #mark(key) {
    this.#key = key;
    this.#markHere();
    this.#app.go({ key });
  }

  /** One panel is reached by Tab: the one that is looked at, or else the first. */
  #markHere() {
    for (const before of this.#sheets.querySelectorAll("[tabindex='0'], [aria-current]")) {
      before.setAttribute("tabindex", "-1");
      before.removeAttribute("aria-current");
    }
    const here = this.#panel(this.#key);
    if (here) here.ariaCurrent = "true";
    (here ?? this.#sheets.querySelector("button"))?.setAttribute("tabindex", "0");
  }

  /** @param {string} key */
  #panel(key) {
    for (const leaf of this.#leaves.values()) {
      const panel = leaf.panel(key);
      if (panel) return panel;
    }
    return null;
  }

  /**
   * @param {MouseEvent} event
   * @param {boolean} opens
   */
  #point({ target }, opens) {
    const panel = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-key]")) : null;
    const key = panel?.dataset["key"];
    if (!panel || !key) return;
    panel.focus({ preventScroll: true });
    this.#mark(key);
    if (opens) this.#app.go({ view: "large", key });
  }
}
