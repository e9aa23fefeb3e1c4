/** Mutations of how elements stand together: wrappers, order, copies, and where pictures are. */

import { partOf } from "./parts.js";

const WRAPPED = ["turn", "bubble", "words", "answer", "picture", "chip", "toast", "form"];

export const KINDS = { wrappers, contents, order, doubled, galleries, hidden };

/** Every element of the page that is one of these parts. */
export function* found(...names) {
  for (const element of [...document.body.querySelectorAll("*")]) {
    if (names.includes(partOf(element) ?? "")) yield element;
  }
}

/** Move an element without its losing the focus, as far as it is in the document. */
export function move(element, parent, before = null) {
  if (element.isConnected && parent.isConnected) parent.moveBefore(element, before);
  else parent.insertBefore(element, before);
}

/** Parts are wrapped, in as many elements as the strength. */
function wrappers(strength, chance) {
  const wrapped = new WeakMap();
  return {
    run() {
      for (const element of found(...WRAPPED)) {
        if (strength < 3 && chance.of("wraps", partOf(element)) > 0.6) continue;
        const known = wrapped.get(element);
        if (known?.contains(element)) continue;
        const outer = known ?? document.createElement("div");
        element.before(outer);
        let inner = outer;
        outer.replaceChildren();
        for (let depth = 1; depth < strength; depth++) {
          inner = inner.appendChild(document.createElement("div"));
        }
        move(element, inner);
        wrapped.set(element, outer);
      }
    },
  };
}

/** Parts are drawn with `display: contents`, the more the stronger. */
function contents(strength) {
  const parts = ["answer", "bubble", "turn"].slice(0, strength);
  return {
    run() {
      for (const element of found(...parts)) {
        if (element.style.display !== "contents") element.style.display = "contents";
      }
    },
  };
}

/** What stands beside each other stands in another order: in answers, beside the editor, in the form. */
function order(strength, chance) {
  const parts = ["answer", "tools", "form"].slice(0, strength);
  const ranks = new WeakMap();
  const rank = (child, index) => {
    if (!ranks.has(child)) ranks.set(child, chance.of("rank", child.tagName, index));
    return ranks.get(child);
  };
  return {
    run() {
      for (const parent of found(...parts)) {
        const children = [...parent.children];
        const sorted = children
          .map((child, index) => [rank(child, index), child])
          .sort(([one], [other]) => one - other)
          .map(([, child]) => child);
        if (sorted.every((child, index) => child === children[index])) continue;
        for (const child of sorted) move(child, parent);
      }
    },
  };
}

/** Turns are drawn twice: the copy hidden, out of sight, or plain to see. */
function doubled(strength) {
  const copies = new Map();
  const made = new WeakSet();
  return {
    run() {
      for (const [turn, { copy }] of copies) {
        if (turn.isConnected) continue;
        copy.remove();
        copies.delete(turn);
      }
      for (const turn of found("turn")) {
        const told = turn.outerHTML;
        const known = copies.get(turn);
        if (known?.told === told && known.copy.isConnected) continue;
        known?.copy.remove();
        const copy = turn.cloneNode(true);
        made.add(copy);
        if (strength === 1) copy.hidden = true;
        if (strength === 2) {
          copy.setAttribute("aria-hidden", "true");
          copy.style.position = "absolute";
          copy.style.left = "-9999px";
        }
        turn.before(copy);
        copies.set(turn, { copy, told });
      }
    },
  };
}

/** Pictures stand elsewhere: at the end of their turn, after it, or below the whole thread. */
function galleries(strength) {
  const homes = new Map();
  return {
    run() {
      for (const [picture, { turn, answer }] of homes) {
        if (turn.isConnected) continue;
        answer.append(picture);
        homes.delete(picture);
      }
      for (const picture of found("picture")) {
        const answer = ancestor(picture, "answer");
        if (!answer) continue;
        const turn = ancestor(picture, "turn");
        homes.set(picture, { turn, answer });
        if (strength === 1) move(picture, turn);
        else if (strength === 2) move(picture, turn.parentElement, turn.nextSibling);
        else move(picture, turn.parentElement);
      }
    },
  };
}

/** What is there is hidden: headings, then buttons of pictures, then whole turns from readers. */
function hidden(strength) {
  return {
    run() {
      const rows = strength > 1 ? [...found("actions")] : [];
      for (const element of [...document.body.querySelectorAll("h4, h5, h6"), ...rows]) {
        if (!element.hidden) element.hidden = true;
      }
      if (strength > 2) {
        for (const turn of found("turn")) {
          if (!turn.hasAttribute("aria-hidden")) turn.setAttribute("aria-hidden", "true");
        }
      }
    },
  };
}

/** The nearest part of a name that an element is in. */
export function ancestor(element, name) {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (partOf(at) === name) return at;
  }
  return null;
}
