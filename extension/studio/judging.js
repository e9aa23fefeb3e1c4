/** What an author may decide: which key means what, about which pictures, and what is seen of it at once. */

/** @typedef {{ act: Wire.AuthorAct, choice: Studio.Choice }} Judgement */

/** @type {Readonly<Record<string, Judgement>>} */
const KEYS = {
  a: { act: "approve", choice: {} },
  r: { act: "reject", choice: {} },
  t: { act: "redo", choice: { remake: "again" } },
  e: { act: "redo", choice: { words: "" } },
  c: { act: "redo", choice: { remake: "chat" } },
  k: { act: "keep", choice: {} },
  n: { act: "note", choice: {} },
  0: { act: "clear", choice: {} },
};

/**
 * What a key decides; null when it decides nothing.
 *
 * @param {KeyboardEvent} event
 * @param {readonly Wire.Tile[]} tiles  about which
 * @returns {Judgement | null}
 */
export function judgementOf(event, tiles) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  const key = event.key.toLowerCase();
  if (key === "l") {
    const locked = tiles.length > 0 && tiles.every(({ reviewed }) => reviewed === "locked");
    return { act: locked ? "unlock" : "lock", choice: {} };
  }
  if (/^[1-9]$/.test(key)) return { act: "choose", choice: { take: Number(key) } };
  return Object.hasOwn(KEYS, key) ? (KEYS[key] ?? null) : null;
}

/**
 * Whether something may be decided about a panel, as far as a view can tell.
 *
 * @param {Judgement} judgement
 * @param {Wire.Tile} tile
 */
export function fits({ act, choice }, tile) {
  const made = tile.picture !== null;
  const locked = tile.reviewed === "locked";
  switch (act) {
    case "approve":
      return made && !locked && (tile.reviewed !== "approved" || choice.take !== undefined || Boolean(tile.flags?.includes("offered")));
    case "reject":
      return made && !locked;
    case "clear":
      return !locked && tile.reviewed !== "unreviewed";
    case "lock":
      return made && !locked;
    case "unlock":
      return locked;
    case "keep":
      return tile.state === "stale" || tile.reviewed === "rejected" || Boolean(tile.flags?.includes("outlier"));
    case "choose":
      return !locked && tile.takes >= (choice.take ?? 1);
    case "redo":
      return !locked && (choice.remake !== "chat" || made);
    case "note":
      return true;
  }
}

/**
 * Whether "approve all shown" means a panel too: a rejection is taken back by hand, never in passing.
 *
 * @param {Wire.Tile} tile
 */
export const unjudged = ({ reviewed }) => reviewed !== "rejected";

/**
 * What has to be asked for before something can be decided.
 *
 * @param {Judgement} judgement
 * @returns {"reason" | "words" | "note" | null}
 */
export function missing({ act, choice }) {
  if (act === "reject" && !choice.because) return "reason";
  if (act === "redo" && choice.words === "") return "words";
  if (act === "redo" && (choice.remake === "words" || choice.remake === "chat") && !choice.note) return "note";
  if (act === "note" && choice.note === undefined) return "note";
  return null;
}

/**
 * Whether it has pictures made, which an author's account pays for.
 *
 * @param {Judgement} judgement
 */
export function makes({ act, choice }) {
  return act === "redo" || (act === "reject" && choice.remake !== undefined);
}

/**
 * How a panel looks once something was decided about it.
 *
 * @param {Judgement} judgement
 * @returns {import("./gallery.js").Patch}
 */
export function outcome({ act, choice }) {
  /** @type {(tile: Wire.Tile, ...gone: Wire.Flag[]) => Wire.Flag[]} */
  const flags = ({ flags = [] }, ...gone) => flags.filter((flag) => !gone.includes(flag));
  /** @type {(tile: Wire.Tile, flag: Wire.Flag) => Wire.Flag[]} */
  const more = (tile, flag) => [...flags(tile, flag), flag];
  return (tile) => {
    switch (act) {
      case "approve":
        // a take that waits for a yes goes on waiting, unless it is the one that is approved
        return { ...tile, reviewed: "approved", flags: choice.take === undefined ? flags(tile, "outlier", "asked") : flags(tile, "outlier", "asked", "offered") };
      case "reject":
        // a take that is not the panel's picture: that keeps what was said of it
        if (choice.take !== undefined) return choice.remake ? { ...tile, flags: more(tile, "remade") } : tile;
        return { ...tile, reviewed: "rejected", ...(choice.remake && { flags: more(tile, "remade") }) };
      case "clear":
        return { ...tile, reviewed: "unreviewed" };
      case "lock":
        return { ...tile, reviewed: "locked", flags: flags(tile, "outlier", "asked") };
      case "unlock":
        return { ...tile, reviewed: "approved" };
      case "keep":
        return {
          ...tile,
          state: tile.state === "stale" ? "made" : tile.state,
          reviewed: tile.reviewed === "rejected" ? "unreviewed" : tile.reviewed,
          flags: flags(tile, "outlier"),
        };
      case "redo":
        return tile.picture ? { ...tile, flags: more(tile, "remade") } : { ...tile, state: "waiting" };
      case "note":
        return { ...tile, flags: choice.note ? more(tile, "noted") : flags(tile, "noted") };
      case "choose":
        return tile;
    }
  };
}
