/** What an author orders with the start page, and what a plan tells, without the page. */

/** The most keys that one order names. */
const MOST_KEYS = 1_000;

/** The columns of a chapter's numbers, in order. */
const COLUMNS = /** @type {const} */ (["panels", "done", "new", "moved", "stale", "waiting", "stuck", "aside"]);

/** Those that are shown even where all are 0. */
const ALWAYS = new Set(["panels", "done"]);

/** The numbers of a plan that say what becomes of its panels, in order. */
const FIGURES = /** @type {const} */ ([
  "done",
  "renamed",
  "new",
  "again",
  "left",
  "missing",
  "failed",
  "held",
  "under_way",
  "refused",
  "blocked",
  "aside",
]);

/**
 * @typedef {object} Wish  what the author chose
 * @property {string} source  path of a list or a book, as it was typed
 * @property {string | null} library  folder of a list's pictures; null is its own
 * @property {string | null} translation  the other language of a book
 * @property {string[]} only  keys of chapters, pages and panels; none means all
 * @property {number} tabs
 * @property {boolean} again  whether stale pictures are made again
 * @property {Wire.Outliers | null} outliers
 * @property {number | null} share  of the panels that may be made again because of the style, in percent
 */

/**
 * The order for the host.
 *
 * @param {Wish} wish
 * @returns {Wire.BatchStart}
 */
export function orderOf({ source, library, translation, only, tabs, again, outliers, share }) {
  return {
    source: source.trim(),
    library,
    translation,
    only: only.slice(0, MOST_KEYS),
    tabs,
    again,
    outliers,
    repair_share: outliers === "redo" && share !== null ? share / 100 : null,
  };
}

/**
 * The keys that an author typed, between commas or on lines of their own: a key may have blanks in it.
 *
 * @param {string} text
 */
export function keysOf(text) {
  return [...new Set(text.split(/[,\n]/).map((key) => key.trim()).filter(Boolean))];
}

/**
 * What an order keeps to: the keys that were typed, else the chapters that are chosen.
 *
 * @param {string[]} typed
 * @param {{ key: string, chosen: boolean }[]} chapters
 * @returns {string[] | null}  none means all; null that nothing is chosen
 */
export function onlyOf(typed, chapters) {
  if (typed.length) return typed;
  const chosen = chapters.filter((chapter) => chapter.chosen);
  if (chosen.length === chapters.length) return [];
  return chosen.length ? chosen.map(({ key }) => key) : null;
}

/**
 * What a known library is planned from: its own list or book, in the language that its folder names.
 *
 * @param {Pick<Wire.KnownLibrary, "source" | "library" | "is_book">} known
 * @returns {Pick<Wish, "source" | "library" | "translation">}
 */
export function knownAs({ source, library, is_book }) {
  if (!is_book) return { source, library, translation: null };
  const [, language] = /\/pictures\.([^/.]+)\/?$/.exec(library) ?? [];
  return { source, library: null, translation: language ?? null };
}

/**
 * The columns that a table of chapters has: what is nowhere has none.
 *
 * @param {Wire.PlannedChapter[]} chapters
 */
export function columnsOf(chapters) {
  return COLUMNS.filter((name) => ALWAYS.has(name) || chapters.some((chapter) => chapter[name] > 0));
}

/**
 * What becomes of the panels of a plan, in numbers; what is nowhere is left out.
 *
 * @param {Wire.BatchPlan} plan
 */
export function figuresOf(plan) {
  return FIGURES.map((name) => ({ name, count: plan[name] ?? 0 })).filter(({ count }) => count > 0);
}

/** @param {Wire.BatchPlan} plan */
export function staleOf(plan) {
  return plan.again + (plan.left ?? 0);
}
