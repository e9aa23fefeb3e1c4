/** The order of pictures: a list or a book, what of it, how, what that would cost, and one button that starts it. */

import { CallError } from "../view/client.js";
import { button, made, renew } from "../view/dom.js";
import { counted, number, t } from "../view/i18n.js";
import { middle } from "../view/words.js";
import { tried } from "./calling.js";
import { ceilingsInWords } from "./ceilings.js";
import { Chapters } from "./chapters.js";
import { choiceField, labelled, numberField, numberIn } from "./fields.js";
import { figuresOf, keysOf, knownAs, onlyOf, orderOf, staleOf } from "./plan.js";

/** How long after a change the plan is made anew: typing asks once. */
const SETTLE_MS = 300;
/** How much of a key is shown. */
const KEY_CHARS = 44;

/** @type {[value: Wire.Outliers | "", label: string][]} */
const RULES = [
  ["", t("start_rule_own")],
  ["mark", t("start_rule_mark")],
  ["hold", t("start_rule_hold")],
  ["redo", t("start_rule_redo")],
];

export class Ordering {
  #app;
  /** @type {Pick<import("./plan.js").Wish, "library" | "translation">} */
  #known = { library: null, translation: null };
  /** @type {Wire.BatchPlan | null} */
  #plan = null;
  /** Counts plans, so that an answer that is overtaken is not shown. */
  #asked = 0;
  /** Whether a plan waits for the link. */
  #isLate = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;

  #source = made("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "~/my-book", input: () => this.#another() });
  #only = made("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "ch01, ch02/p007", input: () => this.#changed() });
  #tabs = numberField(1, 32, 2, { required: true, input: () => this.#changed() });
  #priority = numberField(-100, 100, 0, { required: true });
  #rule = choiceField(RULES, { change: () => this.#changed() });
  #share = numberField(0, 50, 5, { input: () => this.#changed() });
  #shared = labelled(t("start_share"), this.#share);
  #leave = made("input", { type: "radio", name: "stale", change: () => this.#changed() });
  #again = made("input", { type: "radio", name: "stale", change: () => this.#changed() });
  #chapters = new Chapters(() => this.#changed());

  #fault = made("p", { class: "fault told-whole", role: "alert" });
  #busy = made("p", { class: "hint", role: "status" });
  #title = made("h3");
  #library = made("p", { class: "path" });
  #look = button(t("start_look"), () => this.#app.go({ view: "grid", library: this.#plan?.library ?? "", key: "" }));
  #figures = made("ul", { class: "numbers" });
  #notes = made("ul", { class: "notes" });
  #stale = made("fieldset");
  #groups = made("ul");
  #moves = made("ul");
  #waits = made("ul");
  #forecast = made("p", { class: "forecast" });
  #ceilings = made("p", { class: "hint" });
  #start = button("", () => void this.#begin(), { class: "main" });
  #shown = made("div", { class: "planned", hidden: true });

  /** @param {Studio.App} app */
  constructor(app) {
    this.#app = app;
    this.#leave.checked = true;
    this.#stale.append(
      made("legend", {}),
      this.#groups,
      made("label", {}, this.#leave, made("span", {}, t("start_leave"))),
      made("label", {}, this.#again, made("span", {}, t("start_again"))),
    );
    this.#shown.append(
      made("div", { class: "about" }, made("div", { class: "acts" }, this.#title, this.#look), this.#library, this.#figures),
      part(t("start_notes"), this.#notes),
      this.#chapters.element,
      labelled(t("start_only"), this.#only, t("start_only_hint")),
      this.#stale,
      part(t("start_moves"), this.#moves),
      part(t("start_waits"), this.#waits),
      made(
        "fieldset",
        { class: "options" },
        made("legend", {}, t("start_how")),
        labelled(t("start_tabs"), this.#tabs),
        labelled(t("start_priority"), this.#priority, t("start_priority_hint")),
        labelled(t("start_rule"), this.#rule),
        this.#shared,
      ),
      this.#ceilings,
      made("div", { class: "begin" }, this.#forecast, this.#start),
    );
    this.element = made(
      "section",
      { class: "ordering", "aria-labelledby": "start-plan" },
      made("h2", { id: "start-plan" }, t("start_plan_title")),
      made(
        "form",
        {
          class: "source",
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            void this.plan();
          },
        },
        labelled(t("start_source"), this.#source, t("start_source_hint")),
        made("button", { type: "submit" }, t("start_plan")),
      ),
      this.#fault,
      this.#busy,
      this.#shown,
    );
  }

  /** @param {Wire.KnownLibrary} known */
  choose(known) {
    const { source, library, translation } = knownAs(known);
    this.#source.value = source;
    this.#forget();
    this.#known = { library, translation };
    this.#source.focus();
    this.element.scrollIntoView({ block: "start" });
    void this.plan();
  }

  /** The link is up again: what could not be planned meanwhile is. */
  again() {
    if (this.#isLate) void this.plan();
  }

  /** Another list or book is named: what was planned is of no use for it. */
  #another() {
    this.#known = { library: null, translation: null };
    this.#forget();
  }

  #forget() {
    this.#asked += 1;
    clearTimeout(this.#settling);
    this.#plan = null;
    this.#isLate = false;
    this.#shown.hidden = true;
    this.#fault.textContent = "";
    this.#busy.textContent = "";
    this.#only.value = "";
    this.#leave.checked = true;
    this.#chapters.show([]);
  }

  #changed() {
    this.#start.disabled = true;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.plan(), SETTLE_MS);
  }

  /** @returns {Wire.BatchStart | null} null while something that was typed cannot be used */
  #order() {
    const tabs = numberIn(this.#tabs);
    const rule = /** @type {Wire.Outliers | ""} */ (this.#rule.value);
    const share = this.#share.value === "" ? null : numberIn(this.#share);
    const only = onlyOf(keysOf(this.#only.value), this.#chapters.chosen);
    if (only === null) this.#fault.textContent = t("start_none_chosen");
    if (only === null || tabs === null) return null;
    return orderOf({ source: this.#source.value, ...this.#known, only, tabs, again: this.#again.checked, outliers: rule || null, share });
  }

  /** Plans what is named, and shows that; sends nothing. */
  async plan() {
    clearTimeout(this.#settling);
    this.#shared.hidden = this.#rule.value !== "redo";
    this.#chapters.turn(keysOf(this.#only.value).length > 0);
    const asked = (this.#asked += 1);
    this.#start.disabled = true;
    this.#fault.textContent = "";
    this.#isLate = false;
    const order = this.#order();
    if (!order) return;
    this.#busy.textContent = t("start_planning");
    try {
      const plan = await this.#app.ask("batch.plan", order);
      if (asked !== this.#asked) return;
      this.#busy.textContent = "";
      this.#show(plan);
    } catch (error) {
      if (asked !== this.#asked) return;
      const refused = error instanceof CallError;
      this.#fault.textContent = refused ? error.message : "";
      this.#busy.textContent = refused ? "" : t("start_plan_later");
      this.#isLate = !refused;
      return;
    }
    void this.#showCeilings();
  }

  /** @param {Wire.BatchPlan} plan */
  #show(plan) {
    this.#plan = plan;
    this.#shown.hidden = false;
    this.#title.textContent = plan.book || nameOf(this.#source.value);
    this.#look.hidden = plan.done === 0;
    this.#library.textContent = t("start_library", plan.library);
    this.#figures.replaceChildren(
      made("li", {}, made("strong", {}, number(plan.wanted)), ` ${t("start_wanted")}`),
      ...figuresOf(plan).map(({ name, count }) => made("li", {}, made("strong", {}, number(count)), ` ${t(`start_figure_${name}`)}`)),
    );
    this.#chapters.show(plan.chapters ?? []);
    this.#showStale(plan);
    fillPart(this.#notes, (plan.notes ?? []).map((note) => made("li", {}, note)));
    fillPart(this.#moves, (plan.moves ?? []).map(moved));
    fillPart(this.#waits, (plan.waits ?? []).map((wait) => this.#waiting(wait, plan.library)));
    const { outlook, repairs = 0, makes } = plan;
    const more = repairs ? ` ${counted("start_repairs", repairs)}` : "";
    this.#forecast.textContent = outlook ? `${upper(outlook.span)}. ${outlook.sentence}.${more}` : "";
    this.#start.textContent = makes ? counted("start_make", makes) : t("start_nothing");
    this.#start.disabled = makes === 0;
  }

  /** @param {Wire.BatchPlan} plan */
  #showStale(plan) {
    const count = staleOf(plan);
    this.#stale.hidden = count === 0;
    /** @type {HTMLElement} */ (this.#stale.querySelector("legend")).textContent = counted("start_stale", count);
    const reasons = (plan.stale ?? []).map(({ why, panels, keys }) =>
      made("li", {}, made("strong", {}, number(panels)), ` ${why}`, made("small", { class: "hint" }, `${keys.slice(0, 3).join(", ")}${panels > 3 ? ", …" : ""}`)),
    );
    this.#groups.replaceChildren(...(reasons.length ? reasons : (plan.examples ?? []).map((text) => made("li", {}, text))));
  }

  /**
   * @param {Wire.PlannedWait} wait
   * @param {string} library
   */
  #waiting({ key, approval, panels, why }, library) {
    const look = button(middle(key, KEY_CHARS), () => this.#app.go({ view: "large", library, key }), { class: "key", title: key });
    const said = counted(approval ? "start_wait_approval" : "start_wait_made", panels);
    return made("li", {}, `${said} `, look, why ? ` (${why})` : null);
  }

  async #showCeilings() {
    const found = await this.#app.ask("account.list", {}).catch(() => null);
    if (!found) return;
    const told = found.accounts.map((each) => `${t("accounts_account", each.account)}: ${ceilingsInWords(each)}`);
    renew(
      this.#ceilings,
      `${t("start_ceilings")} ${told.join("; ") || ceilingsInWords(found)}. `,
      button(t("start_ceilings_change"), () => this.#app.go({ view: "accounts" }), { class: "link" }),
    );
  }

  /** Starts what the button says, and nothing else: the host refuses another number, and it is planned anew. */
  async #begin() {
    const seen = this.#plan;
    const order = this.#order();
    const priority = numberIn(this.#priority);
    if (!seen || !order) return;
    if (priority === null) {
      this.#priority.reportValidity();
      return;
    }
    this.#start.disabled = true;
    let refused = "";
    const { makes = 0 } = seen;
    const started = await tried(this.#app, "batch.start", { ...order, makes }, (text) => (refused = text));
    const batch = started?.batch ?? null;
    if (batch !== null && priority) await tried(this.#app, "batch.adjust", { batch, priority });
    if (started) this.#app.say(batch === null ? t("start_nothing") : counted("start_started", makes, batch));
    await this.plan();
    if (refused && this.#plan) this.#fault.textContent = refused;
  }
}

/**
 * A heading and a list below it, which is not shown while it is empty.
 *
 * @param {string} title
 * @param {HTMLElement} list
 */
function part(title, list) {
  return made("div", { class: "part" }, made("h4", {}, title), list);
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items
 */
function fillPart(list, items) {
  renew(list, ...items);
  /** @type {HTMLElement} */ (list.parentElement).hidden = items.length === 0;
}

/** @param {Wire.PlannedMove} move */
function moved({ before, after, pictures }) {
  if (!before) return made("li", {}, counted("start_more", pictures));
  const count = pictures > 1 ? ` (${number(pictures)})` : "";
  return made("li", { title: `${before} → ${after}` }, `${middle(before, KEY_CHARS)} → ${middle(after, KEY_CHARS)}${count}`);
}

/** @param {string} path */
function nameOf(path) {
  return path.trim().split("/").filter(Boolean).at(-1) ?? path;
}

/** @param {string} text */
function upper(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
