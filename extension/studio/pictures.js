/** Small copies of pictures, asked for near the view only and kept in a bounded cache; originals in pieces. */

import { LostError } from "../view/client.js";

/** How many copies are asked for at once; few, because pictures from the tabs take the same way. */
const AT_ONCE = { small: 24, large: 2 };

/** How many questions are open at once. */
const OPEN = 2;

/** How much of copies is kept, in bytes. */
const KEPT = 24 * 2 ** 20;

/** How long nothing is asked for after a refusal, such as of a library that is unplugged. */
const REST_MS = 3_000;

/** How long nothing is asked for after a moment in which the view flew past. */
const HOLD_MS = 120;

/**
 * @typedef {object} Wanted
 * @property {string} picture
 * @property {Wire.PictureSize} size
 * @property {Set<HTMLImageElement>} images  that show it
 * @property {{ resolve: (address: string) => void, reject: (error: Error) => void }[]} waiters
 */

/** @implements {Studio.Pictures} */
export class Pictures {
  #ask;
  #library;
  /** @type {Map<string, { address: string, bytes: number }>} the one used last at the end */
  #kept = new Map();
  #bytes = 0;
  /** @type {Map<string, Wanted>} the newest at the end */
  #wanted = new Map();
  /** @type {Set<Wanted>} what was asked for and has not come */
  #asked = new Set();
  /** @type {WeakMap<HTMLImageElement, string>} what an element waits for */
  #waits = new WeakMap();
  /** @type {Set<string>} those that cannot be had */
  #missing = new Set();
  #open = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  #gathering = null;
  #rested = 0;

  /**
   * @param {Studio.App["ask"]} ask
   * @param {() => string} library
   */
  constructor(ask, library) {
    this.#ask = ask;
    this.#library = library;
  }

  /**
   * @param {HTMLImageElement} image
   * @param {string | null} picture
   * @param {Wire.PictureSize} [size]
   */
  show(image, picture, size = "small") {
    this.forget(image);
    if (!picture) return clear(image);
    const id = `${size}:${picture}`;
    const kept = this.#use(id);
    if (kept) return put(image, kept);
    clear(image);
    if (this.#missing.has(id)) return;
    this.#want(id, picture, size).images.add(image);
    this.#waits.set(image, id);
    this.#gather();
  }

  /**
   * @param {string} picture
   * @param {Wire.PictureSize} [size]
   * @returns {Promise<string>}
   */
  address(picture, size = "small") {
    const id = `${size}:${picture}`;
    const kept = this.#use(id);
    if (kept) return Promise.resolve(kept);
    return new Promise((resolve, reject) => {
      this.#want(id, picture, size).waiters.push({ resolve, reject });
      this.#gather();
    });
  }

  /**
   * @param {string} picture
   * @param {(share: number) => void} [progress]
   */
  async original(picture, progress) {
    const library = this.#library();
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const pieces = [];
    let [offset, size, media] = [0, 1, ""];
    while (offset < size) {
      const piece = await this.#ask("gallery.picture", { library, picture, offset });
      const bytes = decoded(piece.data);
      if (!bytes.length) break;
      pieces.push(bytes);
      offset += bytes.length;
      ({ size, media } = piece);
      progress?.(offset / size);
    }
    const address = addressed(pieces, media);
    return { address, release: () => URL.revokeObjectURL(address) };
  }

  /** @param {HTMLImageElement} image */
  forget(image) {
    const id = this.#waits.get(image);
    if (!id) return;
    this.#waits.delete(image);
    const wanted = this.#wanted.get(id);
    wanted?.images.delete(image);
    if (wanted && !wanted.images.size && !wanted.waiters.length) this.#wanted.delete(id);
  }

  /** The view flies past what it shows: nothing is asked for until it is slower. */
  hold() {
    this.#rested = Math.max(this.#rested, performance.now() + HOLD_MS);
  }

  /** The link is up: what could not be had may be there now. */
  again() {
    this.#missing.clear();
    this.#rested = 0;
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    this.#gather();
  }

  /** Nothing of another library is wanted any more. */
  reset() {
    for (const { waiters } of this.#wanted.values()) for (const { reject } of waiters) reject(new LostError());
    this.#wanted.clear();
    this.#missing.clear();
  }

  /**
   * @param {string} id
   * @param {string} picture
   * @param {Wire.PictureSize} size
   */
  #want(id, picture, size) {
    const wanted = this.#wanted.get(id) ?? { picture, size, images: new Set(), waiters: [] };
    // what was wanted last is asked for first
    this.#wanted.delete(id);
    this.#wanted.set(id, wanted);
    return wanted;
  }

  /** Asks once everything is known that is wanted now. */
  #gather() {
    this.#gathering ??= setTimeout(
      () => {
        this.#gathering = null;
        if (performance.now() < this.#rested) return this.#gather();
        while (this.#open < OPEN && this.#fetch());
      },
      Math.max(0, this.#rested - performance.now()),
    );
  }

  /** @returns {boolean} whether there was something to ask for */
  #fetch() {
    const newest = [...this.#wanted.values()].reverse().filter((wanted) => !this.#asked.has(wanted));
    const size = newest[0]?.size;
    if (!size) return false;
    const batch = newest.filter((wanted) => wanted.size === size).slice(0, AT_ONCE[size]).reverse();
    for (const wanted of batch) this.#asked.add(wanted);
    this.#open += 1;
    void this.#carry(batch, size).finally(() => {
      for (const wanted of batch) this.#asked.delete(wanted);
      this.#open -= 1;
      this.#gather();
    });
    return true;
  }

  /**
   * @param {Wanted[]} batch
   * @param {Wire.PictureSize} size
   */
  async #carry(batch, size) {
    const pictures = batch.map(({ picture }) => picture);
    try {
      const found = await this.#ask("gallery.pictures", { library: this.#library(), pictures, size });
      for (const { picture, media, data } of found.pictures) this.#came(`${size}:${picture}`, media, data);
      for (const picture of found.missing ?? []) this.#gone(`${size}:${picture}`);
    } catch (error) {
      // after a lost link it is asked for again; a refusal is no reason to ask at once
      this.#rested = performance.now() + REST_MS;
      if (!(error instanceof LostError)) for (const { picture } of batch) this.#gone(`${size}:${picture}`);
    }
  }

  /**
   * @param {string} id
   * @param {string} media
   * @param {string} data
   */
  #came(id, media, data) {
    this.#drop(id);
    const bytes = decoded(data);
    const address = addressed([bytes], media);
    this.#kept.set(id, { address, bytes: bytes.length });
    this.#bytes += bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= KEPT || oldest === id) break;
      this.#drop(oldest);
    }
    const wanted = this.#wanted.get(id);
    this.#wanted.delete(id);
    for (const image of wanted?.images ?? []) {
      this.#waits.delete(image);
      put(image, address);
    }
    for (const { resolve } of wanted?.waiters ?? []) resolve(address);
  }

  /** @param {string} id */
  #gone(id) {
    this.#missing.add(id);
    const wanted = this.#wanted.get(id);
    this.#wanted.delete(id);
    for (const image of wanted?.images ?? []) {
      this.#waits.delete(image);
      image.dataset["missing"] = "";
    }
    for (const { reject } of wanted?.waiters ?? []) reject(new Error("there is no such picture"));
  }

  /** @param {string} id */
  #use(id) {
    const kept = this.#kept.get(id);
    if (!kept) return null;
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    return kept.address;
  }

  /** @param {string} id */
  #drop(id) {
    const kept = this.#kept.get(id);
    if (!kept) return;
    // what shows it has it already
    URL.revokeObjectURL(kept.address);
    this.#bytes -= kept.bytes;
    this.#kept.delete(id);
  }
}

/**
 * @param {HTMLImageElement} image
 * @param {string} address
 */
function put(image, address) {
  delete image.dataset["missing"];
  image.src = address;
  image.hidden = false;
}

/** @param {HTMLImageElement} image */
function clear(image) {
  delete image.dataset["missing"];
  image.hidden = true;
  image.removeAttribute("src");
}

/**
 * Bytes are no text of the page: an address that held them would be copied and read again wherever it is used.
 *
 * @param {Uint8Array<ArrayBuffer>[]} pieces
 * @param {string} media
 */
function addressed(pieces, media) {
  return URL.createObjectURL(new Blob(pieces, { type: media }));
}

/** @param {string} data  in base64 */
function decoded(data) {
  // the browser's own is many times as fast; Chrome has it since version 140
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(data);
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
  return bytes;
}
