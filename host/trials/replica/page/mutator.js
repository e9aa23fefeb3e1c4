/**
 * Changes the page as its developers may: everything that is rendered, whenever it is rendered.
 *
 * It works on elements, attributes and texts, knows the page's parts by `parts.js`, and nothing of
 * who reads the page. The page works on below it, since it holds its elements and searches for none.
 */

import { Chance } from "./chance.js";
import * as marks from "./mutate_marks.js";
import * as structure from "./mutate_structure.js";
import * as surroundings from "./mutate_surroundings.js";
import * as writing from "./mutate_words.js";

const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };

const KINDS = { ...marks.KINDS, ...structure.KINDS, ...surroundings.KINDS, ...writing.KINDS };

export class Mutator {
  /** Those that have begun.
   * @type {{ run: () => void }[]} */
  #begun = [];
  #waiting;
  #observer = new MutationObserver(() => this.#run());

  /**
   * @param {{ kind: string, strength: number, after: number, draw: number }[]} mutations
   * @param {number} sent How many prompts the account has sent.
   */
  constructor(mutations, sent) {
    this.#waiting = mutations;
    this.#observer.observe(document.documentElement, EVERYTHING);
    this.count(sent);
  }

  /** Hear how many prompts the account has sent: some mutations begin in the middle of its work. */
  count(sent) {
    const due = this.#waiting.filter(({ after }) => after <= sent);
    this.#waiting = this.#waiting.filter(({ after }) => after > sent);
    for (const { kind, strength, draw } of due) {
      this.#begun.push(KINDS[kind](strength, new Chance(draw)));
    }
    if (due.length) this.#run();
  }

  #run() {
    for (const mutation of this.#begun) mutation.run();
    // what was changed here is not to be changed again
    this.#observer.takeRecords();
  }
}
