/** The conversation: its turns as the server tells them. */

import { arrange, element } from "./dom.js";
import { visit, words } from "./visit.js";

/** How many turns the redesign keeps in the document of a long thread. */
const WINDOW = 12;

export class Thread {
  #root;
  #shell;
  #on;
  #turns = new Map();
  #frozen = new Set();
  /** The lists of turns: one, or a hidden one before the visible one. */
  #copies = [];
  /** How many turns at the end are not in the document. */
  #below = 0;

  /**
   * @param {HTMLElement} root
   * @param {object} shell Makes the elements of a turn.
   * @param {{ again: (turn: string) => void, choose: (turn: string, ordinal: number) => void }} on
   *   What the author does in a turn: clicks Retry, or answers a poll.
   */
  constructor(root, shell, on) {
    this.#root = root;
    this.#shell = shell;
    this.#on = on;
    if (shell.virtual) root.addEventListener("scroll", () => this.#scrolled());
  }

  /** Forget all turns, and greet. */
  clear(greeting) {
    this.#turns.clear();
    this.#frozen.clear();
    this.#below = 0;
    this.#copies = [];
    this.#root.replaceChildren(...(greeting ? [element("h1", {}, greeting)] : []));
  }

  /**
   * Show a turn as it is now.
   *
   * @param {object} turn
   * @param {boolean} live Whether it goes on while the page shows it; such a turn may freeze.
   */
  show(turn, live) {
    if (this.#frozen.has(turn.id)) return;
    const fresh = !this.#turns.has(turn.id);
    if (!this.#turns.size) this.#begin();
    if (fresh) {
      const views = this.#copies.map(() => new this.#shell.Turn(turn, this.#on));
      this.#turns.set(turn.id, views);
      this.#below = 0;
    }
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const atEnd = fresh || scrollHeight - scrollTop - clientHeight < 120;
    for (const view of this.#turns.get(turn.id)) view.update(turn);
    if (fresh) this.#place();
    if (atEnd && !this.#shell.virtual) this.#root.scrollTop = this.#root.scrollHeight;
    if (live && turn.freezes && turn.busy && turn.text && document.hidden) {
      this.#frozen.add(turn.id);
    }
  }

  /** Show a prompt of which nobody knows whether it has reached the site. */
  showUnsent(prompt) {
    this.show({
      id: `unsent-${this.#turns.size}`,
      number: this.#turns.size + 1,
      answer: `unsent-answer-${this.#turns.size}`,
      prompt,
      mode: "text",
      references: [],
      pictures: [],
      text: "",
      busy: false,
      refusal: { place: "thread", text: "Message delivery timed out. Please try again." },
    });
  }

  #begin() {
    const doubled = this.#shell.virtual && visit.doubled;
    this.#copies = [
      ...(doubled ? [element("div", { class: "turns copy", hidden: true })] : []),
      element("div", { class: "turns" }),
    ];
    this.#root.replaceChildren(...this.#copies);
    // a list that runs in reverse stays at its end by itself
    this.#root.classList.toggle("reverse", Boolean(this.#shell.virtual));
  }

  /** Put those turns into the document that belong there. */
  #place() {
    const all = [...this.#turns.values()];
    const end = all.length - this.#below;
    const first = this.#shell.virtual && visit.virtual ? Math.max(0, end - WINDOW) : 0;
    const shown = all.slice(first, end);
    this.#copies.forEach((copy, index) => {
      arrange(copy, shown.flatMap((views) => views[index].roots));
    });
  }

  /** Bring in older turns near the top, and newer ones near the bottom. */
  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const fromEnd = Math.abs(scrollTop);
    const fromStart = scrollHeight - clientHeight - fromEnd;
    const most = Math.max(0, this.#turns.size - WINDOW);
    if (fromStart < 200 && this.#below < most) this.#below = Math.min(most, this.#below + 4);
    else if (fromEnd < 100 && this.#below > 0) this.#below = Math.max(0, this.#below - 4);
    else return;
    this.#place();
  }
}

/** The error below an answer, with its button. */
export function threadError(turn, again) {
  return element(
    "div",
    { class: "thread-error", role: "alert" },
    element("span", {}, turn.refusal.text),
    element(
      "button",
      {
        type: "button",
        "data-testid": "regenerate-thread-error-button",
        click: () => again(turn.id),
      },
      words.retry,
    ),
  );
}

/** The author's prompt: at first only the beginning of a long one is seen. */
export function prompt(text, attributes) {
  const content = element("div", attributes);
  content.append(element("div", { class: "whitespace-pre-wrap" }, text));
  const bubble = element("div", { class: "bubble" }, content);
  if (text.length > 1200 || text.split("\n").length > 14) {
    content.classList.add("collapsed");
    const more = element("button", { type: "button", class: "more" }, words.more);
    more.addEventListener("click", () => {
      const collapsed = content.classList.toggle("collapsed");
      more.textContent = collapsed ? words.more : words.less;
    });
    bubble.append(more);
  }
  return bubble;
}

/**
 * The poll over two pictures.
 *
 * @param {HTMLElement[]} pictures
 * @param {(ordinal: number) => void} choose 0 skips it.
 */
export function poll(pictures, choose) {
  const answer = (label, ordinal) =>
    element("button", { type: "button", class: "answer-poll", click: () => choose(ordinal) }, label);
  return element(
    "div",
    { "data-testid": "image-paragen-multigen", class: "poll" },
    element("p", {}, words.which),
    element(
      "div",
      { class: "candidates" },
      ...pictures.map((picture, index) =>
        element("div", {}, picture, answer(words.better.replace("{n}", index + 1), index + 1)),
      ),
    ),
    answer(words.skip, 0),
  );
}
