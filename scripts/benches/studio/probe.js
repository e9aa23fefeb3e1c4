/** What a bench sees of a page of the extension: a part of the page's own world, put there before its first script. */
(() => {
  const grid = () => document.querySelector("[data-part=grid]");
  const cells = () => [...document.querySelectorAll(".cell[title]")].filter((cell) => !cell.hidden && cell.title);
  const seen = (image) => image.complete && image.naturalWidth > 0;
  const part = (name) => document.querySelector(`[data-part=${name}]`);

  /** What has to be there for a page to be whole, by its name. */
  const whole = {
    popup: () =>
      Boolean(part("sentence")?.textContent && document.querySelector(".batch")) &&
      [...document.querySelectorAll("[data-part=recent] img")].every(seen),
    studio: () => cells().length > 8 && Boolean(part("standing")?.textContent),
    copies: () => {
      const frame = grid()?.getBoundingClientRect();
      const inside = cells().filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect();
        return frame && bottom > frame.top && top < frame.bottom;
      });
      return inside.length > 8 && inside.every((cell) => seen(cell.querySelector("img")));
    },
  };

  const bench = {
    /** When each of these was whole, in milliseconds since the page was asked for. */
    at: {},
    /** What became of a key: how long its effect took to be on the screen. */
    keys: [],
    /** What became of panels in sight: { key, state, at }. */
    events: [],
    waits: null,

    /** Scrolls from the beginning to the end in so many seconds; gives the time of each frame. */
    scroll(seconds) {
      const scroller = grid();
      const far = scroller.scrollHeight - scroller.clientHeight;
      const frames = [];
      return new Promise((resolve) => {
        let before;
        let begun;
        const step = (now) => {
          begun ??= now;
          if (before !== undefined) frames.push(now - before);
          before = now;
          const share = (now - begun) / 1000 / seconds;
          scroller.scrollTop = far * Math.min(1, share);
          if (share < 1) requestAnimationFrame(step);
          else resolve(frames);
        };
        requestAnimationFrame(step);
      });
    },

    /** Sees how long the next key's effect takes: a change of this attribute in the grid. */
    expect(attribute) {
      bench.waits = { attribute, pressed: null };
    },

    /** How long calls that the host answers at once take there and back, one after another, in milliseconds. */
    async trips(count) {
      const port = chrome.runtime.connect({ name: "view" });
      const answered = () =>
        new Promise((resolve) => {
          const hear = (message) => {
            if (!("result" in message)) return;
            port.onMessage.removeListener(hear);
            resolve();
          };
          port.onMessage.addListener(hear);
        });
      const took = [];
      // no view knows so much: the host has nothing to tell, and need not wait for it
      const params = { after: Number.MAX_SAFE_INTEGER, wait: 0 };
      for (let id = 1; id <= count; id += 1) {
        const answer = answered();
        const began = performance.now();
        port.postMessage({ jsonrpc: "2.0", id, method: "view.follow", params });
        await answer;
        took.push(performance.now() - began);
      }
      port.disconnect();
      return took;
    },

    /** The panels that have a cell now. */
    shown: () => cells().map((cell) => cell.title),
  };

  const look = () => {
    for (const [name, is] of Object.entries(whole)) if (!(name in bench.at) && is()) bench.at[name] = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  addEventListener(
    "keydown",
    (event) => {
      if (bench.waits) bench.waits.pressed = event.timeStamp;
    },
    true,
  );

  new MutationObserver((changes) => {
    const { waits } = bench;
    const told = changes.filter(({ target }) => target instanceof Element && target.matches(".cell"));
    if (waits?.pressed && told.some(({ attributeName }) => attributeName === waits.attribute)) {
      bench.waits = null;
      // the frame that shows it is drawn after the next callback
      requestAnimationFrame(() => setTimeout(() => bench.keys.push(performance.now() - waits.pressed)));
    }
    const became = told.filter(({ attributeName }) => attributeName === "data-state").map(({ target }) => target);
    if (!became.length) return;
    const states = became.map(({ title, dataset }) => ({ key: title, state: dataset.state }));
    requestAnimationFrame(() =>
      setTimeout(() => {
        const at = (performance.timeOrigin + performance.now()) / 1000;
        for (const each of states) bench.events.push({ ...each, at });
      }),
    );
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["class", "data-state", "data-reviewed"] });

  globalThis.bench = bench;
})();
