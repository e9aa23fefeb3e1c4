/** One glance at the host's state: it follows, shows, and passes on clicks. */

import { CallError, Client } from "../view/client.js";
import { fill, part } from "../view/dom.js";
import { t, translate } from "../view/i18n.js";
import { linkInWords } from "../view/words.js";
import { openStudio } from "../worker/studio.js";
import { showTab } from "../worker/tabs.js";
import { drawAccount, tick } from "./accounts.js";
import { ordered, placeToAct, placeToLook } from "./asking.js";
import { andMore, drawBatch } from "./batches.js";
import { drawDoubts } from "./doubts.js";
import { drawPictures } from "./pictures.js";
import { offerSettings } from "./settings.js";
import * as told from "./told.js";

const WAIT_SECONDS = 20;
/** How many batches to show: a popup is at most 600 pixels high. */
const BATCHES = 2;
const AGAIN_MS = 500;
const TICK_MS = 1_000;

/** The permanent name of this browser profile; the worker has named it before the link is up. */
const named = () => chrome.storage.local.get("profile").then(({ profile }) => String(profile));

translate(document);
const client = new Client(turned);
let links = 0;
let askings = 0;
/** How far the host's clock is ahead of ours, in seconds. */
let ahead = 0;

/** @param {LinkState} link */
function turned(link) {
  links += 1;
  show(link);
  if (link.state === "up") void follow();
}

/**
 * Has the host carry out a call; what it refuses is told at the foot.
 *
 * @template {Wire.FromView} M
 * @param {M} method
 * @param {Rpc.ParamsOf<M>} params
 * @returns {Promise<Rpc.ResultOf<M> | null>} null when the host refused, or the link dropped
 */
async function act(method, params) {
  try {
    const result = await client.ask(method, params);
    told.say(part(document, "fault"), "");
    return result;
  } catch (error) {
    if (error instanceof CallError) told.tell(part(document, "fault"), error.message);
    else told.say(part(document, "fault"), t("popup_lost"));
    return null;
  }
}

/**
 * As `act`, for what the popup wants by itself.
 *
 * @template {Wire.FromView} M
 * @param {M} method
 * @param {Rpc.ParamsOf<M>} params
 * @returns {Promise<Rpc.ResultOf<M> | null>}
 */
function ask(method, params) {
  return client.ask(method, params).catch(() => null);
}

/** Shows the status, and again whenever it changes, as long as this link lasts. */
async function follow() {
  const link = links;
  const profile = named();
  let after = -1;
  while (link === links) {
    const news = await ask("view.follow", { after, wait: WAIT_SECONDS });
    if (link !== links) return;
    if (!news) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    else after = news.revision;
    if (news?.status) render(news.status, await profile);
  }
}

/** @param {LinkState} link */
function show(link) {
  const { word, sentence, advice } = linkInWords(link);
  const sign = part(document, "link");
  sign.textContent = word;
  sign.dataset["state"] = link.state;
  document.body.toggleAttribute("data-stale", link.state !== "up");
  if (link.state === "up") return;
  for (const button of ["act", "folder"]) part(document, button).hidden = true;
  if (link.state === "update") told.tell(part(document, "sentence"), sentence);
  else told.say(part(document, "sentence"), sentence);
  told.say(part(document, "advice"), advice);
}

/**
 * @param {Wire.Status} status
 * @param {string} profile
 */
function render(status, profile) {
  ahead = status.now - Date.now() / 1000;
  told.tell(part(document, "sentence"), status.sentence);
  told.say(part(document, "advice"), "");
  renderAct(placeToAct(status.accounts, profile));
  renderPlaces(placeToLook(status.batches));
  const batches = ordered(status.batches);
  fill(part(document, "batches"), "batch", batches.slice(0, BATCHES), ({ batch }) => batch, (card, batch) =>
    drawBatch(card, batch, status.sentence, (method, number) => act(method, { batch: number })),
  );
  told.say(part(document, "others"), andMore(batches.length - BATCHES, "pressrun status"));
  fill(part(document, "accounts"), "account", status.accounts, ({ profile: of }) => of, (card, account) =>
    drawAccount(card, account, status.accounts.length, profile),
  );
  tick(status.now);
  void renderDoubts(status.batches);
  void drawPictures(batches, {
    ask: (library, pictures) => ask("gallery.pictures", { library, pictures }),
    open: (library, key) => void openStudio({ library, key }),
  });
}

/** @param {Wire.BatchStatus[]} batches */
async function renderDoubts(batches) {
  const asked = ++askings;
  const asking = batches.some((batch) => batch.asking > 0);
  const found = asking ? await ask("doubt.list", {}) : null;
  // a later status may have been answered sooner
  if (asked === askings) drawDoubts(found, (choice, job) => act("doubt.decide", { choice, jobs: [job] }));
}

/** @param {ReturnType<typeof placeToLook>} place  of the pictures */
function renderPlaces({ library, key }) {
  part(document, "studio").onclick = () => void openStudio({ library, key });
  const folder = part(document, "folder");
  folder.hidden = !library;
  folder.onclick = () => void (library && act("folder.open", { library }));
}

/** @param {ReturnType<typeof placeToAct>} place  where the author has to act */
function renderAct(place) {
  const button = part(document, "act");
  button.hidden = !place;
  if (!place) return;
  button.textContent = t(place.tab === null ? "popup_open_site" : "popup_show_tab");
  button.onclick = () => void showTab(place.tab);
}

renderPlaces({ library: null, key: null });
void offerSettings(part(document, "settings"));
setInterval(() => tick(Date.now() / 1000 + ahead), TICK_MS);
