/** The author's note: what was typed stays until the host has it. */

import assert from "node:assert/strict";
import test from "node:test";

import { JSDOM } from "jsdom";

import { i18n } from "./english.js";

const { window } = new JSDOM("<!doctype html><body>");
Object.assign(globalThis, { window, document: window.document, chrome: { i18n } });
const { Note } = await import("../../../extension/studio/note.js");

const [one, other] = [{ key: "a" }, { key: "b" }];

/** A note's field in a page, and what the host was asked to keep. */
function field(library = "/book") {
  const kept = [];
  const bases = [];
  const note = new Note(async (tile, text) => {
    kept.push([tile.key, text]);
    bases.push(tile.decided);
  });
  document.body.replaceChildren(note.element);
  const [area] = note.element.getElementsByTagName("textarea");
  const show = (tile, saved) => note.draw(library, tile, saved === undefined ? null : { note: saved, takes: [] });
  const type = (text) => {
    area.focus();
    area.value = text;
    area.dispatchEvent(new window.Event("input"));
  };
  const leave = () => {
    area.blur();
    area.dispatchEvent(new window.Event("change"));
  };
  const unsaved = () => !note.element.querySelector(".unsaved").hidden;
  const other = () => note.element.querySelector(".other").textContent;
  return { note, area, kept, bases, show, type, leave, unsaved, other };
}

test("a note is kept once one leaves the field, and once only", () => {
  const { area, kept, show, type, leave, unsaved } = field();
  show(one, "old");
  assert.equal(area.value, "old");
  type("new");
  show(one, "old");
  assert.equal(area.value, "new");
  assert.deepEqual(kept, []);
  leave();
  assert.deepEqual(kept, [["a", "new"]]);
  assert.ok(unsaved());
  show(one, "new");
  assert.ok(!unsaved());
  leave();
  assert.equal(kept.length, 1);
});

test("what the host did not take stays with its panel, and can be kept later", () => {
  const { note, area, kept, show, type, leave, unsaved } = field();
  show(one, null);
  type("for a");
  leave();
  show(other, "for b");
  assert.deepEqual([area.value, unsaved()], ["for b", false]);
  show(one, null);
  assert.deepEqual([area.value, unsaved()], ["for a", true]);
  note.save();
  assert.deepEqual(kept, [["a", "for a"], ["a", "for a"]]);
});

test("panels of one key in two libraries have notes of their own", () => {
  const { note, area, show, type } = field();
  show(one, null);
  type("of this book");
  note.draw("/other", one, { note: null, takes: [] });
  assert.equal(area.value, "");
  show(one, null);
  assert.equal(area.value, "of this book");
});

test("a note that is emptied is removed", () => {
  const { kept, show, type, leave } = field();
  show(one, "old");
  type("");
  leave();
  assert.deepEqual(kept, [["a", ""]]);
});

test("a note is not written over another that came while it was typed, until its author was told", () => {
  const { note, bases, show, type, leave, other } = field();
  show({ ...one, decided: 3 }, "old");
  type("mine");
  show({ ...one, decided: 4 }, "theirs");
  assert.match(other(), /theirs/);
  leave();
  assert.deepEqual(bases, [3], "what its author saw, so that the host tells of the other one");
  show({ ...one, decided: 4 }, "theirs");
  note.save();
  assert.deepEqual(bases, [3, 4], "after that it is meant so");
  show({ ...one, decided: 5 }, "mine");
  assert.equal(other(), "");
});

test("what else was decided about a panel while a note was typed keeps nobody from noting it", () => {
  const { bases, show, type, leave, other } = field();
  show({ ...one, decided: 3 }, "old");
  type("mine");
  show({ ...one, decided: 4 }, "old");
  assert.equal(other(), "");
  leave();
  assert.deepEqual(bases, [4]);
});

test("a note waits until it is known what was decided a moment ago", () => {
  const { note, kept, bases, show, type, leave, unsaved } = field();
  const seen = { takes: [{ place: "current", decided: 1 }], note: "" };
  note.draw("/book", { key: "a", decided: 1 }, seen);
  type("mine");
  note.draw("/book", { key: "a", decided: 2 }, seen);
  leave();
  assert.deepEqual([kept.length, unsaved()], [0, true]);
  note.draw("/book", { key: "a", decided: 2 }, { takes: [{ place: "current", decided: 2 }], note: "" });
  assert.deepEqual([kept, bases], [[["a", "mine"]], [2]]);
});
