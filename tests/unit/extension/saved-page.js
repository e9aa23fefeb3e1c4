/** The page scripts over markup: a document without layout, with what they ask of one besides. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { fileURLToPath } from "node:url";
import { JSDOM } from "jsdom";

const ROOT = new URL("../../../", import.meta.url);
const MANIFEST = JSON.parse(readFileSync(new URL("extension/manifest.json", ROOT), "utf8"));
const SCRIPTS = MANIFEST.content_scripts[0].js
  .filter((name) => name !== "page/main.js")
  .map((name) => readFileSync(new URL(`extension/${name}`, ROOT), "utf8"));
const FRAME = 300;

/** The shipped site profile, as the host sends it to pages. */
export const profile = JSON.parse(
  execFileSync(fileURLToPath(new URL(".venv/bin/python", ROOT)), [
    "-c",
    "from pressrun.sites.profile import shipped; print(shipped('chatgpt').page.model_dump_json())",
  ]),
);

/**
 * A window that shows some markup, with the page scripts in it.
 *
 * @param {string} html
 */
export function open(html) {
  const { window } = new JSDOM(html, { runScripts: "outside-only", url: "https://chatgpt.com/" });
  const { Element, HTMLElement, HTMLIFrameElement, Range } = window;
  Range.prototype.getBoundingClientRect = () => ({ top: 0, width: 0, height: 0 });
  window.SVGImageElement ??= class {};
  Element.prototype.checkVisibility = function () {
    for (let at = this; at; at = at.parentElement) {
      if (at.hidden || at.style?.display === "none" || at.style?.visibility === "hidden") return false;
    }
    return true;
  };
  Object.defineProperty(HTMLElement.prototype, "innerText", { get() { return this.checkVisibility() ? this.textContent : ""; } });
  for (const side of ["width", "height"]) {
    Object.defineProperty(HTMLIFrameElement.prototype, `offset${side[0].toUpperCase()}${side.slice(1)}`, {
      get() { return Number(this.getAttribute(side) ?? FRAME); },
    });
  }
  Object.defineProperty(window, "crypto", { value: webcrypto });
  Object.assign(window, { TextEncoder });
  window.eval(SCRIPTS.join("\n"));
  return window;
}

/**
 * What a page shows.
 *
 * @param {string} html
 * @returns {Promise<Wire.Reading>}
 */
export async function read(html, most = 256) {
  // what comes from another window has prototypes of its own
  return JSON.parse(JSON.stringify(await open(html).readPage(profile, most)));
}
