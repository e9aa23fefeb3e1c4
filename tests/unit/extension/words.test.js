/** What the popup says. */

import assert from "node:assert/strict";
import test from "node:test";

import {
  accountInWords,
  counts,
  duration,
  elapsed,
  forecast,
  linkInWords,
  number,
  outlook,
  pace,
} from "../../../extension/popup/words.js";

const BATCH = {
  state: "running",
  per_minute: null,
  seconds_left: null,
  made_before: 0,
  working: 0,
  waiting: 0,
  doubt: 0,
  asking: 0,
  failed: 0,
  refused: 0,
  cancelled: 0,
};

test("durations name the two units that matter", () => {
  const said = [0, 29, 60, 3_599, 3_600, 5_400, 86_400, 90_000, 200_000].map(duration);
  assert.deepEqual(said, [
    "less than a minute",
    "less than a minute",
    "1 min",
    "1 h",
    "1 h",
    "1 h 30 min",
    "1 day",
    "1 day 1 h",
    "2 days 7 h",
  ]);
});

test("elapsed time reads like a clock and is never negative", () => {
  assert.deepEqual([-5, 3, 62, 3_723].map(elapsed), ["0:00", "0:03", "1:02", "1:02:03"]);
});

test("a slow pace is told by the hour", () => {
  assert.deepEqual([2.34, 1, 0.3].map(pace), ["2.3 a minute", "1.0 a minute", "18 an hour"]);
  assert.equal(number(12_345), "12,345");
});

test("an outlook says what is known", () => {
  assert.equal(outlook(BATCH), "");
  assert.equal(outlook({ ...BATCH, per_minute: 2, seconds_left: 600 }), "2.0 a minute, 10 min left");
  assert.equal(outlook({ ...BATCH, state: "paused", per_minute: 2 }), "paused");
});

test("a forecast is a range and what decides it, while the batch runs", () => {
  const sentence = "The site's own time decides: 47 s a picture, in 2 tabs";
  const found = { shortest: 3_000, likely: 3_600, longest: 7_200, sentence };
  assert.equal(forecast({ ...BATCH, outlook: found }), `50 min to 2 h left. ${sentence}.`);
  const close = { ...found, shortest: 20, longest: 25 };
  assert.equal(forecast({ ...BATCH, outlook: close }), `Less than a minute left. ${sentence}.`);
  assert.equal(forecast({ ...BATCH, outlook: null }), "");
  assert.equal(forecast({ ...BATCH, state: "paused", outlook: found }), "");
});

test("only counts that are not zero are told", () => {
  assert.deepEqual(counts(BATCH), []);
  assert.deepEqual(counts({ ...BATCH, waiting: 1_764, held: 12, doubt: 3, asking: 1 }), [
    { text: "1,764 waiting", wrong: false },
    { text: "12 waiting for your approval of others", wrong: true },
    { text: "2 in doubt", wrong: false },
    { text: "1 waiting for you", wrong: true },
  ]);
});

test("one account that is connected needs no name", () => {
  const account = { account: "3", connected: true, tabs: [], resting: null, resting_until: null };
  assert.equal(accountInWords(account, 1), "");
  assert.equal(accountInWords(account, 2), "Account 3");
  assert.equal(accountInWords({ ...account, connected: false }, 1), "The browser is not connected");
  assert.equal(accountInWords({ ...account, connected: false }, 2), "Account 3, not connected");
});

test("every state of the link has a word, and a program that is not there has a remedy", () => {
  for (const state of ["up", "reconnecting", "missing", "stopped", "update", "refused"]) {
    assert.ok(linkInWords({ state, text: "why" }).word);
  }
  assert.match(linkInWords({ state: "missing", text: "" }).advice, /`pressrun install`/);
  assert.match(linkInWords({ state: "stopped", text: "" }).advice, /`pressrun host start`/);
});
