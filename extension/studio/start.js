/** Where pictures are ordered from: what runs, the libraries that the host knows, and the plan of one. */

import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { Batches } from "./batches.js";
import { Known } from "./known.js";
import { Ordering } from "./ordering.js";

/** @type {Studio.Create} */
export function create(app) {
  const batches = new Batches(app);
  const ordering = new Ordering(app);
  const known = new Known(app, (library) => ordering.choose(library));
  const element = made(
    "div",
    { class: "start", role: "region", "aria-label": t("studio_start") },
    made("div", { class: "beside" }, batches.element, known.element),
    ordering.element,
  );
  /** The batches that were known when the libraries were asked for: with a new one there may be a new library. */
  let newest = -1;

  /** @param {Wire.Status} status */
  function stand({ batches: all }) {
    batches.show(all);
    const last = Math.max(-1, ...all.map(({ batch }) => batch));
    if (last === newest) return;
    newest = last;
    void known.load();
  }

  return {
    element,
    show() {
      void known.load();
      if (app.status) stand(app.status);
    },
    hide() {},
    status: stand,
    linked({ state }) {
      element.toggleAttribute("data-down", state !== "up");
      if (state !== "up") return;
      void known.load();
      ordering.again();
    },
  };
}
