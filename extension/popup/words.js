/** Numbers and states in words; nothing here looks at the document. */

const COUNT = new Intl.NumberFormat("en");

/** @param {number} count */
export const number = (count) => COUNT.format(count);

/**
 * A duration for people: the two largest units that matter.
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return [`${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(" ");
  const days = Math.floor(hours / 24);
  return [`${days} ${days === 1 ? "day" : "days"}`, hours % 24 && `${hours % 24} h`].filter(Boolean).join(" ");
}

/**
 * A short elapsed time, as a clock shows it.
 *
 * @param {number} seconds
 */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** @param {number} perMinute */
export const pace = (perMinute) =>
  perMinute >= 1 ? `${perMinute.toFixed(1)} a minute` : `${Math.round(perMinute * 60)} an hour`;

/**
 * How fast a batch goes and how long it will take, as far as both are known.
 *
 * @param {Wire.BatchStatus} batch
 */
export function outlook({ state, per_minute, seconds_left }) {
  if (state !== "running") return state;
  const parts = [];
  if (per_minute) parts.push(pace(per_minute));
  if (seconds_left !== null) parts.push(`${duration(seconds_left)} left`);
  return parts.join(", ");
}

/**
 * How long a running batch may take, as a range, and what decides that.
 *
 * @param {Wire.BatchStatus} batch
 */
export function forecast({ state, outlook: found }) {
  if (state !== "running" || !found) return "";
  const [shortest, longest] = [duration(found.shortest), duration(found.longest)];
  const left = shortest === longest ? `${longest} left` : `${shortest} to ${longest} left`;
  return `${left[0]?.toUpperCase()}${left.slice(1)}. ${found.sentence}.`;
}

/**
 * The counts of a batch that are not zero; `wrong` ones need the author sooner or later.
 *
 * @param {Wire.BatchStatus} batch
 * @returns {Array<{ text: string, wrong: boolean }>}
 */
export function counts({ made_before, working, waiting, held = 0, doubt, asking, failed, refused, cancelled }) {
  /** @type {Array<[number, string, boolean]>} */
  const all = [
    [working, "working", false],
    [waiting, "waiting", false],
    [held, "waiting for your approval of others", true],
    [doubt - asking, "in doubt", false],
    [asking, "waiting for you", true],
    [failed, "failed", true],
    [refused, "refused", true],
    [cancelled, "cancelled", false],
    [made_before, "made before", false],
  ];
  return all
    .filter(([count]) => count > 0)
    .map(([count, what, wrong]) => ({ text: `${number(count)} ${what}`, wrong }));
}

/** What an author may decide about a picture in doubt, in the words of `pressrun doubt`. */
export const CHOICES = Object.freeze([
  { choice: /** @type {const} */ ("look"), label: "Look again", about: "read the chats once more; costs nothing" },
  { choice: /** @type {const} */ ("resend"), label: "Resend", about: "send it again; the picture may then be made twice" },
  { choice: /** @type {const} */ ("give-up"), label: "Give up", about: "leave it; a later run makes it anew" },
]);

/**
 * What stands above an account's tabs: nothing, where there is but one and all is well.
 *
 * @param {Wire.AccountStatus} account
 * @param {number} accounts  how many there are
 */
export function accountInWords({ account, connected }, accounts) {
  const name = accounts > 1 ? `Account ${account}` : "";
  if (connected) return name;
  return name ? `${name}, not connected` : "The browser is not connected";
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
        sentence: "This browser does not know the Pressrun program yet.",
        advice: "Run `pressrun install` in a terminal; it connects here by itself.",
      };
    case "stopped":
      return {
        word: "Stopped",
        sentence: "Pressrun is stopped.",
        advice: "Start it again with `pressrun host start`; it goes on here by itself.",
      };
    case "update":
      return { word: "Update needed", sentence: text, advice: "It connects here by itself afterwards." };
    case "refused":
      return { word: "Refused", sentence: "The Pressrun program refused this browser.", advice: text };
    case "reconnecting":
      return { word: "Connecting", sentence: "Connecting to the Pressrun program …", advice: text };
  }
}
