/** The studio's one subscription: the panels of a library once, and then what changes. */

import { LostError } from "../view/client.js";

/** How long the host may wait for something to tell. */
const WAIT_SECONDS = 20;

/** How soon a question is asked again that the host refused. */
const AGAIN_MS = 2_000;

/**
 * @typedef {object} Hearing
 * @property {(tiles: Wire.Tile[]) => void} changed
 * @property {() => void} anew
 * @property {() => void} more  further panels of the same library came
 * @property {(status: Wire.Status) => void} status
 * @property {(why: string) => void} refused
 */

export class Following {
  #ask;
  #gallery;
  #hearing;
  /** The run that counts: an older one hears nothing more. */
  #run = 0;
  #revision = -1;
  /** @type {number | null} what is known of the panels; null before they were opened whole */
  #at = null;
  /** The opening whose further panels still count. */
  #opening = {};

  /**
   * @param {Studio.App["ask"]} ask
   * @param {import("./gallery.js").Gallery} gallery
   * @param {Hearing} hearing
   */
  constructor(ask, gallery, hearing) {
    this.#ask = ask;
    this.#gallery = gallery;
    this.#hearing = hearing;
  }

  /**
   * Opens a library.
   *
   * @param {string} library  empty for that of the newest batch
   */
  open(library) {
    this.#at = null;
    void this.#live(++this.#run, library);
  }

  /**
   * The link is up again: catches up with what changed meanwhile.
   *
   * @param {string} library
   */
  resume(library) {
    this.#revision = -1;
    void this.#live(++this.#run, library);
  }

  /** The link is down. */
  stop() {
    this.#run += 1;
  }

  /**
   * @param {number} run
   * @param {string} library
   */
  async #live(run, library) {
    let wanted = library;
    let refused = "";
    while (run === this.#run) {
      try {
        if (this.#at === null) wanted = await this.#open(run, wanted);
        if (run !== this.#run) return;
        await this.#hear(run, wanted || null);
        refused = "";
      } catch (error) {
        if (run !== this.#run || error instanceof LostError) return;
        const { message } = /** @type {Error} */ (error);
        if (message !== refused) this.#hearing.refused(message);
        refused = message;
        await this.#rest(run);
      }
    }
  }

  /**
   * A library could not be opened: waits until something changed, or a while.
   *
   * @param {number} run
   */
  async #rest(run) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (run === this.#run) await this.#hear(run, null).catch(() => undefined);
  }

  /**
   * Shows the first panels as soon as they are there. What changes while the others come is heard meanwhile.
   *
   * @param {number} run
   * @param {string} library
   * @returns {Promise<string>} its path
   */
  async #open(run, library) {
    const first = await this.#ask("gallery.open", { library: library || null, first: 0 });
    if (run !== this.#run) return library;
    // one that is shown already is replaced at once, so that nothing jumps twice
    if (first.library === this.#gallery.library && this.#gallery.tiles.length) {
      const tiles = [...first.tiles];
      await this.#others(run, first, (more) => tiles.push(...more));
      if (run === this.#run) this.#begin(first, tiles);
    } else {
      this.#begin(first, first.tiles);
      const opening = (this.#opening = {});
      void this.#others(run, first, (more) => {
        if (opening !== this.#opening) return;
        this.#gallery.add(more);
        this.#hearing.more();
      }).catch((/** @type {Error} */ error) => this.#cut(run, error));
    }
    this.#at = first.at;
    return first.library;
  }

  /**
   * The panels after the first ones, a page at a time.
   *
   * @param {number} run
   * @param {Wire.GalleryPage} first
   * @param {(tiles: Wire.Tile[]) => void} take
   */
  async #others(run, first, take) {
    for (let count = first.tiles.length; count < first.total && run === this.#run; ) {
      const { tiles } = await this.#ask("gallery.open", { library: first.library, first: count });
      if (run !== this.#run || !tiles.length) return;
      count += tiles.length;
      take(tiles);
    }
  }

  /**
   * Not all panels came: they are asked for again when the link is up.
   *
   * @param {number} run
   * @param {Error} error
   */
  #cut(run, error) {
    this.#at = null;
    if (run === this.#run && !(error instanceof LostError)) this.#hearing.refused(error.message);
  }

  /**
   * @param {Wire.GalleryPage} page
   * @param {Wire.Tile[]} tiles
   */
  #begin(page, tiles) {
    this.#opening = {};
    this.#gallery.begin(page, tiles);
    this.#hearing.anew();
  }

  /**
   * @param {number} run
   * @param {string | null} library  whose panels are followed as well
   */
  async #hear(run, library) {
    const followed = await this.#ask("view.follow", {
      after: this.#revision,
      library,
      at: this.#at ?? 0,
      wait: WAIT_SECONDS,
    });
    if (run !== this.#run) return;
    this.#revision = followed.revision;
    if (library) this.#at = followed.anew ? null : followed.at;
    // there was no library to open yet, and there may be one now
    else if (followed.status?.batches?.length) this.#at = null;
    if (followed.tiles?.length) this.#hearing.changed(this.#gallery.take(followed.tiles));
    if (followed.status) this.#hearing.status(followed.status);
  }
}
