/** Which takes of a panel are looked at and compared: plain functions. */

/**
 * The take that is the panel's picture; of a panel without one its newest.
 *
 * @param {readonly Wire.TakeStatus[]} takes
 */
export function current(takes) {
  return takes.find(({ place }) => place === "current") ?? takes.filter(seen).at(-1) ?? null;
}

/**
 * The take that another is compared with unless the author chose one: with the panel's picture, and that with
 * the take that is offered in its place, or else the newest of the others.
 *
 * @param {readonly Wire.TakeStatus[]} takes
 * @param {Wire.TakeStatus | null} looked
 */
export function counterpart(takes, looked) {
  const now = current(takes);
  if (!looked || !now) return null;
  if (looked.number !== now.number) return now;
  const others = takes.filter((take) => take.number !== now.number && seen(take));
  return others.findLast(({ offered }) => offered) ?? others.at(-1) ?? null;
}

/**
 * The take before or after one, among those that can be seen; null at either end.
 *
 * @param {readonly Wire.TakeStatus[]} takes
 * @param {Wire.TakeStatus | null} looked
 * @param {-1 | 1} step
 */
export function beside(takes, looked, step) {
  const visible = takes.filter((take) => seen(take) || take.number === looked?.number);
  const place = visible.findIndex(({ number }) => number === looked?.number);
  return place < 0 ? null : (visible[place + step] ?? null);
}

/**
 * Whether there is a file to look at.
 *
 * @param {Wire.TakeStatus} take
 */
export function seen({ place }) {
  return place !== "gone";
}

/**
 * The neighbours of a panel among those that a grid shows. A panel that a filter no longer shows, as the author
 * just decided about it, has those that now stand around the place where it was.
 *
 * @param {readonly { key: string }[]} shown
 * @param {string} key
 * @param {number} before  where it was last
 * @returns {{ place: number, previous: string | null, next: string | null }} its place, or -1
 */
export function neighbours(shown, key, before) {
  const place = shown[before]?.key === key ? before : shown.findIndex((tile) => tile.key === key);
  const [previous, next] = place < 0 ? [before - 1, before] : [place - 1, place + 1];
  return { place, previous: shown[previous]?.key ?? null, next: shown[next]?.key ?? null };
}
