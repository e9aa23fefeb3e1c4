/** The hands: each does one thing to the page, exactly as asked, or says why it cannot. */

const FETCH_MS = 120_000;
const ATTEMPTS_REMEMBERED = 64;

class RefusedError extends Error {
  /**
   * @param {number} code
   * @param {string} text
   */
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

/**
 * The steps done in this document, of each attempt in order, so that a command that comes twice is
 * carried out once.
 */
class Steps {
  /** @type {Map<string, string[]>} */
  #done = new Map();
  /** @type {Map<string, Promise<Wire.Done>>} */
  #underWay = new Map();

  /** The last step done of each attempt. */
  last() {
    return Object.fromEntries([...this.#done].map(([attempt, steps]) => [attempt, steps.at(-1) ?? ""]));
  }

  /**
   * @param {{ attempt: string, step: string }} name
   * @param {() => Promise<boolean>} act  tells whether the step is done now, or needs more
   * @returns {Promise<Wire.Done>}
   */
  once({ attempt, step }, act) {
    if (this.#done.get(attempt)?.includes(step)) return Promise.resolve({ again: true });
    const name = JSON.stringify([attempt, step]);
    const running = this.#underWay.get(name) ?? this.#run(attempt, step, act);
    this.#underWay.set(name, running);
    return running.finally(() => this.#underWay.delete(name));
  }

  /**
   * @param {string} attempt
   * @param {string} step
   * @param {() => Promise<boolean>} act
   */
  async #run(attempt, step, act) {
    if (await act()) this.#remember(attempt, step);
    return { again: false };
  }

  /**
   * @param {string} attempt
   * @param {string} step
   */
  #remember(attempt, step) {
    const steps = [...(this.#done.get(attempt) ?? []), step];
    this.#done.delete(attempt);
    this.#done.set(attempt, steps);
    const [oldest] = this.#done.keys();
    if (this.#done.size > ATTEMPTS_REMEMBERED && oldest !== undefined) this.#done.delete(oldest);
  }
}

const steps = new Steps();

/**
 * The one element that is needed, or a refusal that says how many there were.
 *
 * @param {Element[]} found
 * @param {string} what
 */
function exactlyOne(found, what) {
  const [element] = found;
  if (found.length === 1 && element instanceof HTMLElement) return element;
  throw new RefusedError(Code.NOT_FOUND, `the page shows ${found.length || "no"} ${what}, and exactly one is needed`);
}

/**
 * A click like a person's: menus open on `pointerdown` and ignore a bare click.
 *
 * @param {HTMLElement} element
 */
function press(element) {
  const mouse = { bubbles: true, cancelable: true, composed: true, detail: 1 };
  const pointer = { ...mouse, pointerId: 1, pointerType: "mouse", isPrimary: true };
  element.dispatchEvent(new PointerEvent("pointerdown", { ...pointer, buttons: 1 }));
  element.dispatchEvent(new MouseEvent("mousedown", { ...mouse, buttons: 1 }));
  element.dispatchEvent(new PointerEvent("pointerup", pointer));
  element.dispatchEvent(new MouseEvent("mouseup", mouse));
  element.click();
}

/** Lets the page's own tasks run; a timer would be slowed in a hidden tab. */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}

/** @param {HTMLElement} composer */
function caretToEnd(composer) {
  composer.focus({ preventScroll: true });
  // never with everything selected in between: an editor may lose its mode's pill by that
  const end = document.createRange();
  end.selectNodeContents(composer);
  end.collapse(false);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(end);
}

/**
 * Types text at the caret, line by line: an editor may take a split paragraph for a pressed Enter,
 * which sends what is there so far.
 *
 * @param {string} text
 */
async function type(text) {
  for (const [place, line] of text.split("\n").entries()) {
    if (place) document.execCommand("insertLineBreak");
    if (line) document.execCommand("insertText", false, line);
    await nextTask();
  }
}

/**
 * Puts one piece of text where the caret is.
 *
 * @param {HTMLElement} composer
 * @param {string} text
 * @param {Wire.Shell} shell
 */
async function paste(composer, text, shell) {
  const before = composerText(composer, shell);
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true });
  const taken = !composer.dispatchEvent(event);
  await nextTask();
  if (!taken && composerText(composer, shell) === before) await type(text);
}

/**
 * @param {Wire.PageFill} command
 * @param {Wire.Shell} shell
 */
async function fill({ text, typed }, shell) {
  const composer = exactlyOne(lookForComposer(shell, visible).elements, "visible composer");
  if (composerText(composer, shell).trim()) throw new RefusedError(Code.NOT_FOUND, "the composer is not empty");
  caretToEnd(composer);
  // an editor hears of the caret by an event of its own, later
  await nextTask();
  for (const piece of pieces(text)) await (typed ? type(piece) : paste(composer, piece, shell));
  return true;
}

/**
 * @param {Wire.PageClick} command
 * @param {Wire.Shell} shell
 */
async function click({ role }, shell) {
  const workable = (/** @type {Element} */ element) => visible(element) && enabled(element);
  const [composer] = lookForComposer(shell, visible).elements;
  const selectors = shell.clickable[role];
  if (role === "send") {
    const send = exactlyOne(lookForSend(shell, workable, composer).elements, 'enabled "send"');
    forgetDeeds();
    press(send);
  } else if (selectors) {
    const { rule, elements } = lookBeside(selectors, workable, composer);
    const element = exactlyOne(elements, `enabled "${role}"`);
    if (element.matches("a[href]")) forgetDeeds();
    // where an entry was found by its place alone it may be another mode's; a format is none
    if (composer && !role.startsWith("format") && /:text\(|image/.test(rule)) beforeMode(composer, element, rule, shell);
    press(element);
  } else throw new RefusedError(Code.NOT_FOUND, `the site profile does not say what to click as "${role}"`);
  return true;
}

/** @type {{ name: string, bytes: Uint8Array<ArrayBuffer>, received: number } | null} */
let upload = null;

/**
 * Collects the pieces of a reference picture and, once it is whole, gives it to the page.
 *
 * @param {Wire.PageAttach} command
 * @param {Wire.Shell} shell
 */
async function attach(command, shell) {
  const { bytes, received } = collect(command);
  if (received < bytes.length) return false;
  const [composer] = lookForComposer(shell, visible).elements;
  const give = command.pasted ? pasteInto(composer) : putInto(inputFor(composer, shell));
  if (composer) beforeFile(composer, command.name, shell);
  const files = new DataTransfer();
  files.items.add(new File([bytes], command.name, { type: command.media }));
  upload = null;
  give(files);
  return true;
}

/**
 * The input that takes pictures: of several of one kind in the composer's form the first.
 *
 * @param {Element | undefined} composer
 * @param {Wire.Shell} shell
 */
function inputFor(composer, shell) {
  const { elements } = lookBeside(shell.file_input, () => true, composer);
  const form = composer?.closest("form");
  const ours = form && elements.every((element) => form.contains(element)) ? elements.slice(0, 1) : elements;
  const input = exactlyOne(ours, "file input");
  if (!(input instanceof HTMLInputElement)) throw new RefusedError(Code.NOT_FOUND, "the file input is not an input element");
  return input;
}

/** @param {HTMLInputElement} input */
function putInto(input) {
  return (/** @type {DataTransfer} */ files) => {
    input.files = files.files;
    input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
}

/** @param {Element | undefined} composer */
function pasteInto(composer) {
  const editor = exactlyOne(composer ? [composer] : [], "visible composer");
  return (/** @type {DataTransfer} */ clipboardData) => {
    caretToEnd(editor);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true, composed: true });
    editor.dispatchEvent(event);
  };
}

/** @param {Wire.PageAttach} command */
function collect({ attempt, step, name, size, offset, data }) {
  const key = JSON.stringify([attempt, step, name, size]);
  const piece = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  if (size > Limit.bytes || offset + piece.length > size) {
    throw new RefusedError(Code.INVALID_PARAMS, `${name} is too large, or its piece is too long`);
  }
  if (offset === 0) upload = { name: key, bytes: new Uint8Array(size), received: 0 };
  if (upload?.name !== key || offset > upload.received) {
    throw new RefusedError(Code.INVALID_PARAMS, `a piece of ${name} is missing before ${offset}`);
  }
  upload.bytes.set(piece, offset);
  upload.received = Math.max(upload.received, offset + piece.length);
  return upload;
}

/** @type {Map<string, Blob>} the picture that is held for each attempt */
const held = new Map();

/**
 * @param {Wire.PageFetch} command
 * @param {Wire.Shell} shell
 * @returns {Promise<Wire.Fetched>}
 */
async function fetchPicture({ attempt, src }, shell) {
  const [picture] = src ? picturesFrom(src, shell) : [];
  if (!picture) throw new RefusedError(Code.NOT_FETCHED, "the page does not show this picture");
  const blob = await download(picture.src);
  const digest = await sha256(await blob.arrayBuffer());
  held.set(attempt, blob);
  return { size: blob.size, sha256: digest, media: bounded(blob.type) };
}

/** @param {string} src */
async function download(src) {
  const tooLarge = () => new RefusedError(Code.NOT_FETCHED, `the picture is larger than ${Limit.bytes >> 20} MiB`);
  try {
    const response = await fetch(src, { credentials: "include", signal: AbortSignal.timeout(FETCH_MS) });
    if (response.status !== 200) {
      throw new RefusedError(Code.NOT_FETCHED, `the site answered with status ${response.status}`);
    }
    if (Number(response.headers.get("content-length")) > Limit.bytes) throw tooLarge();
    const blob = await response.blob();
    if (blob.size > Limit.bytes) throw tooLarge();
    return blob;
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RefusedError(Code.NOT_FETCHED, `the picture could not be fetched: ${error}`);
  }
}

/**
 * @param {Wire.PagePiece} command
 * @returns {Promise<Wire.Piece>}
 */
async function piece({ attempt, offset, length }) {
  const blob = held.get(attempt);
  if (!blob) throw new RefusedError(Code.NOT_FETCHED, "the page holds no picture for this attempt");
  return { data: await base64(blob.slice(offset, offset + length)) };
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * What a command answers; the worker completes a reading.
 *
 * @template {Wire.ToPage} M
 * @typedef {M extends "page.read" ? PageReading : Rpc.ResultOf<M>} Outcome
 */

/**
 * Carries out one of the host's commands.
 *
 * @template {Wire.ToPage} M
 * @typedef {(command: Rpc.ParamsOf<M>, shell: Wire.Shell, profile: Wire.PageProfile) => Promise<Outcome<M>> | Outcome<M>} Hand
 */

/** @type {{ [M in Exclude<Wire.ToPage, "page.use">]: Hand<M> }} */
const HANDS = {
  "page.read": async (_command, _shell, profile) => fitted(await readPage(profile)),
  "page.capture": (_command, _shell, profile) => ({ html: capture(profile) }),
  "page.click": (command, shell) => steps.once(command, () => click(command, shell)),
  "page.fill": (command, shell) => steps.once(command, () => fill(command, shell)),
  "page.attach": (command, shell) => steps.once(command, () => attach(command, shell)),
  "page.fetch": (command, shell) => fetchPicture(command, shell),
  "page.piece": (command) => piece(command),
  "page.release": ({ attempt }) => {
    held.delete(attempt);
    return {};
  },
};

/**
 * Carries out a command of the host.
 *
 * @param {string} method
 * @param {Rpc.Params} params
 * @param {Wire.PageProfile} profile
 * @returns {Promise<object>}
 */
async function carryOut(method, params, profile) {
  if (!Object.hasOwn(HANDS, method)) throw new RefusedError(Code.UNKNOWN_METHOD, `the page does not know the call ${method}`);
  const work = HANDS[/** @type {keyof typeof HANDS} */ (method)];
  return work(/** @type {never} */ (params), recognise(profile).shell, profile);
}
