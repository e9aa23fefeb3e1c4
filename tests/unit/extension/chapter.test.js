/** The pages of a chapter, asked for as the views need them. */

import assert from "node:assert/strict";
import test from "node:test";

import { Chapter, chapterBeside, chapterOf } from "../../../extension/studio/chapter.js";
import { CallError, LostError } from "../../../extension/view/client.js";

/** A studio whose host answers when it is told to. */
function studio() {
  const told = { calls: [], drawn: 0, said: [] };
  const gallery = { library: "/book", chapters: [{ key: "ch01" }, { key: "ch02" }, { key: "ch03" }], tiles: [{ key: "ch02/a", chapter: "ch02" }] };
  const app = {
    gallery: { ...gallery, tile: (key) => gallery.tiles.find((tile) => tile.key === key) },
    ask: (_, params) => new Promise((resolve, reject) => told.calls.push({ params, resolve, reject })),
    say: (text) => told.said.push(text),
  };
  const chapter = new Chapter(app, () => (told.drawn += 1));
  const answer = async (pages) => {
    const { params, resolve } = told.calls.shift();
    resolve({ chapter: params.chapter, rtl: false, pages, fault: "" });
    await new Promise((done) => setTimeout(done));
  };
  return { app, chapter, told, answer };
}

test("one question is open at a time, and the chapter that is wanted last is what is shown", async () => {
  const { chapter, told, answer } = studio();
  chapter.open("ch01");
  chapter.open("ch02");
  chapter.open("ch03");
  assert.deepEqual(told.calls.map(({ params }) => params.chapter), ["ch01"]);
  await answer([{ number: 1 }]);
  assert.equal(chapter.found, null);
  assert.deepEqual(told.calls.map(({ params }) => params.chapter), ["ch03"]);
  await answer([{ number: 9 }]);
  assert.equal(chapter.found.chapter, "ch03");
  assert.deepEqual(told.calls, []);
});

test("pages that come again as they were are the same pages, so that what shows them keeps the focus", async () => {
  const { chapter, answer } = studio();
  chapter.open("ch01");
  await answer([{ number: 1 }]);
  const before = chapter.found;
  void chapter.again();
  await answer([{ number: 1 }]);
  assert.equal(chapter.found, before);
  void chapter.again();
  await answer([{ number: 1 }, { number: 2 }]);
  assert.notEqual(chapter.found, before);
});

test("a lost link leaves what is shown and says nothing; a refusal is told", async () => {
  const { chapter, told, answer } = studio();
  chapter.open("ch01");
  await answer([{ number: 1 }]);
  for (const error of [new LostError(), new CallError(1, "the book is gone")]) {
    void chapter.again();
    told.calls.shift().reject(error);
    await new Promise((done) => setTimeout(done));
    assert.equal(chapter.found.pages.length, 1);
  }
  assert.deepEqual(told.said, ["the book is gone"]);
});

test("nothing is asked before a library is open, and another library has other pages", async () => {
  const { app, chapter, told, answer } = studio();
  app.gallery.library = "";
  chapter.open("");
  assert.deepEqual(told.calls, []);
  app.gallery.library = "/book";
  chapter.open("ch01");
  await answer([{ number: 1 }]);
  assert.equal(chapter.key, "ch01");
  app.gallery.library = "/other";
  assert.equal(chapter.key, "");
  chapter.open("ch01");
  assert.equal(chapter.found, null);
  assert.equal(told.calls[0].params.library, "/other");
});

test("the chapter of a panel is its own, and those beside it are those of the book", () => {
  const { app } = studio();
  assert.equal(chapterOf(app.gallery, "ch02/a"), "ch02");
  assert.equal(chapterOf(app.gallery, "unknown"), "ch01");
  assert.deepEqual([-1, 1].map((step) => chapterBeside(app.gallery, "ch02", step)), ["ch01", "ch03"]);
  assert.deepEqual([chapterBeside(app.gallery, "ch01", -1), chapterBeside(app.gallery, "ch03", 1)], [null, null]);
  assert.equal(chapterBeside(app.gallery, "unknown", 1), null);
});
