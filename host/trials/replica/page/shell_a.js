/** The legacy build of the page: readable marks everywhere. */

import { arrange, element, icon } from "./dom.js";
import { hangMenu } from "./menu.js";
import { part } from "./parts.js";
import { actions, advert, poll, prompt, threadError } from "./thread.js";
import { visit, words } from "./visit.js";

/** The editor's own attributes. */
export function editor() {
  return { id: "prompt-textarea", "aria-label": words.chat, "data-virtualkeyboard": "true" };
}

/** Make the form and those of its parts that the composer works with. */
export function composer({ editor, chips, stop, submit, files }) {
  const input = (id, accept) => {
    const made = element("input", {
      id,
      type: "file",
      accept,
      multiple: true,
      hidden: true,
      tabindex: "-1",
      change: () => {
        files(made.files);
        made.value = "";
      },
    });
    return made;
  };
  const upload = input("upload-files", null);
  const inputs = visit.threeInputs
    ? [input("upload-media", "image/*,video/*"), input("upload-images", "image/*"), upload]
    : [upload];
  const round = (testId, label, drawing, more) =>
    element(
      "button",
      { "data-testid": testId, type: "button", class: "round", "aria-label": label, ...more },
      icon(drawing),
    );
  const parts = {
    upload,
    plus: element(
      "button",
      {
        id: "composer-plus-btn",
        "data-testid": "composer-plus-btn",
        type: "button",
        class: "flat",
        "aria-label": words.add,
      },
      icon("plus"),
    ),
    send: round("send-button", words.sendPrompt, "send", {
      id: "composer-submit-button",
      type: "submit",
    }),
    stop: round("stop-button", words.stopStreaming, "stop", {
      id: "composer-submit-button",
      click: stop,
    }),
    voice: round("composer-speech-button", words.voice, "voice", {}),
    mode: element("div", { class: "mode" }),
    slot: element("div", { class: "slot" }),
    hints: element("div", { class: "hints" }),
    tools: element("div", { class: "tools" }),
  };
  const decoy = element("textarea", {
    name: "prompt-textarea",
    class: "decoy",
    "aria-hidden": "true",
    tabindex: "-1",
    placeholder: words.ask,
  });
  const model = visit.drawingModel ? words.model : words.pictureless;
  const root = element(
    "form",
    { "data-type": "unified-composer", class: "composer", submit },
    ...inputs,
    chips,
    visit.decoys ? decoy : null,
    visit.modeChip ? element("div", { "data-composer-body": "" }, parts.hints, editor) : editor,
    parts.tools,
  );
  parts.tools.append(
    parts.plus,
    parts.mode,
    element("button", { type: "button", class: "__composer-pill" }, model),
    parts.slot,
  );
  return { root, ...parts };
}

/** Show whether image mode is on: two buttons beside the menu's. */
export function showMode({ mode }, _editor, { on, ratio, leave, ratios }) {
  const pill = element(
    "button",
    { type: "button", class: "pill on", "aria-label": words.imageOff, click: leave },
    icon("picture", 16),
    words.image,
  );
  const choice = element(
    "button",
    { type: "button", class: "pill", "aria-label": words.ratio },
    icon("aspect", 16),
    ratio,
  );
  hangMenu(choice, ratios);
  mode.replaceChildren(...(on ? [pill, choice] : []));
}

/** A turn: one section for the author's part and one for the answer. */
export class Turn {
  roots;
  #assistant;
  #answer = element("div", { class: "answer" });
  #text = element("div", { class: "markdown" });
  #loading;
  #pictures = new Map();
  #poll = null;
  #error = null;
  #advert = null;
  #actions = null;
  #on;

  constructor(turn, on) {
    this.#on = on;
    const user = section(turn.number * 2 - 1, "user", turn.id);
    user.append(element("h5", { class: "for-readers" }, words.youSaid), said(turn));
    part("answer", this.#answer);
    if (visit.advert) this.#advert = advert(turn);
    if (visit.contents) this.#answer.classList.add("contents");
    this.#assistant = section(turn.number * 2, "assistant", turn.answer);
    // Only a text answer is marked with its author; an image turn is not.
    if (turn.mode === "text") this.#answer.setAttribute("data-message-author-role", "assistant");
    this.#assistant.append(
      element("h6", { class: "for-readers" }, words.itSaid),
      element("img", { class: "avatar", src: "/assets/press.svg", alt: "Assistant", width: "28", height: "28" }),
      this.#answer,
    );
    this.#loading = element(
      "div",
      { class: "loading", "data-testid": `image-gen-loading-state-${turn.number}` },
      element("div", { class: "shimmer", "aria-label": words.generating, role: "img" }),
      element("span", {}, words.creating),
    );
    this.roots = [user, this.#assistant];
  }

  update(turn) {
    const { text, pictures, refusal } = turn;
    const waiting = turn.busy && !text && !turn.drawing;
    this.#assistant.setAttribute("aria-busy", String(turn.busy));
    this.#text.classList.toggle("result-streaming", Boolean(turn.streaming) || waiting);
    const paragraphs = [text, refusal?.place === "turn" ? refusal.text : ""].filter(Boolean);
    this.#text.replaceChildren(...paragraphs.map((each) => element("p", {}, each)));
    const half = pictures.some((picture) => picture.partial);
    const loading = turn.drawing && (!pictures.length || half);
    const views = this.#show(pictures);
    const finished = pictures.length > 0 && !half;
    if (refusal?.place === "thread") this.#error ??= threadError(turn, this.#on.again);
    const parts = [
      waiting || paragraphs.length ? this.#text : null,
      waiting ? null : this.#advert,
      loading ? this.#loading : null,
      ...(turn.poll ? [this.#asked(turn, views)] : views),
      finished && visit.finishedMarks ? (this.#actions ??= actions(pictures)) : null,
      refusal?.place === "thread" ? this.#error : null,
    ];
    arrange(this.#answer, parts.filter(Boolean));
  }

  /** The elements of the pictures. */
  get pictures() {
    return [...this.#pictures.values()].map((view) => view.root);
  }

  /** Bring the pictures up to date; one that takes another's place keeps its elements. */
  #show(pictures) {
    const known = this.#pictures;
    this.#pictures = new Map();
    for (const picture of pictures) {
      const view = known.get(picture.ordinal) ?? new PictureView(picture);
      view.update(picture);
      this.#pictures.set(picture.ordinal, view);
    }
    return this.pictures;
  }

  #asked(turn, views) {
    this.#poll ??= poll(views, (ordinal) => this.#on.choose(turn.id, ordinal));
    return this.#poll;
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
      element(
        "button",
        { type: "button", class: "frame", "aria-label": words.openImage },
        ...this.#images,
      ),
    );
    part("picture", this.root);
    this.root.style.aspectRatio = `${width} / ${height}`;
    this.root.style.setProperty("--aspect", String(width / height));
  }

  update({ src, title, partial }) {
    this.root.classList.toggle("partial", partial);
    for (const image of this.#images) {
      image.alt = `${words.generated}: ${title}`;
      if (image.getAttribute("src") !== src) image.setAttribute("src", src);
    }
  }
}

function section(number, author, id) {
  return part(
    "turn",
    element("section", {
      "data-testid": `conversation-turn-${number}`,
      "data-turn": author,
      "data-turn-id": id,
      dir: "auto",
      class: visit.contents ? "contents" : null,
    }),
  );
}

function said(turn) {
  const files = turn.references.map(({ src }) =>
    src
      ? element("button", { type: "button", class: "reference", "aria-label": words.openImage },
          element("img", { src, alt: words.uploaded }))
      : element("div", { class: "chip" }, icon("page", 22), element("span", {}, words.pasted)),
  );
  return element(
    "div",
    {
      "data-message-author-role": "user",
      "data-message-id": turn.id,
      class: visit.contents ? "said contents" : "said",
    },
    files.length ? element("div", { class: "references" }, ...files) : null,
    prompt(turn.prompt, { "data-testid": "collapsible-user-message-content" }),
  );
}
