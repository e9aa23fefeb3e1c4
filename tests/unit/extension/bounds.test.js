/** A reading fits in a frame of the link, whatever a page holds. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { open, profile } from "./saved-page.js";

const page = (name) => readFileSync(new URL(`../../pages/${name}.html`, import.meta.url), "utf8");
const schema = JSON.parse(readFileSync(new URL("../../../docs/protocol.schema.json", import.meta.url), "utf8")).$defs;
const bytes = (value) => Buffer.byteLength(JSON.stringify(value));
const window = open("<p>");
const limits = readFileSync(new URL("../../../extension/page/protocol.js", import.meta.url), "utf8");
const MOST = Number(/reading: ([\d_]+)/.exec(limits)[1].replaceAll("_", ""));
/** So many turns are told by a worker page. */
const TURNS = Number(/turns: (\d+)/.exec(limits)[1]);
/** What a frame may hold (`protocol/frames.py`), but for the envelope. */
const FRAME = 4 * 1024 * 1024 - 4_096;

/** What takes the most room in JSON: three bytes a character, or two of a pair, or an escape. */
const SORTS = ["漢", "🦊", '"', "\n", "\u0001", "\ud800", "x"];

/** The largest value that the schema allows, with texts as the page bounds them. */
function largest(definition, sort) {
  if (definition.$ref) return largest(schema[definition.$ref.split("/").at(-1)], sort);
  if (definition.anyOf) return largest(definition.anyOf[0], sort);
  if (definition.type === "object") {
    return Object.fromEntries(Object.entries(definition.properties).map(([name, each]) => [name, largest(each, sort)]));
  }
  if (definition.type === "array") return Array.from({ length: Math.min(definition.maxItems, definition.maxItems > 64 ? TURNS : 64) }, () => largest(definition.items, sort));
  if (definition.type === "string") {
    return definition.pattern ? "a".repeat(64) : window.bounded(sort.repeat(definition.maxLength), definition.maxLength);
  }
  return definition.type === "boolean" ? false : (definition.maximum ?? 1);
}

for (const sort of SORTS) {
  test(`the largest reading of ${JSON.stringify(sort)} fits`, () => {
    const whole = largest(schema.Reading, sort);
    const fitting = window.fitted(whole);
    assert.ok(bytes(fitting) <= MOST, `${bytes(fitting)} bytes`);
    assert.ok(MOST < FRAME);
    assert.ok(fitting.turns.length >= 2, "a turn and its answer are always told");
    assert.deepEqual(fitting.turns.at(-1).text, whole.turns.at(-1).text, "the newest turn is told whole");
    assert.equal(fitting.turn_count, whole.turn_count);
  });
}

test("a reading that fits is told as it is", () => {
  const reading = { turns: [{ text: "a", rule: "r".repeat(500) }] };
  assert.equal(window.fitted(reading), reading);
});

test("of one that does not, the addresses of pictures are told whole", () => {
  const whole = largest(schema.Reading, "漢");
  const [picture] = window.fitted(whole).turns.at(-1).pictures;
  assert.equal(picture.src, whole.turns.at(-1).pictures[0].src);
  assert.ok(picture.where.length <= 128);
});

/** A page of whose every part there is more than anybody tells. */
function hostile() {
  const long = "漢".repeat(70_000);
  const address = `https://chatgpt.com/backend-api/estuary/content?id=file_${"漢".repeat(2_000)}`;
  const image = (n) => `<img src="${address}${n}" width="${"9".repeat(40)}" height="1024" id="${"漢".repeat(2_000)}${n}">`;
  const images = Array.from({ length: 33 }, (_, n) => `<div class="group/imagegen-image" id="image-${n}${"漢".repeat(2_000)}">${image(n)}</div>`).join("");
  const turn = (n) => `<section data-testid="conversation-turn-${n}" data-turn="${n % 2 ? "assistant" : "user"}" data-turn-id="${"漢".repeat(3_000)}${n}">
    <div data-message-author-role="${n % 2 ? "assistant" : "user"}"><p>${long}</p></div>${images}</section>`;
  return page("a-made").replace(/<section[^]*<\/section>/, Array.from({ length: 10 }, (_, n) => turn(n)).join(""));
}

test("what a hostile page shows fits, and is a message that the host takes", async () => {
  const shown = open(hostile());
  const whole = JSON.parse(JSON.stringify(await shown.readPage(profile)));
  assert.ok(bytes(whole) > MOST, `the page is no attack: ${bytes(whole)} bytes`);
  const told = JSON.parse(JSON.stringify(await shown.carryOut("page.read", {}, profile)));
  assert.ok(bytes(told) <= MOST, `${bytes(told)} bytes`);
  assert.ok(told.turns.length >= 2);
  for (const { width } of told.turns.flatMap(({ pictures }) => pictures)) {
    assert.ok(Number.isSafeInteger(width) && width <= schema.SeenPicture.properties.width.maximum, `${width}`);
  }
});

test("control characters are no text", () => {
  assert.equal(window.bounded("a\u001b[31m\u0000b\tc\r\nd\re\u000bf"), "a[31mb\tc\nd\ne\nf");
});
