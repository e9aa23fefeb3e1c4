/** A picture, or two of one panel compared: side by side, one cut into the other, or one after the other in a blink. */

import { button, made, watchSize } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { STEP, WHOLE, percent } from "./framing.js";
import { Pane } from "./zoom.js";

/** @typedef {import("./zoom.js").Shown} Shown */
/** @typedef {"one" | "side" | "split"} Mode */

/**
 * @typedef {Shown & { name: string }} Named  with what it is called, for people
 */

/** How far an arrow key moves the bar between two pictures, in percent. */
const BAR_STEP = 5;

export class Compare {
  element = made("div", { class: "compare" });
  /** @type {Mode} */
  mode = "one";

  /** @type {Named | null} */
  #first = null;
  /** @type {Named | null} */
  #second = null;
  #blinking = false;
  /** Where the bar is, in percent of the pane's width. */
  #cut = 50;
  #left;
  #right;
  #bar = made("div", { class: "divider", role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 100 });
  #names = [made("p", { class: "caption-left" }), made("p", { class: "caption-right" })];
  #percent = made("output", { class: "percent" });
  #progress = made("progress", { max: 1, hidden: true });
  /** @type {() => void} */
  #changed;

  /**
   * @param {Studio.Pictures} pictures
   * @param {() => void} changed  the author chose another mode
   */
  constructor(pictures, changed) {
    this.#changed = changed;
    const framed = (/** @type {import("./framing.js").Frame} */ frame) => this.#frame(frame);
    const progress = (/** @type {number | null} */ share) => this.#fetching(share);
    this.#left = new Pane(pictures, 2, framed, progress);
    this.#right = new Pane(pictures, 1, framed, progress);
    this.#bar.ariaLabel = t("large_bar");
    this.#bar.addEventListener("pointerdown", (event) => {
      this.#bar.setPointerCapture(event.pointerId);
      event.stopPropagation();
    });
    this.#bar.addEventListener("pointermove", (event) => {
      if (!this.#bar.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.#left.element.getBoundingClientRect();
      this.#divide((100 * (event.clientX - left)) / width);
    });
    this.#bar.addEventListener("keydown", (event) => this.#barKey(event));
    this.#left.element.append(this.#bar);
    this.element.append(
      made("figure", {}, this.#left.element),
      made("figure", {}, this.#right.element),
      ...this.#names,
      made(
        "div",
        { class: "zooming", role: "group", "aria-label": t("large_zoom") },
        this.#progress,
        button("−", () => this.closer(1 / STEP), { "aria-label": t("large_zoom_out"), title: `${t("large_zoom_out")} (−)` }),
        this.#percent,
        button("+", () => this.closer(STEP), { "aria-label": t("large_zoom_in"), title: `${t("large_zoom_in")} (+)` }),
        button(t("large_fit"), () => this.whole(), { title: `${t("large_fit")} (F)` }),
        button(t("large_full"), () => this.#left.toggle(), { title: `${t("large_full")} (Z)` }),
      ),
    );
    this.#progress.ariaLabel = t("large_fetching");
    for (const pane of [this.#left, this.#right]) {
      watchSize(pane.element, (size) => {
        pane.resize(size);
        this.#frame(this.#left.frame);
      });
    }
    this.#divide(this.#cut);
    this.#draw();
  }

  /** Whether the author sees a part of the picture only. */
  get zoomed() {
    return this.#left.frame.zoom > 1;
  }

  /**
   * @param {Named | null} first  the picture that is looked at
   * @param {Named | null} second  the one that it can be compared with
   * @param {boolean} anew  whether it is another panel's, which is seen whole
   */
  show(first, second, anew) {
    this.#first = first;
    this.#second = second;
    if (anew) this.#blinking = false;
    if (!second) this.mode = "one";
    this.#draw();
    this.#frame(anew ? WHOLE : this.#left.frame);
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.mode = this.#second ? mode : "one";
    this.#draw();
    this.#changed();
  }

  /**
   * Shows the other picture in place of the first, for as long as a key is held.
   *
   * @param {boolean} on
   */
  blink(on) {
    if (this.#blinking === (on && this.#second !== null)) return;
    this.#blinking = on && this.#second !== null;
    this.#draw();
  }

  /** @param {number} factor */
  closer(factor) {
    this.#left.zoom(factor);
  }

  whole() {
    this.#frame(WHOLE);
  }

  /**
   * A key of the pictures' own: zoom, move, compare.
   *
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it was one
   */
  key({ key, shiftKey }) {
    const move = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    })[key];
    if (move && shiftKey) this.#left.step(...move);
    else if (key === "+" || key === "=") this.closer(STEP);
    else if (key === "-" || key === "_") this.closer(1 / STEP);
    else if (/^f$/i.test(key)) this.whole();
    else if (/^z$/i.test(key)) this.#left.toggle();
    else if (/^s$/i.test(key)) this.choose(this.mode === "side" ? "one" : "side");
    else if (/^d$/i.test(key)) this.choose(this.mode === "split" ? "one" : "split");
    else if (/^b$/i.test(key)) this.blink(true);
    else return false;
    return true;
  }

  #draw() {
    const { mode } = this;
    const [first, second] = [this.#first, this.#second];
    const blinking = this.#blinking && mode !== "side";
    this.element.dataset["mode"] = mode;
    const [under, over] = this.#left.sheets;
    if (!under || !over) return;
    // what is compared is fetched when it is, and not before
    this.#left.show(first, mode === "split" || this.#blinking ? second : null);
    this.#right.show(mode === "side" ? second : null);
    under.hidden = blinking && mode === "one";
    over.hidden = !(blinking || mode === "split");
    over.classList.toggle("cut", mode === "split" && !blinking);
    this.#bar.hidden = mode !== "split" || blinking;
    const [left, right] = this.#names;
    if (!left || !right) return;
    left.textContent = (blinking ? second : first)?.name ?? "";
    right.textContent = second?.name ?? "";
    left.hidden = mode === "one" && !blinking;
    right.hidden = mode === "one" || blinking;
  }

  /** @param {import("./framing.js").Frame} frame */
  #frame(frame) {
    this.#left.draw(frame);
    this.#right.draw(this.#left.frame);
    const size = this.#first?.size;
    const known = this.#first?.exact && this.#left.size.width > 0;
    const density = globalThis.devicePixelRatio || 1;
    this.#percent.textContent = size && known ? `${percent(this.#left.frame, size, this.#left.size, density)} %` : "";
  }

  /** @param {number} cut */
  #divide(cut) {
    this.#cut = Math.min(100, Math.max(0, cut));
    this.#left.element.style.setProperty("--cut", `${this.#cut}%`);
    this.#bar.ariaValueNow = String(Math.round(this.#cut));
  }

  /** @param {KeyboardEvent} event */
  #barKey(event) {
    const to = { ArrowLeft: this.#cut - BAR_STEP, ArrowRight: this.#cut + BAR_STEP, Home: 0, End: 100 }[event.key];
    if (to === undefined || event.shiftKey) return;
    this.#divide(to);
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number | null} share */
  #fetching(share) {
    this.#progress.hidden = share === null;
    this.#progress.value = share ?? 0;
  }
}
