"""What a report says besides the results themselves: settings, assumptions, what was left out, how to make it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faulttree import __version__
from faulttree.model import Model
from faulttree.model.states import states_text
from faulttree.report import wording
from faulttree.report.findings import Findings
from faulttree.report.findings.depth import sobol_text
from faulttree.report.findings.elements import events_of, judged_of, labels_of, outermost
from faulttree.report.findings.headlines import count_text, leaders_of, sets_text
from faulttree.report.scope import coherence_text, gaps_of, sentence, settings_of
from faulttree.results import share_text

__all__ = ["filters_of", "report_facts"]


def report_facts(found: Findings, model_file: str, date: str | None) -> dict[str, Any]:
    """What the reports' templates name. model_file: as it stands in the commands. date: as it is to be shown."""
    tree = found.tree
    model = tree.model
    coherent = found.coherent
    listed_events = list(events_of(tree))
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
        "best": leaders_of(found.best_cut_sets, found.cut_sets.count <= len(found.best_cut_sets)),
        "depth": found.depth,
        "evidence": found.evidence,
        "share": share_text,
        "sobol": sobol_text,
        "listed_events": listed_events,
        "ranking": found.ranking,
        "statistics": list(_statistics(uncertainty)) if uncertainty else [],
        "judged": list(judged_of(tree)),
        "judged_below": outermost(model, found.depth.judged_only),
        "coherence": coherence_text(coherent),
        "settings": [(each.name, each.value) for each in settings_of(found)],
        "left_out": list(gaps_of(found, model_file)),
        "point_values": bool(tree.uncertain_inputs),
        "version": __version__,
        "digest": found.digest,
        "date": date,
    }
    return facts


def _statistics(found: Any) -> Iterator[tuple[str, float, float, float]]:
    """Name, value and 95 % interval of what is said of the top event."""
    yield "mean", found.mean, *found.top.mean_interval()
    for p, name in ((5, "5 % percentile"), (50, "median"), (95, "95 % percentile")):
        yield name, found.percentile(p), *found.percentile_interval(p)


def filters_of(model: Model, facts: dict[str, Any]) -> dict[str, Any]:
    """Filters that turn what a model or a result holds into words; none of them escapes anything."""
    return {
        "input": lambda name: model.parameters[name] if name in model.parameters else model.basic_events[name],
        "spread": wording.spread_text,
        "sobol": facts["sobol"],
    }
