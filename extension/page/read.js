/** The eyes: what the document shows, by a site profile. Reading changes nothing. */

/** @typedef {Omit<Wire.Reading, "tab" | "document">} PageReading  the worker adds what only it knows */

/**
 * Every element that a selector finds in `root`, itself included. It may end in `:text("…")`, which
 * CSS cannot say: one entry of a menu often differs from the next by its words alone. Profiles are
 * edited by people, so a selector that is none finds nothing.
 *
 * @param {string} selector
 * @param {Document | Element} root
 * @returns {Element[]}
 */
function find(selector, root) {
  const [, css = selector, words] = /^(.+):text\("(.*)"\)$/.exec(selector) ?? [];
  try {
    const inside = [...root.querySelectorAll(css)];
    const found = root instanceof Element && root.matches(css) ? [root, ...inside] : inside;
    return words === undefined ? found : found.filter((e) => e.textContent?.trim() === words);
  } catch {
    return [];
  }
}

/**
 * What the first selector finds that finds anything acceptable.
 *
 * @param {string[]} selectors
 * @param {Document | Element} [root]
 * @param {(element: Element) => boolean} [accept]
 * @returns {Element[]}
 */
function matches(selectors, root = document, accept = () => true) {
  for (const selector of selectors) {
    const found = find(selector, root).filter(accept);
    if (found.length) return found;
  }
  return [];
}

/**
 * Whether an element is drawn. Fades stand still at nothing in a hidden tab, so transparency
 * counts only where somebody could look.
 *
 * @param {Element} element
 */
function drawn(element) {
  return element.checkVisibility({ visibilityProperty: true, opacityProperty: !document.hidden });
}

/** @param {Element} element */
function visible(element) {
  return drawn(element) && !element.closest('[aria-hidden="true"], [hidden]');
}

/** @param {Element} element */
function enabled(element) {
  return !element.matches(':disabled, [aria-disabled="true"]');
}

/** @type {(selectors: string[]) => Element[]} */
const shown = (selectors) => matches(selectors, document, visible);

/** @type {(selectors: string[]) => Element[]} */
const workable = (selectors) => matches(selectors, document, (e) => visible(e) && enabled(e));

/**
 * The text in the composer. What nobody can edit there was not written: a mode's pill, say.
 *
 * @param {Element} composer
 */
function composerText(composer) {
  if (composer instanceof HTMLTextAreaElement) return composer.value;
  return written(composer, (element) => element.getAttribute("contenteditable") === "false");
}

/**
 * The turns that a reader sees. A thread may be in the document twice, with one copy hidden; an
 * open dialog hides everything else from screen readers, and then tells nothing.
 *
 * @param {Wire.PageProfile} profile
 */
function turnElements({ turn }) {
  const seen = matches(turn).filter(drawn);
  const spoken = seen.filter((element) => !element.closest('[aria-hidden="true"]'));
  return spoken.length ? spoken : seen;
}

/**
 * @param {Element} turn
 * @param {Wire.PageProfile} profile
 * @returns {Wire.SeenTurn}
 */
function readTurn(turn, profile) {
  const role = attribute(turn, profile.turn_role);
  return {
    id: bounded(attribute(turn, profile.turn_id)),
    role: bounded(role),
    text: bounded(turnText(turn, role, profile), Limit.text),
    busy: matches(profile.busy, turn).length > 0,
    finished: matches(profile.finished, turn).length > 0,
    pictures: pictureElements(turn, profile).map((picture) => readPicture(picture, turn)),
  };
}

/**
 * @param {Element} turn
 * @param {string} role
 * @param {Wire.PageProfile} profile
 */
function turnText(turn, role, { user_text }) {
  if (role !== "user") return turn instanceof HTMLElement ? turn.innerText : "";
  const [said] = matches(user_text, turn);
  return said ? written(said) : "";
}

/** @type {(element: Element, name: string) => string} */
function attribute(element, name) {
  const bearer = element.hasAttribute(name) ? element : find(`[${name}]`, element)[0];
  return bearer?.getAttribute(name) ?? "";
}

/**
 * The pictures of a turn; an author's own, such as a reference, are none of ours.
 *
 * @param {Element} turn
 * @param {Wire.PageProfile} profile
 */
function pictureElements(turn, { turn_role, picture }) {
  if (attribute(turn, turn_role) === "user") return [];
  const found = matches(picture, turn).filter((element) => element instanceof HTMLImageElement);
  return found.slice(0, Limit.pictures);
}

/**
 * @param {HTMLImageElement} picture
 * @param {Element} turn
 * @returns {Wire.SeenPicture}
 */
function readPicture(picture, turn) {
  const unspoken = picture.closest('[aria-hidden="true"]');
  return {
    src: bounded(picture.currentSrc || picture.src),
    width: picture.naturalWidth,
    height: picture.naturalHeight,
    loaded: picture.complete && picture.naturalWidth > 0,
    hidden: !drawn(picture) || (unspoken !== null && turn.contains(unspoken)),
  };
}

/**
 * The elements behind a picture's address, as far as the present reading shows them.
 *
 * @param {string} src
 * @param {Wire.PageProfile} profile
 */
function picturesFrom(src, profile) {
  return turnElements(profile)
    .slice(-Limit.turns)
    .flatMap((turn) => pictureElements(turn, profile))
    .filter((picture) => bounded(picture.currentSrc || picture.src) === src);
}

/**
 * Every visible dialog, alert and toast, once; `where` is the selector that found it.
 *
 * @param {Wire.PageProfile} profile
 * @returns {Wire.SeenNotice[]}
 */
function readNotices({ notice }) {
  const places = new Map();
  for (const where of notice) {
    for (const element of find(where, document).filter(visible)) {
      if (!places.has(element)) places.set(element, where);
    }
  }
  return [...places].slice(0, Limit.notices).map(([element, where]) => ({
    where: bounded(where),
    text: bounded(element instanceof HTMLElement ? element.innerText : ""),
  }));
}

/**
 * The addresses of the conversations that the page lists, in its order.
 *
 * @param {Wire.PageProfile} profile
 */
function readHistory({ history }) {
  const links = matches(history).filter((element) => element instanceof HTMLAnchorElement);
  return links.slice(0, Limit.history).map(({ href }) => bounded(href));
}

/** @type {Map<string, Promise<string>>} */
const marks = new Map();

/**
 * Who is signed in, as a mark from which the name cannot be read.
 *
 * @param {Wire.PageProfile} profile
 * @returns {Promise<string | null>}
 */
async function accountMark({ account }) {
  const name = matches(account)[0]?.textContent?.trim();
  if (!name) return null;
  const known = marks.get(name) ?? sha256(new TextEncoder().encode(`${chrome.runtime.id}\n${name}`));
  marks.set(name, known);
  return known;
}

/** @param {BufferSource} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What the page shows at this moment.
 *
 * @param {Wire.PageProfile} profile
 * @returns {Promise<PageReading>}
 */
async function readPage(profile) {
  const account = accountMark(profile);
  const composers = shown(profile.composer);
  const turns = turnElements(profile);
  const reading = {
    url: bounded(location.href),
    title: bounded(document.title),
    hidden: document.hidden,
    shell: profile.recognise.some((selector) => find(selector, document).length) ? profile.shell : "",
    composers: composers.length,
    composer_text: bounded(composers[0] ? composerText(composers[0]) : "", Limit.text),
    send: workable(profile.send).length > 0,
    stop: shown(profile.stop).length > 0,
    mode_on: shown(profile.mode_on).length > 0,
    chips: shown(profile.chip).length,
    chips_pending: shown(profile.chip_pending).length,
    paste_chips: shown(profile.paste_chip).length,
    turn_count: turns.length,
    turns: turns.slice(-Limit.turns).map((turn) => readTurn(turn, profile)),
    notices: readNotices(profile),
    history: readHistory(profile),
  };
  return { ...reading, account: await account };
}
