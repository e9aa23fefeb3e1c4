/** Small copies of pictures: which are asked for, and which are kept. */

import assert from "node:assert/strict";
import { resolveObjectURL } from "node:buffer";
import test from "node:test";

import { Pictures } from "../../../extension/studio/pictures.js";
import { CallError, LostError } from "../../../extension/view/client.js";
import { settled } from "./tiles.js";

const sha = (number) => number.toString(16).padStart(64, "0");
const data = btoa("a picture");

/** What an address leads to; null where to nothing any more. */
async function behind(address) {
  const blob = resolveObjectURL(address);
  return blob ? `${blob.type}: ${await blob.text()}` : null;
}
const COPY = "image/webp: a picture";

/** An element as far as the loader knows one. */
class Image {
  hidden = true;
  dataset = {};
  src = "";
  removeAttribute() {
    this.src = "";
  }
}

function studio() {
  const calls = [];
  const pictures = new Pictures(
    (method, params) => new Promise((resolve, reject) => calls.push({ method, params, resolve, reject })),
    () => "/library",
  );
  const answer = async ({ params, resolve }, more = {}) => {
    resolve({ pictures: params.pictures.map((picture) => ({ picture, media: "image/webp", data })), ...more });
    await settled();
    await settled();
  };
  return { calls, pictures, answer };
}

test("a copy is shown when it comes, and the next time at once", async () => {
  const { calls, pictures, answer } = studio();
  const image = new Image();
  pictures.show(image, sha(1));
  assert.ok(image.hidden);
  await settled();
  assert.deepEqual(calls[0].params, { library: "/library", pictures: [sha(1)], size: "small" });
  await answer(calls.shift());
  assert.deepEqual([image.hidden, await behind(image.src)], [false, COPY]);
  const other = new Image();
  pictures.show(other, sha(1));
  assert.equal(other.src, image.src);
  assert.equal(calls.length, 0);
});

test("what was scrolled past is not asked for, and what was wanted last is asked for first", async () => {
  const { calls, pictures, answer } = studio();
  const images = Array.from({ length: 200 }, () => new Image());
  images.forEach((image, place) => pictures.show(image, sha(place)));
  for (const image of images.slice(0, 100)) pictures.forget(image);
  await settled();
  const asked = calls.flatMap(({ params }) => params.pictures);
  assert.ok(calls.length <= 2, "few questions are open");
  assert.ok(asked.includes(sha(199)) && !asked.includes(sha(0)));
  while (calls.length) {
    const call = calls.shift();
    asked.push(...call.params.pictures);
    await answer(call);
  }
  assert.equal(new Set(asked).size, 100);
  for (const { src } of images.slice(100)) assert.equal(await behind(src), COPY);
  assert.ok(images.slice(0, 100).every(({ hidden }) => hidden));
});

test("an element shows what it was given last, whatever comes first", async () => {
  const { calls, pictures, answer } = studio();
  const image = new Image();
  pictures.show(image, sha(1));
  await settled();
  pictures.show(image, sha(2));
  await answer(calls.shift());
  assert.ok(image.hidden, "the first is for nobody now");
  pictures.show(image, null);
  await answer(calls.shift());
  assert.ok(image.hidden);
});

test("one that does not fit in the answer is asked for again, and one that is missing is not", async () => {
  const { calls, pictures, answer } = studio();
  const [left, missing] = [new Image(), new Image()];
  pictures.show(left, sha(1));
  pictures.show(missing, sha(2));
  await settled();
  await answer(calls.shift(), { pictures: [], left: [sha(1)], missing: [sha(2)] });
  assert.deepEqual(calls[0].params.pictures, [sha(1)]);
  assert.equal(missing.dataset.missing, "");
  await answer(calls.shift());
  pictures.show(new Image(), sha(2));
  await settled();
  assert.equal(calls.length, 0);
});

test("whoever waits for an address gets it, or is told that there is none", async () => {
  const { calls, pictures, answer } = studio();
  const [here, gone] = [pictures.address(sha(1), "large"), pictures.address(sha(2), "large")];
  const refused = assert.rejects(gone);
  await settled();
  assert.equal(calls[0].params.size, "large");
  await answer(calls.shift(), { pictures: [{ picture: sha(1), media: "image/webp", data }], missing: [sha(2)] });
  assert.equal(await behind(await here), COPY);
  await refused;
});

test("after a lost link what is still in sight is asked for again", async () => {
  const { calls, pictures, answer } = studio();
  const image = new Image();
  pictures.show(image, sha(1));
  await settled();
  calls.shift().reject(new LostError());
  await settled();
  assert.equal(calls.length, 0);
  pictures.again();
  await settled();
  await answer(calls.shift());
  assert.equal(await behind(image.src), COPY);
});

test("a refusal, as of a library that is unplugged, is not asked about at once again", async () => {
  const { calls, pictures } = studio();
  pictures.show(new Image(), sha(1));
  await settled();
  calls.shift().reject(new CallError(6, "the disk is not there"));
  await settled();
  pictures.show(new Image(), sha(1));
  pictures.show(new Image(), sha(2));
  await settled();
  assert.equal(calls.length, 0);
});

test("the original comes in pieces, in their order", async () => {
  const { calls, pictures } = studio();
  const shares = [];
  const whole = pictures.original(sha(1), (share) => shares.push(share));
  for (const [offset, text] of [[0, "abc"], [3, "de"]]) {
    await settled();
    const call = calls.shift();
    assert.deepEqual(call.params, { library: "/library", picture: sha(1), offset });
    call.resolve({ size: 5, media: "image/png", data: btoa(text) });
  }
  const { address: made, release } = await whole;
  assert.deepEqual(shares, [3 / 5, 1]);
  assert.match(made, /^blob:/);
  release();
});

test("nothing is asked for while the view flies past, and what is in sight in the end is", async () => {
  const { calls, pictures, answer } = studio();
  const image = new Image();
  for (let number = 0; number < 50; number += 1) {
    pictures.hold();
    pictures.show(image, sha(number));
    await settled();
  }
  assert.equal(calls.length, 0);
  while (!calls.length) await settled();
  assert.deepEqual(calls[0].params.pictures, [sha(49)]);
  await answer(calls.shift());
  assert.equal(await behind(image.src), COPY);
  assert.equal(calls.length, 0);
});

test("what is kept is bounded, and what is let go takes no memory any more", async () => {
  const { calls, pictures, answer } = studio();
  const large = btoa("x".repeat(5 * 2 ** 20));
  const images = Array.from({ length: 8 }, () => new Image());
  for (const [number, image] of images.entries()) {
    pictures.show(image, sha(number));
    await settled();
    await answer(calls.shift(), { pictures: [{ picture: sha(number), media: "image/webp", data: large }] });
    // one that is used again and again stays
    pictures.show(new Image(), sha(0));
  }
  const there = images.map(({ src }) => Boolean(resolveObjectURL(src)));
  assert.deepEqual(there, [true, false, false, false, false, true, true, true]);
  pictures.show(new Image(), sha(1));
  await settled();
  assert.deepEqual(calls[0].params.pictures, [sha(1)], "it is asked for again where it is wanted");
});
