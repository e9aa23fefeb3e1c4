/** A browser that knows of no host but this: one library with as many panels as a test wants. `TOLD` is put in. */
(() => {
  const told = TOLD;
  const tiles = told.tiles;
  const byKey = new Map(tiles.map((tile) => [tile.key, tile]));
  const asked = [];
  const journal = [];
  let waiting = [];
  let anew = false;
  let decisions = 0;

  const canvas = new OffscreenCanvas(2, 3);
  canvas.getContext("2d").fillRect(0, 0, 2, 3);
  const drawn = canvas.convertToBlob({ type: "image/png" }).then(async (blob) => btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer()))));

  /** Has the panels after the first ones come; they wait for it where a test says so. */
  let more = () => undefined;
  const others = told.held ? new Promise((come) => (more = () => come(undefined))) : undefined;

  const followed = (at) => {
    const answer = { revision: 1, status: told.status ?? null, at: journal.length, tiles: [...new Set(journal.slice(at))].map((key) => byKey.get(key)), anew };
    anew = false;
    return answer;
  };
  const change = (key, more) => {
    Object.assign(byKey.get(key), more);
    journal.push(key);
    wake();
  };
  const wake = () => {
    for (const { at, answer } of waiting) answer(followed(at));
    waiting = [];
  };

  const calls = {
    "gallery.open": async ({ first }) => (await (first ? others : undefined), { ...told.page, at: journal.length, total: tiles.length, tiles: tiles.slice(first, first + 2_000) }),
    "view.follow": ({ after, at }) => {
      if (after < 0 || at < journal.length) return followed(at);
      return new Promise((answer) => waiting.push({ at, answer }));
    },
    "gallery.pictures": async ({ pictures }) => ({ pictures: await Promise.all(pictures.map(async (picture) => ({ picture, media: "image/png", data: await drawn }))) }),
    "gallery.search": ({ text }) => ({ keys: tiles.filter(({ key }) => key.includes(text)).map(({ key }) => key) }),
    "review.decide": ({ act, panels }) => {
      const decision = ++decisions;
      const reviewed = { approve: "approved", reject: "rejected", lock: "locked", unlock: "approved", clear: "unreviewed" }[act];
      for (const { key } of panels) change(key, { decided: decision, ...(reviewed && { reviewed }) });
      return { decision, panels: panels.length, tiles: panels.slice(0, 300).map(({ key }) => byKey.get(key)), told: `Decided ${decision}.` };
    },
  };

  const hear = [];
  const say = (message) => setTimeout(() => hear.forEach((listener) => listener(structuredClone(message))));
  const answer = async ({ id, method, params }) => {
    asked.push([method, params]);
    if (calls[method]) say({ jsonrpc: "2.0", id, result: await calls[method](params) });
    else say({ jsonrpc: "2.0", id, error: { code: 6, message: told.fault } });
  };
  const port = {
    onMessage: { addListener: (listener) => hear.push(listener) },
    onDisconnect: { addListener: () => undefined },
    postMessage: (message) => void answer(structuredClone(message)),
  };
  const link = (state) => say({ jsonrpc: "2.0", method: "link", params: { state, text: "" } });
  globalThis.host = {
    tiles,
    asked,
    change,
    link,
    more,
    /** Puts a panel before all others. */
    insert: (tile) => {
      tiles.unshift(tile);
      byKey.set(tile.key, tile);
      anew = true;
      wake();
    },
  };
  globalThis.chrome = {
    i18n: {
      getMessage: (name, values = []) => (told.words[name]?.message ?? "").replace(/\$(\d)/g, (_, place) => values[place - 1] ?? ""),
      getUILanguage: () => "en",
    },
    runtime: { connect: () => (link("up"), port), getURL: (path) => path },
    storage: { local: { get: async (wanted) => wanted } },
  };
})();
