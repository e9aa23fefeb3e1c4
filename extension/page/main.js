/** The content script: one port to the worker, and a watch over the page. It decides nothing. */

const RECONNECT = Object.freeze({ first: 50, most: 30_000, lasting: 1_000 });

/** What is watched besides mutations of the document. */
const STIRS = Object.freeze(["load", "input", "visibilitychange", "transitionend", "animationend"]);

const EVERYTHING = Object.freeze({ subtree: true, childList: true, attributes: true, characterData: true });

/** The port to the service worker, which is lost whenever the worker ends. */
class Line {
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {Map<number, { resolve: (value: object) => void, reject: (error: Error) => void }>} */
  #pending = new Map();
  /** Not from 1: a late answer to an earlier document of this tab must not match a call of this one. */
  #calls = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  #tries = 0;
  #upSince = Infinity;
  #closed = false;

  /** Whether the host knows this page: `tab.ready` was answered on the link that is up now. */
  known = false;

  connect() {
    if (this.#closed) return undefined;
    // scripts of an extension that was reloaded stay behind and cannot connect
    if (!chrome.runtime?.id) return rest();
    this.#port?.disconnect();
    const port = chrome.runtime.connect({ name: "page" });
    this.#port = port;
    port.onMessage.addListener((message) => this.#take(port, message));
    port.onDisconnect.addListener(() => {
      if (port === this.#port) this.#lost();
    });
    return undefined;
  }

  /** Connects anew, after a while. */
  again() {
    this.#port?.disconnect();
    this.#lost();
  }

  /** Ends the line for as long as this document lives. */
  close() {
    this.#closed = true;
    this.#port?.disconnect();
    this.#port = null;
  }

  /**
   * Has the host carry out a call. Rejected when the link drops first.
   *
   * @template {Wire.FromPage} M
   * @param {M} method
   * @param {Omit<Rpc.ParamsOf<M>, "tab" | "document">} params
   * @returns {Promise<Rpc.ResultOf<M>>}
   */
  ask(method, params) {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: /** @type {(value: object) => void} */ (resolve), reject });
      this.#port?.postMessage({ jsonrpc: "2.0", id, method, params });
    });
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {Rpc.Message} message
   */
  #take(port, message) {
    if (port !== this.#port) return;
    if (!("method" in message)) this.#settle(message);
    else if ("id" in message) void this.#serve(port, message);
    else if (message.method === "link") this.#linked(message.params["up"] === true);
  }

  /** @param {boolean} up */
  #linked(up) {
    this.#forget();
    this.#upSince = up ? performance.now() : Infinity;
    if (up) void introduce();
  }

  /** @param {Rpc.Answer} answer */
  #settle(answer) {
    const call = this.#pending.get(Number(answer.id));
    this.#pending.delete(Number(answer.id));
    if ("error" in answer) call?.reject(new RefusedError(answer.error.code, answer.error.message));
    else call?.resolve(answer.result);
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {Rpc.Request} request
   */
  async #serve(port, { id, method, params }) {
    const answer = await answerTo(method, params);
    if (port === this.#port) port.postMessage({ jsonrpc: "2.0", id, ...answer });
  }

  /**
   * The worker ended, or the extension was reloaded. The first try is made at once, because timers
   * in a hidden tab run once a second at best; later ones wait longer and longer.
   */
  #lost() {
    this.#port = null;
    this.#forget();
    if (performance.now() - this.#upSince > RECONNECT.lasting) this.#tries = 0;
    this.#upSince = Infinity;
    const tries = this.#tries++;
    if (tries === 0) return this.connect();
    const wait = Math.min(RECONNECT.most, RECONNECT.first * 2 ** (tries - 1));
    setTimeout(() => this.connect(), wait * (1 - Math.random() / 2));
  }

  #forget() {
    this.known = false;
    for (const { reject } of this.#pending.values()) reject(new Error("the link dropped"));
    this.#pending.clear();
  }
}

/**
 * The watch over a worker page. Nothing is queued: the page is read when it changed and the host
 * has answered the last reading, so the host's answers are the clock.
 */
class Watch {
  #stop = new AbortController();
  #observer = new MutationObserver(() => this.stir());
  #soon = new MessageChannel();
  #stirred = false;
  #telling = false;
  #told = "";

  /** @param {Wire.PageProfile} profile */
  constructor(profile) {
    this.profile = profile;
    const { signal } = this.#stop;
    this.#soon.port1.onmessage = () => void this.#look();
    this.#observer.observe(document, EVERYTHING);
    for (const type of STIRS) {
      document.addEventListener(type, () => this.stir(), { capture: true, passive: true, signal });
    }
    navigation.addEventListener("currententrychange", () => this.stir(), { signal });
    stayAwake(signal);
  }

  /**
   * Tells the host everything again, by a profile.
   *
   * @param {Wire.PageProfile} profile
   */
  restart(profile) {
    this.profile = profile;
    this.#told = "";
    this.#stirred = true;
    this.#soon.port2.postMessage(null);
  }

  end() {
    this.#stop.abort();
    this.#observer.disconnect();
    this.#soon.port1.close();
  }

  /** The page may show something new. It is read in a task of its own, after the page's scripts. */
  stir() {
    if (this.#stirred) return;
    this.#stirred = true;
    if (!this.#telling) this.#soon.port2.postMessage(null);
  }

  async #look() {
    if (this.#telling || !line.known) return;
    this.#telling = true;
    while (this.#stirred && line.known) {
      this.#stirred = false;
      await this.#tell().catch(() => undefined);
    }
    this.#telling = false;
  }

  async #tell() {
    const reading = fitted(await readPage(this.profile));
    const whole = JSON.stringify({ ...reading, now: 0 });
    if (whole === this.#told || !line.known) return;
    this.#told = whole;
    await line.ask("page.changed", reading);
  }
}

/**
 * Chrome does not freeze a page that holds a lock; it is shared, as every worker tab holds the same.
 * https://developer.chrome.com/docs/web-platform/page-lifecycle-api#faqs
 *
 * @param {AbortSignal} signal
 */
function stayAwake(signal) {
  const released = new Promise((resolve) => signal.addEventListener("abort", resolve));
  navigator.locks.request("pressrun", { mode: "shared" }, () => released).catch(() => undefined);
}

const line = new Line();
/** @type {Watch | null} */
let watch = null;

/** Asks the host what this tab is; in the author's own tabs nothing more happens. */
async function introduce() {
  try {
    const { page } = await line.ask("tab.ready", { url: bounded(location.href), steps: steps.last() });
    if (!page) return rest();
    line.known = true;
    watch ??= new Watch(page);
    watch.restart(page);
  } catch (error) {
    // a host that refused is asked again on a new line; a dropped link connects by itself
    if (error instanceof RefusedError) line.again();
  }
}

function rest() {
  line.close();
  watch?.end();
  watch = null;
}

/**
 * @param {string} method
 * @param {Rpc.Params} params
 */
async function answerTo(method, params) {
  try {
    if (!watch) throw new RefusedError(Code.NOT_FOUND, "this tab is not a worker tab yet");
    if (method !== "page.use") return { result: await carryOut(method, params, watch.profile) };
    watch.restart(/** @type {Wire.PageUse} */ (/** @type {unknown} */ (params)).page);
    return { result: {} };
  } catch (error) {
    const code = error instanceof RefusedError ? error.code : Code.INTERNAL;
    return { error: { code, message: bounded(error instanceof Error ? error.message : String(error)) } };
  }
}

// Chrome cuts the port of a page in its back/forward cache without telling the page:
// https://developer.chrome.com/blog/bfcache-extension-messaging-changes
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) line.connect();
});
line.connect();
