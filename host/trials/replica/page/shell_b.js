/** The redesign: one element a turn, pictures behind blob addresses, and hardly a mark to go by. */

import { arrange, element, glyph, icon } from "./dom.js";
import { local } from "./local.js";
import { hangMenu } from "./menu.js";
import { part } from "./parts.js";
import { actions, advert, poll, prompt, threadError } from "./thread.js";
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
  const taking = (id, accept) => {
    const made = input(id, accept, () => {
      files(made.files);
      made.value = "";
    });
    return made;
  };
  const upload = taking(bare ? "upload-files" : generatedId(), "image/*");
  const inputs = visit.threeInputs
    ? [taking(generatedId(), "image/*,video/*"), upload, taking(generatedId(), null)]
    : [upload, input(generatedId(), "video/*", () => {})];
  const round = (type, label, drawing, click = null) =>
    element("button", { type, class: "round", "aria-label": label, click }, glyph(drawing));
  const parts = {
    upload,
    plus: element(
      "button",
      {
        type: "button",
        class: "flat",
        "data-composer-navigation-target": visit.plusMarked ? "add-context" : null,
        "aria-label": words.add,
      },
      glyph("add-regular"),
    ),
    send: round("submit", words.send, "arrow-up-regular"),
    stop: round("button", words.stop, "stop-filled", stop),
    voice: round("button", words.voice, "voice-regular"),
    slot: element("div", { class: "slot" }),
    hints: element("div", { class: "hints" }),
    tools: element("div", { class: "tools" }),
    mode: element("div", { class: "mode" }),
  };
  const model = visit.drawingModel ? words.model : words.pictureless;
  const root = element(
    "form",
    { class: "composer", "data-chatgpt-composer": bare ? null : "", submit },
    ...inputs,
    chips,
    visit.modeChip ? element("div", { "data-composer-body": "" }, parts.hints, editor) : editor,
    parts.tools,
  );
  parts.tools.append(
    parts.plus,
    parts.mode,
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
    drawing ? glyph(drawing, 18) : null,
    label,
  );
}

/** Show whether image mode is on: a pill inside the editor, and a menu of ratios if there is one. */
export function showMode({ mode }, editor, { on, ratio, ratios }) {
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
  mode.replaceChildren(...(on && visit.ratioMenu ? [choice(ratio, ratios)] : []));
}

function choice(ratio, ratios) {
  const button = element("button", { type: "button", class: "pill", "aria-label": words.ratio }, ratio);
  hangMenu(button, ratios, entry);
  return button;
}

/** A turn: one element that holds the author's part and the answer. */
export class Turn {
  roots;
  #root;
  #answer = element("div", { class: "answer" });
  #text = element("div", { class: "markdown" });
  #loading = element("div", { class: "loading working" });
  #previews = new Map();
  #gallery = part(
    "picture",
    element("div", { "data-testid": "generated-image-gallery", class: "gallery" }),
  );
  #others = element("div", { role: "group", "aria-label": words.generatedAll, class: "gallery" });
  #outside = visit.galleryOutside ? element("div", { class: "outside" }) : null;
  #said;
  #actions = null;
  #advert = null;
  #large = null;
  #poll = null;
  #error = null;
  #told = null;
  #seen = false;
  #on;

  constructor(turn, on) {
    this.#on = on;
    const contents = visit.contents ? " contents" : "";
    const marked = visit.assistantMarks;
    this.#said = element(
      "div",
      { "data-chatgpt-search-unit-key": `${turn.id}:user`, class: `said${contents}` },
      element("h4", { "data-conversation-role": "user", class: "for-readers" }, words.youSaid),
      references(turn),
      prompt(turn.prompt, { "data-user-message-bubble": "" }),
    );
    const heading = { "data-conversation-role": "assistant", class: "for-readers" };
    this.#root = element(
      "div",
      { "data-turn-key": turn.id, class: `turn${contents}` },
      this.#said,
      element(
        "div",
        {
          "data-chatgpt-search-unit-key": marked ? `${turn.answer}:assistant` : null,
          class: `said-back${contents}`,
        },
        marked ? element("h4", heading, words.itSaid) : null,
        this.#answer,
      ),
    );
    part("turn", this.#root);
    part("answer", this.#answer);
    if (visit.advert) this.#advert = advert(turn);
    if (visit.contents) this.#answer.classList.add("contents");
    this.roots = [this.#root, this.#outside].filter(Boolean);
  }

  /** The element of the pictures, where there is any. */
  get pictures() {
    return this.#previews.size ? [this.#gallery] : [];
  }

  update(turn) {
    const { text, pictures, refusal } = turn;
    this.#told = turn;
    const waiting = turn.busy && !text && !turn.drawing;
    if (turn.busy) {
      const state = waiting && visit.flashes ? "complete" : "in_progress";
      this.#root.setAttribute("data-talvt-turn-state", state);
    }
    const passing = visit.fallbackKeys && turn.busy;
    this.#root.setAttribute("data-turn-key", passing ? `fallback-turn-${turn.number}` : turn.id);
    if (visit.remounted && turn.busy && !waiting) this.#said.remove();
    else if (!this.#root.contains(this.#said)) this.#root.prepend(this.#said);
    this.#text.classList.toggle("pulsing", Boolean(turn.streaming) || waiting);
    const paragraphs = [text, refusal?.place === "turn" ? refusal.text : ""].filter(Boolean);
    this.#text.replaceChildren(...paragraphs.map((each) => element("p", {}, each)));
    this.#loading.textContent = fill(words.working, { n: elapsed(turn.seconds) });
    const { previews, shown } = this.#show(pictures);
    // a turn is not complete before its pictures are seen
    if (!turn.busy) void shown.then(() => this.#complete(turn));
    if (refusal?.place === "thread") this.#error ??= threadError(turn, this.#on.again);
    const asks = turn.poll && this.#seen;
    const galleries = asks ? [] : this.#galleries(turn, previews);
    const parts = [
      turn.drawing ? this.#loading : null,
      waiting || paragraphs.length ? this.#text : null,
      waiting ? null : this.#advert,
      ...(asks ? [this.#asked(turn, previews)] : this.#outside ? [] : galleries),
      refusal?.place === "thread" ? this.#error : null,
    ];
    arrange(this.#answer, parts.filter(Boolean));
    if (this.#outside) arrange(this.#outside, galleries);
  }

  /** What shows the pictures: all alike, or one large and beside it the others. */
  #galleries(turn, previews) {
    const half = turn.drawing || turn.pictures.some((picture) => picture.partial);
    const large = visit.oneLarge && previews.length > 1 ? (this.#large ?? turn.large) : null;
    const shown = large ? [previews[large - 1]] : previews;
    arrange(this.#gallery, shown);
    arrange(this.#others, large ? this.#thumbnails(turn, large) : []);
    if (visit.galleryBusy) this.#gallery.setAttribute("aria-busy", String(half));
    const finished = previews.length > 0 && !half && visit.numberedMarks;
    return [
      previews.length || (visit.galleryBusy && half) ? this.#gallery : null,
      large ? this.#others : null,
      finished ? (this.#actions ??= actions(turn.pictures)) : null,
    ].filter(Boolean);
  }

  /** The small pictures beside the large one; a click makes one of them the large one. */
  #thumbnails(turn, large) {
    return turn.pictures
      .filter(({ ordinal }) => ordinal !== large)
      .map(({ ordinal, src }) => {
        const pick = () => {
          this.#large = ordinal;
          this.update(this.#told);
        };
        const label = fill(words.showOne, { n: ordinal });
        const image = element("img", { alt: "" });
        local(image, src);
        const button = { type: "button", class: "thumbnail", "aria-label": label, click: pick };
        return element("button", button, image);
      });
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
