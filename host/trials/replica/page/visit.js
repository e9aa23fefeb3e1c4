/** How this page is to be built: drawn by the server when the page was loaded. */

import { WORDS } from "./words.js";

export const visit = JSON.parse(document.getElementById("visit").textContent);

/** The labels in the page's language. */
export const words = WORDS[visit.language];

/** The switches of the page's address; they hold for as long as the page does. */
export const switches = location.search;

/** Add the page's switches and language to an address of the server. */
export function told(path) {
  const query = new URLSearchParams(switches);
  query.set("language", visit.language);
  return `${path}?${query}`;
}

/** Which of the page's builds this is; a bare one is the redesign without its form's mark. */
export const redesigned = visit.shell !== "A";
