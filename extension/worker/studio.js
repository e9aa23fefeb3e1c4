/** The studio's page: one is enough. */

const PAGE = "studio/studio.html";

/**
 * Opens the studio, or brings it to the front where it is open. A place that is named is gone to.
 *
 * @param {Wire.ViewOpen} wanted
 * @returns {Promise<Wire.ViewOpened>}
 */
export async function openStudio({ library, key }) {
  const page = chrome.runtime.getURL(PAGE);
  const place = new URLSearchParams({ ...(library && { library }), ...(key && { key }) });
  const address = `${page}${place.size ? `#${place}` : ""}`;
  const open = await chrome.runtime.getContexts({ contextTypes: ["TAB"] });
  const found = open.find(({ documentUrl = "" }) => documentUrl.split("#")[0] === page);
  const shown = found
    ? await chrome.tabs.update(found.tabId, { active: true, ...(place.size && { url: address }) })
    : await chrome.tabs.create({ url: address });
  if (shown) await chrome.windows.update(shown.windowId, { focused: true });
  return { address: place.size ? address : (found?.documentUrl ?? address) };
}
