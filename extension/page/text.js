/** Text that leaves the page and text that enters it, without looking at the document. */

/** The site turns a long paste into an attachment; half of its limit is short enough. */
const PASTE_CHARS = 4_000;

/** What ends a line in another way than a line feed. */
const LINE_END = /\r\n?|[\v\f]/g;

/** Control characters, which are no text, and take six characters in JSON. */
const STEERING = /[\0-\x08\x0e-\x1f]/g;

/**
 * Text cut to a limit, without control characters, and never with half of a surrogate pair, which
 * UTF-8 cannot encode. In JSON each of its characters takes three bytes at most.
 *
 * @param {string} text
 * @param {number} [most]
 */
function bounded(text, most = Limit.line) {
  return text.slice(0, most).replace(LINE_END, "\n").replace(STEERING, "").toWellFormed();
}

/** How much is told of a rule or a place where a reading is too large to tell all. */
const SHORT = 128;

/** A turn and its answer, which fit in any case: by the limits above they take under 3 MiB with the rest. */
const TURNS_KEPT = 2;

/**
 * A reading that fits in a frame, whatever the page holds. Rules and places are only for people, so
 * they are cut first; then the oldest turns go.
 *
 * @template {Omit<Wire.Reading, "tab" | "document">} R
 * @param {R} reading
 * @returns {R}
 */
function fitted(reading) {
  if (bytesOf(reading) <= Limit.reading) return reading;
  const fitting = shortened(reading);
  while (fitting.turns.length > TURNS_KEPT && bytesOf(fitting) > Limit.reading) fitting.turns.shift();
  return fitting;
}

/** @param {object} value */
const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * A copy with short rules and places.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
function shortened(value) {
  const cut = (/** @type {string} */ key, /** @type {unknown} */ inner) =>
    typeof inner === "string" && (key === "rule" || key === "where") ? bounded(inner, SHORT) : inner;
  return JSON.parse(JSON.stringify(value, cut));
}

/**
 * A text in pieces of at most `most` characters, which together make up the text.
 *
 * @param {string} text
 * @param {number} [most]
 */
function pieces(text, most = PASTE_CHARS) {
  const parts = [];
  for (let start = 0; start < text.length; ) {
    const end = start + most;
    const splits = end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1));
    const part = text.slice(start, splits ? end - 1 : end);
    parts.push(part);
    start += part.length;
  }
  return parts;
}

/** Elements that are on lines of their own in an editor or a message. */
const BLOCK = /^(ADDRESS|ARTICLE|BLOCKQUOTE|DIV|FIGURE|H[1-6]|LI|OL|P|PRE|SECTION|UL)$/;

/**
 * The text that somebody wrote, with a newline between paragraphs and for each line break.
 * `innerText` would give two newlines between paragraphs, and would lay out the page.
 *
 * @param {Node} root
 * @param {(element: Element) => boolean} [skip]  what was not written, such as a mode's mark
 * @param {(element: Element) => string} [meant]  what a picture among the words stands for
 */
function written(root, skip = () => false, meant = () => "") {
  const lines = [""];
  let ended = false;
  const put = (/** @type {string} */ text) => {
    if (ended) lines.push("");
    ended = false;
    lines[lines.length - 1] += text;
  };
  const visit = (/** @type {Node} */ node) => {
    if (node.nodeType === 3) return put(node.nodeValue ?? "");
    const element = /** @type {Element} */ (node);
    if (node.nodeType !== 1 || skip(element)) return undefined;
    if (element.tagName === "BR") return lineBreak(element);
    const sign = meant(element);
    if (sign) return put(sign);
    const block = BLOCK.test(element.tagName);
    if (block && (ended || lines.at(-1))) {
      lines.push("");
      ended = false;
    }
    element.childNodes.forEach(visit);
    if (block) ended = true;
    return undefined;
  };
  const lineBreak = (/** @type {Element} */ br) => {
    put("");
    // the last line break of a paragraph only gives it height
    if (br.nextSibling || !BLOCK.test(br.parentElement?.tagName ?? "")) lines.push("");
  };
  root.childNodes.forEach(visit);
  return lines.join("\n");
}
