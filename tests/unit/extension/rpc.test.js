/** Envelopes, ids that lead back, and the pace of reconnecting. */

import assert from "node:assert/strict";
import test from "node:test";

import * as rpc from "../../../extension/worker/rpc.js";

test("a message is sorted into request, answer or notification", () => {
  assert.deepEqual(rpc.sort({ jsonrpc: "2.0", id: 1, method: "status", params: { after: 2 } }), {
    request: rpc.request(1, "status", { after: 2 }),
  });
  assert.deepEqual(rpc.sort({ jsonrpc: "2.0", method: "heartbeat", params: {} }), {
    notification: rpc.notification("heartbeat", {}),
  });
  assert.deepEqual(rpc.sort({ jsonrpc: "2.0", id: "a", result: {} }), { answer: rpc.result("a", {}) });
  assert.deepEqual(rpc.sort({ jsonrpc: "2.0", id: 3, error: { code: 4, message: "no" } }), {
    answer: rpc.failure(3, 4, "no"),
  });
  assert.deepEqual(rpc.sort({ jsonrpc: "2.0", id: null, error: { code: 4, message: "to nobody" } }), {
    answer: rpc.failure(null, 4, "to nobody"),
  });
});

test("what is no JSON-RPC message is nothing", () => {
  const bad = [
    null,
    "text",
    [],
    {},
    { jsonrpc: "1.0", id: 1, result: {} },
    { jsonrpc: "2.0", id: 1 },
    { jsonrpc: "2.0", id: 1.5, method: "status" },
    { jsonrpc: "2.0", id: "x".repeat(129), method: "status" },
    { jsonrpc: "2.0", id: 1, method: 7 },
    { jsonrpc: "2.0", id: 1, method: "status", params: [1] },
    { jsonrpc: "2.0", id: 1, result: "text" },
    { jsonrpc: "2.0", id: null, result: {} },
    { jsonrpc: "2.0", id: 1, error: { code: "x" } },
  ];
  for (const message of bad) assert.equal(rpc.sort(message), null, JSON.stringify(message));
});

test("only the fields of an envelope are passed on", () => {
  const sorted = rpc.sort({ jsonrpc: "2.0", id: 1, method: "status", params: {}, extra: true });
  assert.deepEqual(sorted, { request: { jsonrpc: "2.0", id: 1, method: "status", params: {} } });
});

test("a stamped id leads back to who asked", () => {
  const asker = { from: "tab", port: 1779044442, number: 4_294_967_300 };
  assert.equal(rpc.stamp(asker), "tab:1779044442:4294967300");
  assert.deepEqual(rpc.askerOf(rpc.stamp(asker)), asker);
});

test("an id that nobody stamped leads nowhere", () => {
  for (const id of [null, 7, "", "tab:1", "tab:1:2:3", "tab:-1:2", "host:1:2", "tab:x:2"]) {
    assert.equal(rpc.askerOf(id), null, String(id));
  }
});

test("a failure's text is bounded and well-formed", () => {
  const { error } = rpc.failure(1, 2, "x".repeat(4_095) + "🦊");
  assert.equal(error.message.length, 4_096);
  assert.ok(error.message.isWellFormed());
});

test("the wait doubles up to its most, with at most a half taken away", () => {
  const pace = { first: 100, most: 30_000, random: () => 0 };
  const waits = [0, 1, 2, 8, 9, 1_000].map((tries) => rpc.backoff(tries, pace));
  assert.deepEqual(waits, [100, 200, 400, 25_600, 30_000, 30_000]);
  assert.equal(rpc.backoff(3, { ...pace, random: () => 1 }), 400);
});
