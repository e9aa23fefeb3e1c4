/** The conversation: who wrote each turn, and what it shows. */

/** The shortest text beside the author's part that counts as an answer when nothing marks one. */
const ANSWER_CHARS = 40;

/** Where the words of an answer are; notes and times beside a prompt are elsewhere. */
const PROSE = "p, li, pre, blockquote, table";

/**
 * The visible turns, oldest first. A thread may be in the document twice, with one copy hidden; an
 * open dialog hides everything else from screen readers, so that says nothing then. A page that
 * scrolls in reverse may hold the turns in reverse.
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
  const placed = [...once.values()].map((element) => ({ element, top: boxOf(element).top }));
  placed.sort((one, other) => one.top - other.top);
  return { rule, elements: placed.map(({ element }) => element) };
}

/**
 * The author's or the site's part of a turn; a turn may be one of them, or contain both.
 *
 * @typedef {object} Part
 * @property {Element} turn
 * @property {string} id
 * @property {"user" | "assistant" | ""} role  empty where nothing tells
 * @property {Test} holds  whether an element of the turn belongs to it
 */

/**
 * The parts of some turns, in order.
 *
 * @param {Element[]} turns
 * @param {Wire.Shell} shell
 * @returns {Part[]}
 */
function partsOfAll(turns, shell) {
  const parts = turns.flatMap((turn) => partsOf(turn, shell));
  const marked = parts.some(({ role }) => role === "user");
  return parts.map((part, place) => {
    if (part.role) return part;
    const next = parts[place + 1];
    // an answer follows what it answers; if the page marks authors' turns, unmarked ones are not theirs
    if (next && is(next.turn, shell.assistant)) return { ...part, role: "user" };
    return marked ? { ...part, role: "assistant" } : part;
  });
}

/**
 * @param {Element} turn
 * @param {Wire.Shell} shell
 * @returns {Part[]}
 */
function partsOf(turn, shell) {
  const id = attribute(turn, shell.turn_id);
  const whole = (/** @type {Part["role"]} */ role) => [{ turn, id, role, holds: () => true }];
  if (is(turn, shell.user)) return whole("user");
  if (is(turn, shell.assistant)) return whole("assistant");
  const said = outermost(matches(shell.user, turn, (element) => isWritten(element, shell)));
  if (!said.length) return unmarked(turn, id, shell);
  const within = (/** @type {Element} */ element) => said.some((part) => part.contains(element));
  const [start] = matches(shell.assistant, turn, (element) => !within(element));
  const beside = start ? null : besideOf(turn, said, shell);
  const held = (/** @type {Element} */ element) => {
    // what the author attached may be anywhere before the answer
    if (within(element)) return false;
    const follows = start ? start === element || precedes(start, element) : beside?.(element);
    return Boolean(follows || around(element, shell.unit));
  };
  /** @type {Part} */
  const answer = { turn, id: `${id}:answer`, role: "assistant", holds: held };
  /** @type {Part} */
  const author = { turn, id, role: "user", holds: (element) => !held(element) };
  return start || answers(answer, shell) ? [author, answer] : [author];
}

/**
 * Whether an element has words or a picture of the author's: a page may leave an empty place for
 * the author's part, with only a heading.
 *
 * @param {Element} element
 * @param {Wire.Shell} shell
 */
function isWritten(element, { unwritten }) {
  if (element.querySelector("img")) return true;
  const silent = outermost([...element.querySelectorAll(join(unwritten))]);
  return lengthOf(element) > silent.reduce((sum, inner) => sum + lengthOf(inner), 0);
}

/** @param {Element} element */
const lengthOf = (element) => (element.textContent ?? "").replace(/\s+/g, "").length;

/**
 * What is beside and after the author's part, in a turn that marks no answer. The part with the
 * author's words, and what belongs to them, ends where something else follows it.
 *
 * @param {Element} turn
 * @param {Element[]} said
 * @param {Wire.Shell} shell
 * @returns {Test}
 */
function besideOf(turn, said, { unit, busy }) {
  const last = said.at(-1) ?? turn;
  const tells = [SHOWING, PROSE, ...unit, ...busy];
  let authors = last;
  for (let at = last; at !== turn && at.parentElement; at = at.parentElement) {
    for (let next = at.nextElementSibling; next; next = next.nextElementSibling) {
      if (drawn(next) && tells.some((selector) => find(selector, /** @type {Element} */ (next)).length)) authors = at;
    }
  }
  return (element) => !authors.contains(element) && precedes(authors, element);
}

/**
 * Whether an unmarked part is an answer: it shows a picture, is making one, or says more than a
 * note.
 *
 * @param {Part} part
 * @param {Wire.Shell} shell
 */
function answers({ turn, holds }, shell) {
  const shown = (/** @type {Element} */ element) => holds(element) && drawn(element);
  if (matches([...shell.unit, ...shell.busy], turn, shown).length) return true;
  if (picturesIn(turn, shell.picture, holds).length) return true;
  const prose = outermost(find(PROSE, turn).filter(shown));
  return prose.reduce((sum, { textContent }) => sum + (textContent?.trim().length ?? 0), 0) >= ANSWER_CHARS;
}

/**
 * A turn in which nothing is marked as the author's. What comes before an answer in it is: pages have
 * been seen to remove the author's part while the answer is made, and to rename their marks.
 *
 * @param {Element} turn
 * @param {string} id
 * @param {Wire.Shell} shell
 * @returns {Part[]}
 */
function unmarked(turn, id, shell) {
  const [start] = matches(shell.assistant, turn);
  const all = () => true;
  if (!start) {
    const role = matches([...shell.unit, ...shell.busy, ...shell.finished], turn).length ? "assistant" : "";
    return [{ turn, id, role, holds: all }];
  }
  const before = (/** @type {Element} */ element) =>
    element !== turn && element !== start && precedes(element, start) && !element.contains(start);
  const said = answerText({ turn, id, role: "user", holds: before }, shell);
  const early = find("*", turn).filter(before);
  const attached = early.some((element) => element.localName === "img" && isLarge(element));
  if ((!said && !attached) || early.some((element) => around(element, shell.unit))) {
    return [{ turn, id, role: "assistant", holds: all }];
  }
  return [
    { turn, id, role: "user", holds: before },
    { turn, id: `${id}:answer`, role: "assistant", holds: (element) => !before(element) },
  ];
}

/**
 * @param {Part} part
 * @param {Wire.Shell} shell
 * @returns {Wire.SeenTurn}
 */
function readPart(part, shell) {
  const { turn, role, id, holds } = part;
  const theirs = role !== "user";
  const shows = (/** @type {string[]} */ selectors) =>
    matches(selectors, turn, (e) => holds(e) && drawn(e)).length > 0;
  const { text, whole } = theirs ? { text: answerText(part, shell), whole: true } : readPrompt(part, shell);
  return {
    id: bounded(id),
    role,
    text: bounded(text, Limit.text),
    whole: whole && text.length <= Limit.text,
    busy: theirs && shows(shell.busy),
    pending: theirs && matches(shell.pending, turn).length > 0,
    finished: theirs && matches(shell.finished, turn, holds).length > 0,
    pictures: tellPictures(picturesOf(part, shell), turn, shell),
    signs: theirs ? readSigns(shell, turn, holds) : [],
  };
}

/**
 * The pictures of a part: those that the site made and any other large ones, or those that the author
 * attached.
 *
 * @param {Part} part
 * @param {Wire.Shell} shell
 */
function picturesOf({ turn, role, holds }, { picture }) {
  return picturesIn(turn, role === "user" ? ["img"] : picture, holds);
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
