/** The extension's words as Chrome gives them to its pages, in English: for tests without a browser. */

import { readFileSync } from "node:fs";

const words = JSON.parse(readFileSync(new URL("../../../extension/_locales/en/messages.json", import.meta.url), "utf8"));

/** What `chrome.i18n` does. */
export const i18n = {
  getMessage: (name, values = []) =>
    (words[name]?.message ?? "").replace(/\$(\d)/g, (_, number) => values[Number(number) - 1] ?? ""),
  getUILanguage: () => "en",
};
