"""Which observation next: how much each would tell, in bits, and per cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from faulttree.decision_diagrams.bdd import FALSE
from faulttree.errors import AnalysisError, InvalidRequestError
from faulttree.quantification.settled.sweeps import Precise
from faulttree.results import NamedRows, ShownRow, number_text, text_table
from faulttree.what_if.evidence import Observed, Sides
from faulttree.wide_floats import KEEPS_DIGITS

__all__ = ["NextObservation", "NextObservations", "Sought", "Told", "entropy", "mutual_information"]

Told = tuple[float, float, float]
"""What one thing tells of a target: the excess of `mutual_information`, P(target | it), P(target | not it)."""
SERIES_BELOW = 0.05


@dataclass(frozen=True, slots=True)
class NextObservation(ShownRow):
    """What finding out whether an event or gate has occurred would tell, in the light of the evidence.

    probability: that it is found to have occurred. information: expected, in bits: by how much the uncertainty of
    what is asked about falls on average. cost: of the observation; per_cost: bits for each unit of it.
    posterior_if_true, posterior_if_false: of the event or gate asked about, after either outcome; nan after one that
    cannot be, None where all components are asked about.
    """

    name: str
    label: str
    kind: str
    probability: float
    information: float
    cost: float
    per_cost: float
    posterior_if_true: float | None
    posterior_if_false: float | None


@dataclass(frozen=True, eq=False)
class NextObservations(NamedRows[NextObservation]):
    """Observations by falling expected information per cost; ties in the tree's order.

    about: the event or gate that is asked about; None: the state of all components. posterior: its probability in the
    light of the evidence. uncertainty: how many bits would settle it; None where all components are asked about.
    notes: what could not be worked out.
    """

    named: ClassVar[str] = "name"
    thing: ClassVar[str] = "event or gate"

    rows: tuple[NextObservation, ...]
    about: str | None
    posterior: float | None
    uncertainty: float | None
    notes: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """name, label, kind, probability, information, cost, per_cost, posterior_if_true, posterior_if_false."""
        return tuple(NextObservation.__slots__)

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), self.notes

    def __str__(self) -> str:
        columns = ["name", "kind", "probability", "bits", "cost", "bits per cost"]
        rows = [[row.name, row.kind, row.probability, row.information, row.cost, row.per_cost] for row in self.rows]
        if self.about is not None:
            columns += [f"P({self.about}) if true", "if false"]
            rows = [[*cells, row.posterior_if_true, row.posterior_if_false]
                    for cells, row in zip(rows, self.rows, strict=True)]  # fmt: skip
        return "\n".join([text_table(columns, rows), *self.notes])


def entropy(sides: Sides) -> float:
    """Uncertainty of something with these two probabilities, in bits: 0 where it is certain, 1 where it is even."""
    small = min(sides)
    if small <= 0.0:
        return 0.0
    return -(small * math.log(small) + (1.0 - small) * math.log1p(-small)) / math.log(2.0)


def mutual_information(x: Sides, y: Sides, excess: float) -> float:
    """How much one of two things tells of the other, in bits, at least 0; small values have their digits.

    x, y: probability of each, and of its absence. excess: P(both) - P(x) P(y).
    Each of the four joint probabilities is m (1 + r) with m what it would be were they independent, and the four m r
    cancel: so the information is the sum of m ((1 + r) ln(1 + r) - r), whose terms are none of them negative.
    """
    if excess == 0.0:
        return 0.0
    total = 0.0
    for first, p_x in enumerate(x):
        for second, p_y in enumerate(y):
            independent = p_x * p_y
            if independent > 0.0:
                r = max(-1.0, (excess if first == second else -excess) / independent)
                total += independent * _relative_entropy(r)
    return total / math.log(2.0)


def _relative_entropy(r: float) -> float:
    """(1 + r) ln(1 + r) - r for r of -1 and more, with its digits: r^2 / 2 - r^3 / 6 + r^4 / 12 - ..."""
    if abs(r) > SERIES_BELOW:
        return (1.0 + r) * math.log1p(r) - r if r > -1.0 else 1.0
    return math.fsum((-r) ** power / (power * (power - 1)) for power in range(16, 1, -1))


class Sought:
    """An event or gate that is asked about, in the light of the evidence.

    Raises KeyError for one that the functions do not know, MissingProbabilityError, LimitExceeded, and
    InvalidRequestError where the evidence settles it.
    """

    def __init__(self, observed: Observed, name: str) -> None:
        self.observed, self.name = observed, name
        functions = observed.functions
        (self.edge,) = functions.each_settled([functions.of(name)], observed.settled)
        self.with_it, self.without = (functions.all_of([self.edge ^ negated, observed.rest]) for negated in (0, 1))
        if FALSE in (self.with_it, self.without):
            state = str(self.without == FALSE).lower()
            raise InvalidRequestError(
                f"'{name}' is {state} in the light of the evidence, so that no observation tells more of it; "
                "ask about another event or gate"
            )
        whole = observed.rest_probability
        if whole < KEEPS_DIGITS:
            raise AnalysisError(
                f"what was observed has a probability of {number_text(whole)} besides the events that it settles, too "
                "small for what one observation tells of another; observe less, or ask for posteriors"
            )
        p, not_p = functions.probabilities([self.with_it, self.without])[:, 0].tolist()
        self.sides: Sides = (min(1.0, p / whole), min(1.0, not_p / whole))

    def of_events(self, events: Mapping[str, Sides]) -> dict[str, Told]:
        """Of each event: the excess of `mutual_information`, P(target | event, evidence), P(target | no event, ...).

        events: those that the evidence leaves open, with their probabilities before it.
        The excess is q (1 - q) (P(not y) dP(y)/dq - P(y) dP(not y)/dq), with y and not y together with the evidence.
        """
        functions, whole = self.observed.functions, self.observed.rest_probability
        sweeps = [functions.sweeps(edge, number=4) for edge in (self.with_it, self.without)]
        slopes, tops = [each.slopes() for each in sweeps], [each.probability() for each in sweeps]
        given = [functions.conditionals(edge) for edge in (self.with_it, self.without)]
        levels = {event: level for level, event in enumerate(functions.events)}
        found = {}
        for event, (q, not_q) in events.items():
            level = levels[event]
            lost = _product((tops[1], 0), (slopes[0], level)), _product((tops[0], 0), (slopes[1], level))
            excess = q * not_q * _certain_difference(*lost) / whole / whole
            p_with, p_without = (
                each.get(event, (float(top.value[0]),) * 2) for each, top in zip(given, tops, strict=True)
            )
            found[event] = excess, _part(p_with[0], p_without[0]), _part(p_with[1], p_without[1])
        return found

    def of_gates(self, gates: Sequence[str]) -> dict[str, Told]:
        """The same of each gate, from the four joint probabilities to 30 digits."""
        functions, observed = self.observed.functions, self.observed
        edges = functions.each_settled([functions.of(gate) for gate in gates], observed.settled)
        joint = [
            functions.all_of([edge ^ negated, side])
            for edge in edges for negated in (0, 1) for side in (self.with_it, self.without)
        ]  # fmt: skip
        precise, whole = functions.precise_probabilities(joint), observed.rest_probability
        found = {}
        for place, gate in enumerate(gates):
            both, x_only, y_only, neither = range(4 * place, 4 * place + 4)
            across = _product((precise, both), (precise, neither)), _product((precise, x_only), (precise, y_only))
            values = precise.value.tolist()
            found[gate] = (
                _certain_difference(*across) / whole / whole,
                _part(values[both], values[x_only]),
                _part(values[y_only], values[neither]),
            )
        return found


Product = tuple[Fraction, Fraction]
"""A number, and a bound on how far it may lie from the exact one."""


def _product(one: tuple[Precise, int], two: tuple[Precise, int]) -> Product:
    (a, a_error), (b, b_error) = (
        (Fraction(float(each.value[at])) + Fraction(float(each.rest[at])), Fraction(float(each.error[at])))
        for each, at in (one, two)
    )
    return a * b, abs(a) * b_error + abs(b) * a_error + a_error * b_error


def _certain_difference(one: Product, two: Product) -> float:
    """The difference of two numbers; 0 where it cannot be told from that."""
    difference = one[0] - two[0]
    return 0.0 if abs(difference) <= one[1] + two[1] else float(difference)


def _part(p: float, rest: float) -> float:
    return p / (p + rest) if p + rest > 0.0 else math.nan
