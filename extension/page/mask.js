/** Replaces words, names and addresses. Each keeps its shape, and equal ones stay equal. */

/** Attributes of a selector that compare words of the site's, as a person reads or hears them. */
const LITERAL = /(?:\[(?:aria-label|alt|title|placeholder|data-placeholder|aria-placeholder)[*^$~|]?=|:text\()"([^"]+)"/g;
const LEAST_LITERAL = 3;

const FILE = /[^\s"'“”„«»‹›()/]+\.(?:png|jpe?g|webp|gif|heic|avif|svg|bmp|tiff?|pdf|txt|md|csv|docx?|xlsx?|pptx?|zip|json|mp[34]|mov)\b/giu;
const ADDRESS_IN_TEXT = /\b(?:https?:\/\/|www\.)\S+|\S+@\S+/giu;
const LONG_NUMBER = /\d{5,}/g;
const FEW_DIGITS = /(?<!\d)\d{1,2}(?!\d)/g;

/** What a site calls its plans stands beside the account's name, and in every limit's text. */
const PLANS = new Set(["free", "go", "plus", "pro", "team", "business", "enterprise", "edu", "plan"]);

/** Scripts without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const TOKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+/gu;
const RUN_TOKENS = 3;
const RUN_CHARS = 10;
const PHRASE_CHARS = 200;
const PHRASES = 1_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const IDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=(?<![A-Za-z])file[-_])[0-9A-Za-z_-]+|[0-9A-Za-z]+/gi;

/** Parts of an address after which a name comes: of a chat, a project, a person. */
const NAMING = new Set(["c", "g", "uc", "s", "e", "u", "p", "share", "user", "users", "gpts", "project", "projects"]);
const FRAGMENT = /^#[\w-]{0,64}$/;
const FIXED = new Set(["c", "g", "uc", "share", "project", "content", "download", "images", "library"]);

/**
 * A text as its shape: letters as x, digits as 0. The unit after a number stays, since how an answer
 * that is under way tells its time says nothing of anybody.
 *
 * @param {string} text
 */
function masked(text) {
  return text.replace(/(\p{N})(\s?(?:min|sec|[hms])\b)?|(\p{Lu})|[\p{L}\p{M}]/gu, (_, digit, unit, upper) =>
    digit ? `0${unit ?? ""}` : upper ? "X" : "x",
  );
}

/** @param {string} text */
const literally = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * A pattern that finds any of these phrases, as whole words where their script has any.
 *
 * @param {Iterable<string>} phrases
 */
function anyOf(phrases) {
  const choices = [...new Set(phrases)]
    .sort((one, other) => other.length - one.length)
    .map((phrase) => {
      const words = phrase.split(/\s+/).map(literally).join("\\s+");
      return UNSPACED.test(phrase) ? words : `(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`;
    });
  return choices.length ? new RegExp(choices.join("|"), "giu") : null;
}

/** @param {string} text */
const tokensOf = (text) => [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({ token: token.toLowerCase(), index }));

/**
 * Every run of words long enough to be somebody's: three words with ten characters in total.
 *
 * @param {string} text
 */
function* runsOf(text) {
  const tokens = tokensOf(text);
  for (let start = 0; start < tokens.length; start++) {
    let chars = 0;
    for (let end = start; end < tokens.length; end++) {
      chars += tokens[end]?.token.length ?? 0;
      if (end - start + 1 < RUN_TOKENS || chars < RUN_CHARS) continue;
      const last = tokens[end];
      const from = tokens[start]?.index ?? 0;
      const words = tokens.slice(start, end + 1).map(({ token }) => token);
      yield { words: words.join(" "), from, to: (last?.index ?? 0) + (last?.token.length ?? 0) };
      break;
    }
  }
}

/**
 * What is known of a page's private words, and everything that is written of them.
 *
 * @typedef {object} Private
 * @property {string[]} account  what names who is signed in
 * @property {string[]} names  whole texts that name something of the author's: titles, files
 * @property {string[]} written  prompts and answers
 */

class Mask {
  /** @type {Map<string, number>} */
  #ids = new Map();
  /** @type {Set<string>} */
  #runs;
  #literals;
  #names;
  #account;

  /**
   * @param {string} rules  all selectors of the profile: words that they compare are the site's own
   * @param {Private} theirs
   */
  constructor(rules, { account, names, written }) {
    const compared = [...rules.matchAll(LITERAL)].map(([, words = ""]) => words);
    const telling = compared.filter((words) => words.length >= LEAST_LITERAL || UNSPACED.test(words));
    this.#literals = telling.length ? new RegExp(telling.map(literally).join("|"), "giu") : null;
    const phrases = [...names, ...written]
      .map((each) => each.trim())
      .filter((each) => each.length <= PHRASE_CHARS && (each.length > 2 || UNSPACED.test(each)));
    const people = account.flatMap((name) => [name.trim(), ...tokensOf(name).map(({ token }) => token)]);
    const secret = [...people.filter((name) => name.length > 1), ...phrases.slice(0, PHRASES)];
    this.#names = anyOf(secret.filter((name) => !PLANS.has(name.toLowerCase())));
    this.#account = anyOf(account.map((name) => name.trim()).filter((name) => name.length > 1));
    this.#runs = new Set(written.flatMap((text) => [...runsOf(text)].map(({ words }) => words)));
  }

  /**
   * Words of the site's, without what is the author's in them.
   *
   * @param {string} text
   */
  site(text) {
    const secret = [this.#names, FILE, ADDRESS_IN_TEXT, LONG_NUMBER].flatMap((pattern) => spans(text, pattern));
    const runs = [...runsOf(text)].filter(({ words }) => this.#runs.has(words)).map(({ from, to }) => [from, to]);
    return hidden(text, [...secret, ...runs], spans(text, this.#literals));
  }

  /**
   * A label that may hold anything: only what the profile compares is left, and small numbers.
   *
   * @param {string} text
   */
  known(text) {
    return hidden(text, [[0, text.length]], [...spans(text, this.#literals), ...spans(text, FEW_DIGITS)]);
  }

  /**
   * The label of a control. Of one that names a file, whatever it is called, only the rest of the
   * words would be left; so nothing is.
   *
   * @param {string} text
   */
  control(text) {
    return spans(text, FILE).length ? this.known(text) : this.site(text);
  }

  /**
   * A value that tells how a page is built, with other ids in it.
   *
   * @param {string} value
   * @param {boolean} [naming]  whether it names one of many: then every number is an id
   */
  built(value, naming = false) {
    return this.#otherIds(hidden(value, [this.#account, FILE, ADDRESS_IN_TEXT].flatMap((each) => spans(value, each)), []), naming);
  }

  /**
   * @param {string} text
   * @param {boolean} [naming]
   */
  #otherIds(text, naming = false) {
    return text.replace(IDS, (part, at) => {
      const file = /(?<![A-Za-z])file[-_]$/.test(text.slice(0, at));
      return file || looksLikeId(part, naming) ? this.id(part) : part;
    });
  }

  /**
   * Another id of the same shape, always the same one for the same.
   *
   * @param {string} id
   */
  id(id) {
    const number = this.#ids.get(id) ?? this.#ids.size + 1;
    this.#ids.set(id, number);
    const places = id.replace(/[^0-9A-Za-z]/g, "").length;
    const digits = String(number).padStart(places, "0");
    let next = digits.length - places;
    const filled = id.replace(/[0-9A-Za-z]/g, () => digits.charAt(next++)).replace(/[^\x00-\x7f]/g, "");
    return digits.slice(0, digits.length - places) + filled;
  }

  /**
   * An address without what it names, and without signatures.
   *
   * @param {string} value
   * @param {boolean} link  whether it leads somewhere: where to is nobody's business
   * @returns {string}
   */
  address(value, link) {
    if (FRAGMENT.test(value)) return this.#otherIds(value);
    if (!URL.canParse(value, location.href)) return "";
    const url = new URL(value, location.href);
    if (url.protocol === "data:") return /^data:[a-z0-9+./-]{0,40}/.exec(value)?.[0] ?? "data:";
    if (url.protocol === "blob:") return `blob:${url.origin}/${this.#name(url.pathname.split("/").at(-1) ?? "")}`;
    if (!/^https?:$/.test(url.protocol)) return "";
    if (link && !this.#isOurs(url)) return `${url.protocol}//${this.id(url.host)}.invalid/`;
    const path = url.pathname.split("/").map((part, place, all) => this.#step(part, all[place - 1] ?? "", link, place === all.length - 1));
    const fragment = !link && FRAGMENT.test(url.hash) ? this.#otherIds(url.hash) : "";
    const origin = /^\/(?!\/)/.test(value) ? "" : url.origin;
    return `${origin}${path.join("/")}${this.#query(url)}${fragment}`;
  }

  /** @param {URL} url */
  #isOurs({ hostname }) {
    return hostname === location.hostname || hostname.endsWith(`.${location.hostname}`);
  }

  /** @param {URL} url */
  #query({ searchParams }) {
    const files = [...searchParams].filter(([, value]) => /^file[-_]/.test(value));
    return files.length ? `?${files.map(([name, value]) => `${this.built(name)}=${this.#name(value)}`).join("&")}` : "";
  }

  /**
   * @param {string} part
   * @param {string} before
   * @param {boolean} link
   * @param {boolean} last
   */
  #step(part, before, link, last) {
    if (!part || FIXED.has(part)) return part;
    const plain = /^[a-z][a-z_-]{0,23}$/.test(part) && !NAMING.has(before);
    if (plain && !(link && last)) return part;
    const [, name = part, kind = ""] = /^(.+)(\.[a-z0-9]{2,5})$/i.exec(part) ?? [];
    return kind === ".svg" && !NAMING.has(before) ? this.#otherIds(part) : `${this.#name(name)}${kind}`;
  }

  /**
   * An id with what stands before it to tell its kind: `WEB:`, `file_`, `g-p-`.
   *
   * @param {string} name
   */
  #name(name) {
    const [kind = ""] = /^(?:[A-Za-z-]{1,16}(?::|%3A)|file[-_]|g-p-|g-)/i.exec(name) ?? [];
    return kind + this.id(name.slice(kind.length));
  }
}

/**
 * @param {string} text
 * @param {RegExp | null} pattern
 * @returns {number[][]}
 */
function spans(text, pattern) {
  return pattern ? [...text.matchAll(pattern)].map(({ 0: found, index }) => [index, index + found.length]) : [];
}

/**
 * @param {string} text
 * @param {number[][]} secret
 * @param {number[][]} open  what is left readable nevertheless
 */
function hidden(text, secret, open) {
  const hides = new Uint8Array(text.length);
  for (const [from, to] of secret) hides.fill(1, from, to);
  for (const [from, to] of open) hides.fill(0, from, to);
  let told = "";
  for (let start = 0; start < text.length; ) {
    let end = start + 1;
    while (end < text.length && hides[end] === hides[start]) end++;
    const part = text.slice(start, end);
    told += hides[start] ? masked(part) : part;
    start = end;
  }
  return told;
}

/**
 * @param {string} part
 * @param {boolean} naming
 */
function looksLikeId(part, naming) {
  if (UUID.test(part) || /\d{4}/.test(part)) return true;
  const mixed = /\d/.test(part) && /[a-z]/i.test(part);
  if (naming) return /\d/.test(part) || part.length > 16 || /[a-z][A-Z].*[a-z][A-Z]/.test(part);
  return (/^[0-9a-f]{6,}$/i.test(part) && /\d/.test(part)) || (mixed && part.length >= 8);
}
