"""How the work grows with the number of events, with how much is shared, and with the depth of a tree.

    python benchmarks/growth.py [--events 400 1600 6400 25600] [--sharing 0.1 0.3] [--depth 300] [--seeds 2]
                                [--time-limit 60] [--peer scram]

Trees are generated (`faulttree generate`): 7 gates for 10 events. Each has a process of its own, and each verb of that
process a tree of its own that has worked out nothing yet. Times are CPU seconds after the kernels are loaded; beside
them stands what was found. --time-limit: wall time of one answer. --peer: a program that reads Open-PSA files and takes
`--probability`, measured where it is on the path, and stopped after the time limit; its start is in its time.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

VERBS = ("probability", "minimal_cut_sets", "importance")


def measure(asked: dict[str, Any]) -> dict[str, Any]:
    """One tree, every verb: CPU seconds, what was found, and the peak memory of the process, in MB."""
    from faulttree import FaultTree, formats
    from faulttree.errors import FaultTreeError
    from faulttree.generate import generate
    from faulttree.kernel_modes import load_compiler

    load_compiler()
    FaultTree.of(generate(400, 280, sharing=0.3, seed=1)).probability()  # loads the kernels
    shape = {"sharing": asked["sharing"], "depth": asked["depth"], "seed": asked["seed"]}
    model = generate(asked["events"], int(0.7 * asked["events"]), **shape)
    if asked["file"]:
        Path(asked["file"]).write_text(formats.dumps(model, "open-psa"), encoding="utf-8")
    found: dict[str, Any] = {}
    for verb in VERBS:
        tree = replace(FaultTree.of(model), time_limit=asked["time_limit"], _shared=None)
        begun = time.process_time()
        try:
            answer = getattr(tree, verb)()
            found[f"{verb}_is"] = said(verb, answer)
        except FaultTreeError as error:
            found[f"{verb}_is"] = str(error)[:40]
        found[f"{verb}_s"] = time.process_time() - begun
    return found | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def said(verb: str, answer: Any) -> str:
    """The answer in a word or two."""
    if verb == "probability":
        return answer.method if answer.is_exact else f"within {answer.relative_width:.0e}"
    if verb == "minimal_cut_sets":
        return f"{answer.count:.2e}" if answer.complete else "some"
    return str(answer.method)


def peer_seconds(program: str | None, file: Path, limit: float) -> str:
    """CPU seconds of another program on the same tree; nothing without one."""
    if program is None:
        return ""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, "--probability", "1", str(file), "-o", "/dev/null"]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=limit, check=False).returncode
    except subprocess.TimeoutExpired:
        return f"> {limit:g}"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:.2f}" if not ended else f"error {ended}"


def main(options: argparse.Namespace) -> None:
    """One row for every tree."""
    peer = shutil.which(options.peer) if options.peer else None
    print(f"{'events':>7} {'sharing':>7} {'depth':>6} {'seed':>4}", end="")
    print("".join(f"  {verb.replace('_', ' '):>28}" for verb in VERBS), f"{'MB':>6}  peer")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tree.xml"
        for depth in (None, *options.depth):
            for events in options.events:
                for sharing in options.sharing:
                    for seed in range(1, options.seeds + 1):
                        asked = {"events": events, "sharing": sharing, "depth": depth, "seed": seed}
                        asked |= {"time_limit": options.time_limit, "file": str(file) if peer else ""}
                        command = [sys.executable, __file__, "--one", json.dumps(asked)]
                        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                        found = json.loads(text)
                        print(f"{events:7} {sharing:7} {depth or '':>6} {seed:4}", end="")
                        for verb in VERBS:
                            print(f"  {found[f'{verb}_s']:8.2f} {found[f'{verb}_is']:>19}", end="")
                        print(f" {found['mb']:6.0f}  {peer_seconds(peer, file, options.time_limit)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[400, 1600, 6400, 25600])
    parser.add_argument("--sharing", type=float, nargs="+", default=[0.1, 0.3])
    parser.add_argument("--depth", type=int, nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--peer", default="scram")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(json.loads(given.one))))
    else:
        main(given)
