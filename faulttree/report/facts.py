"""What a report says besides the results themselves: settings, assumptions, what was left out, how to make it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from faulttree import __version__
from faulttree.cut_sets.collection import CutSet
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.facade import FaultTree
from faulttree.model import Model
from faulttree.model.states import states_text
from faulttree.report import wording
from faulttree.report.findings import Findings
from faulttree.report.findings.depth import between, sobol_text
from faulttree.report.findings.elements import events_of, judged_of, labels_of, outermost
from faulttree.report.findings.headlines import count_text, leaders_of, sets_text
from faulttree.report.scope import SHOWN, coherence_text, gaps_of, sentence, settings_of
from faulttree.results import share_text

__all__ = ["filters_of", "report_facts"]


def report_facts(found: Findings, model_file: str, date: str | None) -> dict[str, Any]:
    """What the reports' templates name. model_file: as it stands in the commands. date: as it is to be shown."""
    tree = found.tree
    model = tree.model
    coherent = found.coherent
    listed_events = list(events_of(tree))
    cuts = list(found.cut_sets.ranked(SHOWN))
    uncertainty = found.depth.uncertainty
    facts: dict[str, Any] = {
        "tree": tree,
        "result": found,
        "label": tree.label,
        "labels": labels_of(tree),
        "states": states_text(tree.states),
        "states_text": states_text,
        "sets_count": count_text(found.cut_sets),
        "sets_said": sentence(sets_text(found.cut_sets)),
        "cuts": list(_with_totals(cuts)),
        "best": leaders_of(cuts, found.cut_sets.count <= SHOWN),
        "depth": found.depth,
        "evidence": found.evidence,
        "between": between,
        "share": share_text,
        "sobol": sobol_text,
        "listed_events": listed_events,
        "ranking": found.ranking,
        "common_causes": found.depth.common_causes.records() if found.depth.common_causes else [],
        "statistics": list(_statistics(uncertainty)) if uncertainty else [],
        "judged": list(judged_of(tree)),
        "judged_below": outermost(model, found.depth.judged_only),
        "coherent": coherent,
        "coherence": coherence_text(coherent),
        "settings": [(each.name, each.value) for each in settings_of(found)],
        "left_out": list(gaps_of(found, model_file)),
        "same_bytes": _same_bytes(tree),
        "point_values": bool(tree.uncertain_inputs),
        "version": __version__,
        "digest": found.digest,
        "date": date,
        "commands": [
            f"faulttree {verb} {shlex.quote(model_file)}{_options(tree)}{place}"
            for verb, place in (("report", " -o report.html"), ("run", " -o results"))
        ],
        "python": _python(tree, model_file),
    }
    return facts


def _with_totals(cuts: list[CutSet]) -> Iterator[tuple[CutSet, float | None]]:
    """Cut sets, each with the share that it and those before it have; None where shares are not known."""
    totals = accumulate(cut.fraction or 0.0 for cut in cuts)
    for cut, total in zip(cuts, totals, strict=True):
        yield cut, None if cut.fraction is None else min(total, 1.0)


def _statistics(found: Any) -> Iterator[tuple[str, float, float, float]]:
    """Name, value and 95 % interval of what is said of the top event."""
    yield "mean", found.mean, *found.top.mean_interval()
    for p, name in ((5, "5 % percentile"), (50, "median"), (95, "95 % percentile")):
        yield name, found.percentile(p), *found.percentile_interval(p)


def _same_bytes(tree: FaultTree) -> str:
    """What may be relied on when the report is made again."""
    if tree.time_limit is None:
        return "The same model, options and version give the same bytes on the same machine."
    return (
        f"A time limit of {tree.time_limit:g} s was set: how far the analysis comes in that time differs from run to "
        "run, and where it ends the work, so may what is left out or bounded."
    )


def _options(tree: FaultTree) -> str:
    """The options that make this tree of the model file."""
    top = [] if tree.top == tree.model.top[0] and len(tree.model.top) == 1 else ["--top", tree.top]
    sets = [word for name, state in tree.states.items() for word in ("--set", states_text({name: state}))]
    limits = [("--seed", tree.seed or None), ("--memory", tree.memory), ("--time-limit", tree.time_limit)]
    if tree.node_budget != DEFAULT_NODE_BUDGET:
        limits.append(("--node-budget", tree.node_budget))
    words = [*top, *sets, *(word for option, value in limits if value is not None for word in (option, _plain(value)))]
    return "".join(f" {shlex.quote(word)}" for word in [*words, *(["--exact"] if tree.exact else [])])


def _plain(value: float) -> str:
    """A number as it is typed: `4`, `2.5`."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def _python(tree: FaultTree, model_file: str) -> list[str]:
    """The lines of Python that do the same."""
    top = "" if tree.top == tree.model.top[0] else f", top={_quoted(tree.top)}"
    budget = "" if tree.node_budget == DEFAULT_NODE_BUDGET else f", node_budget={tree.node_budget}"
    lines = ["import faulttree as ft", "", f"tree = ft.load({_quoted(model_file)}{top}{budget})"]
    fields = ("memory", "time_limit", "exact", "seed")
    changed = {name: getattr(tree, name) for name in fields if getattr(tree, name)}
    if changed:
        lines.insert(0, "import dataclasses")
        lines.append(f"tree = dataclasses.replace(tree, {', '.join(f'{k}={v!r}' for k, v in changed.items())})")
    if tree.states:
        states = ", ".join(f"{_quoted(name)}: {state!r}" for name, state in tree.states.items())
        lines.append(f"tree = tree.what_if({{{states}}})")
    return [*lines, "found = ft.analyse(tree)", "print(found)", "page = found.report_html()"]


def _quoted(text: str) -> str:
    """A text as Python writes it, in double quotes: what JSON makes of it is the same."""
    return json.dumps(text, ensure_ascii=False)


def filters_of(model: Model, facts: dict[str, Any]) -> dict[str, Any]:
    """Filters that turn what a model or a result holds into words; none of them escapes anything."""
    return {
        "factors": lambda group: wording.factors_text(model, group),
        "input": lambda name: model.parameters[name] if name in model.parameters else model.basic_events[name],
        "spread": wording.spread_text,
        "sobol": facts["sobol"],
        "between": facts["between"],
    }
