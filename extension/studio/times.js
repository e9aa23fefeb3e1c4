/** Moments in words: the day as the browser's language has it, the clock as the host tells it. */

const WHEN = new Intl.DateTimeFormat(chrome.i18n.getUILanguage(), {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

const DATED = new Intl.DateTimeFormat(chrome.i18n.getUILanguage(), { dateStyle: "medium" });

/** So long after a moment its year is told as well, in seconds. */
const YEAR = 300 * 86_400;

/**
 * A day and a time of day; of a moment that is long ago the day and the year.
 *
 * @param {number} at  in seconds since the epoch
 */
export function when(at) {
  return (Date.now() / 1000 - at > YEAR ? DATED : WHEN).format(at * 1000);
}
