"""What a reading costs a page of 200 turns, and what a storm of mutations queues in it."""

import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benches.result import Result
from helpers.markup import Exchange, Markup, Shell, Shown
from pressrun.browser.devtools import FLAG, DevTools, devtools
from pressrun.browser.find import find_browser
from pressrun.browser.launch import Launch, close, start
from pressrun.install import shipped
from pressrun.sites.profile import shipped as shipped_site

EXCHANGES = 100
"""Two turns each."""

RUNS = 40
MOST_MS = 20.0
STORM = 10_000
PACE_MS = 50
"""How soon the host of this bench answers a page, as the real one does."""

_READ = """(async () => {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    document.querySelector("main").append(document.createElement("p"));
    const start = performance.now();
    await readPage(PROFILE);
    times.push(performance.now() - start);
  }
  return times;
})()"""

_STORM = """(async () => {
  const before = told;
  const start = performance.now();
  for (let batch = 0; batch < 100; batch++) {
    for (let n = 0; n < STORM / 100; n++) {
      const node = document.createElement("p");
      node.textContent = `${batch} ${n}`;
      document.querySelector("[contenteditable]").append(node);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  const storm = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 4 * PACE));
  const after = told;
  await new Promise((resolve) => setTimeout(resolve, 4 * PACE));
  return { storm, told: after - before, late: told - after, most };
})()"""

# the worker and the host, played: a reading is answered after a while, and those in flight counted
_WORKER = """
let told = 0, flying = 0, most = 0;
chrome.runtime = {
  id: "bench",
  connect: () => {
    let hear = () => {};
    const answer = (id, result) => hear({ jsonrpc: "2.0", id, result });
    setTimeout(() => hear({ jsonrpc: "2.0", method: "link", params: { up: true } }));
    return {
      disconnect() {},
      onDisconnect: { addListener() {} },
      onMessage: { addListener: (listener) => { hear = listener; } },
      postMessage({ id, method }) {
        if (method === "tab.ready") return answer(id, { page: PROFILE });
        told += 1;
        flying += 1;
        most = Math.max(most, flying);
        return setTimeout(() => { flying -= 1; answer(id, {}); }, PACE);
      },
    };
  },
};
"""


def run() -> list[Result]:
    """Measure both shells in a real browser."""
    with tempfile.TemporaryDirectory(prefix="pr-", ignore_cleanup_errors=True) as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[Result]:
    launch = Launch(find_browser(), folder / "profile", headless=True, more=[FLAG, "about:blank"])
    browser = await start(launch, folder / "log")
    results = []
    try:
        async with devtools(launch.user_data) as tools:
            shells: tuple[Shell, ...] = ("A", "B")
            for shell in shells:
                results += await _shell(tools, folder, shell)
    finally:
        await close(browser)
    return results


async def _shell(tools: DevTools, folder: Path, shell: Shell) -> list[Result]:
    path = folder / f"{shell}.html"
    await asyncio.to_thread(path.write_text, _page(shell), encoding="utf-8")
    page = await tools.page(path.as_uri())
    there = f"location.href === {json.dumps(path.as_uri())} && document.readyState === 'complete'"
    await page.until(there)
    await page.run(_scripts())
    times: list[float] = await page.run(_READ)
    storm: dict[str, Any] = await page.run(_STORM)
    await page.close()
    mean = statistics.median(times)
    worst = sorted(times)[int(len(times) * 0.95)]
    allowed = storm["storm"] / PACE_MS + 2
    name = shell.lower()
    return [
        Result(
            f"{name}_read_ms", f"{shell}: one reading of 200 turns, median", mean, "ms", MOST_MS
        ),
        Result(f"{name}_read_p95_ms", f"{shell}: 95th percentile", worst, "ms"),
        Result(f"{name}_storm_ms", f"{shell}: storm of {STORM:,} nodes", storm["storm"], "ms"),
        Result(f"{name}_told", f"{shell}: readings told in it", storm["told"], "", allowed),
        Result(f"{name}_flying", f"{shell}: most unanswered at once", storm["most"], "", 1),
        Result(f"{name}_late", f"{shell}: told when it was over", storm["late"], "", 0),
    ]


def _page(shell: Shell) -> str:
    exchanges = tuple(
        Exchange(f"Panel {n}: a fox in the snow", "Here it is", (Shown(f"file_{n}"),))
        for n in range(EXCHANGES)
    )
    return Markup(shell, exchanges=exchanges).html()


def _scripts() -> str:
    folder = shipped.folder("extension")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    scripts = [
        (folder / name).read_text(encoding="utf-8") for name in manifest["content_scripts"][0]["js"]
    ]
    profile = shipped_site("chatgpt").page.model_dump_json()
    given = f"var PROFILE = {profile}, RUNS = {RUNS}, STORM = {STORM}, PACE = {PACE_MS};"
    return "\n".join([given, _WORKER, *scripts, "undefined"])
