/** Text on its way into and out of a page. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

// a content script is no module: its functions are found on the global object it ran in
const page = vm.createContext({});
for (const name of ["protocol", "text"]) {
  vm.runInContext(readFileSync(new URL(`../../../extension/page/${name}.js`, import.meta.url), "utf8"), page);
}

const text = (nodeValue) => ({ nodeType: 3, nodeValue, childNodes: [] });

function element(tagName, ...children) {
  const made = { nodeType: 1, tagName, childNodes: children, parentElement: null, nextSibling: null };
  children.forEach((child, place) => {
    child.parentElement = made;
    child.nextSibling = children[place + 1] ?? null;
  });
  return made;
}

const p = (...children) => element("P", ...children);
const br = () => element("BR");
const editor = (...children) => element("DIV", ...children);

test("pieces are short, together the text, and never split a pair", () => {
  const whole = "🦊".repeat(5_001) + "end";
  const parts = Array.from(page.pieces(whole, 3));
  assert.equal(parts.join(""), whole);
  assert.ok(parts.every((part) => part.length <= 3 && part.isWellFormed()));
  assert.deepEqual(Array.from(page.pieces("")), []);
  assert.deepEqual(Array.from(page.pieces("x".repeat(8_001)), (part) => part.length), [4_000, 4_000, 1]);
});

test("a cut text is well-formed", () => {
  assert.equal(page.bounded("ab🦊", 3), "ab\ufffd");
  assert.equal(page.bounded("short"), "short");
});

test("paragraphs and line breaks are one newline each", () => {
  assert.equal(page.written(editor(p(text("one")), p(text("two")))), "one\ntwo");
  assert.equal(page.written(editor(p(text("one"), br(), text("two")))), "one\ntwo");
  assert.equal(page.written(editor(p(text("one")), p(br()), p(text("two")))), "one\n\ntwo");
  assert.equal(page.written(editor(p(text("one"), br(), br()))), "one\n");
});

test("an empty editor holds no text, whatever gives it height", () => {
  assert.equal(page.written(editor()), "");
  assert.equal(page.written(editor(p(br()))), "");
  assert.equal(page.written(editor(p())), "");
});

test("text beside blocks, and blocks in blocks, stand on lines of their own", () => {
  assert.equal(page.written(editor(text("a"), element("DIV", p(text("b"))), text("c"))), "a\nb\nc");
  assert.equal(page.written(editor(element("DIV", p(text("a"))), element("DIV", p(text("b"))))), "a\nb");
  assert.equal(page.written(editor(p(element("B", text("a")), text("b")))), "ab");
});

test("newlines in a text stay", () => {
  assert.equal(page.written(editor(text("one\n\ntwo"))), "one\n\ntwo");
});

test("what was not written is skipped", () => {
  const pill = element("SPAN", text("Image"));
  assert.equal(page.written(editor(p(pill, text("a fox"))), (e) => e === pill), "a fox");
});
