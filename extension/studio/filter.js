/** Which panels are shown, and in which order. Nothing here knows of the page. */

/**
 * @typedef {object} Filter
 * @property {Wire.PanelState | "" | "needy"} state  empty means all; needy those that need their author
 * @property {Wire.Reviewed | "" | "good"} reviewed  good means approved or locked
 * @property {Wire.Flag | ""} flag
 * @property {string} chapter  its key
 * @property {number | null} figure  who is in it
 * @property {number | null} setting  where it is
 * @property {string} text  in the prompt, the key, the lettering or the note
 * @property {Sort} sort
 */

/** @typedef {"book" | "newest" | "style"} Sort  style: those furthest from the approved ones first */

/** @type {Filter} */
export const EVERYTHING = Object.freeze({
  state: "",
  reviewed: "",
  flag: "",
  chapter: "",
  figure: null,
  setting: null,
  text: "",
  sort: "book",
});

/** @type {Wire.PanelState[]} */
const NEEDY = ["refused", "failed", "doubt"];

/**
 * Whether a filter lets a panel through, but for its text, which the host looks for.
 *
 * @param {Filter} filter
 * @param {Wire.Tile} tile
 */
export function passes({ state, reviewed, flag, chapter, figure, setting }, tile) {
  return (
    (!state || tile.state === state || (state === "needy" && NEEDY.includes(tile.state))) &&
    (!reviewed ||
      tile.reviewed === reviewed ||
      (reviewed === "good" && (tile.reviewed === "approved" || tile.reviewed === "locked"))) &&
    (!flag || (tile.flags ?? []).includes(flag)) &&
    (!chapter || tile.chapter === chapter) &&
    (figure === null || (tile.figures ?? []).includes(figure)) &&
    (setting === null || tile.setting === setting)
  );
}

/**
 * The panels that a filter leaves, in its order.
 *
 * @param {readonly Wire.Tile[]} tiles  in the order of the book
 * @param {Filter} filter
 * @param {ReadonlySet<string> | null} found  the keys that have the text; null where none is looked for
 */
export function chosen(tiles, filter, found) {
  const left = tiles.filter((tile) => passes(filter, tile) && (!found || found.has(tile.key)));
  return sorted(left, filter.sort);
}

/**
 * @param {Wire.Tile[]} tiles
 * @param {Sort} sort
 */
function sorted(tiles, sort) {
  if (sort === "newest") return tiles.sort((a, b) => (b.filed_at ?? 0) - (a.filed_at ?? 0));
  if (sort === "style") return tiles.sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  return tiles;
}

/**
 * Whether a filter leaves anything out.
 *
 * @param {Filter} filter
 */
export function narrows({ state, reviewed, flag, chapter, figure, setting, text }) {
  return Boolean(state || reviewed || flag || chapter || text) || figure !== null || setting !== null;
}
