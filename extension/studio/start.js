/** Where pictures are ordered from: what runs, the libraries that the host knows, and the plan of one. */

import { made } from "../view/dom.js";
import { t } from "../view/i18n.js";
import { Batches } from "./batches.js";
import { Known } from "./known.js";
import { Ordering } from "./ordering.js";

/** So long after a picture the libraries are asked for anew, so that a quick batch asks seldom. */
const SETTLE_MS = 2_000;

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
  let shown = false;
  /** What was made when the libraries were asked for: with a further picture they have another number. */
  let seen = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;

  /** @param {Wire.Status} status */
  function stand({ batches: all }) {
    batches.show(all);
    if (!shown || madeOf(all) === seen || settling !== undefined) return;
    settling = setTimeout(() => {
      settling = undefined;
      load();
    }, SETTLE_MS);
  }

  function load() {
    seen = madeOf(app.status?.batches ?? []);
    void known.load();
  }

  return {
    element,
    show() {
      shown = true;
      load();
      if (app.status) stand(app.status);
      ordering.again();
    },
    hide() {
      shown = false;
    },
    status: stand,
    linked({ state }) {
      element.toggleAttribute("data-down", state !== "up");
      if (state !== "up" || !shown) return;
      load();
      ordering.again();
    },
  };
}

/** @param {Wire.BatchStatus[]} batches */
function madeOf(batches) {
  return batches.map(({ batch, done }) => `${batch}:${done}`).join();
}
