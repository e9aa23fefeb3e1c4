/** Pictures behind addresses of this page alone, which are others after every reload. */

/** @type {Map<string, Promise<string>>} */
const copies = new Map();

/** What each image is to show.
 * @type {WeakMap<HTMLImageElement, string>} */
const wanted = new WeakMap();

/** Show a picture of the server's in an image by a local address; resolved when it is shown. */
export async function local(image, link) {
  wanted.set(image, link);
  if (!copies.has(link)) copies.set(link, copy(link));
  try {
    const address = await copies.get(link);
    if (wanted.get(image) !== link || image.src === address) return;
    // a hidden tab decodes nothing, and loads all the same
    const loaded = new Promise((done) => {
      for (const end of ["load", "error"]) image.addEventListener(end, done, { once: true });
    });
    image.src = address;
    await loaded;
  } catch (error) {
    console.warn(error);
  }
}

async function copy(link) {
  const response = await fetch(link);
  if (!response.ok) throw new Error(`${response.status} for a picture`);
  return URL.createObjectURL(await response.blob());
}
