/** Parts of forms: a field with its label, a choice, a number. */

import { made } from "../view/dom.js";

/**
 * A field below its label.
 *
 * @param {string} label
 * @param {HTMLElement} field
 * @param {string} [hint]
 */
export function labelled(label, field, hint = "") {
  return made("label", { class: "field" }, made("span", {}, label), field, hint ? made("small", { class: "hint" }, hint) : null);
}

/**
 * A field for a whole number.
 *
 * @param {number} least
 * @param {number} most
 * @param {number | null} value  null leaves it empty
 * @param {import("../view/dom.js").Attributes} [attributes]
 */
export function numberField(least, most, value, attributes = {}) {
  return made("input", { type: "number", min: least, max: most, step: 1, value, inputmode: "numeric", ...attributes });
}

/**
 * The number in a field; null where there is none, or one that the field does not take.
 *
 * @param {HTMLInputElement} field
 */
export function numberIn(field) {
  return field.value !== "" && field.validity.valid ? field.valueAsNumber : null;
}

/**
 * A choice from a list.
 *
 * @param {[value: string, label: string][]} options
 * @param {import("../view/dom.js").Attributes} [attributes]
 */
export function choiceField(options, attributes = {}) {
  return made("select", attributes, ...options.map(([value, label]) => made("option", { value }, label)));
}
