/** The log, live, in the words of the command line. It follows its end unless the author scrolled up. */

import { CallError } from "../view/client.js";
import { button, made } from "../view/dom.js";
import { counted, t } from "../view/i18n.js";
import { choiceField, labelled } from "./fields.js";
import { extended } from "./lines.js";

/** The most lines of one answer. */
const MOST = 400;
/** A question whose filter has changed stays open for so long. */
const WAIT_SECONDS = 10;
/** How long after a key the filter is used. */
const SETTLE_MS = 250;
/** So near to the end counts as there, in pixels. */
const NEAR = 24;

/** The levels that are chosen from; each shows the graver ones as well. */
const LEVELS = ["debug", "info", "warning", "error"];
/** The levels that stand beside their lines. */
const GRAVE = new Set(["warning", "error", "critical"]);

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(chrome.i18n.getUILanguage(), { dateStyle: "full" });

/** @type {Studio.Create} */
export function create(app) {
  /** @type {Wire.LogLine[]} */
  let lines = [];
  /** Each round of questions has its number: with another filter, or hidden, the last one ends. */
  let round = 0;
  let after = -1;
  let shown = false;
  let unseen = 0;
  /** Whether the end is in view, and so stays there. */
  let follows = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;

  const level = choiceField(LEVELS.map((name) => [name, t(`log_level_${name}`)]), { change: () => begin() });
  level.value = "info";
  const search = made("input", {
    type: "search",
    maxlength: 200,
    placeholder: t("log_search_hint"),
    "data-part": "log-search",
    input: () => {
      clearTimeout(settling);
      settling = setTimeout(begin, SETTLE_MS);
    },
  });
  const news = button("", () => toEnd(), { class: "news", hidden: true });
  const list = made("ol");
  const box = made("div", { class: "lines", tabindex: 0, role: "log", "aria-live": "off", "aria-label": t("studio_log"), scroll: () => seen() }, list);
  const state = made("p", { class: "hint", role: "status" });
  const element = made(
    "div",
    { class: "log", role: "region", "aria-label": t("studio_log") },
    made("div", { class: "head" }, made("h2", {}, t("studio_log")), labelled(t("log_level"), level), labelled(t("log_search"), search), state),
    box,
    news,
  );

  function begin() {
    clearTimeout(settling);
    lines = [];
    after = -1;
    list.replaceChildren();
    unseen = 0;
    follows = true;
    tell();
    void follow();
  }

  /** Shows lines as they come, for as long as this round lasts. */
  async function follow() {
    const mine = (round += 1);
    while (shown && mine === round) {
      const asked = { after, level: level.value, text: search.value.trim(), most: MOST, wait: after < 0 ? 0 : WAIT_SECONDS };
      try {
        const found = await app.ask("log.follow", asked);
        if (mine !== round) return;
        take(found);
      } catch (error) {
        if (mine !== round) return;
        // when the link is up again, the next round begins where this one ended
        state.textContent = error instanceof CallError ? error.message : t("log_down");
        return;
      }
    }
  }

  /** @param {Wire.LogFound} found */
  function take(found) {
    const first = after < 0;
    if (found.at < after) {
      // the clock was put back, and numbers begin anew: the host told all that it has
      lines = [];
      list.replaceChildren();
    }
    // where lines are missing between, what was before would read as if nothing was
    if (found.missed && !first) list.append(made("li", { class: "gap" }, t("log_gap")));
    const { lines: kept, added, dropped } = extended(lines, found.lines);
    const before = lines.at(-1);
    lines = kept;
    after = found.at;
    for (let gone = 0; gone < dropped; ) {
      const oldest = list.firstElementChild;
      if (!oldest) break;
      if (oldest.classList.contains("line")) gone += 1;
      oldest.remove();
    }
    list.append(...rows(added, before));
    if (follows) toEnd();
    else unseen += added.length;
    tell();
  }

  function tell() {
    news.hidden = unseen === 0;
    news.textContent = counted("log_news", unseen);
    state.textContent = lines.length || after < 0 ? "" : t("log_none");
  }

  function isAtEnd() {
    return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }

  function toEnd() {
    box.scrollTop = box.scrollHeight;
    unseen = 0;
    tell();
  }

  function seen() {
    follows = isAtEnd();
    if (!follows || !unseen) return;
    unseen = 0;
    tell();
  }

  return {
    element,
    show() {
      shown = true;
      if (after < 0) begin();
      else void follow();
      if (follows) toEnd();
    },
    hide() {
      shown = false;
      round += 1;
    },
    linked({ state: link }) {
      if (!shown) return;
      if (link !== "up") state.textContent = t("log_down");
      else void follow();
    },
    key(event) {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return false;
      search.focus();
      return true;
    },
  };
}

/**
 * The rows of lines, with the day above where it is another than that of the line before.
 *
 * @param {Wire.LogLine[]} lines
 * @param {Wire.LogLine | undefined} before
 */
function* rows(lines, before) {
  for (const line of lines) {
    const day = DAY.format(line.at * 1000);
    if (!before || DAY.format(before.at * 1000) !== day) yield made("li", { class: "day" }, day);
    before = line;
    yield row(line);
  }
}

/** @param {Wire.LogLine} line */
function row({ at, level, about, text }) {
  return made(
    "li",
    { class: "line", "data-level": level },
    made("time", {}, CLOCK.format(at * 1000)),
    made("span", { class: "about" }, about),
    made("span", { class: "text" }, GRAVE.has(level) ? made("b", {}, `${t(`log_sign_${level}`)} `) : null, text),
  );
}
