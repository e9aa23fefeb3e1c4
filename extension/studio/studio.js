/** The studio's page: its views, and which of them is shown. */

import { part } from "../view/dom.js";
import { t, translate } from "../view/i18n.js";
import { linkInWords } from "../view/words.js";
import { hashOf, VIEWS } from "./address.js";
import { App } from "./app.js";
import { create as createGrid } from "./grid.js";
import { showHelp } from "./help.js";
import { leadOf, withoutCommand } from "./lead.js";

/** @type {Map<Studio.ViewName, Studio.View>} those that were shown once */
const views = new Map();
/** @type {Studio.ViewName | null} */
let shown = null;

const app = new App({
  went: () => {
    stand();
    void turn();
  },
  changed: (tiles) => each((view) => view.changed?.(tiles)),
  anew: () => {
    entitle();
    each((view) => view.anew?.());
  },
  status: (status) => {
    stand();
    each((view) => view.status?.(status));
  },
  linked: (link) => {
    stand();
    each((view) => view.linked?.(link));
  },
});

/** @param {(view: Studio.View) => void} tell */
function each(tell) {
  for (const view of views.values()) tell(view);
}

/** Shows the view of the place where the author is; the first time it is read from its file. */
async function turn() {
  const { view: name } = app.place;
  for (const link of part(document, "nav").querySelectorAll("a")) {
    const of = /** @type {Studio.ViewName} */ (link.dataset["view"]);
    link.href = hashOf({ ...app.place, view: of });
    // the large view is a picture of the grid
    if (of === name || (of === "grid" && name === "large")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const view = views.get(name) ?? (await brought(name));
  if (app.place.view !== name || !view) return;
  if (shown && shown !== name) {
    const before = views.get(shown);
    before?.hide();
    if (before) before.element.hidden = true;
  }
  shown = name;
  view.element.hidden = false;
  view.show(app.place);
}

/**
 * A view from its own file, with its own style.
 *
 * @param {Studio.ViewName} name
 */
async function brought(name) {
  try {
    const [{ create }] = await Promise.all([modules(name), styled(name)]);
    const known = views.get(name);
    if (known) return known;
    const view = /** @type {Studio.Create} */ (create)(app);
    view.element.hidden = true;
    part(document, "views").append(view.element);
    views.set(name, view);
    return view;
  } catch (error) {
    app.say(t("studio_no_view", error instanceof Error ? error.message : String(error)), "fault");
    return null;
  }
}

/**
 * @param {Studio.ViewName} name
 * @returns {Promise<{ create: Studio.Create }>}
 */
function modules(name) {
  return name === "grid" ? Promise.resolve({ create: createGrid }) : import(`./${name}.js`);
}

/** @param {Studio.ViewName} name */
function styled(name) {
  const href = `${name}.css`;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve(undefined);
    document.head.append(link);
  });
}

/** Says in the head how things stand: the host's sentence, or what is wrong with the link. */
function stand() {
  const line = part(document, "standing");
  const { sentence, advice } = linkInWords(app.link);
  const up = app.link.state === "up";
  const found = up && app.status ? leadOf(app.status) : null;
  // nothing leads to where one is
  const lead = found?.to === "start" && app.place.view === "start" ? null : found;
  const told = app.status?.sentence ?? "";
  line.textContent = up ? (found ? withoutCommand(told) : told) : `${sentence} ${advice}`.replaceAll("`", "");
  line.title = line.textContent;
  const button = part(document, "lead");
  button.hidden = lead === null;
  if (lead) button.textContent = t(`studio_lead_${lead.to}`);
  document.body.toggleAttribute("data-down", app.link.state !== "up");
}

/** Shows what the sentence in the head is about. */
async function follow() {
  const lead = app.status && leadOf(app.status);
  if (!lead) return;
  const grid = lead.filter ? await brought("grid") : null;
  app.go(lead.place);
  if (lead.filter) grid?.filter?.(lead.filter, app.place.library);
}

function entitle() {
  const title = app.gallery.title || "Pressrun";
  part(document, "title").textContent = title;
  document.title = app.gallery.title ? `${title} – Pressrun` : title;
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const field = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (field && !(field instanceof HTMLInputElement && ["checkbox", "radio", "range", "button"].includes(field.type))) return;
  const view = shown && views.get(shown);
  if ((view && view.key?.(event)) || common(event)) event.preventDefault();
}

/**
 * The keys that mean the same in each view.
 *
 * @param {KeyboardEvent} event
 */
function common(event) {
  const { key } = event;
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") void (event.shiftKey ? app.redo() : app.undo());
  else if (event.ctrlKey || event.metaKey || event.altKey) return false;
  else if (key === "?") showHelp();
  else if (key.toLowerCase() === "u") void app.undo();
  else if (key === "/") {
    app.go({ view: "grid" });
    // at once where it is shown, since the next key would judge; a frame later only where it is not,
    // since the author may have moved on by then
    if (!searching()) requestAnimationFrame(searching);
  } else if (key === "Escape" && app.place.view !== "grid" && VIEWS.includes(app.place.view)) app.go({ view: "grid" });
  else return false;
  return true;
}

/** Gives the search the focus; false while it is not shown. */
function searching() {
  const search = /** @type {HTMLElement | null} */ (document.querySelector("[data-part=search]"));
  search?.focus();
  return search !== null && document.activeElement === search;
}

translate(document);
part(document, "lead").addEventListener("click", () => void follow());
part(document, "undo").addEventListener("click", () => void app.undo());
part(document, "help").addEventListener("click", () => showHelp());
document.addEventListener("keydown", pressed);
stand();
void turn();
