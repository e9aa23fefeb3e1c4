/** How pages lie beside each other: plain functions over layouts. */

/** A page of an opening; null where the paper is blank. @typedef {Wire.PageLayout | null} Leaf */

/**
 * @typedef {object} Placed
 * @property {Wire.PageLayout} page
 * @property {number} spread  which opening it is of
 * @property {number} left  in pixels, as all that follows
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/**
 * Pages as they lie open, each opening from left to right, the openings in reading order.
 *
 * @param {readonly Wire.PageLayout[]} pages  in reading order
 * @param {boolean} rtl
 * @param {boolean} two  whether two pages lie side by side
 * @returns {Leaf[][]}
 */
export function spreads(pages, rtl, two) {
  if (!two) return pages.map((page) => [page]);
  const [first, second] = rtl ? ["right", "left"] : ["left", "right"];
  const found = [];
  for (let place = 0; place < pages.length; place += 1) {
    const page = pages[place];
    const next = pages[place + 1];
    if (!page) continue;
    if (page.side !== first && page.side !== second) found.push([page]);
    else {
      const pair = page.side === second ? [null, page] : next?.side === second ? [page, next] : [page, null];
      if (pair[0] && pair[1]) place += 1;
      found.push(rtl ? pair.reverse() : pair);
    }
  }
  return found;
}

/**
 * The number of the opening that a panel is on; -1 without one.
 *
 * @param {readonly Leaf[][]} open
 * @param {string} key
 */
export function spreadOf(open, key) {
  return open.findIndex((leaves) => leaves.some((page) => page?.panels.some((panel) => panel.key === key)));
}

/**
 * Openings in rows, as many beside each other as there is room for.
 *
 * @param {readonly Leaf[][]} open
 * @param {{ width: number, height: number, gap: number, rtl: boolean }} room  `height` is that of a page
 * @returns {{ placed: Placed[], height: number }} each page, and the height of all
 */
export function rows(open, { width, height, gap, rtl }) {
  /** @type {(Placed & { row: number })[]} */
  const placed = [];
  /** @type {number[]} the widths of the rows */
  const widths = [0];
  let [left, top, deepest] = [0, 0, 0];
  open.forEach((leaves, spread) => {
    const wide = leaves.map((page) => (page ?? leaves.find((other) => other))?.aspect ?? 1);
    const across = wide.reduce((sum, aspect) => sum + aspect, 0) * height;
    // an opening that is wider than the room is made smaller
    const scale = Math.min(1, width / across);
    if (left > 0 && left + across * scale > width) {
      top += deepest + gap;
      left = deepest = 0;
      widths.push(0);
    }
    let at = rtl ? width - left - across * scale : left;
    leaves.forEach((page, place) => {
      const own = (wide[place] ?? 1) * height * scale;
      if (page) placed.push({ page, spread, left: at, top, width: own, height: height * scale, row: widths.length - 1 });
      at += own;
    });
    widths[widths.length - 1] = left + across * scale;
    left += across * scale + gap;
    deepest = Math.max(deepest, height * scale);
  });
  // each row in the middle, so that a last opening by itself does not stand at the side
  const margin = (/** @type {number} */ row) => ((width - (widths[row] ?? width)) / 2) * (rtl ? -1 : 1);
  return { placed: placed.map(({ row, ...page }) => ({ ...page, left: page.left + margin(row) })), height: top + deepest };
}

/**
 * The largest size at which an opening fits a window, in pixels.
 *
 * @param {readonly Leaf[]} leaves
 * @param {{ width: number, height: number }} room
 */
export function fitted(leaves, room) {
  const wide = leaves.map((page) => (page ?? leaves.find((other) => other))?.aspect ?? 1);
  const aspect = wide.reduce((sum, each) => sum + each, 0);
  const height = Math.min(room.height, room.width / aspect);
  return { height, widths: wide.map((each) => each * height) };
}

/**
 * Whether two pages beside each other are read larger than one alone would leave room for.
 *
 * @param {{ width: number, height: number }} room
 */
export function opensWide({ width, height }) {
  return width > height;
}

/**
 * @typedef {object} Spot
 * @property {string} key
 * @property {number} x  of its middle, in pixels
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

/**
 * The panels of pages as they lie, in reading order.
 *
 * @param {readonly Placed[]} placed
 * @returns {Spot[]}
 */
export function spots(placed) {
  return placed
    .toSorted((one, other) => one.page.number - other.page.number)
    .flatMap(({ page, left, top, width, height }) =>
      page.panels.map((panel) => ({
        key: panel.key,
        x: left + (panel.left + panel.width / 2) * width,
        y: top + (panel.top + panel.height / 2) * height,
        width: panel.width * width,
        height: panel.height * height,
      })),
    );
}

/**
 * The panel above or below one: the nearest of those that lie wholly beyond its middle.
 *
 * @param {readonly Spot[]} all
 * @param {Spot} from
 * @param {-1 | 1} step  -1 is up
 */
export function beyond(all, from, step) {
  let [best, least] = [/** @type {Spot | null} */ (null), Infinity];
  for (const spot of all) {
    const down = (spot.y - from.y) * step - Math.min(spot.height, from.height) / 2;
    if (down <= 0) continue;
    // a panel straight below is nearer than one that is a little higher to the side
    const aside = Math.max(0, Math.abs(spot.x - from.x) - (spot.width + from.width) / 4);
    const distance = down + 2 * aside;
    if (distance < least) [best, least] = [spot, distance];
  }
  return best;
}
