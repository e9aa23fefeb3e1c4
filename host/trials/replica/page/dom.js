/** Makes elements. */

import { frame, part } from "./parts.js";

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, string | boolean | EventListener | null>} [attributes] A boolean sets or
 *   leaves out the attribute; a function listens to the event of its name.
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value !== null && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Make one of the page's icons; an image, as the pictures are. */
export function icon(name, size = 20) {
  return element("img", {
    src: `/assets/${name}.svg`,
    alt: "",
    width: String(size),
    height: String(size),
  });
}

/** Make one of the redesign's icons; a drawing, as its buttons have. */
export function glyph(name, size = 20) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const side of ["width", "height"]) drawing.setAttribute(side, String(size));
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/assets/glyphs.svg#${name}`);
  drawing.append(use);
  return drawing;
}

/** Show a passing message, which stays until somebody clicks it. */
export function toast(text) {
  const alert = part("toast", element("div", { role: "alert", class: "toast" }, text));
  alert.addEventListener("click", () => alert.remove());
  frame.alerts.replaceChildren(alert);
}

/** Bring an element's children to these, without touching those that stay. */
export function arrange(parent, children) {
  for (const child of [...parent.children]) {
    if (!children.includes(child)) child.remove();
  }
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/** Put a child where the old ones were, unless it is there already. */
export function place(parent, child) {
  if (parent.firstChild !== child || parent.childNodes.length !== 1) {
    parent.replaceChildren(...(child ? [child] : []));
  }
}
