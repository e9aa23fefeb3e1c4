/** The place of the author in the studio's address. */

import assert from "node:assert/strict";
import test from "node:test";

import { hashOf, placeOf } from "../../../extension/studio/address.js";

test("a reload and the back button find the author's place again, whatever its names hold", () => {
  for (const place of [
    { view: "grid", library: "", key: "" },
    { view: "large", library: "/home/ana/büro & söhne/#1", key: "ch01/p001/panel=1?&x" },
    { view: "log", library: "C:\\books", key: "漢字/🦊" },
  ]) {
    assert.deepEqual(placeOf(hashOf(place)), place);
  }
});

test("an address that names no view shows the panels, or the one panel that it names", () => {
  assert.equal(placeOf("").view, "grid");
  assert.equal(placeOf("#library=%2Fbook").view, "grid");
  assert.deepEqual(placeOf("#library=%2Fbook&key=a"), { view: "large", library: "/book", key: "a" });
});

test("an address that nobody made is the grid", () => {
  for (const hash of ["#view=__proto__", "#view=toString&key=a", "#%%%", "#&&==", "#view="]) {
    assert.equal(placeOf(hash).view, "grid", hash);
  }
});
