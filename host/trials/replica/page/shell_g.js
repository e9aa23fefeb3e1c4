/** The page of a visitor who is signed out: it can be read, and nothing can be sent from it. */

import { element } from "./dom.js";
import { words } from "./visit.js";

/** Build the page; there is no line to the server. */
export function build() {
  document.getElementById("sidebar").remove();
  document.getElementById("thread").replaceChildren(
    element("h1", {}, words.greeting),
    element(
      "ul",
      { class: "signed-out" },
      element("li", { "data-message-role": "assistant" }, words.ask),
    ),
  );
  document.getElementById("main").classList.add("fresh");
  document.getElementById("composer").replaceChildren(
    element(
      "form",
      { class: "composer", submit: (event) => event.preventDefault() },
      element("textarea", {
        id: "mobile-composer-prompt",
        rows: "1",
        placeholder: words.ask,
        "aria-label": words.chat,
      }),
      element(
        "div",
        { class: "tools" },
        element("div", { class: "mode" }),
        element("button", { type: "button", "data-testid": "login-button", class: "primary" }, words.logIn),
      ),
    ),
  );
}
