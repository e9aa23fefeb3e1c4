/** What the author decides, in the order in which it was decided: shown at once, then as the host says. */

import { CallError, LostError } from "../view/client.js";
import { number, t } from "../view/i18n.js";
import { outcome } from "./judging.js";

/** The most panels that one decision is about. */
const MOST = 5_000;

/** How many decisions can be undone from here; the command line knows of all. */
const UNDOABLE = 200;

/** A decision that is not answered yet is newer than all that are. */
const NEWEST = Number.MAX_SAFE_INTEGER;

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
 * @typedef {object} Step
 * @property {number | null} decision  its number; null while the host has not answered, and where nothing was decided
 * @property {string} library
 * @property {Map<string, Wire.Tile>} before
 * @property {boolean} [lost]  whether its answer was lost, so that nobody here knows its number
 */

/** Where the tab keeps the numbers of the decisions, so that a reload does not lose them. */
const KEPT = "decisions";

/**
 * What a call came to.
 *
 * @typedef {{ panels: number, tiles: Wire.Tile[], conflicts: Wire.Conflict[], left: number, told: string }} Outcome
 */

/** @type {Outcome} */
const NOTHING = { panels: 0, tiles: [], conflicts: [], left: 0, told: "" };

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
  /** @type {Step[]} what was undone */
  #undone = [];

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
  undo() {
    return this.#back(this.#steps, this.#undone, t("judge_no_undo"));
  }

  /** Takes back what was undone last. */
  redo() {
    return this.#back(this.#undone, this.#steps, t("judge_no_redo"));
  }

  /**
   * Undoes a decision or an undo: what does so is a decision, too, and can be undone in turn.
   *
   * @param {Step[]} from
   * @param {Step[]} to  where what undoes the step is kept
   * @param {string} nothing  what is said when there is no step
   */
  async #back(from, to, nothing) {
    if (!this.#ends.up()) return void this.#refuse(t("judge_down"));
    const step = from.pop();
    if (!step) return this.#ends.say(nothing);
    if (step.lost) return void this.#refuse(t("judge_unknown"));
    const { library } = step;
    const keys = [...step.before.keys()];
    const undone = this.#step(to, library, this.#seen(keys));
    /** @type {import("./gallery.js").Patch} */
    const patch = (tile) => {
      const { reviewed, state, flags, picture, aspect } = step.before.get(tile.key) ?? tile;
      return { ...tile, reviewed, state, picture, aspect, ...(flags && { flags }) };
    };
    await this.#carried(keys, patch, async () => {
      const { decision } = step;
      // what was to be undone was told as a conflict meanwhile
      if (decision === null) return NOTHING;
      try {
        const answer = await this.#ends.ask("review.undo", { library, decision, by: BY });
        const { panels, tiles = [], conflicts = [], left = 0, told } = answer;
        undone.decision = answer.decision;
        return { panels, tiles, conflicts, left, told };
      } catch (error) {
        // nobody knows whether it was undone: the next undo must not be that of an earlier decision
        if (error instanceof LostError) {
          from.push(step);
          from.sort((one, other) => (one.decision ?? NEWEST) - (other.decision ?? NEWEST));
        }
        throw error;
      }
    });
    this.#settle(to, undone);
  }

  /**
   * Something is decided that can be undone from now on, also before it is answered.
   *
   * @param {Step[]} steps
   * @param {string} library
   * @param {Map<string, Wire.Tile>} before
   */
  #step(steps, library, before) {
    /** @type {Step} */
    const step = { decision: null, library, before };
    steps.push(step);
    return step;
  }

  /**
   * It was answered: where nothing was decided, there is nothing to undo.
   *
   * @param {Step[]} steps
   * @param {Step} step
   */
  #settle(steps, step) {
    const place = steps.indexOf(step);
    if (step.decision === null && !step.lost && place >= 0) steps.splice(place, 1);
    this.#keep();
  }

  /** @param {string[]} keys */
  #seen(keys) {
    const tiles = keys.flatMap((key) => this.#ends.gallery.tile(key) ?? []);
    return new Map(tiles.map((tile) => [tile.key, tile]));
  }

  /**
   * @param {import("./judging.js").Judgement} judgement
   * @param {readonly Wire.Tile[]} tiles
   */
  async #decide(judgement, tiles) {
    const { act, choice } = judgement;
    const { library } = this.#ends.gallery;
    const keys = tiles.map(({ key }) => key);
    const own = new Set(keys.filter((key) => this.#open.has(key)));
    const step = this.#step(this.#steps, library, new Map(tiles.map((tile) => [tile.key, tile])));
    const wrong = await this.#carried(keys, outcome(judgement), async () => {
      const panels = tiles.map((tile) => {
        // after a decision of our own that was under way, what it came to is what the author saw
        const { key, picture, decided } = (own.has(tile.key) && this.#became.get(tile.key)) || tile;
        return { key, picture, decided };
      });
      const asked = this.#ends.ask("review.decide", { library, act, panels, by: BY, ...choice });
      const answer = await asked.catch((/** @type {Error} */ error) => {
        // it may have been carried out: the next undo must not be that of an earlier decision
        step.lost = error instanceof LostError;
        throw error;
      });
      const { panels: count, tiles: now = [], conflicts = [], left = 0, told = "", advice = "" } = answer;
      step.decision = answer.decision;
      if (step.decision !== null) this.#undone.length = 0;
      return { panels: count, tiles: now, conflicts, left, told: [told, advice].filter(Boolean).join(" ") };
    });
    this.#settle(this.#steps, step);
    this.#steps.splice(0, this.#steps.length - UNDOABLE);
    return wrong;
  }

  /**
   * Shows what a call will come to, makes the call when those before it are answered, and shows what it came to.
   *
   * @param {string[]} keys
   * @param {import("./gallery.js").Patch} patch
   * @param {() => Promise<Outcome>} call
   * @returns {Promise<string>} what is wrong; empty if nothing is
   */
  async #carried(keys, patch, call) {
    const { gallery, changed, say } = this.#ends;
    for (const key of keys) this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    changed(gallery.patch(keys, patch));
    const answered = this.#last.then(call);
    this.#last = answered.catch(() => undefined);
    try {
      const { panels, tiles, conflicts, left, told } = await answered;
      const now = [...tiles, ...conflicts.flatMap(({ tile }) => tile ?? [])];
      // what somebody else decided is nothing that the author saw: what was pressed next meets it, too
      for (const tile of tiles) this.#became.set(tile.key, tile);
      // of many panels the host tells the first ones now, and the others to whoever follows
      const untold = new Set(panels + conflicts.length < keys.length ? [] : keys);
      for (const { key } of [...now, ...conflicts]) untold.delete(key);
      const taken = gallery.take(now);
      changed([...taken, ...gallery.settle(keys, patch, (key) => untold.has(key))]);
      const [first] = conflicts;
      if (!first) {
        if (told) say(told);
        return "";
      }
      const more = left > 1 ? ` ${t("judge_more_conflicts", number(left - 1))}` : "";
      return this.#refuse(`${first.key}: ${first.why}.${more}`);
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
    const answered = this.#steps.filter(({ decision }) => decision !== null);
    sessionStorage.setItem(KEPT, JSON.stringify(answered.map(({ decision, library }) => ({ decision, library }))));
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
