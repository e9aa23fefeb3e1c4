/** The batches that are open: how each goes, and what its author may change. */

import { button, made, withCommands, withMarks } from "../view/dom.js";
import { number, t } from "../view/i18n.js";
import { tried } from "./calling.js";
import { labelled, numberField, numberIn } from "./fields.js";

const OPEN = new Set(["running", "paused"]);

export class Batches {
  /** @type {Map<number, Card>} */
  #cards = new Map();
  #app;
  #list = made("ul", { class: "batches" });
  #none = made("p", { class: "hint" }, t("start_none_open"));
  element = made("section", { "aria-labelledby": "start-running" }, made("h2", { id: "start-running" }, t("start_running")), this.#none, this.#list);

  /** @param {Studio.App} app */
  constructor(app) {
    this.#app = app;
  }

  /** @param {Wire.BatchStatus[]} batches */
  show(batches) {
    const open = batches.filter(({ state }) => OPEN.has(state));
    this.#none.hidden = open.length > 0;
    const gone = new Set(this.#cards.keys());
    for (const [place, batch] of open.entries()) {
      gone.delete(batch.batch);
      let card = this.#cards.get(batch.batch);
      if (!card) this.#cards.set(batch.batch, (card = new Card(this.#app, batch)));
      // a card that stays where it is keeps its focus
      if (this.#list.children[place] !== card.element) this.#list.insertBefore(card.element, this.#list.children[place] ?? null);
      card.show(batch);
    }
    for (const number of gone) {
      this.#cards.get(number)?.element.remove();
      this.#cards.delete(number);
    }
  }
}

class Card {
  #app;
  #batch;
  #state = made("span", { class: "state" });
  #bar = made("progress");
  #done = made("strong");
  #pace = made("span");
  #counts = made("ul", { class: "counts" });
  #forecast = made("p", { class: "hint" });
  #toggle = button("", () => void this.#turn());
  #cancel = button(t("start_cancel"), () => this.#askCancel(true));
  #sure = made("div", { class: "sure", hidden: true });
  #tabs;
  #priority;

  /**
   * @param {Studio.App} app
   * @param {Wire.BatchStatus} batch
   */
  constructor(app, batch) {
    this.#app = app;
    this.#batch = batch;
    const { name, source, library, tabs, priority = 0 } = batch;
    this.#tabs = numberField(1, 32, tabs ?? 2, { change: () => void this.#adjust(this.#tabs, "tabs") });
    this.#priority = numberField(-100, 100, priority, { change: () => void this.#adjust(this.#priority, "priority") });
    const really = button(t("start_cancel_really"), () => void this.#end(), { class: "bad" });
    this.#sure.append(made("p", {}, t("start_cancel_sure")), made("div", { class: "acts" }, really, button(t("start_cancel_not"), () => this.#askCancel(false))));
    this.#bar.ariaLabel = name;
    this.#cancel.ariaLabel = `${t("start_cancel")} ${name}`;
    const heading = made("h3", { title: source }, name);
    this.element = made(
      "li",
      { class: "card" },
      made("div", { class: "head" }, heading, this.#state),
      this.#bar,
      made("p", { class: "figures" }, this.#done, " ", this.#pace),
      this.#forecast,
      this.#counts,
      made(
        "div",
        { class: "acts" },
        this.#toggle,
        labelled(t("start_tabs"), this.#tabs),
        labelled(t("start_priority"), this.#priority),
        button(t("start_look"), () => app.go({ view: "grid", library, key: "" }), { "aria-label": `${t("start_look")}: ${name}` }),
        this.#cancel,
      ),
      this.#sure,
    );
  }

  /** @param {Wire.BatchStatus} batch */
  show(batch) {
    this.#batch = batch;
    const { name, state, done, total, counts, progress, forecast, obstacle, stopped_because, tabs = 2, priority = 0 } = batch;
    this.#state.textContent = t(`start_state_${state}`);
    this.element.dataset["state"] = state;
    this.#bar.max = Math.max(1, total);
    this.#bar.value = total ? done : 1;
    this.#done.textContent = t("start_done", number(done), number(total));
    this.#pace.textContent = progress === state ? "" : progress;
    this.#forecast.replaceChildren(...withCommands(withMarks(obstacle ?? forecast)));
    this.#counts.replaceChildren(...counts.map(({ text, wrong }) => made("li", wrong ? { class: "fault" } : {}, text)));
    this.#toggle.hidden = Boolean(obstacle) && !stopped_because;
    this.#toggle.textContent = t(state === "paused" ? "start_resume" : "start_pause");
    this.#toggle.ariaLabel = `${this.#toggle.textContent} ${name}`;
    if (document.activeElement !== this.#tabs) this.#tabs.value = String(tabs);
    if (document.activeElement !== this.#priority) this.#priority.value = String(priority);
  }

  async #turn() {
    this.#toggle.disabled = true;
    const { batch, state } = this.#batch;
    await tried(this.#app, state === "paused" ? "batch.resume" : "batch.pause", { batch });
    this.#toggle.disabled = false;
    this.#toggle.focus();
  }

  /**
   * @param {HTMLInputElement} field
   * @param {"tabs" | "priority"} what
   */
  async #adjust(field, what) {
    const value = numberIn(field);
    if (value === null) {
      field.reportValidity();
      return;
    }
    const { batch, name } = this.#batch;
    if (await tried(this.#app, "batch.adjust", { batch, [what]: value })) this.#app.say(t(`start_set_${what}`, value, name));
  }

  /** @param {boolean} asks */
  #askCancel(asks) {
    this.#sure.hidden = !asks;
    this.#cancel.disabled = asks;
    // whoever goes on pressing Enter keeps the batch
    if (asks) /** @type {HTMLElement} */ (this.#sure.querySelector("button:last-of-type")).focus();
    else this.#cancel.focus();
  }

  async #end() {
    const { batch, name } = this.#batch;
    if (await tried(this.#app, "batch.cancel", { batch })) this.#app.say(t("start_cancelled", name));
    else this.#askCancel(false);
  }
}
