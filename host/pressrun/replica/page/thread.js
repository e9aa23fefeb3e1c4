/** The conversation: its turns as the server tells them. */

import { element, icon } from "./dom.js";

export class Thread {
  #root;
  #again;
  #turns = new Map();

  /**
   * @param {HTMLElement} root
   * @param {(turn: string) => void} again Called when the author clicks Retry.
   */
  constructor(root, again) {
    this.#root = root;
    this.#again = again;
  }

  /** Forget all turns, and greet. */
  clear(greeting) {
    this.#turns.clear();
    this.#root.replaceChildren(...(greeting ? [element("h1", {}, greeting)] : []));
  }

  /** Show a turn as it is now. */
  show(turn) {
    let view = this.#turns.get(turn.id);
    const fresh = !view;
    if (fresh) {
      if (!this.#turns.size) this.#root.replaceChildren();
      view = new TurnView(turn, this.#again);
      this.#turns.set(turn.id, view);
      this.#root.append(view.user, view.assistant);
    }
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    const atEnd = fresh || scrollHeight - scrollTop - clientHeight < 120;
    view.update(turn);
    if (atEnd) this.#root.scrollTop = this.#root.scrollHeight;
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
      text: "",
      busy: false,
      refusal: { place: "thread", text: "Message delivery timed out. Please try again." },
    });
  }
}

class TurnView {
  user;
  assistant;
  #answer = element("div", { class: "answer" });
  #text = element("div", { class: "markdown" });
  #loading;
  #picture = null;
  #again;

  constructor(turn, again) {
    this.#again = again;
    this.user = section(turn.number * 2 - 1, "user", turn.id);
    this.user.append(element("h5", { class: "for-readers" }, "You said:"), said(turn));
    this.assistant = section(turn.number * 2, "assistant", turn.answer);
    // Only a text answer is marked with its author; an image turn is not.
    if (turn.mode === "text") this.#answer.setAttribute("data-message-author-role", "assistant");
    this.assistant.append(
      element("h6", { class: "for-readers" }, "ChatGPT said:"),
      element("img", { class: "avatar", src: "/assets/press.svg", alt: "Assistant", width: "28", height: "28" }),
      this.#answer,
    );
    this.#loading = element(
      "div",
      { class: "loading", "data-testid": `image-gen-loading-state-${turn.number}` },
      element("div", { class: "shimmer", "aria-label": "Generating image...", role: "img" }),
      element("span", {}, "Creating image"),
    );
  }

  update(turn) {
    const { text, picture, refusal } = turn;
    const waiting = turn.busy && !text && !turn.drawing;
    this.assistant.setAttribute("aria-busy", String(turn.busy));
    this.#text.classList.toggle("result-streaming", Boolean(turn.streaming) || waiting);
    const paragraphs = [text, refusal?.place === "turn" ? refusal.text : ""].filter(Boolean);
    this.#text.replaceChildren(...paragraphs.map((each) => element("p", {}, each)));
    if (picture) {
      this.#picture ??= new PictureView(picture);
      this.#picture.update(picture);
    } else {
      this.#picture = null;
    }
    const loading = turn.drawing && (!picture || picture.partial);
    const parts = [
      waiting || paragraphs.length ? this.#text : null,
      loading ? this.#loading : null,
      this.#picture?.root,
      picture && !picture.partial ? actions(this.assistant) : null,
      refusal?.place === "thread" ? this.#error(turn) : null,
    ];
    arrange(this.#answer, parts.filter(Boolean));
  }

  #error(turn) {
    return element(
      "div",
      { class: "thread-error", role: "alert" },
      element("span", {}, turn.refusal.text),
      element(
        "button",
        {
          type: "button",
          "data-testid": "regenerate-thread-error-button",
          click: () => this.#again(turn.id),
        },
        "Retry",
      ),
    );
  }
}

/** A picture is three images, one above the other; only the first is for readers. */
class PictureView {
  root;
  #images;

  constructor({ id, width, height }) {
    const hidden = () => element("img", { "aria-hidden": "true" });
    this.#images = [element("img", { class: "front" }), hidden(), hidden()];
    this.#images[1].className = "glow";
    this.#images[2].className = "veil";
    this.root = element(
      "div",
      { id: `image-${id}`, class: "picture" },
      element("button", { type: "button", class: "frame", "aria-label": "Open image" }, ...this.#images),
    );
    this.root.style.aspectRatio = `${width} / ${height}`;
    this.root.style.setProperty("--aspect", String(width / height));
  }

  update({ src, alt, partial }) {
    this.root.classList.toggle("partial", partial);
    for (const image of this.#images) {
      image.alt = alt;
      if (image.getAttribute("src") !== src) image.setAttribute("src", src);
    }
  }
}

function section(number, author, id) {
  return element("section", {
    "data-testid": `conversation-turn-${number}`,
    "data-turn": author,
    "data-turn-id": id,
    dir: "auto",
  });
}

function said(turn) {
  const content = element("div", { "data-testid": "collapsible-user-message-content" });
  content.append(element("div", { class: "whitespace-pre-wrap" }, turn.prompt));
  const bubble = element("div", { class: "bubble" }, content);
  if (turn.prompt.length > 1200 || turn.prompt.split("\n").length > 14) {
    content.classList.add("collapsed");
    const more = element("button", { type: "button", class: "more" }, "Show more");
    more.addEventListener("click", () => {
      const collapsed = content.classList.toggle("collapsed");
      more.textContent = collapsed ? "Show more" : "Show less";
    });
    bubble.append(more);
  }
  const files = turn.references.map(({ src }) =>
    src
      ? element("button", { type: "button", class: "reference", "aria-label": "Open image" },
          element("img", { src, alt: "Uploaded image" }))
      : element("div", { class: "chip" }, icon("page", 22), element("span", {}, "Pasted text.txt")),
  );
  return element(
    "div",
    { "data-message-author-role": "user", "data-message-id": turn.id, class: "said" },
    files.length ? element("div", { class: "references" }, ...files) : null,
    bubble,
  );
}

/** The buttons that only a finished picture has; made once for a turn. */
function actions(turn) {
  return (
    turn.querySelector(".actions") ??
    element(
      "div",
      { class: "actions" },
      ...[["Edit image", "edit"], ["Like this image", "like"], ["Share this image", "share"]].map(
        ([label, name]) =>
          element("button", { type: "button", "aria-label": label, title: label }, icon(name, 18)),
      ),
    )
  );
}

/** Bring an element's children to these, without touching those that stay. */
function arrange(parent, children) {
  for (const child of [...parent.children]) {
    if (!children.includes(child)) child.remove();
  }
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}
