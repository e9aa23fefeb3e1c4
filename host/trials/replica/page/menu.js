/** Menus that hang on a button and lie over the page. */

import { element } from "./dom.js";
import { part } from "./parts.js";
import { visit } from "./visit.js";

let close = () => {};
/** The button whose menu is open. */
let opener = null;

/**
 * Make a button open a menu.
 *
 * @param {HTMLElement} button
 * @param {() => Entry[]} entries Asked for each time the menu opens.
 * @param {(entry: Entry, click: () => void) => HTMLElement} [make] Makes an entry's element.
 *
 * @typedef {{label: string, role?: string, checked?: boolean, glyph?: string, pick: () => void}}
 *   Entry
 */
export function hangMenu(button, entries, make = radioItem) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  const toggle = (event) => {
    event.preventDefault();
    if (opener === button) {
      close();
    } else {
      open(button, entries(), make);
    }
  };
  button.addEventListener("pointerdown", (event) => {
    if (visit.menuOpens === "pointerdown" && event.button === 0) toggle(event);
  });
  button.addEventListener("click", (event) => {
    if (visit.menuOpens === "click") toggle(event);
  });
  button.addEventListener("keydown", (event) => {
    if (["Enter", " ", "ArrowDown"].includes(event.key)) toggle(event);
  });
}

function open(button, entries, make) {
  close();
  const menu = element(
    "div",
    { role: "menu", class: "menu", "data-state": "open", tabindex: "-1" },
    ...entries.map((entry) =>
      part(
        "entry",
        make(entry, () => {
          close();
          entry.pick();
        }),
      ),
    ),
  );
  const elsewhere = (event) => {
    if (!menu.contains(event.target) && !button.contains(event.target)) close();
  };
  const escape = (event) => {
    if (event.key === "Escape") close();
  };
  close = () => {
    close = () => {};
    opener = null;
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", elsewhere, true);
    document.removeEventListener("keydown", escape, true);
  };
  document.body.append(menu);
  opener = button;
  const box = button.getBoundingClientRect();
  menu.style.left = `${Math.min(box.left, innerWidth - menu.offsetWidth - 8)}px`;
  const above = box.top - menu.offsetHeight - 6;
  menu.style.top = `${above > 8 ? above : box.bottom + 6}px`;
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", elsewhere, true);
  document.addEventListener("keydown", escape, true);
}

function radioItem({ label, role = "menuitem", checked }, click) {
  const state = role === "menuitem" ? null : String(Boolean(checked));
  return element("div", { role, tabindex: "-1", "aria-checked": state, click }, label);
}
