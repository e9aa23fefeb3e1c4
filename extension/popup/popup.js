/** A view of the host's state. It asks, shows, and passes on clicks. */

import { WISH } from "../worker/awake.js";
import { SITE } from "../worker/tabs.js";
import { Client } from "../view/client.js";
import { fill, part, withCommands, withMarks } from "../view/dom.js";
import { accountInWords, elapsed, linkInWords, middle } from "../view/words.js";
import { needing, placeToAct } from "./asking.js";

const COUNT = new Intl.NumberFormat("en");
const WAIT_SECONDS = 20;
/** How many pictures in doubt to list: a popup is at most 600 pixels high. */
const DOUBTS = 3;
/** How many panels of a batch to list that need the author. */
const NEEDS = 3;
/** How much of a key stands beside what a tab is doing. */
const KEY_CHARS = 18;
const AGAIN_MS = 500;
const TICK_MS = 1_000;

const client = new Client(turned);
let links = 0;
let revision = -1;
/** The permanent name of this browser profile. */
let profile = "";
/** How far the host's clock is ahead of ours, in seconds. */
let ahead = 0;

/** @param {LinkState} link */
function turned(link) {
  links += 1;
  show(link);
  if (link.state === "up") void follow();
}

/**
 * Has the host carry out a call.
 *
 * @template {Wire.FromView} M
 * @param {M} method
 * @param {Rpc.ParamsOf<M>} params
 * @returns {Promise<Rpc.ResultOf<M> | null>} null when the host refused, or the link dropped
 */
function ask(method, params) {
  return client.ask(method, params).catch(() => null);
}

/** Shows the status, and again whenever it changes, as long as this link lasts. */
async function follow() {
  const link = links;
  revision = -1;
  // the worker has named it before the link is up
  profile = String((await chrome.storage.local.get("profile"))["profile"]);
  while (link === links) {
    const status = await ask("status", { after: revision, wait: WAIT_SECONDS });
    const asking = status?.batches.some((batch) => batch.asking > 0) ?? false;
    const found = asking ? await ask("doubt.list", {}) : null;
    if (status) render(status, found);
    else await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** @param {LinkState} link */
function show(link) {
  const { word, sentence, advice } = linkInWords(link);
  const sign = part(document, "link");
  sign.textContent = word;
  sign.dataset["state"] = link.state;
  document.body.toggleAttribute("data-stale", link.state !== "up");
  if (link.state === "up") return;
  part(document, "act").hidden = true;
  say(sentence, advice);
}

/**
 * Puts words where screen readers listen, and only new ones.
 *
 * @param {string} sentence
 * @param {string} [advice]
 */
function say(sentence, advice = "") {
  const heard = part(document, "sentence");
  if (heard.textContent !== sentence.replaceAll("`", "")) heard.replaceChildren(...withCommands(sentence));
  part(document, "advice").replaceChildren(...withCommands(advice));
}

/**
 * @param {Wire.Status} status
 * @param {Wire.Doubts | null} doubts  null when none waits for the author
 */
function render(status, doubts) {
  revision = status.revision;
  ahead = status.now - Date.now() / 1000;
  say(withMarks(status.sentence));
  renderAct(placeToAct(status.accounts, profile));
  fill(part(document, "batches"), "batch", status.batches, ({ batch }) => batch, renderBatch);
  renderDoubts(doubts);
  fill(part(document, "accounts"), "account", status.accounts, ({ account }) => account, (card, account) =>
    renderAccount(card, account, status.accounts.length),
  );
  tick();
}

/** @param {ReturnType<typeof placeToAct>} place  where the author has to act */
function renderAct(place) {
  const button = part(document, "act");
  button.hidden = !place;
  if (!place) return;
  button.textContent = place.tab === null ? "Open ChatGPT" : "Show the tab";
  button.onclick = () => void showTab(place.tab);
}

/** @param {number | null} tab  null opens one */
async function showTab(tab) {
  const open = () => chrome.tabs.create({ url: SITE });
  const shown = await (tab === null ? open() : chrome.tabs.update(tab, { active: true }).catch(open));
  if (shown) await chrome.windows.update(shown.windowId, { focused: true });
}

/**
 * @param {HTMLElement} card
 * @param {Wire.BatchStatus} batch
 */
function renderBatch(card, batch) {
  const { name, state, done, total, counts, progress, forecast, obstacle } = batch;
  const resumable = !obstacle || Boolean(batch.stopped_because);
  card.dataset["state"] = state;
  const title = part(card, "name");
  title.textContent = name;
  title.title = batch.source;
  const toggle = /** @type {HTMLButtonElement} */ (part(card, "toggle"));
  toggle.hidden = !resumable || (state !== "running" && state !== "paused");
  toggle.textContent = state === "paused" ? "Resume" : "Pause";
  toggle.ariaLabel = `${toggle.textContent} ${name}`;
  toggle.onclick = () => void choose(toggle, state === "paused" ? "batch.resume" : "batch.pause", batch);
  const bar = part(card, "bar");
  bar.ariaLabel = name;
  bar.ariaValueMax = String(total);
  bar.ariaValueNow = String(done);
  part(card, "fill").style.width = `${total ? (100 * done) / total : 100}%`;
  part(card, "done").textContent = `${COUNT.format(done)} of ${COUNT.format(total)}`;
  part(card, "progress").textContent = progress;
  part(card, "forecast").replaceChildren(...withCommands(withMarks(obstacle ?? forecast)));
  part(card, "counts").replaceChildren(...counts.map(countItem));
  const { shown, more } = needing(batch, NEEDS);
  fill(part(card, "needs"), "need", shown, ({ key }) => key, renderNeed);
  part(card, "rest").replaceChildren(...andMore(more, `pressrun panels --batch ${batch.batch}`));
}

/**
 * @param {HTMLButtonElement} button
 * @param {"batch.pause" | "batch.resume"} method
 * @param {Wire.BatchStatus} batch
 */
async function choose(button, method, { batch }) {
  button.disabled = true;
  await ask(method, { batch });
  button.disabled = false;
}

/**
 * @param {HTMLElement} row
 * @param {Wire.PanelStatus} panel
 */
function renderNeed(row, { key, line, state, reason, advice }) {
  part(row, "key").textContent = key;
  part(row, "line").textContent = line ? `line ${COUNT.format(line)}` : "";
  const why = part(row, "reason");
  why.textContent = why.title = reason ? `${state}: ${reason}` : state;
  part(row, "advice").replaceChildren(...withCommands(withMarks(advice)));
}

/**
 * @param {number} count
 * @param {string} command  the one that lists them all
 */
function andMore(count, command) {
  return count > 0 ? withCommands(`and ${COUNT.format(count)} more: \`${command}\` lists them all`) : [];
}

/** @param {Wire.Doubts | null} found */
function renderDoubts(found) {
  const choices = found?.choices ?? [];
  const doubts = found?.doubts.filter(({ waits }) => waits) ?? [];
  part(document, "asking").hidden = doubts.length === 0;
  fill(part(document, "doubts"), "doubt", doubts.slice(0, DOUBTS), ({ job }) => job, (row, doubt) =>
    renderDoubt(row, doubt, choices),
  );
  part(document, "more").replaceChildren(...andMore(doubts.length - DOUBTS, "pressrun doubt"));
  explain(choices);
}

/**
 * @param {HTMLElement} row
 * @param {Wire.DoubtStatus} doubt
 * @param {Wire.Offer[]} choices
 */
function renderDoubt(row, { job, key, reason }, choices) {
  part(row, "key").textContent = key;
  part(row, "reason").textContent = reason;
  const decide = part(row, "decide");
  if (decide.hasChildNodes()) return;
  decide.replaceChildren(
    ...choices.map(({ choice, label, about }) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: label, title: about });
      button.ariaLabel = `${label}: ${key}`;
      button.onclick = async () => {
        button.disabled = true;
        await ask("doubt.decide", { choice, jobs: [job] });
        button.disabled = false;
      };
      return button;
    }),
  );
}

/**
 * Explains each choice once, so that nobody has to point at it.
 *
 * @param {Wire.Offer[]} choices
 */
function explain(choices) {
  part(document, "choices").replaceChildren(
    ...choices.flatMap(({ label, about }) => {
      const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = label;
      meaning.textContent = about;
      return [term, meaning];
    }),
  );
}

/** @param {Wire.Count} count */
function countItem({ text, wrong }) {
  const item = document.createElement("li");
  item.textContent = text;
  item.classList.toggle("wrong", wrong);
  return item;
}

/**
 * @param {HTMLElement} card
 * @param {Wire.AccountStatus} account
 * @param {number} accounts  how many there are
 */
function renderAccount(card, account, accounts) {
  const { resting } = account;
  // a tab that rests as its account does has nothing to tell
  const tabs = account.tabs.filter(({ key }) => key !== null || !resting);
  const name = accountInWords(account, accounts, profile);
  part(card, "name").textContent = name;
  // why the only account rests is what the sentence above says
  part(card, "resting").textContent = accounts === 1 ? "" : resting;
  card.hidden = !name && tabs.length === 0;
  fill(part(card, "tabs"), "tab", tabs, ({ tab }) => tab, renderTab);
}

/**
 * @param {HTMLElement} row
 * @param {Wire.TabStatus} tab
 */
function renderTab(row, { doing, key, since }) {
  const what = part(row, "doing");
  what.textContent = what.title = doing;
  const place = part(row, "key");
  place.textContent = middle(key ?? "", KEY_CHARS);
  place.title = key ?? "";
  part(row, "since").dataset["since"] = String(since);
}

/** Updates the elapsed times. */
function tick() {
  const now = Date.now() / 1000 + ahead;
  for (const time of document.querySelectorAll("time")) {
    time.textContent = elapsed(now - Number(time.dataset["since"]));
  }
}

/** Whether to keep this machine awake; the worker hears of it through the storage. */
async function offerAwake() {
  const box = /** @type {HTMLInputElement} */ (part(document, "awake"));
  box.checked = (await chrome.storage.local.get({ [WISH]: true }))[WISH] === true;
  box.addEventListener("change", () => void chrome.storage.local.set({ [WISH]: box.checked }));
}

void offerAwake();
setInterval(tick, TICK_MS);
