/** What the author wishes of this browser; the worker hears of it through the storage. */

import { t } from "../view/i18n.js";
import { WISH } from "../worker/awake.js";
import { KINDS, WISHES, wished } from "../worker/notices.js";

/** Shows the boxes, and keeps what is chosen. @param {HTMLElement} list */
export async function offerSettings(list) {
  const { local } = chrome.storage;
  const [kept, wishes] = await Promise.all([local.get({ [WISH]: true }), wished()]);
  const awake = box(t("popup_awake"), "awake", kept[WISH] === true, (on) => local.set({ [WISH]: on }));
  const heading = document.createElement("li");
  Object.assign(heading, { id: "notices", textContent: t("popup_notices") });
  const notices = KINDS.map((kind) => {
    const item = box(t(`notice_${kind.replace("-", "_")}`), kind, wishes[kind], async (on) => {
      await local.set({ [WISHES]: { ...(await wished()), [kind]: on } });
    });
    item.querySelector("input")?.setAttribute("aria-describedby", heading.id);
    return item;
  });
  list.replaceChildren(awake, heading, ...notices);
}

/**
 * @param {string} text
 * @param {string} name
 * @param {boolean} checked
 * @param {(on: boolean) => unknown} keep
 */
function box(text, name, checked, keep) {
  const [item, label, input] = [document.createElement("li"), document.createElement("label"), document.createElement("input")];
  Object.assign(input, { type: "checkbox", checked });
  input.dataset["part"] = name;
  input.addEventListener("change", () => void keep(input.checked));
  label.append(input, text);
  item.append(label);
  return item;
}
