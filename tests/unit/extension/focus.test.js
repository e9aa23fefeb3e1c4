/** What is drawn anew while one works in it keeps the focus: on the part that is the same to its reader. */

import assert from "node:assert/strict";
import test from "node:test";

import { JSDOM } from "jsdom";

import { i18n } from "./english.js";

const { window } = new JSDOM("<!doctype html><body><p id='place'></p></body>");
Object.assign(globalThis, { window, document: window.document, chrome: { i18n } });
const { button, made, renew } = await import("../../../extension/view/dom.js");
const { tell } = await import("../../../extension/popup/told.js");
const { Detail } = await import("../../../extension/studio/detail.js");

const place = document.getElementById("place");
const press = (name) => button(name, () => undefined);

test("the button of the same name has the focus after all are made anew", () => {
  renew(place, press("one"), press("two"));
  place.children[1].focus();
  const before = document.activeElement;
  renew(place, press("zero"), press("one"), press("two"));
  assert.equal(document.activeElement, place.children[2]);
  assert.notEqual(document.activeElement, before);
});

test("the focus is not taken from elsewhere, nor given to what is another thing", () => {
  renew(place, press("one"), made("a", { href: "#" }, "two"));
  renew(place, press("one"), press("two"));
  assert.equal(document.activeElement, document.body);
  place.children[0].focus();
  renew(place, press("three"), made("a", { href: "#" }, "one"));
  assert.equal(document.activeElement, document.body);
});

test("the key that copies a command keeps the focus while the sentence before it changes", () => {
  const said = "pressrun doubt";
  tell(place, `2 pictures wait for you: ${said}`);
  place.querySelector("button").focus();
  tell(place, `3 pictures wait for you: ${said}`);
  assert.equal(document.activeElement, place.querySelector("button"));
  assert.match(place.textContent, /^3 pictures/);
});

test("a link to another panel keeps the focus while more panels wait", () => {
  const detail = new Detail({ gallery: { figures: [], settings: [] }, go: () => undefined }, made("textarea"));
  document.body.append(detail.element);
  const panel = { key: "ch01/p1/a", reason: "", advice: "" };
  const waiting = (...keys) => ({ panel, prompt: "A fox", references: [], library: "/book", waiting: keys });
  detail.draw(undefined, waiting("ch01/p1/b"), null);
  detail.element.querySelector(".links button").focus();
  detail.draw(undefined, waiting("ch01/p1/0", "ch01/p1/b"), null);
  assert.equal(document.activeElement?.textContent, "ch01/p1/b");
});
