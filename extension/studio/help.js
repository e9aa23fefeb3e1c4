/** The keys of the studio, in one overlay. */

import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";

/**
 * What is pressed, and the name of what it does. Keys are named as keyboards name them in every language.
 *
 * @type {[string, [string, string][]][]}
 */
const KEYS = [
  [
    "help_move",
    [
      ["← ↑ ↓ →", "help_arrows"],
      ["Home  End", "help_ends"],
      ["PgUp  PgDn", "help_pages"],
      ["Space  Enter", "help_large"],
      ["Esc", "help_back"],
      ["/", "help_search"],
    ],
  ],
  [
    "help_judge",
    [
      ["A", "help_approve"],
      ["R", "help_reject"],
      ["0", "help_clear"],
      ["L", "help_lock"],
      ["K", "help_keep"],
      ["1 – 9", "help_choose"],
      ["N", "help_note"],
      ["U  Ctrl+Z", "help_undo"],
      ["Ctrl+Shift+Z", "help_redo"],
    ],
  ],
  [
    "help_remake",
    [
      ["T", "help_again"],
      ["E", "help_edit"],
      ["C", "help_correct"],
    ],
  ],
  [
    "help_look",
    [
      ["+  −", "help_zoom"],
      ["Z  F", "help_full"],
      ["Shift + arrows", "help_pan"],
      ["↑ ↓", "help_takes"],
      ["S", "help_side"],
      ["D", "help_split"],
      ["B", "help_blink"],
    ],
  ],
  [
    "help_many",
    [
      ["Shift + arrows", "help_extend"],
      ["Ctrl+A", "help_all"],
      ["X", "help_toggle"],
    ],
  ],
];

export function showHelp() {
  const close = made("button", { type: "submit", class: "main" }, t("help_close"));
  const lists = KEYS.map(([group, keys]) =>
    made(
      "section",
      {},
      made("h3", {}, t(group)),
      made("dl", {}, ...keys.map(([key, what]) => made("div", {}, made("dt", {}, made("kbd", {}, key)), made("dd", {}, t(what))))),
    ),
  );
  const form = made("form", { method: "dialog" }, made("h2", { id: "help-title" }, t("help_title")), made("div", { class: "keys" }, ...lists), made("div", { class: "buttons" }, close));
  const dialog = made("dialog", { "aria-labelledby": "help-title", class: "wide" }, form);
  const back = /** @type {HTMLElement | null} */ (document.activeElement);
  dialog.addEventListener("close", () => {
    dialog.remove();
    back?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
