/** The line above the grid: search, filters, order, size, and what is done with all that are shown. */

import { CallError, LostError } from "../view/client.js";
import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { flagInWords, reviewedInWords, stateInWords } from "../view/labels.js";
import { EVERYTHING, narrows } from "./filter.js";
import { fits, unjudged } from "./judging.js";

/** How long after the last letter the search begins. */
const SEARCH_MS = 180;

/** The widths that cells may have, in pixels; a small copy has 320 pixels at its longer side. */
const LEAST = 90;
const MOST = 300;
const USUAL = 170;

/** @type {Wire.PanelState[]} */
const STATES = ["made", "stale", "waiting", "held", "working", "doubt", "failed", "refused", "left-out", "unlisted"];
/** @type {Wire.Reviewed[]} */
const REVIEWED = ["unreviewed", "approved", "rejected", "locked"];
/** @type {Wire.Flag[]} */
const FLAGS = ["misfit", "outlier", "offered", "asked", "remade", "noted"];
const SORTS = ["book", "newest", "style"];

/** Where the tab keeps what is filtered, so that a reload does not lose it. */
const KEPT = "filter";

const NUMBER = new Intl.NumberFormat(chrome.i18n.getUILanguage());

/**
 * @typedef {object} Ends
 * @property {() => void} filtered  others are shown
 * @property {() => void} sized
 * @property {() => void} approve  all that are shown
 * @property {() => void} remake  all that are shown and rejected
 * @property {() => void} done  the author is through with the search
 */

/** Whether the author goes on to the next picture after a decision. */
export function goesOn() {
  return localStorage.getItem("go-on") === "yes";
}

export class Bar {
  size = Number(localStorage.getItem("size")) || USUAL;

  #app;
  #ends;
  /** @type {import("./filter.js").Filter} */
  #filter = EVERYTHING;
  #library = "";
  /** The search that counts: an older one's answer comes too late. */
  #searches = 0;
  /** Whether the link broke before what is looked for was found. */
  #unanswered = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #searching;

  #search = made("input", { type: "search", "data-part": "search", "data-i18n-label": "grid_search", "data-i18n-placeholder": "grid_search", "aria-keyshortcuts": "/", spellcheck: "false" });
  #state = select("state", t("grid_state"));
  #reviewed = select("reviewed", t("grid_reviewed"));
  #figure = select("figure", t("grid_figure"));
  #setting = select("setting", t("grid_setting"));
  #chapter = select("chapter", t("grid_chapter"));
  #flag = select("flag", t("grid_flag"));
  #sort = select("sort", t("grid_sort"));
  #all = made("button", { type: "button", class: "plain" }, t("grid_show_all"));
  #slider = made("input", { type: "range", min: String(LEAST), max: String(MOST), step: "10", value: String(this.size), "data-part": "size" });
  #goOn = made("input", { type: "checkbox", "data-part": "go-on" });
  #shown = made("p", { class: "count", "data-part": "count" });
  #anew = made("button", { type: "button", "data-part": "anew" });
  #approve = made("button", { type: "button", "data-part": "approve-all" });
  #remake = made("button", { type: "button", "data-part": "remake-all" });
  #filters = made("div", { class: "filters" }, this.#state, this.#reviewed, this.#figure, this.#setting, this.#chapter, this.#flag, this.#sort);
  #open = made("button", { type: "button", class: "open", "aria-expanded": "false", "data-part": "filters" }, t("grid_filters"));
  element = made(
    "div",
    { class: "bar", role: "search" },
    this.#search,
    this.#open,
    this.#filters,
    made("span", { class: "break" }),
    this.#shown,
    this.#all,
    this.#anew,
    made("span", { class: "fill" }),
    made("div", { class: "many" }, this.#approve, this.#remake, made("label", {}, this.#goOn, t("grid_go_on")), made("label", {}, t("grid_size"), this.#slider)),
  );

  /**
   * @param {import("./app.js").App} app
   * @param {Ends} ends
   */
  constructor(app, ends) {
    this.#app = app;
    this.#ends = ends;
    this.#goOn.checked = goesOn();
    this.name();
    this.count(0);
    this.#search.addEventListener("input", () => {
      clearTimeout(this.#searching);
      this.#searching = setTimeout(() => void this.#apply(), SEARCH_MS);
    });
    this.#search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape" && event.key !== "ArrowDown") return;
      if (event.key === "Escape" && this.#search.value) this.#search.value = "";
      event.preventDefault();
      clearTimeout(this.#searching);
      void this.#apply();
      ends.done();
    });
    this.#filters.addEventListener("change", () => void this.#apply());
    this.#all.addEventListener("click", () => {
      this.#search.value = "";
      this.#set(EVERYTHING);
      void this.#apply();
      ends.done();
    });
    this.#anew.addEventListener("click", () => {
      void this.#apply();
      ends.done();
    });
    this.#open.addEventListener("click", () => {
      const open = this.element.toggleAttribute("data-open");
      this.#open.setAttribute("aria-expanded", String(open));
    });
    this.#slider.addEventListener("input", () => {
      this.size = Number(this.#slider.value);
      localStorage.setItem("size", this.#slider.value);
      ends.sized();
    });
    this.#goOn.addEventListener("change", () => localStorage.setItem("go-on", this.#goOn.checked ? "yes" : "no"));
    this.#approve.addEventListener("click", () => ends.approve());
    this.#remake.addEventListener("click", () => ends.remake());
  }

  /**
   * Shows what a filter leaves, and nothing else.
   *
   * @param {Partial<import("./filter.js").Filter>} wanted
   * @param {string} library  another one than now shows it when it is opened
   */
  choose(wanted, library) {
    const filter = { ...EVERYTHING, ...wanted };
    if (library !== this.#app.gallery.library) {
      this.#library = "";
      sessionStorage.setItem(KEPT, JSON.stringify({ library, filter }));
      return;
    }
    this.#set(filter);
    void this.#apply();
    this.#ends.done();
  }

  /** The link is up again: looks for what was typed meanwhile. */
  async again() {
    if (!this.#unanswered) return;
    await this.#apply();
    if (!this.#unanswered) this.#app.say("");
  }

  /** A library was opened: shows of it what this tab showed last. */
  opened() {
    const { library } = this.#app.gallery;
    if (library === this.#library) return;
    this.#library = library;
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    if (kept.library !== library) return;
    this.#set({ ...EVERYTHING, ...kept.filter });
    if (narrows(this.#filter) || this.#filter.sort !== "book") void this.#apply();
  }

  /** Names what a library's panels can be filtered by. */
  name() {
    const { chapters, figures, settings, filter } = this.#app.gallery;
    offer(this.#state, t("grid_any_state"), [...STATES.map(pair(stateInWords)), ["needy", t("grid_needy")]]);
    offer(this.#reviewed, t("grid_any_reviewed"), [...REVIEWED.map(pair(reviewedInWords)), ["good", t("grid_good")]]);
    offer(this.#figure, t("grid_any_figure"), figures.map((name, place) => [String(place), name]));
    offer(this.#setting, t("grid_any_setting"), settings.map((name, place) => [String(place), name]));
    offer(this.#chapter, t("grid_any_chapter"), chapters.map(({ key, title }) => [key, title ? `${key} · ${title}` : key]));
    offer(this.#flag, t("grid_any_flag"), FLAGS.map(pair(flagInWords)));
    offer(this.#sort, null, SORTS.map((sort) => [sort, t(`grid_sort_${sort}`)]));
    // a name may have another place by now, and another library has other names
    this.#set(filter);
    this.#figure.hidden = !figures.length;
    this.#setting.hidden = !settings.length;
    this.#chapter.hidden = chapters.length < 2;
  }

  /**
   * Says how many are shown, how many selected, and what can be done with all.
   *
   * @param {number} selected
   */
  count(selected) {
    const { gallery } = this.#app;
    const { shown, total, outdated } = gallery;
    const parts = [shown.length < total ? t("grid_count_of", NUMBER.format(shown.length), NUMBER.format(total)) : t("grid_count", NUMBER.format(total))];
    if (selected) parts.push(t("grid_selected", NUMBER.format(selected)));
    this.#shown.textContent = parts.join(" · ");
    const approvable = shown.filter((tile) => unjudged(tile) && fits({ act: "approve", choice: {} }, tile)).length;
    const rejected = shown.filter(({ reviewed, flags }) => reviewed === "rejected" && !flags?.includes("remade")).length;
    this.#approve.textContent = t("grid_approve_all", NUMBER.format(approvable));
    this.#approve.disabled = !approvable;
    this.#remake.textContent = t("grid_remake_all", NUMBER.format(rejected));
    this.#remake.disabled = !rejected;
    this.#anew.textContent = t("grid_anew", NUMBER.format(outdated));
    this.#anew.hidden = !outdated;
    this.#all.hidden = !narrows(this.#filter);
  }

  /** Shows what the filters say now. */
  async #apply() {
    const number = (/** @type {HTMLSelectElement} */ each) => (each.value ? Number(each.value) : null);
    this.#filter = {
      state: /** @type {Wire.PanelState} */ (this.#state.value),
      reviewed: /** @type {Wire.Reviewed} */ (this.#reviewed.value),
      flag: /** @type {Wire.Flag} */ (this.#flag.value),
      chapter: this.#chapter.value,
      figure: number(this.#figure),
      setting: number(this.#setting),
      text: this.#search.value.trim(),
      sort: /** @type {import("./filter.js").Sort} */ (this.#sort.value),
    };
    const found = await this.#found(this.#filter.text);
    if (found === undefined) return;
    this.#app.gallery.choose(this.#filter, found);
    sessionStorage.setItem(KEPT, JSON.stringify({ library: this.#app.gallery.library, filter: this.#filter }));
    this.#ends.filtered();
  }

  /**
   * The panels that have a text; null where none is looked for, undefined where the answer is of no use.
   *
   * @param {string} text
   */
  async #found(text) {
    const search = ++this.#searches;
    this.#unanswered = false;
    if (!text) return null;
    try {
      const { keys, more } = await this.#app.ask("gallery.search", { library: this.#app.gallery.library, text });
      if (search !== this.#searches) return undefined;
      if (more) this.#app.say(t("grid_found_more", NUMBER.format(keys.length)));
      return new Set(keys);
    } catch (error) {
      if (search !== this.#searches) return undefined;
      this.#unanswered = error instanceof LostError;
      this.#app.say(error instanceof CallError ? error.message : t("grid_search_down"), "fault");
      return undefined;
    }
  }

  /** @param {import("./filter.js").Filter} filter */
  #set(filter) {
    this.#filter = filter;
    // what is being typed stays
    if (document.activeElement !== this.#search) this.#search.value = filter.text;
    this.#state.value = filter.state;
    this.#reviewed.value = filter.reviewed;
    this.#flag.value = filter.flag;
    this.#chapter.value = filter.chapter;
    this.#figure.value = String(filter.figure ?? "");
    this.#setting.value = String(filter.setting ?? "");
    this.#sort.value = filter.sort;
  }
}

/**
 * @param {string} name
 * @param {string} label
 */
function select(name, label) {
  return made("select", { "data-part": name, "aria-label": label });
}

/**
 * @template {string} V
 * @param {(value: V) => string} words
 * @returns {(value: V) => [string, string]}
 */
const pair = (words) => (value) => [value, words(value)];

/**
 * Gives a choice its values; what was chosen stays chosen.
 *
 * @param {HTMLSelectElement} choice
 * @param {string | null} any  the words for no choice
 * @param {string[][]} values
 */
function offer(choice, any, values) {
  const chosen = choice.value;
  const all = [...(any === null ? [] : [["", any]]), ...values];
  choice.replaceChildren(...all.map(([value = "", words = ""]) => made("option", { value }, words)));
  if (all.some(([value]) => value === chosen)) choice.value = chosen;
}
