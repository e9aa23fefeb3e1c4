/** What an element is to its page: the page itself knows, and nothing in the document tells. */

/** @type {WeakMap<Element, string>} */
const parts = new WeakMap();

/** The page's frame, which is there before anything is rendered into it. */
export const frame = Object.fromEntries(
  ["app", "main", "thread", "composer", "alerts", "account", "history", "sidebar"].map((id) => [
    id,
    document.getElementById(id),
  ]),
);

/** Note what an element is; returns the element. */
export function part(name, element) {
  parts.set(element, name);
  return element;
}

/** What an element is, if anything. */
export function partOf(element) {
  return parts.get(element) ?? null;
}
