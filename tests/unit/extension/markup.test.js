/** Prompts, keys, reasons and what the site says are only ever text in a page of the extension. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const extension = new URL("../../../extension/", import.meta.url);
const files = ["popup", "studio", "view"].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, extension)).map((name) => `${folder}/${name}`),
);
const read = (name) => readFileSync(new URL(name, extension), "utf8");

/** What makes markup, code or style from a text. */
const MAKERS = /\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTML\w*|createContextualFragment|DOMParser|document\.write|srcdoc|eval|Function\(|cssText)\b/;

test("no page makes markup or code from a text", () => {
  const scripts = files.filter((name) => name.endsWith(".js"));
  assert.ok(scripts.length > 20);
  assert.deepEqual(scripts.filter((name) => MAKERS.test(read(name))), []);
});

test("pages hold no script, no handler and no style of their own, and load nothing from elsewhere", () => {
  const pages = files.filter((name) => name.endsWith(".html"));
  assert.equal(pages.length, 2);
  for (const name of pages) {
    const page = read(name);
    assert.ok(!/<script(?![^>]*\bsrc=)/.test(page), `${name}: a script`);
    assert.ok(!/\son[a-z]+=|\sstyle=|<style/.test(page), `${name}: a handler or a style`);
    assert.ok(!/(?:src|href)="(?:[a-z]+:|\/\/)/.test(page), `${name}: something from elsewhere`);
  }
  for (const name of files.filter((each) => each.endsWith(".css"))) {
    assert.ok(!/@import\s+(?:url\()?["']?(?:[a-z]+:)?\/\/|url\(["']?(?:https?:)?\/\//.test(read(name)), name);
  }
});
