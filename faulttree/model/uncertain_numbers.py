"""What must hold of an uncertain number: its distribution lies where the number can be, and its value in that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from faulttree.errors import Fault
from faulttree.model.distributions import cut_off_at_one, share_below_zero, share_over_one
from faulttree.model.failure_models import Path
from faulttree.model.percentiles import share_at_or_below
from faulttree.model.quantities import in_si

if TYPE_CHECKING:
    from faulttree.model.uncertainty import Uncertainty

__all__ = ["uncertainty_faults", "value_faults"]

# More than this of a distribution cut off, or its mean moved by more, is worth a word; more than half is a fault.
_NOTICED = 0.01
_TOO_MUCH = 0.5
# A stated value below this percentile, or above the same one from above, is hardly meant.
_FAR = 0.01


def uncertainty_faults(
    uncertainty: Uncertainty, as_probability: bool, element: str, path: Path, *, may_be_negative: bool = False
) -> Iterator[Fault]:
    """What of a distribution lies where the number cannot be, and is cut off or cannot be."""
    kind, whole = uncertainty.kind, uncertainty.distribution
    path = (*path, kind)
    if whole.reach[0] < 0.0 and not may_be_negative:
        yield Fault(f"its {kind} uncertainty reaches {whole.reach[0]:g}, and only what is in an expression may be "
                    "negative", element, "check its numbers", path)  # fmt: skip
        return
    below = share_below_zero(whole) if uncertainty.normal and uncertainty.normal.low is None else 0.0
    if below > _NOTICED:
        yield Fault(f"{below:.2g} of its normal uncertainty lies below 0 and is cut off", element,
                    "give `low: 0` if that is meant, or another distribution", path, "warning")  # fmt: skip
    if not as_probability:
        return
    over, cut = share_over_one(whole), cut_off_at_one(whole)
    if over > _TOO_MUCH:
        yield Fault(f"{over:.2g} of its {kind} uncertainty lies above 1, and a probability lies in [0, 1]", element,
                    "check its numbers", path)  # fmt: skip
    elif cut.reach[1] > 1.0:
        yield Fault(f"its {kind} uncertainty reaches {cut.reach[1]:g}, and a probability lies in [0, 1]", element,
                    "check its numbers", path)  # fmt: skip
    elif over > _NOTICED or abs(cut.mean - whole.mean) > _NOTICED * whole.mean:
        yield Fault(f"{over:.2g} of its {kind} uncertainty lies above 1 and is cut off, which moves its mean from "
                    f"{whole.mean:.3g} to {cut.mean:.3g}", element,
                    "check its numbers, or take another distribution", path, "warning")  # fmt: skip


def value_faults(value: Any, uncertainty: Uncertainty, key: str, element: str, path: Path) -> Iterator[Fault]:
    """A stated value outside the reach of its own distribution, or in its tails. key: what it is written under."""
    low, high = uncertainty.distribution.reach
    told = value if not isinstance(value, float) else format(value, "g")
    if not low <= in_si(value) <= high:
        yield Fault(f"{key} {told} lies outside the range of its {uncertainty.kind} uncertainty", element,
                    "correct one of them", (*path, key), "warning")  # fmt: skip
        return
    share = share_at_or_below(uncertainty.distribution, in_si(value))
    if not _FAR <= share <= 1.0 - _FAR and low < in_si(value) < high:
        where = "below the 1st" if share < _FAR else "above the 99th"
        yield Fault(f"{key} {told} lies {where} percentile of its {uncertainty.kind} uncertainty", element,
                    "correct one of them", (*path, key), "warning")  # fmt: skip
