/** The history beside the conversation, and who is signed in. */

import { element } from "./dom.js";
import { frame, part } from "./parts.js";
import { redesigned, visit, words } from "./visit.js";
import { fill } from "./words.js";

export class Sidebar {
  #history = frame.history;
  #current = location.pathname;

  constructor() {
    const [home, fresh, title] = frame.sidebar.querySelectorAll(":scope > :not(div)");
    home.setAttribute("aria-label", words.home);
    fresh.lastChild.data = words.newChat;
    title.textContent = words.chats;
  }

  /** Show who is signed in. */
  set account(name) {
    if (visit.signedOut === "button") {
      const button = { type: "button", "data-testid": "login-button", class: "primary" };
      frame.account.replaceChildren(element("button", button, words.logIn));
      return;
    }
    frame.account.replaceChildren(
      element(
        "button",
        {
          type: "button",
          "data-testid": redesigned ? null : "accounts-profile-button",
          "aria-haspopup": "menu",
          "aria-label": fill(words.profile, { name }),
        },
        element("img", { src: "/assets/person.svg", alt: "Profile image", width: "28", height: "28" }),
        element("span", {}, name),
      ),
    );
  }

  /** Mark the conversation that the page shows. */
  set current(path) {
    this.#current = path;
    for (const link of this.#history.querySelectorAll("a")) this.#mark(link);
  }

  /** Show the newest conversations. */
  show({ entries, more }) {
    this.#history.replaceChildren();
    this.#append(entries, more);
  }

  #append(entries, more) {
    for (const { path, title } of entries) {
      const link = element("a", { class: "entry", href: path }, element("span", {}, title));
      part("chat", link);
      this.#mark(link);
      this.#history.append(link);
    }
    if (more) {
      const button = element("button", { type: "button", class: "entry more" }, words.more);
      button.addEventListener("click", async () => {
        const offset = this.#history.querySelectorAll("a").length;
        const response = await fetch(`/backend-api/conversations?offset=${offset}`);
        if (!response.ok) return;
        const older = await response.json();
        button.remove();
        this.#append(older.entries, older.more);
      });
      this.#history.append(button);
    }
  }

  #mark(link) {
    if (link.getAttribute("href") === this.#current) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}
