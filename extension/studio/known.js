/** The libraries that the host knows, to look at or to go on with. */

import { button, fill, made } from "../view/dom.js";
import { number, t } from "../view/i18n.js";
import { when } from "./times.js";

export class Known {
  #app;
  #choose;
  #list = made("ul", { class: "known" });
  #none = made("p", { class: "hint" }, t("start_none_known"));
  element = made("section", { "aria-labelledby": "start-known" }, made("h2", { id: "start-known" }, t("start_known")), this.#none, this.#list);

  /**
   * @param {Studio.App} app
   * @param {(library: Wire.KnownLibrary) => void} choose  plans one
   */
  constructor(app, choose) {
    this.#app = app;
    this.#choose = choose;
  }

  /** Asks for them; what was shown stays where the host does not answer. */
  async load() {
    const found = await this.#app.ask("gallery.libraries", {}).catch(() => null);
    if (!found) return;
    this.#none.hidden = found.libraries.length > 0;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset["of"];
    // one about which nothing is new keeps its element, and who walks through by Tab their way
    fill(this.#list, (library) => this.#card(library), found.libraries, JSON.stringify, () => undefined);
    if (focused) /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-of="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {Wire.KnownLibrary} known */
  #card(known) {
    const { library, source, title, is_there, panels, pictures, used_at } = known;
    const named = title || library;
    return made(
      "li",
      { class: "card" },
      made("h3", { title: library }, named),
      made("p", { class: "path" }, source || library),
      made("p", { class: "figures" }, panels ? t("start_made", number(pictures), number(panels)) : t("start_pictures", number(pictures))),
      is_there ? null : made("p", { class: "fault" }, t("start_away")),
      made("p", { class: "hint" }, t("start_used", when(used_at))),
      made(
        "div",
        { class: "acts" },
        source
          ? button(t("start_plan"), () => this.#choose(known), { "aria-label": `${t("start_plan")}: ${named}`, "data-of": `plan ${library}` })
          : null,
        button(t("start_look"), () => this.#app.go({ view: "grid", library, key: "" }), {
          "aria-label": `${t("start_look")}: ${named}`,
          "data-of": `look ${library}`,
        }),
      ),
    );
  }
}
