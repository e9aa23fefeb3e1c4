/** Every word that the extension shows is there in each language, and no other. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { ENGLISH } from "../../../extension/view/english.js";
import { t } from "../../../extension/view/i18n.js";

const extension = new URL("../../../extension/", import.meta.url);
const languages = readdirSync(new URL("_locales/", extension));
const raw = (language) => readFileSync(new URL(`_locales/${language}/messages.json`, extension), "utf8");
const words = Object.fromEntries(languages.map((language) => [language, JSON.parse(raw(language))]));
const names = Object.keys(words.en);

const files = readdirSync(extension, { recursive: true }).filter((name) => /\.(js|html|json)$/.test(name) && !/^_locales|^view\/english/.test(name));
const text = files.map((name) => readFileSync(new URL(name, extension), "utf8")).join("\n");

/** The names that scripts, pages and the manifest use, whole or up to where a value is put in. */
const whole = new Set([
  ...[...text.matchAll(/\bt\(\s*"([a-z0-9_]+)"/g)].map((found) => found[1]),
  ...[...text.matchAll(/\bt\([^()"`]*\?\s*"([a-z0-9_]+)"\s*:\s*"([a-z0-9_]+)"/g)].flatMap((found) => found.slice(1)),
  ...[...text.matchAll(/\bcounted\(\s*"([a-z0-9_]+)"/g)].flatMap(([, name]) => [`${name}_one`, `${name}_many`]),
  ...[...text.matchAll(/data-i18n(?:-[a-z]+)?="([a-z0-9_]+)"/g)].map((found) => found[1]),
  ...[...text.matchAll(/__MSG_([a-z0-9_]+)__/g)].map((found) => found[1]),
]);
const begun = [...text.matchAll(/`([a-z0-9]+_(?:[a-z0-9]+_)*)\$\{/g)].map((found) => found[1]);
/** Names that are kept in tables, and looked up later. */
const mentioned = new Set(
  [...text.matchAll(/"([a-z0-9]+(?:_[a-z0-9]+)+)"|\b([a-z0-9]+(?:_[a-z0-9]+)+):/g)].map(([, quoted, key]) => quoted ?? key),
);

const values = (message) => [...message.matchAll(/\$\d/g)].map(([value]) => value).sort();

test("every name that is used has its words in English", () => {
  assert.deepEqual([...whole].filter((name) => !(name in words.en)), []);
});

test("no words are there that nothing shows", () => {
  const spoken = (name) => mentioned.has(name) || mentioned.has(name.replace(/_(one|many)$/, ""));
  const used = (name) => whole.has(name) || spoken(name) || begun.some((start) => name.startsWith(start));
  assert.deepEqual(names.filter((name) => !used(name)), []);
});

for (const language of languages) {
  test(`${language} has the same names in the order of the alphabet, with the same values in them`, () => {
    assert.deepEqual(Object.keys(words[language]), [...names].sort());
    for (const name of names) {
      const { message } = words[language][name];
      assert.ok(message.trim(), name);
      assert.deepEqual(values(message), values(words.en[name].message), name);
      assert.equal(message.split("`").length % 2, 1, `${name}: a backquote is left open`);
    }
  });

  test(`${language} names nothing twice`, () => {
    const named = [...raw(language).matchAll(/^ {2}"([^"]+)": \{/gm)].map((found) => found[1]);
    assert.equal(new Set(named).size, named.length);
    assert.equal(named.length, names.length);
  });
}

test("the English words are at hand without Chrome, as they are in `_locales`", () => {
  const messages = Object.fromEntries(names.map((name) => [name, words.en[name].message]));
  assert.deepEqual({ ...ENGLISH }, messages, "bring it up to date: python scripts/english.py");
});

test("where Chrome has no texts, English is shown with its values, and a name only where nothing is known", () => {
  globalThis.chrome = { i18n: { getMessage: () => "" } };
  assert.equal(t("judge_down"), words.en.judge_down.message);
  for (const name of names) {
    const said = t(name, "one", "two", "three", "four", "five");
    assert.ok(said.trim() && !/\$\d/.test(said), `${name}: ${said}`);
  }
  assert.match(t("account_elsewhere", "Mara's"), /Mara's/);
  assert.equal(t("nowhere"), "nowhere");
});

test("commands are the same in every language", () => {
  const commands = (message) => [...message.matchAll(/`([^`]+)`/g)].map((found) => found[1]);
  for (const language of languages) {
    for (const name of names) assert.deepEqual(commands(words[language][name].message), commands(words.en[name].message), name);
  }
});
