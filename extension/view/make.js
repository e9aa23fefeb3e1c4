/** Elements made from code, by their first name. */

export { button, made as make } from "./dom.js";

/** @typedef {import("./dom.js").Attributes} Attributes */
