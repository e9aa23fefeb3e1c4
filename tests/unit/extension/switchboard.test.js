/** Which message goes where, and that no answer reaches the wrong one. */

import assert from "node:assert/strict";
import test from "node:test";

import { Code } from "../../../extension/worker/protocol.js";
import { failure, notification, request, result } from "../../../extension/worker/rpc.js";
import { Switchboard } from "../../../extension/worker/switchboard.js";

/** A port whose other end is the test. */
class Port {
  sent = [];
  gone = false;
  #heard = [];
  #left = [];
  onMessage = { addListener: (listener) => this.#heard.push(listener) };
  onDisconnect = { addListener: (listener) => this.#left.push(listener) };
  postMessage(message) {
    this.sent.push(message);
  }
  disconnect() {
    this.gone = true;
  }
  says(message) {
    this.#heard.forEach((listener) => listener(message));
  }
  leaves() {
    this.#left.forEach((listener) => listener());
  }
  /** What was sent since the last time, in order. */
  take() {
    return this.sent.splice(0);
  }
}

function setUp(state = "up") {
  const room = { link: { state, text: "" }, up: [], own: [], left: [] };
  room.board = new Switchboard({
    toHost: (message) => room.up.push(message),
    toWorker: (message) => room.own.push(message),
    link: () => room.link,
  });
  room.page = (tab, document) => {
    const port = new Port();
    room.board.addPage(port, { tab, document, left: () => room.left.push(tab) });
    port.take();
    return port;
  };
  room.popup = () => {
    const port = new Port();
    room.board.addView(port);
    port.take();
    return port;
  };
  room.said = () => room.up.splice(0);
  return room;
}

const read = (id, tab, document) => request(id, "page.read", { tab, document });

test("a page hears how the link stands, when it connects and when it changes", () => {
  const room = setUp("reconnecting");
  const port = new Port();
  room.board.addPage(port, { tab: 7, document: "D", left: () => undefined });
  assert.deepEqual(port.take(), [notification("link", { up: false })]);
  room.link = { state: "up", text: "" };
  room.board.linkChanged();
  assert.deepEqual(port.take(), [notification("link", { up: true })]);
});

test("the host's command goes to its tab, and the answer back under the host's own id", () => {
  const room = setUp();
  const [seven, eight] = [room.page(7, "D"), room.page(8, "E")];
  room.board.fromHost(request(41, "page.click", { tab: 7, document: "D", role: "send" }));
  const [command] = seven.take();
  assert.deepEqual([command.method, command.params.role], ["page.click", "send"]);
  assert.deepEqual(eight.take(), []);
  seven.says(result(command.id, { again: false }));
  assert.deepEqual(room.said(), [result(41, { again: false })]);
  seven.says(result(command.id, { again: true }));
  assert.deepEqual(room.said(), [], "a second answer to one call is none");
});

test("a reading gets its tab and document from the port, not from the page", () => {
  const room = setUp();
  const port = room.page(7, "D");
  room.board.fromHost(read(1, 7, "D"));
  port.says(result(port.take()[0].id, { url: "u", tab: 9, document: "X" }));
  assert.deepEqual(room.said(), [result(1, { url: "u", tab: 7, document: "D" })]);
  port.says(request(5, "page.changed", { url: "u", tab: 9, document: "X" }));
  assert.deepEqual(room.said(), [request("tab:7:5", "page.changed", { url: "u", tab: 7, document: "D" })]);
});

test("the host's answer finds the page that asked", () => {
  const room = setUp();
  const port = room.page(7, "D");
  room.board.fromHost(result("tab:7:5", { page: null }));
  room.board.fromHost(failure("tab:7:6", Code.INTERNAL, "no"));
  room.board.fromHost(result("tab:8:5", {}));
  assert.deepEqual(port.take(), [result(5, { page: null }), failure(6, Code.INTERNAL, "no")]);
});

test("a tab without a page is gone, and another document is refused", () => {
  const room = setUp();
  const port = room.page(7, "D");
  room.board.fromHost(read(1, 8, "D"));
  room.board.fromHost(read(2, 7, "old"));
  assert.deepEqual(
    room.said().map(({ id, error }) => [id, error.code]),
    [[1, Code.TAB_GONE], [2, Code.OTHER_DOCUMENT]],
  );
  assert.deepEqual(port.take(), []);
});

test("a page that leaves fails what it had not answered, and is reported", () => {
  const room = setUp();
  const port = room.page(7, "D");
  room.board.fromHost(read(1, 7, "D"));
  port.leaves();
  assert.deepEqual(room.said().map(({ id, error }) => [id, error.code]), [[1, Code.TAB_GONE]]);
  assert.deepEqual(room.left, [7]);
});

test("the newest page of a tab is the tab's page, and an older one is not listened to", () => {
  const room = setUp();
  const old = room.page(7, "D");
  room.board.fromHost(read(1, 7, "D"));
  const [{ id }] = old.take();
  const fresh = room.page(7, "E");
  assert.deepEqual(room.said().map((answer) => answer.error.code), [Code.TAB_GONE]);
  old.says(result(id, {}));
  old.says(request(1, "page.changed", {}));
  old.leaves();
  assert.deepEqual([room.said(), room.left], [[], []]);
  room.board.fromHost(read(2, 7, "E"));
  assert.equal(fresh.take().length, 1);
});

test("an answer that is late for a lost link reaches nobody on the next one", () => {
  const room = setUp();
  const port = room.page(7, "D");
  room.board.fromHost(request(1, "page.fetch", { tab: 7, document: "D" }));
  const [before] = port.take();
  room.board.linkChanged();
  port.take();
  room.board.fromHost(read(1, 7, "D"));
  const [after] = port.take();
  port.says(result(before.id, { size: 1 }));
  assert.deepEqual(room.said(), []);
  port.says(result(after.id, { url: "u" }));
  assert.deepEqual(room.said().map(({ id }) => id), [1]);
});

test("pages and popups may call only what is theirs", () => {
  const room = setUp();
  const [page, popup] = [room.page(7, "D"), room.popup()];
  for (const method of ["hello", "status", "batch.start", "doubt.decide", "tab.gone", "page.read"]) page.says(request(1, method, {}));
  for (const method of ["hello", "studio.open", "takes.tidy", "host.stop", "tab.ready", "tab.open"]) popup.says(request(1, method, {}));
  assert.deepEqual(room.said(), []);
  assert.ok([...page.take(), ...popup.take()].every(({ error }) => error.code === Code.NOT_ALLOWED));
});

test("nothing goes up while the link is down", () => {
  const room = setUp("missing");
  const popup = room.popup();
  popup.says(request(3, "status", { after: -1, wait: 0 }));
  assert.deepEqual(room.said(), []);
  assert.deepEqual(popup.take().map(({ id, error }) => [id, error.code]), [[3, Code.INTERNAL]]);
});

test("a popup hears why there is no link, and gets the answers to its own calls", () => {
  const room = setUp();
  const [one, two] = [room.popup(), room.popup()];
  two.says(request(3, "status", { after: -1, wait: 20 }));
  const [{ id, params }] = room.said();
  assert.deepEqual(params, { after: -1, wait: 20 });
  room.board.fromHost(result(id, { revision: 1 }));
  assert.deepEqual([one.take(), two.take()], [[], [result(3, { revision: 1 })]]);
  room.link = { state: "update", text: "Update Pressrun." };
  room.board.linkChanged();
  assert.deepEqual(one.take(), [notification("link", { state: "update", text: "Update Pressrun." })]);
  two.leaves();
  room.board.linkChanged();
  assert.deepEqual(two.take().length, 1);
});

test("calls about tabs are the worker's own", () => {
  const room = setUp();
  room.board.fromHost(request(1, "tab.open", { url: "https://chatgpt.com/" }));
  assert.deepEqual(room.own.map(({ method }) => method), ["tab.open"]);
});

test("what makes no sense is dropped", () => {
  const room = setUp();
  const port = room.page(7, "D");
  for (const message of [null, "x", {}, { jsonrpc: "2.0", method: "page.changed", params: {} }]) port.says(message);
  assert.deepEqual([room.said(), port.take()], [[], []]);
});

test("a page that is dismissed has its port cut", () => {
  const room = setUp();
  const port = room.page(7, "D");
  room.board.dismiss(7);
  assert.ok(port.gone);
  room.board.fromHost(read(1, 7, "D"));
  assert.deepEqual(room.said().map(({ error }) => error.code), [Code.TAB_GONE]);
});
