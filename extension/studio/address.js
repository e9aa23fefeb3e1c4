/** Where the author is, as it stands in the address after `#`. */

/** @type {Studio.ViewName[]} */
export const VIEWS = ["grid", "large", "page", "read", "start", "accounts", "log"];

/** The views that show the panels of a library. */
export const OF_LIBRARY = new Set(["grid", "large", "page", "read"]);

/**
 * Reads an address. What it does not know is the grid; a key without a view is looked at.
 *
 * @param {string} hash
 * @returns {Studio.Place}
 */
export function placeOf(hash) {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  const key = told.get("key") ?? "";
  const view = VIEWS.find((name) => name === told.get("view")) ?? (key && !told.has("view") ? "large" : "grid");
  return { view, library: told.get("library") ?? "", key };
}

/** @param {Studio.Place} place */
export function hashOf({ view, library, key }) {
  return `#${new URLSearchParams({ view, ...(library && { library }), ...(key && { key }) })}`;
}
