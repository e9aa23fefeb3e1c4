/** Dialogs that lie over the page; the page works on below. */

import { element, toast } from "./dom.js";
import { part } from "./parts.js";
import { redesigned, visit, words } from "./visit.js";

const MARKS = {
  throttle: "modal-conversation-history-rate-limit",
  signed_out: "modal-expired-session",
  no_auth: "modal-no-auth-login",
  duplicate: "modal-duplicate-file",
};

/** What lies over the composer of a page that has just been loaded. */
const OPENING = {
  consent: {
    title: "We value your privacy",
    text: "We use cookies to make this site work and to understand how it is used.",
    buttons: ["Accept all", "Reject non-essential", "Manage"],
  },
  whats_new: {
    title: "What's new",
    text: "Pictures now come with sharper lettering and steadier faces.",
    buttons: ["Next"],
  },
  unknown: {
    title: "One more thing",
    text: "Tell us how you work, so that we can show you what fits.",
    buttons: ["Continue", "Later"],
  },
};

const SIGNED_OUT = {
  expired: {
    mark: MARKS.signed_out,
    title: "Your session has expired",
    text: "Please log in again to continue using the app.",
  },
  no_auth: {
    mark: MARKS.no_auth,
    title: "Welcome back",
    text: "Log in or sign up to get smarter responses, upload files and images, and more.",
  },
};

/** Show what the site has to say to a send: a limit, or that nobody is signed in. */
export function showNotice({ kind, title, text }) {
  show({ mark: MARKS[kind], title, text, buttons: [words.gotIt] });
}

/** Tell that a file is known already; resolved when somebody has read it. */
export function tellDuplicate(name) {
  return new Promise((read) => {
    show({
      mark: MARKS.duplicate,
      title: words.duplicate,
      text: name,
      buttons: [words.ok],
      closed: read,
    });
  });
}

/** Show what lies over a page when it opens, if anything does. */
export function showOpening() {
  const lost = SIGNED_OUT[visit.signedOut];
  if (lost) show({ ...lost, buttons: [words.logIn] });
  if (visit.otherLimit) toast(visit.otherLimit);
  const opening = OPENING[visit.dialog];
  if (opening) show({ ...opening, role: visit.dialog === "unknown" ? "alertdialog" : "dialog" });
}

/** The dialogs that are open and that there is one of at most, by their marks. */
const open = new Map();

function show({ mark, title, text, buttons, role = "dialog", closed = () => {} }) {
  if (mark && open.get(mark)?.isConnected) return;
  // the legacy build marks its dialogs by both, the redesign by the id alone
  const marks = mark ? { id: mark, "data-testid": redesigned ? null : mark } : {};
  const overlay = element(
    "div",
    { class: "overlay" },
    element(
      "div",
      { ...marks, role, "aria-modal": "true", "aria-label": title, class: "dialog" },
      element("h2", {}, title),
      element("p", {}, text),
      element(
        "div",
        { class: "choices" },
        ...buttons.map((label) =>
          element("button", { type: "button", class: "primary", click: () => close() }, label),
        ),
      ),
    ),
  );
  const close = () => {
    overlay.remove();
    closed();
  };
  if (mark) open.set(mark, overlay);
  part("dialog", overlay);
  document.body.append(overlay);
}
