/** Pictures of which nobody can prove what became of them: the author decides. */

import { fill, part } from "../view/dom.js";
import { andMore, showKey } from "./batches.js";
import { say } from "./told.js";

/** How many to list: a popup is at most 600 pixels high. */
const DOUBTS = 3;

/**
 * @param {Wire.Doubts | null} found
 * @param {(choice: Wire.DoubtChoice, job: number) => Promise<unknown>} decide
 */
export function drawDoubts(found, decide) {
  const choices = found?.choices ?? [];
  const doubts = found?.doubts.filter(({ waits }) => waits) ?? [];
  part(document, "asking").hidden = doubts.length === 0;
  fill(part(document, "doubts"), "doubt", doubts.slice(0, DOUBTS), ({ job }) => job, (row, doubt) =>
    drawDoubt(row, doubt, choices, decide),
  );
  say(part(document, "more"), andMore(doubts.length - DOUBTS, "pressrun doubt"));
  explain(choices);
}

/**
 * @param {HTMLElement} row
 * @param {Wire.DoubtStatus} doubt
 * @param {Wire.Offer[]} choices
 * @param {(choice: Wire.DoubtChoice, job: number) => Promise<unknown>} decide
 */
function drawDoubt(row, { job, key, reason }, choices, decide) {
  showKey(part(row, "key"), key);
  part(row, "reason").textContent = reason;
  const buttons = part(row, "decide");
  if (buttons.hasChildNodes()) return;
  buttons.replaceChildren(
    ...choices.map(({ choice, label, about }) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: label, title: about });
      button.ariaLabel = `${label}: ${key}`;
      button.onclick = async () => {
        button.disabled = true;
        await decide(choice, job);
        button.disabled = false;
      };
      return button;
    }),
  );
}

/**
 * Explains each choice once, so that nobody has to point at it.
 *
 * @param {Wire.Offer[]} choices
 */
function explain(choices) {
  part(document, "choices").replaceChildren(
    ...choices.flatMap(({ label, about }) => {
      const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = label;
      meaning.textContent = about;
      return [term, meaning];
    }),
  );
}
