/** Small helpers for pages: parts by name, templates, lists that keep their elements. Text is only ever text. */

/**
 * @param {ParentNode} root
 * @param {string} name
 */
export function part(root, name) {
  return /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
}

/** @param {string} template */
export function stamped(template) {
  const { content } = /** @type {HTMLTemplateElement} */ (document.getElementById(template));
  return /** @type {HTMLElement} */ (/** @type {Element} */ (content.firstElementChild).cloneNode(true));
}

/**
 * Gives `list` one element per item, in order. An item keeps its element, and so its focus.
 *
 * @template T
 * @param {HTMLElement} list
 * @param {string | ((item: T) => HTMLElement)} template  name of a template, or what makes an element
 * @param {readonly T[]} items
 * @param {(item: T) => string | number} keyOf
 * @param {(element: HTMLElement, item: T) => void} draw
 */
export function fill(list, template, items, keyOf, draw) {
  const known = new Map([...list.children].map((e) => [/** @type {HTMLElement} */ (e).dataset["item"], e]));
  items.forEach((item, place) => {
    const key = String(keyOf(item));
    const element = /** @type {HTMLElement} */ (known.get(key) ?? (typeof template === "string" ? stamped(template) : template(item)));
    known.delete(key);
    element.dataset["item"] = key;
    if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
    draw(element, item);
  });
  for (const gone of known.values()) gone.remove();
}

/**
 * Puts other children into an element. If one of the old ones has the focus, the new one of the same kind and name gets it.
 *
 * @param {HTMLElement} element
 * @param {...(Node | string)} children
 */
export function renew(element, ...children) {
  const focused = document.activeElement;
  const isInside = focused !== null && focused !== element && element.contains(focused);
  element.replaceChildren(...children);
  if (!isInside) return;
  const alike = [...element.querySelectorAll(focused.localName)].find((each) => nameOf(each) === nameOf(focused));
  /** @type {HTMLElement | undefined} */ (alike)?.focus({ preventScroll: true });
}

/** @param {Element} element */
function nameOf(element) {
  return element.getAttribute("aria-label") ?? element.textContent;
}

/**
 * Text with each `command` between backquotes set as code.
 *
 * @param {string} text
 */
export function withCommands(text) {
  return text.split("`").map((words, place) => {
    if (place % 2 === 0) return words;
    const code = document.createElement("code");
    code.textContent = words;
    return code;
  });
}

/**
 * A sentence of the host, with the command at its end between backquotes.
 *
 * @param {string} sentence
 */
export function withMarks(sentence) {
  return sentence.replace(/(?<=: |^)pressrun .+$/, "`$&`");
}

/**
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 *   attributes by name; true sets an empty one, and false, null and undefined none. A function listens for
 *   the event of that name. No `style`: the pages' security policy forbids it.
 */

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Attributes} [attributes]
 * @param {...(Node | string | null)} children  null is passed over
 * @returns {HTMLElementTagNameMap[N]}
 */
export function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(attribute, value);
    else if (value !== false && value != null) element.setAttribute(attribute, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Makes a button that acts.
 *
 * @param {string} label
 * @param {() => void} act
 * @param {Attributes} [attributes]
 */
export function button(label, act, attributes = {}) {
  return made("button", { type: "button", click: () => act(), ...attributes }, label);
}

/**
 * Tells how large an element is, at first and after each change, a frame later: Chrome reports an error where what is laid out
 * upon it changes a size that it is about to tell ("ResizeObserver loop completed with undelivered notifications").
 *
 * @param {Element} element
 * @param {(size: DOMRectReadOnly) => void} act  the content box without padding, in CSS pixels; all zero while it is not shown
 */
export function watchSize(element, act) {
  /** @type {DOMRectReadOnly | null} */
  let newest = null;
  new ResizeObserver((entries) => {
    if (!newest) requestAnimationFrame(tell);
    newest = entries.at(-1)?.contentRect ?? null;
  }).observe(element);

  function tell() {
    const size = newest;
    newest = null;
    if (size) act(size);
  }
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A sign of the page's own set; whoever uses it says in words what it means.
 *
 * @param {string} name  as in the page's `<symbol>`s, without `sign-`
 */
export function sign(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#sign-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("sign");
  svg.append(use);
  return svg;
}
