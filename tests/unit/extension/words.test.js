/** What the pages say by themselves. */

import assert from "node:assert/strict";
import test from "node:test";

import { i18n } from "./english.js";
import { accountInWords, elapsed, linkInWords, middle } from "../../../extension/view/words.js";

globalThis.chrome = { i18n };

test("elapsed time reads like a clock and is never negative", () => {
  assert.deepEqual([-5, 3, 62, 3_723].map(elapsed), ["0:00", "0:03", "1:02", "1:02:03"]);
});

test("a long key is cut where it says least", () => {
  assert.equal(middle("ch01/p003/panel-2", 18), "ch01/p003/panel-2");
  assert.equal(middle("the-lighthouse/chapter-01/page-012/panel-3", 18), "the-l…-012/panel-3");
});

test("one account that is connected needs no name", () => {
  const account = { account: "3", profile: "mine", connected: true, tabs: [], resting: null, resting_until: null };
  assert.equal(accountInWords(account, 1, "mine"), "");
  assert.equal(accountInWords(account, 2, "mine"), "Account 3");
  assert.equal(accountInWords(account, 2, "other"), "Account 3, in another browser profile");
  assert.equal(accountInWords({ ...account, connected: false }, 1, "mine"), "The browser is not connected");
  assert.equal(accountInWords({ ...account, connected: false }, 2, "mine"), "Account 3, not connected");
});

test("every state of the link has a word, and a program that is not there has a remedy", () => {
  for (const state of ["up", "reconnecting", "missing", "broken", "stopped", "update", "refused"]) {
    assert.ok(linkInWords({ state, text: "why" }).word);
  }
  assert.match(linkInWords({ state: "missing", text: "" }).advice, /`pressrun install`/);
  assert.match(linkInWords({ state: "broken", text: "" }).advice, /`pressrun install`/);
  assert.match(linkInWords({ state: "stopped", text: "" }).advice, /`pressrun host start`/);
});
