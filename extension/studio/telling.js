/** What is told of a panel and its takes, in words. */

import { t } from "../view/i18n.js";

/** The words for enumerations have hyphens, and names of messages have none. @param {string} word */
const named = (word) => word.replaceAll("-", "_");

/**
 * Where a panel stands and what its author said of it, the most important first.
 *
 * @param {Wire.Tile} tile
 */
export function standing({ state, reviewed, picture }) {
  const word = t(`state_${named(state)}`);
  return picture && reviewed !== "unreviewed" ? `${t(`reviewed_${reviewed}`)} · ${word}` : word;
}

/** @param {Wire.Flag} flag */
export function flagInWords(flag) {
  return t(`flag_${named(flag)}`);
}

/** @param {Wire.Rejected} because */
export function reasonInWords(because) {
  return t(`rejected_${because}`);
}

/**
 * What a take is, in a few words: `2, approved`.
 *
 * @param {Wire.TakeStatus} take
 */
export function takeInWords(take) {
  const signs = takeSigns(take).map((sign) => t(`large_take_${sign}`));
  return [t("large_take", take.number), ...signs].join(", ");
}

/** @typedef {"now" | "offered" | "locked" | "approved" | "rejected" | "quarantine" | "gone"} Sign */

/**
 * @param {Wire.TakeStatus} take
 * @returns {Sign[]} none for an alternative of which nothing was said
 */
export function takeSigns({ place, offered, locked, approved, rejected }) {
  /** @type {Array<[boolean, Sign]>} */
  const signs = [
    [place === "current", "now"],
    [place === "quarantine", "quarantine"],
    [place === "gone", "gone"],
    [offered === true, "offered"],
    [locked === true, "locked"],
    [approved && !locked, "approved"],
    [Boolean(rejected), "rejected"],
  ];
  return signs.filter(([is]) => is).map(([, sign]) => sign);
}

const DAY_AND_TIME = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "short" });

/**
 * A moment as `2026-11-29 14:35`, in the time of this machine.
 *
 * @param {number} at  seconds since 1970
 */
export function moment(at) {
  return DAY_AND_TIME.format(at * 1_000);
}
