/**
 * Notifications of the system, each kind of which the author can switch off. The host tells each
 * event once; what a click shows is kept here, as the worker may be another one by then.
 */

import { counted, number, t } from "../view/i18n.js";
import { openStudio } from "./studio.js";
import { showTab } from "./tabs.js";

/** The name of the author's choices in `storage.local`; by default each kind is shown. */
export const WISHES = "notices";

/** @type {Wire.NoticeKind[]} */
export const KINDS = ["first", "ended", "stopped", "needs-you"];

/** Where the places are kept that notifications lead to, in `storage.session`: tab ids hold as long. */
const PLACES = "noticed";
/** Of how many notifications it is known where they lead. */
const KEPT = 32;

/**
 * Which kinds the author wishes for.
 *
 * @returns {Promise<Record<Wire.NoticeKind, boolean>>}
 */
export async function wished() {
  const kept = (await chrome.storage.local.get({ [WISHES]: {} }))[WISHES];
  const choices = /** @type {Record<string, unknown>} */ (kept ?? {});
  return /** @type {Record<Wire.NoticeKind, boolean>} */ (
    Object.fromEntries(KINDS.map((kind) => [kind, choices[kind] !== false]))
  );
}

/**
 * @param {Wire.NoticeShow} notice
 * @returns {Promise<Wire.Nothing>}
 */
export async function showNotice({ id, kind, title, says, text = "", tab = null, library = null, key = null }) {
  if (!(await wished())[kind]) return {};
  const known = (await places()).filter((place) => place.id !== id);
  await chrome.storage.session.set({ [PLACES]: [...known, { id, tab, library, key }].slice(-KEPT) });
  await chrome.notifications.create(id, {
    type: "basic",
    iconUrl: chrome.runtime.getURL("icons/128.png"),
    title: inWords(title),
    message: [...says.map(inWords), text].filter(Boolean).join(". "),
    requireInteraction: kind === "needs-you",
  });
  return {};
}

/** @param {Wire.NoticeWords} said */
function inWords({ words, figures = [], names = [] }) {
  const [first, ...others] = figures;
  if (first === undefined) return t(`told_${words}`, ...names);
  return counted(`told_${words}`, first, ...others.map(number), ...names);
}

/**
 * A click: shows the tab that needs the author, or else the studio.
 *
 * @param {string} id
 */
export async function follow(id) {
  const place = (await places()).find((each) => each.id === id);
  await chrome.notifications.clear(id);
  if (place?.tab != null) await showTab(place.tab);
  else await openStudio({ library: place?.library ?? null, key: place?.key ?? null });
}

/** @typedef {{ id: string, tab: number | null, library: string | null, key: string | null }} Place */

/** @returns {Promise<Place[]>} */
async function places() {
  const kept = (await chrome.storage.session.get({ [PLACES]: [] }))[PLACES];
  return /** @type {Place[]} */ (kept);
}
