/** The studio's page names the modules that it begins with, so that none waits for another to be read. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const studio = new URL("../../../extension/studio/", import.meta.url);

/** The modules that one imports when it is read, directly or not. */
function needed(module, known = new Set()) {
  for (const [, path] of readFileSync(module, "utf8").matchAll(/^import [^;]*?"(\.[^"]+)";/gms)) {
    const file = new URL(path, module);
    if (known.has(file.href)) continue;
    known.add(file.href);
    needed(file, known);
  }
  return known;
}

test("the page names all modules that it begins with, and no other", () => {
  const page = readFileSync(new URL("studio.html", studio), "utf8");
  const named = [...page.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path]) => new URL(path, studio).href);
  assert.deepEqual(named.sort(), [...needed(new URL("studio.js", studio))].sort());
});
