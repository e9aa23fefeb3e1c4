/** The panels of one library as the studio knows them: what the host told, and on it what was decided a moment ago. */

import { chosen, EVERYTHING, passes } from "./filter.js";

/** @typedef {(tile: Wire.Tile) => Wire.Tile} Patch */

/** @implements {Studio.Gallery} */
export class Gallery {
  library = "";
  source = "";
  title = "";
  /** @type {number | null} */
  batch = null;
  /** @type {Wire.GalleryChapter[]} */
  chapters = [];
  /** @type {string[]} */
  figures = [];
  /** @type {string[]} */
  settings = [];
  /** @type {Wire.Tile[]} */
  tiles = [];
  /** @type {Wire.Tile[]} */
  shown = [];
  /** How many panels the library has; more than `tiles` while they are still coming. */
  total = 0;
  filter = EVERYTHING;

  /** @type {ReadonlySet<string> | null} the panels that have the text that is looked for */
  #found = null;
  /** @type {Wire.Tile[]} as the host told them */
  #told = [];
  /** @type {Map<string, number>} */
  #places = new Map();
  /** @type {Map<string, number>} */
  #shownAt = new Map();
  /** @type {Map<string, Patch[]>} what was decided and is not answered yet */
  #patches = new Map();

  /**
   * Begins anew with panels of a library.
   *
   * @param {Wire.GalleryPage} page
   * @param {Wire.Tile[]} tiles
   */
  begin(page, tiles) {
    const { library, source, title, batch, chapters, figures, settings, total } = page;
    if (library !== this.library) [this.filter, this.#found] = [EVERYTHING, null];
    Object.assign(this, { library, source, title, batch, chapters, figures, settings, total });
    this.#told = [];
    this.tiles = [];
    this.#places.clear();
    this.#append(tiles);
    this.#choose();
  }

  /**
   * Adds the panels that come next in the book.
   *
   * @param {Wire.Tile[]} tiles
   */
  add(tiles) {
    this.#append(tiles);
    this.#choose();
  }

  /** @param {string} key */
  tile(key) {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.tiles[place];
  }

  /**
   * Where a panel stands among those that are shown; -1 where it does not.
   *
   * @param {string} key
   */
  shownAt(key) {
    return this.#shownAt.get(key) ?? -1;
  }

  /**
   * Takes what the host tells of panels.
   *
   * @param {readonly Wire.Tile[]} tiles
   * @returns {Wire.Tile[]} those that look different now
   */
  take(tiles) {
    const changed = [];
    for (const tile of tiles) {
      const place = this.#places.get(tile.key);
      if (place === undefined) continue;
      this.#told[place] = tile;
      const now = this.#redraw(place);
      if (now) changed.push(now);
    }
    return changed;
  }

  /**
   * Shows what a decision will come to, until it is settled.
   *
   * @param {readonly string[]} keys
   * @param {Patch} patch
   * @returns {Wire.Tile[]} those that look different now
   */
  patch(keys, patch) {
    for (const key of keys) this.#patches.set(key, [...(this.#patches.get(key) ?? []), patch]);
    return this.#redrawn(keys);
  }

  /**
   * A decision was answered: what was shown of it gives way to what the host told.
   *
   * @param {readonly string[]} keys
   * @param {Patch} patch
   * @param {(key: string) => boolean} [stands]  whether the host will tell a panel later, and it is as shown
   * @returns {Wire.Tile[]} those that look different now
   */
  settle(keys, patch, stands = () => false) {
    for (const key of keys) {
      const left = (this.#patches.get(key) ?? []).filter((each) => each !== patch);
      if (left.length) this.#patches.set(key, left);
      else this.#patches.delete(key);
      const place = this.#places.get(key);
      const told = place === undefined ? undefined : this.#told[place];
      if (place !== undefined && told && stands(key)) this.#told[place] = patch(told);
    }
    return this.#redrawn(keys);
  }

  /**
   * Shows other panels, or the same in another order.
   *
   * @param {import("./filter.js").Filter} filter
   * @param {ReadonlySet<string> | null} found
   */
  choose(filter, found) {
    this.filter = filter;
    this.#found = found;
    this.#choose();
  }

  /** How many of those that are shown the filter would no longer show, and how many others it would. */
  get outdated() {
    let count = 0;
    for (const tile of this.tiles) {
      const wanted = passes(this.filter, tile) && (!this.#found || this.#found.has(tile.key));
      if (wanted !== this.#shownAt.has(tile.key)) count += 1;
    }
    return count;
  }

  #choose() {
    this.shown = chosen(this.tiles, this.filter, this.#found);
    this.#shownAt = new Map(this.shown.map((tile, place) => [tile.key, place]));
  }

  /** @param {Wire.Tile[]} tiles */
  #append(tiles) {
    for (const tile of tiles) {
      if (this.#places.has(tile.key)) continue;
      this.#places.set(tile.key, this.#told.length);
      this.#told.push(tile);
      this.tiles.push(this.#patched(tile));
    }
  }

  /** @param {Wire.Tile} tile */
  #patched(tile) {
    return (this.#patches.get(tile.key) ?? []).reduce((shown, patch) => patch(shown), tile);
  }

  /** @param {readonly string[]} keys */
  #redrawn(keys) {
    return keys.flatMap((key) => {
      const place = this.#places.get(key);
      return (place === undefined ? null : this.#redraw(place)) ?? [];
    });
  }

  /**
   * @param {number} place
   * @returns {Wire.Tile | null} the panel, if it looks different now
   */
  #redraw(place) {
    const told = this.#told[place];
    const before = this.tiles[place];
    if (!told || !before) return null;
    const now = this.#patched(told);
    if (now === before || JSON.stringify(now) === JSON.stringify(before)) return null;
    this.tiles[place] = now;
    // a panel keeps its place in the grid, whatever became of it: nothing jumps
    const shown = this.#shownAt.get(now.key);
    if (shown !== undefined) this.shown[shown] = now;
    return now;
  }
}
