/** What the author wrote, as a turn shows it, and whether it may be less, more or other than that. */

/** What can be worked; an author's words hold nothing of the kind. */
const CONTROL = 'button, [role="button"], summary, [aria-expanded], [onclick], input, select, a';

/** What is never written, whatever it says. */
const DECORATION = '[role="button"], summary, time, [aria-hidden="true"]';

/** What a browser wraps words in that it translated. */
const TRANSLATED = "font, [_msttexthash]";

/** What words are not wrapped in unless the page makes something of them. */
const RENDERED = "b, strong, i, em, u, s, del, code, pre, ul, ol, h1, h2, h3, h4, h5, h6, blockquote, table, hr, sup, sub, time, math";

/** How many elements of a prompt are looked at for clues of their style, from either end. */
const STYLED = 24;

/** How many pixels a text may overhang its box. */
const OVERHANG = 4;

const ELLIPSIS = /^\s*(?:…|\.{3,}|⋯|···|︙|⋮)\s*$/;
const CUT = /(?:…|\.{3}|⋯)\s*$/;

/**
 * The author's words without what decorates them; `whole` where nothing whatever suggests that the
 * page shows less of them, more, or others.
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
 * All that the author's words are shown in, with what decorates them.
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
 * Whether there is nothing in a bubble that may be the page's own, besides pictures to be opened.
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
 * end or for the eye alone, a time.
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
 * A picture that stands for a character.
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
 * Whether the texts directly in an element are of one kind, as somebody's words are: a note beside
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
 * Whether an element's style suggests that more belongs to it than it shows, or that it can be
 * worked.
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
