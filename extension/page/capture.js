/** The page as it is, for whoever repairs a site profile: it can be read again, without people's words. */

const CAPTURE_CHARS = 1_000_000;
const NOTICE_CHARS = 500;
const CONTROL_CHARS = 32;
const LABEL_CHARS = 60;
const VALUE_CHARS = 400;
const CLIPPED_HEIGHT = 8;
const CLIPPED_BY = 4;
/** Marks elements to which a style adds text. */
const ADDS = "data-adds-text";

const CONTROLS = 'button, [role="button"], [role^="menuitem"], [role="tab"], [role="switch"], [data-list-navigation-item], label, summary';
const WRITTEN_IN = 'textarea, input, [contenteditable]:not([contenteditable="false"])';
const ACCOUNTS = ":is(nav, aside) [aria-haspopup]:has(img)";
const ACCOUNT_TEXTS = 8;
const CONVERSATIONS = 'a[href*="/c/"]';
/** Other parts whose labels are the site's. */
const NAMED_PARTS = 'form, dialog, [role="dialog"], [role="alertdialog"], [role="menu"], [role="status"], [role="progressbar"]';
const LISTS = 'nav, aside, header:not([role="dialog"] *, dialog *), [role="navigation"]';
/** Where people's words are, whatever a profile says, because the profile may be wrong. */
const PRIVATE = `${LISTS}, article, li, [role="log"], [role="option"], [data-turn], [data-turn-key],
  [data-message-id], [data-message-author-role], [data-message-role], [data-user-message-bubble], [data-conversation-role],
  ${CONVERSATIONS}, ${WRITTEN_IN}`;

const WITHOUT = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "LINK", "META", "BASE", "TITLE", "PLAINTEXT", "XMP", "LISTING", "NOEMBED", "NOFRAMES"]);
const VOID = new Set(["AREA", "BR", "COL", "EMBED", "HR", "IMG", "INPUT", "SOURCE", "TRACK", "WBR"]);
const INLINE = new Set(
  ("A ABBR AUDIO B BDI BDO BUTTON CANVAS CITE CODE DATA DEL DFN EM I IFRAME IMG INPUT INS KBD LABEL MARK METER OUTPUT PICTURE " +
    "PROGRESS Q RUBY S SAMP SELECT SMALL SPAN STRONG SUB SUP svg TEXTAREA TIME U VAR VIDEO BR WBR SLOT").split(" "),
);

const LABELS = /^(?:aria-(?:label|description|placeholder|roledescription|valuetext|keyshortcuts)|alt|title|placeholder|data-placeholder|label|summary)$/;
const ADDRESSES = /^(?:src|href|xlink:href|poster|data|cite|data-(?:src|href|url))$/;
const DROPPED = /^(?:on.*|style|srcset|imagesrcset|sizes|srcdoc|nonce|integrity|content|value|action|formaction|ping|popover|http-equiv|width|height|d|points|transform|fill|stroke.*|viewbox)$/i;
const BUILT = /^(?:id|class|role|type|name|for|accept|dir|lang|loading|tabindex|contenteditable|translate|rel|target|rows|cols|aria-.+|data-(?:test-?id|test)|data-(?:.+-)?(?:state|type|turn|role|status|kind|mode|target|slot|side|variant|orientation|hint|tool|surface|phase|step|action|part|command))$/;
const NAMED = /^data-(?:.+-)?(?:id|key|uuid|ref)$/;
/** What shows a picture in a box of its own. */
const BOXES = "img, iframe, canvas, video, object, embed, svg, svg image";
const PLAIN = /^(?:|true|false|\d{1,3})$/;

/**
 * Whose the words are at one place of the page.
 *
 * @typedef {object} Place
 * @property {boolean} theirs  among words of people, where a label may hold them, too
 * @property {"shape" | "known" | "said"} words  what is kept of a text: its shape, what the profile compares, the site's words
 * @property {{ left: number }} room  how many characters more the site may say here
 */

/**
 * The page's markup by which a profile can be tried again. What the site says in dialogs, alerts and
 * short labels of controls is kept; prompts, answers, titles, names, files and ids are kept as shapes.
 *
 * @param {Wire.PageProfile} profile
 * @returns {string}
 */
function capture(profile) {
  return new Capture(profile).html();
}

class Capture {
  /** @type {string[]} */
  #parts = [];
  #length = 0;
  #notices;
  #private;
  #named;
  #naming;
  #mask;

  /** @param {Wire.PageProfile} profile */
  constructor(profile) {
    const shells = [...profile.shells, profile.unknown];
    const all = (/** @type {(shell: Wire.Shell) => string[]} */ of) => {
      const rules = new Set(shells.flatMap(of));
      return new Set([...rules].flatMap((rule) => find(rule, document)));
    };
    const users = all(({ user, user_text }) => [...user, ...user_text]);
    const turns = new Set([...all(({ turn, assistant, unit }) => [...turn, ...assistant, ...unit]), ...users]);
    const accounts = new Set([...all(({ account }) => account), ...find(ACCOUNTS, document)]);
    const listed = all(({ chip, history }) => [...chip, ...history]);
    this.#private = new Set([...find(PRIVATE, document), ...turns, ...accounts, ...listed]);
    const holds = (/** @type {Element} */ element) => [...turns].some((turn) => turn.contains(element) || element.contains(turn));
    this.#notices = new Set([...all(({ dialog, alert }) => [...dialog, ...alert])].filter((element) => !holds(element)));
    const rules = JSON.stringify(profile).replaceAll('\\"', '"');
    this.#named = new Set([...rules.matchAll(/\[([a-z][\w-]*)/g)].map(([, name = ""]) => name));
    const general = ["id", "data-testid"];
    this.#naming = new Set(shells.flatMap(({ turn_id }) => turn_id.filter((name) => !general.includes(name))));
    const drafts = find(WRITTEN_IN, document);
    const besides = [...find(`${LISTS}, ${CONVERSATIONS}`, document), ...listed, ...drafts, ...users];
    this.#mask = new Mask(rules, {
      account: [...accounts].flatMap((element) => leaves(element).slice(0, ACCOUNT_TEXTS)),
      names: [document.title, ...besides.flatMap(leaves), ...files()].filter((name) => name !== "ChatGPT"),
      written: [...turns, ...drafts].map((element) => element.textContent ?? ""),
    });
  }

  /** @returns {string} */
  html() {
    const root = document.documentElement;
    const kept = [...root.attributes].filter(({ name }) => /^(?:lang|dir|class)$/.test(name));
    this.#put(`<!doctype html>\n<html${kept.map((each) => this.#attribute(root, each, false)).join("")}><head><meta charset="utf-8">`);
    // a page opened from a file must not make requests
    this.#put(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`);
    this.#put(`<base href="${escaped(location.origin + this.#mask.address(location.pathname, true))}">`);
    this.#put(`<title>${escaped(this.#title())}</title><style>[${ADDS}]::after{content:"…"}</style></head>`);
    if (document.body) this.#visit(document.body, { theirs: false, words: "shape", room: { left: Infinity } });
    const cut = this.#length > CAPTURE_CHARS ? "<!-- cut: the page is longer -->" : "";
    return `${this.#parts.join("")}${cut}</html>\n`.toWellFormed();
  }

  /** A chat's title may be made of its prompt; that of a page without chat and composer is the site's. */
  #title() {
    const title = bounded(document.title, LABEL_CHARS);
    const theirs = document.querySelector(`${CONVERSATIONS}, ${WRITTEN_IN}`) ?? (/\/c\//.test(location.pathname) || null);
    return title === "ChatGPT" || theirs === null ? title : masked(title);
  }

  /**
   * @param {Element} element
   * @param {Place} around
   */
  #visit(element, around) {
    if (WITHOUT.has(element.tagName) || this.#length > CAPTURE_CHARS) return;
    const place = this.#place(element, around);
    const tag = element.localName;
    const attributes = [...element.attributes].map((each) => this.#attribute(element, each, place.theirs));
    if (!this.#put(`<${tag}${attributes.join("")}${this.#looks(element, place)}>`) || VOID.has(element.tagName)) return;
    if (element instanceof HTMLTextAreaElement) this.#put(escaped(masked(element.value)));
    else if (tag !== "iframe") this.#children(element, place);
    // open elements are closed even if the rest is cut off
    const end = `</${tag}>`;
    this.#length += end.length;
    this.#parts.push(end);
  }

  /**
   * @param {Element} element
   * @param {Place} place
   */
  #children(element, place) {
    const drawing = element instanceof SVGElement;
    for (const child of element.childNodes) {
      if (child instanceof Element) {
        if (!drawing || /^(?:use|image|svg|g)$/.test(child.localName)) this.#visit(child, place);
      } else if (child.nodeType === Node.TEXT_NODE && !drawing) {
        this.#put(escaped(this.#text(child.nodeValue ?? "", place)));
      }
    }
  }

  /**
   * @param {Element} element
   * @param {Place} around
   * @returns {Place}
   */
  #place(element, around) {
    const control = element.matches(CONTROLS);
    if (!around.theirs && this.#notices.has(element)) return { theirs: false, words: "said", room: { left: NOTICE_CHARS } };
    if (this.#private.has(element) || (control && (around.theirs || besidePicture(element)))) {
      return { ...around, theirs: true, words: control ? "known" : "shape" };
    }
    if (!control || around.words === "said") return around;
    const short = (element.textContent ?? "").trim().length <= CONTROL_CHARS;
    return { ...around, words: short ? "said" : "known" };
  }

  /**
   * What the page's styles come to, as far as a reading depends on it: what is drawn, where lines
   * end, which turn stands above which, how large pictures are, what is clipped.
   *
   * @param {Element} element
   * @param {Place} place
   */
  #looks(element, { theirs }) {
    const style = getComputedStyle(element);
    const [, backdrop = ""] = /url\("?([^")]+)"?\)/.exec(style.backgroundImage) ?? [];
    const told = [...drawing(element, style), ...flow(element, style), ...(theirs ? cuts(element, style) : [])];
    if (backdrop) told.push(`background-image:url("${this.#mask.address(backdrop, false)}")`);
    if (backdrop || element.matches(BOXES)) told.push(...box(element));
    const adds = theirs && showsMore(element) ? ` ${ADDS}=""` : "";
    return `${pixels(element)}${adds}${told.length ? ` style="${escaped(told.join(";"))}"` : ""}`;
  }

  /**
   * @param {string} text
   * @param {Place} place
   */
  #text(text, { words, room }) {
    if (words !== "said") return words === "known" ? this.#mask.known(text) : masked(text);
    room.left -= text.trim().length;
    return room.left < 0 ? masked(text) : this.#mask.site(text);
  }

  /**
   * @param {Element} element
   * @param {Attr} attribute
   * @param {boolean} theirs
   */
  #attribute(element, { name, value }, theirs) {
    if (DROPPED.test(name) || !/^[a-z][\w:.-]*$/i.test(name)) return "";
    return ` ${name}="${escaped(this.#value(element, name, bounded(value, VALUE_CHARS), theirs))}"`;
  }

  /**
   * @param {Element} element
   * @param {string} name
   * @param {string} value
   * @param {boolean} theirs
   */
  #value(element, name, value, theirs) {
    if (NAMED.test(name) || this.#naming.has(name)) return this.#mask.built(value, true);
    if (PLAIN.test(value)) return value;
    if (LABELS.test(name)) return this.#label(element, value, theirs);
    if (ADDRESSES.test(name)) return this.#mask.address(value, element instanceof HTMLAnchorElement);
    const builds = name === "class" || (!/\s/.test(value) && (BUILT.test(name) || this.#named.has(name)));
    return builds ? this.#mask.built(value) : masked(value);
  }

  /**
   * A label is the site's where it names a control, or asks for words. Among words of people that is
   * so only of a control with neither words nor picture; in a list of theirs, and of a file, never.
   *
   * @param {Element} element
   * @param {string} label
   * @param {boolean} theirs
   */
  #label(element, label, theirs) {
    const asks = element.closest(WRITTEN_IN) !== null;
    const control = element.matches(CONTROLS);
    const bare = !element.textContent?.trim() && !element.querySelector("img") && !element.closest(LISTS) && !besidePicture(element);
    const sites = asks || (control && (!theirs || bare)) || (!theirs && element.matches(NAMED_PARTS));
    return sites && label.length <= LABEL_CHARS ? this.#mask.control(label) : this.#mask.known(label);
  }

  /**
   * Whether there was room for it.
   *
   * @param {string} text
   */
  #put(text) {
    this.#length += text.length;
    const room = this.#length <= CAPTURE_CHARS;
    if (room) this.#parts.push(text);
    return room;
  }
}

/**
 * Each text of an element by itself; those of controls are the site's.
 *
 * @param {Element} element
 */
function leaves(element) {
  const held = [element, ...element.querySelectorAll("*")];
  const texts = held.map((each) => (WITHOUT.has(each.tagName) ? "" : [...each.childNodes].map(ownText).join("").trim()));
  return texts.filter(Boolean);
}

/** @param {Node} node */
const ownText = (node) => (node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? "") : "");

/** What files in a composer are called. */
function files() {
  const named = find('form [role="group"][aria-label], form img[alt]', document);
  return named.map((element) => element.getAttribute("aria-label") ?? element.getAttribute("alt") ?? "");
}

/**
 * Whether a control of a composer belongs to a picture there: its label tells what file that is.
 *
 * @param {Element} element
 */
function besidePicture(element) {
  if (!element.closest("form")) return false;
  let at = element.parentElement;
  for (let steps = 0; at && steps < 3 && !at.matches("form") && !at.querySelector(WRITTEN_IN); steps++) {
    if (at.querySelector('img:not([src*=".svg"])')) return true;
    at = at.parentElement;
  }
  return false;
}

/**
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 */
function drawing(element, style) {
  if (style.display === "none") return ["display:none"];
  const above = element.parentElement ? getComputedStyle(element.parentElement) : null;
  const told = [];
  if (style.display === "contents") told.push("display:contents");
  else if (isInline(style) !== INLINE.has(element.tagName) || element.matches("[hidden], dialog")) {
    told.push(`display:${isInline(style) ? "inline-block" : "block"}`);
  }
  if (style.visibility !== (above?.visibility ?? "visible")) told.push(`visibility:${style.visibility}`);
  if (style.contentVisibility === "hidden") told.push("content-visibility:hidden");
  // in a hidden tab a fade may stop while still transparent
  if (style.opacity === "0" && !document.hidden) told.push("opacity:0");
  return told;
}

/**
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 */
function flow(element, style) {
  const told = [];
  if (/^(?:pre|break-spaces)/.test(style.whiteSpace)) told.push("white-space:pre-wrap");
  const reverse = /-reverse$/.test(style.flexDirection) && /flex/.test(style.display);
  if (reverse) told.push("display:flex", `flex-direction:${style.flexDirection}`);
  const { clientHeight } = element;
  if (/hidden|clip/.test(style.overflowY) && clientHeight > 0 && element.scrollHeight > clientHeight + CLIPPED_BY) {
    told.push("overflow:hidden", `max-height:${Math.min(CLIPPED_HEIGHT, clientHeight)}px`);
  }
  return told;
}

/**
 * Styles that suggest that an element has more text than it shows, or that it is a control.
 *
 * @param {Element} element
 * @param {CSSStyleDeclaration} style
 */
function cuts(element, style) {
  const above = element.parentElement ? getComputedStyle(element.parentElement).cursor : "";
  const told = [];
  if (style.cursor === "pointer" && above !== "pointer") told.push("cursor:pointer");
  if (/^\d+$/.test(style.webkitLineClamp)) told.push(`-webkit-line-clamp:${style.webkitLineClamp}`);
  if (style.maskImage && style.maskImage !== "none") told.push("mask-image:linear-gradient(#000,#000)");
  const { clientWidth } = element;
  if (/hidden|clip/.test(style.overflowX) && clientWidth > 0 && element.scrollWidth > clientWidth + CLIPPED_BY) {
    told.push("overflow:hidden", `max-width:${Math.min(CLIPPED_HEIGHT, clientWidth)}px`, "white-space:nowrap");
  }
  return told;
}

/** @param {Element} element */
function showsMore(element) {
  return ["::before", "::after"].some((edge) => /\S/.test(/^"(.*)"$/.exec(getComputedStyle(element, edge).content)?.[1] ?? ""));
}

/** @param {Element} element */
function box(element) {
  const { width, height } = element.getBoundingClientRect();
  if (!width || !height) return [];
  return [`width:${Math.round(width)}px`, `height:${Math.round(height)}px`, "border:0", "padding:0", "box-sizing:border-box"];
}

/** @param {CSSStyleDeclaration} style */
const isInline = ({ display }) => /^(?:inline|ruby)/.test(display);

/**
 * The size of a picture itself; an icon counts as drawn, because a drawing has no size.
 *
 * @param {Element} element
 */
function pixels(element) {
  const drawnAt = element.getBoundingClientRect();
  const isIcon = Math.min(drawnAt.width, drawnAt.height) > 0 && Math.min(drawnAt.width, drawnAt.height) < ICON;
  const [width, height] = isIcon ? [Math.round(drawnAt.width), Math.round(drawnAt.height)] : ownSize(element);
  return `${width ? ` width="${width}"` : ""}${height ? ` height="${height}"` : ""}`;
}

/**
 * @param {Element} element
 * @returns {[number, number]}
 */
function ownSize(element) {
  return (
    element instanceof HTMLImageElement
      ? [element.naturalWidth || declared(element, "width"), element.naturalHeight || declared(element, "height")]
      : element instanceof HTMLCanvasElement
        ? [element.width, element.height]
        : [0, 0]
  );
}

/**
 * Text as markup has it. A control character would be six on the wire.
 *
 * @param {string} text
 */
function escaped(text) {
  return text.replace(/[^\P{Cc}\t\n]/gu, " ").replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
