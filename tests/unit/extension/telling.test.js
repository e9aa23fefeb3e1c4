/** What is told of a panel and its takes, in words. */

import assert from "node:assert/strict";
import test from "node:test";

import { i18n } from "./english.js";

globalThis.chrome = { i18n };
const { flagInWords, moment, reasonInWords, standing, takeInWords } = await import("../../../extension/studio/telling.js");

const take = { number: 2, place: "alternative", approved: false };

test("every state, flag and reason has words of its own", () => {
  const states = ["made", "stale", "waiting", "held", "working", "doubt", "failed", "refused", "left-out", "unlisted"];
  const flags = ["misfit", "outlier", "offered", "asked", "remade", "noted"];
  const told = [
    ...states.map((state) => standing({ state, reviewed: "unreviewed", picture: null })),
    ...flags.map(flagInWords),
    ...["style", "content", "fault"].map(reasonInWords),
  ];
  assert.equal(new Set(told).size, told.length);
  for (const words of told) assert.doesNotMatch(words, /^$|_/);
});

test("the author's word stands before the state, and only where there is a picture", () => {
  assert.equal(standing({ state: "stale", reviewed: "approved", picture: "ab" }), "Approved · Stale");
  assert.equal(standing({ state: "waiting", reviewed: "rejected", picture: null }), "Waiting");
});

test("a take says what it is: the picture, offered, locked, approved, rejected, set aside or gone", () => {
  assert.equal(takeInWords(take), "Take 2");
  assert.equal(takeInWords({ ...take, place: "current", approved: true }), "Take 2, current, approved");
  assert.equal(takeInWords({ ...take, place: "current", approved: true, locked: true }), "Take 2, current, locked");
  assert.equal(takeInWords({ ...take, offered: true }), "Take 2, offered");
  assert.equal(takeInWords({ ...take, rejected: "fault" }), "Take 2, rejected");
  assert.equal(takeInWords({ ...take, place: "quarantine" }), "Take 2, set aside");
  assert.equal(takeInWords({ ...take, place: "gone" }), "Take 2, gone");
});

test("a moment reads like the command line's", () => {
  const at = new Date(2026, 10, 29, 14, 5).getTime() / 1_000;
  assert.equal(moment(at), "2026-11-29 14:05");
});
