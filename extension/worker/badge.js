/** What the extension's icon tells: how many pictures are left, or that the author is needed. */

/**
 * @param {Wire.BadgeShow} badge
 * @returns {Promise<Wire.Nothing>}
 */
export async function showBadge({ text, title }) {
  await Promise.all([chrome.action.setBadgeText({ text: text ?? "" }), chrome.action.setTitle({ title })]);
  return {};
}
