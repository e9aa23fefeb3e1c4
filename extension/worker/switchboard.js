/** Who is connected, and which message goes where. It knows ports and nothing else of the browser. */

import { Code, FROM_PAGE, FROM_VIEW, TO_PAGE } from "./protocol.js";
import * as rpc from "./rpc.js";

/**
 * The content script of one document. Its calls from the host get numbers of the switchboard's
 * own, because the host counts from 1 again after a lost link: a late answer must find nobody.
 *
 * @typedef {object} Page
 * @property {chrome.runtime.Port} port
 * @property {string} document
 * @property {Map<number, { id: Rpc.Id, method: string }>} pending
 */

/**
 * @typedef {object} Ends
 * @property {(message: Rpc.Message) => void} toHost
 * @property {(request: Rpc.Request) => void} toWorker  a call that no content script serves
 * @property {() => LinkState} link
 */

export class Switchboard {
  /** @type {Ends} */
  #ends;
  /** @type {Map<number, Page>} the newest of each tab */
  #pages = new Map();
  /** @type {Map<number, chrome.runtime.Port>} */
  #views = new Map();
  #numbers = 0;

  /** @param {Ends} ends */
  constructor(ends) {
    this.#ends = ends;
  }

  /**
   * A content script connected. One tab has one page: the newest.
   *
   * @param {chrome.runtime.Port} port
   * @param {{ tab: number, document: string, left: () => void }} place
   */
  addPage(port, { tab, document, left }) {
    this.#leave(tab);
    const page = { port, document, pending: new Map() };
    this.#pages.set(tab, page);
    port.onMessage.addListener((message) => {
      if (this.#pages.get(tab) === page) this.#fromPage(tab, page, message);
    });
    port.onDisconnect.addListener(() => {
      if (this.#pages.get(tab) !== page) return;
      this.#leave(tab);
      left();
    });
    port.postMessage(rpc.notification("link", { up: this.#up }));
  }

  /** @param {chrome.runtime.Port} port */
  addView(port) {
    const number = ++this.#numbers;
    this.#views.set(number, port);
    port.onMessage.addListener((message) => this.#fromView(number, port, message));
    port.onDisconnect.addListener(() => this.#views.delete(number));
    port.postMessage(rpc.notification("link", this.#ends.link()));
  }

  /**
   * Disconnects the content script of a tab; it comes back and asks again what its tab is.
   *
   * @param {number} tab
   */
  dismiss(tab) {
    const port = this.#pages.get(tab)?.port;
    this.#leave(tab);
    port?.disconnect();
  }

  /** The link to the host came up, went down, or says why not. */
  linkChanged() {
    const link = this.#ends.link();
    for (const { port, pending } of this.#pages.values()) {
      pending.clear();
      port.postMessage(rpc.notification("link", { up: this.#up }));
    }
    for (const port of this.#views.values()) port.postMessage(rpc.notification("link", link));
  }

  /** @param {Rpc.Request | Rpc.Answer} message */
  fromHost(message) {
    if (!("method" in message)) this.#answered(message);
    else if (TO_PAGE.has(message.method)) this.#command(message);
    else this.#ends.toWorker(message);
  }

  /** Whether a popup or the studio is open. */
  get watched() {
    return this.#views.size > 0;
  }

  get #up() {
    return this.#ends.link().state === "up";
  }

  /** @param {Rpc.Request} request */
  #command({ id, method, params }) {
    const page = this.#pages.get(Number(params["tab"]));
    if (!page) return this.#refuse(id, Code.TAB_GONE, "no content script answers in this tab");
    if (params["document"] !== page.document) {
      return this.#refuse(id, Code.OTHER_DOCUMENT, "the tab shows another document");
    }
    const number = ++this.#numbers;
    page.pending.set(number, { id, method });
    page.port.postMessage(rpc.request(number, method, params));
  }

  /** @param {Rpc.Answer} answer */
  #answered(answer) {
    const asker = rpc.askerOf(answer.id);
    const ports = { tab: this.#pages.get(asker?.port ?? 0)?.port, view: this.#views.get(asker?.port ?? 0) };
    if (asker && asker.from !== "worker") ports[asker.from]?.postMessage(rpc.readdress(answer, asker.number));
  }

  /**
   * @param {number} tab
   * @param {Page} page
   * @param {unknown} message
   */
  #fromPage(tab, page, message) {
    const sorted = rpc.sort(message);
    if (sorted && "answer" in sorted) this.#carriedOut(tab, page, sorted.answer);
    if (sorted && "request" in sorted) {
      const params = { ...sorted.request.params, tab, document: page.document };
      this.#pass({ ...sorted.request, params }, { from: "tab", port: tab }, page.port, FROM_PAGE);
    }
  }

  /**
   * @param {number} tab
   * @param {Page} page
   * @param {Rpc.Answer} answer
   */
  #carriedOut(tab, page, answer) {
    const call = page.pending.get(Number(answer.id));
    if (!call) return;
    page.pending.delete(Number(answer.id));
    if (call.method === "page.read" && "result" in answer) {
      this.#ends.toHost(rpc.result(call.id, { ...answer.result, tab, document: page.document }));
    } else {
      this.#ends.toHost(rpc.readdress(answer, call.id));
    }
  }

  /**
   * @param {number} number
   * @param {chrome.runtime.Port} port
   * @param {unknown} message
   */
  #fromView(number, port, message) {
    const sorted = rpc.sort(message);
    if (sorted && "request" in sorted) {
      this.#pass(sorted.request, { from: "view", port: number }, port, FROM_VIEW);
    }
  }

  /**
   * Passes a call on to the host, with an id that leads back to its port.
   *
   * @param {Rpc.Request} request
   * @param {Omit<rpc.Asker, "number">} asker
   * @param {chrome.runtime.Port} port
   * @param {Set<string>} allowed
   */
  #pass({ id, method, params }, asker, port, allowed) {
    if (!allowed.has(method)) {
      port.postMessage(rpc.failure(id, Code.NOT_ALLOWED, `${method} may not be called from here`));
    } else if (!this.#up) {
      port.postMessage(rpc.failure(id, Code.INTERNAL, "Pressrun is not connected"));
    } else {
      this.#ends.toHost(rpc.request(rpc.stamp({ ...asker, number: Number(id) }), method, params));
    }
  }

  /** @param {number} tab */
  #leave(tab) {
    const page = this.#pages.get(tab);
    this.#pages.delete(tab);
    for (const { id } of page?.pending.values() ?? []) {
      this.#refuse(id, Code.TAB_GONE, "the page was closed before it answered");
    }
  }

  /**
   * @param {Rpc.Id} id
   * @param {number} code
   * @param {string} text
   */
  #refuse(id, code, text) {
    this.#ends.toHost(rpc.failure(id, code, text));
  }
}
