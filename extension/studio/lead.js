/** Where the sentence in the head leads: what a command would list is shown here. */

/**
 * @typedef {object} Lead
 * @property {"some" | "one" | "start"} to
 * @property {Partial<Studio.Place>} place
 * @property {Partial<import("./filter.js").Filter>} [filter]
 */

/** What the grid shows of a library, by what the sentence tells. @type {Readonly<Record<string, Partial<import("./filter.js").Filter>>>} */
const SHOWN = {
  asking: { state: "doubt" },
  "needs you": { state: "needy" },
  "standing out": { flag: "outlier" },
  reviewing: { flag: "outlier" },
  offered: { flag: "offered" },
};

/** What is seen to where batches are begun and resumed. */
const STARTED = new Set(["halted", "paused", "nothing"]);

/**
 * @param {Pick<Wire.Status, "state" | "batches">} status
 * @returns {Lead | null} null where the sentence asks for nothing that the studio shows
 */
export function leadOf({ state = "", batches }) {
  if (STARTED.has(state)) return { to: "start", place: { view: "start" } };
  const waits = batches.find((batch) => (state === "approving" ? batch.approval : state === "held" && batch.standstill));
  const key = state === "approving" ? waits?.approval?.key : waits?.standstill?.key;
  if (waits && key) return { to: "one", place: { view: "large", library: waits.library, key } };
  const filter = SHOWN[state];
  const of = batches.find((batch) => (state === "asking" ? batch.asking : state === "reviewing" ? batch.style_wait : true));
  return filter && of ? { to: "some", place: { view: "grid", library: of.library, key: "" }, filter } : null;
}

/**
 * A sentence without the command at its end.
 *
 * @param {string} sentence
 */
export function withoutCommand(sentence) {
  return sentence.replace(/(?:; start with|\. To go on)?: pressrun .+$/s, "");
}
