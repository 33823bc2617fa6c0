"""From the written model to the reduced one: every rewriting, in the order in which it is done."""

from __future__ import annotations

from contextlib import suppress

from faulttree.errors import MissingProbabilityError
from faulttree.laws import Form
from faulttree.model.evaluating import Forms
from faulttree.model.gates import Connected
from faulttree.model.tree import Model
from faulttree.reduction.common_cause import Expansion, expanded
from faulttree.reduction.exclusive import chains_of, link_forms
from faulttree.reduction.reduced import PlainFormula, Reduced

__all__ = ["formula_of", "reduced"]


def reduced(
    model: Model, expansion: Expansion | None = None, *, every_parameter: bool = False, chained: bool = True
) -> Reduced:
    """The model as static gates over independent events; common-cause groups and exclusive groups are rewritten.

    expansion: of the model's common-cause groups where it is at hand. chained: whether members of exclusive groups are
    rewritten; without it they are events, as if nothing tied them together.
    every_parameter: whether laws follow every parameter, as they else follow the uncertain ones only; no distribution
    of such laws is to be sampled.
    """
    if expansion is None:
        expansion = expanded(model, every_parameter=every_parameter)
    laws: dict[str, Form | None] = {}
    forms = Forms(model.parameters, every_parameter=every_parameter, mission=model.mission_seconds)
    for event, written in model.basic_events.items():
        if event not in expansion.causes and event not in expansion.chains:
            laws[event] = None
        if event not in expansion.components:
            with suppress(MissingProbabilityError):
                laws[event] = forms.law_form(event, written)
    chains = chains_of(model, every_parameter=every_parameter) if chained else ()
    members = {member: chain.formula(member) for chain in chains for member in chain.members}
    links = {link: form for chain in chains for link, form in link_forms(chain).items()}
    laws = {event: law for event, law in laws.items() if event not in members} | links
    sections = (model.gates, model.basic_events, model.house_events)
    labels = {name: each.label for section in sections for name, each in section.items() if each.label}
    return Reduced(
        gates={name: formula_of(gate) for name, gate in model.gates.items()}
        | {component: PlainFormula("or", causes) for component, causes in expansion.causes.items()}
        | dict(expansion.chains)
        | members,
        laws=laws | dict(expansion.forms) | dict(expansion.conditional),
        houses={name: house.state for name, house in model.house_events.items()},
        roots=model.top,
        origin={**expansion.members, **{link: (member,) for chain in chains for link, member in chain.pairs}},
        labels=labels | dict(expansion.labels),
        seconds=model.mission_time.seconds if model.mission_time else 0.0,
        chains=chains,
        hidden=expansion.hidden,
    )


def formula_of(written: Connected) -> PlainFormula:
    """The formula of a gate, or of what is nested in one, as it is written."""
    arguments = tuple(each if isinstance(each, str) else formula_of(each) for each in written.arguments)
    if written.atleast is not None:
        return PlainFormula("atleast", arguments, written.atleast.k)
    if written.cardinality is not None:
        return PlainFormula("cardinality", arguments, written.cardinality.min, written.cardinality.max)
    return PlainFormula(written.connective, arguments)
