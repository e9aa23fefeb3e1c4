/** What the hands did, as the eyes see what came of it: files and modes in unknown markup. */

import assert from "node:assert/strict";
import test from "node:test";

import { open, profile } from "./saved-page.js";

const PAGE = `<!doctype html><html lang="de"><body><main><div id="region"><div id="above"></div><form data-chatgpt-composer>
  <input type="file" accept="image/*"><div class="ProseMirror" contenteditable="true" role="textbox"></div>
  <div id="tools"><button type="button" id="plus" aria-haspopup="menu"><svg></svg></button></div></form></div></main></body></html>`;

const shell = profile.shells.find(({ name }) => name === "B");

function composed() {
  const window = open(PAGE);
  const { document } = window;
  const composer = document.querySelector(".ProseMirror");
  const put = (place, html) => document.querySelector(place).insertAdjacentHTML("beforeend", html);
  const reading = async () => JSON.parse(JSON.stringify(await window.readPage(profile)));
  return { window, document, composer, put, reading };
}

const SEND = '<button type="submit" aria-label="Senden"><svg></svg></button>';

test("files are counted by what came since they were attached, in whatever markup", async () => {
  const { window, composer, put, reading } = composed();
  window.beforeFile(composer, "fox.png", shell);
  put("#above", '<ul id="row"><li><figure style="--x:1"><canvas></canvas></figure><button>x</button></li></ul>');
  put("#tools", SEND);
  assert.deepEqual([(await reading()).chips, (await reading()).chips_pending], [1, 0], "Send is no file");
  window.beforeFile(composer, "hare.png", shell);
  put("#row", '<li><div role="progressbar"></div><button>x</button></li>');
  assert.deepEqual([(await reading()).chips, (await reading()).chips_pending], [2, 1]);
});

test("a file without a picture is known by its name on what came", async () => {
  const { window, composer, put, reading } = composed();
  window.beforeFile(composer, "fuchs.png", shell);
  assert.equal((await reading()).chips, 0);
  put("#tools", '<div><svg></svg><button aria-label="fuchs.png entfernen"><svg></svg></button></div>');
  assert.equal((await reading()).chips, 1);
});

test("menus, toasts and other buttons that come are no files", async () => {
  const { window, composer, put, reading } = composed();
  window.beforeFile(composer, "fox.png", shell);
  put("#tools", '<div role="menu"><img src="/a.png"><button>x</button></div><div role="status">fox.png</div><button>Modus</button>');
  assert.equal((await reading()).chips, 0);
});

test("after Send nothing is taken for a file of the chat before", async () => {
  const { window, composer, put, reading } = composed();
  window.beforeFile(composer, "fox.png", shell);
  put("#above", '<div><canvas></canvas><button>x</button></div>');
  assert.equal((await reading()).chips, 1);
  window.forgetDeeds();
  assert.equal((await reading()).chips, 0);
});

const ENTRY = '<div role="menu"><button data-list-navigation-item id="entry"><svg><use href="#image-regular"></use></svg>Rita kuvaa</button></div>';

test("a mode is known by the words of the entry that was clicked, or by its icon", async () => {
  for (const pill of ['<button aria-label="Poista Rita kuvaa">x</button>', '<button aria-label="Pois"><svg><use href="#image-regular"></use></svg></button>']) {
    const { window, document, composer, put, reading } = composed();
    put("#tools", ENTRY);
    assert.ok(!(await reading()).mode_on, "an open menu is no mode");
    window.beforeMode(composer, document.querySelector("#entry"), "button[data-list-navigation-item]", shell);
    document.querySelector("[role=menu]").remove();
    assert.ok(!(await reading()).mode_on);
    put("#tools", pill);
    assert.ok((await reading()).mode_on);
    put("#tools", ENTRY);
    document.querySelector("#tools > button:last-of-type").remove();
    assert.ok(!(await reading()).mode_on, "the entry itself is no mode");
  }
});

test("another button that comes with the click is no mode", async () => {
  const { window, document, composer, put, reading } = composed();
  put("#tools", ENTRY);
  window.beforeMode(composer, document.querySelector("#entry"), "button[data-list-navigation-item]", shell);
  document.querySelector("[role=menu]").remove();
  put("#tools", `<button aria-label="Syvä tutkimus">x</button>${SEND}`);
  assert.ok(!(await reading()).mode_on);
});
