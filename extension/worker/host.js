/** The link to the host, through Chrome's native messaging. */

import { Code, HEARTBEAT, HEARTBEAT_MS, VERSION } from "./protocol.js";
import * as rpc from "./rpc.js";

const NAME = "app.pressrun.host";
const SILENCE_MS = 3 * HEARTBEAT_MS;
const RECONNECTING = { first: 100, most: 30_000 };
const LASTING_MS = 1_000;

/** A program that ends within this time and says nothing has not started, in milliseconds. */
const QUICK_MS = 5_000;
/** After so many quick ends in a row, a person has to repair it. */
const QUICK_ENDS = 3;

/** How long to wait before trying a link again that a person has to repair, in milliseconds. */
const PATIENCE = Object.freeze({ missing: 5_000, broken: 5_000, update: 30_000, refused: 30_000 });

/**
 * How long the worker looks for a missing program while no popup is open. Each look keeps the worker
 * alive; otherwise it ends, and looks again when it is next started.
 */
const LOOKING_MS = 5_000;

/**
 * What Chrome says when the host's manifest, or the program that it names, is missing.
 * https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging#debug-native-messaging
 */
const MISSING = /host not found|host is forbidden|failed to start/i;

/**
 * @typedef {object} Ends
 * @property {(message: Rpc.Request | Rpc.Answer) => void} take  something came from the host
 * @property {(link: LinkState) => void} changed  the link came up, went down, or says why not
 * @property {() => boolean} watched  whether somebody looks at a popup
 */

export class Host {
  /** @type {LinkState} */
  link = { state: "reconnecting", text: "" };

  /** @type {Ends} */
  #ends;
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {Map<string, { resolve: (value: object) => void, reject: (error: Error) => void }>} */
  #pending = new Map();
  #epoch = crypto.randomUUID();
  #calls = 0;
  #tries = 0;
  /** How often in a row the program ended at once and said nothing. */
  #quickEnds = 0;
  /** When the program was started, and whether it says itself that it is gone. */
  #started = 0;
  #gone = false;
  /** Since when the program is missing. */
  #missing = Infinity;
  #upSince = 0;
  #heard = 0;
  /** What the relay said about a host that did not start. */
  #why = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pulse;

  /** @param {Ends} ends */
  constructor(ends) {
    this.#ends = ends;
  }

  get up() {
    return this.link.state === "up";
  }

  /** Connects, unless there is a connection already. */
  connect() {
    if (this.#port) return;
    clearTimeout(this.#retry);
    const port = chrome.runtime.connectNative(NAME);
    this.#port = port;
    this.#why = "";
    this.#gone = false;
    this.#started = this.#heard = performance.now();
    port.onMessage.addListener((message) => this.#take(port, message));
    port.onDisconnect.addListener(() => this.#ended(port, chrome.runtime.lastError?.message ?? ""));
    this.#pulse = setInterval(() => this.#beat(port), HEARTBEAT_MS);
    void this.#greet(port);
  }

  /** @param {Rpc.Message} message */
  send(message) {
    if (this.up) this.#port?.postMessage(message);
  }

  /**
   * Has the host carry out a call of the worker's own.
   *
   * @template {Wire.FromWorker} M
   * @param {M} method
   * @param {Rpc.ParamsOf<M>} params
   * @returns {Promise<Rpc.ResultOf<M>>}
   */
  call(method, params) {
    const id = rpc.stamp({ from: "worker", port: 0, number: ++this.#calls });
    return new Promise((resolve, reject) => {
      if (!this.#port) return reject(new Error("not connected"));
      this.#pending.set(id, { resolve: /** @type {(value: object) => void} */ (resolve), reject });
      this.#port.postMessage(rpc.request(id, method, params));
    });
  }

  /** @param {chrome.runtime.Port} port */
  async #greet(port) {
    const { profile, session } = await names();
    if (port !== this.#port) return;
    const { version } = chrome.runtime.getManifest();
    const epoch = this.#epoch;
    const hello = { oldest: VERSION, newest: VERSION, version, role: /** @type {const} */ ("extension") };
    try {
      await this.call("hello", { ...hello, profile, session, epoch });
    } catch (error) {
      if (port === this.#port && error instanceof rpc.CallError) this.#refused(error);
      return;
    }
    this.#upSince = performance.now();
    this.#missing = Infinity;
    this.#change({ state: "up", text: "" });
  }

  /** @param {rpc.CallError} error */
  #refused({ code, message }) {
    this.#drop({ state: code === Code.UPDATE_NEEDED ? "update" : "refused", text: message });
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {unknown} message
   */
  #take(port, message) {
    if (port !== this.#port) return;
    this.#heard = performance.now();
    this.#quickEnds = 0;
    const sorted = rpc.sort(message);
    if (!sorted || "notification" in sorted) return;
    if ("request" in sorted) return this.#ends.take(sorted.request);
    if (sorted.answer.id === null) return this.#unserved(sorted.answer);
    if (rpc.askerOf(sorted.answer.id)?.from !== "worker") return this.#ends.take(sorted.answer);
    this.#settle(sorted.answer);
  }

  /**
   * The relay says in an answer without an id why there is no host. While the author has stopped it,
   * the relay stays, and ends when there is a host again.
   *
   * @param {Rpc.Answer} answer
   */
  #unserved(answer) {
    if (!("error" in answer)) return;
    const { code, message } = answer.error;
    if (code === Code.STOPPED) this.#change({ state: "stopped", text: message });
    else [this.#why, this.#gone] = [message, code === Code.GONE];
  }

  /** @param {Rpc.Answer} answer */
  #settle(answer) {
    const id = String(answer.id);
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if ("error" in answer) call?.reject(new rpc.CallError(answer.error.code, answer.error.message));
    else call?.resolve(answer.result);
  }

  /** @param {chrome.runtime.Port} port */
  #beat(port) {
    if (performance.now() - this.#heard > SILENCE_MS) {
      this.#drop({ state: "reconnecting", text: "The Pressrun program does not answer." });
    } else if (this.up) {
      port.postMessage(rpc.notification(HEARTBEAT, {}));
    }
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {string} why
   */
  #ended(port, why) {
    if (port !== this.#port) return;
    const silent = this.#heard === this.#started;
    this.#quickEnds = silent && this.#heard + QUICK_MS > performance.now() ? this.#quickEnds + 1 : 0;
    this.#drop({ state: this.#ending(why), text: this.#why || why });
  }

  /**
   * @param {string} why
   * @returns {LinkState["state"]}
   */
  #ending(why) {
    if (MISSING.test(why)) return "missing";
    return this.#gone || this.#quickEnds >= QUICK_ENDS ? "broken" : "reconnecting";
  }

  /** @param {LinkState} link */
  #drop(link) {
    clearInterval(this.#pulse);
    this.#port?.disconnect();
    this.#port = null;
    for (const { reject } of this.#pending.values()) reject(new Error("the link dropped"));
    this.#pending.clear();
    // a host that greets and then fails at once must not be started ten times a second
    if (this.up && performance.now() - this.#upSince > LASTING_MS) this.#tries = 0;
    this.#change(link);
    if (link.state === "missing" || link.state === "broken") this.#missing = Math.min(this.#missing, performance.now());
    if (performance.now() - this.#missing > LOOKING_MS && !this.#ends.watched()) return;
    const wait =
      link.state in PATIENCE
        ? PATIENCE[/** @type {keyof typeof PATIENCE} */ (link.state)]
        : rpc.backoff(this.#tries++, RECONNECTING);
    this.#retry = setTimeout(() => this.connect(), wait);
  }

  /** @param {LinkState} link */
  #change(link) {
    this.link = link;
    this.#ends.changed(link);
  }
}

/** The permanent name of this browser profile, and the name of this run of the browser. */
async function names() {
  const [profile, session] = await Promise.all([
    named(chrome.storage.local, "profile"),
    named(chrome.storage.session, "session"),
  ]);
  return { profile, session };
}

/**
 * @param {chrome.storage.StorageArea} area
 * @param {string} key
 * @returns {Promise<string>}
 */
async function named(area, key) {
  const kept = (await area.get(key))[key];
  if (typeof kept === "string") return kept;
  const fresh = crypto.randomUUID();
  await area.set({ [key]: fresh });
  return fresh;
}
