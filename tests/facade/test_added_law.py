"""A life distribution that the package does not have, added as anyone would: a law, what is written, an event's key.

The hyperexponential life: with probability p its rate is a, else b. Everything has a closed form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

import faulttree as ft
from faulttree import formats, laws
from faulttree.errors import InvalidModelError
from faulttree.laws.life import Life
from faulttree.model import checking, failure_models
from faulttree.model.events import BasicEvent
from faulttree.model.failure_models import ProbabilityOrName, WrittenLaw
from faulttree.model.quantities import RateOrName

P, A, B, T = 0.25, 4e-3, 5e-4, 1000.0  # per hour, and hours
LOW, HIGH = 2e-3, 6e-3


@dataclass(frozen=True, slots=True)
class Hyperexponential(Life):
    """Fails at one of two constant rates, per second; share: probability of the first."""

    share: laws.Number
    first: laws.Number
    second: laws.Number

    def _state(self, t: Any, m: Any) -> tuple[Any, Any, Any]:
        fast, slow = self.share * m.exp(-self.first * t), (1.0 - self.share) * m.exp(-self.second * t)
        q = -self.share * m.expm1(-self.first * t) - (1.0 - self.share) * m.expm1(-self.second * t)
        return q, fast + slow, self.first * fast + self.second * slow


class WrittenHyperexponential(WrittenLaw):
    """Fails at one of two constant rates."""

    law: ClassVar[str] = "Hyperexponential"
    example: ClassVar[str] = "{share: 0.1, first: 1e-3 /h, second: 1e-5 /h}"

    share: ProbabilityOrName
    first: RateOrName
    second: RateOrName


class Event(BasicEvent):
    """A basic event with one more failure model."""

    hyperexponential: WrittenHyperexponential | None = None


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "Hyperexponential", Hyperexponential, raising=False)
    monkeypatch.setitem(failure_models.FAILURE_MODELS, "hyperexponential", WrittenHyperexponential)
    for key, dimension in (("share", "probability"), ("first", "rate"), ("second", "rate")):
        monkeypatch.setitem(failure_models.DIMENSIONS, key, dimension)
    monkeypatch.setitem(checking.ELEMENTS, "basic_events", Event)


LIFE = f"{{hyperexponential: {{share: {P}, first: rate, second: {B} /h}}}}"
PARAMETERS = f"parameters: {{rate: {{value: {A} /h, uncertainty: {{uniform: {{low: {LOW} /h, high: {HIGH} /h}}}}}}}}"
TEXT = f"""
name: t
top: g
mission_time: {T} h
gates: {{g: {{and: [x, d]}}}}
basic_events: {{x: {LIFE}, d: {{probability: 0.5}}}}
{PARAMETERS}
"""
GROUP = f"""
name: t
top: g
mission_time: {T} h
gates: {{g: {{and: [x, y]}}}}
basic_events: {{x: {LIFE}, y: {LIFE}}}
common_cause_groups: {{pair: {{events: [x, y], beta_factor: 0.1}}}}
{PARAMETERS}
"""


def tree(text: str = TEXT) -> ft.FaultTree:
    return ft.FaultTree.of(formats.read_text(text, "yaml")[0])


def q(t: Any, a: Any = A) -> Any:
    return P * (1.0 - np.exp(-a * t)) + (1.0 - P) * (1.0 - np.exp(-B * t))


def w(t: Any, a: Any = A) -> Any:
    return P * a * np.exp(-a * t) + (1.0 - P) * B * np.exp(-B * t)


def mean_q(a: Any = A) -> Any:
    """The mean over [0, T]: of 1 - exp(-r t) it is 1 - (1 - exp(-r T)) / (r T)."""
    return P * (1.0 - (1.0 - np.exp(-a * T)) / (a * T)) + (1.0 - P) * (1.0 - (1.0 - math.exp(-B * T)) / (B * T))


def test_probability_curve_and_pfdavg() -> None:
    found = tree()
    assert found.changes_in_time
    assert found.probability().value == pytest.approx(0.5 * q(T), rel=1e-13)
    curve = found.over_time(["10 h", "300 h", "1000 h"])
    times = np.array([10.0, 300.0, 1000.0])
    assert curve.unavailability == pytest.approx(0.5 * q(times), rel=1e-12)
    assert curve.frequency * 3600.0 == pytest.approx(0.5 * w(times), rel=1e-12)
    assert curve.expected_failures is not None
    assert curve.expected_failures.value == pytest.approx(0.5 * q(times), rel=1e-9)  # not repaired: W = Q
    assert found.metrics()["mean_unavailability"].value == pytest.approx(0.5 * mean_q(), rel=1e-9)


@pytest.mark.parametrize(("of", "closed"), [("probability", lambda a: q(T, a)), ("mean-unavailability", mean_q)])
def test_uncertainty_of_its_input(of: str, closed: Any) -> None:
    found = tree().uncertainty(2_000, of=of, method="latin-hypercube")
    chunks = [found.inputs.values(found.design.points(chunk))["rate"] for chunk in found.design.chunks()]
    rates = np.concatenate(chunks) * 3600.0
    assert LOW <= rates.min() < 1.1 * LOW and 0.9 * HIGH < rates.max() <= HIGH
    assert found.samples == pytest.approx(0.5 * closed(rates), rel=1e-7)
    assert np.ptp(found.samples) > 0.01


def test_common_cause_of_two() -> None:
    """Both fail by the cause, or each alone: c + (1 - c) s^2 with c = 0.1 q and s = 0.9 q."""
    common, alone = 0.1 * q(T), 0.9 * q(T)
    assert tree(GROUP).probability().value == pytest.approx(common + (1.0 - common) * alone**2, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "loss"),
    [
        ("open-psa", "basic event 'x' (hyperexponential) is written as its probability at the mission time"),
        ("aralia", "with their probability at the mission time only: 'x'"),
    ],
)
def test_formats_without_it_write_its_probability_and_say_so(kind: str, loss: str) -> None:
    model = tree().model
    assert loss in formats.losses(model, kind)
    again, _ = formats.read_text(formats.dumps(model, kind), kind)
    assert again.basic_events["x"].probability == pytest.approx(q(T), rel=1e-13)


def test_faults_speak_of_it() -> None:
    with pytest.raises(InvalidModelError) as caught:
        tree(TEXT.replace(LIFE, "{hyperexponential: 0.1}"))
    assert "write `hyperexponential: {share: 0.1, first: 1e-3 /h, second: 1e-5 /h}`" in str(caught.value)
    with pytest.raises(InvalidModelError, match="both a probability and a hyperexponential are given"):
        tree(TEXT.replace(LIFE, LIFE[:-1] + ", probability: 0.1}"))
    with pytest.raises(InvalidModelError, match="a hyperexponential needs a mission time"):
        tree(TEXT.replace(f"mission_time: {T} h\n", ""))
