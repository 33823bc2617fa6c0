"""The scope of a report: the settings of the analysis, and what it left out."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from faulttree.facade import FaultTree
from faulttree.model.states import states_text
from faulttree.report.findings import Findings
from faulttree.report.findings.headlines import count_text, sets_text
from faulttree.report.wording import answer_text
from faulttree.results import counted, is_narrow

__all__ = ["Setting", "coherence_text", "gaps_of", "sentence", "settings_of"]

NAMED = 6
"""Names that are listed before "and more"."""


@dataclass(frozen=True)
class Setting:
    """A setting of the analysis: its name and its value in words."""

    name: str
    value: str


def settings_of(found: Findings) -> Iterator[Setting]:
    """What the analysis was asked to do beyond the model."""
    tree = found.tree
    if tree.states:
        yield Setting("What if", states_text(tree.states_as_said))
    if found.nodes is not None:
        yield Setting("Decision diagram", f"{counted(found.nodes, 'node')}, variable order: {found.order}")
    else:
        yield Setting("Decision diagram", "none within the limits")
    yield Setting("Seed of the variable order", str(tree.seed))
    if found.depth.uncertainty is not None:
        yield Setting("Seed of the samples", str(found.depth.uncertainty.design.seed))
    if others := _other_tops(tree):
        yield Setting("Other top events of the model, not covered here", ", ".join(others))
    limits = [f"{tree.node_budget:,} nodes of a decision diagram"]
    if tree.memory is not None:
        limits.append(f"{tree.memory:,} bytes of memory")
    if tree.time_limit is not None:
        limits.append(f"{tree.time_limit:g} s")
    yield Setting("Limits", ", ".join(limits) + ("; exact answers insisted on" if tree.exact else ""))


def coherence_text(coherent: bool | None) -> str:
    """Whether a tree is coherent, in words; None where the limits leave that open."""
    if coherent is None:
        return "with negations, coherence not decided within the limits"
    return "coherent" if coherent else "not coherent"


def gaps_of(found: Findings, model_file: str) -> Iterator[str]:
    """What the report does not hold, or holds as bounds only, in words. model_file: as it stands in commands."""
    tree, answer = found.tree, found.answer
    if answer is not None and not answer.is_exact:
        why = answer.reason or "no exact value came within the limits"
        if is_narrow(answer.lower, answer.upper):
            yield f"Digits of the {answer.quantity} beyond {answer_text(answer)}; {why}."
        else:
            ends = answer_text(answer).replace(" to ", " and ")
            yield f"The exact {answer.quantity}: it lies between {ends}; {why}."
    if answer is None:
        lacking = [event for event in tree.events if tree.probability_of(event) is None]
        more = f" and {len(lacking) - NAMED:,} more" if len(lacking) > NAMED else ""
        events = ", ".join(lacking[:NAMED])
        yield f"The probability and all that follows from it: no probability is given for {events}{more}."
    if not found.cut_sets.complete:
        yield sentence(f"cut sets: {sets_text(found.cut_sets)}")
    if found.ranking is not None and (unknown := found.ranking.unknown):
        yield f"Measures of importance of which nothing is known, or that are not defined here: {', '.join(unknown)}."
    if found.cut_sets.found > (shown := len(found.best_cut_sets)):
        count = count_text(found.cut_sets)
        yield f"Of {count} {shown} are listed; `faulttree cut-sets --all` gives all that are known."
    if others := _other_tops(tree):
        command = f"faulttree report {shlex.quote(model_file)} --top {shlex.quote(others[0])} -o report.html"
        named = ", ".join(f"'{top}'" for top in others)
        yield f"Other top events of the model, which this report does not cover: {named}; `{command}` gives a report."
    yield from found.notes()
    for evidence in found.evidence:
        yield from evidence.left_out()
    if found.depth.metrics is not None:
        undefined = [row.quantity.replace("_", " ") for row in found.depth.metrics if row.value is None]
        if undefined:
            yield f"Metrics that are not defined here: {', '.join(undefined)}."


def sentence(text: str) -> str:
    """The text as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def _other_tops(tree: FaultTree) -> list[str]:
    return [top for top in tree.model.top if top != tree.top]
