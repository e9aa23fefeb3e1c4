/** The pages of one chapter, as the host lays them out, for the views that show pages. */

import { CallError } from "../view/client.js";

/** @typedef {{ library: string, chapter: string }} Of */

export class Chapter {
  /** @type {Wire.PagesFound | null} */
  found = null;

  #app;
  #drawn;
  /** What is wanted; null before the first. @type {Of | null} */
  #wanted = null;
  #times = 0;
  #asking = false;

  /**
   * @param {Studio.App} app
   * @param {() => void} drawn  the pages came, or are others now
   */
  constructor(app, drawn) {
    this.#app = app;
    this.#drawn = drawn;
  }

  /** The key of the chapter that is wanted; empty before the first, and where another library is shown by now. */
  get key() {
    return this.#wanted?.library === this.#app.gallery.library ? this.#wanted.chapter : "";
  }

  /**
   * Wants the pages of a chapter.
   *
   * @param {string} chapter
   */
  open(chapter) {
    const { library } = this.#app.gallery;
    if (!library || (this.#wanted?.chapter === chapter && this.#wanted.library === library)) return;
    this.found = null;
    this.#wanted = { library, chapter };
    void this.again();
  }

  /** Asks once more: one question at a time, and the last one for what is wanted last. */
  async again() {
    this.#times += 1;
    if (this.#asking) return;
    this.#asking = true;
    for (let asked = 0; asked !== this.#times; ) {
      asked = this.#times;
      const wanted = this.#wanted;
      if (!wanted) break;
      try {
        const found = await this.#app.ask("gallery.pages", wanted);
        // the same pages keep their elements, and so the focus
        if (wanted === this.#wanted && JSON.stringify(found) !== JSON.stringify(this.found)) this.found = found;
      } catch (error) {
        // without a link, what is shown stays; it is asked for again when the link is back
        if (error instanceof CallError && wanted === this.#wanted) this.#app.say(error.message, "fault");
      }
      this.#drawn();
    }
    this.#asking = false;
  }
}

/**
 * The chapter that is shown for a panel: its own, or the first.
 *
 * @param {Studio.Gallery} gallery
 * @param {string} key
 */
export function chapterOf(gallery, key) {
  return gallery.tile(key)?.chapter ?? gallery.chapters[0]?.key ?? gallery.tiles[0]?.chapter ?? "";
}

/**
 * The chapter before or after one; null at either end.
 *
 * @param {Studio.Gallery} gallery
 * @param {string} chapter
 * @param {-1 | 1} step
 */
export function chapterBeside(gallery, chapter, step) {
  const keys = gallery.chapters.map(({ key }) => key);
  const place = keys.indexOf(chapter);
  return place < 0 ? null : (keys[place + step] ?? null);
}
