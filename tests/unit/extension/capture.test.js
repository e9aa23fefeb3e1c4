/** What a capture keeps of a page: all that a reading needs, and no word, name or id of anybody's. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { open, profile, read } from "./saved-page.js";

const page = (name) => readFileSync(new URL(`../../pages/${name}.html`, import.meta.url), "utf8");
const SCRIPT = readFileSync(new URL("../../../extension/page/mask.js", import.meta.url), "utf8");
const captured = (html) => open(html).capture(profile);
const mask = (theirs = {}) => {
  const window = open("<p></p>");
  const known = { account: [], names: [], written: [], ...theirs };
  const rules = JSON.stringify(profile).replaceAll('\\"', '"');
  return window.eval(`${SCRIPT}\nnew Mask(${JSON.stringify(rules)}, ${JSON.stringify(known)})`);
};
const without = (html, ...words) => {
  for (const word of words) assert.ok(!html.toLowerCase().includes(word.toLowerCase()), word);
};

/** What has to be the same when a capture is read: all but words, ids and addresses. */
function shape(reading) {
  const turn = ({ role, busy, pending, finished, pictures }) => ({
    ...{ role, busy, pending, finished },
    pictures: pictures.map(({ width, height, hidden, rule }) => ({ width, height, hidden, rule })),
  });
  const { shell, composers, send, stop, mode_on, chips, chips_pending, turn_count, signs } = reading;
  const seen = reading.seen.map(({ role, rule, count }) => ({ role, rule, count }));
  const told = { shell, composers, send, stop, mode_on, chips, chips_pending, turn_count, seen };
  return { ...told, turns: reading.turns.map(turn), signs: signs.map(({ name }) => name), history: reading.history.length };
}

for (const name of ["a-made", "b-made", "b-bare", "g"]) {
  test(`a capture of ${name} is read as the page is`, async () => {
    assert.deepEqual(shape(await read(captured(page(name)))), shape(await read(page(name))));
  });
  test(`a capture of a capture of ${name} changes nothing in how it is read`, async () => {
    const once = captured(page(name));
    assert.deepEqual(shape(await read(captured(once))), shape(await read(once)));
  });
}

test("nothing that anybody wrote or is called is in a capture of the older build", () => {
  const kept = captured(page("a-made"));
  without(kept, "fox", "snow", "reads", "limit", "27", "Ada", "avatar", "too many", "requests");
  without(kept, "68a1b2c3", "file_00000000a1b261f7b0", "REFERENCE01", "1f0c7a52", "u-1", "a-1", "sig=", "490001");
});

test("nothing that anybody wrote or is called is in a capture of the redesign", () => {
  const kept = captured(page("b-made"));
  without(kept, "fuchs", "schnee", "zweites", "hier ist", "textblock", "antwort", "7f3a", "68a1b2c3", "0c1d", "ref1", "m-91");
});

test("files, mail addresses and names are gone from labels as well", () => {
  const chip = (name) => `<div role="group" aria-label="${name}"><img src="blob:https://chatgpt.com/0a1b2c3d" alt="${name}"><button aria-label="Remove ${name}"></button></div>`;
  const menu = '<div role="menu"><div role="menuitem">ada@example.org</div><button role="menuitem">Settings of Ada</button><div role="menuitem">Log out</div></div>';
  const html = page("a-made").replace("<textarea", `${chip("holiday in Rome.jpg")}${chip("Grandmother")}<textarea`).replace("</body>", `${menu}</body>`);
  const kept = captured(html);
  without(kept, "holiday", "rome", "grandmother", "ada@", "example.org", "Ada");
  assert.match(kept, /aria-label="Remove xxxxxxx xx Xxxx\.xxx"/);
  assert.match(kept, /Settings of Xxx/);
  assert.match(kept, /Log out/);
});

test("what the site says is kept: dialogs, alerts, controls, placeholders", () => {
  const said = `<div role="dialog"><h2>Something new</h2><p>Fox in the snow was moved</p><button>Not now</button></div>
    <div role="alert">Too quickly. Wait for 5 minutes, Ada.</div>`;
  const kept = captured(page("a-made").replace("</body>", `${said}</body>`));
  for (const words of ["Something new", "Not now", "Too quickly. Wait for 5 minutes, Xxx.", "Xxx xx xxx xxxx was moved", "Add files and more", "Ask anything"]) {
    assert.ok(kept.includes(words), words);
  }
});

test("a dialog that shows a prompt keeps no run of its words", () => {
  const said = '<div role="dialog"><h2>Share</h2><p>It shows a fox in the snow. It reads a sign</p></div>';
  const kept = captured(page("a-made").replace("</body>", `${said}</body>`));
  assert.match(kept, /Share/);
  without(kept, "fox", "sign", "snow");
});

test("a page whose turns no rule finds any more keeps none of its words", () => {
  const changed = page("a-made").replace(/data-turn|data-message|data-testid="(?:conversation|collaps)/g, "data-new-$&");
  without(captured(changed.replaceAll("section", "div")), "fox", "snow", "reads", "68a1b2c3", "a1b261f7b0");
});

test("scripts, styles and what would be loaded are left out", () => {
  const kept = captured(page("a-made").replace("</body>", '<script>alert(1)</script><a href="javascript:alert(1)" onclick="x()">x</a></body>'));
  without(kept, "<script", "javascript:", "onclick", "sr-only{", "<link");
  assert.match(kept, /default-src 'none'/);
});

test("a page is cut at its bound, and stays markup", async () => {
  const long = page("b-made").replace("</main>", `${`<p>${"words ".repeat(3_000)}</p>`.repeat(100)}</main>`);
  const kept = captured(long);
  assert.ok(kept.length < 1_100_000, kept.length);
  assert.match(kept, /<!-- cut/);
  assert.match(kept, /<\/body><!-- cut.*<\/html>\n$/s);
  assert.equal((await read(kept)).shell, "B");
});

test("text keeps its length, its lines and its case", () => {
  const { masked } = open("<p></p>");
  assert.equal(masked("A fox, 12 foxes –\n“Über” 画像"), "X xxx, 00 xxxxx –\n“Xxxx” xx");
  assert.equal(masked("Working for 1m 29s"), "Xxxxxxx xxx 0m 00s");
});

test("equal ids become equal ids of the same shape, and others become others", () => {
  const it = mask();
  const one = "1f0c7a52-8c1e-4d0f-9d7e-0a3b4c5d6e7f";
  const link = it.address(`https://chatgpt.com/c/${one}?model=x#y`, true);
  assert.match(link, /^https:\/\/chatgpt\.com\/c\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.equal(it.address(`/c/WEB:${one}`, true), link.replace("https://chatgpt.com/c/", "/c/WEB:"));
  assert.notEqual(it.address("/c/1f0c7a52-8c1e-4d0f-9d7e-0a3b4c5d6e70", true), link);
  assert.equal(it.built(`image-${one}`), `image-${link.slice(-36)}`);
  assert.equal(it.built("file_00000000a1b261f7b0"), it.built("file_00000000a1b261f7b0"));
  assert.notEqual(it.built("file_00000000a1b261f7b0"), it.built("file_00000000a1b261f7b1"));
});

test("addresses keep what a profile goes by, and lose names, queries and signatures", () => {
  const it = mask();
  const picture = it.address("https://chatgpt.com/backend-api/estuary/content?id=file_00AbC&ts=1&sig=secret", false);
  assert.match(picture, /^https:\/\/chatgpt\.com\/backend-api\/estuary\/content\?id=file_\w{5}$/);
  assert.match(it.address("blob:https://chatgpt.com/1f0c7a52-8c1e-4d0f-9d7e-0a3b4c5d6e7f", false), /^blob:https:\/\/chatgpt\.com\/[0-9-]{36}$/);
  assert.equal(it.address("data:image/png;base64,AAAA", false), "data:image/png");
  assert.equal(it.address("/cdn/sprites.svg#voice-regular", false), "/cdn/sprites.svg#voice-regular");
  assert.equal(it.address("/", true), "/");
  without(it.address("https://shop.example/ada/order?who=ada", true), "shop", "ada", "order");
  without(it.address("/g/g-p-6a1b-my-novel/project", true), "novel", "6a1b");
  assert.match(it.address("/g/g-p-6a1b-my-novel/project", true), /^\/g\/g-p-[0-9a-z-]+\/project$/);
});

test("who is signed in is nowhere, even where no rule of the profile finds the account", () => {
  const html = page("b-made").replace("<nav>", '<nav><div aria-haspopup="true"><img src="/me.png"><b>Grace Hopper</b><i>Plus</i></div>');
  const said = '<div role="alert">Grace, you\'ve hit the Plus plan limit.</div></body>';
  const kept = captured(html.replace("</body>", said));
  without(kept, "grace", "hopper");
  assert.match(kept, /you've hit the Plus plan limit/);
});

test("control characters and half characters of a page do not swell a capture", () => {
  const kept = captured(page("a-made").replace("Ask anything", "Ask\u0001\u0007 anything\ud800"));
  assert.ok(kept.isWellFormed());
  assert.doesNotMatch(kept, /[\u0001\u0007]/);
});
