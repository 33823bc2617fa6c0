"""Common-cause groups as independent events: one for every set of components that a cause may fail together.

A component becomes an OR gate, under its own name, of the events that fail it. Everything else stays as it is, so every
analysis of independent events holds for the expanded model. Where the events are too many to be listed, a chain over
the components stands for them: see `chained_group`.
Source: NUREG/CR-4780; Open-PSA Model Exchange Format 2.0d, section "Common Cause Groups".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from faulttree.laws import Alike, Constant, Exponential, Form, LawForm, LawNumber, WeightedForm, alike
from faulttree.model.common_cause import CommonCauseGroup, cause_name
from faulttree.model.evaluating import Forms
from faulttree.model.events import BasicEvent
from faulttree.model.failure_models import Value
from faulttree.model.gates import Gate
from faulttree.model.tree import Model
from faulttree.model.written import FrozenDict
from faulttree.reduction.chained_group import ChainedGroup, as_written, chained_group
from faulttree.reduction.factors import Coefficient
from faulttree.reduction.reduced import PlainFormula
from faulttree.results import Records

__all__ = ["Expansion", "expanded"]

_COLUMNS = ("group", "event", "components", "order", "coefficient", "probability", "multiplicity")


@dataclass(frozen=True, slots=True)
class CauseKind:
    """Independent events that fail any one set of `order` components: one for each such set, all with the same law.

    cause: the shock that fails it, '' for none. share: the share of a component's total probability that one of them
    is; None for a shock.
    """

    order: int
    cause: str
    form: Form
    share: Coefficient | None


@dataclass(frozen=True, eq=False)
class Expansion:
    """The independent events that stand for a model's common-cause groups; all empty where there are none.

    written: the model. forms: law of each independent event. members: the components that it fails. groups: components
    of each group. labels: of each independent event. causes: by component, the independent events that fail it: in what
    is analysed it is the OR gate of these. shares: by independent event, the share of the components' total probability
    that it is; the events of a binomial failure rate are none.
    Of groups whose events are not listed the rest tells. kinds: by group, its kinds of events, each of which stands for
    one event of every set of so many components. chains: the gates that make components of the conditional events.
    conditional: the laws of these. hidden: conditional events, and gates that are no components; see `Reduced`.
    """

    written: Model
    forms: Mapping[str, Form] = field(default_factory=FrozenDict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    labels: Mapping[str, str] = field(default_factory=FrozenDict)
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenDict)
    shares: Mapping[str, Coefficient] = field(default_factory=FrozenDict)
    kinds: Mapping[str, tuple[CauseKind, ...]] = field(default_factory=FrozenDict)
    chains: Mapping[str, PlainFormula] = field(default_factory=FrozenDict)
    conditional: Mapping[str, Form] = field(default_factory=FrozenDict)
    hidden: Mapping[str, str] = field(default_factory=FrozenDict)

    @functools.cached_property
    def model(self) -> Model:
        """The model with a gate for each component and an event without a failure model for each cause, for pictures.

        It has nothing but what a picture shows, and is checked like any other; the written model without groups.
        Components whose causes are not listed stay events.
        """
        return self._expanded(whole=False) if self.groups else self.written

    @functools.cached_property
    def whole_model(self) -> Model:
        """The same with all that is hidden, for what works with the diagrams of gates."""
        return self._expanded(whole=True) if self.hidden else self.model

    def _expanded(self, *, whole: bool) -> Model:
        gates, events = dict(self.written.gates), dict(self.written.basic_events)
        labels = dict(self.labels)
        for component, causes in self.causes.items():
            gates[component] = _component(events.pop(component), {"or": causes})
        if whole:
            for name, formula in self.chains.items():
                gates[name] = _component(events.pop(name, BasicEvent.model_validate({})), as_written(formula))
            labels |= dict.fromkeys(self.conditional, "")
        for name, label in labels.items():
            events[name] = BasicEvent.model_validate({"label": label} if label else {})
        kept = ("name", "description", "top", "mission_time", "sources", "house_events", "parameters")
        others = ("exclusive_groups", "scenarios", "evidence", "timeline", "attributes")
        shown = {key: getattr(self.written, key) for key in (*kept, *others)}
        return Model.model_validate({**shown, "gates": gates, "basic_events": events})

    def probabilities(self) -> dict[str, float]:
        """Probability of each independent event at the mission time, at the point values of the inputs."""
        seconds = self.written.mission_seconds
        known = {form: float(form.law().at(seconds).unavailability) for form in set(self.forms.values())}
        return {event: known[form] for event, form in self.forms.items()}

    @functools.cached_property
    def components(self) -> frozenset[str]:
        """The components of all groups."""
        return frozenset(component for members in self.groups.values() for component in members)

    def alike(self, group: str) -> Alike:
        """What is known of the components of a group at the mission time, at the point values of the inputs."""
        seconds = self.written.mission_seconds
        n = len(self.groups[group])
        q, not_q = np.zeros((n, 1)), np.ones((n, 1))
        for kind in self.kinds[group]:
            state, k = kind.form.law().at(seconds), kind.order - 1
            q[k] += not_q[k] * state.unavailability
            not_q[k] *= state.availability
        return alike(q, not_q)

    def table(self) -> Records:
        """The independent events: group, event, components that it fails, order, coefficient, probability.

        order: how many components. coefficient: of the components' total probability; None for a binomial failure
        rate, whose events are no shares of it. probability: at the mission time. multiplicity: how many events alike
        the row stands for; of a group that has too many to be listed the components are those of the group.
        """
        probabilities = self.probabilities()
        group_of = {component: group for group, components in self.groups.items() for component in components}
        rows: list[tuple[Any, ...]] = []
        for event, components in self.members.items():
            coefficient = float(self.shares[event].value()) if event in self.shares else None
            group = group_of[components[0]]
            rows.append((group, event, components, len(components), coefficient, probabilities[event], 1))
        seconds = self.written.mission_seconds
        for group in self.unlisted:
            components = self.groups[group]
            for kind in self.kinds[group]:
                event = f"any {kind.order} of {len(components)}{kind.cause and f' by {kind.cause}'}"
                coefficient = None if kind.share is None else float(kind.share.value())
                p = float(kind.form.law().at(seconds).unavailability)
                many = comb(len(components), kind.order)
                rows.append((group, event, components, kind.order, coefficient, p, many))
        return Records(tuple(dict(zip(_COLUMNS, row, strict=True)) for row in rows), _COLUMNS)

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The groups whose independent events are too many to be listed."""
        return tuple(name for name in self.groups if not self.written.common_cause_groups[name].is_listed)


def _component(event: BasicEvent, formula: dict[str, Any]) -> Gate:
    marks = {key: getattr(event, key) for key in ("label", "description", "source", "attributes")}
    return Gate.model_validate({**formula, **marks})


def expanded(model: Model, *, every_parameter: bool = False, chain: bool = True) -> Expansion:
    """The independent events of the model's common-cause groups.

    The events of components a and b are named `[a]`, `[b]` and `[a b]`, members in the group's order. With a binomial
    failure rate, `[a]` is the component's own failure, and the shocks have events of their own: `[a] by shock`,
    `[a b] by shock`, `[a b] by lethal shock`. An event whose coefficient is certainly 0 is left out. A group of n has
    up to 2^n - 1 events, and n + 1 more with shocks; one that has more than 264 becomes a chain.

    every_parameter: whether laws and factors follow every parameter, not only the uncertain ones; a common cause whose
    share is 0 as things stand is an event then, too, for its parameter may take another value.
    chain: whether groups whose events are not listed become chains; without it their components stay what they are.
    """
    forms: dict[str, Form] = {}
    members: dict[str, tuple[str, ...]] = {}
    labels: dict[str, str] = {}
    causes: dict[str, list[str]] = {}
    shares: dict[str, Coefficient] = {}
    kinds: dict[str, tuple[CauseKind, ...]] = {}
    chains: list[ChainedGroup] = []
    taken = {*model.gates, *model.basic_events, *model.house_events} if model.common_cause_groups else set()
    for group_name, group in model.common_cause_groups.items():
        kinds[group_name] = tuple(_kinds(model, group_name, group, every_parameter))
        if not group.is_listed:
            sizes = range(1, len(group.events) + 1)
            laws = tuple(tuple(kind.form for kind in kinds[group_name] if kind.order == size) for size in sizes)
            if chain:
                chains.append(chained_group(group_name, group.events, laws, taken))
            continue
        causes |= {component: [] for component in group.events}
        own_labels = [model.basic_events[component].label or component for component in group.events]
        shown = group.label or group_name
        for kind in kinds[group_name]:
            cause = kind.cause
            for places in combinations(range(len(group.events)), kind.order):
                components = tuple(group.events[place] for place in places)
                name = cause_name(components, cause)
                while name in taken:  # members whose names hold spaces, of two groups; or an event of that name
                    name += f" ({group_name})"
                taken.add(name)
                forms[name], members[name] = kind.form, components
                if kind.share is not None:
                    shares[name] = kind.share
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
        FrozenDict(kinds),
        FrozenDict({name: formula for made in chains for name, formula in made.gates.items()}),
        FrozenDict({name: form for made in chains for name, form in made.forms.items()}),
        FrozenDict({name: member for made in chains for name, member in made.hidden.items()}),
    )


def _label(labels: list[str], cause: str, group: str) -> str:
    why = f"by a {cause} ({group})" if cause else f"({group})"
    if len(labels) == 1:
        return f"{labels[0]} fails alone {why}"
    return f"{', '.join(labels[:-1])} and {labels[-1]} fail together {why}"


def _kinds(model: Model, name: str, group: CommonCauseGroup, every_parameter: bool) -> Iterator[CauseKind]:
    """The kinds of independent events. Sizes that never fail together are left out."""
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
        yield from (CauseKind(each.order, "", _weighted(whole, each), each) for each in every if not each.is_zero)
        return
    yield CauseKind(1, "", whole, None)
    shock = _shock(shocks.shock_probability, shocks.shock_rate, forms)
    assert shock is not None, "one of the two is given"
    conditional = (probability(shocks.conditional),)
    hits = (Coefficient("shock", conditional, size, k, name) for k in range(1, size + 1))
    yield from (CauseKind(each.order, "shock", _weighted(shock, each), None) for each in hits if not each.is_zero)
    lethal = _shock(shocks.lethal_probability, shocks.lethal_rate, forms)
    if lethal is not None:
        yield CauseKind(size, "lethal shock", lethal, None)


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
