/** Mutations of how the author's prompt is shown. The page writes it once, and so do these. */

import { partOf } from "./parts.js";
import { found } from "./mutate_structure.js";

export const KINDS = { edited, ellipsis, cut, quotes, rendered, emoji, direction };

/** Do something once to every prompt that is shown. */
function once(change) {
  const done = new WeakSet();
  return {
    run() {
      for (const words of found("words")) {
        if (done.has(words)) continue;
        done.add(words);
        change(words);
      }
    },
  };
}

/** The texts of a prompt. */
function textsOf(words) {
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  return texts;
}

function span(text, attributes = {}) {
  const made = document.createElement("span");
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function bubbleOf(words) {
  let at = words;
  while (at && partOf(at) !== "bubble") at = at.parentElement;
  return at ?? words;
}

/** A remark that it was edited: beside the bubble, in it, or among its words. */
function edited(strength) {
  return once((words) => {
    const note = span("Edited 08:12");
    if (strength === 1) bubbleOf(words).after(note);
    else if (strength === 2) words.after(note);
    else words.prepend(note, " ");
  });
}

/** An ellipsis after the words, though nothing is left out. */
function ellipsis(strength) {
  return once((words) => {
    if (strength === 1) words.after(span("…", { "aria-hidden": "true" }));
    else if (strength === 2) words.after(span("…", { class: "block" }));
    else words.append("…");
  });
}

const LONGEST = [0, 1000, 300, 60];

/** Only the beginning of a longer prompt is in the document. */
function cut(strength) {
  return once((words) => {
    const text = words.textContent;
    const most = LONGEST[strength];
    if (text.length > most) words.textContent = `${text.slice(0, most).trimEnd()}…`;
  });
}

const BENT = [
  [],
  [[/(^|[\s([{])"/g, "$1“"], [/"/g, "”"], [/(\w)'(\w)/g, "$1’$2"]],
  [[/ - /g, " – "], [/--/g, "—"]],
  [[/\.\.\./g, "…"], [/ {2,}/g, " "], [/\n{2,}/g, "\n"], [/ ([?!:;])/g, "\u00a0$1"]],
];

/** Quotes are bent, then dashes are long, then dots and spaces are drawn together. */
function quotes(strength) {
  const changes = BENT.slice(0, strength + 1).flat();
  return once((words) => {
    for (const text of textsOf(words)) {
      text.data = changes.reduce((told, [from, to]) => told.replace(from, to), text.data);
    }
  });
}

/** Markdown is rendered: strong words and code, then headings and lists, then line by line. */
function rendered(strength) {
  return once((words) => {
    if (words.children.length) return;
    const lines = words.textContent.split("\n");
    const made = lines.map((line) => {
      const heading = strength > 1 ? /^#{1,6} (.*)$/.exec(line) : null;
      const entry = strength > 1 ? /^\s*[-*] (.*)$/.exec(line) : null;
      const holder = document.createElement(heading ? "strong" : entry ? "li" : strength > 2 ? "p" : "span");
      holder.append(...inline(heading?.[1] ?? entry?.[1] ?? line));
      return holder;
    });
    words.replaceChildren(...made.flatMap((line) => [line, document.createTextNode("\n")]).slice(0, -1));
  });
}

/** Strong words, stressed words and code of one line. */
function inline(line) {
  return line.split(/(\*\*[^*]+\*\*|`[^`]+`|_[^_\s][^_]*_)/).map((piece) => {
    const tag = piece.startsWith("**") ? "strong" : piece.startsWith("`") ? "code" : "em";
    const inner = /^(?:\*\*([^*]+)\*\*|`([^`]+)`|_([^_\s][^_]*)_)$/.exec(piece);
    if (!inner) return document.createTextNode(piece);
    const made = document.createElement(tag);
    made.textContent = inner[1] ?? inner[2] ?? inner[3];
    return made;
  });
}

const EMOJI = /\p{Extended_Pictographic}(?:[\ufe0f\u200d]|\p{Emoji_Modifier}|\p{Extended_Pictographic})*/gu;

/** Emoji are pictures: told by `alt`, then by a title, then by nothing. */
function emoji(strength) {
  return once((words) => {
    for (const text of textsOf(words)) {
      const pieces = [];
      let end = 0;
      for (const match of text.data.matchAll(EMOJI)) {
        pieces.push(text.data.slice(end, match.index), drawn(match[0], strength));
        end = match.index + match[0].length;
      }
      if (pieces.length) text.replaceWith(...pieces, text.data.slice(end));
    }
  });
}

function drawn(emoji, strength) {
  const image = document.createElement("img");
  image.src = "/assets/press.svg";
  image.width = image.height = 18;
  image.style.display = "inline";
  image.draggable = false;
  image.alt = strength === 1 ? emoji : "";
  if (strength === 2) image.title = emoji;
  return image;
}

/** Marks of the direction of text: around the whole, around lines, and around words. */
function direction(strength) {
  return once((words) => {
    for (const text of textsOf(words)) {
      if (strength === 1) text.data = `\u200e${text.data}\u200e`;
      else if (strength === 2) text.data = text.data.replace(/[^\n]+/g, "\u2068$&\u2069");
      else text.data = text.data.replace(/\S+/g, "\u2068$&\u2069\u200b");
    }
  });
}
