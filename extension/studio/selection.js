/** Which panels are selected, and which of them is looked at. By key, so that it outlives every filter and change. */

export class Selection {
  /** The panel that keys act on; empty for none. */
  cursor = "";
  /** @type {Set<string>} those that are selected; empty: the cursor alone */
  keys = new Set();
  /** Where a stretch of selected panels begins. */
  #anchor = "";

  /** @param {string} key */
  has(key) {
    return this.keys.size ? this.keys.has(key) : key === this.cursor;
  }

  /**
   * Goes to a panel, which then is the only one.
   *
   * @param {string} key
   */
  goTo(key) {
    this.cursor = this.#anchor = key;
    this.keys.clear();
  }

  /**
   * Selects all panels between the one where the selection began and this one.
   *
   * @param {string} key
   * @param {readonly Wire.Tile[]} shown
   * @param {(key: string) => number} placeOf  where a panel stands in `shown`; -1 where it does not
   */
  reach(key, shown, placeOf) {
    const from = placeOf(this.#anchor);
    const to = placeOf(key);
    if (from < 0 || to < 0) return this.goTo(key);
    this.cursor = key;
    this.keys = new Set(shown.slice(Math.min(from, to), Math.max(from, to) + 1).map((tile) => tile.key));
  }

  /**
   * Adds a panel to the selection, or takes it out.
   *
   * @param {string} key
   */
  toggle(key) {
    if (!this.keys.size && this.cursor && this.cursor !== key) this.keys.add(this.cursor);
    if (!this.keys.delete(key)) this.keys.add(key);
    this.cursor = this.#anchor = key;
  }

  /** @param {readonly Wire.Tile[]} shown */
  all(shown) {
    this.keys = new Set(shown.map(({ key }) => key));
  }

  /** @returns {boolean} whether more than the cursor was selected */
  clear() {
    const some = this.keys.size > 0;
    this.keys.clear();
    this.#anchor = this.cursor;
    return some;
  }

  /**
   * Drops what is no longer shown; where the cursor is gone, the nearest panel takes its place.
   *
   * @param {readonly Wire.Tile[]} shown
   * @param {(key: string) => number} placeOf
   * @param {number} before  where the cursor stood
   */
  keep(shown, placeOf, before) {
    for (const key of this.keys) if (placeOf(key) < 0) this.keys.delete(key);
    if (placeOf(this.cursor) >= 0) return;
    this.cursor = this.#anchor = shown[Math.max(0, Math.min(before, shown.length - 1))]?.key ?? "";
  }

  /**
   * The panels that a decision is about.
   *
   * @param {readonly Wire.Tile[]} shown  in their order
   */
  of(shown) {
    return shown.filter(({ key }) => this.has(key));
  }
}
