/** Chance that replays: what is drawn depends on the seed and on what it is drawn for. */

export class Chance {
  #seed;

  /** @param {number} seed */
  constructor(seed) {
    this.#seed = seed;
  }

  /** From 0 to 1, 1 left out; the same for the same matter. */
  of(...matter) {
    let hash = 0x811c9dc5;
    for (const char of `${this.#seed} ${matter.join(" ")}`) {
      hash = Math.imul(hash ^ char.codePointAt(0), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  }

  /** One of a few. */
  pick(among, ...matter) {
    return among[Math.floor(this.of(...matter) * among.length)];
  }

  /** A new name for something. */
  name(...matter) {
    return Math.floor(this.of("name", ...matter) * 2 ** 32).toString(36).padStart(7, "x");
  }
}
