"""Slow, obvious versions of everything, to judge the engine by.

They read the model's formulas recursively, try every combination of events, and count with exact
fractions. Nothing here imports an engine package. Every quantity is computed from its definition.
"""

from __future__ import annotations

import decimal
import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from faulttree.model import Formula, Gate, Model

States = Mapping[str, bool | float]
Sets = frozenset[frozenset[str]]

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "y": 8760 * 3600}


# The function


def truth(model: Model, name: str, occurred: Collection[str], states: States | None = None) -> bool:
    """Whether an event or gate occurs when exactly these events have occurred.

    An event or gate that `states` sets to a probability is an event of its own.
    """
    states = states or {}
    if isinstance(states.get(name), bool):
        return bool(states[name])
    if name in states or name in model.basic_events:
        return name in occurred
    if name in model.house_events:
        return model.house_events[name].state
    return formula_truth(model, model.gates[name], occurred, states)


def formula_truth(model: Model, formula: Formula | Gate, occurred: Collection[str], states: States) -> bool:
    """The connective's truth table."""

    def of(argument: str | Formula) -> bool:
        if isinstance(argument, str):
            return truth(model, argument, occurred, states)
        return formula_truth(model, argument, occurred, states)

    if formula.and_ is not None:
        return all(of(a) for a in formula.and_)
    if formula.or_ is not None:
        return any(of(a) for a in formula.or_)
    if formula.nand is not None:
        return not all(of(a) for a in formula.nand)
    if formula.nor is not None:
        return not any(of(a) for a in formula.nor)
    if formula.not_ is not None:
        return not of(formula.not_)
    if formula.xor is not None:
        return sum(of(a) for a in formula.xor) in range(1, len(formula.xor) + 1, 2)
    if formula.iff is not None:
        return of(formula.iff[0]) is of(formula.iff[1])
    if formula.imply is not None:
        return of(formula.imply[1]) if of(formula.imply[0]) else True
    if formula.inhibit is not None:
        return of(formula.inhibit.input) and of(formula.inhibit.condition)
    if formula.atleast is not None:
        return sum(of(a) for a in formula.atleast.of) >= formula.atleast.k
    assert formula.cardinality is not None
    return formula.cardinality.min <= sum(of(a) for a in formula.cardinality.of) <= formula.cardinality.max


def events_below(model: Model, name: str, states: States | None = None) -> tuple[str, ...]:
    """The events that can vary below a gate, as a depth-first reading first meets them."""
    states, met, seen = states or {}, dict[str, None](), set[str]()

    def visit(element: str) -> None:
        if element in seen or isinstance(states.get(element), bool):
            return
        seen.add(element)
        if element in states or element in model.basic_events:
            met[element] = None
        elif element in model.gates:
            for below in model.gates[element].names():
                visit(below)

    visit(name)
    return tuple(met)


def subsets(events: Collection[str]) -> Iterable[frozenset[str]]:
    """Every set of the events, the smallest first."""
    for size in range(len(events) + 1):
        yield from map(frozenset, itertools.combinations(events, size))


@dataclass(frozen=True)
class Function:
    """A Boolean function as its truth table: the sets of events at whose sole occurrence it is true."""

    events: tuple[str, ...]
    true_points: Sets

    def __call__(self, occurred: Collection[str]) -> bool:
        return frozenset(occurred) & frozenset(self.events) in self.true_points

    @property
    def false_points(self) -> Sets:
        return frozenset(subsets(self.events)) - self.true_points

    def with_event(self, event: str, occurred: bool) -> Function:
        """The function of the same events once one of them is settled."""
        changed = (point | {event} if occurred else point - {event} for point in subsets(self.events))
        return Function(
            self.events,
            frozenset(point for point, now in zip(subsets(self.events), changed, strict=True) if self(now)),
        )


def function(model: Model, top: str, states: States | None = None) -> Function:
    """The truth table of an event or gate."""
    events = events_below(model, top, states)
    return Function(events, frozenset(point for point in subsets(events) if truth(model, top, point, states)))


def is_coherent(f: Function) -> bool:
    """Whether one more event never makes the function false."""
    return all(point | {event} in f.true_points for point in f.true_points for event in f.events)


def support(f: Function) -> frozenset[str]:
    """The events that change the value somewhere."""
    return frozenset(e for e in f.events if f.with_event(e, True) != f.with_event(e, False))


# Families of sets


def minimal(family: Iterable[frozenset[str]]) -> Sets:
    """The sets that contain no other."""
    family = set(family)
    return frozenset(s for s in family if not any(other < s for other in family))


def minimal_cut_sets(f: Function) -> Sets:
    """Minimal sets of events whose occurrence, all others being absent, makes the function true.

    For a coherent function these are its prime implicants. For another they are the minimal positive
    parts of its implicants: an implicant's positive part, all else absent, is a true point; and a true
    point is the positive part of the implicant that mentions every event.
    """
    return minimal(f.true_points)


def minimal_path_sets(f: Function) -> Sets:
    """Minimal sets of events whose absence, all others having occurred, makes the function false."""
    return minimal(frozenset(f.events) - point for point in f.false_points)


def prime_implicants(f: Function) -> frozenset[tuple[frozenset[str], frozenset[str]]]:
    """(events that occur, events that do not), minimal to make the function true; by trying every product."""
    implicants = set()
    for signs in itertools.product((True, False, None), repeat=len(f.events)):
        positive = frozenset(e for e, sign in zip(f.events, signs, strict=True) if sign)
        free = [e for e, sign in zip(f.events, signs, strict=True) if sign is None]
        if all(positive | point in f.true_points for point in subsets(free)):
            negative = frozenset(f.events) - positive - frozenset(free)
            implicants.add((positive, negative))
    return frozenset(
        (positive, negative)
        for positive, negative in implicants
        if not any((positive - {e}, negative - {e}) in implicants for e in positive | negative)
    )


def counts_by_order(family: Sets) -> dict[int, int]:
    """How many sets there are of each size."""
    return dict(Counter(len(s) for s in family))


def without_supersets(first: Iterable[frozenset[str]], second: Collection[frozenset[str]]) -> Sets:
    """The sets of the first family that contain no set of the second."""
    return frozenset(s for s in first if not any(other <= s for other in second))


# Probabilities


def event_probability(model: Model, event: str) -> Fraction:
    """The probability the user wrote; of a rate, 1 - exp(-rate x mission time) to fifty digits."""
    written = model.basic_events[event]
    value = written.probability if written.probability is not None else written.rate
    if isinstance(value, str):
        value = model.parameters[value].value
    assert value is not None, f"{event} has a probability"
    if isinstance(value, float | int):
        return Fraction(value)
    assert model.mission_time is not None
    passed = Fraction(model.mission_time.value) * SECONDS[model.mission_time.unit]
    exponent = Fraction(value.value) / SECONDS[value.unit] * passed
    with decimal.localcontext(prec=50):
        return Fraction(1 - (-(decimal.Decimal(exponent.numerator) / exponent.denominator)).exp())


def event_probabilities(model: Model, events: Iterable[str], states: States | None = None) -> dict[str, Fraction]:
    """The probability of each event, as set or as written."""
    states = states or {}
    return {e: Fraction(states[e]) if e in states else event_probability(model, e) for e in events}


def set_probability(events: Iterable[str], q: Mapping[str, Fraction]) -> Fraction:
    """That all of these independent events occur."""
    return math.prod((q[e] for e in events), start=Fraction(1))


def probability(f: Function, q: Mapping[str, Fraction]) -> Fraction:
    """Sum over the true points of the probability of being exactly there."""
    # Numerators over one common denominator: the same sum, without reducing a fraction at every step.
    numerators = {e: (q[e].numerator, q[e].denominator - q[e].numerator) for e in f.events}
    total = 0
    for point in f.true_points:
        total += math.prod(numerators[e][0 if e in point else 1] for e in f.events)
    return Fraction(total, math.prod(q[e].denominator for e in f.events))


def rare_event_sum(family: Sets, q: Mapping[str, Fraction]) -> Fraction:
    """Sum of the sets' probabilities."""
    return sum((set_probability(s, q) for s in family), start=Fraction(0))


def min_cut_upper_bound(family: Sets, q: Mapping[str, Fraction]) -> Fraction:
    """One minus the product of one minus each set's probability."""
    return 1 - math.prod((1 - set_probability(s, q) for s in family), start=Fraction(1))


# Importance


def ratio(dividend: Fraction, divisor: Fraction) -> Fraction | float:
    """The quotient; over zero infinite with the dividend's sign, nan when both are zero."""
    if divisor == 0:
        return math.nan if dividend == 0 else math.copysign(math.inf, dividend)
    return dividend / divisor


@dataclass(frozen=True)
class Measures:
    """Every importance measure of one event, exactly."""

    birnbaum: Fraction
    criticality: Fraction | float
    fussell_vesely: Fraction | float
    diagnostic: Fraction | float
    risk_achievement_worth: Fraction | float
    risk_reduction_worth: Fraction | float
    structural: Fraction
    occurrences: int


def importance(f: Function, q: Mapping[str, Fraction], event: str) -> Measures:
    """From the conditional probabilities that each measure is defined by."""
    top = probability(f, q)
    given = probability(f, {**q, event: Fraction(1)})
    absent = probability(f, {**q, event: Fraction(0)})
    cut_sets = minimal_cut_sets(f)
    others = [point for point in subsets(f.events) if event not in point]
    return Measures(
        birnbaum=given - absent,
        criticality=ratio((given - absent) * q[event], top),
        fussell_vesely=ratio(
            rare_event_sum(frozenset(s for s in cut_sets if event in s), q), rare_event_sum(cut_sets, q)
        ),
        diagnostic=ratio(given * q[event], top),
        risk_achievement_worth=ratio(given, top),
        risk_reduction_worth=ratio(top, absent),
        structural=Fraction(sum(int(f(point | {event})) - int(f(point)) for point in others), len(others)),
        occurrences=sum(event in s for s in cut_sets),
    )


# Graphs


def modules(inputs: Sequence[Collection[int]], root: int, gates: Collection[int]) -> set[int]:
    """The gates below the root such that every way from the root to anything below them leads through them."""

    def reached(start: int, barred: int | None = None) -> set[int]:
        seen, waiting = set(), [start]
        while waiting:
            node = waiting.pop()
            if node not in seen and node != barred:
                seen.add(node)
                waiting.extend(inputs[node])
        return seen

    return {gate for gate in gates & reached(root) if not (reached(gate) - {gate}) & reached(root, barred=gate)}


# Markov chains


DIGITS = 10**50


def matrix_exponential(rates: Sequence[Sequence[float | Fraction]], time: float) -> list[list[Fraction]]:
    """exp(rates time) by scaling, a Taylor series and squaring, in whole numbers that stand for 50 decimal places."""
    size = len(rates)
    scale = max(sum(abs(Fraction(rate)) for rate in row) for row in rates) * Fraction(time)
    halvings = max(0, math.ceil(math.log2(scale)) + 4) if scale else 0
    step = [[round(Fraction(rate) * Fraction(time) * DIGITS / 2**halvings) for rate in row] for row in rates]
    total = [[DIGITS * (i == j) for j in range(size)] for i in range(size)]
    term = total
    for order in range(1, 30):
        term = [[entry // order for entry in row] for row in _matrix_product(term, step)]
        total = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(total, term, strict=True)]
    for _ in range(halvings):
        total = _matrix_product(total, total)
    return [[Fraction(entry, DIGITS) for entry in row] for row in total]


def row_times(row: Sequence[float | Fraction], matrix: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """A row vector times a matrix."""
    return [sum(Fraction(a) * line[j] for a, line in zip(row, matrix, strict=True)) for j in range(len(matrix))]


def _matrix_product(left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
    return [
        [sum(a * line[j] for a, line in zip(row, right, strict=True)) // DIGITS for j in range(len(right))]
        for row in left
    ]


# Components in time. Times in hours, rates per hour; every number is taken as the exact fraction that it is.


@dataclass(frozen=True)
class Component:
    """A component at a time: probabilities of being down and up, failure frequency, expected number of failures."""

    q: Fraction
    not_q: Fraction
    w: Fraction
    failures: Fraction


def repaired_component(rate: float, repair_rate: float, on_demand: float, time: float) -> Component:
    """Up and down, by the exponential of their chain, with a third place in which failures are counted."""
    failing, repairing = Fraction(rate), Fraction(repair_rate)
    chain = [[-failing, failing, failing], [repairing, -repairing, 0], [0, 0, 0]]
    start = [1 - Fraction(on_demand), Fraction(on_demand), 0]
    up, down, failures = row_times(start, matrix_exponential(chain, time))
    return Component(down, up, failing * up, failures)


def phased_component(phases: Iterable[tuple[float, float]], time: float) -> Component:
    """(duration, rate) of each phase, one after the other; without failures after the last."""
    state, w, begin = [Fraction(1), Fraction(0)], Fraction(0), 0.0
    for duration, rate in phases:
        chain = [[-Fraction(rate), Fraction(rate)], [Fraction(0), Fraction(0)]]
        state = row_times(state, matrix_exponential(chain, min(max(time - begin, 0.0), duration)))
        if begin <= time < begin + duration:
            w = Fraction(rate) * state[0]
        begin += duration
    return Component(state[1], state[0], w, state[1])


UP, FAILED, REPAIR, ON_TEST, FAILED_ON_TEST, COUNT = range(6)


def component_with_tests(
    time: float, rate: float, interval: float, first_test: float, repair_rate: float | None = None,
    test_duration: float = 0.0, rate_in_test: float | None = None, available_in_test: bool = True,
    failure_at_test: float = 0.0, coverage: float = 1.0, bad_restart: float = 0.0,
) -> Component:  # fmt: skip
    """Five states, stepped from event to event: up, failed, in repair, on test and up, on test and failed.

    Tests are jumps at their beginning and at their end. At the moment of a jump all is as before. Failures on test
    count only where the component does its duty there; those at instants do not.
    """
    failing, repairing = Fraction(rate), Fraction(repair_rate or 0.0)
    failing_in_test = failing if rate_in_test is None else Fraction(rate_in_test)
    bad, fails, shows = Fraction(bad_restart), Fraction(failure_at_test), Fraction(coverage)
    chain = [[Fraction(0)] * 6 for _ in range(6)]
    for origin, target, speed in (
        (UP, FAILED, failing),
        (REPAIR, UP, repairing * (1 - bad)),
        (REPAIR, FAILED, repairing * bad),
        (ON_TEST, FAILED_ON_TEST, failing_in_test),
    ):
        chain[origin][target] += speed
        chain[origin][origin] -= speed
    chain[UP][COUNT], chain[ON_TEST][COUNT] = failing, failing_in_test * available_in_test
    restart = [(UP, 1 - bad), (FAILED, bad)]
    shown = [(target, chance * shows) for target, chance in (restart if repair_rate is None else [(REPAIR, 1)])]
    begin = {UP: [(ON_TEST, 1 - fails), (FAILED_ON_TEST, fails)], FAILED: [(FAILED_ON_TEST, Fraction(1))]}
    end = {ON_TEST: restart, FAILED_ON_TEST: [*shown, (FAILED, 1 - shows)]}

    def jumped(state: list[Fraction], targets: Mapping[int, Sequence[tuple[int, Fraction | int]]]) -> list[Fraction]:
        after = [Fraction(0)] * 6
        for origin, share in enumerate(state):
            for target, chance in targets.get(origin, [(origin, 1)]):
                after[target] += share * chance
        return after

    state, now, test = [Fraction(1), *[Fraction(0)] * 5], 0.0, 0
    while True:
        test_begins = first_test + test * interval
        for moment, jump in ((test_begins, begin), (test_begins + test_duration, end)):
            if time <= moment:
                state = row_times(state, matrix_exponential(chain, time - now))
                on_test = state[ON_TEST] * available_in_test
                not_q = state[UP] + on_test
                w = failing * state[UP] + failing_in_test * on_test
                return Component(sum(state[:COUNT]) - not_q, not_q, w, state[COUNT])
            state = jumped(row_times(state, matrix_exponential(chain, moment - now)), jump)
            now = moment
        test += 1


# Events that exclude each other


def group_distribution(model: Model, name: str, given: Mapping[str, Fraction | None]) -> dict[str | None, Fraction]:
    """Probability that a member of an exclusive group is the one that is true, and that none is.

    given: probabilities that replace those of members; what is left is shared in the proportions that there are.
    """
    group = model.exclusive_groups[name]
    p: dict[str | None, Fraction] = {member: event_probability(model, member) for member in group.events}
    total = sum(p.values())
    if group.exactly_one is not None:
        p, none = {member: each / total for member, each in p.items()}, Fraction(0)
    else:
        none = max(Fraction(0), 1 - total)
    p[None] = none
    fixed = {member: each for member, each in given.items() if each is not None and member in p}
    free = sum(each for member, each in p.items() if member not in fixed)
    left = 1 - sum(fixed.values())
    shared = {member: each / free * left if free else Fraction(0) for member, each in p.items() if member not in fixed}
    if not free and left:
        if group.exactly_one is not None:
            raise ZeroDivisionError("nothing is left that the others could share")
        shared[None] = left
    return shared | fixed


def joint_distribution(
    model: Model, events: Collection[str], states: States | None = None
) -> dict[frozenset[str], Fraction]:
    """Probability that exactly these of some events are true: alternatives of exclusive groups, others independent.

    events: all members of a group, or none. states: as a what-if sets them.
    """
    given = {name: Fraction(state) for name, state in (states or {}).items()}
    found = {frozenset[str](): Fraction(1)}
    grouped = {member for group in model.exclusive_groups.values() for member in group.events}
    parts: list[dict[frozenset[str], Fraction]] = []
    for name, group in model.exclusive_groups.items():
        if set(group.events) <= set(events):
            shares = group_distribution(model, name, given)
            parts.append({frozenset({m} if m is not None else ()): p for m, p in shares.items()})
    for event in events:
        if event not in grouped:
            q = given[event] if event in given else event_probability(model, event)
            parts.append({frozenset({event}): q, frozenset(): 1 - q})
    for part in parts:
        found = {before | more: p * q for before, p in found.items() for more, q in part.items()}
    return {point: p for point, p in found.items() if p}


def is_possible(model: Model, point: Collection[str], absent: Collection[str] = ()) -> bool:
    """Whether no two members of an exclusive group are in a set of events, nor all of which one is true absent."""
    groups = model.exclusive_groups.values()
    none = any(group.exactly_one is not None and {*absent} >= {*group.events} for group in groups)
    return not none and all(len({*point} & {*group.events}) < 2 for group in groups)
