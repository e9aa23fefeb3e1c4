/** What the studio asks before it decides: a reason, words, a note, or whether the author is sure. */

import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { middle } from "../view/words.js";

/** How many characters of a key a heading shows. */
const KEY_CHARS = 40;

/** The most characters of a note, as the host takes it. */
const NOTE_CHARS = 4_000;

/** The most characters of a prompt, as the host takes it. */
const WORDS_CHARS = 32_000;

/** @type {Wire.Rejected[]} */
const REASONS = ["style", "content", "fault"];

/** @type {(Wire.Remake | "")[]} */
const REMAKES = ["", "words", "chat", "again"];

/** @typedef {(choice: Studio.Choice) => Promise<string>} Carry  returns what is wrong; empty if nothing is */

/** What was typed into a dialog that was left without a decision, by what it was about. */
const drafts = new Map();

/**
 * Asks why pictures are rejected, and what becomes of them.
 *
 * @param {readonly Wire.Tile[]} tiles
 * @param {Studio.Choice} choice
 * @param {Carry} carry
 */
export function askReason(tiles, choice, carry) {
  const note = field(t("dialog_reason_note"), NOTE_CHARS);
  const approved = choice.take === undefined ? tiles.filter(({ reviewed }) => reviewed === "approved").length : 0;
  return ask({
    about: `reject ${named(tiles)}`,
    title: t("dialog_reject", named(tiles)),
    verb: () => (remake() ? t("dialog_reject_remake", tiles.length) : t("dialog_reject_verb")),
    parts: [
      options("because", t("dialog_because"), REASONS, choice.because ?? "content", (reason) => t(`rejected_${reason}`)),
      note.label,
      options("remake", t("dialog_remake"), REMAKES, choice.remake ?? "", (way) => t(`remake_${way || "none"}`)),
      ...(approved ? [made("p", { class: "hint" }, t("dialog_approved_too", approved))] : []),
    ],
    typed: note.area,
    first: "[name=because]:checked",
    carry: (form) => {
      const because = /** @type {Wire.Rejected} */ (form.get("because"));
      const way = /** @type {Wire.Remake | ""} */ (form.get("remake"));
      const text = note.area.value.trim();
      if ((way === "words" || way === "chat") && !text) return Promise.resolve(t("dialog_note_needed"));
      return carry({
        ...choice,
        because,
        ...(text && { note: text }),
        ...(way && { remake: way }),
        ...(approved && { sure: true }),
      });
    },
  });

  function remake() {
    const chosen = /** @type {HTMLInputElement | null} */ (document.querySelector("dialog[open] [name=remake]:checked"));
    return Boolean(chosen?.value);
  }
}

/**
 * Asks for the author's own words for one more take; begins with the panel's.
 *
 * @param {Studio.App} app
 * @param {readonly Wire.Tile[]} tiles  the first of which is made again
 * @param {Studio.Choice} choice
 * @param {Carry} carry
 */
export async function askWords(app, tiles, choice, carry) {
  const [tile] = tiles;
  if (!tile) return;
  if (tiles.length > 1) return app.say(t("dialog_words_one"), "fault");
  let detail;
  try {
    detail = await app.ask("panels.show", { library: app.gallery.library, key: tile.key });
  } catch (error) {
    return app.say(error instanceof Error ? error.message : String(error), "fault");
  }
  const words = field(t("dialog_words"), WORDS_CHARS, detail.prompt);
  const where = detail.file ?? "";
  return ask({
    about: `words ${tile.key}`,
    title: t("dialog_words_title", named(tiles)),
    verb: () => t("dialog_make", 1),
    parts: [words.label, made("p", { class: "hint" }, where ? t("dialog_words_kept", where) : t("dialog_words_once"))],
    typed: words.area,
    first: "textarea",
    wide: true,
    carry: () => {
      const text = words.area.value.trim();
      return text ? carry({ ...choice, words: text }) : Promise.resolve(t("dialog_words_needed"));
    },
  });
}

/**
 * Asks what is to be different, or for a note that is only the author's.
 *
 * @param {Studio.App} app
 * @param {Wire.AuthorAct} act
 * @param {readonly Wire.Tile[]} tiles
 * @param {Studio.Choice} choice
 * @param {Carry} carry
 */
export async function askNote(app, act, tiles, choice, carry) {
  const [tile] = tiles;
  const remake = act === "note" ? "note" : (choice.remake ?? "words");
  const known = act === "note" && tiles.length === 1 && Boolean(tile?.flags?.includes("noted"));
  let text = "";
  if (known && tile) {
    try {
      text = (await app.ask("panels.show", { library: app.gallery.library, key: tile.key })).note ?? "";
    } catch (error) {
      return app.say(error instanceof Error ? error.message : String(error), "fault");
    }
  }
  const note = field(t(`dialog_${remake}_note`), NOTE_CHARS, text);
  return ask({
    about: `${remake} ${named(tiles)}`,
    title: t(`dialog_${remake}_title`, named(tiles)),
    verb: () => (act === "note" ? t("dialog_keep_note") : t("dialog_make", tiles.length)),
    parts: [note.label],
    typed: note.area,
    first: "textarea",
    carry: () => {
      const typed = note.area.value.trim();
      if (act !== "note" && !typed) return Promise.resolve(t("dialog_note_needed"));
      return carry({ ...choice, note: typed });
    },
  });
}

/**
 * Asks before many pictures are made again, which an account pays for, and what is to be different in all of them.
 *
 * @param {readonly Wire.Tile[]} tiles
 * @param {Studio.Choice} choice
 * @param {Carry} carry
 */
export function askSure(tiles, choice, carry) {
  const reasoned = choice.remake === "reason";
  const note = reasoned || choice.remake === "again" ? field(t(reasoned ? "dialog_sure_also" : "dialog_sure_note"), NOTE_CHARS) : null;
  return ask({
    about: note ? "again" : "",
    title: t("dialog_sure", tiles.length),
    verb: () => t("dialog_make", tiles.length),
    parts: [
      made("p", {}, t("dialog_sure_cost")),
      ...(reasoned ? [made("p", {}, t("dialog_sure_reasons"))] : []),
      ...(note ? [note.label] : []),
    ],
    typed: note?.area ?? null,
    first: note ? "textarea" : "[value=carry]",
    carry: () => {
      const text = note?.area.value.trim();
      return carry(text ? { ...choice, note: text, remake: reasoned ? "reason" : "words" } : choice);
    },
  });
}

/**
 * @typedef {object} Question
 * @property {string} about  names what is typed, so that it is found again; empty keeps nothing
 * @property {string} title
 * @property {() => string} verb  what the button does
 * @property {HTMLElement[]} parts
 * @property {HTMLTextAreaElement | null} typed
 * @property {string} first  what has the focus
 * @property {boolean} [wide]
 * @property {(form: FormData) => Promise<string>} carry
 */

/**
 * Asks in a dialog, which stays open with what was typed until it was carried out or left.
 *
 * @param {Question} question
 * @returns {Promise<void>}
 */
function ask({ about, title, verb, parts, typed, first, wide, carry }) {
  const back = /** @type {HTMLElement | null} */ (document.activeElement);
  const go = made("button", { type: "submit", value: "carry", class: "main" }, verb());
  const leave = made("button", { type: "button" }, t("dialog_leave"));
  const fault = made("p", { class: "fault", role: "alert" });
  const heading = made("h2", { id: "dialog-title" }, title);
  const form = made("form", { method: "dialog" }, heading, ...parts, fault, made("div", { class: "buttons" }, leave, go));
  const dialog = made("dialog", { "aria-labelledby": "dialog-title", class: wide ? "wide" : "" }, form);
  document.body.append(dialog);
  if (typed && drafts.has(about)) typed.value = drafts.get(about);
  form.addEventListener("change", () => (go.textContent = verb()));
  leave.addEventListener("click", () => dialog.close());
  form.addEventListener("keydown", (event) => {
    const inField = event.target instanceof HTMLTextAreaElement;
    if (event.key === "Enter" && !event.isComposing && (!inField || event.ctrlKey || event.metaKey)) {
      if (event.target === leave) return;
      event.preventDefault();
      form.requestSubmit(go);
    }
  });
  let carried = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    fault.textContent = "";
    void carry(new FormData(form)).then((wrong) => {
      go.disabled = false;
      carried = !wrong;
      fault.textContent = wrong;
      if (carried) dialog.close();
    });
  });
  dialog.showModal();
  /** @type {HTMLElement | null} */ (dialog.querySelector(first))?.focus();
  typed?.setSelectionRange(typed.value.length, typed.value.length);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (about && typed) {
        if (carried) drafts.delete(about);
        else if (typed.value.trim()) drafts.set(about, typed.value);
      }
      dialog.remove();
      back?.focus({ preventScroll: true });
      resolve();
    });
  });
}

/** @param {readonly Wire.Tile[]} tiles */
function named(tiles) {
  const [tile] = tiles;
  return tiles.length === 1 && tile ? middle(tile.key, KEY_CHARS) : t("dialog_pictures", tiles.length);
}

/**
 * @param {string} words  its label
 * @param {number} most  characters
 * @param {string} [value]
 */
function field(words, most, value = "") {
  const area = made("textarea", { maxlength: String(most), rows: "4" });
  area.value = value;
  return { label: made("label", { class: "field" }, words, area), area };
}

/**
 * One of several, by arrow keys.
 *
 * @template {string} V
 * @param {string} name
 * @param {string} legend
 * @param {readonly V[]} values
 * @param {string} chosen
 * @param {(value: V) => string} words
 */
function options(name, legend, values, chosen, words) {
  const inputs = values.map((value) =>
    made("label", {}, made("input", { type: "radio", name, value, checked: value === chosen }), words(value)),
  );
  return made("fieldset", {}, made("legend", {}, legend), ...inputs);
}
