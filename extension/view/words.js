/** What the popup says by itself: running times and the state of the link. The host words the rest. */

/**
 * An elapsed time, as a clock shows it.
 *
 * @param {number} seconds
 */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * A key of at most so many characters, cut where it says least: page and panel are at its end.
 *
 * @param {string} key
 * @param {number} most
 */
export function middle(key, most) {
  if (key.length <= most) return key;
  const begin = Math.floor((most - 1) / 3);
  return `${key.slice(0, begin)}…${key.slice(key.length - (most - 1 - begin))}`;
}

/**
 * The heading above an account's tabs: empty when it is the only one and connected.
 *
 * @param {Wire.AccountStatus} account
 * @param {number} accounts  how many there are
 * @param {string} mine  the browser profile of the popup
 */
export function accountInWords({ account, connected, profile }, accounts, mine) {
  if (accounts === 1) return connected ? "" : "The browser is not connected";
  const elsewhere = profile === mine ? "" : ", in another browser profile";
  return `Account ${account}${elsewhere}${connected ? "" : ", not connected"}`;
}

/**
 * The link to the Pressrun program: a word for it, what it means, and what to do. A `command` in
 * the advice stands between backquotes.
 *
 * @param {LinkState} link
 */
export function linkInWords({ state, text }) {
  switch (state) {
    case "up":
      return { word: "Connected", sentence: "", advice: "" };
    case "missing":
      return {
        word: "Not installed",
        sentence: "This browser cannot find the Pressrun program.",
        advice: "Run `pressrun install` in a terminal. This popup then connects by itself.",
      };
    case "broken":
      return {
        word: "Not working",
        sentence: "The Pressrun program ends as soon as this browser starts it.",
        advice:
          "Python or Pressrun was probably moved or updated: run `pressrun install` in a terminal. This popup then connects by itself.",
      };
    case "stopped":
      return {
        word: "Stopped",
        sentence: "Pressrun is stopped.",
        advice: "Start it with `pressrun host start` in a terminal. It then continues by itself.",
      };
    case "update":
      return { word: "Update needed", sentence: text, advice: "After the update, this popup connects by itself." };
    case "refused":
      return { word: "Refused", sentence: "The Pressrun program refused this browser.", advice: text };
    case "reconnecting":
      return { word: "Connecting", sentence: "Connecting to the Pressrun program …", advice: text };
  }
}
