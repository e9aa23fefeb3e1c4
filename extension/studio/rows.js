/** How tiles stand in rows below the headings of their chapters, and where keys lead in them. Sizes in pixels. */

/** The sizes that the grid's style sheet has as well. */
export const GAP = 8;
export const EDGE = 16;
export const HEADING = 44;
/** What a cell has above and below its picture: the line with the page, the line with the key. */
export const LINES = 46;
/** What a cell has around its picture. */
export const INSET = 3;

/** The least and the most height that a picture's box has, as a share of its width. */
const FLAT = 0.6;
const TALL = 1.5;

/** How many tiles tell the shape of the boxes. */
const LOOKED_AT = 500;

/**
 * @typedef {object} Row
 * @property {number} first  its first tile, as a place among those that are shown
 * @property {number} count  how many tiles it has; 0: it is the heading of that tile's chapter
 * @property {number} top
 * @property {number} height
 */

/**
 * @typedef {object} Layout
 * @property {Row[]} rows
 * @property {Uint32Array} rowOf  the row of each tile
 * @property {number} height
 * @property {number} columns
 */

/**
 * How many cells of a width stand side by side.
 *
 * @param {number} width  of what they stand in
 * @param {number} size
 */
export function columnsIn(width, size) {
  return Math.max(1, Math.floor((width - 2 * EDGE + GAP) / (size + GAP)));
}

/**
 * Height to width of the boxes in which pictures stand: such that most of them fill it.
 *
 * @param {readonly Wire.Tile[]} tiles
 */
export function shapeOf(tiles) {
  const step = Math.max(1, Math.floor(tiles.length / LOOKED_AT));
  const heights = [];
  for (let place = 0; place < tiles.length; place += step) heights.push(1 / (tiles[place]?.aspect || 1));
  heights.sort((a, b) => a - b);
  return Math.min(TALL, Math.max(FLAT, heights[Math.floor(heights.length * 0.8)] ?? 1));
}

/**
 * Lays tiles out in rows.
 *
 * @param {readonly Wire.Tile[]} tiles
 * @param {{ columns: number, row: number, headings: boolean }} how  row: the height of a row with its gap
 * @returns {Layout}
 */
export function laidOut(tiles, { columns, row, headings }) {
  /** @type {Row[]} */
  const rows = [];
  const rowOf = new Uint32Array(tiles.length);
  let top = GAP;
  /** @type {string | null} */
  let chapter = null;
  for (let first = 0; first < tiles.length; ) {
    const begins = tiles[first]?.chapter ?? "";
    if (headings && begins !== chapter) {
      chapter = begins;
      rows.push({ first, count: 0, top, height: HEADING });
      top += HEADING;
    }
    let count = 1;
    while (count < columns && first + count < tiles.length && !(headings && tiles[first + count]?.chapter !== chapter)) {
      count += 1;
    }
    rowOf.fill(rows.length, first, first + count);
    rows.push({ first, count, top, height: row });
    top += row;
    first += count;
  }
  return { rows, rowOf, height: top + GAP, columns };
}

/**
 * The rows that touch a stretch of the grid: the first, and the one after the last.
 *
 * @param {Layout} layout
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
export function rowsIn({ rows }, from, to) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = /** @type {Row} */ (rows[middle]);
    if (row.top + row.height <= from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < rows.length && /** @type {Row} */ (rows[end]).top < to) end += 1;
  return [low, end];
}

/**
 * Where a key leads from a tile; null when it is no key of the grid.
 *
 * @param {Layout} layout
 * @param {number} place  the tile's
 * @param {string} key
 * @param {number} screen  how high what is seen of the grid is
 */
export function ledTo(layout, place, key, screen) {
  const last = layout.rowOf.length - 1;
  const within = (/** @type {number} */ wanted) => Math.max(0, Math.min(last, wanted));
  switch (key) {
    case "ArrowLeft":
      return within(place - 1);
    case "ArrowRight":
      return within(place + 1);
    case "Home":
      return within(0);
    case "End":
      return within(last);
    case "ArrowUp":
      return above(layout, place, 1);
    case "ArrowDown":
      return below(layout, place, 1);
    case "PageUp":
      return above(layout, place, rowsOn(layout, screen));
    case "PageDown":
      return below(layout, place, rowsOn(layout, screen));
    default:
      return null;
  }
}

/**
 * @param {Layout} layout
 * @param {number} screen
 */
function rowsOn({ rows }, screen) {
  const height = rows.find(({ count }) => count)?.height ?? screen;
  return Math.max(1, Math.floor(screen / height));
}

/**
 * @param {Layout} layout
 * @param {number} place
 * @param {number} steps
 */
function above(layout, place, steps) {
  return across(layout, place, steps, -1);
}

/**
 * @param {Layout} layout
 * @param {number} place
 * @param {number} steps
 */
function below(layout, place, steps) {
  return across(layout, place, steps, 1);
}

/**
 * So many rows of tiles up or down, in the same column where there is one.
 *
 * @param {Layout} layout
 * @param {number} place
 * @param {number} steps
 * @param {1 | -1} way
 */
function across({ rows, rowOf }, place, steps, way) {
  const from = rowOf[place];
  const row = from === undefined ? undefined : rows[from];
  if (from === undefined || !row) return 0;
  let found = row;
  for (let at = from + way, left = steps; left > 0 && rows[at]; at += way) {
    const next = /** @type {Row} */ (rows[at]);
    if (!next.count) continue;
    found = next;
    left -= 1;
  }
  if (found === row) return place;
  return found.first + Math.min(place - row.first, found.count - 1);
}
