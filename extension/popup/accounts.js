/** The accounts and their tabs: what each does, at which panel, and since when. */

import { fill, part } from "../view/dom.js";
import { accountInWords, elapsed } from "../view/words.js";
import { showKey } from "./batches.js";

/** How much of a key stands beside what a tab is doing. */
const KEY_CHARS = 18;

/**
 * @param {HTMLElement} card
 * @param {Wire.AccountStatus} account
 * @param {number} accounts  how many there are
 * @param {string} profile  the browser profile of the popup
 */
export function drawAccount(card, account, accounts, profile) {
  const { resting } = account;
  // a tab that rests as its account does has nothing to tell
  const tabs = account.tabs.filter(({ key }) => key !== null || !resting);
  const name = accountInWords(account, accounts, profile);
  part(card, "name").textContent = name;
  // why the only account rests is what the sentence above says
  part(card, "resting").textContent = accounts === 1 ? "" : resting;
  card.hidden = !name && tabs.length === 0;
  fill(part(card, "tabs"), "tab", tabs, ({ tab }) => tab, drawTab);
}

/**
 * @param {HTMLElement} row
 * @param {Wire.TabStatus} tab
 */
function drawTab(row, { doing, key, since }) {
  const what = part(row, "doing");
  what.textContent = what.title = doing;
  showKey(part(row, "key"), key ?? "", KEY_CHARS);
  part(row, "since").dataset["since"] = String(since);
}

/**
 * Brings the elapsed times up to date.
 *
 * @param {number} now  by the host's clock, in seconds
 */
export function tick(now) {
  for (const time of document.querySelectorAll("time")) {
    time.textContent = elapsed(now - Number(time.dataset["since"]));
  }
}
