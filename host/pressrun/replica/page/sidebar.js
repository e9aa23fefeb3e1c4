/** The history beside the conversation, and who is signed in. */

import { element } from "./dom.js";

export class Sidebar {
  #history = document.getElementById("history");
  #current = location.pathname;

  /** Show who is signed in. */
  set account(name) {
    document.getElementById("account").replaceChildren(
      element(
        "button",
        {
          type: "button",
          "data-testid": "accounts-profile-button",
          "aria-label": `${name}, open profile menu`,
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
    for (const { id, title } of entries) {
      const link = element("a", { class: "entry", href: `/c/${id}` }, element("span", {}, title));
      this.#mark(link);
      this.#history.append(link);
    }
    if (more) {
      const button = element("button", { type: "button", class: "entry more" }, "Show more");
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
