/** What the extension may do, and who it is. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("extension/manifest.json", root), "utf8"));

const pages = readdirSync(new URL("extension/", root), { recursive: true })
  .filter((name) => name.endsWith(".html"))
  .map((name) => new URL(`extension/${name}`, root));

test("the permissions are exactly these", () => {
  assert.deepEqual(manifest.permissions, ["nativeMessaging", "storage", "alarms", "tabGroups", "power", "notifications"]);
  assert.deepEqual(manifest.host_permissions, ["https://chatgpt.com/*"]);
  assert.deepEqual(manifest.content_scripts.map(({ matches }) => matches), [["https://chatgpt.com/*"]]);
  for (const wide of ["web_accessible_resources", "externally_connectable", "optional_permissions"]) {
    assert.equal(manifest[wide], undefined);
  }
});

test("its pages run no code but their own, and speak to nobody but the worker", () => {
  const policy = Object.fromEntries(
    manifest.content_security_policy.extension_pages.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]),
  );
  assert.deepEqual(policy, {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "connect-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  });
});

test("its pages hold no scripts or styles of their own, which the policy would stop", () => {
  for (const page of pages) {
    const text = readFileSync(page, "utf8");
    assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?:/i, page.pathname);
  }
});

test("the id that the host's manifest allows is the id of this key", () => {
  const digest = createHash("sha256").update(Buffer.from(manifest.key, "base64")).digest("hex");
  const id = [...digest.slice(0, 32)].map((digit) => "abcdefghijklmnop"[parseInt(digit, 16)]).join("");
  assert.equal(readFileSync(new URL("manifests/extension-id.txt", root), "utf8").trim(), id);
});

test("every file that the manifest names is there", () => {
  const named = [
    manifest.background.service_worker,
    manifest.action.default_popup,
    ...manifest.content_scripts.flatMap(({ js }) => js),
    ...Object.values(manifest.icons),
  ];
  for (const file of named) assert.ok(existsSync(new URL(`extension/${file}`, root)), file);
});
