/** Notifications of the system, each kind of which the author can switch off. */

/**
 * @param {Wire.NoticeShow} notice
 * @returns {Promise<Wire.Nothing>}
 */
export async function showNotice({ id, title, text }) {
  await chrome.notifications.create(id, {
    type: "basic",
    iconUrl: chrome.runtime.getURL("icons/128.png"),
    title,
    message: text,
  });
  return {};
}
