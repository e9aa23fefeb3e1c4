/** The author's own limits in words, and the minutes of their quiet hours. */

import { counted, t } from "../view/i18n.js";

/** @typedef {Pick<Wire.AccountAllowances, "most_tabs" | "most_per_hour" | "quiet_from" | "quiet_until">} Ceilings */

/** @param {Ceilings} ceilings */
export function ceilingsInWords({ most_tabs, most_per_hour, quiet_from, quiet_until }) {
  const told = [
    ...(most_tabs ? [counted("accounts_most_tabs", most_tabs)] : []),
    ...(most_per_hour ? [counted("accounts_most_hour", most_per_hour)] : []),
    ...(quiet_from != null && quiet_until != null ? [t("accounts_quiet", clockOf(quiet_from), clockOf(quiet_until))] : []),
  ];
  return told.join(", ") || t("accounts_no_ceiling");
}

/** How a time of day is typed, as on the command line. */
export const CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9]";

/**
 * A minute of the day as a time of day: 07:05.
 *
 * @param {number} minute
 */
export function clockOf(minute) {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/**
 * The minute of a time of day; null where it is none.
 *
 * @param {string} clock
 */
export function minuteOf(clock) {
  const [, hours, minutes] = /^(\d\d?):(\d\d)$/.exec(clock.trim()) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}
