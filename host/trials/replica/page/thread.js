/** The conversation: its turns as the server tells them. */

import { arrange, element, icon } from "./dom.js";
import { frame, part } from "./parts.js";
import { visit, words } from "./visit.js";
import { fill } from "./words.js";

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
  /** The containers of the parts that are mounted while they meet the window. */
  #mounted = new Map();
  /** What stands above a thread whose turns are mounted as they are needed. */
  #sentinel = element("div", { "data-testid": "conversation-pagination-sentinel", class: "sentinel" });
  /** The pictures of chats that were left. */
  #left = element("div", { hidden: true, class: "left-behind" });

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
    else if (visit.mounts) root.addEventListener("scroll", () => this.#mount());
  }

  /** Forget all turns, and greet. */
  clear(greeting) {
    if (visit.leftBehind) this.#leave();
    this.#mounted.clear();
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
    if (this.#mounted.size) this.#mount();
    if (live && turn.freezes && turn.busy && turn.text && document.hidden) {
      this.#frozen.add(turn.id);
    }
  }

  /** The last turn of which the site has told, if there is one. */
  get last() {
    return [...this.#turns.keys()].findLast((turn) => !turn.startsWith("unsent-")) ?? null;
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
      const roots = shown.flatMap((views) => views[index].roots);
      if (!visit.mounts || this.#shell.virtual) arrange(copy, roots);
      else arrange(copy, [this.#sentinel, ...roots.map((root) => this.#container(root))]);
    });
  }

  /** Keep the pictures of the chat that is left, where nobody sees them. */
  #leave() {
    const pictures = [...this.#turns.values()].flatMap((views) => views.at(-1).pictures);
    this.#left.append(...pictures);
    if (!this.#left.isConnected) frame.main.append(this.#left);
  }

  #container(root) {
    if (!this.#mounted.has(root)) {
      const id = root.getAttribute("data-turn-id");
      const container = { "data-turn-id-container": id, "data-is-intersecting": "true" };
      this.#mounted.set(root, element("div", container, root));
    }
    return this.#mounted.get(root);
  }

  /** Mount those parts of which something could be seen, and keep room for the others. */
  #mount() {
    const window = this.#root.getBoundingClientRect();
    for (const [root, container] of this.#mounted) {
      const { top, bottom, height } = container.getBoundingClientRect();
      const meets = bottom >= window.top && top <= window.bottom;
      if (meets === (root.parentNode === container)) continue;
      container.style.minHeight = meets ? "" : `${height}px`;
      if (meets) container.setAttribute("data-is-intersecting", "true");
      else container.removeAttribute("data-is-intersecting");
      container.replaceChildren(...(meets ? [root] : []));
    }
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
  const content = part("bubble", element("div", attributes));
  const said = part("words", element("div", { class: "whitespace-pre-wrap" }, text));
  const bubble = element("div", { class: visit.contents ? "bubble contents" : "bubble" }, content);
  content.append(said);
  const decorated = visit.collapsed !== "plain";
  if (decorated) said.setAttribute("data-search-result-target", "");
  if (text.length > 1200 || text.split("\n").length > 14) {
    const ellipsis = element(
      "span",
      visit.collapsed === "block" ? { class: "block" } : { "aria-hidden": "true" },
      "…",
    );
    const more = element("button", { type: "button", class: "more" }, words.more);
    const cut = decorated ? said : content;
    cut.classList.add("collapsed");
    more.addEventListener("click", () => {
      const collapsed = cut.classList.toggle("collapsed");
      more.textContent = collapsed ? words.more : words.less;
      ellipsis.hidden = !collapsed;
    });
    if (decorated) content.append(ellipsis, more);
    else bubble.append(more);
  }
  return bubble;
}

/** An advertisement with a picture, which no prompt has made. */
export function advert(turn) {
  const picture = element("img", { src: `/ads/${turn.number}.png`, alt: words.sponsored });
  const id = visit.advert === "image" ? `image-${turn.number}-sponsored` : null;
  return element("aside", { class: "advert", id }, element("small", {}, words.sponsored), picture);
}

/** The buttons that only finished pictures have. */
export function actions(pictures) {
  const plain = { edit: words.edit, like: words.like, share: words.share };
  const numbered = { edit: words.editOne, like: words.likeOne, share: words.shareOne };
  const sets = visit.numberedMarks
    ? pictures.map(({ ordinal }) =>
        Object.entries(numbered).map(([name, label]) => [name, fill(label, { n: ordinal })]),
      )
    : [Object.entries(plain)];
  return part(
    "actions",
    element(
      "div",
      { class: "actions" },
      ...sets.flat().map(([name, label]) =>
        element("button", { type: "button", "aria-label": label, title: label }, icon(name, 18)),
      ),
    ),
  );
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
