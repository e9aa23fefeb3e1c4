/** Mutations of what elements are called: attributes, test ids, roles, classes, ids, labels. */

import { partOf } from "./parts.js";

/** Classes and attributes that the page puts on and takes off again. */
const STATES = new Set([
  "collapsed", "contents", "data-is-intersecting", "fresh", "partial", "placeholder", "pulsing",
  "result-streaming", "reverse", "wrong",
]);

/** Which share of all names a strength changes. */
const SHARE = [0, 0.35, 0.7, 1];

export const KINDS = { attributes, test_ids: testIds, roles, classes, ids, labels, senders };

/** Data attributes get other names. */
function attributes(strength, chance) {
  const renamed = new Map();
  const given = new Set();
  const known = (name) => {
    if (!renamed.has(name)) {
      const changes = chance.of("changes", name) < SHARE[strength];
      renamed.set(name, changes ? `data-${chance.name(name)}` : null);
      given.add(renamed.get(name));
      if (changes) restyle(new RegExp(`\\[${name}(?=[\\]=~^$*|])`, "g"), `[${renamed.get(name)}`);
    }
    return renamed.get(name);
  };
  return {
    run() {
      for (const element of document.body.querySelectorAll("*")) {
        for (const { name, value } of [...element.attributes]) {
          if (!name.startsWith("data-") || STATES.has(name) || given.has(name)) continue;
          const other = known(name);
          if (!other) continue;
          element.removeAttribute(name);
          element.setAttribute(other, value);
        }
      }
    },
  };
}

/** Test ids get other values, or go. */
function testIds(strength, chance) {
  const given = new Set();
  return {
    run() {
      for (const element of document.body.querySelectorAll("[data-testid]")) {
        const value = element.getAttribute("data-testid");
        if (given.has(value) || chance.of("changes", value) >= SHARE[strength]) continue;
        const other = `t-${chance.name(value)}`;
        given.add(other);
        if (strength === 3) element.removeAttribute("data-testid");
        else element.setAttribute("data-testid", other);
      }
    },
  };
}

const ROLES = [
  {},
  { alert: "status", dialog: "", group: "" },
  { alert: "status", dialog: "", group: "", menuitemradio: "menuitem", progressbar: "", tab: "radio" },
  {
    alert: "", alertdialog: "", dialog: "", group: "", menu: "list", menuitem: "", menuitemradio: "",
    progressbar: "", tab: "", textbox: "combobox",
  },
];

/** Roles become others, or go. */
function roles(strength) {
  const others = ROLES[strength];
  return {
    run() {
      for (const element of document.body.querySelectorAll("[role]")) {
        const other = others[element.getAttribute("role")];
        if (other) element.setAttribute("role", other);
        else if (other === "") element.removeAttribute("role");
      }
    },
  };
}

/** Classes get other names, and the style sheet with them. */
function classes(strength, chance) {
  const renamed = new Map();
  const given = new Set();
  const known = (name) => {
    if (given.has(name) || STATES.has(name)) return name;
    if (!renamed.has(name)) {
      const changes = chance.of("changes", name) < SHARE[strength];
      const other = changes ? `c-${chance.name(name)}` : name;
      renamed.set(name, other);
      given.add(other);
      if (changes) restyle(pattern(".", name), `.${other}`);
    }
    return renamed.get(name);
  };
  return {
    run() {
      for (const element of document.body.querySelectorAll("[class]")) {
        const before = element.getAttribute("class");
        const after = before.split(/\s+/).map((name) => (name ? known(name) : name)).join(" ");
        if (after !== before) element.setAttribute("class", after);
      }
    },
  };
}

/** Ids become others, and the style sheet with them; the strongest takes away those without style. */
function ids(strength, chance) {
  const given = new Set();
  const styled = new Set([...document.querySelectorAll("body [id]")].map(({ id }) => id));
  return {
    run() {
      for (const element of document.body.querySelectorAll("[id]")) {
        const { id } = element;
        if (given.has(id) || chance.of("changes", id.replace(/[\da-f-]{8,}/g, "")) >= SHARE[strength]) {
          given.add(id);
          continue;
        }
        if (strength === 3 && !styled.has(id)) {
          element.removeAttribute("id");
          continue;
        }
        element.id = `i-${chance.name(id)}`;
        given.add(element.id);
        restyle(pattern("#", id), `#${element.id}`);
      }
    },
  };
}

const SCRIPTS = {
  accents: ["abcdeghijklnorstuwyzACDEGHIJKLNORSTUWYZ", "ăƀčđęğħıĵķłñøŕşŧūŵýžĂČĐĘĞĦĪĴĶŁÑØŔŞŦŪŴÝŽ"],
  cyrillic: ["abcdefghijklmnoprstuvxyzABCDEFGHIKLMNOPRSTUVXYZ", "абцдефгхийклмнопрстувхызАБЦДЕФГХИКЛМНОПРСТУВХЫЗ"],
  greek: ["abcdefghiklmnoprstuvxyzABCDEFGHIKLMNOPRSTUXYZ", "αβψδεφγηικλμνοπρστθωχυζΑΒΨΔΕΦΓΗΙΚΛΜΝΟΠΡΣΤΘΧΥΖ"],
};

/** What is named, by strength: controls; pictures and fields; and what is written on controls. */
const EVERY_LABEL = [
  "aria-label", "alt", "title", "placeholder", "aria-placeholder", "data-placeholder",
];
const LABELLED = [[], ["aria-label"], EVERY_LABEL, EVERY_LABEL];

/** Labels are in a language that nobody has met. */
function labels(strength, chance) {
  const [from, to] = SCRIPTS[chance.pick(Object.keys(SCRIPTS), "script")].map((letters) => [...letters]);
  const table = new Map(from.map((letter, index) => [letter, to[index]]));
  const told = (text) => [...text].map((letter) => table.get(letter) ?? letter).join("");
  const written = new WeakMap();
  const translate = (node, name, value, set) => {
    const done = written.get(node) ?? {};
    if (!value || done[name] === value) return;
    written.set(node, { ...done, [name]: told(value) });
    if (told(value) !== value) set(told(value));
  };
  return {
    run() {
      for (const name of LABELLED[strength]) {
        for (const element of document.body.querySelectorAll(`[${name}]`)) {
          translate(element, name, element.getAttribute(name), (text) => element.setAttribute(name, text));
        }
      }
      if (strength < 3) return;
      for (const text of texts(document.body, "button, [role^=menu] *, h1, h2, h4, h5, h6, small")) {
        translate(text, "data", text.data, (other) => {
          text.data = other;
        });
      }
    },
  };
}

/** Send and Stop lose what they are known by: id, test id, label, and that Send submits. */
function senders(strength) {
  const done = new WeakSet();
  const stripped = ["id", "data-testid", "aria-label"].slice(0, strength === 1 ? 2 : 3);
  return {
    run() {
      for (const button of document.body.querySelectorAll("button")) {
        if (!["send", "stop"].includes(partOf(button) ?? "")) continue;
        for (const name of stripped) button.removeAttribute(name);
        if (strength < 3 || done.has(button) || partOf(button) !== "send") continue;
        done.add(button);
        const form = button.form;
        button.type = "button";
        button.addEventListener("click", () => form.requestSubmit());
      }
    },
  };
}

/** Every text below an element that matches, outside of what can be edited. */
function* texts(root, selector) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const holder = text.parentElement;
    if (text.data.trim() && holder.closest(selector) && !holder.closest("[contenteditable]")) yield text;
  }
}

/** What finds a class or an id in a selector. */
function pattern(sign, name) {
  return new RegExp(`${RegExp.escape(sign + CSS.escape(name))}(?![\\w-])`, "g");
}

/** Change the selectors of all rules. */
function restyle(from, to) {
  const change = (rules) => {
    for (const rule of rules) {
      if (rule.selectorText) {
        const other = rule.selectorText.replace(from, to);
        if (other !== rule.selectorText) rule.selectorText = other;
      }
      if (rule.cssRules?.length) change(rule.cssRules);
    }
  };
  for (const sheet of document.styleSheets) change(sheet.cssRules);
}
