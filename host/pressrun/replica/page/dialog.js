/** The notice that lies over the page when an account is at a limit; the page works on below. */

import { element } from "./dom.js";

const TEST_IDS = { throttle: "modal-conversation-history-rate-limit" };

/** Show a limit, unless it is shown already. */
export function showNotice({ kind, title, text }) {
  const testId = TEST_IDS[kind] ?? `modal-${kind}`;
  if (document.getElementById(testId)) return;
  const dialog = element(
    "div",
    { class: "overlay" },
    element(
      "div",
      { id: testId, "data-testid": testId, role: "dialog", "aria-modal": "true", class: "dialog" },
      element("h2", {}, title),
      element("p", {}, text),
      element(
        "button",
        { type: "button", class: "primary", click: () => dialog.remove() },
        "Got it",
      ),
    ),
  );
  document.body.append(dialog);
}
