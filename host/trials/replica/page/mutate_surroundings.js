/** Mutations of what is around: notices, addresses, advertisements, and controls that are none. */

import { found } from "./mutate_structure.js";

export const KINDS = { notices, addresses, adverts, copies };

const SAID = [
  "Your library has moved. You find it below Images now.",
  "Memory is nearly full. Manage what is remembered in Settings.",
  "Dein Abo wurde verlängert. Danke!",
  "新しい機能を試してみませんか?",
  "Voice is better now. Try it.",
];

/** Something is said that has nothing to do with pictures: in passing, as an alert, or in a dialog. */
function notices(strength, chance) {
  const text = chance.pick(SAID, "said");
  let shown = false;
  return {
    run() {
      if (shown) return;
      shown = true;
      document.body.append(strength === 3 ? dialog(text) : note(text, strength === 2 ? "alert" : "status"));
    },
  };
}

function note(text, role) {
  const made = document.createElement("div");
  made.className = "toast";
  made.style.cssText = "position: fixed; top: 90px; right: 12px; z-index: 40";
  made.setAttribute("role", role);
  made.textContent = text;
  made.addEventListener("click", () => made.remove());
  return made;
}

function dialog(text) {
  const overlay = document.createElement("div");
  overlay.className = "overlay";
  const box = overlay.appendChild(document.createElement("div"));
  box.className = "dialog";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.appendChild(document.createElement("p")).textContent = text;
  const button = box.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "primary";
  button.textContent = "OK";
  button.addEventListener("click", () => overlay.remove());
  return overlay;
}

const CHAT = /^\/(?:c|chat|u\/0\/c|g\/[^/]+\/c)\/([\da-f]{8}-[\da-f-]{27})$/;

/** Chats have other addresses: with a query, below another folder, or in a project. */
function addresses(strength, chance) {
  const forms = [
    (chat) => `/c/${chat}?view=thread`,
    (chat) => chance.pick([`/chat/${chat}`, `/u/0/c/${chat}`], "form"),
    (chat) => `/g/g-p-${chance.name("project").repeat(4)}-panels/c/${chat}`,
  ];
  const dressed = (address) => {
    const { pathname, search } = new URL(address, location.href);
    const chat = CHAT.exec(pathname)?.[1];
    if (!chat) return address;
    const [path, query = ""] = forms[strength - 1](chat).split("?");
    const both = new URLSearchParams(search);
    for (const [name, value] of new URLSearchParams(query)) both.set(name, value);
    return both.size ? `${path}?${both}` : path;
  };
  for (const name of ["pushState", "replaceState"]) {
    const usual = history[name].bind(history);
    history[name] = (state, title, address) => usual(state, title, dressed(address));
  }
  history.replaceState(history.state, "", location.href);
  return {
    run() {
      for (const link of found("chat")) {
        const other = dressed(link.getAttribute("href"));
        if (other !== link.getAttribute("href")) link.setAttribute("href", other);
      }
    },
  };
}

/** An advertisement in every answer: an aside, under a picture's kind of id, or labelled like one. */
function adverts(strength, chance) {
  const shown = new WeakMap();
  return {
    run() {
      for (const answer of found("answer")) {
        if (!answer.childElementCount) continue;
        if (!shown.has(answer)) shown.set(answer, advert(strength, chance.name("advert")));
        const made = shown.get(answer);
        if (!answer.contains(made)) {
          if (chance.of("first") < 0.5) answer.prepend(made);
          else answer.append(made);
        }
      }
    },
  };
}

function advert(strength, name) {
  const made = document.createElement(strength === 1 ? "aside" : "div");
  made.className = "advert";
  if (strength > 1) made.id = `image-${name}`;
  const picture = document.createElement("img");
  picture.src = `/ads/${name}.png`;
  picture.alt = strength === 3 ? "Generated image: a morning with better coffee" : "Better coffee";
  made.append(strength === 3 ? "" : "Sponsored", picture);
  return made;
}

/** Controls are there that do nothing: a file input, a second Send, a second composer. */
function copies(strength) {
  let composer = null;
  const done = new WeakSet();
  return {
    run() {
      for (const form of found("form")) {
        if (done.has(form)) continue;
        done.add(form);
        const input = document.createElement("input");
        Object.assign(input, { type: "file", accept: "image/*", hidden: true });
        form.prepend(input);
        if (strength > 1) form.append(deadSend());
      }
      if (strength < 3 || composer) return;
      composer = document.createElement("form");
      composer.addEventListener("submit", (event) => event.preventDefault());
      const editor = composer.appendChild(document.createElement("div"));
      editor.className = "ProseMirror";
      editor.setAttribute("contenteditable", "true");
      editor.setAttribute("role", "textbox");
      editor.setAttribute("aria-label", "Notes");
      document.body.append(composer);
    },
  };
}

/** A Send that waits to be shown. */
function deadSend() {
  const button = document.createElement("button");
  button.type = "submit";
  button.disabled = true;
  button.style.display = "none";
  button.setAttribute("aria-label", "Send");
  return button;
}
