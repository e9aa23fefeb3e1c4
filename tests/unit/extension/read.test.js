/** What the interpreter sees in saved pages. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { open, read } from "./saved-page.js";

const page = (name) => readFileSync(new URL(`../../pages/${name}.html`, import.meta.url), "utf8");
const evidence = (reading, role) => reading.seen.find((found) => found.role === role);
const shown = (turn) => turn.pictures.filter(({ hidden }) => !hidden);

test("the older build: one composer, one picture of three copies, and none of the author's", async () => {
  const reading = await read(page("a-made"));
  assert.equal(reading.shell, "A");
  assert.equal(reading.composers, 1);
  assert.equal(evidence(reading, "composer").where, "div#prompt-textarea");
  const [user, answer] = reading.turns;
  assert.deepEqual([user.role, user.id, answer.role, answer.id], ["user", "u-1", "assistant", "a-1"]);
  assert.equal(answer.pictures.length, 3);
  assert.equal(shown(answer).length, 1);
  assert.ok(answer.finished);
  assert.equal(answer.text, "", "who speaks is not what is said");
  assert.deepEqual(reading.notices, []);
});

test("the redesign: a turn in two parts, once, though the thread is there twice", async () => {
  const reading = await read(page("b-made"));
  assert.equal(reading.shell, "B");
  assert.equal(reading.turn_count, 2);
  const [user, answer] = reading.turns;
  assert.equal(user.text, "Ein Fuchs im Schnee");
  assert.deepEqual(shown(answer).map(({ unit }) => unit), ["1", "2"]);
  assert.equal(user.pictures.length, 1, "what the author attached is the author's");
  assert.ok(answer.pending);
  assert.ok(!answer.busy);
  assert.ok(reading.mode_on);
  assert.equal(reading.composer_text.trim(), "Ein zweites Bild", "a pill is not written");
});

test("a bare form in another language is found by its structure", async () => {
  const reading = await read(page("b-bare"));
  assert.deepEqual([reading.shell, reading.composers, reading.send], ["B", 1, false]);
  assert.equal(evidence(reading, "file_input").where, "input#upload-files");
  assert.equal(reading.locale, "fr-FR");
});

test("a signed-out page tells so by its shell and by a sign", async () => {
  const reading = await read(page("g"));
  assert.equal(reading.shell, "G");
  assert.deepEqual(reading.signs.map(({ name }) => name), ["no_login"]);
});

test("only the newest turns are told, and how many there are", async () => {
  const turns = Array.from({ length: 200 }, (_, n) => `<section data-testid="conversation-turn-${n}" data-turn="user" data-turn-id="u${n}"><div data-message-author-role="user">${n}</div></section>`);
  const reading = await read(page("a-made").replace(/<section[^]*<\/section>/, turns.join("")), 8);
  assert.equal(reading.turn_count, 200);
  assert.deepEqual(reading.turns.map(({ id }) => id), Array.from({ length: 8 }, (_, n) => `u${n + 192}`));
});

test("a selector that is none finds nothing", () => {
  const window = open(page("a-made"));
  assert.deepEqual(Array.from(window.find("form[", window.document)), []);
  assert.equal(window.look(["form[", "form"]).rule, "form");
});

test("what stops an answer is never Send", async () => {
  const html = page("b-made").replace('aria-label="Senden"', 'aria-label="Stop"');
  const reading = await read(html);
  assert.deepEqual([reading.send, reading.stop], [false, true]);
});
