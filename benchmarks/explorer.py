"""How quickly the explorer's page follows what is set and observed, in Chromium, on large trees.

    python benchmarks/explorer.py [--times 20]

The trees are made here, of 3,000 events and 2,000 gates each: see `TREES`. `nodes` are those of the decision diagram
that the page has. Each operation is done to so many elements, one at a time, after a few that warm it up. The columns:

- `median ms`, `worst ms`: from the call to the end of the update: what is worked out at once, every part of the page
  repainted and laid out anew.
- `pause ms`: the longest time after that for which the page did nothing else: painting, and slices of what comes later.
- `later ms`: from the call until everything was there or refused: the cut sets, and given an observed gate the
  posterior probability of every other one; the median. A new setting does not wait for them.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

EVENTS, GATES = 3_000, 2_000
TREES: Mapping[str, Mapping[str, Any]] = {
    "5,000 elements": {"sharing": 0.04, "nearby": 4, "seed": 2},
}
"""What is asked of `generate` for each tree, beside 3,000 events and 2,000 gates."""
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "set an event": ("events", "store.set(name, true)"),
    "slide an event": ("events", "store.set(name, 0.01 * (turn + 1), true)"),
    "set a gate": ("gates", "store.set(name, true)"),
    "observe an event": ("events", "store.observe(name, true)"),
    "observe a gate": ("gates", "store.observe(name, true)"),
}
"""Kind of element, and what is done with one."""
WARM_UPS = 5
PREPARE = """
async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  store.reset();
  while (!store.isSettled) await frame();
  await frame();
}
"""
ACT = """
([name, turn]) => {
  const start = performance.now();
  ACT;
  const height = document.body.offsetHeight; // the layout is a part of it
  return height > 0 ? performance.now() - start : NaN;
}
"""
WAIT = """
async () => {
  const start = performance.now();
  let [last, longest] = [start, 0];
  while (!store.isSettled) {
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    const now = performance.now();
    [last, longest] = [now, Math.max(longest, now - last)];
  }
  return [longest, last - start];
}
"""


def measure(page: Any, tree: Any, times: int) -> list[list[Any]]:
    """The rows of one tree whose page is open."""
    choose = random.Random(1)
    kinds = {"events": list(tree.events), "gates": [gate for gate in tree.gates if gate != tree.top]}
    rows = []
    for operation, (kind, act) in OPERATIONS.items():
        found = []
        for turn, name in enumerate(choose.sample(kinds[kind], WARM_UPS + times)):
            page.evaluate(PREPARE)
            update = page.evaluate(ACT.replace("ACT", act), [name, turn])
            pause, later = page.evaluate(WAIT)
            found.append((update, pause, update + later))
        update, pause, later = zip(*found[WARM_UPS:], strict=True)
        rows.append([operation, median(update), max(update), max(pause), median(later)])
    return rows


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The explorer's page on large trees.")
    parser.add_argument("--times", type=int, default=20, metavar="N", help="elements that each operation is done to")
    arguments = parser.parse_args(words)

    from playwright.sync_api import sync_playwright

    from faulttree import FaultTree
    from faulttree.generate import generate
    from faulttree.results import text_table

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("there is no Chromium on the path", file=sys.stderr)
        return 1
    rows = []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, asked in TREES.items():
            tree = FaultTree.of(generate(EVENTS, GATES, **asked))
            path = Path(folder) / "page.html"
            tree.explorer().save(path)
            page = browser.new_page(viewport={"width": 1500, "height": 900})
            page.goto(path.as_uri())
            nodes = page.evaluate("engine.tree.written.diagram.size - 1")
            rows += [
                [name, f"{nodes:,}", row[0], *(f"{number:.1f}" for number in row[1:])]
                for row in measure(page, tree, arguments.times)
            ]
            page.close()
        browser.close()
    print(text_table(["tree", "nodes", "operation", "median ms", "worst ms", "pause ms", "later ms"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
