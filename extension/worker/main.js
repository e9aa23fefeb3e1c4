/** Every listener of the service worker, registered before anything else can happen. */

import { keepAwake, settle, WISH } from "./awake.js";
import { showBadge, showLink } from "./badge.js";
import { Host } from "./host.js";
import * as notices from "./notices.js";
import { Code } from "./protocol.js";
import * as rpc from "./rpc.js";
import { openStudio } from "./studio.js";
import { Switchboard } from "./switchboard.js";
import * as tabs from "./tabs.js";

/** Longer than the 30 s after which Chrome ends an idle worker, so that it can end. */
const WAKE_MINUTES = 1;

/** The folders of the pages that people look at. */
const VIEWS = ["popup/", "studio/"];

const host = new Host({
  take: (message) => switchboard.fromHost(message),
  changed: linkChanged,
  watched: () => switchboard.watched,
});
const switchboard = new Switchboard({
  toHost: (message) => host.send(message),
  toWorker: (request) => void serve(request),
  link: () => host.link,
});

chrome.runtime.onConnect.addListener(connected);
chrome.runtime.onInstalled.addListener(() => host.connect());
chrome.runtime.onStartup.addListener(() => host.connect());
chrome.alarms.onAlarm.addListener(() => host.connect());
chrome.tabs.onRemoved.addListener(sweep);
chrome.tabs.onReplaced.addListener(sweep);
chrome.tabs.onUpdated.addListener((_, { groupId, status }, tab) => {
  const grouped = tab.groupId !== chrome.tabGroups.TAB_GROUP_ID_NONE;
  if (groupId !== undefined || (grouped && status === "complete")) sweep();
});
chrome.tabGroups.onUpdated.addListener(sweep);
chrome.notifications.onClicked.addListener((id) => void notices.follow(id).catch(() => undefined));
chrome.storage.onChanged.addListener((changed, area) => {
  if (area === "local" && WISH in changed) void settle();
});
void chrome.alarms.create("wake", { periodInMinutes: WAKE_MINUTES });
void settle();
host.connect();

/** @param {chrome.runtime.Port} port */
function connected(port) {
  const { id, tab, url = "", frameId, documentId, documentLifecycle } = port.sender ?? {};
  if (id !== chrome.runtime.id) return port.disconnect();
  if (port.name === "view" && VIEWS.some((folder) => url.startsWith(chrome.runtime.getURL(folder)))) {
    host.connect();
    return switchboard.addView(port);
  }
  const shown = frameId === 0 && documentLifecycle === "active";
  if (port.name !== "page" || !shown || tab?.id === undefined || !documentId) return port.disconnect();
  return switchboard.addPage(port, { tab: tab.id, document: documentId, left: sweep });
}

function linkChanged() {
  switchboard.linkChanged();
  void showLink(host.link).catch(() => undefined);
  // a host that is gone makes nothing; one that comes back says so again
  if (!host.up) void keepAwake(false);
  sweep();
}

/** A tab may be gone; the host has to hear of it, now or when it is back. */
function sweep() {
  if (!host.up) return;
  void tabs
    .sweep(async (gone) => {
      switchboard.dismiss(gone.tab);
      await host.call("tab.gone", gone);
    })
    .catch(() => undefined);
}

/**
 * Carries out one of the host's calls; it answers, or returns the answer.
 *
 * @template {Wire.ToWorker} M
 * @typedef {(params: Rpc.ParamsOf<M>, answer: (value: Rpc.ResultOf<M>) => void) => Promise<Rpc.ResultOf<M> | void>} Work
 */

/** @type {{ [M in Wire.ToWorker]: Work<M> }} */
const SERVED = {
  "tab.open": ({ url }, answer) => tabs.open(url, answer),
  "tab.list": () => tabs.list(),
  "tab.go": ({ tab, url }) => tabs.go(tab, url),
  "tab.close": ({ tab }) => tabs.close(tab),
  "browser.awake": ({ on }) => keepAwake(on),
  "badge.show": showBadge,
  "notice.show": notices.showNotice,
  "view.open": openStudio,
};

/** @param {Rpc.Request} request */
async function serve({ id, method, params }) {
  const answer = (/** @type {object} */ value) => host.send(rpc.result(id, value));
  try {
    if (!Object.hasOwn(SERVED, method)) throw new rpc.CallError(Code.UNKNOWN_METHOD, `the extension does not know the call ${method}`);
    const work = SERVED[/** @type {Wire.ToWorker} */ (method)];
    const value = await work(/** @type {never} */ (params), answer);
    if (value) answer(value);
  } catch (error) {
    host.send(rpc.failureOf(id, error));
  }
}
