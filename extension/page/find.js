/** Finding by a site profile's selectors, and what an eye would make of an element. */

/**
 * What a rule found; no rule when none did.
 *
 * @typedef {{ rule: string, elements: Element[] }} Found
 */

/** @typedef {(element: Element) => boolean} Test */

/** @type {Found} */
const NOTHING = Object.freeze({ rule: "", elements: [] });

/**
 * What a selector may end in besides CSS, which cannot say it: `:text("…")`, since one entry of a
 * menu often differs from the next by its words alone; `:wordless`, a button with nothing but an
 * icon; and `:first`, of those that are acceptable.
 */
const ENDINGS = /^(.+?)(?::text\("(.*)"\))?(:wordless)?(?::first)?$/s;

/**
 * Every element that a selector finds in `root`, itself included. Profiles are edited by people, so
 * a selector that is none finds nothing.
 *
 * @param {string} selector
 * @param {Document | Element} root
 * @returns {Element[]}
 */
function find(selector, root) {
  const [, css = selector, words, wordless] = ENDINGS.exec(selector) ?? [];
  try {
    const inside = [...root.querySelectorAll(css)];
    const found = root instanceof Element && root.matches(css) ? [root, ...inside] : inside;
    const wanted = wordless ? "" : words;
    return wanted === undefined ? found : found.filter((e) => (e.textContent ?? "").trim() === wanted);
  } catch {
    return [];
  }
}

/**
 * What the first selector finds that finds anything acceptable.
 *
 * @param {string[]} selectors
 * @param {Document | Element} [root]
 * @param {Test} [accept]
 * @returns {Found}
 */
function look(selectors, root = document, accept = () => true) {
  for (const rule of selectors) {
    const elements = find(rule, root).filter(accept);
    if (elements.length) return { rule, elements: rule.endsWith(":first") ? elements.slice(0, 1) : elements };
  }
  return NOTHING;
}

/** @type {(selectors: string[], root?: Document | Element, accept?: Test) => Element[]} */
const matches = (selectors, root, accept) => look(selectors, root, accept).elements;

/** @type {WeakMap<string[], string>} */
const joined = new WeakMap();

/**
 * Some selectors as one, without those that are none.
 *
 * @param {string[]} selectors
 */
function join(selectors) {
  const known = joined.get(selectors);
  if (known !== undefined) return known;
  const nowhere = document.createDocumentFragment();
  const sound = selectors.filter((selector) => {
    try {
      nowhere.querySelector(selector);
      return true;
    } catch {
      return false;
    }
  });
  const whole = sound.join(", ") || ":not(*)";
  joined.set(selectors, whole);
  return whole;
}

/**
 * The nearest element, itself included, that any of the selectors finds.
 *
 * @param {Element} element
 * @param {string[]} selectors
 */
const around = (element, selectors) => element.closest(join(selectors));

/** @type {(element: Element, selectors: string[]) => boolean} */
const is = (element, selectors) => element.matches(join(selectors));

/** @param {Element[]} elements */
function outermost(elements) {
  return elements.filter((inner) => !elements.some((outer) => outer !== inner && outer.contains(inner)));
}

/** @type {(one: Node, other: Node) => boolean} */
const precedes = (one, other) =>
  Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

/**
 * Whether an element is drawn. Fades stand still at nothing in a hidden tab, so transparency
 * counts only where somebody could look. A wrapper without a box of its own (`display: contents`)
 * is drawn where anything in it is; `checkVisibility` says no to it.
 *
 * @param {Element} element
 * @returns {boolean}
 */
function drawn(element) {
  if (element.checkVisibility({ visibilityProperty: true, opacityProperty: !document.hidden })) return true;
  if (!boxless(element)) return false;
  return [...element.children].some(drawn) || (hasOwnText(element) && drawnAround(element));
}

/** @param {Element} element */
function boxless(element) {
  return getComputedStyle(element).display === "contents";
}

/** @param {Element} element */
function hasOwnText(element) {
  return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());
}

/**
 * Whether text in a wrapper without a box is drawn by what is around it.
 *
 * @param {Element} element
 */
function drawnAround(element) {
  let box = element.parentElement;
  while (box && boxless(box)) box = box.parentElement;
  return box !== null && drawn(box) && getComputedStyle(element).visibility === "visible";
}

/** @param {Element} element */
function spoken(element) {
  return !element.closest('[aria-hidden="true"], [hidden], [inert]');
}

/** @type {Test} */
const visible = (element) => drawn(element) && spoken(element);

/** @param {Element} element */
function enabled(element) {
  return !element.matches(':disabled, [aria-disabled="true"]');
}

/**
 * Where an element stands; one without a box of its own, where its contents do.
 *
 * @param {Element} element
 */
function boxOf(element) {
  if (element.getClientRects().length) return element.getBoundingClientRect();
  const contents = document.createRange();
  contents.selectNodeContents(element);
  return contents.getBoundingClientRect();
}

/** @type {(element: Element, names: string[]) => string} */
function attribute(element, names) {
  for (const name of names) {
    const bearer = element.hasAttribute(name) ? element : find(`[${name}]`, element)[0];
    const value = bearer?.getAttribute(name);
    if (value) return value;
  }
  return "";
}

/** @param {Element} element */
function textOf(element) {
  return element instanceof HTMLElement ? element.innerText.trim() : "";
}

/**
 * A short path to an element, for people.
 *
 * @param {Element} element
 */
function pathTo(element) {
  const steps = [];
  for (let at = /** @type {Element | null} */ (element); at && steps.length < 4; at = at.parentElement) {
    steps.unshift(stepTo(at));
    if (at.id) break;
  }
  return bounded(steps.join(" > "), 240);
}

/** @param {Element} element */
function stepTo(element) {
  const tag = element.tagName.toLowerCase();
  if (element.id) return `${tag}#${element.id.slice(0, 48)}`;
  for (const name of ["data-testid", "role", "data-type"]) {
    const value = element.getAttribute(name);
    if (value) return `${tag}[${name}="${value.slice(0, 48)}"]`;
  }
  return tag;
}
