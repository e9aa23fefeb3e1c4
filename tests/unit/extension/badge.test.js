/** The icon: what is left, or that the author is needed, or that there is no program. */

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import { showBadge, showLink } from "../../../extension/worker/badge.js";
import { i18n } from "./english.js";

let icon;

beforeEach(() => {
  icon = {};
  const keep = (name) => async (value) => void (icon[name] = Object.values(value)[0]);
  globalThis.chrome = {
    i18n,
    action: {
      setBadgeText: keep("text"),
      setBadgeBackgroundColor: keep("ground"),
      setBadgeTextColor: keep("ink"),
      setTitle: keep("title"),
    },
  };
});

test("it shows what is left, with the sentence as its title", async () => {
  await showBadge({ text: "83", title: "Making 83 pictures in 2 tabs", asks: false });
  assert.equal(icon.text, "83");
  assert.equal(icon.title, "Pressrun: Making 83 pictures in 2 tabs");
  const { ground } = icon;
  await showBadge({ text: null, title: "All pictures are made", asks: false });
  assert.equal(icon.text, "");
  await showBadge({ text: "!", title: "Sign in", asks: true });
  assert.notEqual(icon.ground, ground);
});

test("a program that only a person can mend is told on the icon, one that was stopped is not urgent", async () => {
  for (const state of ["missing", "broken", "update", "refused"]) {
    await showLink({ state, text: "Update it" });
    assert.equal(icon.text, "!", state);
    assert.ok(icon.title.length > "Pressrun: ".length, state);
  }
  await showLink({ state: "stopped", text: "" });
  assert.deepEqual([icon.text, icon.title], ["", "Pressrun: Pressrun is stopped."]);
});

test("a link that is just made anew changes nothing on the icon", async () => {
  await showBadge({ text: "83", title: "Making", asks: false });
  for (const state of ["reconnecting", "up"]) await showLink({ state, text: "" });
  assert.equal(icon.text, "83");
});
