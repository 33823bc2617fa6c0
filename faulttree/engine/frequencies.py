"""The frequency events below a top event: how often each happens, and whether the top event has a frequency."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faulttree.cut_sets.partial import AnyCutSets
from faulttree.errors import FrequencyError, LimitExceeded
from faulttree.laws import Dual, FloatArray, Form, slope_of
from faulttree.wide_floats import total

__all__ = ["Frequencies", "refuse_other_products"]

MOST_NAMED = 10
"""Events of a product that a message names."""


@dataclass(frozen=True, eq=False)
class Frequencies:
    """The frequency events of a tree under a what-if.

    events: those below the top. per_second: of every frequency event of the model that the what-if leaves, at the
    point values of its numbers. forms: the law of each of these. unit: that of answers, such as "/y"; in_si: what one
    is, per second.
    """

    events: tuple[str, ...]
    per_second: Mapping[str, float]
    forms: tuple[Form, ...]
    unit: str
    in_si: float

    @functools.cached_property
    def in_unit(self) -> Mapping[str, float]:
        """How often each happens, in the unit of answers."""
        return {event: each / self.in_si for event, each in self.per_second.items()}

    def slopes(self, name: str, value: float, t: float) -> FloatArray:
        """How often each happens, differentiated by an input: float64[n], in the unit of answers.

        name, value: of the input, in SI. t: seconds.
        """
        moved = {name: Dual(np.float64(value), 1.0)}
        return np.array(
            [
                float(slope_of(form.moving(moved, t)[2])) / self.in_si if name in form.inputs else 0.0
                for form in self.forms
            ]
        )

    @property
    def factor(self) -> float:
        """How often any of them happens, in the unit of answers."""
        return total(self.in_unit.values())


def refuse_other_products(sets: AnyCutSets, events: Sequence[str]) -> None:
    """Raise FrequencyError where a minimal cut set holds no frequency event, or several.

    sets: of the tree, its frequency events taken for independent. events: the frequency events.
    Raises LimitExceeded where not all sets are known and those that are leave it open.
    """
    present = [event for event in events if event in sets.family.elements]
    for cut in sets.excluding(*present).ranked(1, "order"):
        raise FrequencyError(
            f"{_product(cut.events)} brings the top event about without a frequency event, so that it has none itself; "
            "give one of these events a `frequency`, or ask about a gate that needs a frequency event"
        )
    for place, event in enumerate(present):
        holding = sets.containing(event)
        for other in present[place + 1 :] if holding.found else ():
            for cut in holding.containing(other).ranked(1, "order"):
                raise FrequencyError(
                    f"{_product(cut.events)} needs both '{event}' and '{other}', which have a frequency and do not "
                    "happen at the same moment; give what is there for some time a probability, or a rate and a repair"
                )
    if not sets.complete:
        raise LimitExceeded(
            "not all minimal cut sets are known within the limits, so that it could not be checked that each holds one "
            "frequency event; allow more nodes, more memory or more time"
        )


def _product(events: Sequence[str]) -> str:
    if not events:
        return "nothing at all"
    named = " and ".join(f"'{event}'" for event in events[:MOST_NAMED])
    return named + (f" and {len(events) - MOST_NAMED:,} more" if len(events) > MOST_NAMED else "")
