/** The grid. */

import { made } from "../view/dom.js";

/** @type {Studio.Create} */
export function create() {
  return { element: made("section", { class: "grid-view" }), show() {}, hide() {} };
}
