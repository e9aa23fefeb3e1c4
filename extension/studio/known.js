/** The libraries that the host knows, to look at or to go on with. */

import { number, t } from "../view/i18n.js";
import { button, make } from "../view/make.js";
import { when } from "./times.js";

export class Known {
  #app;
  #choose;
  #list = make("ul", { class: "known" });
  #none = make("p", { class: "hint" }, t("start_none_known"));
  element = make("section", { "aria-labelledby": "start-known" }, make("h2", { id: "start-known" }, t("start_known")), this.#none, this.#list);

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
    this.#list.replaceChildren(...found.libraries.map((library) => this.#card(library)));
    if (focused) /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-of="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {Wire.KnownLibrary} known */
  #card(known) {
    const { library, source, title, is_there, panels, pictures, used_at } = known;
    const named = title || library;
    return make(
      "li",
      { class: "card" },
      make("h3", { title: library }, named),
      make("p", { class: "path" }, source || library),
      make("p", { class: "figures" }, panels ? t("start_made", number(pictures), number(panels)) : t("start_pictures", number(pictures))),
      is_there ? null : make("p", { class: "fault" }, t("start_away")),
      make("p", { class: "hint" }, t("start_used", when(used_at))),
      make(
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
