/** Tiles for the tests of the studio. */

/**
 * @param {string} key
 * @param {object} [more]
 */
export const tile = (key, more = {}) => ({
  key,
  chapter: key.split("/")[0],
  page: key.split("/").slice(0, 2).join("/"),
  state: "made",
  reviewed: "unreviewed",
  picture: "a".repeat(64),
  aspect: 1,
  decided: 0,
  takes: 1,
  flags: [],
  figures: [],
  setting: null,
  score: null,
  filed_at: 1,
  ...more,
});

/**
 * So many tiles in order, five a page and ten a chapter.
 *
 * @param {number} count
 * @param {(place: number) => object} [more]
 */
export const tiles = (count, more = () => ({})) =>
  Array.from({ length: count }, (_, place) =>
    tile(`ch${Math.floor(place / 10)}/p${Math.floor(place / 5)}/panel-${place % 5}`, more(place)),
  );

/**
 * A page of `gallery.open` that is the whole library.
 *
 * @param {object[]} all
 * @param {object} [more]
 */
export const page = (all, more = {}) => ({
  library: "/library",
  source: "/book/book.toml",
  title: "A book",
  batch: 1,
  at: 1,
  total: all.length,
  tiles: all,
  chapters: [],
  figures: [],
  settings: [],
  ...more,
});

/** Everything that was promised and can happen, has happened. */
export const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Words stand for themselves, and a tab keeps nothing yet. */
export function wordless() {
  const kept = new Map();
  globalThis.sessionStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  globalThis.chrome = { i18n: { getMessage: (name, values) => [name, ...values].join(" "), getUILanguage: () => "en" } };
}
