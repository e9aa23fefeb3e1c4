/** The eyes: what the document shows, by a site profile. Reading changes nothing. */

/** @typedef {Omit<Wire.Reading, "tab" | "document">} PageReading  the worker adds what only it knows */

/**
 * What a rule found; no rule when none did.
 *
 * @typedef {{ rule: string, elements: Element[] }} Found
 */

/** @typedef {(element: Element) => boolean} Test */

const MINIMUM_FRAME = 16;

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
 * @param {Test} [accept]
 * @returns {Found}
 */
function look(selectors, root = document, accept = () => true) {
  for (const rule of selectors) {
    const elements = find(rule, root).filter(accept);
    if (elements.length) return { rule, elements };
  }
  return { rule: "", elements: [] };
}

/** @type {(selectors: string[], root?: Document | Element, accept?: Test) => Element[]} */
const matches = (selectors, root, accept) => look(selectors, root, accept).elements;

/**
 * The nearest element, itself included, that any of the selectors finds.
 *
 * @param {Element} element
 * @param {string[]} selectors
 */
function around(element, selectors) {
  for (const selector of selectors) {
    try {
      const found = element.closest(selector);
      if (found) return found;
    } catch {
      continue;
    }
  }
  return null;
}

/** @type {(element: Element, selectors: string[]) => boolean} */
const is = (element, selectors) => around(element, selectors) === element;

/** @param {Element[]} elements */
function outermost(elements) {
  return elements.filter((inner) => !elements.some((outer) => outer !== inner && outer.contains(inner)));
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

/**
 * The build of the site that made this document. What is on the page is asked in the profile's
 * order of trust over all shells: the surest rule of each first.
 *
 * @param {Wire.PageProfile} profile
 * @returns {{ shell: Wire.Shell } & Found}
 */
function recognise({ shells, unknown }) {
  const ranks = Math.max(...shells.map((shell) => shell.recognise.length));
  for (const accept of [drawn, () => true]) {
    for (let rank = 0; rank < ranks; rank++) {
      for (const shell of shells) {
        const found = look(shell.recognise.slice(rank, rank + 1), document, accept);
        if (found.rule) return { shell, ...found };
      }
    }
  }
  return { shell: unknown, rule: "", elements: [] };
}

/**
 * Where a prompt can be written. What can be edited inside a turn is a document of the site's.
 *
 * @param {Wire.Shell} shell
 * @param {Test} accept
 * @returns {Found}
 */
function lookForComposer(shell, accept) {
  const { rule, elements } = look(shell.composer, document, (e) => accept(e) && !around(e, shell.turn));
  return { rule, elements: outermost(elements) };
}

/**
 * What has a role beside the composer: in its form, where anything is there.
 *
 * @param {string[]} selectors
 * @param {Test} accept
 * @param {Element | undefined} composer
 * @returns {Found}
 */
function lookBeside(selectors, accept, composer) {
  const { rule, elements } = look(selectors, document, accept);
  const form = composer?.closest("form");
  const inside = elements.filter((element) => form?.contains(element));
  return { rule, elements: inside.length ? inside : elements };
}

/**
 * Send is never what stops an answer: both are known to share one place.
 *
 * @param {Wire.Shell} shell
 * @param {Test} accept
 * @param {Element | undefined} composer
 */
function lookForSend({ send, stop }, accept, composer) {
  const stops = new Set(stop.flatMap((selector) => find(selector, document)));
  return lookBeside(send, (e) => accept(e) && !stops.has(e), composer);
}

/**
 * The text in the composer. What nobody can edit there was not written: a mode's pill, say.
 *
 * @param {Element} composer
 * @param {Wire.Shell} shell
 */
function composerText(composer, { unwritten }) {
  if (composer instanceof HTMLTextAreaElement) return composer.value;
  return written(composer, (element) => is(element, unwritten));
}

/**
 * The turns that a reader sees, the oldest first. A thread may be in the document twice, with one
 * copy hidden; an open dialog hides everything else from screen readers, and then tells nothing. A
 * page that scrolls in reverse may hold them in reverse.
 *
 * @param {Wire.Shell} shell
 * @returns {Found}
 */
function lookForTurns({ turn, turn_id }) {
  const { rule, elements } = look(turn, document, drawn);
  const seen = outermost(elements);
  const heard = seen.filter(spoken);
  /** @type {Map<string | Element, Element>} */
  const once = new Map();
  for (const element of heard.length ? heard : seen) {
    const name = attribute(element, turn_id) || element;
    if (!once.has(name)) once.set(name, element);
  }
  const placed = [...once.values()].map((element) => ({ element, top: element.getBoundingClientRect().top }));
  placed.sort((one, other) => one.top - other.top);
  return { rule, elements: placed.map(({ element }) => element) };
}

/**
 * The author's or the site's part of a turn; a turn may be wholly one of them, or hold both.
 *
 * @typedef {object} Part
 * @property {Element} turn
 * @property {string} id
 * @property {"user" | "assistant"} role
 * @property {Test} holds  whether an element of the turn belongs to it
 */

/**
 * @param {Element} turn
 * @param {Wire.Shell} shell
 * @returns {Part[]}
 */
function partsOf(turn, shell) {
  const id = attribute(turn, shell.turn_id);
  const whole = (/** @type {"user" | "assistant"} */ role) => [{ turn, id, role, holds: () => true }];
  if (is(turn, shell.user)) return whole("user");
  if (is(turn, shell.assistant)) return whole("assistant");
  const said = outermost(matches(shell.user, turn));
  if (!said.length) return whole("assistant");
  const authors = (/** @type {Element} */ element) => said.some((part) => part.contains(element));
  const [start] = matches(shell.assistant, turn, (element) => !authors(element));
  const held = (/** @type {Element} */ element) => {
    // what the author attached may stand anywhere before the answer begins
    const follows = start && (start === element || start.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    return !authors(element) && Boolean(follows || around(element, shell.unit));
  };
  const parts = [{ turn, id, role: /** @type {const} */ ("user"), holds: (/** @type {Element} */ e) => !held(e) }];
  if (!start && !matches(shell.unit, turn, held).length) return parts;
  return [...parts, { turn, id: `${id}:answer`, role: /** @type {const} */ ("assistant"), holds: held }];
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

/**
 * @param {Part} part
 * @param {Wire.Shell} shell
 * @returns {Wire.SeenTurn}
 */
function readPart(part, shell) {
  const { turn, role, id, holds } = part;
  const shows = (/** @type {string[]} */ selectors) =>
    matches(selectors, turn, (e) => holds(e) && drawn(e)).length > 0;
  return {
    id: bounded(id),
    role,
    text: bounded(role === "user" ? userText(part, shell) : answerText(part, shell), Limit.text),
    busy: role === "assistant" && shows(shell.busy),
    pending: role === "assistant" && matches(shell.pending, turn).length > 0,
    finished: role === "assistant" && matches(shell.finished, turn).length > 0,
    pictures: readPictures(part, shell),
    signs: role === "assistant" ? readSigns(shell, turn, holds) : [],
  };
}

/**
 * @param {Part} part
 * @param {Wire.Shell} shell
 */
function userText({ turn, holds }, { user_text, unwritten }) {
  const [said] = matches(user_text, turn, holds);
  return said ? written(said, (element) => is(element, unwritten)) : "";
}

/**
 * @param {Part} part
 * @param {Wire.Shell} shell
 */
function answerText({ turn, holds }, { unwritten }) {
  const others = (/** @type {Element} */ element) => !holds(element) && !holdsInside(element, holds);
  return written(turn, (element) => is(element, unwritten) || others(element) || !drawn(element)).trim();
}

/**
 * @param {Element} element
 * @param {Test} holds
 */
function holdsInside(element, holds) {
  return [...element.querySelectorAll("*")].some(holds);
}

/**
 * The pictures that a part shows with the rule that found them: those that the site made, or those
 * that the author attached.
 *
 * @param {Part} part
 * @param {Wire.Shell} shell
 * @returns {{ rule: string, pictures: HTMLImageElement[] }}
 */
function picturesOf({ turn, role, holds }, { picture }) {
  const { rule, elements } = look(role === "user" ? ["img"] : picture, turn, holds);
  return { rule, pictures: elements.filter((element) => element instanceof HTMLImageElement).slice(0, Limit.pictures) };
}

/**
 * @param {Part} part
 * @param {Wire.Shell} shell
 * @returns {Wire.SeenPicture[]}
 */
function readPictures(part, shell) {
  const { rule, pictures } = picturesOf(part, shell);
  /** @type {Map<Element | string, string>} */
  const units = new Map();
  return pictures.map((picture) => {
    const holder = around(picture, shell.unit);
    const unit = holder ?? picture.src;
    if (!units.has(unit)) units.set(unit, holder?.id || String(units.size + 1));
    const unspoken = picture.closest('[aria-hidden="true"]');
    return {
      src: bounded(picture.currentSrc || picture.src),
      width: picture.naturalWidth || declared(picture, "width"),
      height: picture.naturalHeight || declared(picture, "height"),
      loaded: picture.complete && picture.naturalWidth > 0,
      hidden: !drawn(picture) || (unspoken !== null && part.turn.contains(unspoken)),
      unit: bounded(units.get(unit) ?? ""),
      rule: bounded(rule),
      where: pathTo(picture),
    };
  });
}

/** @type {(picture: HTMLImageElement, side: "width" | "height") => number} */
const declared = (picture, side) => Math.max(0, Number.parseInt(picture.getAttribute(side) ?? "", 10) || 0);

/**
 * The elements behind a picture's address, as far as the present reading shows them.
 *
 * @param {string} src
 * @param {Wire.Shell} shell
 */
function picturesFrom(src, shell) {
  return lookForTurns(shell)
    .elements.slice(-Limit.turns)
    .flatMap((turn) => partsOf(turn, shell))
    .filter(({ role }) => role === "assistant")
    .flatMap((part) => picturesOf(part, shell).pictures)
    .filter((picture) => bounded(picture.currentSrc || picture.src) === src);
}

/**
 * What tells something by being there. A frame that nobody can see asks nothing of anybody.
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

/** @param {Element} element */
function textOf(element) {
  return element instanceof HTMLElement ? element.innerText.trim() : "";
}

/**
 * Every visible dialog, alert and toast, once; `where` is the selector that found it. What is said
 * inside a turn is part of the turn.
 *
 * @param {Wire.Shell} shell
 * @returns {Wire.SeenNotice[]}
 */
function readNotices({ dialog, alert, turn }) {
  /** @type {Map<Element, { where: string, blocks: boolean }>} */
  const places = new Map();
  const kinds = [...dialog.map((where) => ({ where, blocks: true })), ...alert.map((where) => ({ where, blocks: false }))];
  for (const kind of kinds) {
    for (const element of find(kind.where, document)) {
      if (!places.has(element) && visible(element) && !around(element, turn)) places.set(element, kind);
    }
  }
  return outermost([...places.keys()])
    .map((element) => ({ element, text: bounded(textOf(element)), ...places.get(element) }))
    .filter(({ text }) => text)
    .slice(0, Limit.notices)
    .map(({ text, where = "", blocks = true }) => ({ where: bounded(where), text, blocks }));
}

/**
 * What the site says beside turns, composer and headings, where no prompt can be; a chat's title
 * may be made of one.
 *
 * @param {Wire.Shell} shell
 */
function readMargin({ margin, turn, user, assistant }) {
  const [root] = matches(margin);
  if (!root || !turn.length) return "";
  const theirs = [...turn, ...user, ...assistant];
  const aside = "form, header, nav, aside, h1, h2, h3, h4, h5, h6, button, a, script, style, noscript, textarea, [contenteditable]";
  return bounded(written(root, (e) => e.matches(aside) || is(e, theirs) || !visible(e)).trim());
}

/**
 * The addresses of the conversations that the page lists, in its order.
 *
 * @param {Found} found
 */
function readHistory({ elements }) {
  const links = elements.filter((element) => element instanceof HTMLAnchorElement);
  return links.slice(0, Limit.history).map(({ href }) => bounded(href));
}

/** @type {Map<string, Promise<string>>} */
const marks = new Map();

/**
 * Who is signed in, as a mark from which the name cannot be read.
 *
 * @param {Element | undefined} element
 * @returns {Promise<string | null>}
 */
async function accountMark(element) {
  const name = element?.textContent?.trim();
  if (!name) return null;
  const salt = globalThis.chrome?.runtime?.id ?? "";
  const known = marks.get(name) ?? sha256(new TextEncoder().encode(`${salt}\n${name}`));
  marks.set(name, known);
  return known;
}

/** @param {BufferSource} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What the page shows at this moment, and the rules by which it was found.
 *
 * @param {Wire.PageProfile} profile
 * @param {number} [most]  turns to tell
 * @returns {Promise<PageReading>}
 */
async function readPage(profile, most = Limit.turns) {
  const recognised = recognise(profile);
  const { shell } = recognised;
  const notices = readNotices(shell);
  // a dialog hides all the rest from screen readers, and hides nothing of it from the eye
  const accept = notices.some(({ blocks }) => blocks) && !lookForComposer(shell, visible).rule ? drawn : visible;
  const composer = lookForComposer(shell, accept);
  const [editor] = composer.elements;
  const beside = (/** @type {string[]} */ selectors) => lookBeside(selectors, accept, editor);
  const roles = {
    shell: recognised,
    composer,
    send: lookForSend(shell, accept, editor),
    stop: lookBeside(shell.stop, accept, editor),
    mode_on: beside(shell.mode_on),
    chip: beside(shell.chip),
    chip_pending: beside(shell.chip_pending),
    paste_chip: beside(shell.paste_chip),
    file_input: lookBeside(shell.file_input, () => true, editor),
    turn: lookForTurns(shell),
    history: look(shell.history),
    account: look(shell.account),
    ...Object.fromEntries(Object.entries(shell.clickable).map(([role, selectors]) => [role, beside(selectors)])),
  };
  const newest = roles.turn.elements.slice(-most);
  const turns = newest.flatMap((turn) => partsOf(turn, shell));
  const outside = (/** @type {Element} */ element) => !around(element, shell.turn);
  const reading = {
    url: bounded(location.href),
    title: bounded(document.title),
    hidden: document.hidden,
    shell: shell.name,
    composers: composer.elements.length,
    composer_text: bounded(editor ? composerText(editor, shell) : "", Limit.text),
    send: roles.send.elements.some(enabled),
    stop: roles.stop.elements.length > 0,
    mode_on: roles.mode_on.elements.length > 0,
    chips: roles.chip.elements.length,
    chips_pending: roles.chip_pending.elements.length,
    paste_chips: roles.paste_chip.elements.length,
    turn_count: roles.turn.elements.length - newest.length + turns.length,
    turns: turns.slice(-most).map((part) => readPart(part, shell)),
    notices,
    margin: readMargin(shell),
    signs: readSigns(shell, document, outside),
    history: readHistory(roles.history),
    seen: evidence(roles),
    now: Date.now() / 1_000,
    locale: bounded(document.documentElement.lang || navigator.language),
    zone: bounded(Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""),
  };
  return { ...reading, account: await accountMark(roles.account.elements[0]) };
}

/**
 * @param {Record<string, Found>} roles
 * @returns {Wire.Seen[]}
 */
function evidence(roles) {
  return Object.entries(roles).flatMap(([role, { rule, elements }]) => {
    const [first] = elements;
    return first ? [{ role, rule: bounded(rule), where: pathTo(first), count: elements.length }] : [];
  });
}
