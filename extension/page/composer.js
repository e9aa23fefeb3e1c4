/** The composer and what is in it: buttons, attached files, the mode. */

const BUTTON = 'button, [role="button"]';

/** What shows that a file is being uploaded. */
const LOADING = '[aria-busy="true"], [role="progressbar"], progress, svg:has(animate, animateTransform), .animate-spin';

/** What covers a page for a moment and is not part of a composer. */
const PASSING = '[role="menu"], [role="listbox"], [role="tooltip"], [role="dialog"], [role="alertdialog"], [role="alert"], [role="status"]';

/** How many elements around its form may still belong to a composer. */
const AROUND = 3;

/**
 * Where a prompt can be written. An editable element inside a turn is a document of the site's.
 *
 * @param {Wire.Shell} shell
 * @param {Test} accept
 * @returns {Found}
 */
function lookForComposer(shell, accept) {
  const { rule, elements } = look(shell.composer, document, (e) => accept(e) && !around(e, shell.turn));
  return { rule, elements: outermost(elements) };
}

/**
 * What has a role beside the composer: in its form, if anything is there.
 *
 * @param {string[]} selectors
 * @param {Test} accept
 * @param {Element | undefined} composer
 * @returns {Found}
 */
function lookBeside(selectors, accept, composer) {
  const { rule, elements } = look(selectors, document, accept);
  const form = composer?.closest("form");
  const inside = elements.filter((element) => form?.contains(element));
  return { rule, elements: inside.length ? inside : elements };
}

/**
 * Send is never the button that stops an answer, although both may be in the same place.
 *
 * @param {Wire.Shell} shell
 * @param {Test} accept
 * @param {Element | undefined} composer
 */
function lookForSend({ send, stop }, accept, composer) {
  const stops = new Set(stop.flatMap((selector) => find(selector, document)));
  return lookBeside(send, (e) => accept(e) && !stops.has(e), composer);
}

/**
 * The text in the composer. What cannot be edited there was not written, such as a mode's pill.
 *
 * @param {Element} composer
 * @param {Wire.Shell} shell
 */
function composerText(composer, { unwritten }) {
  if (composer instanceof HTMLTextAreaElement) return composer.value;
  return written(composer, (element) => is(element, unwritten));
}

/**
 * Everything that belongs to a composer: its form and what the page puts around it, without turns.
 *
 * @param {Element} composer
 * @param {Wire.Shell} shell
 */
function regionOf(composer, { turn, picture }) {
  let region = composer.closest("form") ?? composer.parentElement ?? composer;
  for (let steps = 0; steps < AROUND; steps++) {
    const next = region.parentElement;
    if (!next || next.matches("main, [role=main], body") || next.querySelector("nav, main, h1")) break;
    if (matches([...turn, ...picture], next).length) break;
    region = next;
  }
  return region;
}

/**
 * What was in a composer before the hands did something to it, so that a reading can tell the result
 * in any markup.
 */
class Before {
  /** @param {Element} region */
  constructor(region) {
    this.elements = new Set(region.querySelectorAll("*"));
  }

  /**
   * The outermost elements that are new in a region and drawn.
   *
   * @param {Element} region
   * @param {Test} accept
   */
  since(region, accept) {
    const fresh = [...region.querySelectorAll("*")].filter((element) => !this.elements.has(element));
    return outermost(fresh.filter((element) => accept(element) && drawn(element) && !element.closest(PASSING)));
  }
}

/**
 * What the hands did in the current chat, so that a reading can tell the result.
 *
 * @type {{ files: { before: Before, names: string[] } | null, mode: { before: Before, rule: string, label: string, icons: string[] } | null }}
 */
const deeds = { files: null, mode: null };

/** Another chat, or the same one after Send: the composer is empty again. */
function forgetDeeds() {
  deeds.files = null;
  deeds.mode = null;
}

/**
 * Remembers what is in the composer before a file is attached.
 *
 * @param {Element} composer
 * @param {string} name
 * @param {Wire.Shell} shell
 */
function beforeFile(composer, name, shell) {
  deeds.files ??= { before: new Before(regionOf(composer, shell)), names: [] };
  deeds.files.names.push(name);
}

/**
 * Remembers what is in the composer before an entry that names its mode is clicked.
 *
 * @param {Element} composer
 * @param {Element} entry
 * @param {string} rule  that found the entry
 * @param {Wire.Shell} shell
 */
function beforeMode(composer, entry, rule, shell) {
  const label = (entry.textContent ?? "").trim();
  deeds.mode = { before: new Before(regionOf(composer, shell)), rule, label, icons: iconsOf(entry) };
}

/** @param {Element} element */
function iconsOf(element) {
  return [...element.querySelectorAll("use")].map((use) => use.getAttribute("href") ?? "").filter(Boolean);
}

/**
 * A sign of the mode: what the profile's rules find, or a button that appeared after the click on an
 * entry and has its words or its icon.
 *
 * @param {Element | undefined} composer
 * @param {Test} accept
 * @param {Wire.Shell} shell
 * @returns {Found}
 */
function lookForMode(composer, accept, shell) {
  const told = lookBeside(shell.mode_on, (e) => accept(e) && !e.closest(PASSING), composer);
  if (told.rule || !composer || !deeds.mode) return told;
  const { before, rule, label, icons } = deeds.mode;
  const region = regionOf(composer, shell);
  const entries = new Set(find(rule, document));
  const isPill = (/** @type {Element} */ element) => {
    if (!element.matches(BUTTON) || entries.has(element)) return false;
    const words = `${element.getAttribute("aria-label") ?? ""} ${element.textContent ?? ""}`;
    return (label !== "" && words.includes(label)) || iconsOf(element).some((icon) => icons.includes(icon));
  };
  const elements = before.since(region, isPill);
  return elements.length ? { rule: "what came with the click on the mode", elements } : NOTHING;
}

/**
 * The files in a composer: by the profile's rules, by pictures that only this document has, and by
 * what appeared since a file was attached; whichever finds most.
 *
 * @param {Element | undefined} composer
 * @param {Test} accept
 * @param {Wire.Shell} shell
 * @returns {Found}
 */
function lookForFiles(composer, accept, shell) {
  const shown = (/** @type {Element} */ element) => accept(element) && !around(element, shell.turn);
  /** @type {Found[]} */
  const ways = [lookBeside(shell.chip, shown, composer)];
  const places = lookBeside(shell.attachments, shown, composer);
  // what accepts dropped files may contain the whole composer
  const inside = places.elements.filter((place) => !composer || !place.contains(composer));
  ways.push({ rule: places.rule, elements: outermost(inside).flatMap(filesIn) });
  if (composer) {
    const whole = places.elements.filter((place) => !inside.includes(place));
    const [region] = outermost([...whole, composer.closest("form")].filter((place) => place !== null));
    ways.push({ rule: 'img[src^="blob:"]', elements: region ? tilesIn(region, composer, shown) : [] });
    const fresh = deeds.files ? newFiles(regionOf(composer, shell), composer) : [];
    ways.push({ rule: "what came since a file was attached", elements: fresh });
  }
  return ways.reduce((most, way) => (way.elements.length > most.elements.length ? way : most));
}

/**
 * The files in an element that shows nothing else: the parts side by side that each have a button
 * or a sign of loading, or else the element itself.
 *
 * @param {Element} place
 * @returns {Element[]}
 */
function filesIn(place) {
  const marks = [...place.querySelectorAll(`${BUTTON}, img, ${LOADING}`)].filter(drawn);
  if (!marks.length) return place.matches(`${BUTTON}, img, ${LOADING}`) ? [place] : [];
  let holder = place;
  for (;;) {
    const inside = [...holder.children].filter((child) => marks.some((mark) => child.contains(mark)));
    const files = inside.filter(isFile);
    const [only] = files.length ? files : inside;
    if (files.length > 1) return files;
    if (!only || marks.includes(only) || (!files.length && inside.length > 1)) return [holder];
    holder = only;
  }
}

/**
 * Whether a part beside others is a whole file: it holds a button that removes it, or is loading.
 *
 * @param {Element} part
 */
function isFile(part) {
  const buttons = [...part.querySelectorAll(BUTTON)];
  return buttons.some((button) => !button.querySelector("img")) || part.matches(LOADING) || part.querySelector(LOADING) !== null;
}

/**
 * The pictures around a composer that only this document has, each with its container and button.
 *
 * @param {Element} region
 * @param {Element} composer
 * @param {Test} accept
 */
function tilesIn(region, composer, accept) {
  /** @type {Map<string, Element>} */
  const tiles = new Map();
  for (const picture of region.querySelectorAll('img[src^="blob:"]')) {
    const src = picture.getAttribute("src") ?? "";
    if (composer.contains(picture) || !accept(picture) || picture.closest(PASSING) || tiles.has(src)) continue;
    tiles.set(src, tileOf(picture, composer));
  }
  return [...tiles.values()];
}

/**
 * @param {Element} picture
 * @param {Element} composer
 */
function tileOf(picture, composer) {
  let tile = picture;
  for (let at = picture.parentElement; at && !at.contains(composer); at = at.parentElement) {
    if (at.querySelectorAll("img").length > 1) break;
    tile = at;
    if ([...at.querySelectorAll(BUTTON)].some((button) => !button.contains(picture))) break;
  }
  return tile;
}

/** The icons of a composer's buttons are smaller, its thumbnails larger. */
const THUMBNAIL_PIXELS = 32;

/**
 * What appeared in a composer since a file was attached and shows a picture, is loading, or has the
 * file's name; buttons come and go for other reasons.
 *
 * @param {Element} region
 * @param {Element} composer
 */
function newFiles(region, composer) {
  if (!deeds.files) return [];
  const { before, names } = deeds.files;
  const isOurs = (/** @type {Element} */ element) => !composer.contains(element) && !element.contains(composer);
  const places = before.since(region, isOurs).filter((place) => showsFile(place, names));
  return places.flatMap(filesIn).filter((file) => showsFile(file, names));
}

/**
 * @param {Element} place
 * @param {string[]} names
 */
function showsFile(place, names) {
  if ([place, ...place.querySelectorAll("*")].some((e) => e.matches(LOADING) || isThumbnail(e))) return true;
  const labels = [...place.querySelectorAll("[aria-label], [title], [alt]"), place].flatMap((element) =>
    ["aria-label", "title", "alt"].map((name) => element.getAttribute(name) ?? ""),
  );
  const words = [place.textContent ?? "", ...labels];
  return names.some((name) => words.some((text) => text.includes(name)));
}

/**
 * Whether an element may show a file: it is larger than button icons, or made from the file itself.
 *
 * @param {Element} element
 */
function isThumbnail(element) {
  if (!element.matches("img, canvas") && !backgroundOf(element)) return false;
  if (element.getAttribute("src")?.startsWith("blob:")) return true;
  const { width, height } = element.getBoundingClientRect();
  const shorter = Math.min(width, height);
  return shorter === 0 || shorter >= THUMBNAIL_PIXELS;
}

/**
 * Whether a file is still being uploaded, judged by its element.
 *
 * @param {Element} file
 */
function isLoading(file) {
  if (file.matches(LOADING) || find(LOADING, file).some(drawn)) return true;
  if (find("*", file).some((element) => turns(element) && drawn(element))) return true;
  const moving = file.getAnimations?.({ subtree: true }) ?? [];
  return moving.some(
    ({ effect }) =>
      effect instanceof KeyframeEffect &&
      effect.getTiming().iterations === Infinity &&
      effect.target !== null &&
      drawn(effect.target),
  );
}

/**
 * Whether the page's style moves an element, or what it adds to it, without end. Chromium lists such an animation only
 * once it has drawn the page, which it may not have: `getAnimations` was empty in 10 of 360 pages
 * read right after they had loaded.
 *
 * @param {Element} element
 */
function turns(element) {
  return [null, "::before", "::after"].some((part) => {
    const { animationName, animationIterationCount, content } = getComputedStyle(element, part);
    const there = part === null || content !== "none";
    return there && animationName !== "none" && animationIterationCount.includes("infinite");
  });
}
