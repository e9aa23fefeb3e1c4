/** Where the parts of an account's plot stand, without a page: bars of what was sent, rests, and tabs. */

const DAY = 86_400;

/** The spans that an author chooses from, and in how many parts each is told. */
export const SPANS = /** @type {const} */ ({
  day: { seconds: DAY, parts: 48, step: 4 * 3_600 },
  week: { seconds: 7 * DAY, parts: 84, step: DAY },
  month: { seconds: 30 * DAY, parts: 60, step: 5 * DAY },
});

/** @typedef {keyof typeof SPANS} SpanName */

/**
 * @typedef {object} Frame
 * @property {number} width
 * @property {number} height  of the upper part, for what was sent
 * @property {number} below  of the lower part, for the tabs
 */

/**
 * @typedef {object} Bar
 * @property {number} part  its place in the history
 * @property {number} x
 * @property {number} width
 * @property {number} sent  top of all that was sent
 * @property {number} made  top of what brought a picture
 */

/**
 * When a span ends that is told up to now: the parts begin and end at whole steps of local time.
 *
 * @param {number} now
 * @param {number} length  of a part, in seconds
 */
export function endOf(now, length) {
  const tomorrow = new Date(now * 1000);
  tomorrow.setHours(24, 0, 0, 0);
  const midnight = tomorrow.getTime() / 1000;
  return midnight - Math.floor((midnight - now) / length) * length;
}

/**
 * The least of 1, 2, 4, 5, 10, 20, 40, 50 … that is not below a number.
 *
 * @param {number} most
 */
export function roundUp(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= most) ?? 10 * power;
}

/**
 * Where everything stands.
 *
 * @param {Wire.AccountHistory} history
 * @param {Frame} frame
 * @param {number | null} ceiling  the most pictures an hour that the author allows
 */
export function plotted(history, { width, height, below }, ceiling) {
  const { begin, seconds, parts } = history;
  const length = seconds * parts.length;
  const x = (/** @type {number} */ at) => (Math.min(Math.max(at - begin, 0), length) / length) * width;
  const allowed = ceiling === null ? null : (ceiling * seconds) / 3_600;
  const most = Math.max(...parts.map(({ sends }) => sends), 0);
  // a ceiling far above everything that was sent would press the bars flat
  const top = roundUp(allowed !== null && allowed <= 2 * most ? Math.max(most, allowed) : most);
  const y = (/** @type {number} */ count) => height - (Math.min(count, top) / top) * height;
  const tabs = Math.max(1, ...parts.map((part) => part.tabs));
  const step = width / parts.length;
  return {
    top,
    tabs,
    ceiling: allowed !== null && allowed <= top ? y(allowed) : null,
    bars: parts.flatMap(({ sends, pictures }, part) =>
      sends ? [{ part, x: part * step + step * 0.1, width: step * 0.8, sent: y(sends), made: y(pictures) }] : [],
    ),
    rests: restsOf(history).map(({ at, until }) => ({ x: x(at), width: Math.max(1, x(until) - x(at)) })),
    limits: history.limits.filter(({ at }) => at >= begin).map((limit) => ({ x: x(limit.at), limit })),
    line: stairs(parts.map((part) => below - (part.tabs / tabs) * below), step),
  };
}

/**
 * When an account rested: what overlaps is one rest. The oldest first.
 *
 * @param {Wire.AccountHistory} history
 */
export function restsOf({ limits, begin, seconds, parts }) {
  const end = begin + seconds * parts.length;
  /** @type {{ at: number, until: number }[]} */
  const found = [];
  for (const { at, until } of [...limits].sort((one, other) => one.at - other.at)) {
    const last = found.at(-1);
    if (last && at <= last.until) last.until = Math.max(last.until, until);
    else found.push({ at, until });
  }
  return found
    .map(({ at, until }) => ({ at: Math.max(at, begin), until: Math.min(until, end) }))
    .filter(({ at, until }) => until > at);
}

/**
 * The path of a line that goes in steps from left to right.
 *
 * @param {number[]} heights
 * @param {number} step
 */
export function stairs(heights, step) {
  return heights
    .map((height, place) => `${place ? "V" : "M0 "}${round(height)}H${round((place + 1) * step)}`)
    .join("");
}

/**
 * The moments at which the axis of time has marks: whole steps of local time.
 *
 * @param {number} begin
 * @param {number} end
 * @param {number} step  in seconds
 */
export function ticksOf(begin, end, step) {
  const found = [];
  const first = new Date(begin * 1000);
  first.setHours(0, 0, 0, 0);
  for (let number = 0; ; number += 1) {
    // a day of 23 or 25 hours moves no mark away from the whole hour
    const at = new Date(first);
    if (step % DAY) at.setHours(0, 0, number * step, 0);
    else at.setDate(first.getDate() + (number * step) / DAY);
    const seconds = at.getTime() / 1000;
    if (seconds > end) return found;
    if (seconds >= begin) found.push(seconds);
  }
}

/**
 * The rows of the table beside the plot: the parts in which something was sent, or that began or ended a rest.
 *
 * @param {Wire.AccountHistory} history
 */
export function rowsOf({ begin, seconds, parts }) {
  return parts
    .map((part, place) => ({ at: begin + place * seconds, ...part }))
    .filter(({ sends, tabs }, place) => sends > 0 || tabs !== (parts[place - 1]?.tabs ?? tabs));
}

/** @param {Wire.AccountHistory} history */
export function sumOf({ parts, limits, begin }) {
  return {
    sends: parts.reduce((sum, part) => sum + part.sends, 0),
    pictures: parts.reduce((sum, part) => sum + part.pictures, 0),
    limits: limits.filter(({ at }) => at >= begin).length,
  };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
