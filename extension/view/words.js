/** What the pages say by themselves: running times and the state of the link. The host words the rest. */

import { t } from "./i18n.js";

/**
 * An elapsed time, as a clock shows it.
 *
 * @param {number} seconds
 */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * A key of at most so many characters, cut where it says least: page and panel are at its end.
 *
 * @param {string} key
 * @param {number} most
 */
export function middle(key, most) {
  if (key.length <= most) return key;
  const begin = Math.floor((most - 1) / 3);
  return `${key.slice(0, begin)}…${key.slice(key.length - (most - 1 - begin))}`;
}

/**
 * The heading above an account's tabs: empty when it is the only one and connected.
 *
 * @param {Wire.AccountStatus} account
 * @param {number} accounts  how many there are
 * @param {string} mine  the browser profile of the page
 */
export function accountInWords({ account, connected, profile }, accounts, mine) {
  if (accounts === 1) return connected ? "" : t("account_alone_away");
  if (profile === mine) return t(connected ? "account_here" : "account_here_away", account);
  return t(connected ? "account_elsewhere" : "account_elsewhere_away", account);
}

/**
 * The link to the Pressrun program: a word for it, what it means, and what to do. A `command` in
 * the advice stands between backquotes.
 *
 * @param {LinkState} link
 */
export function linkInWords({ state, text }) {
  switch (state) {
    case "up":
      return { word: t("link_up"), sentence: "", advice: "" };
    case "missing":
      return { word: t("link_missing"), sentence: t("link_missing_means"), advice: t("link_missing_remedy") };
    case "broken":
      return { word: t("link_broken"), sentence: t("link_broken_means"), advice: t("link_broken_remedy") };
    case "stopped":
      return { word: t("link_stopped"), sentence: t("link_stopped_means"), advice: t("link_stopped_remedy") };
    case "update":
      return { word: t("link_update"), sentence: text, advice: t("link_update_remedy") };
    case "refused":
      return { word: t("link_refused"), sentence: t("link_refused_means"), advice: text };
    case "reconnecting":
      return { word: t("link_reconnecting"), sentence: t("link_reconnecting_means"), advice: text };
  }
}
