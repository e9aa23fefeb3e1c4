/** The page: brings together what the author does and what the server tells. */

import { Composer } from "./composer.js";
import { showNotice } from "./dialog.js";
import { menusOpenOn } from "./menu.js";
import { Sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import { Thread } from "./thread.js";

const GREETING = "What should be drawn today?";

const main = document.getElementById("main");
const sidebar = new Sidebar();
const thread = new Thread(document.getElementById("thread"), sendAgain);
let settings = { longPaste: 10_000 };
let composer = null;
let conversation = null;
let wanted = location.pathname;

const socket = new Socket(connected, (message) => hear[message.kind](message));

function connected() {
  if (!composer) {
    socket.wish("open", { path: wanted, first: true });
  } else {
    // The server was gone for a while: take up what the page shows.
    if (main.getAttribute("aria-busy") === "true") open(wanted);
    if (conversation) socket.wish("follow", { conversation });
    composer.resume();
  }
}

const hear = {
  hello({ account, menu, longPaste }) {
    sidebar.account = account;
    menusOpenOn(menu);
    settings.longPaste = longPaste;
  },

  page({ path, found, conversation: shown, history: entries, notice }) {
    if (path !== wanted) return;
    main.removeAttribute("aria-busy");
    sidebar.show(entries);
    if (!found) {
      history.replaceState(null, "", "/");
      path = wanted = "/";
      alert(`Unable to load conversation`);
    } else if (location.pathname !== path) {
      history.pushState(null, "", path);
    }
    sidebar.current = path;
    conversation = shown?.id ?? null;
    document.title = shown?.title ?? "Local replica";
    thread.clear(shown ? "" : GREETING);
    main.classList.toggle("fresh", !shown);
    if (composer) composer.clear();
    else hydrate();
    stops.clear();
    shown?.turns.forEach(showTurn);
    updateStop();
    if (notice) showNotice(notice);
  },

  turn({ conversation: of, turn }) {
    if (of !== conversation) return;
    main.classList.remove("fresh");
    showTurn(turn);
    updateStop();
  },

  address({ conversation: of, history: entries }) {
    sidebar.show(entries);
    if (of !== conversation || location.pathname !== "/") return;
    wanted = `/c/${of}`;
    history.pushState(null, "", wanted);
    sidebar.current = wanted;
    document.title = entries.entries.find((entry) => entry.id === of)?.title ?? document.title;
  },

  ready({ file }) {
    composer?.ready(file);
  },
};

function hydrate() {
  composer = new Composer({
    get longPaste() {
      return settings.longPaste;
    },
    send: (order) => send("/backend-api/conversation", { conversation, ...order }, order.prompt),
    stop: (turn) => socket.wish("stop", { turn }),
    uploaded: (file) => socket.wish("await", { file }),
  });
  document.getElementById("composer").replaceChildren(composer.root);
  composer.focus();
}

const stops = new Map();

function showTurn(turn) {
  thread.show(turn);
  stops.set(turn.id, turn.stop);
}

function updateStop() {
  composer.streaming = [...stops.keys()].findLast((turn) => stops.get(turn)) ?? null;
}

function sendAgain(turn) {
  send(`/backend-api/conversation/${turn}/again`, undefined, "");
}

/** Send an order; tell whether it is gone from the composer. */
async function send(path, order, prompt) {
  const sentFrom = conversation;
  let response;
  let answer;
  try {
    response = await fetch(path, { method: "POST", body: JSON.stringify(order) });
    answer = response.ok || response.status === 429 ? await response.json() : null;
  } catch {
    // Whether the site has taken it, nobody here can tell.
    if (sentFrom === conversation) {
      main.classList.remove("fresh");
      thread.showUnsent(prompt);
    }
    return true;
  }
  if (answer?.notice) {
    showNotice(answer.notice);
    return false;
  }
  if (!answer) {
    alert("Something went wrong. Please try again.");
    return false;
  }
  if (sentFrom === conversation) {
    conversation = answer.conversation;
    socket.wish("follow", { conversation });
  }
  return true;
}

/** Show a passing message. */
function alert(text) {
  const toast = document.createElement("div");
  toast.setAttribute("role", "alert");
  toast.className = "toast";
  toast.textContent = text;
  toast.addEventListener("click", () => toast.remove());
  document.getElementById("alerts").replaceChildren(toast);
}

/** Go to a path inside the page. */
function open(path) {
  wanted = path;
  main.setAttribute("aria-busy", "true");
  socket.wish("open", { path, first: false });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(link.getAttribute("href"));
});

addEventListener("popstate", () => open(location.pathname));
