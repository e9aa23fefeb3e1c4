/** The extension makes exactly the calls that the protocol's list gives it. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../../../", import.meta.url);
const { calls } = JSON.parse(readFileSync(new URL("docs/protocol.schema.json", root), "utf8"));

/** The calls that the scripts of some folders name, apart from the generated lists. */
function named(...folders) {
  const scripts = folders.flatMap((folder) =>
    readdirSync(new URL(`extension/${folder}/`, root))
      .filter((name) => name.endsWith(".js") && name !== "protocol.js")
      .map((name) => readFileSync(new URL(`extension/${folder}/${name}`, root), "utf8")),
  );
  const text = scripts.join("\n").replaceAll(/role(: |=)"status"/g, "");
  return Object.keys(calls).filter((method) => text.includes(`"${method}"`));
}

const listed = (end) => Object.keys(calls).filter((method) => calls[method].by.includes(end) || calls[method].to === end);

test("popup and studio make each call that a view may make, and no other", () => {
  // popups of older extensions ask for the status; ours are told it by what they follow
  assert.deepEqual(named("popup", "studio", "view"), listed("view").filter((method) => method !== "status"));
});

test("the content scripts make and serve each call of theirs, and no other", () => {
  assert.deepEqual(named("page"), listed("page"));
});

test("the worker makes and serves each call of its own, and no other", () => {
  // it names one of a page's besides: a reading gets its tab and document on the way
  assert.deepEqual(named("worker").filter((method) => method !== "page.read"), listed("worker"));
});
