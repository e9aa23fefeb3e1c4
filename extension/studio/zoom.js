/** Panes in which pictures are zoomed and moved, by wheel, drag and pinch. */

import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { WHOLE, actual, clamped, fitting, moved, placed, wantsMore, zoomed } from "./framing.js";

/** @typedef {import("./framing.js").Frame} Frame */
/** @typedef {import("./framing.js").Size} Size */

/**
 * A picture that a pane can show.
 *
 * @typedef {object} Shown
 * @property {string} picture  SHA-256
 * @property {Size} size  of the original; only the ratio counts where it is not known
 * @property {boolean} exact  whether the size is known
 * @property {string} label  for screen readers
 */

const [WHEEL, PINCH] = [0.002, 0.01];
/** Pixels of the page for one line, where a wheel tells lines. */
const LINE_PIXELS = 16;
/** How much of the pane one press of an arrow key moves the picture. */
const MOVE_SHARE = 0.15;

/** One picture, sharper as needed: the small copy at once, then the large one, then the original. */
class Layer {
  element = made("div", { class: "layer", "data-missing": t("large_missing") });
  /** @type {Shown | null} */
  shown = null;

  /** @type {Studio.Pictures} */
  #pictures;
  /** @type {HTMLImageElement[]} */
  #images = [];
  /** Width of the sharpest copy that is seen, in pixels. */
  #copy = Infinity;
  /** @type {(() => void) | null} */
  #release = null;
  /** @type {(share: number | null) => void} */
  #progress;
  #original = false;
  /** How it was drawn last. @type {[Frame, Size, number] | null} */
  #drawn = null;

  /**
   * @param {Studio.Pictures} pictures
   * @param {(share: number | null) => void} progress  how much of the original is there; null: no longer fetched
   */
  constructor(pictures, progress) {
    this.#pictures = pictures;
    this.#progress = progress;
  }

  /** @param {Shown | null} shown */
  show(shown) {
    const same = shown?.picture === this.shown?.picture;
    this.shown = shown;
    if (same) {
      for (const image of this.#images) image.alt = shown?.label ?? "";
      return;
    }
    for (const image of this.#images) this.#pictures.forget(image);
    if (this.#original && !this.#release) this.#progress(null);
    this.#release?.();
    this.#release = null;
    this.#original = false;
    this.#copy = Infinity;
    this.#images = [];
    if (shown) {
      const small = made("img", { alt: shown.label, draggable: "false" });
      const large = made("img", { alt: "", draggable: "false" });
      large.addEventListener("load", () => {
        this.#copy = large.naturalWidth;
        small.hidden = true;
        large.alt = this.shown?.label ?? "";
        // who zoomed in before it came wants more than it has
        if (this.#drawn) this.draw(...this.#drawn);
      });
      this.#pictures.show(small, shown.picture, "small");
      this.#pictures.show(large, shown.picture, "large");
      this.#images = [small, large];
    }
    this.element.replaceChildren(...this.#images);
  }

  /**
   * @param {Frame} frame
   * @param {Size} pane
   * @param {number} density
   */
  draw(frame, pane, density) {
    const { shown, element } = this;
    this.#drawn = [frame, pane, density];
    if (!shown || !pane.width || !pane.height) return;
    const fit = fitting(shown.size, pane);
    const { left, top } = placed(frame, shown.size, pane);
    element.style.width = `${shown.size.width * fit}px`;
    element.style.height = `${shown.size.height * fit}px`;
    element.style.transform = `translate(${left}px, ${top}px) scale(${frame.zoom})`;
    if (shown.exact && wantsMore(this.#copy, frame, shown.size, pane, density)) void this.#sharpen(shown);
  }

  /** @param {Shown} shown */
  async #sharpen(shown) {
    if (this.#original) return;
    this.#original = true;
    const here = () => this.shown?.picture === shown.picture && this.#original;
    try {
      this.#progress(0);
      const { address, release } = await this.#pictures.original(shown.picture, (share) => here() && this.#progress(share));
      if (!here()) return release();
      this.#release = release;
      const original = made("img", { alt: "", draggable: "false", src: address });
      this.#images.push(original);
      this.element.append(original);
    } catch {
      // the large copy stays, and the next step of the zoom asks again
      if (here()) this.#original = false;
    }
    if (this.shown?.picture === shown.picture) this.#progress(null);
  }
}

export class Pane {
  element = made("div", { class: "pane" });
  /** @type {Frame} */
  frame = WHOLE;
  /** @type {Size} */
  size = { width: 0, height: 0 };

  /** @type {Layer[]} */
  #layers;
  /** @type {(frame: Frame) => void} */
  #framed;
  /** Fingers and buttons that are down, by their number. @type {Map<number, { x: number, y: number }>} */
  #down = new Map();

  /**
   * @param {Studio.Pictures} pictures
   * @param {number} layers  how many pictures lie in it, one above the other
   * @param {(frame: Frame) => void} framed  the author zoomed or moved
   * @param {(share: number | null) => void} progress
   */
  constructor(pictures, layers, framed, progress) {
    this.#framed = framed;
    this.#layers = Array.from({ length: layers }, () => new Layer(pictures, progress));
    this.element.append(...this.#layers.map(({ element }) => made("div", { class: "sheet" }, element)));
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.element.addEventListener("pointerdown", (event) => this.#press(event));
    this.element.addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.element.addEventListener(end, (event) => this.#lift(event));
    }
    this.element.addEventListener("dblclick", (event) => this.toggle(this.#place(event)));
  }

  /** The element of each picture, to hide or cut it. */
  get sheets() {
    return this.#layers.map(({ element }) => /** @type {HTMLElement} */ (element.parentElement));
  }

  /** @param {...(Shown | null)} shown  one for each layer */
  show(...shown) {
    this.#layers.forEach((layer, place) => layer.show(shown[place] ?? null));
    this.draw(this.frame);
  }

  /** @param {Size} size */
  resize(size) {
    this.size = size;
    this.draw(this.frame);
  }

  /** @param {Frame} frame */
  draw(frame) {
    const picture = this.#picture;
    this.frame = picture && this.size.width ? clamped(frame, picture, this.size, this.#density) : frame;
    for (const layer of this.#layers) layer.draw(this.frame, this.size, this.#density);
    this.element.classList.toggle("zoomed", this.frame.zoom > 1);
  }

  /**
   * @param {number} factor
   * @param {{ x: number, y: number }} [at]  from the middle of the pane
   */
  zoom(factor, at = { x: 0, y: 0 }) {
    const picture = this.#picture;
    if (picture) this.#framed(zoomed(this.frame, factor, at, picture, this.size, this.#density));
  }

  /**
   * Goes to full size at a place, or back to the whole picture.
   *
   * @param {{ x: number, y: number }} [at]
   */
  toggle(at) {
    const picture = this.#picture;
    if (!picture) return;
    if (this.frame.zoom > 1) this.#framed(WHOLE);
    else this.zoom(Math.max(actual(picture, this.size, this.#density), 1.5), at);
  }

  /**
   * Moves what is seen by a step.
   *
   * @param {number} right
   * @param {number} down
   */
  step(right, down) {
    this.#move(-right * this.size.width * MOVE_SHARE, -down * this.size.height * MOVE_SHARE);
  }

  get #picture() {
    return this.#layers[0]?.shown?.size;
  }

  get #density() {
    return globalThis.devicePixelRatio || 1;
  }

  /**
   * @param {number} right
   * @param {number} down
   */
  #move(right, down) {
    const picture = this.#picture;
    if (picture) this.#framed(moved(this.frame, right, down, picture, this.size, this.#density));
  }

  /** @param {MouseEvent} event */
  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE_PIXELS;
    // a pinch on a touchpad arrives as a wheel with Ctrl, in small numbers
    this.zoom(Math.exp(-pixels * (event.ctrlKey ? PINCH : WHEEL)), this.#place(event));
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const before = this.#down.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...this.#down].find(([pointer]) => pointer !== event.pointerId)?.[1];
    this.#down.set(event.pointerId, now);
    if (!other) return this.#move(now.x - before.x, now.y - before.y);
    const spread = (/** @type {{ x: number, y: number }} */ finger) => Math.hypot(finger.x - other.x, finger.y - other.y);
    const middle = /** @type {MouseEvent} */ ({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 });
    if (spread(before) > 0) this.zoom(spread(now) / spread(before), this.#place(middle));
    this.#move((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    this.#down.delete(event.pointerId);
  }
}
