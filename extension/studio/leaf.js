/** A page of a book as it is laid out, with its pictures in their places. */

import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { standing } from "./telling.js";

/** The longer side of a small copy, in pixels. */
const SMALL = 320;
/** How much a small copy may be stretched before the large one is asked for. */
const STRETCH = 1.15;

export class Leaf {
  /** @type {HTMLElement} */
  element;

  #app;
  #page;
  /** @type {Map<string, { box: HTMLElement, image: HTMLImageElement, gap: HTMLElement }>} */
  #panels = new Map();
  #width = 0;

  /**
   * @param {Studio.App} app
   * @param {Wire.PageLayout} page
   * @param {boolean} judged  whether its panels are chosen and judged, or only looked at
   */
  constructor(app, page, judged) {
    this.#app = app;
    this.#page = page;
    this.element = made("div", { class: "leaf", role: "group", "aria-label": t("page_number", page.number) });
    for (const { key, left, top, width, height } of page.panels) {
      const image = made("img", { alt: "", draggable: "false" });
      const gap = made("span", { class: "gap" });
      const box = judged ? made("button", { type: "button", tabindex: -1, "data-key": key }, image, gap) : made("div", {}, image, gap);
      box.classList.add("panel");
      Object.assign(box.style, { left: share(left), top: share(top), width: share(width), height: share(height) });
      this.#panels.set(key, { box, image, gap });
      this.element.append(box);
    }
  }

  get page() {
    return this.#page;
  }

  /**
   * @param {number} width  in pixels
   * @param {number} height
   */
  resize(width, height) {
    this.#width = width;
    Object.assign(this.element.style, { width: `${width}px`, height: `${height}px` });
    this.draw();
  }

  draw() {
    for (const { key } of this.#page.panels) this.changed(key);
  }

  /** @param {string} key  of a panel that may look different now */
  changed(key) {
    const panel = this.#panels.get(key);
    const place = this.#page.panels.find((each) => each.key === key);
    if (!panel || !place) return;
    const { box, image, gap } = panel;
    const tile = this.#app.gallery.tile(key);
    const label = tile ? `${key}, ${standing(tile)}` : key;
    const picture = tile?.picture ?? null;
    const size = copyFor(place, this.#page.aspect, this.#width);
    if (box instanceof HTMLButtonElement) box.ariaLabel = label;
    else image.alt = key;
    box.title = box instanceof HTMLButtonElement ? key : "";
    box.dataset["reviewed"] = tile?.reviewed ?? "unreviewed";
    box.classList.toggle("lacking", !picture);
    gap.hidden = picture !== null;
    gap.textContent = picture || !tile || !(box instanceof HTMLButtonElement) ? "" : `${key.split("/").at(-1)}\n${standing(tile)}`;
    const wanted = picture ? `${size}:${picture}` : "";
    if (image.dataset["wanted"] === wanted) return;
    image.dataset["wanted"] = wanted;
    this.#app.pictures.show(image, picture, size);
  }

  /** The element of a panel. @param {string} key */
  panel(key) {
    return this.#panels.get(key)?.box ?? null;
  }

  /** It is no longer near: what was asked for and has not come is not wanted. */
  forget() {
    for (const { image } of this.#panels.values()) this.#app.pictures.forget(image);
  }
}

/**
 * The copy that is sharp enough for a place on a page.
 *
 * @param {Wire.PlacedPanel} place
 * @param {number} aspect  of the page
 * @param {number} width  of the page, in pixels
 * @returns {Wire.PictureSize}
 */
export function copyFor(place, aspect, width) {
  const longest = Math.max(place.width * width, (place.height * width) / aspect) * (globalThis.devicePixelRatio || 1);
  return longest > SMALL * STRETCH ? "large" : "small";
}

/** @param {number} part */
function share(part) {
  return `${part * 100}%`;
}
