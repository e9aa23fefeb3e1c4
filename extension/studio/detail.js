/** Everything that is known of one panel, in words, beside its picture. */

import { button, made, renew, withCommands, withMarks } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { flagInWords, moment, reasonInWords, standing, takeInWords } from "./telling.js";

const SITE = "https://chatgpt.com/";

export class Detail {
  element = made("aside", { class: "detail", "aria-label": t("large_detail") });

  /** @type {Studio.App} */
  #app;
  /** What each section shows, so that one that stays as it is keeps focus and selection. @type {Map<string, string>} */
  #drawn = new Map();
  /** @type {Map<string, HTMLElement>} */
  #sections = new Map();

  /**
   * @param {Studio.App} app
   * @param {HTMLElement} note  the field for the author's note
   */
  constructor(app, note) {
    this.#app = app;
    for (const name of ["standing", "take", "note", "words", "lettering", "references", "order", "file", "history"]) {
      const section = made("section", { class: `about-${name}` });
      this.#sections.set(name, section);
      this.element.append(section);
    }
    this.#sections.get("note")?.append(made("h3", {}, t("large_note")), note);
  }

  /**
   * @param {Wire.Tile | undefined} tile
   * @param {Wire.PanelDetail | null} detail  null until it is there
   * @param {Wire.TakeStatus | null} take  the one that is looked at
   */
  draw(tile, detail, take) {
    const { gallery } = this.#app;
    const figures = (tile?.figures ?? []).map((place) => gallery.figures[place] ?? "").filter(Boolean);
    const setting = tile?.setting == null ? "" : (gallery.settings[tile.setting] ?? "");
    this.#draw("standing", [tile && standing(tile), tile?.flags, figures, setting, detail?.panel.reason, detail?.panel.advice], () => [
      tile ? made("p", { class: "state" }, standing(tile)) : null,
      ...lines([detail?.panel.reason ?? ""]),
      detail?.panel.advice ? made("p", { class: "advice" }, ...advised(tile, detail.panel.advice)) : null,
      tile?.flags?.length ? made("ul", { class: "flags" }, ...tile.flags.map((flag) => made("li", {}, flagInWords(flag)))) : null,
      figures.length || setting ? made("p", { class: "soft" }, [...figures, setting].filter(Boolean).join(" · ")) : null,
    ]);
    this.#draw("take", take, () => (take ? takeTold(take) : []));
    this.#draw("words", [detail?.layers, detail?.prompt], () => (detail ? wordsTold(detail) : []));
    this.#draw("lettering", detail?.lettering, () => titled("large_lettering", (detail?.lettering ?? []).map((line) => made("p", { class: "text" }, line))));
    this.#draw("references", [detail?.sent_with, detail?.references], () => (detail ? this.#references(detail) : []));
    this.#draw("order", [detail?.after, detail?.waiting], () => [
      ...(detail?.after ? [made("h3", {}, t("large_after")), this.#links([detail.after])] : []),
      ...(detail?.waiting?.length ? [made("h3", {}, t("large_waiting")), this.#links(detail.waiting)] : []),
    ]);
    this.#draw("file", [detail?.file, take?.path], () => (detail ? this.#files(detail, take) : []));
    this.#draw("history", detail?.history, () =>
      titled("large_history", detail?.history?.length ? [made("ol", {}, ...detail.history.map(happened))] : []),
    );
  }

  /**
   * @param {string} name
   * @param {unknown} data  all that it depends on
   * @param {() => Array<Node | null>} build
   */
  #draw(name, data, build) {
    const now = JSON.stringify(data) ?? "";
    const section = this.#sections.get(name);
    if (!section || this.#drawn.get(name) === now) return;
    this.#drawn.set(name, now);
    const nodes = build().filter((node) => node !== null);
    renew(section, ...nodes);
    section.hidden = nodes.length === 0;
  }

  /** @param {Wire.PanelDetail} detail */
  #references({ sent_with, references }) {
    const pictures = sent_with?.length ? sent_with : references.map((name) => ({ name, picture: null }));
    return titled(
      "large_references",
      pictures.length
        ? [
            made(
              "ul",
              { class: "references" },
              ...pictures.map(({ name, picture }) => {
                const image = made("img", { alt: "", draggable: "false" });
                if (picture) this.#app.pictures.show(image, picture, "small");
                return made("li", { title: name }, made("span", { class: "thumb" }, picture ? image : t("large_not_yet")), made("span", {}, name));
              }),
            ),
          ]
        : [],
    );
  }

  /**
   * @param {Wire.PanelDetail} detail
   * @param {Wire.TakeStatus | null} take
   */
  #files({ file, library, panel }, take) {
    return titled("large_file", [
      file ? made("p", { class: "path" }, file) : null,
      take ? made("p", { class: "path soft" }, take.path) : null,
      take ? button(t("large_folder"), () => void this.#open(library, panel.key)) : null,
    ]);
  }

  /**
   * @param {string} library
   * @param {string} key
   */
  async #open(library, key) {
    try {
      await this.#app.ask("folder.open", { library, key });
    } catch (error) {
      this.#app.say(error instanceof Error ? error.message : String(error), "fault");
    }
  }

  /** @param {string[]} keys */
  #links(keys) {
    return made(
      "ul",
      { class: "links" },
      ...keys.map((key) => made("li", {}, button(key, () => this.#app.go({ key }), { class: "link" }))),
    );
  }
}

/**
 * @param {string} heading  name of its words
 * @param {Array<Node | null>} nodes
 * @returns {Array<Node | null>} nothing without nodes
 */
function titled(heading, nodes) {
  return nodes.some((node) => node !== null) ? [made("h3", {}, t(heading)), ...nodes] : [];
}

/**
 * @param {readonly string[]} texts
 * @param {string} [kind]
 */
function lines(texts, kind) {
  return texts.filter(Boolean).map((text) => made("p", { class: kind ?? null }, text));
}

/** @param {Wire.TakeStatus} take */
function takeTold(take) {
  const { width, height, filed_at, style, misfit, rejected, rejected_note, said, note, made_from, chat } = take;
  return [
    made("h3", {}, takeInWords(take)),
    made("p", { class: "soft" }, t("large_made", `${width} × ${height}`, moment(filed_at))),
    ...lines([style ?? "", misfit ?? ""]),
    rejected ? made("p", { class: "bad" }, reasonInWords(rejected)) : null,
    ...lines([rejected_note ?? ""], "text"),
    ...(made_from ? lines([t("large_made_from", made_from)], "soft") : []),
    ...(note && note !== said ? [made("p", { class: "soft" }, t("large_noted_with")), made("p", { class: "text" }, note)] : []),
    said ? made("details", {}, made("summary", {}, t("large_said")), made("p", { class: "text" }, said)) : null,
    chat?.startsWith(SITE) ? made("a", { href: chat, target: "_blank", rel: "noreferrer" }, t("large_chat")) : null,
  ];
}

/** @param {Wire.PanelDetail} detail */
function wordsTold({ layers, prompt }) {
  const told = layers?.length
    ? layers.map(({ name, text }) => made("div", { class: "layer-told" }, made("h4", {}, name), made("p", { class: "text" }, text)))
    : [made("p", { class: "text" }, prompt)];
  return titled("large_words", told);
}

/** @param {Wire.HistoryLine} line */
function happened({ at, text }) {
  return made("li", {}, made("time", {}, moment(at)), " ", text);
}

/**
 * What can be done; what a key does here is told by its key, and the rest by the command.
 *
 * @param {Wire.Tile | undefined} tile
 * @param {string} advice
 */
function advised(tile, advice) {
  return tile?.flags?.includes("offered") ? [t("large_offered")] : withCommands(withMarks(advice));
}
