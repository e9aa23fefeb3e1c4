/** Notifications: each kind as its author wishes, and a click leads to what it tells of. */

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { follow, KINDS, showNotice, wished, WISHES } from "../../../extension/worker/notices.js";
import { i18n } from "./english.js";

const STUDIO = "chrome-extension://pressrun/studio/studio.html";

let asked, local, session, contexts, gone;

const area = (kept) => ({
  get: async (at) => ({ ...at, ...kept() }),
  set: async (values) => void Object.assign(kept(), values),
});

beforeEach(() => {
  [asked, local, session, contexts, gone] = [[], {}, {}, [], new Set()];
  const note = (name) => async (...values) => {
    asked.push([name, ...values]);
    if (name === "tabs.update" && gone.has(values[0])) throw new Error("No tab with id");
    return { windowId: 5 };
  };
  globalThis.chrome = {
    i18n,
    storage: { local: area(() => local), session: area(() => session) },
    runtime: {
      getURL: (path) => `chrome-extension://pressrun/${path}`,
      getContexts: async () => contexts,
    },
    notifications: { create: note("create"), clear: note("clear") },
    tabs: { create: note("tabs.create"), update: note("tabs.update") },
    windows: { update: note("windows.update") },
  };
});

const notice = (more) => ({ id: "n", kind: "ended", title: { words: "waits" }, says: [], text: "Words", ...more });

test("it is told in the extension's own words, with its figures, and then in the host's", async () => {
  const says = [{ words: "made", figures: [1200, 3] }, { words: "refused", figures: [1] }];
  await showNotice(notice({ title: { words: "ended", names: ["<b>book</b>"] }, says }));
  const [[, , { title, message }]] = asked;
  assert.equal(title, "<b>book</b> is done");
  assert.equal(message, "3 of 1,200 pictures made. 1 was refused. Words");
});

test("every kind is shown until its author switches it off", async () => {
  for (const kind of KINDS) await showNotice(notice({ kind }));
  assert.equal(asked.length, KINDS.length);
  local[WISHES] = { ended: false };
  asked = [];
  for (const kind of KINDS) await showNotice(notice({ kind, id: kind }));
  assert.deepEqual(asked.map(([, id]) => id), KINDS.filter((kind) => kind !== "ended"));
});

test("what lies in the storage may be anything, and then every kind is shown", async () => {
  for (const odd of [null, 7, "no", [], { ended: "no" }]) {
    local[WISHES] = odd;
    assert.deepEqual(await wished(), Object.fromEntries(KINDS.map((kind) => [kind, true])), JSON.stringify(odd));
  }
});

test("only what needs the author stays until it is seen", async () => {
  for (const kind of KINDS) await showNotice(notice({ kind }));
  const staying = asked.filter(([, , { requireInteraction }]) => requireInteraction);
  assert.equal(staying.length, 1);
});

test("a click shows the tab that needs the author", async () => {
  await showNotice(notice({ kind: "needs-you", tab: 7 }));
  asked = [];
  await follow("n");
  assert.deepEqual(asked, [
    ["clear", "n"],
    ["tabs.update", 7, { active: true }],
    ["windows.update", 5, { focused: true }],
  ]);
});

test("a tab that is gone by then is opened as the site", async () => {
  await showNotice(notice({ tab: 7 }));
  gone.add(7);
  asked = [];
  await follow("n");
  assert.deepEqual(asked[2], ["tabs.create", { url: "https://chatgpt.com" }]);
});

test("another click shows the picture in the studio, also in that which is open", async () => {
  await showNotice(notice({ library: "/my pictures", key: "ch01/p1" }));
  const address = `${STUDIO}#library=%2Fmy+pictures&key=ch01%2Fp1`;
  asked = [];
  await follow("n");
  assert.deepEqual(asked[1], ["tabs.create", { url: address }]);
  contexts = [{ tabId: 3, documentUrl: "chrome-extension://pressrun/popup/popup.html" }, { tabId: 9, documentUrl: `${STUDIO}#view=log` }];
  asked = [];
  await follow("n");
  assert.deepEqual(asked[1], ["tabs.update", 9, { active: true, url: address }]);
});

test("a notification of which nothing is known any more opens the studio where it was", async () => {
  contexts = [{ tabId: 9, documentUrl: `${STUDIO}#view=log` }];
  await follow("of yesterday");
  assert.deepEqual(asked[1], ["tabs.update", 9, { active: true }]);
});

test("of thousands it is not kept where they led", async () => {
  for (let number = 0; number < 200; number += 1) await showNotice(notice({ id: `n${number}`, tab: number }));
  assert.ok(session.noticed.length <= 32);
  assert.equal(session.noticed.at(-1).tab, 199);
});
