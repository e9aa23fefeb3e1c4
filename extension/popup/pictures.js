/** The pictures that came in last, small: a click shows one in the studio. */

import { fill, part } from "../view/dom.js";
import { t } from "../view/i18n.js";

/** How many are shown. */
const SHOWN = 4;
/** How many copies are kept: those that come next push the oldest out. */
const KEPT = 32;

/** @type {Map<string, string>} addresses of copies, by SHA-256 */
const copies = new Map();

/** How often pictures were drawn: of two drawings only the later one counts. */
let drawings = 0;

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
  const drawing = (drawings += 1);
  draw();
  let wanted = [...new Set(recent.map(({ picture }) => picture).filter((picture) => !copies.has(picture)))];
  while (wanted.length > 0) {
    const found = await ask(library, wanted);
    for (const { picture, media, data } of found?.pictures ?? []) {
      if (/^image\/[a-z]+$/.test(media)) copies.set(picture, `data:${media};base64,${data}`);
    }
    for (const old of [...copies.keys()].slice(0, -KEPT)) copies.delete(old);
    if (drawing !== drawings) return;
    draw();
    // the host makes a few copies an answer, one at least
    wanted = found?.pictures.length ? (found.left ?? []) : [];
  }
}
