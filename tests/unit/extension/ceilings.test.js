/** The author's own limits: times of day as the command line takes them. */

import assert from "node:assert/strict";
import test from "node:test";

globalThis.chrome = { i18n: { getMessage: (name, values) => [name, ...values].join(" "), getUILanguage: () => "en" } };
const { CLOCK, ceilingsInWords, clockOf, minuteOf } = await import("../../../extension/studio/ceilings.js");

const NONE = { most_tabs: null, most_per_hour: null, quiet_from: null, quiet_until: null };

test("a minute of the day and its time of day are the same", () => {
  for (const minute of [0, 59, 60, 425, 1_439]) assert.equal(minuteOf(clockOf(minute)), minute);
  assert.equal(minuteOf(" 7:05 "), 425);
  assert.deepEqual(["", "7", "7:5", "07:05:00", "x"].map(minuteOf), [null, null, null, null, null]);
});

test("what the field takes is what is read", () => {
  const takes = new RegExp(`^(?:${CLOCK})$`);
  assert.deepEqual(["7:05", "23:59", "00:00"].map((text) => takes.test(text)), [true, true, true]);
  assert.deepEqual(["24:00", "7:60", "7.05", "-1:00"].map((text) => takes.test(text)), [false, false, false, false]);
});

test("no limit of the author's is told as none, and midnight is a time", () => {
  assert.equal(ceilingsInWords(NONE), "accounts_no_ceiling");
  assert.equal(ceilingsInWords({ ...NONE, quiet_from: 0, quiet_until: 60 }), "accounts_quiet 00:00 01:00");
  assert.equal(ceilingsInWords({ ...NONE, most_tabs: 1, most_per_hour: 20 }), "accounts_most_tabs_one 1, accounts_most_hour_many 20");
});
