"""What a changed model does to one top event: every number that moved, the cut sets gained and lost, the ranks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from faulttree.cut_sets.collection import CutSet
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.results import bounds_text, number_text
from faulttree.what_if.compare import RankMove
from faulttree.wide_floats import is_undefined

__all__ = ["ROUNDING", "Moved", "SetsMoved", "TopDifference", "close", "moved", "probability_texts", "told_apart"]

ROUNDING = 1e-12
"""Relative: what two probabilities may differ by although they are equal, whatever tolerance is asked for."""
MOST_DIGITS = 17
"""Enough to tell any two numbers apart."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A probability, or a frequency, before and after; None on a side where it is not known."""

    name: str
    before: float | None
    after: float | None

    @property
    def ratio(self) -> float | None:
        """After over before; inf over zero, nan when both are zero, None when one is not known."""
        if self.before is None or self.after is None:
            return None
        if self.before == 0.0:
            return math.nan if self.after == 0.0 else math.inf
        return self.after / self.before

    @property
    def difference(self) -> float | None:
        """After less before, correct to the rounding of the larger."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def size(self) -> float:
        """How far it moved, either way; inf where one side is not known."""
        return math.inf if self.difference is None else abs(self.difference)

    def to_dict(self) -> dict[str, Any]:
        """The four numbers by name."""
        return asdict(self) | {"ratio": self.ratio, "difference": self.difference}


@dataclass(frozen=True, slots=True)
class SetsMoved:
    """Minimal cut sets of only one of two trees, None where that is not known; the best of them, with probability."""

    before: int | None
    after: int | None
    gained: int | None = None
    lost: int | None = None
    best_gained: tuple[CutSet, ...] = ()
    best_lost: tuple[CutSet, ...] = ()

    def sides(self) -> list[tuple[str, int, tuple[CutSet, ...]]]:
        """('gained' or 'lost', how many, the best), where there are any."""
        sides = (("gained", self.gained, self.best_gained), ("lost", self.lost, self.best_lost))
        return [(word, count, best) for word, count, best in sides if count]

    def to_dict(self, quantity: str = "probability") -> dict[str, Any]:
        """Everything in plain types. quantity: what the sets have."""
        plain = [[{"events": list(cut.events), quantity: cut.probability} for cut in best]
                 for best in (self.best_gained, self.best_lost)]  # fmt: skip
        return {
            "before": self.before,
            "after": self.after,
            "gained": {"count": self.gained, "best": plain[0]},
            "lost": {"count": self.lost, "best": plain[1]},
        }


@dataclass(frozen=True, eq=False)
class TopDifference:
    """The results for one top event, in two models.

    tops: its name in each. before, after: its probability, or in both its frequency, in one unit; None when it is not
    known. events, components, gates,
    scenarios: those of both models whose probability moved by more than the tolerance; components are the members of
    a common-cause group, in either model. ranks: the events whose rank by `measure` moved, or that are in one tree
    only. tolerance: relative; numbers closer to each other are taken for equal. unknown: which of 'gates',
    'scenarios' and 'ranks' could not all be compared. unchanged: whether the models mean the same, so that no result
    can differ. limited: whether the limits left anything open. notes: what is missing, and why.
    """

    tops: tuple[str, str]
    before: Probability | Frequency | None
    after: Probability | Frequency | None
    cut_sets: SetsMoved
    events: tuple[Moved, ...]
    components: tuple[Moved, ...]
    gates: tuple[Moved, ...]
    scenarios: tuple[Moved, ...]
    measure: str
    ranks: tuple[RankMove, ...]
    tolerance: float
    unknown: tuple[str, ...] = ()
    unchanged: bool = False
    limited: bool = False
    notes: tuple[str, ...] = ()

    @property
    def quantity(self) -> str:
        """The quantity of the top event: `probability` or `frequency`."""
        return next((side.quantity for side in (self.before, self.after) if side is not None), "probability")

    @property
    def unit(self) -> str:
        """That of the frequency; '' of a probability."""
        return next((side.unit for side in (self.before, self.after) if side is not None), "")

    @property
    def named_with_unit(self) -> str:
        """The quantity, of a frequency with its unit."""
        return self.quantity + (f" in {self.unit}" if self.unit else "")

    @property
    def top(self) -> Moved:
        """The top event's probability; of an interval the upper end."""
        before, after = self.before, self.after
        return Moved(self.tops[1], before.value if before else None, after.value if after else None)

    @property
    def probability_moved(self) -> bool | None:
        """Whether the top event's probability, or frequency, moved by more than the tolerance; None: cannot be told."""
        if self.before is None and self.after is None:
            return False
        if self.before is None or self.after is None:
            return True
        above, below = _above(self.before, self.after, self.tolerance), _above(self.after, self.before, self.tolerance)
        if above or below:
            return True
        return False if self.unchanged or (above is False and below is False) else None

    @property
    def direction(self) -> str:
        """'rose', 'fell', 'moved' where one side is not known, 'did not move', or 'may have moved'."""
        if not self.probability_moved:
            return "did not move" if self.probability_moved is False else "may have moved"
        if self.before is None or self.after is None:
            return "moved"
        return "rose" if _above(self.before, self.after, self.tolerance) else "fell"

    @property
    def moved(self) -> list[tuple[str, Moved]]:
        """('scenario', 'gate', 'component' or 'event', what moved) of all, the largest move first."""
        kinds = (
            ("scenario", self.scenarios), ("gate", self.gates), ("component", self.components), ("event", self.events)
        )  # fmt: skip
        return sorted(((kind, each) for kind, all_ in kinds for each in all_), key=lambda pair: -pair[1].size)

    @property
    def moved_below(self) -> list[tuple[str, Moved]]:
        """The same without the top event itself."""
        return [pair for pair in self.moved if pair[0] == "scenario" or {pair[1].name} != set(self.tops)]

    @property
    def results_differ(self) -> bool | None:
        """Whether any result moved: a probability, the minimal cut sets, a rank. None when that cannot be told."""
        sets = self.cut_sets
        if self.probability_moved or sets.gained or sets.lost or self.moved or self.ranks:
            return True
        if sets.before is not None and sets.after is not None and sets.before != sets.after:
            return True
        is_open = self.probability_moved is None or sets.gained is None or self.unknown
        return None if is_open and not self.unchanged else False

    @property
    def increased(self) -> bool | None:
        """Whether the top event's probability, or one under a scenario of both models, rose; None: cannot be told.

        By more than the tolerance.
        """
        if any(pair.difference is not None and pair.difference > 0.0 for pair in self.scenarios):
            return True
        if self.before is None or self.after is None:
            return False if self.unchanged else None
        found = _above(self.before, self.after, self.tolerance)
        if found or self.unchanged:
            return bool(found)
        return found if "scenarios" not in self.unknown else None

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of the cut sets gained and lost the best."""
        return {
            "top": self.tops[1],
            "before": {"top": self.tops[0], self.quantity: self.before and self.before.to_dict()},
            "after": {"top": self.tops[1], self.quantity: self.after and self.after.to_dict()},
            "ratio": self.top.ratio,
            "difference": self.top.difference,
            "results_differ": self.results_differ,
            "increased": self.increased,
            "minimal_cut_sets": self.cut_sets.to_dict(self.quantity),
            "scenarios": [each.to_dict() for each in self.scenarios],
            "gates": [each.to_dict() for each in self.gates],
            "components": [each.to_dict() for each in self.components],
            "events": [each.to_dict() for each in self.events],
            "ranks": {"measure": self.measure, "moved": [asdict(move) for move in self.ranks]},
            "unknown": list(self.unknown),
            "partial": self.limited,
            "notes": list(self.notes),
        }


def moved(before: Mapping[str, float | None], after: Mapping[str, float | None], tolerance: float) -> tuple[Moved, ...]:
    """What both have, and has moved by more than the tolerance: the largest move first."""
    pairs: Iterable[Moved] = (Moved(name, p, after[name]) for name, p in before.items() if name in after)
    found = [pair for pair in pairs if not close(pair.before, pair.after, tolerance)]
    return tuple(sorted(found, key=lambda pair: -pair.size))


def close(one: float | None, other: float | None, tolerance: float, scale: float = 0.0) -> bool:
    """Whether two numbers are equal but for the tolerance, which is relative and no less than rounding.

    Also equal are those whose difference is at most 1e-15 of the scale: what they were subtracted from.
    """
    if one is None or other is None:
        return one is other
    if one == other or (is_undefined(one) and is_undefined(other)):
        return True
    return abs(one - other) <= max(max(tolerance, ROUNDING) * max(abs(one), abs(other)), 1e-15 * scale) < math.inf


def told_apart(before: float | None, after: float | None) -> tuple[str, str]:
    """Two numbers to four digits, or as many as tell them apart; nothing for one that is not known."""
    if before is None or after is None or before == after or not math.isfinite(before + after):
        one, other = ("" if value is None else number_text(value) for value in (before, after))
        return one, other
    texts = number_text(before), number_text(after)
    digits = 5
    while digits <= MOST_DIGITS and (texts[0] == texts[1] or _seems_certain(before, texts[0], after, texts[1])):
        texts = _to_digits(before, digits), _to_digits(after, digits)
        digits += 1
    return texts


def _to_digits(value: float, digits: int) -> str:
    if value == 0.0:
        return "0"
    return f"{value:.{digits}g}" if 1e-3 <= abs(value) < 1e4 else f"{value:.{digits - 1}e}"


def _seems_certain(one: float, text: str, other: float, other_text: str) -> bool:
    return any(value != 1.0 and float(shown) == 1.0 for value, shown in ((one, text), (other, other_text)))


def probability_texts(before: Probability | Frequency | None, after: Probability | Frequency | None) -> tuple[str, str]:
    """Two probabilities, or frequencies, told apart, or the intervals that hold them; nothing for what is not known."""
    if before is not None and after is not None and before.is_exact and after.is_exact:
        return told_apart(before.value, after.value)
    one, other = (
        "" if p is None
        else number_text(p.value) if p.is_exact
        else bounds_text(p.lower, p.upper)
        for p in (before, after)
    )  # fmt: skip
    return one, other


def _above(one: Probability | Frequency, other: Probability | Frequency, tolerance: float) -> bool | None:
    """Whether the other is above the one by more than the tolerance; None when their intervals leave it open."""
    if other.lower > one.upper and not close(one.upper, other.lower, tolerance):
        return True
    return False if other.upper <= one.lower or close(one.lower, other.upper, tolerance) else None
