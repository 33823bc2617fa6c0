"""Many scenarios over one compiled diagram: the top's probability under each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from faulttree import deadline, memory
from faulttree.errors import CUT_SHORT, MissingProbabilityError
from faulttree.model.states import States, states_text
from faulttree.quantification.batches import Batches
from faulttree.quantification.dependence import FREE, depends
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import FloatArray, Probability
from faulttree.reduction.switches import Switch
from faulttree.results import Table, counted
from faulttree.scale_out import available_cores, run_chunks
from faulttree.what_if.scenarios import Scenarios

__all__ = ["BELOW_FLOATS", "Alone", "Columns", "States", "Sweep", "sweep"]

BoolArray = npt.NDArray[np.bool_]

TOGETHER, FEWEST = 2_048, 128
"""Scenarios that are worked out as one batch: at most, and however many events there are."""
MEMORY = 2**26
"""Bytes of one batch's probabilities."""
BYTES_HELD = 16
"""Bytes of each of these."""
NAMED = 5
"""Scenarios that a note names."""
BELOW_FLOATS = (
    "the probability is above 0 and below 2.2e-308, where floating-point numbers end; "
    "a what-if of the scenario alone gives it"
)
"""Why a scenario of many has no probability that has one."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A diagram to be swept with one column per scenario. Frozen, and can be pickled.

    levels: of each event. q, not_q: float64[n_levels], of every event and of its absence; any number at the levels of
    `unknown`, the events in use without a probability. factor: of the answers, the sum of all frequencies where the
    diagram is the tree at the moment of a frequency event. switches: of gates that scenarios set. settled: events that
    are certain or impossible unless a scenario sets them.
    """

    batches: Batches
    levels: Mapping[str, int]
    q: FloatArray
    not_q: FloatArray
    unknown: tuple[str, ...] = ()
    factor: float = 1.0
    switches: Mapping[str, Switch] = field(default_factory=dict)
    settled: Mapping[str, bool] = field(default_factory=dict)

    @property
    def together(self) -> int:
        """Scenarios that are best worked out as one batch."""
        return max(FEWEST, min(TOGETHER, MEMORY // (BYTES_HELD * max(1, len(self.q)))))

    def probabilities(self, scenarios: Sequence[States]) -> tuple[FloatArray, dict[int, str]]:
        """The top's probability under each scenario, float64[n], exact; nan where there is none, and why, by place.

        Or its frequency, by the factor. There is none where an event that it needs has none, and where it is above 0
        and below the smallest float.
        What has no level makes no difference.
        """
        memory.check(BYTES_HELD * len(self.q) * len(scenarios))
        rows: list[int] = []
        columns: list[int] = []
        set_to: list[bool | float] = []
        n = len(scenarios)
        for column, states in enumerate(scenarios):
            for name, state in states.items():
                for event, value in self._events_set(name, state):
                    level = self.levels.get(event)
                    if level is not None:
                        rows.append(level)
                        columns.append(column)
                        set_to.append(value)
        q, not_q = (np.repeat(side[:, None], n, axis=1) for side in (self.q, self.not_q))
        values = np.array(set_to, np.float64)
        q[rows, columns] = values
        not_q[rows, columns] = 1.0 - values
        top: FloatArray = self.batches.probability_alone(q, not_q, threads=1)[0]
        lost = self.batches.below_floats(q, not_q, top[None])[0]
        why = dict.fromkeys(np.flatnonzero(lost).tolist(), BELOW_FLOATS)
        if self.unknown:
            for column in np.flatnonzero(self._lacking(rows, columns, set_to, n)).tolist():
                lacking = [event for event in self.unknown if event not in scenarios[column]]
                why[column] = str(MissingProbabilityError(lacking))
        top[list(why)] = math.nan
        return top * self.factor, why

    def _events_set(self, name: str, state: bool | float) -> Iterable[tuple[str, bool | float]]:
        switch = self.switches.get(name)
        if switch is None:
            yield name, state
            return
        if switch.forced is not None:
            yield switch.forced, state
        if switch.kept is not None:
            yield switch.kept, False

    def _lacking(self, rows: list[int], columns: list[int], set_to: list[bool | float], n: int) -> BoolArray:
        """The columns that depend on an event of unknown probability, bool[n]."""
        unknown = np.zeros(len(self.q), np.bool_)
        unknown[[self.levels[event] for event in self.unknown]] = True
        is_set = np.zeros((len(self.q), n), np.bool_)
        is_set[rows, columns] = True
        states = np.full((len(self.q), n), FREE, np.int8)
        for event, state in self.settled.items():
            if event in self.levels:
                states[self.levels[event]] = state
        states[rows, columns] = [int(state) if isinstance(state, bool) else FREE for state in set_to]
        # An event that has been given a probability is free, and known.
        lacking = np.zeros(n, np.bool_)
        for pattern in np.unique(is_set[unknown], axis=1).T:
            alike = np.flatnonzero((is_set[unknown] == pattern[:, None]).all(axis=0))
            varied = unknown.copy()
            varied[unknown] = ~pattern
            if varied.any():
                lacking[alike] = depends(self.batches.bdd, states[:, alike], varied)
        return lacking


@dataclass(frozen=True, eq=False)
class Sweep(Table):
    """The top's probability under each scenario, in the order given.

    without: the probability without any scenario; None where it needs one that is not known.
    probabilities: float64[n], exact unless there are `lower` ends; then a value is the upper end of an interval that
    certainly holds the exact one, which is the interval's only point where the two ends are the same.
    lacking: why there is no probability, by place; such a value is nan. notes: what went other than planned.
    cut_short: which limit ended the work before all were worked out, or ''; the rest are among the lacking. unit: where
    the top has a frequency in place of the probability, that of the frequency.
    """

    without: Probability | Frequency | None
    scenarios: Scenarios
    probabilities: FloatArray = field(repr=False)
    notes: tuple[str, ...] = ()
    lower: FloatArray | None = field(default=None, repr=False)
    lacking: Mapping[int, str] = field(default_factory=dict, repr=False)
    cut_short: str = ""
    unit: str = ""

    @property
    def quantity(self) -> str:
        """The quantity of the numbers: `probability` or `frequency`."""
        return "frequency" if self.unit else "probability"

    @property
    def partial(self) -> bool:
        """Whether a limit ended the work before all scenarios had an answer."""
        return bool(self.cut_short)

    @property
    def base(self) -> float | None:
        """The probability without any scenario, of an interval its upper end; None where it is not known."""
        return None if self.without is None else self.without.value

    def __len__(self) -> int:
        return len(self.scenarios)

    def ranked(self, most: int | None = None) -> list[tuple[str, float]]:
        """The scenarios by falling probability, at most so many, each with it; ties in the order given."""
        places = np.argsort(-self.probabilities, kind="stable")[:most].tolist()
        return [(self.item(place)[0], float(self.probabilities[place])) for place in places]

    def item(self, place: int) -> tuple[str, States]:
        """The name of the scenario at a place of the order given, from 0, and what it sets."""
        return self.scenarios.name_at(place), self.scenarios.at(place)

    def measured(self, place: int) -> dict[str, float | None]:
        """The probability, or frequency, at a place, with `lower` and `upper` ends where there are any, and the ratio.

        None where it is not known; a ratio also where it is known only between bounds.
        """
        p = float(self.probabilities[place])
        found = {self.quantity: None if math.isnan(p) else p}
        if self.lower is not None:
            found |= {"lower": None if math.isnan(p) else float(self.lower[place]), "upper": found[self.quantity]}
        return found | {"ratio": self.ratio(p) if self.is_exact(place) else None}

    def is_exact(self, place: int) -> bool:
        """Whether the probability at a place, and that without a scenario, is known and no interval."""
        p = self.probabilities[place]
        is_point = not math.isnan(p) and (self.lower is None or bool(self.lower[place] == p))
        return is_point and self.without is not None and self.without.is_exact

    def records(self) -> list[dict[str, Any]]:
        """One mapping per scenario: what it sets, the top's probability, and that over the base's."""
        return [self._record(*each) for each in enumerate(self.scenarios.items())]

    def _record(self, place: int, scenario: tuple[str, States]) -> dict[str, Any]:
        unit = {"unit": self.unit} if self.unit else {}
        return {"scenario": scenario[0], "sets": states_text(scenario[1]), **self.measured(place), **unit}

    def leading(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The records of the first scenarios; no others are made."""
        items = itertools.islice(self.scenarios.items(), most)
        return [self._record(*each) for each in enumerate(items)], len(self)

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), self.notes

    def ratio(self, p: float) -> float:
        """A probability over the base's; inf over zero, nan when both are zero. The base is known."""
        assert self.base is not None, "there is a base to compare with"
        if self.base == 0.0:
            return math.nan if p == 0.0 else math.inf
        return p / self.base


class Alone(NamedTuple):
    """What is known of a scenario that was analysed by itself: nan, and why, where nothing is."""

    lower: float
    upper: float
    why_none: str = ""


_Chunk = tuple[Sequence[int], bool]
"""Places of scenarios, and whether these are columns of the diagram."""


@dataclass(frozen=True, eq=False)
class _Task:
    """seconds: that a scenario by itself may take, where there is a deadline."""

    columns: Columns | None
    alone: Callable[[Sequence[States]], list[Alone]]
    scenarios: Scenarios
    seconds: float


def sweep(
    base: Probability | Frequency | None,
    scenarios: Scenarios,
    columns: Columns | None,
    alone: Callable[[Sequence[States]], list[Alone]],
    apart: Collection[str] = (),
    executor: Executor | None = None,
    progress: Callable[[str], None] | None = None,
    *,
    every: bool = False,
    unit: str = "",
) -> Sweep:
    """All scenarios, those that are columns of one diagram as such, any other by itself.

    base: without a scenario. columns: None when no scenario is one. apart: a scenario that sets any of these is none.
    alone: what is known under scenarios that set the same ones of them, or under one scenario; can be pickled.
    executor: see `scale_out`. progress: told how far those have come that are no columns. every: whether to raise
    TimeLimitExceeded and MemoryLimitExceeded, where else what was not worked out by then is lacking. unit: see `Sweep`.
    """
    n = len(scenarios)
    setting = scenarios.setting(apart)
    batched: Sequence[int] = ()
    if columns is not None:
        batched = [place for place in range(n) if not setting[place]] if any(setting) else range(n)
    together = columns.together if columns is not None else TOGETHER
    alone_places = range(n) if not batched else sorted(set(range(n)).difference(batched)) if len(batched) < n else ()
    groups: dict[object, list[int]] = {}
    for place in alone_places:
        groups.setdefault(setting[place] or place, []).append(place)
    work: list[_Chunk] = [(batched[start : start + together], True) for start in range(0, len(batched), together)]
    for group in groups.values():
        work += [(group[start : start + together], False) for start in range(0, len(group), together)]
    found = np.full((2, n), np.nan)
    lacking: dict[int, str] = {}
    kept = np.zeros(n, np.bool_)
    done = 0

    def keep(chunk: _Chunk, answer: tuple[FloatArray, dict[int, str]]) -> None:
        nonlocal done
        found[:, list(chunk[0])], why = answer
        kept[list(chunk[0])] = True
        lacking.update(why)
        done += 0 if chunk[1] else len(chunk[0])
        if progress is not None and not chunk[1]:
            progress(f"{done:,} of {len(alone_places):,} scenarios")

    notes: tuple[str, ...] = ()
    cut_short, each = "", deadline.left() * available_cores() / max(1, len(alone_places))
    try:
        notes = run_chunks(_worked_out, _Task(columns, alone, scenarios, each), work, keep, executor)
    except CUT_SHORT as error:
        if every:
            raise
        cut_short = f"{error.limit_met} ended the work before"
        lacking.update(dict.fromkeys(np.flatnonzero(~kept).tolist(), cut_short))
    lower, upper = found
    is_interval = bool(np.any(lower < upper)) or (base is not None and not base.is_exact)
    ends = lower if is_interval else None
    made = Sweep(base, scenarios, upper, notes, ends, dict(sorted(lacking.items())), cut_short, unit)
    return replace(made, notes=(*notes, *_about_lacking(made)))


def _about_lacking(found: Sweep) -> Iterable[str]:
    """A note for each reason why scenarios have no probability, with the first of them."""
    by_reason: dict[str, list[int]] = {}
    for place, why in found.lacking.items():
        by_reason.setdefault(why, []).append(place)
    for why, places in by_reason.items():
        named = ", ".join(f"'{found.item(place)[0]}'" for place in places[:NAMED])
        more = f" and {len(places) - NAMED:,} more" if len(places) > NAMED else ""
        yield f"{counted(len(places), 'scenario')} without a probability, {named}{more}: {why}"


def _worked_out(task: _Task, chunk: _Chunk) -> tuple[FloatArray, dict[int, str]]:
    """Lower and upper ends, float64[2, n], and why there is none, by place."""
    places, as_columns = chunk
    columns = task.columns
    if as_columns and columns is not None:
        p, why = columns.probabilities(list(task.scenarios.block(places)))
        return np.array([p, p]), {places[column]: reason for column, reason in why.items()}
    seconds = None if math.isinf(task.seconds) else task.seconds * len(places)
    with deadline.share(seconds):
        found = task.alone(list(task.scenarios.block(places)))
    ends = np.array([(each.lower, each.upper) for each in found]).T
    return ends, {place: each.why_none for place, each in zip(places, found, strict=True) if each.why_none}
