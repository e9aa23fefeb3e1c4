/** The redesign: one element a turn, pictures behind blob addresses, and hardly a mark to go by. */

import { arrange, element, glyph, icon } from "./dom.js";
import { local } from "./local.js";
import { poll, prompt, threadError } from "./thread.js";
import { visit, words } from "./visit.js";
import { fill } from "./words.js";

/** Long threads are virtualised, scroll in reverse, and may be in the document twice. */
export const virtual = true;

let generatedIds = 0;

/** The editor's own attributes; its id is gone. */
export function editor() {
  return { "aria-label": words.chat };
}

/** Make the form and those of its parts that the composer works with. */
export function composer({ editor, chips, stop, submit, files }) {
  const bare = visit.shell === "bare";
  const input = (id, accept, hear) =>
    element("input", { id, type: "file", accept, multiple: true, hidden: true, change: hear });
  const upload = input(bare ? "upload-files" : generatedId(), "image/*", () => {
    files(upload.files);
    upload.value = "";
  });
  const round = (type, label, drawing, click = null) =>
    element("button", { type, class: "round", "aria-label": label, click }, glyph(drawing));
  const parts = {
    upload,
    plus: element(
      "button",
      {
        type: "button",
        class: "flat",
        "data-composer-navigation-target": "add-context",
        "aria-label": words.add,
      },
      glyph("add-regular"),
    ),
    send: round("submit", words.send, "arrow-up-regular"),
    stop: round("button", words.stop, "stop-filled", stop),
    voice: round("button", words.voice, "voice-regular"),
    slot: element("div", { class: "slot" }),
  };
  const model = visit.drawingModel ? words.model : words.pictureless;
  const root = element(
    "form",
    { class: "composer", "data-chatgpt-composer": bare ? null : "", submit },
    upload,
    input(generatedId(), "video/*", () => {}),
    chips,
    editor,
    element(
      "div",
      { class: "tools" },
      parts.plus,
      element("div", { class: "mode" }),
      element(
        "button",
        {
          type: "button",
          class: "__composer-pill",
          "data-composer-navigation-target": "reasoning",
        },
        model,
      ),
      parts.slot,
    ),
  );
  return { root, ...parts };
}

/** Make an entry of the add menu. */
export function entry({ label, glyph: drawing, checked }, click) {
  return element(
    "button",
    {
      type: "button",
      "data-list-navigation-item": "",
      "aria-checked": checked ? "true" : null,
      click,
    },
    glyph(drawing, 18),
    label,
  );
}

/** Show whether image mode is on: a pill inside the editor. */
export function showMode(_parts, editor, { on }) {
  const pill = element(
    "span",
    {
      "data-inline-selection-pill": "",
      "data-system-hint-type": "picture_v2",
      contenteditable: "false",
      class: "pill on",
    },
    words.createImage,
  );
  editor.pill = on ? pill : null;
}

/** A turn: one element that holds the author's part and the answer. */
export class Turn {
  roots;
  #root;
  #answer = element("div", { class: "answer" });
  #text = element("div", { class: "markdown" });
  #loading = element("div", { class: "loading working" });
  #previews = new Map();
  #gallery = element("div", { "data-testid": "generated-image-gallery", class: "gallery" });
  #poll = null;
  #error = null;
  #told = null;
  #seen = false;
  #on;

  constructor(turn, on) {
    this.#on = on;
    this.#root = element(
      "div",
      { "data-turn-key": turn.id, class: "turn" },
      element(
        "div",
        { "data-chatgpt-search-unit-key": `${turn.id}:user`, class: "said" },
        element("h4", { "data-conversation-role": "user", class: "for-readers" }, words.youSaid),
        references(turn),
        prompt(turn.prompt, { "data-user-message-bubble": "" }),
      ),
      element(
        "div",
        { "data-chatgpt-search-unit-key": `${turn.answer}:assistant`, class: "said-back" },
        element("h4", { "data-conversation-role": "assistant", class: "for-readers" }, words.itSaid),
        this.#answer,
      ),
    );
    this.roots = [this.#root];
  }

  update(turn) {
    const { text, pictures, refusal } = turn;
    this.#told = turn;
    if (turn.busy) this.#root.setAttribute("data-talvt-turn-state", "in_progress");
    const waiting = turn.busy && !text && !turn.drawing;
    this.#text.classList.toggle("pulsing", Boolean(turn.streaming) || waiting);
    const paragraphs = [text, refusal?.place === "turn" ? refusal.text : ""].filter(Boolean);
    this.#text.replaceChildren(...paragraphs.map((each) => element("p", {}, each)));
    this.#loading.textContent = fill(words.working, { n: elapsed(turn.seconds) });
    const { previews, shown } = this.#show(pictures);
    // a turn is not complete before its pictures are seen
    if (!turn.busy) void shown.then(() => this.#complete(turn));
    if (refusal?.place === "thread") this.#error ??= threadError(turn, this.#on.again);
    const asks = turn.poll && this.#seen;
    if (!asks) arrange(this.#gallery, previews);
    const parts = [
      turn.drawing ? this.#loading : null,
      waiting || paragraphs.length ? this.#text : null,
      asks ? this.#asked(turn, previews) : previews.length ? this.#gallery : null,
      refusal?.place === "thread" ? this.#error : null,
    ];
    arrange(this.#answer, parts.filter(Boolean));
  }

  /** Bring the pictures up to date; one that takes another's place keeps its elements. */
  #show(pictures) {
    const known = this.#previews;
    const loads = [];
    this.#previews = new Map();
    for (const picture of pictures) {
      const preview = known.get(picture.ordinal) ?? makePreview(picture);
      preview.classList.toggle("partial", picture.partial);
      loads.push(local(preview.firstElementChild, picture.src));
      this.#previews.set(picture.ordinal, preview);
    }
    return { previews: [...this.#previews.values()], shown: Promise.all(loads) };
  }

  #complete(turn) {
    if (this.#told !== turn) return;
    const state = turn.stale ? "in_progress" : "complete";
    this.#root.setAttribute("data-talvt-turn-state", state);
    // nor is anything asked about pictures that nobody sees yet
    if (turn.poll && !this.#seen) {
      this.#seen = true;
      this.update(turn);
    }
  }

  #asked(turn, previews) {
    this.#poll ??= poll(previews, (ordinal) => this.#on.choose(turn.id, ordinal));
    return this.#poll;
  }
}

function makePreview({ ordinal, width, height }) {
  const label = `${words.generated} ${ordinal}`;
  const preview = element(
    "button",
    {
      type: "button",
      "data-testid": "generated-image-preview",
      "aria-label": label,
      class: "preview",
    },
    element("img", { alt: label }),
  );
  preview.style.aspectRatio = `${width} / ${height}`;
  preview.style.setProperty("--aspect", String(width / height));
  return preview;
}

function references(turn) {
  if (!turn.references.length) return null;
  const files = turn.references.map(({ src }) => {
    if (!src) {
      return element("div", { class: "chip" }, icon("page", 22), element("span", {}, words.pasted));
    }
    const image = element("img", { alt: words.uploaded });
    local(image, src);
    return element(
      "button",
      { type: "button", class: "reference", "aria-label": words.openImage },
      image,
    );
  });
  return element("div", { class: "references" }, ...files);
}

/** Spell seconds as the page does: "1m 29s". */
function elapsed(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes}m ${seconds % 60}s` : `${seconds}s`;
}

function generatedId() {
  generatedIds += 1;
  return `_r_${generatedIds.toString(36)}_`;
}
