/** The link to a program that does not start. */

import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Host } from "../../../extension/worker/host.js";
import { Code } from "../../../extension/worker/protocol.js";

/**
 * A browser whose program ends at once, after what it says.
 *
 * @param {object | null} says
 */
function ending(says) {
  /** @type {{ text: string, state: string }[]} */
  const shown = [];
  const area = { get: async () => ({ profile: "p", session: "s" }), set: async () => undefined };
  const runtime = {
    lastError: { message: "Native host has exited." },
    getManifest: () => ({ version: "0" }),
    connectNative: () => {
      const port = {
        onMessage: { addListener: (/** @type {(message: unknown) => void} */ heard) => (port.heard = heard) },
        onDisconnect: { addListener: (/** @type {() => void} */ ended) => (port.ended = ended) },
        postMessage: () => undefined,
        disconnect: () => undefined,
        heard: (/** @type {unknown} */ _) => undefined,
        ended: () => undefined,
      };
      ports.push(port);
      return port;
    },
  };
  /** @type {{ heard: (message: unknown) => void, ended: () => void }[]} */
  const ports = [];
  Object.assign(globalThis, { chrome: { runtime, storage: { local: area, session: area } } });
  const host = new Host({ take: () => undefined, changed: (link) => shown.push(link), watched: () => true });
  const end = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const port = ports.at(-1);
    if (says) port?.heard(says);
    port?.ended();
    mock.timers.tick(40_000);
    return shown.at(-1);
  };
  return { host, end };
}

test("three quick ends in a row are no longer called connecting", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { host, end } = ending(null);
  host.connect();
  const states = [await end(), await end(), await end()].map((link) => link?.state);
  assert.deepEqual(states, ["reconnecting", "reconnecting", "broken"]);
  mock.timers.reset();
});

test("a launcher that finds nothing to start is believed at once, in its own words", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const error = { code: Code.GONE, message: "Run in a terminal: pressrun install" };
  const { host, end } = ending({ jsonrpc: "2.0", id: null, error });
  host.connect();
  assert.deepEqual(await end(), { state: "broken", text: error.message });
  mock.timers.reset();
});

test("a program that says why it ends is not taken for a broken one", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const error = { code: Code.INTERNAL, message: "the database is damaged" };
  const { host, end } = ending({ jsonrpc: "2.0", id: null, error });
  host.connect();
  for (const _ of [1, 2, 3, 4]) assert.deepEqual(await end(), { state: "reconnecting", text: error.message });
  mock.timers.reset();
});
