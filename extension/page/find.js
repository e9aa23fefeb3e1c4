/** Finds elements by a site profile's selectors, and tells whether and where they are visible. */

/**
 * What was found, and by which rule; the rule is empty when nothing was found.
 *
 * @typedef {{ rule: string, elements: Element[] }} Found
 */

/** @typedef {(element: Element) => boolean} Test */

/** @type {Found} */
const NOTHING = Object.freeze({ rule: "", elements: [] });

/**
 * What a selector may end in besides CSS: `:text("…")`, because menu entries often differ only by
 * their words; `:ends("…")`, for words that differ by language and end alike; `:wordless`, for a
 * button with nothing but an icon; and `:first`, for the first acceptable element.
 */
const ENDINGS = /^(.+?)(?::text\("(.*)"\))?(?::ends\("(.*)"\))?(:wordless)?(?::first)?$/s;

/**
 * Every element that a selector finds in `root`, including `root`. People edit profiles, so an
 * invalid selector finds nothing.
 *
 * @param {string} selector
 * @param {Document | Element} root
 * @returns {Element[]}
 */
function find(selector, root) {
  const [, css = selector, words, end, wordless] = ENDINGS.exec(selector) ?? [];
  try {
    const inside = [...root.querySelectorAll(css)];
    const found = root instanceof Element && root.matches(css) ? [root, ...inside] : inside;
    const wanted = wordless ? "" : words;
    const said = (/** @type {Element} */ element) => (element.textContent ?? "").trim();
    if (end !== undefined) return found.filter((element) => said(element).endsWith(end));
    return wanted === undefined ? found : found.filter((element) => said(element) === wanted);
  } catch {
    return [];
  }
}

/**
 * What the first selector with an acceptable match finds.
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
 * Several selectors as one, without invalid ones.
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
 * The element itself or its nearest ancestor that any of the selectors finds.
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
 * Whether an element is drawn. In a hidden tab a fade may stop while still transparent, so
 * transparency counts only in a visible tab. A wrapper without a box of its own
 * (`display: contents`) is drawn if anything in it is; `checkVisibility` would say no.
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
 * Whether text in a wrapper without a box is drawn, judged by the element around it.
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
 * The box of an element, or of its contents if it has no box of its own.
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
