/** What the views of the studio share: the link, the panels, the pictures, the place and the decisions. */

import { Client } from "../view/client.js";
import { part } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { hashOf, placeOf } from "./address.js";
import { Deciding } from "./deciding.js";
import { askNote, askReason, askSure, askWords } from "./dialogs.js";
import { Following } from "./following.js";
import { Gallery } from "./gallery.js";
import { fits, makes, missing } from "./judging.js";
import { Pictures } from "./pictures.js";

/** How soon the address tells where the cursor went: browsers allow few changes a second. */
const SETTLE_MS = 400;

/**
 * @typedef {object} Hearing
 * @property {() => void} went  the author is elsewhere
 * @property {(tiles: readonly Wire.Tile[]) => void} changed
 * @property {() => void} anew
 * @property {(status: Wire.Status) => void} status
 * @property {(link: LinkState) => void} linked
 */

/** @implements {Studio.App} */
export class App {
  place = placeOf(location.hash);
  /** @type {Wire.Status | null} */
  status = null;
  gallery = new Gallery();
  pictures = new Pictures((method, params) => this.ask(method, params), () => this.gallery.library);

  #hearing;
  #following;
  #deciding;
  #client;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;

  /** @param {Hearing} hearing */
  constructor(hearing) {
    this.#hearing = hearing;
    this.#following = new Following((method, params) => this.ask(method, params), this.gallery, {
      changed: (tiles) => this.#changed(tiles),
      anew: () => hearing.anew(),
      more: () => hearing.anew(),
      status: (status) => {
        this.status = status;
        hearing.status(status);
      },
      refused: (why) => this.say(why, "fault"),
    });
    this.#deciding = new Deciding({
      ask: (method, params) => this.ask(method, params),
      gallery: this.gallery,
      changed: (tiles) => this.#changed(tiles),
      say: (text, kind) => this.say(text, kind),
      up: () => this.#client.up,
    });
    this.#client = new Client((link) => this.#linked(link));
    addEventListener("hashchange", () => this.#moved(placeOf(location.hash)));
  }

  get link() {
    return this.#client.link;
  }

  /**
   * @template {Wire.FromView} M
   * @param {M} method
   * @param {Rpc.ParamsOf<M>} params
   */
  ask(method, params) {
    return this.#client.ask(method, params);
  }

  /** @param {Partial<Studio.Place>} wanted */
  go(wanted) {
    const place = { ...this.place, ...wanted };
    const elsewhere = place.view !== this.place.view || place.library !== this.place.library;
    const before = hashOf(this.place);
    clearTimeout(this.#settling);
    if (elsewhere) {
      // the entry that is left tells where the author was last
      if (location.hash !== before) history.replaceState(null, "", before);
      history.pushState(null, "", hashOf(place));
    } else {
      this.#settling = setTimeout(() => history.replaceState(null, "", hashOf(this.place)), SETTLE_MS);
    }
    this.#moved(place);
  }

  /**
   * @param {Wire.AuthorAct} act
   * @param {readonly Wire.Tile[]} tiles
   * @param {Studio.Choice} [choice]
   */
  async decide(act, tiles, choice = {}) {
    if (!this.#client.up) return this.say(t("judge_down"), "fault");
    const fitting = tiles.filter((tile) => fits({ act, choice }, tile));
    if (!fitting.length) return this.say(t(tiles.length ? `judge_unfit_${act}` : "judge_none"));
    const { library } = this.gallery;
    /** @param {Studio.Choice} whole */
    const carry = async (whole) => {
      // the command line may have opened another book behind the question
      if (this.gallery.library !== library) return t("judge_elsewhere");
      return this.#deciding.carry({ act, choice: whole }, fitting);
    };
    switch (missing({ act, choice })) {
      case "reason":
        return askReason(fitting, choice, carry);
      case "words":
        return askWords(this, fitting, choice, carry);
      case "note":
        return askNote(this, act, fitting, choice, carry);
      case null:
        if (makes({ act, choice }) && fitting.length > 1 && !choice.sure) return askSure(fitting, choice, carry);
        await carry(choice);
    }
  }

  async undo() {
    await this.#deciding.undo();
  }

  async redo() {
    await this.#deciding.redo();
  }

  /**
   * @param {string} text
   * @param {"news" | "fault"} [kind]
   */
  say(text, kind = "news") {
    const line = part(document, "told");
    line.textContent = text;
    line.dataset["kind"] = kind;
  }

  /** @param {Studio.Place} place */
  #moved(place) {
    const { library: before, view } = this.place;
    this.place = place;
    // what was told in one view is no news in the next
    if (place.view !== view) this.say("");
    if (place.library !== before && place.library !== this.gallery.library) {
      this.pictures.reset();
      if (this.#client.up) this.#following.open(place.library);
    }
    this.#hearing.went();
  }

  /** @param {readonly Wire.Tile[]} tiles */
  #changed(tiles) {
    if (tiles.length) this.#hearing.changed(tiles);
  }

  /** @param {LinkState} link */
  #linked(link) {
    if (link.state === "up") {
      this.#following.resume(this.place.library || this.gallery.library);
      this.pictures.again();
    } else {
      this.#following.stop();
    }
    this.#hearing.linked(link);
  }
}
