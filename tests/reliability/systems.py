"""Systems for tests: a formula over events with laws, and the same as a Markov chain of all its components."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from building import build
from strategies import model_of

from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.laws import Law, LawForm, Quantity
from faulttree.quantification.batches import Batches
from faulttree.quantification.inputs import EventLaws
from faulttree.reliability.system import System
from faulttree.structure.simplify import simplified

HOUR = 3600.0


def form_of(law: Law) -> LawForm:
    """The form that gives this law back."""
    fields = []
    for field in dataclasses.fields(law):
        value = getattr(law, field.name)
        if isinstance(value, tuple):
            fields.append((field.name, tuple(Quantity(float(each)) for each in value)))
        elif isinstance(value, bool):
            fields.append((field.name, value))
        elif value is not None:
            fields.append((field.name, Quantity(float(value))))
    return LawForm(type(law), tuple(fields))


def system_of(formula: dict[str, Any], laws: Mapping[str, Any]) -> System:
    """The system whose top event is a formula; laws (or forms) by event."""
    pdag = simplified(build(model_of(formula, dict.fromkeys(laws, 0.5)), "top")).pdag
    bdd = compile_bdd(pdag)
    forms = tuple(
        None if not event else form_of(laws[event]) if isinstance(laws[event], Law) else laws[event]
        for event in bdd.variables
    )
    return System(Batches(bdd), EventLaws(bdd.variables, forms), bdd.is_monotone("top"))
