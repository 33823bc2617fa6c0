"""Common-cause groups as independent events: one for every set of components that a cause may fail together.

A component becomes an OR gate, under its own name, of the events that fail it. Everything else stays as it is, so every
analysis of independent events holds for the expanded model.
Source: NUREG/CR-4780; Open-PSA Model Exchange Format 2.0d, section "Common Cause Groups".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from faulttree.laws import Constant, Exponential, Form, LawForm, LawNumber, WeightedForm
from faulttree.model.common_cause import CommonCauseGroup, cause_name
from faulttree.model.evaluating import Forms
from faulttree.model.events import BasicEvent
from faulttree.model.failure_models import Value
from faulttree.model.gates import Gate
from faulttree.model.tree import Model
from faulttree.model.written import FrozenDict
from faulttree.reduction.factors import Coefficient
from faulttree.results import Records

__all__ = ["Expansion", "expanded"]

_COLUMNS = ("group", "event", "components", "order", "coefficient", "probability")


@dataclass(frozen=True, eq=False)
class Expansion:
    """The independent events that stand for a model's common-cause groups; all empty where there are none.

    written: the model. forms: law of each independent event. members: the components that it fails. groups: components
    of each group. labels: of each independent event. causes: by component, the independent events that fail it: in what
    is analysed it is the OR gate of these. shares: by independent event, the share of the components' total probability
    that it is; the events of a binomial failure rate are none.
    """

    written: Model
    forms: Mapping[str, Form] = field(default_factory=FrozenDict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    labels: Mapping[str, str] = field(default_factory=FrozenDict)
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    shares: Mapping[str, Coefficient] = field(default_factory=FrozenDict)

    @functools.cached_property
    def model(self) -> Model:
        """The model with a gate for each component and an event without a failure model for each cause, for pictures.

        It has nothing but what a picture shows, and is checked like any other; the written model without groups.
        """
        if not self.groups:
            return self.written
        gates, events = dict(self.written.gates), dict(self.written.basic_events)
        for component, causes in self.causes.items():
            event = events.pop(component)
            marks = {key: getattr(event, key) for key in ("label", "description", "source", "attributes")}
            gates[component] = Gate.model_validate({"or": causes, **marks})
        for name, label in self.labels.items():
            events[name] = BasicEvent.model_validate({"label": label})
        kept = ("name", "description", "top", "mission_time", "sources", "house_events", "parameters")
        shown = {key: getattr(self.written, key) for key in (*kept, "scenarios", "evidence", "timeline", "attributes")}
        return Model.model_validate({**shown, "gates": gates, "basic_events": events})

    def probabilities(self) -> dict[str, float]:
        """Probability of each independent event at the mission time, at the point values of the inputs."""
        seconds = self.written.mission_time.seconds if self.written.mission_time else 0.0
        known: dict[Form, float] = {}
        for form in self.forms.values():
            if form not in known:
                known[form] = float(form.law().at(seconds).unavailability)
        return {event: known[form] for event, form in self.forms.items()}

    def table(self) -> Records:
        """The independent events: group, event, components that it fails, order, coefficient, probability.

        order: how many components. coefficient: of the components' total probability; None for a binomial failure
        rate, whose events are no shares of it. probability: at the mission time.
        """
        probabilities = self.probabilities()
        group_of = {component: group for group, components in self.groups.items() for component in components}
        rows = []
        for event, components in self.members.items():
            coefficient = float(self.shares[event].value()) if event in self.shares else None
            row = (group_of[components[0]], event, components, len(components), coefficient, probabilities[event])
            rows.append(dict(zip(_COLUMNS, row, strict=True)))
        return Records(tuple(rows), _COLUMNS)


def expanded(model: Model, *, every_parameter: bool = False) -> Expansion:
    """The independent events of the model's common-cause groups.

    The events of components a and b are named `[a]`, `[b]` and `[a b]`, members in the group's order. With a binomial
    failure rate, `[a]` is the component's own failure, and the shocks have events of their own: `[a] by shock`,
    `[a b] by shock`, `[a b] by lethal shock`. An event whose coefficient is certainly 0 is left out. A group of n has
    up to 2^n - 1 events, and n + 1 more with shocks; n is at most 8.

    every_parameter: whether laws and factors follow every parameter, not only the uncertain ones; a common cause whose
    share is 0 as things stand is an event then, too, for its parameter may take another value.
    """
    forms: dict[str, Form] = {}
    members: dict[str, tuple[str, ...]] = {}
    labels: dict[str, str] = {}
    causes: dict[str, list[str]] = {}
    shares: dict[str, Coefficient] = {}
    taken = {*model.gates, *model.basic_events, *model.house_events} if model.common_cause_groups else set()
    for group_name, group in model.common_cause_groups.items():
        causes |= {component: [] for component in group.events}
        own_labels = [model.basic_events[component].label or component for component in group.events]
        shown = group.label or group_name
        for order, cause, form, share in _forms(model, group_name, group, every_parameter):
            for places in combinations(range(len(group.events)), order):
                components = tuple(group.events[place] for place in places)
                name = cause_name(components, cause)
                while name in taken:  # members whose names hold spaces, of two groups; or an event of that name
                    name += f" ({group_name})"
                taken.add(name)
                forms[name], members[name] = form, components
                if share is not None:
                    shares[name] = share
                labels[name] = _label([own_labels[place] for place in places], cause, shown)
                for component in components:
                    causes[component].append(name)
    return Expansion(
        model,
        FrozenDict(forms),
        FrozenDict(members),
        FrozenDict({name: group.events for name, group in model.common_cause_groups.items()}),
        FrozenDict(labels),
        FrozenDict({component: tuple(names) for component, names in causes.items()}),
        FrozenDict(shares),
    )


def _label(labels: list[str], cause: str, group: str) -> str:
    why = f"by a {cause} ({group})" if cause else f"({group})"
    if len(labels) == 1:
        return f"{labels[0]} fails alone {why}"
    return f"{', '.join(labels[:-1])} and {labels[-1]} fail together {why}"


def _forms(
    model: Model, name: str, group: CommonCauseGroup, every_parameter: bool
) -> Iterator[tuple[int, str, Form, Coefficient | None]]:
    """Size of a set of components, the shock that fails it, if any, the law of its event, and its share if it is one.

    Sizes that never fail together are left out.
    """
    size = len(group.events)
    # The members share one law and its inputs: what is not known of one is not known of the others.
    forms = Forms(model.parameters, every_parameter=every_parameter, mission=model.mission_seconds)
    whole = forms.law_form(group.events[0], model.basic_events[group.events[0]])

    def probability(value: Value) -> LawNumber:
        return forms.number(value, "probability")

    shocks = group.binomial_failure_rate
    if shocks is None:
        factors = tuple(probability(value) for _, value in group.quantities())
        every = (Coefficient(_key(group), factors, size, k, name) for k in range(1, size + 1))
        yield from ((each.order, "", _weighted(whole, each), each) for each in every if not each.is_zero)
        return
    yield 1, "", whole, None
    shock = _shock(shocks.shock_probability, shocks.shock_rate, forms)
    assert shock is not None, "one of the two is given"
    conditional = (probability(shocks.conditional),)
    hits = (Coefficient("shock", conditional, size, k, name) for k in range(1, size + 1))
    yield from ((each.order, "shock", _weighted(shock, each), None) for each in hits if not each.is_zero)
    lethal = _shock(shocks.lethal_probability, shocks.lethal_rate, forms)
    if lethal is not None:
        yield size, "lethal shock", lethal, None


def _key(group: CommonCauseGroup) -> str:
    """The formula of the group's shares, a key of `SHARES`."""
    if group.alpha_factor is None:
        return group.kind
    return f"{group.kind}_{'staggered' if group.alpha_factor.testing == 'staggered' else 'non_staggered'}"


def _weighted(whole: Form, coefficient: Coefficient) -> WeightedForm:
    return WeightedForm(((whole, coefficient),))


def _shock(probability: Value | None, rate: Value | None, forms: Forms) -> LawForm | None:
    """The law of shocks, given by a probability or a rate; None where there are none."""
    if probability is not None:
        return LawForm(Constant, (("probability", forms.number(probability, "probability")),))
    return None if rate is None else LawForm(Exponential, (("rate", forms.number(rate, "rate")),))
