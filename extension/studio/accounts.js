/** The accounts: what each may do now, what it was sent over time, the limits it met, and the author's own. */

import { button, made } from "../view/dom.js";
import { counted, number, t } from "../view/i18n.js";
import { tried } from "./calling.js";
import { CLOCK, ceilingsInWords, clockOf, minuteOf } from "./ceilings.js";
import { drawn, legend, limitInWords, summed, tabled } from "./drawing.js";
import { labelled, numberField, numberIn } from "./fields.js";
import { endOf, SPANS, sumOf } from "./plot.js";
import { when } from "./times.js";

/** So long after a change the page asks anew, so that a night's every send does not. */
const SETTLE_MS = 10_000;
/** How many limits are told in words. */
const LIMITS = 6;

/** @type {Studio.Create} */
export function create(app) {
  /** @type {import("./plot.js").SpanName} */
  let span = "day";
  let shown = false;
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  /** @type {Map<number, Card>} */
  const cards = new Map();
  const spans = made(
    "fieldset",
    { class: "spans" },
    made("legend", {}, t("accounts_span")),
    .../** @type {import("./plot.js").SpanName[]} */ (Object.keys(SPANS)).map((name) =>
      made("label", {}, spanField(name), made("span", {}, t(`accounts_span_${name}`))),
    ),
  );
  const list = made("div", { class: "list" });
  const none = made("p", { class: "hint", hidden: true }, t("accounts_none"));
  const all = new Form(app, null, t("accounts_ceilings_all"), () => void load());
  const fault = made("p", { class: "fault", role: "alert" });
  const element = made(
    "div",
    { class: "accounts", role: "region", "aria-label": t("studio_accounts") },
    made("div", { class: "head" }, made("h2", {}, t("studio_accounts")), spans, legend()),
    fault,
    none,
    list,
    made("section", { class: "card" }, made("h3", {}, t("accounts_all")), made("p", { class: "hint" }, t("accounts_all_hint")), all.element),
  );

  /** @param {import("./plot.js").SpanName} name */
  function spanField(name) {
    const field = made("input", { type: "radio", name: "span" });
    field.checked = name === span;
    field.addEventListener("change", () => {
      span = name;
      void load();
    });
    return field;
  }

  async function load() {
    clearTimeout(settling);
    settling = undefined;
    const number = (asked += 1);
    fault.textContent = "";
    const found = await tried(app, "account.list", {}, (text) => (fault.textContent = text));
    const mine = String((await chrome.storage.local.get("profile"))["profile"]);
    if (!found || number !== asked) return;
    none.hidden = found.accounts.length > 0;
    all.show(found);
    for (const [account, card] of cards) {
      if (found.accounts.some((each) => each.account === account)) continue;
      card.element.remove();
      cards.delete(account);
    }
    for (const account of found.accounts) {
      let card = cards.get(account.account);
      if (!card) {
        cards.set(account.account, (card = new Card(app, account, () => void load())));
        list.append(card.element);
      }
      card.show(account, mine);
      const { seconds, parts } = SPANS[span];
      const history = await app.ask("account.history", { account: account.account, seconds, parts, until: endOf(Date.now() / 1000, seconds / parts) }).catch(() => null);
      if (number !== asked) return;
      if (history) card.plot(history, span);
    }
  }

  return {
    element,
    show() {
      shown = true;
      void load();
    },
    hide() {
      shown = false;
    },
    status() {
      if (shown && settling === undefined) settling = setTimeout(() => void load(), SETTLE_MS);
    },
    linked({ state }) {
      if (shown && state === "up") void load();
    },
  };
}

class Card {
  #app;
  #account;
  #again;
  #form;
  #browser = made("span");
  #now = made("p");
  #resume = button(t("accounts_resume"), () => void this.#goOn());
  #facts = made("ul", { class: "facts" });
  #plot = made("figure", { tabindex: 0, "aria-label": t("accounts_table") });
  #table = made("div", { class: "table", tabindex: 0, role: "region", "aria-label": t("accounts_as_table") });
  #details = made("details", {}, made("summary", {}, t("accounts_as_table")), this.#table);
  #limits = made("ul", { class: "limits" });
  #met = made("div", { class: "part" }, made("h4", {}, t("accounts_limits")), this.#limits);

  /**
   * @param {Studio.App} app
   * @param {Wire.AccountAllowance} told
   * @param {() => void} again  has everything be asked anew
   */
  constructor(app, told, again) {
    this.#app = app;
    this.#account = told;
    this.#again = again;
    const name = t("accounts_account", told.account);
    this.#form = new Form(app, told.account, t("accounts_ceilings"), again);
    this.element = made(
      "section",
      { class: "card", "aria-label": name },
      made("h3", {}, name, made("small", { class: "hint" }, told.site, this.#browser)),
      made("div", { class: "acts" }, this.#now, this.#resume),
      this.#facts,
      this.#plot,
      this.#details,
      this.#met,
      this.#form.element,
    );
  }

  /**
   * @param {Wire.AccountAllowance} told
   * @param {string} mine  the browser profile of this page
   */
  show(told, mine) {
    this.#account = told;
    this.#browser.textContent = `, ${told.profile === mine ? t("accounts_this_browser") : t("accounts_browser", told.browser ?? 1)}`;
    const { begins_at, why, asks, tabs, last_hour, last_day, cap, cap_seconds, cap_sure, limits } = told;
    this.#now.textContent = begins_at
      ? `${why}. ${asks ? t("accounts_waits_for_you") : t("accounts_next", when(begins_at))}`
      : counted("accounts_now", tabs);
    this.#now.classList.toggle("fault", asks ?? false);
    this.#resume.hidden = !asks;
    const facts = [t("accounts_sent", number(last_hour), number(last_day))];
    if (cap && cap_seconds) facts.push(t(cap_sure ? "accounts_cap_sure" : "accounts_cap", number(cap), hours(cap_seconds)));
    this.#facts.replaceChildren(...facts.map((fact) => made("li", {}, fact)));
    this.#met.hidden = limits.length === 0;
    this.#limits.replaceChildren(...limits.slice(0, LIMITS).map((limit) => made("li", {}, limitInWords(limit))));
    this.#form.show(told);
  }

  /**
   * @param {Wire.AccountHistory} history
   * @param {import("./plot.js").SpanName} span
   */
  plot(history, span) {
    const { sends, limits } = sumOf(history);
    const used = sends > 0 || limits > 0;
    const caption = made("figcaption", { class: "hint" }, used ? summed(history, span) : t("accounts_unused", t(`accounts_span_${span}`)));
    this.#plot.replaceChildren(...(used ? [drawn(history, span, this.#account.most_per_hour)] : []), caption);
    this.#details.hidden = !used;
    this.#table.replaceChildren(tabled(history));
  }

  async #goOn() {
    this.#resume.disabled = true;
    const { account } = this.#account;
    if (await tried(this.#app, "account.resume", { account })) this.#app.say(t("accounts_resumed", account));
    this.#resume.disabled = false;
    this.#again();
  }
}

/** The author's own limits. What was typed stays until it is set, whatever the host tells meanwhile. */
class Form {
  #app;
  #account;
  #again;
  #touched = false;
  #tabs = numberField(1, 32, null);
  #hour = numberField(1, 10_000, null);
  #from = made("input", { type: "text", pattern: CLOCK, placeholder: "23:00", maxlength: 5 });
  #until = made("input", { type: "text", pattern: CLOCK, placeholder: "07:00", maxlength: 5 });
  #fault = made("p", { class: "fault", role: "alert" });
  #said = made("p", { class: "hint" });

  /**
   * @param {Studio.App} app
   * @param {number | null} account  null: all, and those that are not known yet
   * @param {string} title
   * @param {() => void} again
   */
  constructor(app, account, title, again) {
    this.#app = app;
    this.#account = account;
    this.#again = again;
    this.element = made(
      "form",
      {
        class: "ceilings",
        input: () => (this.#touched = true),
        submit: (/** @type {Event} */ event) => {
          event.preventDefault();
          void this.#set();
        },
      },
      made("h4", {}, title),
      this.#said,
      made(
        "div",
        { class: "acts" },
        labelled(t("accounts_field_tabs"), this.#tabs),
        labelled(t("accounts_field_hour"), this.#hour),
        labelled(t("accounts_field_from"), this.#from),
        labelled(t("accounts_field_until"), this.#until),
        made("button", { type: "submit" }, t("accounts_set")),
      ),
      this.#fault,
    );
  }

  /** @param {import("./ceilings.js").Ceilings} told */
  show(told) {
    this.#said.textContent = t("accounts_ceilings_now", ceilingsInWords(told));
    if (this.#touched) return;
    const { most_tabs, most_per_hour, quiet_from, quiet_until } = told;
    this.#tabs.value = most_tabs ? String(most_tabs) : "";
    this.#hour.value = most_per_hour ? String(most_per_hour) : "";
    this.#from.value = quiet_from == null ? "" : clockOf(quiet_from);
    this.#until.value = quiet_until == null ? "" : clockOf(quiet_until);
  }

  async #set() {
    const [quiet_from, quiet_until] = [minuteOf(this.#from.value), minuteOf(this.#until.value)];
    if ((quiet_from === null) !== (quiet_until === null)) {
      this.#fault.textContent = t("accounts_quiet_both");
      return;
    }
    this.#fault.textContent = "";
    const asked = { account: this.#account, tabs: numberIn(this.#tabs), per_hour: numberIn(this.#hour), quiet_from, quiet_until };
    const done = await tried(this.#app, "account.allow", asked, (text) => (this.#fault.textContent = text));
    if (!done) return;
    this.#touched = false;
    this.#app.say(t("accounts_set_done"));
    this.#again();
  }
}

/** @param {number} seconds */
function hours(seconds) {
  return number(Math.round(seconds / 360) / 10);
}
