/** What the author wrote, as a turn shows it, and whether the page may show it incomplete or changed. */

/** Controls; an author's words contain none. */
const CONTROL = 'button, [role="button"], summary, [aria-expanded], [onclick], input, select, a';

/** Elements whose text nobody wrote. */
const DECORATION = '[role="button"], summary, time, [aria-hidden="true"]';

/** What a browser wraps translated words in. */
const TRANSLATED = "font, [_msttexthash]";

/** What words are wrapped in only when the page changes them. */
const RENDERED = "b, strong, i, em, u, s, del, code, pre, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, table, hr, sup, sub, time, math";

/** How many elements at each end of a prompt are checked for their style. */
const STYLED = 24;

/** How many pixels a text may overhang its box. */
const OVERHANG = 4;

const ELLIPSIS = /^\s*(?:…|\.{3,}|⋯|···|︙|⋮)\s*$/;
const CUT = /(?:…|\.{3}|⋯)\s*$/;

/**
 * The author's words without decoration; `whole` if nothing at all suggests that the page shows fewer,
 * more or other words.
 *
 * @param {Part} part
 * @param {Wire.Shell} shell
 * @returns {{ text: string, whole: boolean }}
 */
function readPrompt(part, shell) {
  const { turn, holds } = part;
  const found = outermost(matches(shell.user_text, turn, holds));
  const seen = found.filter(drawn);
  const places = seen.length ? seen : found;
  const [place] = places;
  if (!place) return { text: answerText(part, shell), whole: false };
  const bubble = bubbleOf(place, turn, shell);
  const inOne = places.filter((each) => bubble.contains(each));
  const bare = isBare(bubble, shell);
  const decoration = (/** @type {Element} */ element) =>
    !bare && (is(element, shell.unwritten) || isDecoration(element, bubble));
  const text = inOne.map((each) => written(each, decoration, emojiOf)).join("\n");
  const worded = find(CONTROL, turn).some((control) => holds(control) && control.textContent?.trim());
  const whole = bare && inOne.length === places.length && !worded && showsAll(bubble, turn);
  return { text, whole };
}

/**
 * Everything that the author's words are shown in, with its decoration.
 *
 * @param {Element} place
 * @param {Element} turn
 * @param {Wire.Shell} shell
 */
function bubbleOf(place, turn, { user_text }) {
  let bubble = place;
  for (let at = place.parentElement; at && at !== turn && turn.contains(at); at = at.parentElement) {
    if (is(at, user_text)) bubble = at;
  }
  return bubble;
}

/**
 * Whether nothing in a bubble may be the page's own, apart from pictures that can be opened.
 *
 * @param {Element} bubble
 * @param {Wire.Shell} shell
 */
function isBare(bubble, { unwritten }) {
  const suspects = [...bubble.querySelectorAll(`${DECORATION}, ${join(unwritten)}`)];
  return suspects.every(showsPicture) && !CUT.test(bubble.textContent ?? "");
}

/**
 * Whether an element in a bubble is the page's own and not written: a control, an ellipsis at the
 * end or hidden from screen readers, a time.
 *
 * @param {Element} element
 * @param {Element} bubble
 */
function isDecoration(element, bubble) {
  if (element.matches(DECORATION)) return true;
  return ELLIPSIS.test(element.textContent ?? "") && endsIn(bubble, element);
}

/**
 * Whether nothing but controls follows an element in a bubble.
 *
 * @param {Element} bubble
 * @param {Element} element
 */
function endsIn(bubble, element) {
  const after = document.createRange();
  after.setStartAfter(element);
  after.setEndAfter(bubble);
  const rest = after.cloneContents();
  for (const control of rest.querySelectorAll(CONTROL)) control.remove();
  return !rest.textContent?.trim();
}

/**
 * A picture of a character, such as an emoji.
 *
 * @param {Element} element
 */
function emojiOf(element) {
  const label = element.getAttribute(element.localName === "img" ? "alt" : "aria-label") ?? "";
  const pictured = element.localName === "img" || element.getAttribute("role") === "img";
  return pictured && /^\p{RGI_Emoji}+$/v.test(label) ? label : "";
}

/**
 * @param {Element} bubble
 * @param {Element} turn
 */
function showsAll(bubble, turn) {
  if (document.documentElement.matches(".translated-ltr, .translated-rtl")) return false;
  if (bubble.querySelector(`${TRANSLATED}, ${RENDERED}`)) return false;
  if (find(CONTROL, bubble).some((control) => !showsPicture(control))) return false;
  const inside = find("*", bubble);
  if (!isEven(bubble) || inside.some((element) => element.childElementCount && !isEven(element))) return false;
  const edges = inside.length > 2 * STYLED ? [...inside.slice(0, STYLED), ...inside.slice(-STYLED)] : inside;
  return ![...wrappersOf(bubble, turn), ...edges].some(looksCut);
}

/** @param {Element} control */
function showsPicture(control) {
  return !control.textContent?.trim() && control.querySelector("img") !== null;
}

/**
 * Whether the texts directly in an element are of one kind, as an author's words are: a note beside
 * them is another kind of element, or has another class.
 *
 * @param {Element} element
 */
function isEven(element) {
  const kinds = new Set();
  for (const node of element.childNodes) {
    if (!node.textContent?.trim()) continue;
    kinds.add(node instanceof Element ? `${node.localName}.${node.className}` : "");
  }
  return kinds.size <= 1;
}

/**
 * @param {Element} bubble
 * @param {Element} turn
 */
function wrappersOf(bubble, turn) {
  const wrappers = [];
  for (let at = /** @type {Element | null} */ (bubble); at && at !== turn; at = at.parentElement) wrappers.push(at);
  return wrappers;
}

/**
 * Whether an element's style suggests that it has more text than it shows, or that it is a control.
 *
 * @param {Element} element
 */
function looksCut(element) {
  const style = getComputedStyle(element);
  if (style.cursor === "pointer") return true;
  if (style.webkitLineClamp && style.webkitLineClamp !== "none") return true;
  if (style.maskImage && style.maskImage !== "none") return true;
  if (["::before", "::after"].some((edge) => addsText(element, edge))) return true;
  if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + OVERHANG) return true;
  return hides(style.overflowX) && element.scrollWidth > element.clientWidth + OVERHANG;
}

/** @param {string} overflow */
const hides = (overflow) => overflow === "hidden" || overflow === "clip";

/**
 * @param {Element} element
 * @param {string} edge
 */
function addsText(element, edge) {
  return /\S/.test(/^"(.*)"$/.exec(getComputedStyle(element, edge).content)?.[1] ?? "");
}
