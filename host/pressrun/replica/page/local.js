/** Pictures behind addresses of this page alone, which are others after every reload. */

/** @type {Map<string, Promise<string>>} */
const copies = new Map();

/** What each image is to show.
 * @type {WeakMap<HTMLImageElement, string>} */
const wanted = new WeakMap();

/** Show a picture of the server's in an image by a local address. */
export function local(image, link) {
  if (wanted.get(image) === link) return;
  wanted.set(image, link);
  if (!copies.has(link)) copies.set(link, copy(link));
  copies.get(link).then((address) => {
    if (wanted.get(image) === link) image.src = address;
  }, console.warn);
}

async function copy(link) {
  const response = await fetch(link);
  if (!response.ok) throw new Error(`${response.status} for a picture`);
  return URL.createObjectURL(await response.blob());
}
