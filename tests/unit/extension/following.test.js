/** The studio's subscription to what changes. */

import assert from "node:assert/strict";
import test from "node:test";

import { Following } from "../../../extension/studio/following.js";
import { Gallery } from "../../../extension/studio/gallery.js";
import { CallError, LostError } from "../../../extension/view/client.js";
import { page, settled, tiles } from "./tiles.js";

function studio() {
  const gallery = new Gallery();
  const calls = [];
  const heard = [];
  const following = new Following(
    (method, params) => new Promise((resolve, reject) => calls.push({ method, params, resolve, reject })),
    gallery,
    {
      changed: (changed) => heard.push(["changed", ...changed.map(({ key }) => key)]),
      anew: () => heard.push(["anew", gallery.tiles.length]),
      more: () => heard.push(["more", gallery.tiles.length]),
      status: ({ sentence }) => heard.push(["status", sentence]),
      refused: (why) => heard.push(["refused", why]),
    },
  );
  /** Answers the oldest open call. */
  const answer = async (result) => {
    calls.shift().resolve(result);
    await settled();
  };
  return { gallery, calls, heard, following, answer };
}

const all = tiles(12);
const followed = (more) => ({ revision: 1, status: null, at: 5, tiles: [], ...more });

test("the first panels are shown as soon as they are there, and what changes is heard from where they stood", async () => {
  const { calls, heard, following, answer } = studio();
  following.open("/library");
  assert.deepEqual(calls[0].params, { library: "/library", first: 0 });
  await answer(page(all, { at: 4, tiles: all.slice(0, 5) }));
  assert.deepEqual(heard, [["anew", 5]]);
  const [others, question] = calls;
  assert.deepEqual(others.params, { library: "/library", first: 5 });
  assert.deepEqual(question.params, { after: -1, library: "/library", at: 4, wait: 20 });
  await answer(page(all, { at: 9, tiles: all.slice(5) }));
  assert.deepEqual(heard.at(-1), ["more", 12]);
});

test("panels that come late of a library that was opened anew meanwhile are not added to it", async () => {
  const { gallery, calls, following, answer } = studio();
  following.open("/library");
  await answer(page(all, { tiles: all.slice(0, 5) }));
  const late = calls.shift();
  await answer(followed({ anew: true }));
  await answer(page(all.slice(0, 6)));
  late.resolve(page(all, { tiles: all.slice(5) }));
  await settled();
  assert.equal(gallery.tiles.length, 6);
});

test("one question is open at a time, and each goes on from the answer before", async () => {
  const { calls, heard, following, answer } = studio();
  following.open("");
  await answer(page(all));
  await answer(followed({ revision: 3, at: 7, status: { sentence: "Making pictures." }, tiles: [{ ...all[2], reviewed: "approved" }] }));
  assert.deepEqual(heard.slice(1), [["changed", all[2].key], ["status", "Making pictures."]]);
  assert.equal(calls.length, 1);
  assert.deepEqual(calls[0].params, { after: 3, library: "/library", at: 7, wait: 20 });
});

test("after a break it catches up from where it was, without opening the library again", async () => {
  const { calls, following, answer } = studio();
  following.open("/library");
  await answer(page(all));
  await answer(followed({ revision: 3, at: 7 }));
  calls.shift().reject(new LostError());
  following.stop();
  await settled();
  assert.equal(calls.length, 0);
  following.resume("/library");
  assert.deepEqual(calls[0].params, { after: -1, library: "/library", at: 7, wait: 20 });
});

test("an answer to a question from before a break changes nothing", async () => {
  const { calls, heard, following, answer } = studio();
  following.open("/library");
  await answer(page(all));
  const old = calls.shift();
  following.stop();
  following.resume("/library");
  old.resolve(followed({ at: 99, tiles: [{ ...all[0], reviewed: "locked" }] }));
  await settled();
  assert.deepEqual(heard, [["anew", 12]]);
  assert.equal(calls.length, 1);
});

test("a library that was read anew is replaced at once, whole", async () => {
  const { gallery, heard, following, answer } = studio();
  following.open("/library");
  await answer(page(all));
  await answer(followed({ anew: true }));
  const more = tiles(30);
  await answer(page(more, { tiles: more.slice(0, 20) }));
  assert.equal(gallery.tiles.length, 12, "nothing is shown by halves");
  await answer(page(more, { tiles: more.slice(20) }));
  assert.deepEqual(heard, [["anew", 12], ["anew", 30]]);
});

test("another library takes the place of the first, whose answers come too late", async () => {
  const { gallery, calls, following, answer } = studio();
  following.open("/one");
  const late = calls.shift();
  following.open("/two");
  late.resolve(page(tiles(3), { library: "/one" }));
  await settled();
  await answer(page(all, { library: "/two" }));
  assert.equal(gallery.library, "/two");
  assert.equal(gallery.tiles.length, 12);
});

test("a library that cannot be opened is told once", async () => {
  const { calls, heard, following } = studio();
  following.open("/gone");
  calls.shift().reject(new CallError(6, "there is no such library"));
  await settled();
  assert.deepEqual(heard, [["refused", "there is no such library"]]);
});

test("a studio that was open before anything was made shows the first pictures by itself", async () => {
  const { calls, heard, following, answer } = studio();
  following.open("");
  await answer(page([], { library: "", at: 0 }));
  assert.equal(calls[0].params.library, null);
  await answer(followed({ status: { sentence: "Nothing to make.", batches: [] } }));
  assert.equal(calls[0].method, "view.follow", "nothing to open yet: it waits, and does not ask again and again");
  await answer(followed({ status: { sentence: "Making pictures.", batches: [{ id: 1 }] } }));
  assert.deepEqual([calls[0].method, calls[0].params], ["gallery.open", { library: null, first: 0 }]);
  await answer(page(all));
  assert.deepEqual(heard.at(-1), ["anew", 12]);
  assert.equal(calls[0].params.library, "/library");
});
