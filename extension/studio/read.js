/** The reading mode: a book page by page over the whole screen, and nothing else. */

import { button, made, watchSize } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { Chapter, chapterBeside, chapterOf } from "./chapter.js";
import { Leaf, copyFor } from "./leaf.js";
import { fitted, opensWide, spreadOf, spreads } from "./spreads.js";

/** How far a finger has to move, in pixels, to turn the page. */
const SWIPE = 40;
/** How long the pointer and the buttons are seen after the pointer moved. */
const REST_MS = 2_500;

/** @param {Studio.App} app */
export function create(app) {
  return new Reading(app);
}

/** @implements {Studio.View} */
class Reading {
  element = made("section", { class: "reading", "aria-label": t("read_view"), tabindex: -1 });

  #app;
  #chapter;
  #stage = made("div", { class: "open" });
  #at = made("p", { class: "at", role: "status" });
  #previous = button("‹", () => this.#turn(-1), { "aria-label": t("read_previous") });
  #next = button("›", () => this.#turn(1), { "aria-label": t("read_next") });
  /** @type {Leaf[]} */
  #leaves = [];
  /** Which opening is read. */
  #spread = 0;
  /** What is shown of it, so that the same is not drawn anew. */
  #drawn = "";
  /** Where to open a chapter that is not there yet: at a panel, at its begin or at its end. @type {"panel" | "begin" | "end" | null} */
  #opens = null;
  #key = "";
  #visible = false;
  #room = { width: 0, height: 0 };
  /** @type {{ x: number, y: number } | null} */
  #down = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;
  /** Whether it was over the whole screen. */
  #full = false;

  /** @param {Studio.App} app */
  constructor(app) {
    this.#app = app;
    this.#chapter = new Chapter(app, () => this.#came());
    const close = button("✕", () => this.#leave(), { "aria-label": t("read_close"), title: `${t("read_close")} (Esc)` });
    this.element.append(this.#stage, made("div", { class: "controls" }, this.#previous, this.#at, this.#next, close));
    this.element.addEventListener("pointermove", () => this.#stir());
    this.#stage.addEventListener("pointerdown", ({ clientX, clientY }) => (this.#down = { x: clientX, y: clientY }));
    this.#stage.addEventListener("pointerup", (event) => this.#lift(event));
    document.addEventListener("fullscreenchange", () => {
      // the browser takes Escape for itself
      if (this.#visible && this.#full && !document.fullscreenElement) this.#leave();
      this.#full = document.fullscreenElement !== null;
    });
    watchSize(this.#stage, (size) => this.#resize(size));
  }

  /** @param {Studio.Place} place */
  show(place) {
    const arrives = !this.#visible;
    this.#visible = true;
    if (arrives) {
      // without a key or a click before it, the browser refuses: then it fills the window
      if (navigator.userActivation.isActive) document.documentElement.requestFullscreen().catch(() => undefined);
      this.element.focus({ preventScroll: true });
      this.#stir();
    }
    if (arrives || place.key !== this.#key) {
      this.#key = place.key;
      this.#opens = "panel";
    }
    this.#chapter.open(chapterOf(this.#app.gallery, this.#key));
    this.#came();
  }

  hide() {
    this.#visible = false;
    clearTimeout(this.#resting);
    if (document.fullscreenElement) void document.exitFullscreen();
    for (const leaf of this.#leaves) leaf.forget();
  }

  /** @param {readonly Wire.Tile[]} tiles */
  changed(tiles) {
    for (const { key } of tiles) for (const leaf of this.#leaves) leaf.changed(key);
  }

  anew() {
    if (!this.#visible) return;
    this.#chapter.open(this.#chapter.key || chapterOf(this.#app.gallery, this.#key));
    void this.#chapter.again();
  }

  /** @param {LinkState} link */
  linked(link) {
    if (link.state === "up" && this.#visible) void this.#chapter.again();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const onButton = event.target instanceof HTMLButtonElement;
    const ahead = this.#rtl ? -1 : 1;
    if (event.key === "ArrowRight") this.#turn(ahead);
    else if (event.key === "ArrowLeft") this.#turn(ahead === 1 ? -1 : 1);
    else if (event.key === "PageDown" || event.key === "ArrowDown") this.#turn(1);
    else if (event.key === "PageUp" || event.key === "ArrowUp") this.#turn(-1);
    else if (event.key === " " && !onButton) this.#turn(event.shiftKey ? -1 : 1);
    else if (event.key === "Home") this.#goTo(0);
    else if (event.key === "End") this.#goTo(this.#openings.length - 1);
    else if (event.key === "Escape") this.#leave();
    // nothing is decided here, nor does a key lead elsewhere
    else return event.key.length === 1 && !onButton;
    return true;
  }

  get #rtl() {
    return this.#chapter.found?.rtl ?? false;
  }

  get #openings() {
    return spreads(this.#chapter.found?.pages ?? [], this.#rtl, opensWide(this.#room));
  }

  /** The pages came, or are others now. */
  #came() {
    const open = this.#openings;
    if (this.#chapter.found && this.#opens) {
      const place = { panel: Math.max(0, spreadOf(open, this.#key)), begin: 0, end: open.length - 1 }[this.#opens];
      this.#opens = null;
      this.#spread = place;
    }
    this.#draw();
  }

  /** @param {{ width: number, height: number }} room */
  #resize(room) {
    const page = this.#openings[this.#spread]?.find((leaf) => leaf !== null);
    this.#room = room;
    // other pages may lie beside each other now; the one that is read stays
    const now = page ? this.#openings.findIndex((leaves) => leaves.includes(page)) : -1;
    if (now >= 0) this.#spread = now;
    this.#draw();
  }

  /** @param {-1 | 1} step */
  #turn(step) {
    const open = this.#openings;
    const to = this.#spread + step;
    if (to >= 0 && to < open.length) return this.#goTo(to);
    const chapter = chapterBeside(this.#app.gallery, this.#chapter.key, step);
    if (chapter === null) return;
    this.#opens = step === 1 ? "begin" : "end";
    this.#chapter.open(chapter);
  }

  /** @param {number} spread */
  #goTo(spread) {
    this.#spread = Math.max(0, spread);
    this.#draw();
  }

  #leave() {
    this.#app.go({ view: "page", ...(this.#key && { key: this.#key }) });
  }

  #draw() {
    if (!this.#visible || !this.#room.width || !this.#chapter.found) return;
    const open = this.#openings;
    this.#spread = Math.min(this.#spread, Math.max(0, open.length - 1));
    const leaves = open[this.#spread] ?? [];
    const { height, widths } = fitted(leaves, this.#room);
    const drawn = JSON.stringify([this.#chapter.key, leaves, height]);
    if (drawn !== this.#drawn || !this.#leaves.length) {
      this.#drawn = drawn;
      for (const leaf of this.#leaves) leaf.forget();
      this.#leaves = [];
      this.#stage.replaceChildren(
        ...leaves.map((page, place) => {
          const width = widths[place] ?? 0;
          if (!page) return blank(width, height);
          const leaf = new Leaf(this.#app, page, false);
          leaf.resize(width, height);
          this.#leaves.push(leaf);
          return leaf.element;
        }),
        ...(leaves.length ? [] : [made("p", { class: "nothing" }, t("read_empty"))]),
      );
      this.#tell(leaves, open);
    }
    this.#ahead(open, height);
  }

  /**
   * Says where one is, and keeps the place for when one leaves.
   *
   * @param {readonly import("./spreads.js").Leaf[]} leaves
   * @param {readonly import("./spreads.js").Leaf[][]} open
   */
  #tell(leaves, open) {
    const pages = leaves.filter((page) => page !== null).toSorted((one, other) => one.number - other.number);
    const last = open.flat().reduce((most, page) => Math.max(most, page?.number ?? 0), 0);
    const [first, second] = pages;
    this.#at.textContent = !first ? "" : second ? t("read_at_two", first.number, second.number, last) : t("read_at", first.number, last);
    const keys = pages.flatMap(({ panels }) => panels.map(({ key }) => key));
    if (keys[0] !== undefined && !keys.includes(this.#key)) {
      this.#key = keys[0];
      this.#app.go({ key: this.#key });
    }
    const { gallery } = this.#app;
    this.#previous.disabled = this.#spread === 0 && chapterBeside(gallery, this.#chapter.key, -1) === null;
    this.#next.disabled = this.#spread >= open.length - 1 && chapterBeside(gallery, this.#chapter.key, 1) === null;
  }

  /**
   * Has the pictures of the next opening and the one before fetched.
   *
   * @param {readonly import("./spreads.js").Leaf[][]} open
   * @param {number} height
   */
  #ahead(open, height) {
    for (const leaves of [open[this.#spread - 1], open[this.#spread + 1]]) {
      for (const page of leaves ?? []) {
        for (const panel of page?.panels ?? []) {
          const picture = this.#app.gallery.tile(panel.key)?.picture;
          const size = copyFor(panel, page?.aspect ?? 1, (page?.aspect ?? 1) * height);
          if (picture) this.#app.pictures.address(picture, size).catch(() => undefined);
        }
      }
    }
  }

  /** A finger that moved turns the page as paper would; a click turns to the side that was clicked. @param {PointerEvent} event */
  #lift({ clientX, clientY, button: pressed }) {
    const down = this.#down;
    this.#down = null;
    if (!down || pressed !== 0) return;
    const [right, below] = [clientX - down.x, clientY - down.y];
    const swiped = Math.abs(right) > SWIPE && Math.abs(right) > Math.abs(below);
    if (!swiped && Math.hypot(right, below) > SWIPE) return;
    const toRight = swiped ? right < 0 : clientX > this.#room.width / 2;
    this.#turn(toRight === this.#rtl ? -1 : 1);
  }

  /** Shows pointer and buttons for a while. */
  #stir() {
    this.element.classList.remove("resting");
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.element.classList.add("resting"), REST_MS);
  }
}

/**
 * Paper without a page, so that the page beside it lies on its side.
 *
 * @param {number} width
 * @param {number} height
 */
function blank(width, height) {
  const element = made("div", { class: "blank" });
  Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
  return element;
}
