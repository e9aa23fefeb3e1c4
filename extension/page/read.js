/** Reads what the document shows, by a site profile. Reading changes nothing. */

/** @typedef {Omit<Wire.Reading, "tab" | "document">} PageReading  the worker adds what only it knows */

/** Where a picture is part of the page itself, or the author's. */
const FURNITURE = "form, nav, aside, header, footer, [role=menu], [role=listbox], [role=tooltip], [role=dialog], [role=alertdialog], [role=navigation], [role=complementary], [role=banner], [data-composer-body]";

/**
 * The build of the site that made this document. Rules are tried across all shells in the profile's
 * order of trust: the surest rule of each shell first.
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
 * The drawn elements in the page's main part that belong to no other part.
 *
 * @param {Wire.Shell} shell
 * @returns {Element[]}
 */
function looseElements({ margin, turn, dialog, alert }) {
  const [main] = find(margin[0] ?? "main", document);
  const known = new Set([...turn, ...dialog, ...alert].flatMap((selector) => find(selector, document)));
  /** @type {Element[]} */
  const loose = [];
  const visit = (/** @type {Element} */ element) => {
    if (known.has(element) || element.matches(FURNITURE) || element.matches("[contenteditable=true]") || !visible(element)) return;
    loose.push(element);
    for (const child of element.children) visit(child);
  };
  visit(main ?? document.body);
  return loose;
}

/**
 * Large pictures outside of any turn: the site has shown galleries beside their turn.
 *
 * @param {Wire.Shell} shell
 * @returns {Shown[]}
 */
function loosePictures(shell) {
  const loose = looseElements(shell);
  const [root] = loose;
  if (!root || !shell.turn.length) return [];
  const places = new Set(loose);
  const holds = (/** @type {Element} */ element) => places.has(element) && isLarge(element);
  return picturesIn(root, shell.picture, holds, loose);
}

/**
 * The elements behind a picture's address, as far as a reading shows them now.
 *
 * @param {string} src
 * @param {Wire.Shell} shell
 */
function picturesFrom(src, shell) {
  const parts = partsOfAll(lookForTurns(shell).elements.slice(-Limit.turns), shell);
  const answers = parts.filter(({ role }) => role !== "user").flatMap((part) => picturesOf(part, shell));
  return [...answers, ...loosePictures(shell)].filter((picture) => bounded(picture.src) === src);
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
 * Who is signed in, as a hash that does not reveal the name.
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
 * What the page shows now, and the rules that found it.
 *
 * @param {Wire.PageProfile} profile
 * @param {number} [most]  turns to include
 * @returns {Promise<PageReading>}
 */
async function readPage(profile, most = Limit.turns) {
  const recognised = recognise(profile);
  const { shell } = recognised;
  const turn = lookForTurns(shell);
  const newest = turn.elements.slice(-most);
  const notices = readNotices(shell, newest);
  // a dialog hides everything else from screen readers, but not from view
  const accept = notices.some(({ blocks }) => blocks) && !lookForComposer(shell, visible).rule ? drawn : visible;
  const composer = lookForComposer(shell, accept);
  const [editor] = composer.elements;
  const beside = (/** @type {string[]} */ selectors) => lookBeside(selectors, accept, editor);
  const roles = {
    shell: recognised,
    composer,
    send: lookForSend(shell, accept, editor),
    stop: beside(shell.stop),
    mode_on: lookForMode(editor, accept, shell),
    chip: lookForFiles(editor, accept, shell),
    chip_pending: beside(shell.chip_pending),
    paste_chip: beside(shell.paste_chip),
    file_input: lookBeside(shell.file_input, () => true, editor),
    turn,
    history: look(shell.history),
    account: look(shell.account),
    ...Object.fromEntries(Object.entries(shell.clickable).map(([role, selectors]) => [role, beside(selectors)])),
  };
  const parts = partsOfAll(newest, shell);
  const unmounted = matches(shell.unmounted, document, drawn);
  const loose = loosePictures(shell);
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
    chips_pending: Math.max(roles.chip_pending.elements.length, roles.chip.elements.filter(isLoading).length),
    paste_chips: roles.paste_chip.elements.length,
    turn_count: turn.elements.length - newest.length + parts.length + unmounted.length,
    turns: parts.slice(-most).map((part) => readPart(part, shell)),
    loose: tellPictures(loose, document.documentElement, shell),
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
