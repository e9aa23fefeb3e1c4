/**
 * Worker tabs: pages of the site in Pressrun's tab group. What is in that group is Pressrun's, and
 * nothing else is ever touched.
 */

import { Code } from "./protocol.js";
import { CallError } from "./rpc.js";

export const SITE = "https://chatgpt.com";
const GROUP = "Pressrun";
const COLOUR = "orange";
const WINDOW = Object.freeze({ width: 1100, height: 820 });

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * One thing after the other: two tabs that open at once must not each open a window.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function inTurn(work) {
  const done = last.then(work);
  last = done.catch(() => undefined);
  return done;
}

/**
 * Opens a worker tab in the background. The host has to know the tab before its content script
 * speaks, so `opened` sends the answer while the tab is still blank.
 *
 * @param {string} url
 * @param {(answer: Wire.TabOpened) => void} opened
 * @returns {Promise<void>}
 */
export function open(url, opened) {
  onSite(url);
  return inTurn(async () => {
    const [group] = await chrome.tabGroups.query({ title: GROUP });
    const tab = group ? await add(group) : await begin();
    await take([tab]);
    opened({ tab });
    // settled only when the site has answered; the next tab need not wait for that
    void chrome.tabs.update(tab, { url }).catch(() => undefined);
  });
}

/**
 * Every worker tab, including those of an earlier run of the host, the extension or the browser: the
 * host decides what becomes of them.
 *
 * @returns {Promise<Wire.TabList>}
 */
export function list() {
  return inTurn(async () => {
    const groups = await chrome.tabGroups.query({ title: GROUP });
    const found = await Promise.all(groups.map(({ id }) => chrome.tabs.query({ groupId: id })));
    const tabs = found.flat().map(idOf);
    await take(tabs);
    return { tabs };
  });
}

/**
 * @param {number} tab
 * @param {string} url
 * @returns {Promise<Wire.Nothing>}
 */
export async function go(tab, url) {
  onSite(url);
  await mustBeOurs(tab);
  await chrome.tabs.update(tab, { url });
  return {};
}

/**
 * @param {number} tab
 * @returns {Promise<Wire.Nothing>}
 */
export function close(tab) {
  return inTurn(async () => {
    await mustBeOurs(tab);
    await forget(tab);
    await chrome.tabs.remove(tab);
    return {};
  });
}

/**
 * Brings a tab and its window before all others; where it is gone, or none is named, the site is opened.
 *
 * @param {number | null} tab
 */
export async function showTab(tab) {
  const open = () => chrome.tabs.create({ url: SITE });
  const shown = await (tab === null ? open() : chrome.tabs.update(tab, { active: true }).catch(open));
  if (shown) await chrome.windows.update(shown.windowId, { focused: true });
}

/** @type {Set<number>} */
const beingTold = new Set();

/**
 * Tells of every tab that is no longer a worker tab, and forgets it once that was heard. The telling
 * is not done in turn: whoever hears of it may want to open another tab at once.
 *
 * @param {(gone: Wire.TabGone) => Promise<unknown>} tell
 */
export async function sweep(tell) {
  const gone = (await inTurn(fates)).filter(({ tab }) => !beingTold.has(tab));
  gone.forEach(({ tab }) => beingTold.add(tab));
  try {
    await Promise.all(gone.map(tell));
    for (const { tab } of gone) await inTurn(() => forget(tab));
  } finally {
    gone.forEach(({ tab }) => beingTold.delete(tab));
  }
}

/** @returns {Promise<Wire.TabGone[]>} */
async function fates() {
  const tabs = await remembered();
  const whys = await Promise.all(tabs.map(fate));
  return tabs.flatMap((tab, place) => (whys[place] ? [{ tab, why: whys[place] }] : []));
}

/**
 * Why a tab is no longer a worker tab, or null while it is one.
 *
 * @param {number} id
 */
async function fate(id) {
  const tab = await chrome.tabs.get(id).catch(() => null);
  if (!tab) return "the tab was closed";
  if (!(await grouped(tab))) return `the tab was taken out of the ${GROUP} group`;
  if (tab.status === "unloaded") {
    await chrome.tabs.remove(id);
    return "the tab's page crashed or was unloaded";
  }
  const shown = tab.pendingUrl || tab.url;
  if (tab.status === "loading" || shown?.startsWith(`${SITE}/`)) return null;
  // the author uses it for something else, so it is theirs
  await chrome.tabs.ungroup(id);
  return "the tab shows another site";
}

/** @param {number} id */
async function mustBeOurs(id) {
  const tab = await chrome.tabs.get(id).catch(() => null);
  if (!tab) throw new CallError(Code.TAB_GONE, "there is no such tab");
  if (!(await grouped(tab))) throw new CallError(Code.NOT_ALLOWED, `the tab is not in the ${GROUP} group`);
}

/** @param {chrome.tabs.Tab} tab */
async function grouped({ groupId }) {
  const groups = await chrome.tabGroups.query({ title: GROUP });
  return groups.some((group) => group.id === groupId);
}

/** @param {string} url */
function onSite(url) {
  if (!URL.canParse(url) || new URL(url).origin !== SITE) {
    throw new CallError(Code.NOT_ALLOWED, `only pages of ${SITE} may be opened`);
  }
}

/** @param {chrome.tabGroups.TabGroup} group */
async function add(group) {
  const tab = idOf(await chrome.tabs.create({ windowId: group.windowId, active: false, url: "about:blank" }));
  await chrome.tabs.group({ tabIds: [tab], groupId: group.id });
  return tab;
}

/** The first tab of a new window and group. */
async function begin() {
  const window = await chrome.windows.create({ ...WINDOW, url: "about:blank", focused: false });
  const [first] = window?.tabs ?? [];
  if (!first) throw new CallError(Code.INTERNAL, "the browser opened no window");
  const tab = idOf(first);
  const group = await chrome.tabs.group({
    tabIds: [tab],
    createProperties: { windowId: first.windowId },
  });
  await chrome.tabGroups.update(group, { title: GROUP, color: COLOUR });
  return tab;
}

/** @param {chrome.tabs.Tab} tab */
function idOf({ id }) {
  if (id === undefined) throw new CallError(Code.INTERNAL, "the browser gave the tab no id");
  return id;
}

/** Tab ids are valid for one run of the browser, as is the session storage. */
async function remembered() {
  const { workers } = await chrome.storage.session.get({ workers: [] });
  return /** @type {number[]} */ (workers);
}

/** @param {number[]} workers */
const remember = (workers) => chrome.storage.session.set({ workers });

/**
 * Makes tabs worker tabs.
 *
 * @param {number[]} tabs
 */
async function take(tabs) {
  await Promise.all(tabs.map((tab) => chrome.tabs.update(tab, { autoDiscardable: false })));
  await remember([...new Set([...(await remembered()), ...tabs])]);
}

/** @param {number} tab */
const forget = async (tab) => remember((await remembered()).filter((id) => id !== tab));
