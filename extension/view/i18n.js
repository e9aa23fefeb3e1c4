/** The extension's own words, from `_locales`. What the host says is in English. */

import { ENGLISH } from "./english.js";

/**
 * A text in the browser's language, or in English where Chrome has no texts at all.
 *
 * Chrome reads an extension's texts once for each process, by a call that can fail on a busy machine;
 * if it does, every text is empty there until the process ends (Chromium, `GetMapForExtension` in
 * extensions/renderer/shared_l10n_map.cc).
 *
 * @param {string} name  as in `_locales/en/messages.json`
 * @param {...(string | number)} values  for $1, $2 … in it
 */
export function t(name, ...values) {
  const given = values.map(String);
  return chrome.i18n.getMessage(name, given) || inEnglish(name, given);
}

/** @type {(name: string, values: string[]) => string} */
function inEnglish(name, values) {
  return (ENGLISH[name] ?? name).replace(/\$(\d)/g, (_, number) => values[Number(number) - 1] ?? "");
}

/**
 * A text about a number of things: `name_one` for one, `name_many` for any other. The number is $1.
 *
 * @param {string} name
 * @param {number} count
 * @param {...(string | number)} values  for $2, $3 … in it
 */
export function counted(name, count, ...values) {
  return t(`${name}_${count === 1 ? "one" : "many"}`, number(count), ...values);
}

/**
 * A number as people of the browser's language write it.
 *
 * @param {number} value
 */
export function number(value) {
  return value.toLocaleString(chrome.i18n.getUILanguage());
}

/**
 * Sets the words of a page: `data-i18n` names the text of an element, `data-i18n-label` its label for
 * screen readers, `data-i18n-title` its title, `data-i18n-placeholder` what an empty field shows.
 *
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-i18n]")) {
    element.textContent = t(/** @type {HTMLElement} */ (element).dataset["i18n"] ?? "");
  }
  for (const [data, attribute] of [["i18nLabel", "aria-label"], ["i18nTitle", "title"], ["i18nPlaceholder", "placeholder"]]) {
    for (const element of root.querySelectorAll(`[data-${data?.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}]`)) {
      element.setAttribute(attribute ?? "", t(/** @type {HTMLElement} */ (element).dataset[data ?? ""] ?? ""));
    }
  }
  document.documentElement.lang = chrome.i18n.getUILanguage();
}
