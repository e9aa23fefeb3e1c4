/** A page as structure alone: what mends a site profile, and nothing of what anybody wrote. */

const SNAPSHOT_CHARS = 400_000;
const NOTICE_CHARS = 500;

/** Attributes that tell how a page is built. No label is among them: some hold names. */
const TELLING = new Set([
  ...["id", "class", "role", "type", "name", "for", "accept", "multiple", "width", "height", "dir", "lang"],
  ...["hidden", "inert", "disabled", "open", "contenteditable", "tabindex", "loading"],
  ...["aria-hidden", "aria-disabled", "aria-busy", "aria-checked", "aria-expanded", "aria-haspopup", "aria-modal"],
  ...["data-testid", "data-type", "data-state", "data-turn", "data-message-author-role", "data-message-role"],
  ...["data-conversation-role", "data-talvt-turn-state", "data-inline-selection-pill", "data-system-hint-type"],
  ...["data-chatgpt-composer", "data-composer-navigation-target", "data-list-navigation-item"],
]);

/** Attributes of which only that they are there is told. */
const NAMING = /^(data-|aria-label$|alt$|placeholder$|title$|href$)/;

/** Numbers and hashes may name a person, a chat or a picture. */
const NAMES = /[0-9a-f]{6,}|\d{3,}/gi;

const WITHOUT = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "LINK", "META"]);

/**
 * The page's structure, without words, names and addresses; only what the profile's rules take for
 * dialogs and alerts keeps its text.
 *
 * @param {Wire.Shell} shell
 * @returns {string}
 */
function snapshot(shell) {
  const told = new Set([...shell.dialog, ...shell.alert].flatMap((selector) => find(selector, document)));
  const parts = ["<!doctype html>\n"];
  let length = 0;
  const put = (/** @type {string} */ text) => {
    length += text.length;
    if (length <= SNAPSHOT_CHARS) parts.push(text);
  };
  const visit = (/** @type {Element} */ element) => {
    if (WITHOUT.has(element.tagName) || length > SNAPSHOT_CHARS) return;
    const tag = element.tagName.toLowerCase();
    put(`<${tag}${[...element.attributes].map(redactedAttribute).join("")}>`);
    for (const child of element.children) visit(child);
    if (told.has(element) && !around(element, shell.turn)) put(escaped(bounded(textOf(element), NOTICE_CHARS)));
    put(`</${tag}>`);
  };
  visit(document.documentElement);
  return parts.join("");
}

/** @param {Attr} attribute */
function redactedAttribute({ name, value }) {
  if (TELLING.has(name)) return ` ${name}="${escaped(bounded(value, 200).replace(NAMES, "…"))}"`;
  if (name === "src") return ` src="${escaped(redactedAddress(value))}"`;
  if (name.endsWith("href") && value.includes("#")) return ` ${name}="${escaped(value.slice(value.indexOf("#"), 80))}"`;
  return NAMING.test(name) ? ` ${name}=""` : "";
}

/** @param {string} value */
function redactedAddress(value) {
  if (!URL.canParse(value, location.href)) return "";
  const { protocol, pathname, searchParams } = new URL(value, location.href);
  if (protocol === "blob:" || protocol === "data:") return protocol;
  const names = [...searchParams.keys()].map((name) => `${name}=`).join("&");
  return `${pathname.replace(NAMES, "…")}${names ? `?${names}` : ""}`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
