/** The large view: one picture, its takes, what it was made from, and the author's word on it. */

import { CallError } from "../view/client.js";
import { button, fill, made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { goesOn } from "./bar.js";
import { Compare } from "./compare.js";
import { Detail } from "./detail.js";
import { fits, judgementOf } from "./judging.js";
import { Note } from "./note.js";
import { beside, counterpart, current, neighbours, seen } from "./takes.js";
import { standing, takeInWords, takeSigns } from "./telling.js";

const COUNT = new Intl.NumberFormat(chrome.i18n.getUILanguage());
/** How many panels before and after this one are in the row below it. */
const AROUND = 4;
/** What an author can press, in the order of the buttons, with the key of each. */
const ACTS = /** @type {const} */ (["a", "r", "t", "e", "c", "k", "l"]);

/** @param {Studio.App} app */
export function create(app) {
  return new Large(app);
}

/** @implements {Studio.View} */
class Large {
  element = made("section", { class: "large", "aria-label": t("large_view"), tabindex: -1 });

  #app;
  #compare;
  #detailed;
  #note;
  #title = made("h2");
  #subtitle = made("p", { class: "soft" });
  #counted = made("span", { class: "counted" });
  #previous = button("‹", () => this.#go("previous"), { "aria-label": t("large_previous"), title: `${t("large_previous")} (←)` });
  #next = button("›", () => this.#go("next"), { "aria-label": t("large_next"), title: `${t("large_next")} (→)` });
  #modes = [this.#modeButton("side", t("large_side"), "S"), this.#modeButton("split", t("large_split"), "D")];
  #takes = made("ol", { class: "takes", "aria-label": t("large_takes") });
  #row = made("ol", { class: "around", "aria-label": t("large_around") });
  #empty = made("div", { class: "unmade" });
  #choose = button(t("large_act_choose"), () => this.#take && void this.#decide({ act: "choose", choice: { take: this.#take.number } }));
  #judging = made("div", { class: "judging", role: "group", "aria-label": t("large_judging") });

  /** @type {Studio.Place} */
  #place = { view: "large", library: "", key: "" };
  #visible = false;
  /** Where the panel was last among those that are shown. */
  #at = -1;
  /** @type {Wire.PanelDetail | null} */
  #detail = null;
  /** Number of the take that is looked at; null is the panel's picture. @type {number | null} */
  #looked = null;
  /** Number of the take that it is compared with; null leaves it to us. @type {number | null} */
  #against = null;
  /** How often something may have changed of what the host told. */
  #wanted = 0;
  #asking = false;

  /** @param {Studio.App} app */
  constructor(app) {
    this.#app = app;
    this.#compare = new Compare(app.pictures, () => this.#drawModes());
    this.#note = new Note((tile, note) => app.decide("note", [tile], { note }));
    this.#detailed = new Detail(app, this.#note.element);
    this.#judging.append(...ACTS.map((key) => this.#actButton(key)), this.#choose);
    this.element.append(
      made(
        "header",
        {},
        button(t("large_back"), () => app.go({ view: "grid" }), { class: "back", title: `${t("large_back")} (Esc)` }),
        this.#previous,
        this.#counted,
        this.#next,
        made("div", { class: "titles", role: "status" }, this.#title, this.#subtitle),
        made("div", { class: "modes", role: "group", "aria-label": t("large_compare") }, ...this.#modes),
      ),
      this.#takes,
      made("div", { class: "stage" }, this.#compare.element, this.#empty),
      this.#row,
      made("div", { class: "side" }, this.#judging, this.#detailed.element),
    );
    document.addEventListener("keyup", ({ key }) => /^b$/i.test(key) && this.#compare.blink(false));
    globalThis.addEventListener("blur", () => this.#compare.blink(false));
  }

  /** @param {Studio.Place} place */
  show(place) {
    const arrives = !this.#visible;
    this.#visible = true;
    const key = place.key || (this.#app.gallery.shown[0]?.key ?? "");
    if (key !== this.#place.key || place.library !== this.#place.library) {
      this.#detail = null;
      this.#looked = this.#against = null;
      this.#place = { ...place, key };
      this.#draw(true);
    } else this.#draw(false);
    if (arrives) this.element.focus({ preventScroll: true });
    void this.#inform();
  }

  hide() {
    this.#visible = false;
    this.#compare.blink(false);
    this.#note.save();
  }

  /** @param {readonly Wire.Tile[]} tiles */
  changed(tiles) {
    if (!this.#visible) return;
    if (tiles.some(({ key }) => key === this.#place.key)) {
      this.#draw(false);
      void this.#inform();
    } else this.#drawAround();
  }

  anew() {
    if (this.#visible) this.show({ ...this.#app.place, key: this.#app.place.key || this.#place.key });
  }

  /** @param {LinkState} link */
  linked(link) {
    if (link.state === "up" && this.#visible) void this.#inform();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const { key, shiftKey } = event;
    // Enter and Space press the button that has the focus
    const onButton = event.target instanceof Element && event.target.closest("button, a, [role=slider]");
    if (this.#compare.key(event)) return true;
    if (shiftKey) return false;
    if (key === "ArrowLeft" || key === "PageUp") this.#go("previous");
    else if (key === "ArrowRight" || key === "PageDown") this.#go("next");
    else if (key === "Home" || key === "End") this.#goTo(this.#app.gallery.shown.at(key === "Home" ? 0 : -1)?.key);
    else if (key === "ArrowUp" || key === "ArrowDown") this.#step(key === "ArrowUp" ? -1 : 1);
    else if (key === "Escape") this.#leave();
    else if ((key === " " || key === "Enter") && !onButton) this.#app.go({ view: "grid" });
    else if (/^n$/i.test(key)) this.#note.focus();
    else return this.#judge(event);
    return true;
  }

  /** @param {KeyboardEvent} event */
  #judge(event) {
    const tile = this.#tile;
    const judgement = tile && judgementOf(event, [tile]);
    if (!judgement) return false;
    void this.#decide(judgement);
    const { act } = judgement;
    if (goesOn() && (act === "approve" || act === "clear" || act === "keep")) this.#go("next");
    return true;
  }

  /**
   * Decides about the take that is looked at, which need not be the panel's picture.
   *
   * @param {import("./judging.js").Judgement} judgement
   */
  async #decide({ act, choice }) {
    const tile = this.#tile;
    const take = this.#take;
    if (!tile) return;
    const aside = take !== null && take.place !== "current" && tile.picture !== null;
    const judges = act === "approve" || act === "lock" || act === "reject";
    const names = aside && ((judges && take.offered) || (act === "redo" && choice.remake === "chat"));
    if (act === "choose" && choice.take !== undefined) this.#look(choice.take);
    if (aside && judges && !take.offered) {
      if (act === "reject") return this.#app.say(t("large_no_reject", take.number));
      await this.#app.decide("choose", [tile], { take: take.number });
      const chosen = this.#app.gallery.tile(tile.key);
      if (chosen?.picture === take.sha256) await this.#app.decide(act, [chosen], choice);
    } else await this.#app.decide(act, [tile], names ? { ...choice, take: take.number } : choice);
  }

  /**
   * @param {"side" | "split"} mode
   * @param {string} label
   * @param {string} key
   */
  #modeButton(mode, label, key) {
    const choose = () => this.#compare.choose(this.#compare.mode === mode ? "one" : mode);
    return Object.assign(button(label, choose, { title: `${label} (${key})`, "aria-keyshortcuts": key }), { mode });
  }

  /** @param {typeof ACTS[number]} key */
  #actButton(key) {
    const press = () => this.#judge(new KeyboardEvent("keydown", { key }));
    const element = button(t(`large_act_${key}`), press, { "aria-keyshortcuts": key.toUpperCase() });
    element.append(made("kbd", { "aria-hidden": "true" }, key.toUpperCase()));
    return element;
  }

  get #tile() {
    return this.#app.gallery.tile(this.#place.key);
  }

  get #take() {
    const takes = this.#detail?.takes ?? [];
    return takes.find(({ number }) => number === this.#looked) ?? current(takes);
  }

  get #other() {
    const takes = this.#detail?.takes ?? [];
    const take = this.#take;
    const chosen = takes.find((each) => each.number === this.#against && seen(each));
    return chosen && chosen.number !== take?.number ? chosen : counterpart(takes, take);
  }

  /** Asks the host what is known of the panel: one question at a time, and the last one for what is shown last. */
  async #inform() {
    this.#wanted += 1;
    if (this.#asking) return;
    this.#asking = true;
    for (let asked = 0; asked !== this.#wanted; ) {
      asked = this.#wanted;
      const { key } = this.#place;
      const { library } = this.#app.gallery;
      if (!key || !library) break;
      try {
        const detail = await this.#app.ask("panels.show", { library, key });
        if (key === this.#place.key) this.#detail = detail;
      } catch (error) {
        // without a link, what was told stays; it is asked for again when the link is back
        if (error instanceof CallError && key === this.#place.key) this.#app.say(error.message, "fault");
      }
      this.#draw(false);
    }
    this.#asking = false;
  }

  /** @param {"previous" | "next"} which */
  #go(which) {
    this.#goTo(neighbours(this.#app.gallery.shown, this.#place.key, this.#at)[which]);
  }

  /** @param {string | null | undefined} key */
  #goTo(key) {
    if (key) this.#app.go({ key });
  }

  /** @param {number} take */
  #look(take) {
    this.#looked = take;
    this.#draw(false);
  }

  /** @param {-1 | 1} step */
  #step(step) {
    const take = beside(this.#detail?.takes ?? [], this.#take, step);
    if (take) this.#look(take.number);
  }

  #leave() {
    if (this.#compare.mode !== "one") this.#compare.choose("one");
    else if (this.#compare.zoomed) this.#compare.whole();
    else this.#app.go({ view: "grid" });
  }

  /** @param {boolean} anew  whether it is another panel than before */
  #draw(anew) {
    const tile = this.#tile;
    const [take, other] = [this.#take, this.#other];
    this.#title.textContent = this.#place.key;
    this.#subtitle.textContent = this.#detail?.title ?? "";
    const picture = take ? seen(take) && take.sha256 : tile?.picture;
    this.#compare.show(
      picture ? named(this.#place.key, picture, take, tile) : null,
      other && take ? named(this.#place.key, other.sha256, other, tile) : null,
      anew,
    );
    this.#compare.element.hidden = !picture;
    this.#empty.hidden = Boolean(picture);
    this.#empty.replaceChildren(...(picture ? [] : [take ? t("large_gone") : tile ? standing(tile) : this.#app.gallery.library ? t("large_unknown") : ""]));
    this.#drawModes();
    this.#drawTakes(take, other);
    this.#drawAround();
    this.#note.draw(this.#app.gallery.library, tile, this.#detail);
    this.#detailed.draw(tile, this.#detail, take);
    this.#drawActs(tile, take);
  }

  /**
   * @param {Wire.Tile | undefined} tile
   * @param {Wire.TakeStatus | null} take
   */
  #drawActs(tile, take) {
    ACTS.forEach((key, place) => {
      const element = /** @type {HTMLButtonElement} */ (this.#judging.children[place]);
      const judgement = tile && judgementOf(new KeyboardEvent("keydown", { key }), [tile]);
      const aside = take !== null && take.place === "alternative" && judgement?.act === "approve" && tile?.reviewed !== "locked";
      element.disabled = !judgement || !(fits(judgement, tile) || aside);
      if (key === "l" && element.firstChild) element.firstChild.textContent = t(tile?.reviewed === "locked" ? "large_act_unlock" : "large_act_l");
    });
    this.#choose.disabled = !tile || tile.reviewed === "locked" || take === null || take.place === "current" || !seen(take);
  }

  #drawModes() {
    const other = this.#other !== null;
    for (const element of this.#modes) {
      element.disabled = !other;
      element.ariaPressed = String(this.#compare.mode === element.mode);
    }
  }

  /**
   * @param {Wire.TakeStatus | null} looked
   * @param {Wire.TakeStatus | null} other
   */
  #drawTakes(looked, other) {
    const takes = this.#detail?.takes ?? [];
    fill(this.#takes, takeItem, takes, ({ number }) => number, (item, take) => {
      const element = /** @type {HTMLButtonElement} */ (item.firstElementChild);
      element.ariaCurrent = String(take.number === looked?.number);
      element.title = `${takeInWords(take)}\n${t("large_take_hint")}`;
      element.dataset["signs"] = takeSigns(take).join(" ");
      element.classList.toggle("against", this.#compare.mode !== "one" && take.number === other?.number);
      element.onclick = (event) => {
        if (event.shiftKey) this.#against = take.number;
        else this.#looked = take.number;
        this.#draw(false);
      };
      const [image, number, signs] = element.children;
      this.#picture(/** @type {HTMLImageElement} */ (image), seen(take) ? take.sha256 : null);
      if (number) number.textContent = t("large_take", take.number);
      if (signs) signs.textContent = takeSigns(take).map((sign) => t(`large_take_${sign}`)).join(", ");
    });
  }

  #drawAround() {
    const { shown } = this.#app.gallery;
    const { key } = this.#place;
    const { place, previous, next } = neighbours(shown, key, this.#at);
    if (place >= 0) this.#at = place;
    this.#previous.disabled = previous === null;
    this.#next.disabled = next === null;
    const all = COUNT.format(shown.length);
    this.#counted.textContent = place < 0 ? t("large_of_all", all) : t("large_of", COUNT.format(place + 1), all);
    const middle = Math.max(0, this.#at);
    const around = shown.slice(Math.max(0, middle - AROUND), middle + AROUND + 1);
    fill(this.#row, aroundItem, around, (tile) => tile.key, (item, tile) => {
      const element = /** @type {HTMLButtonElement} */ (item.firstElementChild);
      element.ariaCurrent = String(tile.key === key);
      element.ariaLabel = `${tile.key}, ${standing(tile)}`;
      element.title = tile.key;
      element.dataset["reviewed"] = tile.reviewed;
      element.onclick = () => this.#app.go({ key: tile.key });
      this.#picture(/** @type {HTMLImageElement} */ (element.firstElementChild), tile.picture);
    });
    for (const near of [next, previous]) {
      const picture = near === null ? null : this.#app.gallery.tile(near)?.picture;
      if (picture) this.#app.pictures.address(picture, "large").catch(() => undefined);
    }
  }

  /**
   * @param {HTMLImageElement} image
   * @param {string | null} picture
   */
  #picture(image, picture) {
    if (image.dataset["picture"] === (picture ?? "")) return;
    image.dataset["picture"] = picture ?? "";
    this.#app.pictures.show(image, picture, "small");
  }
}

function takeItem() {
  const image = made("img", { alt: "", draggable: "false" });
  return made("li", {}, made("button", { type: "button" }, image, made("span", { class: "number" }), made("span", { class: "take-words" })));
}

function aroundItem() {
  return made("li", {}, made("button", { type: "button" }, made("img", { alt: "", draggable: "false" })));
}

/**
 * @param {string} key
 * @param {string} picture
 * @param {Wire.TakeStatus | null} take  null until it is known
 * @param {Wire.Tile | undefined} tile
 * @returns {import("./compare.js").Named}
 */
function named(key, picture, take, tile) {
  const name = take ? takeInWords(take) : "";
  const size = take ? { width: take.width, height: take.height } : { width: 1_000 * (tile?.aspect ?? 1), height: 1_000 };
  return { picture, size, exact: take !== null, label: name ? `${key}, ${name}` : key, name };
}
