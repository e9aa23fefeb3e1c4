/** Makes elements. */

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

/** Put a child where the old ones were, unless it is there already. */
export function place(parent, child) {
  if (parent.firstChild !== child || parent.childNodes.length !== 1) {
    parent.replaceChildren(...(child ? [child] : []));
  }
}
