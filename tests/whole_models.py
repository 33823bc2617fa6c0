"""Random whole models: every kind of number and of dependence in one tree, as the data of a model file.

Beside the data stands the formula of each event's probability over time, written down here by itself. What is true of
such a model is found by enumeration, in `whole_truth`.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from scipy.integrate import quad

Course = Callable[[float], float]
"""A probability at a time in hours."""

PER_HOUR = {"/s": 3600.0, "/min": 60.0, "/h": 1.0, "/d": 1 / 24, "/mo": 1 / 730, "/y": 1 / 8760, "FIT": 1e-9}
HOURS = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0, "mo": 730.0, "y": 8760.0}
COHERENT = ("and", "or", "atleast", "inhibit", "and", "or")
CONNECTIVES = (*COHERENT, "xor", "not", "nand", "nor", "iff", "imply", "cardinality")
PARAMETERS = {
    "lam": {"value": "2e-4 /h"},
    "base": {"value": "3e-5 /h"},
    "p1": {"value": 0.03},
    "p2": {"value": 0.2},
    "factor": {"value": "base / lam + 1"},
    "life": {"value": "700 h"},
}
EXPRESSIONS: list[tuple[str, Course]] = [
    ("1 - exp(-factor * lam * t)", lambda t: -math.expm1(-1.15 * 2e-4 * t)),
    ("p1 * p2 + 1e-4", lambda _: 0.03 * 0.2 + 1e-4),
    ("1 - (1 - p1) ^ 3 * (1 - exp(-1))", lambda _: 1 - 0.97**3 * -math.expm1(-1)),
    ("if(t > 200 h, p1, p2)", lambda t: 0.03 if t > 200 else 0.2),
    ("switch(t < 30 h, 0.01, t < 300 h and p1 < p2, p1, 0)", lambda t: 0.01 if t < 30 else 0.03 if t < 300 else 0.0),
    ("exponential(lam, 50 h) / 2", lambda _: -math.expm1(-0.01) / 2),
    ("periodic_test(base, 100 h, 40 h, t)", lambda t: tested(3e-5, 100.0, 40.0)(t)),
    ("min(p2, lam * t)", lambda t: min(0.2, 2e-4 * t)),
    ("weibull(life, 2, 0 h, t) * p2", lambda t: 0.2 * -math.expm1(-((t / 700) ** 2))),
    ("glm(p1, lam, base, t)", lambda t: repaired(0.03, 2e-4, 3e-5)(t)),
    ("10 ^ -3 + sqrt(p1) / 10", lambda _: 1e-3 + math.sqrt(0.03) / 10),
    ("max(p1, sin(p2) * cos(p2))", lambda _: math.sin(0.2) * math.cos(0.2)),
    ("mean(p1, p2, abs(-p1))", lambda _: (0.03 + 0.2 + 0.03) / 3),
]  # fmt: skip
RATES = [
    ("lam", 2e-4),
    ("base", 3e-5),
    ("2 * base + 1e-6 /h", 6.1e-5),
    ("1 / life", 1 / 700),
    ("base ^ 2 / lam", 4.5e-6),
]
CHANCES = (0.5, 0.1, 1e-3, 0.9, 1e-7, 0.25, 0.03)
MOST_STATES = 1 << 11


def lived(rate: float) -> Course:
    """Of a constant rate, without repair."""
    return lambda t: -math.expm1(-rate * t)


def repaired(on_demand: float, rate: float, repair_rate: float) -> Course:
    """Of the chain of two states, beginning failed with some probability."""
    r = rate + repair_rate
    return lambda t: on_demand * math.exp(-r * t) - rate / r * math.expm1(-r * t)


def tested(rate: float, interval: float, first: float) -> Course:
    """Good as new after each test; at the moment of one as just before it."""

    def course(t: float) -> float:
        since = math.fmod(t - first, interval) or interval
        return -math.expm1(-rate * (t if t <= first else since))

    return course


def erlang(shape: int, scale: float) -> Course:
    """That `shape` stages have passed: that a Poisson number is at least so large."""

    def course(t: float) -> float:
        x = t / scale
        last = shape + 100 + int(4 * x)
        terms = (math.exp(k * math.log(x) - x - math.lgamma(k + 1)) for k in range(shape, last))
        return math.fsum(terms) if x else 0.0

    return course


def mean_of(course: Course, end: float) -> float:
    """The mean over [0, end], by quadrature."""
    return float(quad(course, 0.0, end, epsabs=0.0, epsrel=1e-13, limit=400)[0]) / end


@dataclass(frozen=True)
class Law:
    """A failure model as written, and its course; rises: whether its rate is constant and its course monotone.

    over_tests: mean and largest over a test interval, of what is tested.
    """

    kind: str
    written: dict[str, Any]
    course: Course
    rises: bool = False
    over_tests: tuple[float, float] | None = None


@dataclass
class Whole:
    """A model as data, and what it means.

    mission: in hours. courses: of every independent event, by its name without copies; causes of common-cause groups
    are such events, and fail: the causes of each member. alternatives: the members of each exclusive group, and whether
    one has to be true. below_copies: elements of which each copy of a gate has its own. kinds: how often each kind of
    thing was drawn.
    """

    mission: float
    data: dict[str, Any] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    fail: dict[str, list[str]] = field(default_factory=dict)
    alternatives: dict[tuple[str, ...], bool] = field(default_factory=dict)
    below_copies: set[str] = field(default_factory=set)
    copies: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)


def whole_model(seed: int, coherent: bool | None = None) -> Whole:
    """The model of a seed. coherent: whether it has no negations; either unless given."""
    return _Draw(random.Random(f"{seed} {coherent}"), coherent).whole


class _Draw:
    def __init__(self, choose: random.Random, coherent: bool | None) -> None:
        self.choose, self.states = choose, 1
        self.whole = Whole(float(f"{10 ** choose.uniform(1, 3.5):.4g}"))
        coherent = choose.random() < 0.6 if coherent is None else coherent
        self.connectives = COHERENT if coherent else CONNECTIVES
        self.events: dict[str, Any] = {}
        self.groups: dict[str, Any] = {}
        self.exclusive: dict[str, Any] = {}
        self.gates: dict[str, Any] = {}
        self.pool: list[Any] = []
        houses = {"house": {"state": choose.random() < 0.5}} if choose.random() < 0.3 else {}
        self.pool += houses
        for _ in range(choose.choice([0, 0, 1, 1, 2])):
            self.draw_alternatives()
        if choose.random() < 0.3:
            self.draw_common_cause()
        if choose.random() < 0.4:
            self.draw_copies()
        for _ in range(choose.randint(2, 6)):
            if self.fits(2):
                self.pool.append(self.draw_event())
        self.draw_gates()
        self.whole.data = {
            "name": "whole", "top": "g0", "mission_time": f"{self.whole.mission!r} h", "gates": self.gates,
            "basic_events": self.events, "house_events": houses, "parameters": PARAMETERS,
            "common_cause_groups": self.groups, "exclusive_groups": self.exclusive,
        }  # fmt: skip
        self.whole.kinds[f"{'coherent' if coherent else 'any'} connectives"] += 1

    def fits(self, factor: int) -> bool:
        """Whether so many times as many states may be tried; they will be."""
        if self.states * factor > MOST_STATES:
            return False
        self.states *= factor
        return True

    # Numbers

    def rate(self) -> tuple[str, float]:
        """A rate of at most 1 / mission, as written, and per hour."""
        if self.choose.random() < 0.15:
            return self.choose.choice(RATES)
        unit = self.choose.choice([*PER_HOUR])
        number = float(f"{10 ** self.choose.uniform(-4, 0) / self.whole.mission / PER_HOUR[unit]:.4g}")
        self.whole.kinds[f"rate in {unit}"] += 1
        return f"{number!r} {unit}", number * PER_HOUR[unit]

    def time(self, least: float, most: float) -> tuple[str, float]:
        """A time that is some part of the mission, as written, and in hours."""
        if self.choose.random() < 0.1:
            return "life", 700.0
        unit = self.choose.choice([*HOURS])
        number = float(f"{self.whole.mission * self.choose.uniform(least, most) / HOURS[unit]:.4g}")
        return f"{number!r} {unit}", number * HOURS[unit]

    def chance(self) -> float:
        return self.choose.choice(CHANCES) if self.choose.random() < 0.97 else self.choose.choice([0.0, 1.0])

    def law(self) -> Law:
        """A failure model without a time of its own."""
        kinds = ["probability", "parameter", "rate", "mttf", "weibull", "gamma", "lognormal", "phases", "glm",
                 "repairable", "steady", "periodic_test", "expression", "expression"]  # fmt: skip
        kind = self.choose.choice(kinds)
        if kind == "probability":
            p = self.chance()
            return Law(kind, {kind: p}, lambda _: p)
        if kind == "parameter":
            return Law(kind, {"probability": "p1"}, lambda _: 0.03)
        if kind == "expression":
            text, course = self.choose.choice(EXPRESSIONS)
            return Law(kind, {"probability": text}, course)
        if kind == "mttf":
            kind, (text, life) = self.choose.choice(["mttf", "mtbf"]), self.time(0.5, 50)
            return Law(kind, {kind: text}, lived(1 / life), True)
        return self.law_in_time(kind)

    def law_in_time(self, kind: str) -> Law:
        choose, (text, rate) = self.choose, self.rate()
        match kind:
            case "rate":
                return Law(kind, {kind: text}, lived(rate), True)
            case "weibull":
                (text, scale), shape, shift = self.time(0.5, 9), choose.choice([0.5, 1, 2, 3.5]), 0.0
                written: dict[str, Any] = {"scale": text, "shape": shape}
                if choose.random() < 0.3:
                    written["shift"], shift = self.time(0.05, 1.5)
                return Law(kind, {kind: written}, lambda t: -math.expm1(-((max(0.0, t - shift) / scale) ** shape)))
            case "gamma":
                (text, scale), stages = self.time(0.3, 5), choose.randint(1, 4)
                return Law(kind, {kind: {"shape": stages, "scale": text}}, erlang(stages, scale))
            case "lognormal":
                (text, median), factor = self.time(0.3, 9), choose.choice([1.5, 3.0, 10.0])
                scale = math.log(factor) / 1.6448536269514722 * math.sqrt(2)
                given = {"median": text, "error_factor": factor}
                return Law(kind, {kind: given}, lambda t: math.erfc(-math.log(t / median) / scale) / 2 if t else 0.0)
            case "phases":
                phases = [(self.time(0.1, 0.9), self.rate()) for _ in range(choose.randint(1, 3))]
                listed = [{"duration": duration[0], "rate": rate[0]} for duration, rate in phases]
                ends = [sum(duration[1] for duration, _ in phases[:place]) for place in range(len(phases))]

                def passed(t: float) -> float:
                    spent = (min(max(t - end, 0), d[1]) * r[1] for end, (d, r) in zip(ends, phases, strict=True))
                    return -math.expm1(-sum(spent))

                return Law(kind, {kind: listed}, passed)
            case "glm":
                p, (repair, mu) = self.chance(), self.rate()
                written = {"on_demand": p, "rate": text, "repair_rate": repair}
                return Law(kind, {kind: written}, repaired(p, rate, mu), True)
            case "repairable" | "steady":
                mean, duration = self.time(0.01, 2)
                written = {"rate": text, "repair_time": mean}
                if kind == "steady":
                    q = rate / (rate + 1 / duration)
                    return Law(kind, {"repairable": written | {"steady": True}}, lambda _: q)
                return Law(kind, {kind: written}, repaired(0.0, rate, 1 / duration), True)
        (every, interval), (begin, first), x = self.time(0.1, 2), self.time(0.1, 2), 0.0
        x = rate * interval
        mean_q = 1 + math.expm1(-x) / x if x > 1e-3 else x / 2 - x**2 / 6 + x**3 / 24 - x**4 / 120
        written = {"rate": text, "interval": every, "first_test": begin}
        return Law(kind, {kind: written}, tested(rate, interval, first), True, (mean_q, -math.expm1(-x)))

    def number(self) -> tuple[dict[str, Any], Course]:
        """What an event has for its probability, and its course, with a time of its own at times."""
        law = self.law()
        self.whole.kinds[law.kind] += 1
        if law.kind in ("probability", "parameter", "expression", "steady") or self.choose.random() < 0.4:
            return law.written, law.course
        written, end, held, at = law.written, self.whole.mission, None, ""
        if law.rises and self.choose.random() < 0.6:
            at = self.choose.choice(["mean", "largest", "mission"])
            written = written | {"at": at}
            self.whole.kinds[f"at {at}"] += 1
        # A mean over test intervals is of no other time, and a state is at one time.
        if at != "mission" and not (at and law.over_tests) and self.choose.random() < 0.6:
            text, end = self.time(0.05, 5)
            written, held = written | {"exposure": text}, law.course(end)
            self.whole.kinds["exposure"] += 1
        if at == "mean":
            held = law.over_tests[0] if law.over_tests else mean_of(law.course, end)
        elif at == "largest":
            held = law.over_tests[1] if law.over_tests else max(law.course(0.0), law.course(end))
        if 1 - 1e-9 < (law.course(self.whole.mission) if held is None else held) <= 1.0:
            return self.number()  # floats do not hold what is missing to 1
        return written, law.course if held is None else (lambda _, q=held: q)

    # Events

    def draw_event(self) -> str:
        name = f"e{len(self.events)}"
        self.events[name], self.whole.courses[name] = self.number()
        return name

    def draw_alternatives(self) -> None:
        """An exclusive group of two to four members, at times with one that no gate names."""
        size, exactly = self.choose.randint(2, 4), self.choose.random() < 0.5
        if not self.fits(size + 1):
            return
        members = tuple(f"x{len(self.exclusive)}{letter}" for letter in "abcd"[:size])
        weights = [self.choose.choice([1e-6, 0.1, 0.5, 1.0, 3.0]) for _ in members]
        # Where nothing is left for none of them, floats settle what that is.
        total = sum(weights) + (0.0 if exactly else self.choose.choice([0.5, 3.0, 20.0]))
        for member, weight in zip(members, weights, strict=True):
            p = weight / total
            self.events[member], self.whole.courses[member] = {"probability": p}, lambda _, p=p: p
        if not exactly and self.choose.random() < 0.3:
            text, rate = self.rate()
            share = -math.expm1(-rate * self.whole.mission)
            if sum(w / total for w in weights[1:]) + share < 1:
                self.events[members[0]], self.whole.courses[members[0]] = {"rate": text}, lived(rate)
        self.exclusive[f"x{len(self.exclusive)}"] = {"exactly_one" if exactly else "at_most_one": [*members]}
        self.whole.alternatives[members] = exactly
        self.whole.kinds["exactly one" if exactly else "at most one"] += 1
        self.pool += members[: self.choose.choice([size, size - 1])]

    def draw_common_cause(self) -> None:
        """Two or three members with a beta factor or multiple Greek letters, their total with a time of its own."""
        size = self.choose.randint(2, 3)
        if not self.fits(2 ** (2**size - 1)):
            return
        members = [f"c{place}" for place in range(size)]
        written, course = self.number()
        beta, gamma = self.choose.choice([0.1, 0.5]), self.choose.choice([0.2, 0.7])
        shares = {1: 1 - beta, 2: beta} if size == 2 else {1: 1 - beta, 2: beta * (1 - gamma) / 2, 3: beta * gamma}
        self.groups["ccf"] = {"events": members, "mgl": [beta, gamma][: size - 1]}
        for order, share in shares.items():
            for cause in combinations(members, order):
                name = f"[{' '.join(cause)}]"
                self.whole.courses[name] = lambda t, share=share: share * course(t)
                for member in cause:
                    self.whole.fail.setdefault(member, []).append(name)
        self.events |= dict.fromkeys(members, written)
        self.whole.kinds["common cause"] += 1
        self.pool += members

    def draw_copies(self) -> None:
        """Copies of an event, or of a gate with events of its own, one of them copied in turn."""
        number = self.choose.randint(2, 3)
        if self.choose.random() < 0.5:
            if self.fits(2**number):
                name = self.draw_event()
                self.pool.append({number: name})
                self.whole.copies[name] = number
                self.whole.kinds["copied event"] += 1
            return
        if self.fits(2 ** (2 * 3)):
            host, supply = self.draw_event(), self.draw_event()
            inputs = [host, {2: supply}]
            self.gates["copied"] = {self.choose.choice(["or", "and"]): inputs}
            self.whole.below_copies |= {"copied", host, supply}
            self.pool.append({2: "copied"})
            self.whole.copies |= {"copied": 2}
            self.whole.kinds["copied gate"] += 1

    # Gates

    def draw_gates(self) -> None:
        """Gates of which each may be an input of those before it; the first is the top."""
        number = self.choose.randint(1, 5)
        unused: list[Any] = []
        for place in range(number - 1, -1, -1):
            later = [f"g{other}" for other in range(place + 1, number)]
            own = unused[-2:]
            unused = [gate for gate in unused if gate not in own]
            self.gates[f"g{place}"] = self.formula([*self.pool, *later], self.choose.choice([1, 2]), own)
            unused.append(f"g{place}")
        self.gates = dict(reversed([*self.gates.items()]))

    def formula(self, known: list[Any], depth: int, wanted: list[Any] = []) -> dict[str, Any]:  # noqa: B006
        """A formula of some of what is known, and of all that is wanted where the connective takes so many."""
        choose = self.choose
        connective = choose.choice(self.connectives)
        self.whole.kinds[connective] += 1
        plain = [name for name in known if isinstance(name, str)]
        if connective in ("not", "inhibit", "iff", "imply"):
            one, other = choose.sample(plain, 2) if len(plain) > 1 else [plain[0], {"or": [plain[0]]}]
            if wanted:
                one, other = wanted[0], next((each for each in plain if each != wanted[0]), {"or": [wanted[0]]})
            if depth > 1:
                one = self.formula(known, depth - 1, wanted)
            pair = {"not": one, "inhibit": {"input": one, "condition": other}}
            return {connective: pair.get(connective, [one, other])}
        others = [each for each in known if each not in wanted]
        inputs: list[Any] = [*wanted, *choose.sample(others, min(len(others), choose.randint(2 - len(wanted) // 2, 4)))]
        if depth > 1:
            inputs.append(self.formula(known, depth - 1))
        if connective not in ("atleast", "cardinality"):
            return {connective: inputs}
        sizes = [
            next(iter(each)) if isinstance(each, dict) and isinstance(next(iter(each)), int) else 1 for each in inputs
        ]
        size = sum(sizes)
        if size % 2:  # the first input counts more than once
            self.whole.kinds["weight"] += 1
            inputs[0] = {"weight": 1 + size, "of": inputs[0]}
            size += size * sizes[0]
        if connective == "atleast":
            return {connective: {"k": choose.randint(1, size), "of": inputs}}
        low = choose.randint(0, size)
        return {connective: {"min": low, "max": choose.randint(low, size), "of": inputs}}
