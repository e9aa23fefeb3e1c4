/** What the extension's icon tells: how many pictures are left, or that the author is needed. */

import { t } from "../view/i18n.js";
import { linkInWords } from "../view/words.js";

const WORKING = "#b84e0b";
const ASKING = "#b3372b";
const WRITING = "#ffffff";

/** Links that only a person can mend. */
const MENDED = new Set(["missing", "broken", "update", "refused"]);

/**
 * @param {Wire.BadgeShow} badge
 * @returns {Promise<Wire.Nothing>}
 */
export async function showBadge({ text, title, asks }) {
  await Promise.all([
    chrome.action.setBadgeText({ text: text ?? "" }),
    chrome.action.setBadgeBackgroundColor({ color: asks ? ASKING : WORKING }),
    chrome.action.setBadgeTextColor({ color: WRITING }),
    chrome.action.setTitle({ title: t("badge_title", title) }),
  ]);
  return {};
}

/**
 * Says on the icon that there is no host. One that is just starting says so itself in a moment, and
 * so does a link that came up.
 *
 * @param {LinkState} link
 */
export async function showLink(link) {
  const asks = MENDED.has(link.state);
  if (asks || link.state === "stopped") {
    await showBadge({ text: asks ? "!" : null, title: linkInWords(link).sentence, asks });
  }
}
