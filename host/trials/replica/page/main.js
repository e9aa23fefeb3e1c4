/** The page: brings together what the author does and what the server tells. */

import { Composer } from "./composer.js";
import { showNotice, showOpening } from "./dialog.js";
import { element, toast } from "./dom.js";
import { Mutator } from "./mutator.js";
import { frame, part } from "./parts.js";
import * as legacy from "./shell_a.js";
import * as redesign from "./shell_b.js";
import { build as buildSignedOut } from "./shell_g.js";
import { Sidebar } from "./sidebar.js";
import { Socket } from "./socket.js";
import { Thread } from "./thread.js";
import { redesigned, switches, told, visit, words } from "./visit.js";

const main = frame.main;
const shell = redesigned ? redesign : legacy;
const stops = new Map();
const polls = new Set();
let sidebar;
let thread;
let socket;
let composer = null;
let conversation = null;
let wanted = location.pathname;
/** The address that stands for a chat until it has its own. */
let passing = null;
/** The project whose page this is. */
let project = null;
let account = "";

if (visit.shell === "G") {
  buildSignedOut();
} else {
  start();
}
/** What changes the page as its developers may, where anything does. */
const mutator = visit.mutations.length ? new Mutator(visit.mutations, visit.sent) : null;

function start() {
  if (visit.decoys) place();
  sidebar = new Sidebar();
  thread = new Thread(frame.thread, shell, {
    again: (turn) => send(`/backend-api/conversation/${turn}/again`, undefined, ""),
    choose: (turn, ordinal) => socket.wish("choose", { turn, ordinal }),
  });
  socket = new Socket(connected, (message) => hear[message.kind](message));
  document.addEventListener("click", follow);
  addEventListener("popstate", () => open(location.pathname));
}

/** Put composers there that are none. */
function place() {
  const notepad = { class: "ProseMirror", contenteditable: "true", role: "textbox" };
  frame.account.before(
    element(
      "aside",
      { class: "notepad", "aria-label": words.notepad },
      element("div", { ...notepad, "aria-label": words.notepad }, element("p")),
    ),
  );
  if (!redesigned) return;
  const pending = { id: "pending-home-input", rows: "1", placeholder: words.ask };
  frame.composer.replaceChildren(element("form", { class: "composer" }, element("textarea", pending)));
}

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
  hello({ account: name }) {
    sidebar.account = account = name;
  },

  sent({ sent }) {
    mutator?.count(sent);
  },

  page({ path, found, conversation: shown, project: whole, history: entries, notice }) {
    if (path !== wanted) return;
    main.removeAttribute("aria-busy");
    sidebar.show(entries);
    if (!found) {
      history.replaceState(null, "", `/${switches}`);
      toast(path.endsWith("/project") ? words.projectless : `${words.unloaded} ${path.split("/").at(-1)}`);
      path = wanted = "/";
    } else if (shown?.project && !path.startsWith(shown.project)) {
      // a chat that was moved has its address below its project
      path = wanted = `${shown.project}/c/${shown.id}`;
      history.replaceState(null, "", path + switches);
    } else if (location.pathname !== path) {
      history.pushState(null, "", path + switches);
    }
    sidebar.current = path;
    passing = null;
    project = whole;
    conversation = shown?.id ?? null;
    document.title = shown?.title ?? whole?.name ?? "Local replica";
    thread.clear(shown ? "" : (whole?.name ?? words.greeting));
    showChats(whole?.chats ?? []);
    main.classList.toggle("fresh", !shown);
    if (composer) composer.clear();
    else hydrate();
    stops.clear();
    polls.clear();
    shown?.turns.forEach((turn) => showTurn(turn, false));
    update();
    if (notice) showNotice(notice);
  },

  turn({ conversation: of, turn }) {
    if (of !== conversation) return;
    main.classList.remove("fresh");
    showChats([]);
    const told = turn.refusal?.place === "toast" && stops.has(turn.id);
    showTurn(turn, true);
    update();
    if (told) toast(turn.refusal.text);
  },

  address({ conversation: of, path, title, history: entries }) {
    sidebar.show(entries);
    if (of !== conversation || !["/", project?.path, passing].includes(location.pathname)) return;
    wanted = path;
    if (passing) history.replaceState(null, "", wanted + switches);
    else history.pushState(null, "", wanted + switches);
    passing = null;
    sidebar.current = wanted;
    document.title = title;
  },

  ready({ file, alert }) {
    composer?.ready(file, alert);
  },

  reload() {
    location.reload();
  },
};

function hydrate() {
  composer = new Composer(shell, {
    send: (order) => {
      const place = { conversation, project: conversation ? null : project?.id, after: thread.last };
      return send("/backend-api/conversation", { ...place, ...order }, order.prompt);
    },
    stop: (turn) => socket.wish("stop", { turn }),
    uploaded: (file) => socket.wish("await", { file }),
    account,
  });
  frame.composer.replaceChildren(composer.root);
  composer.focus();
  showOpening();
}

/** List the chats of a project below its composer. */
function showChats(chats) {
  const entry = ({ path, title }) =>
    element("li", {}, part("chat", element("a", { href: path }, title)));
  const list = element("ol", { class: "project-chats" }, ...chats.map(entry));
  main.querySelector(":scope > .project-chats")?.remove();
  if (chats.length) frame.composer.after(list);
}

function showTurn(turn, live) {
  thread.show(turn, live);
  stops.set(turn.id, turn.stop);
  if (turn.poll) polls.add(turn.id);
  else polls.delete(turn.id);
}

function update() {
  composer.streaming = [...stops.keys()].findLast((turn) => stops.get(turn)) ?? null;
  composer.locked = polls.size > 0;
}

/** Send an order; tell whether it is gone from the composer. */
async function send(path, order, prompt) {
  const sentFrom = conversation;
  let response;
  let answer;
  try {
    response = await fetch(told(path), { method: "POST", body: JSON.stringify(order) });
    answer = response.ok || [401, 429].includes(response.status) ? await response.json() : null;
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
    toast(words.wrong);
    return false;
  }
  if (sentFrom === conversation) {
    conversation = answer.conversation;
    // its end is news to this page, even if that is the first it hears of it
    stops.set(answer.turn, true);
    const unnamed = ["/", project?.path].includes(location.pathname);
    if (unnamed && visit.provisional !== "none") pass();
    socket.wish("follow", { conversation });
  }
  return true;
}

/** Show the address that a chat has before it has one; it names nothing. */
function pass() {
  const kinds = { web: "WEB:", encoded: "WEB%3A", local: "local-chatgpt:" };
  wanted = passing = `/c/${kinds[visit.provisional]}${crypto.randomUUID()}`;
  history.pushState(null, "", passing + switches);
}

/** Go to a path inside the page. */
function open(path) {
  wanted = path;
  main.setAttribute("aria-busy", "true");
  socket.wish("open", { path, first: false });
}

function follow(event) {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(new URL(link.href).pathname);
}
