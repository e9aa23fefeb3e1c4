/** The link of a page that people look at, through the service worker to the host. */

const AGAIN_MS = 500;

/** The host did not carry out a call, and says why in words for people. */
export class CallError extends Error {
  /**
   * @param {number} code
   * @param {string} text
   */
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

/** The link dropped before the answer came, which does not mean that nothing was done. */
export class LostError extends Error {
  constructor() {
    super("the link dropped");
  }
}

/**
 * @typedef {object} Pending
 * @property {(value: object) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Client {
  /** @type {LinkState} */
  link = { state: "reconnecting", text: "" };

  /** @type {(link: LinkState) => void} */
  #changed;
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {Map<Rpc.Id, Pending>} */
  #pending = new Map();
  #calls = 0;

  /**
   * Connects, and again for as long as the page lives.
   *
   * @param {(link: LinkState) => void} changed  the link came up, went down, or says why not
   */
  constructor(changed) {
    this.#changed = changed;
    this.#connect();
  }

  get up() {
    return this.link.state === "up";
  }

  /**
   * Has the host carry out a call.
   *
   * @template {Wire.FromView} M
   * @param {M} method
   * @param {Rpc.ParamsOf<M>} params
   * @returns {Promise<Rpc.ResultOf<M>>}
   * @throws {CallError} the host refused
   * @throws {LostError} there is no link, or it dropped
   */
  ask(method, params) {
    const port = this.#port;
    if (!port || !this.up) return Promise.reject(new LostError());
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: /** @type {(value: object) => void} */ (resolve), reject });
      port.postMessage({ jsonrpc: "2.0", id, method, params });
    });
  }

  #connect() {
    const port = chrome.runtime.connect({ name: "view" });
    this.#port = port;
    port.onMessage.addListener((/** @type {Rpc.Message} */ message) => this.#take(message));
    port.onDisconnect.addListener(() => {
      this.#port = null;
      this.#turn({ state: "reconnecting", text: "" });
      setTimeout(() => this.#connect(), AGAIN_MS);
    });
  }

  /** @param {Rpc.Message} message */
  #take(message) {
    if ("method" in message) {
      if (message.method === "link") this.#turn(/** @type {Rpc.Params & LinkState} */ (message.params));
      return;
    }
    const id = message.id ?? 0;
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if ("error" in message) call?.reject(new CallError(message.error.code, message.error.message));
    else call?.resolve(message.result);
  }

  /**
   * A link that changes answers no call that was made before.
   *
   * @param {LinkState} link
   */
  #turn(link) {
    this.link = link;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new LostError());
    this.#changed(link);
  }
}
