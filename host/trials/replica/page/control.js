/** The control page: every behaviour with its switch, and the page that shows it beside them. */

import { element } from "./dom.js";

const account = document.getElementById("account");
const groups = document.getElementById("groups");
const search = document.getElementById("search");
const said = document.getElementById("said");
const page = document.getElementById("page");
let changing = Promise.resolve();
let asked = 0;

account.addEventListener("change", show);
search.addEventListener("input", filter);
document.getElementById("afresh").addEventListener("click", () => change({}, true));
document.getElementById("furnish").addEventListener("click", furnish);
await show();

/** Ask how everything stands, and show it unless something was asked since: that shows itself. */
async function show() {
  const mine = ++asked;
  const response = await fetch(`/replica/behaviour?account=${encodeURIComponent(account.value)}`);
  const { groups: told, accounts } = await response.json();
  if (mine !== asked) return;
  const chosen = account.value;
  account.replaceChildren(
    element("option", { value: "" }, "every account"),
    ...accounts.map((name) => element("option", { value: name }, name)),
  );
  account.value = chosen;
  groups.replaceChildren(
    ...told.map(({ name, switches }) =>
      element("section", {}, element("h2", {}, name), ...switches.map(row)),
    ),
  );
  filter();
}

function row(behaviour) {
  const { name, means, value, plain } = behaviour;
  const changed = JSON.stringify(value) !== JSON.stringify(plain);
  return element(
    "div",
    { class: changed ? "switch changed" : "switch", "data-name": name },
    element("span", { id: `name-${name}` }, name.replaceAll("_", " ")),
    control(behaviour),
    element("small", {}, means.replaceAll("``", "").replaceAll(/\s+/g, " ")),
  );
}

/** The element that sets a behaviour, by how it is set. */
function control({ name, set, among, value }) {
  const labelled = { "aria-labelledby": `name-${name}` };
  const tell = (setting) => change({ [name]: setting });
  switch (set) {
    case "tick": {
      const hear = (event) => tell(event.target.checked);
      return element("input", { ...labelled, type: "checkbox", checked: value, change: hear });
    }
    case "rate": {
      const shown = element("output", {}, percent(value));
      const range = element("input", {
        ...labelled,
        type: "range",
        min: "0",
        max: "1",
        step: "0.05",
        value: String(value),
        input: () => (shown.textContent = percent(range.value)),
        change: () => tell(Number(range.value)),
      });
      return element("div", { class: "rate" }, range, shown);
    }
    case "choice": {
      const choice = element(
        "select",
        { ...labelled, change: () => tell(choice.value) },
        ...among.map((each) => element("option", { value: each }, each)),
      );
      choice.value = value ?? "none";
      return choice;
    }
    case "several":
      return several(labelled, among, value, tell);
    default: {
      const hear = (event) => tell(event.target.value.trim() || "none");
      const text = value === null ? "none" : [value].flat().join(", ");
      return element("input", { ...labelled, type: "text", value: text, change: hear });
    }
  }
}

/** Several of a few: each load of a page draws one of them; of some, none may be chosen. */
function several(labelled, among, value, tell) {
  const boxes = among.map((each) =>
    element("input", { type: "checkbox", value: each, checked: Boolean(value?.includes(each)) }),
  );
  const hear = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    tell(chosen.length > 0 ? chosen : "none");
  };
  return element(
    "div",
    { ...labelled, role: "group", class: "several", change: hear },
    ...boxes.map((box) => element("label", {}, box, box.value)),
  );
}

function percent(rate) {
  return `${Math.round(rate * 100)} %`;
}

/** Set switches after those that were set before: whichever was clicked last is what stands. */
function change(switches, afresh = false) {
  const order = { account: account.value || null, switches, afresh };
  asked += 1;
  changing = changing.catch(() => undefined).then(() => send(order));
}

/** Tell the server, which has the open pages load themselves anew. */
async function send(order) {
  const { switches, afresh } = order;
  const response = await fetch("/replica/behaviour", {
    method: "POST",
    body: JSON.stringify(order),
  });
  tell(response.ok ? (afresh ? "All as at first." : told(switches)) : await response.text(), response.ok);
  if (response.ok) await reload();
  await show();
}

/**
 * Load the page beside anew, since one without a line to the server cannot hear that it should,
 * and wait for it: of two reloads at once the second was seen to come to nothing in Chromium.
 */
async function reload() {
  const before = page.contentDocument;
  page.contentWindow.location.reload();
  do {
    await new Promise((done) => page.addEventListener("load", done, { once: true }));
  } while (page.contentDocument === before);
}

function told(switches) {
  const [[name, value]] = Object.entries(switches);
  return `${name.replaceAll("_", " ")}: ${[value].flat().join(", ")}`;
}

async function furnish() {
  tell("Drawing 200 pictures …", true);
  const response = await fetch("/replica/conversation?turns=200", { method: "POST" });
  if (!response.ok) {
    tell(await response.text(), false);
    return;
  }
  const { conversation } = await response.json();
  page.src = `/c/${conversation}`;
  tell("It is the newest chat.", true);
}

function tell(text, well) {
  said.textContent = text;
  said.classList.toggle("wrong", !well);
}

/** Show those behaviours alone that the search finds. */
function filter() {
  const words = search.value.trim().toLowerCase();
  for (const section of groups.children) {
    const rows = [...section.querySelectorAll(".switch")];
    for (const each of rows) each.hidden = !each.textContent.toLowerCase().includes(words);
    section.hidden = rows.every((each) => each.hidden);
  }
}
