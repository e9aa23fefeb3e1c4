/**
 * Whether this machine may sleep: not while the host has pictures made, where the author wishes so.
 * The screen may go dark. Chrome keeps the request over the worker's lives, so that each begins by
 * letting it go: https://developer.chrome.com/docs/extensions/reference/api/power
 */

/** The name of the author's wish in `storage.local`; without one, it is to be kept awake. */
export const WISH = "awake";

let wanted = false;

/**
 * The host has pictures made from now on, or no longer.
 *
 * @param {boolean} on
 * @returns {Promise<Wire.Nothing>}
 */
export async function keepAwake(on) {
  wanted = on;
  await settle();
  return {};
}

/** Does what is wanted and wished at this moment. */
export async function settle() {
  const wish = (await chrome.storage.local.get({ [WISH]: true }))[WISH] === true;
  if (wanted && wish) chrome.power.requestKeepAwake("system");
  else chrome.power.releaseKeepAwake();
}
