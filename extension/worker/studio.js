/** The studio's page. */

const PAGE = "studio/studio.html";

/**
 * Opens the studio, or brings it to the front.
 *
 * @param {Wire.ViewOpen} wanted
 * @returns {Promise<Wire.ViewOpened>}
 */
export async function openStudio({ library, key }) {
  const place = new URLSearchParams({ ...(library && { library }), ...(key && { key }) });
  const address = `${chrome.runtime.getURL(PAGE)}${place.size ? `#${place}` : ""}`;
  await chrome.tabs.create({ url: address });
  return { address };
}
