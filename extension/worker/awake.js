/**
 * Keeps this machine awake while pictures are made, if the author wants that. The screen may turn
 * off. Chrome keeps the request when the worker ends, so a new worker begins by releasing it: https://developer.chrome.com/docs/extensions/reference/api/power
 */

/** The name of the author's choice in `storage.local`; by default the machine is kept awake. */
export const WISH = "awake";

let wanted = false;

/**
 * The host starts to make pictures, or stops.
 *
 * @param {boolean} on
 * @returns {Promise<Wire.Nothing>}
 */
export async function keepAwake(on) {
  wanted = on;
  await settle();
  return {};
}

/** Asks Chrome for what is wanted now. */
export async function settle() {
  const wish = (await chrome.storage.local.get({ [WISH]: true }))[WISH] === true;
  if (wanted && wish) chrome.power.requestKeepAwake("system");
  else chrome.power.releaseKeepAwake();
}
