/** Where the author has to act, and what needs the author. */

/**
 * The tab in which the author has to do something, for the popup of a browser profile.
 *
 * @param {Wire.AccountStatus[]} accounts
 * @param {string} profile  the popup's own: it can show no tab of another
 * @returns {{ tab: number | null } | null} a tab of null when none is open at the moment
 */
export function placeToAct(accounts, profile) {
  const account = accounts.find((each) => each.profile === profile && each.connected && each.asks);
  if (!account) return null;
  const tab = account.tabs.find(({ key }) => key === null) ?? account.tabs[0];
  return { tab: tab?.tab ?? null };
}

/**
 * The panels of a batch that need the author, but for those in doubt, which have buttons of their own.
 *
 * @param {Wire.BatchStatus} batch
 * @param {number} most  how many to show
 * @returns {{ shown: Wire.PanelStatus[], more: number }} and how many more there are
 */
export function needing({ needs = [], failed, refused }, most) {
  const shown = needs.filter(({ state }) => state !== "doubt").slice(0, most);
  return { shown, more: needs.length ? failed + refused - shown.length : 0 };
}

/**
 * The batches as the popup shows them: what goes on first, then the newest.
 *
 * @param {Wire.BatchStatus[]} batches  newest first
 */
export function ordered(batches) {
  const open = batches.filter(({ state }) => state === "running" || state === "paused");
  return [...open, ...batches.filter((batch) => !open.includes(batch))];
}

/**
 * What the studio and the folder are opened at: the library of what goes on, and the picture that
 * waits for the author.
 *
 * @param {Wire.BatchStatus[]} batches  newest first
 * @returns {{ library: string | null, key: string | null }} a library of null where nothing was ever made
 */
export function placeToLook(batches) {
  const batch = batches.find(({ approval }) => approval) ?? ordered(batches)[0];
  return { library: batch?.library ?? null, key: batch?.approval?.key ?? null };
}
