/** Passes every message on, between the page and the native host. */

const host = chrome.runtime.connectNative("app.pressrun.bench");
let page = null;

chrome.runtime.onConnect.addListener((port) => {
  page = port;
  port.onMessage.addListener((message) => host.postMessage(message));
});
host.onMessage.addListener((message) => page?.postMessage(message));
