/** The lines of the log that a view keeps, without the page. */

/** How many lines the page keeps; the log itself has more. */
export const KEPT = 2_000;

/**
 * Lines of the log with further ones at their end, and no more than are kept.
 *
 * @param {readonly Wire.LogLine[]} known
 * @param {readonly Wire.LogLine[]} more  may begin with some that are known
 * @returns {{ lines: Wire.LogLine[], added: Wire.LogLine[], dropped: number }}
 *   dropped: how many of the known ones, from the oldest on, are no longer kept
 */
export function extended(known, more) {
  const newest = known.at(-1)?.number ?? -1;
  const added = more.filter(({ number }) => number > newest).slice(-KEPT);
  const dropped = Math.max(0, known.length + added.length - KEPT);
  return { lines: [...known.slice(dropped), ...added], added, dropped };
}
