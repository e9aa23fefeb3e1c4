/** The batches: how far each is, its button, and the panels of it that need the author. */

import { fill, part } from "../view/dom.js";
import { number, t } from "../view/i18n.js";
import { middle } from "../view/words.js";
import { needing } from "./asking.js";
import { say, tell } from "./told.js";

/** How many panels of a batch to list that need the author. */
const NEEDS = 3;
/** How much of a key stands in a line of its own. */
const KEY_CHARS = 44;

/**
 * @param {HTMLElement} card
 * @param {Wire.BatchStatus} batch
 * @param {string} sentence  what is told above already
 * @param {(method: "batch.pause" | "batch.resume", batch: number) => Promise<unknown>} choose
 */
export function drawBatch(card, batch, sentence, choose) {
  const { name, state, done, total, counts, progress, forecast, obstacle } = batch;
  const resumable = !obstacle || Boolean(batch.stopped_because);
  card.dataset["state"] = state;
  const title = part(card, "name");
  title.textContent = name;
  title.title = batch.source;
  const toggle = /** @type {HTMLButtonElement} */ (part(card, "toggle"));
  toggle.hidden = !resumable || (state !== "running" && state !== "paused");
  toggle.textContent = t(state === "paused" ? "popup_resume" : "popup_pause");
  toggle.ariaLabel = `${toggle.textContent}: ${name}`;
  toggle.onclick = async () => {
    toggle.disabled = true;
    await choose(state === "paused" ? "batch.resume" : "batch.pause", batch.batch);
    toggle.disabled = false;
  };
  const bar = part(card, "bar");
  bar.ariaLabel = name;
  bar.ariaValueMax = String(total);
  bar.ariaValueNow = String(done);
  part(card, "fill").style.width = `${total ? (100 * done) / total : 100}%`;
  part(card, "done").textContent = t("popup_done", number(done), number(total));
  part(card, "progress").textContent = progress;
  const told = obstacle && sentence.toLowerCase().includes(obstacle.toLowerCase());
  tell(part(card, "forecast"), told ? "" : (obstacle ?? forecast));
  part(card, "counts").replaceChildren(...counts.map(countItem));
  const { shown, more } = needing(batch, NEEDS);
  fill(part(card, "needs"), "need", shown, ({ key }) => key, drawNeed);
  say(part(card, "rest"), andMore(more, `pressrun panels --batch ${batch.batch}`));
}

/**
 * @param {number} count
 * @param {string} command  the one that lists them all
 */
export function andMore(count, command) {
  return count > 0 ? t("popup_more", number(count), command) : "";
}

/**
 * A key in a line of its own, cut in the middle; its title has it whole.
 *
 * @param {HTMLElement} element
 * @param {string} key
 * @param {number} [most]  characters
 */
export function showKey(element, key, most = KEY_CHARS) {
  element.textContent = middle(key, most);
  element.title = key;
}

/**
 * @param {HTMLElement} row
 * @param {Wire.PanelStatus} panel
 */
function drawNeed(row, { key, line, state, reason, advice }) {
  showKey(part(row, "key"), key);
  part(row, "line").textContent = line ? t("popup_line", number(line)) : "";
  const why = part(row, "reason");
  why.textContent = why.title = reason ? `${state}: ${reason}` : state;
  tell(part(row, "advice"), advice);
}

/** @param {Wire.Count} count */
function countItem({ text, wrong }) {
  const item = document.createElement("li");
  item.textContent = text;
  item.classList.toggle("wrong", wrong);
  return item;
}
