/** The pictures in the popup that came in last: what is shown is what the newest status tells. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { JSDOM } from "jsdom";

import { i18n } from "./english.js";
import { settled } from "./tiles.js";

const popup = readFileSync(new URL("../../../extension/popup/popup.html", import.meta.url), "utf8");
Object.assign(globalThis, { chrome: { i18n } });
const { drawPictures } = await import("../../../extension/popup/pictures.js");

const batch = (...names) => [{ library: "/book", recent: names.map((name) => ({ key: name, picture: name })) }];
const copy = (picture) => ({ picture, media: "image/webp", data: "AAAA" });

/** A popup, and what it asked the host for. */
function shown() {
  globalThis.document = new JSDOM(popup).window.document;
  const asked = [];
  const draw = (...names) =>
    void drawPictures(batch(...names), {
      ask: (_library, pictures) => new Promise((answer) => asked.push({ pictures, answer })),
      open: () => undefined,
    });
  const keys = () => [...document.querySelectorAll(".picture")].map(({ title }) => title);
  const drawn = () => [...document.querySelectorAll(".picture img")].filter(({ hidden }) => !hidden).length;
  return { asked, draw, keys, drawn };
}

test("an answer that comes late does not bring back what was there before", async () => {
  const { asked, draw, keys, drawn } = shown();
  draw("early one");
  draw("late one", "early one");
  asked[1].answer({ pictures: [copy("late one"), copy("early one")] });
  await settled();
  asked[0].answer({ pictures: [copy("early one")] });
  await settled();
  assert.deepEqual(keys(), ["late one", "early one"]);
  assert.equal(drawn(), 2);
});

test("copies that the host had yet to make are asked for again at once", async () => {
  const { asked, draw, drawn } = shown();
  draw("new one", "new two");
  asked[0].answer({ pictures: [copy("new one")], left: ["new two"] });
  await settled();
  assert.equal(drawn(), 1);
  assert.deepEqual(asked[1].pictures, ["new two"]);
  asked[1].answer({ pictures: [copy("new two")], left: [] });
  await settled();
  assert.equal(drawn(), 2);
  assert.equal(asked.length, 2);
});

test("what the host cannot give, or a lost link, is not asked for over and over", async () => {
  const { asked, draw, keys } = shown();
  draw("gone one", "gone two");
  asked[0].answer({ pictures: [], left: ["gone one"], missing: ["gone two"] });
  await settled();
  draw("gone one", "gone two");
  asked[1].answer(null);
  await settled();
  assert.equal(asked.length, 2);
  assert.deepEqual(keys(), ["gone one", "gone two"]);
});
