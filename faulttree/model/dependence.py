"""What must hold between events and inputs that depend on each other: common-cause groups and rank correlations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from faulttree.errors import Fault
from faulttree.expressions import ExpressionError
from faulttree.model.common_cause import sum_fault
from faulttree.model.evaluating import Forms
from faulttree.model.failure_models import FAILURE_MODELS
from faulttree.model.sections import EVENT_SECTIONS, Sections, kind_of

if TYPE_CHECKING:
    from faulttree.model.common_cause import CommonCauseGroup

__all__ = ["dependence_faults"]

_LEAST_PIVOT = 1e-10
# Correlations that tie more inputs together than this are not read: checking them takes the cube of it.
_MOST_TIED = 300
_MOST_NARROWED = 40
_MOST_NAMED = 10


def dependence_faults(known: Sections) -> Iterator[Fault]:
    """Faults of common-cause groups and of rank correlations."""
    yield from _groups(known)
    yield from _reserved_names(known)
    yield from _correlations(known)


def _groups(known: Sections) -> Iterator[Fault]:
    group_of: dict[str, str] = {}
    for name, group in known.sound["common_cause_groups"].items():
        element, path = f"common-cause group '{name}'", ("common_cause_groups", name)
        for index, member in enumerate(group.events):
            at = (*path, "events", index)
            if member not in known.names["basic_events"]:
                yield from known.no_basic_event(element, member, at)
            elif group_of.get(member) == name:
                yield Fault(f"event '{member}' is named twice", element, "name it once", at)
            elif member in group_of:
                yield Fault(f"event '{member}' is in group '{group_of[member]}', too", element,
                            "leave it in one of them", at)  # fmt: skip
            else:
                group_of[member] = name
        yield from _members_differ(known, group, element, path)
        yield from _sum_of_parameters(known, group, element, path)


def _members_differ(
    known: Sections, group: CommonCauseGroup, element: str, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    """Members that have no failure model, another than the first, or an uncertainty of their own."""
    events = known.sound["basic_events"]
    members = {name: index for index, name in enumerate(group.events) if name in events}
    first = next((name for name in members if events[name].failure_model), None)
    for name, index in members.items():
        event, at = events[name], (*path, "events", index)
        if event.frequency is not None:
            yield Fault(f"event '{name}' has a `frequency`, and what is over at once shares no cause with another",
                        element, "take it out of the group", at)  # fmt: skip
        elif event.failure_model is None:
            yield Fault(f"event '{name}' has no failure model", element, "give each member the same one", at)
        elif first is not None and any(
            getattr(event, key) != getattr(events[first], key) for key in (*FAILURE_MODELS, "exposure", "at")
        ):
            yield Fault(f"events '{first}' and '{name}' have different failure models", element,
                        "give each member the same one, with the numbers as parameters", at)  # fmt: skip
        if event.uncertainty is not None:
            yield Fault(f"event '{name}' has an uncertainty of its own, and the members of a group share one number",
                        element, "make the number a parameter, and give the parameter the uncertainty",
                        at)  # fmt: skip


def _sum_of_parameters(
    known: Sections, group: CommonCauseGroup, element: str, path: tuple[str | int, ...]
) -> Iterator[Fault]:
    """Factors that do not sum to 1, some of them being parameters; without those, the group knows by itself."""
    key = {"alpha_factor": "alpha_factor.factors", "phi_factor": "phi_factor"}.get(group.kind)
    written = [value for _, value in group.quantities()]
    if key is None or not any(isinstance(value, str) for value in written):
        return
    forms = Forms(known.sound["parameters"])
    values = [_value(forms, value) if isinstance(value, str) else value for value in written]
    numbers = [value for value in values if isinstance(value, float)]
    wrong = sum_fault(key, numbers) if len(numbers) == len(values) else None
    if wrong:
        message, _, fix = wrong.partition("; ")
        yield Fault(message, element, fix, (*path, group.kind))


def _value(forms: Forms, text: str) -> float | None:
    """What a parameter or an expression comes to; None where it is faulty, which is told elsewhere."""
    try:
        return forms.value(text)
    except (ExpressionError, KeyError):
        return None


def _reserved_names(known: Sections) -> Iterator[Fault]:
    """Elements with the name that an event of an expanded group will have."""
    suspects = {name: section for section in EVENT_SECTIONS for name in known.names[section] if name[:1] == "["}
    if not suspects:
        return
    for group_name, group in known.sound["common_cause_groups"].items():
        for name, section in suspects.items():
            if group.is_called_like_a_cause(name):
                yield Fault(f"the name is that of an event of common-cause group '{group_name}'",
                            f"{kind_of(section)} '{name}'", "rename it", (section, name))  # fmt: skip


def _correlations(known: Sections) -> Iterator[Fault]:
    inputs = {*known.names["parameters"], *known.names["basic_events"]}
    ranks: dict[tuple[str, str], float] = {}
    sound = not known.unread.intersection(("parameters", "basic_events"))
    for index, correlation in enumerate(known.correlations):
        if correlation is None:
            sound = False
            continue
        element, path = f"correlation {index + 1}", ("correlations", index)
        for place, name in enumerate(correlation.between):
            holders = [
                holder
                for holder in (known.sound[section].get(name) for section in ("parameters", "basic_events"))
                if holder is not None
            ]
            fault = None
            if name not in inputs:
                if not known.unread.intersection(("parameters", "basic_events")):
                    fault = known.undefined(element, f"'{name}'", name, inputs, (*path, "between", place))
            elif holders and all(holder.uncertainty is None for holder in holders):
                fault = Fault(f"'{name}' is not uncertain", element, "give it an `uncertainty`",
                              (*path, "between", place))  # fmt: skip
            if fault:
                sound = False
                yield fault
        first, second = sorted(correlation.between)
        if (first, second) in ranks:
            yield Fault(f"'{correlation.between[0]}' and '{correlation.between[1]}' are correlated above already",
                        element, "keep one", path)  # fmt: skip
        ranks.setdefault((first, second), correlation.rank)
    if sound:
        yield from _not_positive_definite(ranks)


def _not_positive_definite(ranks: dict[tuple[str, str], float]) -> Iterator[Fault]:
    """Inputs whose ranks no joint distribution has.

    The normal copula takes the correlation 2 sin(pi rank / 6) of normal variables.
    Source: Kruskal, Ordinal measures of association, Journal of the American Statistical Association 53, 1958.
    """
    tied: dict[str, dict[str, float]] = {}
    for (first, second), rank in ranks.items():
        tied.setdefault(first, {})[second] = tied.setdefault(second, {})[first] = 2.0 * math.sin(math.pi * rank / 6.0)
    stated = {name: place for place, name in enumerate(tied)}
    waiting = dict.fromkeys(tied)
    while waiting:
        block, front = [], [next(iter(waiting))]
        while front:
            name = front.pop()
            if name in waiting:
                del waiting[name]
                block.append(name)
                front += tied[name]
        if len(block) > _MOST_TIED:
            yield Fault(f"{len(block):,} inputs are tied together by correlations; at most {_MOST_TIED} are possible",
                        "correlations", "let more of them share a parameter", ("correlations",))  # fmt: skip
            continue
        block.sort(key=stated.__getitem__)
        failing = block[: _failing_pivot(tied, block)]
        if len(failing) == len(block) + 1 or not _fails(tied, failing):
            continue
        if len(failing) <= _MOST_NARROWED:
            for name in list(failing):
                rest = [other for other in failing if other != name]
                failing = rest if _fails(tied, rest) else failing
        names = ", ".join(f"'{name}'" for name in failing[:_MOST_NAMED])
        more = f" and {len(failing) - _MOST_NAMED} more" if len(failing) > _MOST_NAMED else ""
        yield Fault(f"the ranks between {names}{more} contradict each other: their matrix is not positive definite",
                    "correlations", "bring them closer to 0, or state the ranks that are left out",
                    ("correlations",))  # fmt: skip


def _fails(tied: dict[str, dict[str, float]], names: Sequence[str]) -> bool:
    return _failing_pivot(tied, names) <= len(names)


def _failing_pivot(tied: dict[str, dict[str, float]], names: Sequence[str]) -> int:
    """How many of the first names make a matrix that is not positive definite, by Cholesky; one more than all: none."""
    rows: list[list[float]] = []
    for count, name in enumerate(names):
        row: list[float] = []
        for above, other in zip(rows, names, strict=False):
            known = sum(map(float.__mul__, row, above))
            row.append((tied[name].get(other, 0.0) - known) / above[-1])
        pivot = 1.0 - sum(x * x for x in row)
        if pivot <= _LEAST_PIVOT:
            return count + 1
        row.append(math.sqrt(pivot))
        rows.append(row)
    return len(names) + 1
