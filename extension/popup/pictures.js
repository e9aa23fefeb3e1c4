/** The pictures that came in last, small: a click shows one in the studio. */

import { fill, part } from "../view/dom.js";
import { t } from "../view/i18n.js";

/** How many are shown. */
const SHOWN = 4;
/** How many copies are kept: those that come next push the oldest out. */
const KEPT = 32;

/** @type {Map<string, string>} addresses of copies, by SHA-256 */
const copies = new Map();

/**
 * @typedef {object} Asking
 * @property {(library: string, pictures: string[]) => Promise<Wire.PicturesFound | null>} ask
 * @property {(library: string, key: string) => void} open  shows one in the studio
 */

/**
 * Draws the newest pictures of the first batch that has any.
 *
 * @param {Wire.BatchStatus[]} batches
 * @param {Asking} asking
 */
export async function drawPictures(batches, { ask, open }) {
  const batch = batches.find(({ recent = [] }) => recent.length > 0);
  const recent = (batch?.recent ?? []).slice(0, SHOWN);
  const library = batch?.library ?? "";
  const list = part(document, "recent");
  list.hidden = recent.length === 0;
  const draw = () =>
    fill(list, "picture", recent, ({ picture }) => picture, (item, { key, picture }) => {
      const button = /** @type {HTMLButtonElement} */ (part(item, "open"));
      button.title = key;
      button.ariaLabel = t("popup_open_picture", key);
      button.onclick = () => open(library, key);
      const image = /** @type {HTMLImageElement} */ (part(item, "copy"));
      const address = copies.get(picture);
      if (address && image.src !== address) image.src = address;
      image.hidden = !address;
    });
  draw();
  const wanted = recent.map(({ picture }) => picture).filter((picture) => !copies.has(picture));
  if (wanted.length === 0) return;
  const found = await ask(library, [...new Set(wanted)]);
  for (const { picture, media, data } of found?.pictures ?? []) {
    if (/^image\/[a-z]+$/.test(media)) copies.set(picture, `data:${media};base64,${data}`);
  }
  for (const old of [...copies.keys()].slice(0, -KEPT)) copies.delete(old);
  draw();
}
