/** What the page says outside of its turns: signs, dialogs, alerts, toasts, and text in its margin. */

const MINIMUM_FRAME = 16;

/** What is never a message of the site: it may contain words of a prompt or a title. */
const ELSEWHERE = "nav, aside, header, footer, [contenteditable], [role=menu], [role=listbox], [role=tooltip], .sr-only";

/**
 * Elements that mean something by being there. A frame that nobody can see asks nothing of anybody.
 *
 * @param {Wire.Shell} shell
 * @param {Document | Element} root
 * @param {Test} accept
 * @returns {Wire.SeenSign[]}
 */
function readSigns({ signs }, root, accept) {
  return Object.entries(signs).flatMap(([name, selectors]) => {
    const { rule, elements } = look(selectors, root, (e) => accept(e) && drawn(e) && !tinyFrame(e));
    const [element] = elements;
    if (!element) return [];
    return [{ name, rule: bounded(rule), where: pathTo(element), text: bounded(textOf(element)) }];
  });
}

/** @param {Element} element */
function tinyFrame(element) {
  if (!(element instanceof HTMLIFrameElement)) return false;
  return Math.min(element.offsetWidth, element.offsetHeight) < MINIMUM_FRAME;
}

/**
 * Every visible dialog, alert and toast, once; `where` is the selector that found it. What is inside a
 * turn is part of the turn, and a live region that repeats a turn for screen readers is no notice.
 *
 * @param {Wire.Shell} shell
 * @param {Element[]} turns
 * @returns {Wire.SeenNotice[]}
 */
function readNotices({ dialog, alert, live, turn, composer }, turns) {
  /** @type {Map<Element, { where: string, blocks: boolean }>} */
  const places = new Map();
  const put = (/** @type {string[]} */ selectors, /** @type {boolean} */ blocks, /** @type {Test} */ accept) => {
    for (const where of selectors) {
      for (const element of find(where, document)) {
        if (!places.has(element) && visible(element) && !around(element, turn) && accept(element)) places.set(element, { where, blocks });
      }
    }
  };
  put(dialog, true, () => true);
  put(alert, false, () => true);
  put(live, false, (element) => isToast(element, [...turn, ...composer]) && !repeats(element, turns));
  return outermost([...places.keys()])
    .map((element) => ({ element, text: bounded(textOf(element)), ...places.get(element) }))
    .filter(({ text }) => text)
    .slice(0, Limit.notices)
    .map(({ text, where = "", blocks = true }) => ({ where: bounded(where), text, blocks }));
}

/**
 * Whether a live region is also visible, and contains no other part of the page.
 *
 * @param {Element} element
 * @param {string[]} parts
 */
function isToast(element, parts) {
  if (element.closest(ELSEWHERE) || element.querySelector("nav, main, form, h1") || matches(parts, element).length) return false;
  const { width, height } = boxOf(element);
  // text for screen readers alone is usually a pixel in size, or cut off
  return Math.min(width, height) > 1 || !element.textContent?.trim();
}

/**
 * Whether an element repeats a turn.
 *
 * @param {Element} element
 * @param {Element[]} turns
 */
function repeats(element, turns) {
  const words = plain(element);
  return turns.some((turn) => plain(turn).includes(words));
}

/** @param {Element} element */
const plain = (element) => (element.textContent ?? "").replace(/\s+/g, " ").trim();

/**
 * What the site says outside of turns, composer and headings, where a prompt cannot be; a chat's title
 * may be made from one.
 *
 * @param {Wire.Shell} shell
 */
function readMargin({ margin, turn, user, assistant, dialog, alert }) {
  if (!turn.length) return "";
  const theirs = [...turn, ...user, ...assistant, ...dialog, ...alert];
  const aside = `${ELSEWHERE}, form, h1, h2, h3, h4, h5, h6, button, a, script, style, noscript, template, textarea`;
  const skip = (/** @type {Element} */ e) => e.matches(aside) || is(e, theirs) || !visible(e);
  const places = outermost(margin.flatMap((selector) => find(selector, document)));
  return bounded(places.filter((e) => !skip(e)).map((e) => written(e, skip).trim()).filter(Boolean).join("\n"));
}
