/**
 * Which part of a picture a pane shows: plain functions over numbers.
 *
 * A frame is told in shares of the picture, and in multiples of the scale at which all of it is seen. So two takes
 * of different sizes show the same part of what they depict by the same frame.
 */

/**
 * @typedef {{ width: number, height: number }} Size
 *
 * @typedef {object} Frame
 * @property {number} zoom  1: all of the picture is seen
 * @property {number} x  the place in the picture that is in the middle of the pane, from 0 (left) to 1
 * @property {number} y  the same from the top
 */

/** @type {Readonly<Frame>} */
export const WHOLE = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 });

/** How far one can zoom: a pixel of the picture is then this many of the screen's. */
const CLOSEST = 8;

/** How much one step of a key or a button zooms. */
export const STEP = 1.25;

/**
 * Pixels of the page for one pixel of the picture when all of it is seen.
 *
 * @param {Size} picture
 * @param {Size} pane
 */
export function fitting(picture, pane) {
  return Math.min(pane.width / picture.width, pane.height / picture.height);
}

/**
 * The frame nearest to the wanted one that leaves no more of the pane empty than it must.
 *
 * @param {Frame} frame
 * @param {Size} picture
 * @param {Size} pane
 * @param {number} density  pixels of the screen for one of the page
 * @returns {Frame}
 */
export function clamped(frame, picture, pane, density) {
  const fit = fitting(picture, pane);
  const most = Math.max(1, CLOSEST / (fit * density));
  const zoom = Math.min(most, Math.max(1, frame.zoom));
  const along = (/** @type {number} */ place, /** @type {number} */ whole, /** @type {number} */ seen) => {
    const half = seen / (2 * whole * fit * zoom);
    return half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, place));
  };
  return { zoom, x: along(frame.x, picture.width, pane.width), y: along(frame.y, picture.height, pane.height) };
}

/**
 * Zooms, and keeps what is under a place where it is.
 *
 * @param {Frame} frame
 * @param {number} factor
 * @param {{ x: number, y: number }} at  in pixels of the page from the middle of the pane
 * @param {Size} picture
 * @param {Size} pane
 * @param {number} density
 */
export function zoomed(frame, factor, at, picture, pane, density) {
  const { zoom } = clamped({ ...frame, zoom: frame.zoom * factor }, picture, pane, density);
  const fit = fitting(picture, pane);
  const moved = (/** @type {number} */ place, /** @type {number} */ by, /** @type {number} */ whole) =>
    place + (by / (whole * fit)) * (1 / frame.zoom - 1 / zoom);
  return clamped(
    { zoom, x: moved(frame.x, at.x, picture.width), y: moved(frame.y, at.y, picture.height) },
    picture,
    pane,
    density,
  );
}

/**
 * Moves the picture by so many pixels of the page.
 *
 * @param {Frame} frame
 * @param {number} right
 * @param {number} down
 * @param {Size} picture
 * @param {Size} pane
 * @param {number} density
 */
export function moved(frame, right, down, picture, pane, density) {
  const scale = fitting(picture, pane) * frame.zoom;
  const there = { ...frame, x: frame.x - right / (picture.width * scale), y: frame.y - down / (picture.height * scale) };
  return clamped(there, picture, pane, density);
}

/**
 * Where the whole picture lies in the pane, in pixels of the page.
 *
 * @param {Frame} frame
 * @param {Size} picture
 * @param {Size} pane
 */
export function placed(frame, picture, pane) {
  const scale = fitting(picture, pane) * frame.zoom;
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { left: pane.width / 2 - frame.x * width, top: pane.height / 2 - frame.y * height, width, height };
}

/**
 * The zoom at which one pixel of the picture is one of the screen; 1 for a picture that is smaller than the pane.
 *
 * @param {Size} picture
 * @param {Size} pane
 * @param {number} density
 */
export function actual(picture, pane, density) {
  return Math.max(1, 1 / (fitting(picture, pane) * density));
}

/**
 * Pixels of the screen for one pixel of the picture, in percent.
 *
 * @param {Frame} frame
 * @param {Size} picture
 * @param {Size} pane
 * @param {number} density
 */
export function percent(frame, picture, pane, density) {
  return Math.round(100 * fitting(picture, pane) * frame.zoom * density);
}

/**
 * Whether a copy with so many pixels along its width shows less than the screen could of the original.
 *
 * @param {number} copy  width of the copy
 * @param {Frame} frame
 * @param {Size} picture  the original
 * @param {Size} pane
 * @param {number} density
 */
export function wantsMore(copy, frame, picture, pane, density) {
  return copy < picture.width && placed(frame, picture, pane).width * density > copy * 1.1;
}
