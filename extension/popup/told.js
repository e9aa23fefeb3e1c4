/** What the host and the link say, with every command in it ready to be copied. */

import { renew } from "../view/dom.js";
import { t } from "../view/i18n.js";

/** How long a button says that it copied, in milliseconds. */
const COPIED_MS = 1_500;

/** The command at the end of a sentence of the host. */
const COMMAND = /(?<=: |^)pressrun .+$/;

/**
 * Puts a text of the host into an element, unless it stands there; a command ends it.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function tell(element, text) {
  const command = COMMAND.exec(text)?.[0] ?? "";
  put(element, [text.slice(0, text.length - command.length), command]);
}

/**
 * Puts a text of our own into an element, unless it stands there; commands are between backquotes.
 *
 * @param {HTMLElement} element
 * @param {string} text
 */
export function say(element, text) {
  put(element, text.split("`"));
}

/**
 * @param {HTMLElement} element
 * @param {string[]} parts  words and commands in turn
 */
function put(element, parts) {
  const told = JSON.stringify(parts);
  if (element.dataset["told"] === told) return;
  element.dataset["told"] = told;
  renew(element, ...parts.flatMap((words, place) => (place % 2 === 0 ? [words] : command(words))).filter(Boolean));
}

/**
 * @param {string} words
 * @returns {(Node | string)[]}
 */
function command(words) {
  if (!words) return [];
  const code = document.createElement("code");
  code.textContent = words;
  return [code, copyButton(words)];
}

/** @param {string} command */
function copyButton(command) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.title = t("popup_copy");
  button.ariaLabel = t("popup_copy_command", command);
  button.onclick = () => void copy(button, command);
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} command
 */
async function copy(button, command) {
  const copied = await navigator.clipboard.writeText(command).then(() => true, () => false);
  button.dataset["copied"] = String(copied);
  button.title = button.ariaLabel = t(copied ? "popup_copied" : "popup_not_copied");
  setTimeout(() => {
    delete button.dataset["copied"];
    button.title = t("popup_copy");
    button.ariaLabel = t("popup_copy_command", command);
  }, COPIED_MS);
}
