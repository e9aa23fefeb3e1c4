/** Pictures in any markup: those that a profile's rules find, and all other large ones. */

/** The shorter side, in pixels, from which on something that no rule finds counts as a picture. */
const LARGE = 128;

/** Anything shown smaller than this is an icon, however large its file; avatars often are. */
const ICON = 48;

/** How many elements of one part are checked for a background picture. */
const BACKGROUNDS = 512;

const SHOWING = "img, canvas, video, svg image, object, embed, iframe, input[type=image]";

/**
 * A picture, and the rule that found it, if one did.
 *
 * @typedef {{ element: Element, rule: string, src: string }} Shown
 */

/** @typedef {{ width: number, height: number }} Size */

/**
 * The pictures in `root`, in reading order: what any of the rules finds, drawn or not, and anything
 * else that is drawn and large.
 *
 * @param {Element} root
 * @param {string[]} rules
 * @param {Test} holds  whether a place belongs to what is meant
 * @param {Element[]} [backdrops]  what may have a background picture
 * @returns {Shown[]}
 */
function picturesIn(root, rules, holds, backdrops = [...root.querySelectorAll("*")]) {
  /** @type {Map<Element, string>} */
  const found = new Map();
  for (const rule of rules) {
    for (const element of find(rule, root)) {
      if (!found.has(element) && holds(element)) found.set(element, rule);
    }
  }
  for (const element of find(SHOWING, root)) {
    if (!found.has(element) && holds(element) && isLarge(element)) found.set(element, "");
  }
  const shown = [...found.keys()];
  const empty = backdrops.filter((e) => !e.textContent?.trim() && !shown.some((each) => e.contains(each)));
  for (const element of empty.slice(0, BACKGROUNDS)) {
    if (isLarge(element) && backgroundOf(element) && holds(element)) found.set(element, "");
  }
  return [...found]
    .map(([element, rule]) => ({ element, rule, src: sourceOf(element) }))
    .sort((one, other) => (precedes(one.element, other.element) ? -1 : 1))
    .slice(0, Limit.pictures);
}

/**
 * Whether an element shows something large. A picture that is not loaded has no size; one that a
 * script made counts as large until it proves otherwise, because icons are not made by scripts.
 *
 * @param {Element} element
 */
function isLarge(element) {
  if (!drawn(element)) return false;
  const { width, height } = element.getBoundingClientRect();
  if (isLoaded(element) && Math.min(width, height) > 0 && Math.min(width, height) < ICON) return false;
  const size = naturalSize(element);
  if (Math.min(width, height) >= LARGE || Math.min(size.width, size.height) >= LARGE) return true;
  if (!(element instanceof HTMLImageElement) || size.width > 0) return false;
  return sourceOf(element).startsWith("blob:");
}

/**
 * The size of a picture itself; until it is loaded, the size that the page declares, or 0.
 *
 * @param {Element} element
 * @returns {Size}
 */
function naturalSize(element) {
  if (element instanceof HTMLImageElement) {
    return {
      width: element.naturalWidth || declared(element, "width"),
      height: element.naturalHeight || declared(element, "height"),
    };
  }
  if (element instanceof HTMLCanvasElement) return { width: element.width, height: element.height };
  if (element instanceof HTMLVideoElement && element.videoWidth) {
    return { width: element.videoWidth, height: element.videoHeight };
  }
  const { width, height } = element.getBoundingClientRect();
  return { width: Math.round(width), height: Math.round(height) };
}

/**
 * A size that can be told: a page may declare any number.
 *
 * @param {Size} size
 * @returns {Size}
 */
const countable = ({ width, height }) => ({ width: Math.min(width, Limit.pixels), height: Math.min(height, Limit.pixels) });

/** @type {(picture: Element, side: "width" | "height") => number} */
const declared = (picture, side) => Math.max(0, Number.parseInt(picture.getAttribute(side) ?? "", 10) || 0);

/** @param {Element} element */
function isLoaded(element) {
  if (element instanceof HTMLImageElement) return element.complete && element.naturalWidth > 0;
  if (element instanceof HTMLVideoElement) return element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  return true;
}

/**
 * The address of what an element shows; a drawing has none.
 *
 * @param {Element} element
 */
function sourceOf(element) {
  if (element instanceof HTMLImageElement) return element.currentSrc || element.src;
  if (element instanceof HTMLVideoElement) return element.currentSrc || element.src || element.poster;
  if (element instanceof SVGImageElement) return absolute(element.href.baseVal);
  const told = element.getAttribute("src") ?? element.getAttribute("data");
  return told ? absolute(told) : backgroundOf(element);
}

/** @param {string} address */
const absolute = (address) =>
  address && URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).href : "";

/** @param {Element} element */
function backgroundOf(element) {
  const [, address = ""] = /url\("?([^")]+)"?\)/.exec(getComputedStyle(element).backgroundImage) ?? [];
  return absolute(address);
}

/**
 * What a reading says of pictures. All copies of one picture share a name: copies in one holder,
 * copies of one address, and the thumbnail by which a large one was chosen.
 *
 * @param {Shown[]} pictures
 * @param {Element} root
 * @param {Wire.Shell} shell
 * @returns {Wire.SeenPicture[]}
 */
function tellPictures(pictures, root, shell) {
  const units = nameUnits(pictures, shell);
  return pictures.map(({ element, rule, src }) => {
    const unspoken = element.closest('[aria-hidden="true"]');
    return {
      src: bounded(src),
      ...countable(naturalSize(element)),
      loaded: isLoaded(element),
      hidden: !drawn(element) || (unspoken !== null && root.contains(unspoken)),
      unit: bounded(units.get(element) ?? ""),
      rule: bounded(rule),
      where: pathTo(element),
      linked: leadsAway(element, root, shell),
      busy: around(element, shell.busy) !== null,
    };
  });
}

/**
 * @param {Shown[]} pictures
 * @param {Wire.Shell} shell
 * @returns {Map<Element, string>}
 */
function nameUnits(pictures, { unit }) {
  /** @type {Map<Element | string, string>} */
  const names = new Map();
  /** @type {Map<Element, string>} */
  const units = new Map();
  let count = 0;
  for (const { element, src } of inTheirOrder(pictures)) {
    const holder = around(element, unit);
    // a drawing without an address is a separate picture
    const keys = [holder, src || element].filter((key) => key !== null);
    const chosen = largeOf(element, pictures);
    if (chosen) keys.push(chosen.src);
    const known = keys.map((key) => names.get(key)).find((name) => name !== undefined);
    const name = known ?? (holder?.id || String(++count));
    for (const key of keys) if (!names.has(key)) names.set(key, name);
    units.set(element, name);
  }
  return units;
}

/**
 * Pictures in an order that does not depend on which one is shown large: by the numbers on their
 * buttons, or else the thumbnails first.
 *
 * @param {Shown[]} pictures
 */
function inTheirOrder(pictures) {
  const choices = pictures.filter(({ element }) => choiceOf(element));
  if (!choices.length) return pictures;
  const numbers = new Map(pictures.map(({ element }) => [element, numberOf(element)]));
  const numbered = pictures.every(({ element }) => numbers.get(element));
  if (!numbered) return [...choices, ...pictures.filter((picture) => !choices.includes(picture))];
  return [...pictures].sort((one, other) => (numbers.get(one.element) ?? 0) - (numbers.get(other.element) ?? 0));
}

/**
 * The button by which a picture is chosen among others, side by side in a group.
 *
 * @param {Element} element
 */
function choiceOf(element) {
  const button = element.closest('button, [role="tab"], [role="radio"], [role="option"]');
  const group = button?.closest('[role="group"], [role="tablist"], [role="radiogroup"], [role="listbox"]');
  if (!button || !group) return null;
  return group.querySelectorAll("img, canvas").length > 1 ? button : null;
}

const CHOSEN = ["aria-pressed", "aria-selected", "aria-checked", "aria-current"];

/**
 * The large picture that a choice stands for, where it has another address: the one of its number,
 * or the only one there is if the choice is marked as made.
 *
 * @param {Element} element
 * @param {Shown[]} pictures
 */
function largeOf(element, pictures) {
  const button = choiceOf(element);
  if (!button) return null;
  const large = pictures.filter((picture) => picture.rule && picture.src && !choiceOf(picture.element));
  const number = numberOf(element);
  const named = number ? large.filter((picture) => numberOf(picture.element) === number) : [];
  const marked = CHOSEN.some((name) => button.getAttribute(name) === "true") ? large : [];
  for (const meant of [named, marked]) {
    const [only] = meant;
    if (only && meant.every(({ src }) => src === only.src)) return only;
  }
  return null;
}

/**
 * The one number in the label of a picture's button, in whatever digits; 0 where there is none.
 *
 * @param {Element} element
 */
function numberOf(element) {
  const label = element.closest("button")?.getAttribute("aria-label") ?? "";
  const [number, ...more] = label.match(/\p{Nd}+/gu) ?? [];
  if (!number || more.length) return 0;
  return [...number].reduce((sum, digit) => sum * 10 + digitOf(digit), 0);
}

/**
 * The value of a decimal digit: those of each script follow one another from its zero on.
 *
 * @param {string} digit
 */
function digitOf(digit) {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return value;
}

/**
 * Whether a picture is part of an advertisement: it, or what holds it, links to another site.
 *
 * @param {Element} element
 * @param {Element} root
 * @param {Wire.Shell} shell
 */
function leadsAway(element, root, { unit, home }) {
  const src = sourceOf(element);
  if (element.localName === "iframe") return isElsewhere(src, home);
  const holder = around(element, unit);
  const inside = holder && root.contains(holder) ? [...holder.querySelectorAll("a[href]")] : [];
  return [element.closest("a[href]"), ...inside].some((link) => {
    if (!(link instanceof HTMLAnchorElement)) return false;
    if (link.relList.contains("sponsored")) return true;
    // a picture may be a link to itself
    return link.href !== src && !link.hasAttribute("download") && isElsewhere(link.href, home);
  });
}

/**
 * Whether an address belongs to another site. A saved page has no host of its own.
 *
 * @param {string} address
 * @param {string} home
 */
function isElsewhere(address, home) {
  if (!/^https?:/.test(address)) return false;
  const { hostname } = new URL(address);
  const own = [location.hostname, URL.canParse(home) ? new URL(home).hostname : ""].filter(Boolean);
  return !own.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
