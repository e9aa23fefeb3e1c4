/** What the author decides, in the order in which it was decided: shown at once, then as the host says. */

import { CallError } from "../view/client.js";
import { t } from "../view/i18n.js";
import { outcome } from "./judging.js";

/** The most panels that one decision is about. */
const MOST = 5_000;

/** How many decisions can be undone from here; the command line knows of all. */
const UNDOABLE = 200;

const BY = "studio";

/**
 * @typedef {object} Ends
 * @property {Studio.App["ask"]} ask
 * @property {import("./gallery.js").Gallery} gallery
 * @property {(tiles: Wire.Tile[]) => void} changed
 * @property {Studio.App["say"]} say
 * @property {() => boolean} up
 */

/**
 * A decision that can be undone. After a reload nobody knows any more what was there before it.
 *
 * @typedef {{ decision: number, library: string, before: Map<string, Wire.Tile> }} Step
 */

/** Where the tab keeps the numbers of the decisions, so that a reload does not lose them. */
const KEPT = "decisions";

export class Deciding {
  /** @type {Ends} */
  #ends;
  /** @type {Promise<unknown>} the decision before */
  #last = Promise.resolve();
  /** @type {Map<string, number>} how many decisions about a panel are not answered */
  #open = new Map();
  /** @type {Map<string, Wire.Tile>} what our own last decision made of a panel about which others are open */
  #became = new Map();
  /** @type {Step[]} */
  #steps = kept();

  /** @param {Ends} ends */
  constructor(ends) {
    this.#ends = ends;
  }

  /**
   * @param {import("./judging.js").Judgement} judgement
   * @param {readonly Wire.Tile[]} tiles  as the author saw them
   * @returns {Promise<string>} why it was not decided about all of them; empty if it was
   */
  async carry(judgement, tiles) {
    if (!this.#ends.up()) return this.#refuse(t("judge_down"));
    const faults = [];
    for (let first = 0; first < tiles.length; first += MOST) {
      faults.push(await this.#decide(judgement, tiles.slice(first, first + MOST)));
    }
    return faults.filter(Boolean).join(" ");
  }

  /** Undoes the newest decision that was made here and is not undone. */
  async undo() {
    if (!this.#ends.up()) return void this.#refuse(t("judge_down"));
    const step = this.#steps.pop();
    this.#keep();
    if (!step) return void this.#ends.say(t("judge_no_undo"));
    const keys = [...step.before.keys()];
    /** @type {import("./gallery.js").Patch} */
    const patch = (tile) => {
      const { reviewed, state, flags, picture, aspect } = step.before.get(tile.key) ?? tile;
      return { ...tile, reviewed, state, picture, aspect, ...(flags && { flags }) };
    };
    await this.#carried(keys, patch, async () => {
      const undone = await this.#ends.ask("review.undo", { library: step.library, decision: step.decision, by: BY });
      return { tiles: undone.tiles ?? [], conflicts: undone.conflicts ?? [], told: undone.told, advice: "" };
    });
  }

  /**
   * @param {import("./judging.js").Judgement} judgement
   * @param {readonly Wire.Tile[]} tiles
   */
  #decide(judgement, tiles) {
    const { act, choice } = judgement;
    const { library } = this.#ends.gallery;
    const keys = tiles.map(({ key }) => key);
    const before = new Map(tiles.map((tile) => [tile.key, tile]));
    const own = new Set(keys.filter((key) => this.#open.has(key)));
    return this.#carried(keys, outcome(judgement), async () => {
      const panels = tiles.map((tile) => {
        // after a decision of our own that was under way, what it came to is what the author saw
        const { key, picture, decided } = (own.has(tile.key) && this.#became.get(tile.key)) || tile;
        return { key, picture, decided };
      });
      const decided = await this.#ends.ask("review.decide", { library, act, panels, by: BY, ...choice });
      if (decided.decision !== null) {
        this.#steps.push({ decision: decided.decision, library, before });
        this.#steps.splice(0, this.#steps.length - UNDOABLE);
        this.#keep();
      }
      return {
        tiles: decided.tiles ?? [],
        conflicts: decided.conflicts ?? [],
        told: decided.told ?? "",
        advice: decided.advice ?? "",
      };
    });
  }

  /**
   * Shows what a call will come to, makes the call when those before it are answered, and shows what it came to.
   *
   * @param {string[]} keys
   * @param {import("./gallery.js").Patch} patch
   * @param {() => Promise<{ tiles: Wire.Tile[], conflicts: Wire.Conflict[], told: string, advice: string }>} call
   * @returns {Promise<string>} what is wrong; empty if nothing is
   */
  async #carried(keys, patch, call) {
    const { gallery, changed, say } = this.#ends;
    for (const key of keys) this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    changed(gallery.patch(keys, patch));
    const answered = this.#last.then(call);
    this.#last = answered.catch(() => undefined);
    try {
      const { tiles, conflicts, told, advice } = await answered;
      const now = [...tiles, ...conflicts.flatMap(({ tile }) => tile ?? [])];
      for (const tile of now) this.#became.set(tile.key, tile);
      const untold = new Set(keys);
      for (const { key } of [...now, ...conflicts]) untold.delete(key);
      const taken = gallery.take(now);
      changed([...taken, ...gallery.settle(keys, patch, (key) => untold.has(key))]);
      const [first, ...others] = conflicts;
      if (!first) {
        if (told) say([told, advice].filter(Boolean).join(" "));
        return "";
      }
      const more = others.length ? ` ${t("judge_more_conflicts", others.length)}` : "";
      return this.#refuse(`${first.key}: ${first.why}${more}`);
    } catch (error) {
      changed(gallery.settle(keys, patch));
      return this.#refuse(error instanceof CallError ? error.message : t("judge_lost"));
    } finally {
      for (const key of keys) {
        const left = (this.#open.get(key) ?? 1) - 1;
        if (left) this.#open.set(key, left);
        else {
          this.#open.delete(key);
          this.#became.delete(key);
        }
      }
    }
  }

  #keep() {
    sessionStorage.setItem(KEPT, JSON.stringify(this.#steps.map(({ decision, library }) => ({ decision, library }))));
  }

  /** @param {string} text */
  #refuse(text) {
    this.#ends.say(text, "fault");
    return text;
  }
}

/** @returns {Step[]} */
function kept() {
  /** @type {{ decision: number, library: string }[]} */
  const steps = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  return steps.map((step) => ({ ...step, before: new Map() }));
}
