"""What is analysed: a model, its top event, the states a what-if has set, and what an answer may take."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.engine.limits import Limits, Report
from faulttree.engine.model_engine import ModelEngine
from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import (
    ExclusiveEventsError,
    FrequencyError,
    InvalidRequestError,
    LimitExceeded,
    UnknownNameError,
    UnlistedEventsError,
    printable,
)
from faulttree.model.copies import as_said, to_all_copies
from faulttree.model.quantities import Duration, Rate
from faulttree.model.states import checked_states, states_text
from faulttree.model.tree import Model
from faulttree.reduction.common_cause import Expansion
from faulttree.reduction.reduced import Reduced
from faulttree.results import Shown, counted
from faulttree.structure.modules import modules
from faulttree.structure.simplify import Step

__all__ = ["Subject", "rate_of", "seconds_of", "within_limits"]

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Limited(Protocol):
    """An object whose verbs work within the limits of its engine."""

    @property
    def _engine(self) -> TreeEngine: ...


Asked = TypeVar("Asked", bound=Limited)


def within_limits(
    verb: Callable[Concatenate[Asked, Arguments], Answer],
) -> Callable[Concatenate[Asked, Arguments], Answer]:
    """The verb with all of its work within the limits of time and memory, those of the work around it if that has any.

    What it asks for on the way then has what is left of the time, not the whole of it again.
    """

    @functools.wraps(verb)
    def limited(asked: Asked, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        with asked._engine.limits.time():
            return verb(asked, *args, **kwargs)

    return limited


@dataclass(frozen=True)
class Subject(Shown):
    """A model, the event it is analysed for, the states a what-if has set, and what an answer may take.

    model: what the user wrote. top: the event or gate whose occurrence is analysed. states: events
    and gates set to true, false or a probability.
    node_budget: nodes that one decision diagram may use. memory: bytes that an answer may use, about.
    time_limit: seconds that an answer may take; without one the nodes limit the work, the same on every machine.
    exact: whether to go on until the probability is exact, however long it takes. seed: settles ties between orders.
    Where no exact answer fits, the answer is an interval that certainly holds it, and says so.
    progress: told now and then what is being done.
    """

    model: Model
    top: str
    states: Mapping[str, bool | float] = field(default_factory=dict)
    node_budget: int = DEFAULT_NODE_BUDGET
    memory: int | None = None
    time_limit: float | None = None
    exact: bool = False
    seed: int = 0
    progress: Report | None = field(default=None, compare=False, repr=False)
    _order: tuple[str, ...] | None = field(default=None, compare=False, repr=False)
    _shared: ModelEngine | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", self.model.in_full)
        if self._shared is None or self._shared.model is not self.model:
            object.__setattr__(self, "_shared", ModelEngine(self.model))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the checks of the model warn of, a sentence each."""
        return tuple(str(fault) for fault in self.model.faults())

    def __getstate__(self) -> dict[str, Any]:
        """The fields only: results are made again where they are needed."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def of(cls, model: Model, *, top: str | None = None, node_budget: int = DEFAULT_NODE_BUDGET) -> Self:
        """The tree of a model's first top event, or of the gate or event named. Raises UnknownNameError."""
        if node_budget < 2:
            raise InvalidRequestError(f"a node budget of {node_budget} holds no diagram; give at least 2")
        return cls(model, model.top[0], node_budget=node_budget).at(top or model.top[0])

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, top: str | None = None) -> Self:
        """The tree of a model given in the shape of a model file. Raises InvalidModelError with all faults."""
        return cls.of(Model.from_data(data), top=top)

    def at(self, top: str) -> Self:
        """The tree below another gate or event. Raises UnknownNameError."""
        if top not in self._reduced.kinds:
            raise UnknownNameError("gate or event", top, self._reduced.kinds)
        return replace(self, top=top)

    # What the tree is

    @property
    def expansion(self) -> Expansion:
        """The independent events that stand for the model's common-cause groups, and their table."""
        return self._of_model.expansion

    @functools.cached_property
    def events(self) -> tuple[str, ...]:
        """The basic events below the top, as the tree mentions them; those set to true or false are left out."""
        return self._engine.events

    @property
    def exclusive_groups(self) -> dict[str, tuple[str, ...]]:
        """The groups of events that exclude each other, of which one is below the top: all their members."""
        return {chain.group: chain.members for chain in self._engine.chains if not chain.are_frequencies}

    @functools.cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates below the top, the inputs of each before it."""
        return self._engine.gates

    @functools.cached_property
    def coherent(self) -> bool:
        """Whether the structure function is monotone: no event's occurrence can prevent the top event.

        Exact. A tree without negations is at once known to be; otherwise the diagram decides.
        """
        return self._engine.coherent

    @functools.cached_property
    def modules(self) -> tuple[str, ...]:
        """The gates that share no event and no gate with the rest of the tree: each can be analysed by itself."""
        skeleton = self._engine.skeleton
        independent = set(modules(skeleton))
        return tuple(gate for gate in self.gates if skeleton.roots[gate] >> 1 in independent)

    @property
    def unlisted_components(self) -> tuple[str, ...]:
        """The components below the top of common-cause groups whose independent events are too many for a list."""
        return tuple(name for name in self.gates if name in self._hidden_components)

    @property
    def size(self) -> str:
        """How many gates and basic events there are: `4 gates, 12 basic events`."""
        components = len(self.unlisted_components)
        parts = [counted(len(self.gates) - components, "gate"), counted(len(self.events), "basic event")]
        if components:
            parts.append(f"{counted(components, 'component')} of common-cause groups")
        return ", ".join(parts)

    @property
    def states_as_said(self) -> Mapping[str, bool | float]:
        """The states of the what-if, without those of copies that follow from what is said of all."""
        return as_said(self.states, self.model.copies)

    @property
    def label(self) -> str:
        """The top event's label, or else its name."""
        return self._reduced.labels.get(self.top) or self.top

    def __str__(self) -> str:
        try:
            coherence = "coherent" if self.coherent else "not coherent"
        except LimitExceeded:
            coherence = "with negations, coherence not decided within the node budget"
        lines = [
            f"{self.model.name}",
            f"top event: {self.label}" + (f" ({self.top})" if self.label != self.top else ""),
            f"{self.size}, {coherence}",
        ]
        if self.states:
            lines.append(f"what if: {states_text(self.states_as_said)}")
        return printable("\n".join(lines))

    # What if

    def what_if(self, states: Mapping[str, bool | float]) -> Self:
        """The tree with events or gates set to true, false or a probability; other what-ifs stay in force.

        What has copies is set in all of them that are not set by themselves.

        Raises UnknownNameError, InvalidRequestError.
        """
        checked = to_all_copies(checked_states(self._reduced.kinds, states), self.model.copies)
        return replace(self, states={**self.states, **checked}, _order=None)

    def as_modelled(self) -> Self:
        """The tree without any what-if."""
        return replace(self, states={}, _order=None)

    def scenario(self, name: str) -> Self:
        """The tree under a scenario of the model. Raises UnknownNameError."""
        if name not in self.model.scenarios:
            raise UnknownNameError("scenario", name, self.model.scenarios)
        return self.what_if(self.model.scenarios[name].states)

    @property
    def simplification(self) -> tuple[Step, ...]:
        """What simplifying the tree before the analysis did, step by step."""
        return self._engine.compiled.simplification.steps

    @functools.cached_property
    def _engine(self) -> TreeEngine:
        limits = Limits(self.node_budget, self.memory, self.time_limit, self.seed, self.exact)
        return TreeEngine(self._of_model, self.top, self.states, limits, self.progress, self._order)

    @property
    def _of_model(self) -> ModelEngine:
        """The results that all trees of the model share."""
        assert self._shared is not None, "it is made with the tree"
        return self._shared

    @property
    def _reduced(self) -> Reduced:
        """Static gates over independent events: what is analysed."""
        return self._of_model.reduced

    @functools.cached_property
    def _followed(self) -> TreeEngine:
        """The engine with a place for every parameter in its laws, uncertain or not."""
        return replace(self._engine, shared=self._of_model.following_every_parameter)

    def _in_events(self, groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
        """Groups with the events of a component in its place; a single name is a group of one."""
        events, hidden = set(self.events), self._hidden_components
        named = {group: (names,) if isinstance(names, str) else tuple(names) for group, names in groups.items()}
        if not all(hidden.isdisjoint(names) for names in named.values()):
            raise UnlistedEventsError("importances of groups")
        return {
            group: tuple(part for name in names for part in self._events_of(name, events))
            for group, names in named.items()
        }

    def _events_of(self, name: str, events: Collection[str]) -> tuple[str, ...]:
        """The events below the top that fail a component of a common-cause group; of anything else itself."""
        causes = (event for event in self.expansion.causes.get(name, ()) if event in events)
        return tuple(causes) or (name,)

    @property
    def _hidden_components(self) -> set[str]:
        """The components of groups whose independent events are not listed."""
        expansion = self.expansion
        return {component for group in expansion.unlisted for component in expansion.groups[group]}

    def _no_components(self, names: Iterable[str]) -> None:
        """Raise InvalidRequestError of a component of a common-cause group where an event is wanted."""
        for name in names:
            if name in self._hidden_components and name not in self.states:
                raise InvalidRequestError(
                    f"'{name}' is a component of a common-cause group, and no single event; "
                    "its events are too many for a list"
                )
            for group, components in self.expansion.groups.items():
                if name in components and self._events_of(name, self.events) != (name,):
                    events = ", ".join(f"'{event}'" for event in self._events_of(name, self.events))
                    raise InvalidRequestError(
                        f"'{name}' is a component of common-cause group '{group}', and no single event; "
                        f"its events are {events}"
                    )

    def _no_originals(self, names: Iterable[str]) -> None:
        """Raise InvalidRequestError of what has copies and is not in the tree, where one of them is wanted."""
        for name in names:
            copies = self.model.copies.get(name)
            if copies and name not in self._engine.elements:
                raise InvalidRequestError(
                    f"'{name}' stands for {len(copies):,} copies; name one, such as '{copies[-1]}'"
                )

    def _no_alternatives(self, what: str, instead: str = "") -> None:
        """Raise ExclusiveEventsError where events below the top exclude each other.

        what: the quantity that is not worked out then. instead: what to ask for.
        """
        self._no_frequency(what)
        for chain in self._engine.chains:
            raise ExclusiveEventsError(
                f"{what} is not worked out where events exclude each other, as those of exclusive group "
                f"'{chain.group}' do{'; ' * bool(instead)}{instead}"
            )

    @property
    def frequency_events(self) -> tuple[str, ...]:
        """The frequency events that bring the top event about, so that it has a frequency in place of a probability."""
        return self._engine.frequencies.events if self._engine.frequencies is not None else ()

    def _no_frequency(self, what: str, instead: str = "") -> None:
        """Raise FrequencyError where frequency events bring the top event about.

        what: the quantity that is not defined then. instead: what to ask for.
        """
        found = self._engine.frequencies
        if found is not None:
            events = f", such as '{found.events[0]}'," if found.events else ""
            raise FrequencyError(
                f"{what} is not defined where frequency events{events} bring '{self.top}' about, which then has a "
                f"frequency; {f'ask for {instead}' if instead else 'set one of them to true for what follows from it'}"
            )

    def _mission(self) -> float:
        if self.model.mission_time is None:
            raise InvalidRequestError("the model has no mission time; add `mission_time: 24 h`, or give the times")
        return self.model.mission_time.seconds


def seconds_of(time: str | Duration | float) -> float:
    """A time in seconds: a text with a unit such as "260 s", or seconds. Raises InvalidRequestError."""
    if isinstance(time, int | float) and not isinstance(time, bool):
        return float(time)
    try:
        written: Duration = Duration.from_text(time)
    except ValueError as error:
        raise InvalidRequestError(f"a time: {error}") from error
    return written.seconds


def rate_of(rate: str | Rate, what: str) -> Rate:
    """A rate from a text with a unit, such as "1e-9 /y". what: it is, for the message. Raises InvalidRequestError."""
    try:
        written: Rate = Rate.from_text(rate)
    except ValueError as error:
        raise InvalidRequestError(f"{what}: {error}") from error
    return written
