/** Text that leaves the page and text that enters it, without looking at the document. */

/** The site turns a long paste into an attachment; half of its limit is short enough. */
const PASTE_CHARS = 4_000;

/**
 * Text cut to a limit, never with half of a surrogate pair, which UTF-8 cannot encode.
 *
 * @param {string} text
 * @param {number} [most]
 */
function bounded(text, most = Limit.line) {
  return text.slice(0, most).toWellFormed();
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
