"""What expressions give: values with their digits, slopes, courses in time; as laws and as numbers of laws."""

from __future__ import annotations

import math
import pickle
from decimal import Decimal

import numpy as np
import pytest
from expression_strategies import SPELLINGS, UNITS, exact, form_of, probabilities
from hypothesis import given
from hypothesis import strategies as st

from faulttree.errors import InvalidRequestError
from faulttree.expressions import Node, parsed
from faulttree.expressions.form import Computed, ExpressionForm
from faulttree.expressions.program import Builder
from faulttree.laws import Exponential, PeriodicTest, Quantity, Repairable, Weibull

HOUR = 3600.0
VALUES = {"a": 1e-3, "b": 0.4}
times = st.sampled_from([0.0, 1e-3, 1.0, 5e3, 1e7, 1e11])


def form(text: str, **values: float) -> ExpressionForm:
    return form_of(parsed(text, SPELLINGS), VALUES | values)


def value(text: str, t: float = 0.0, **values: float) -> float:
    made = form(text, **values)
    return float(made.program.run([leaf.value for leaf in made.leaves], t)[0])


@given(probabilities(), times)
def test_probabilities_keep_their_digits_on_both_sides(node: Node, t: float) -> None:
    """Against decimal arithmetic of 100 digits; a difference of what is given as such may lose the last digits."""
    law = form_of(node, VALUES).law()
    state, true = law.at(t), exact(node, VALUES, t)
    q, not_q = float(state.unavailability), float(state.availability)
    assert abs(Decimal(q) - true) <= Decimal("1e-14") * max(true, 0) + Decimal("2e-16") * _met(node)
    assert abs(Decimal(not_q) - (1 - true)) <= Decimal("1e-14") * max(1 - true, 0) + Decimal("4e-16")
    assert q >= 0.0
    assert not_q >= 0.0


def _met(node: Node) -> int:
    """How often one is taken less a number that has no form that keeps the digits."""
    text = str(node)
    return text.count("Name") + text.count("Number")


@pytest.mark.parametrize(
    ("text", "q", "not_q"),
    [
        # 1 - exp(-x) = x - x^2/2 for a small x; exp(-x) for a large one.
        ("1 - exp(-1e-9 /s * t)", 1e-18, 1.0),
        ("exp(-1e-9 /s * t) * 1e-20", 1e-20, 1.0),
        ("1 - (1 - 1e-20) ^ 3", 3e-20, 1.0),
        ("1 - (1 - a) * (1 - a)", 2e-20, 1.0),
        ("1 - (1 - a) ^ 5", 5e-20, 1.0),
        ("1 - mean(1 - a, 1 - a)", 1e-20, 1.0),
        ("1 - max(1 - a, 0)", 1e-20, 1.0),
        ("1 - if(a < 0.5, 1 - a, 1)", 1e-20, 1.0),
        ("exponential(1e-9 /s, t)", 1e-18, 1.0),
        ("glm(0, 1e-9 /s, 0, t)", 1e-18, 1.0),
        ("glm(0, 1e-9 /s, 1e-9 /s, t)", 1e-18, 1.0),
        ("weibull(1e9 s, 1, 0, t)", 1e-18, 1.0),
    ],
)  # fmt: skip
def test_a_small_probability_is_no_difference_of_large_ones(text: str, q: float, not_q: float) -> None:
    state = form(text, a=1e-20).law().at(1e-9)
    assert float(state.unavailability) == pytest.approx(q, rel=1e-12, abs=0.0)
    assert float(state.availability) == not_q


@pytest.mark.parametrize("text", ["exp(-1e-9 /s * t)", "1 - exponential(1e-9 /s, t)", "1 - (1 - (1 - a) ^ 5)"])
def test_what_is_missing_to_one_has_its_own_digits(text: str) -> None:
    missing = {"exp": 1e-18, "1 - exponential": 1e-18}.get(text.partition("(")[0], 5e-20)
    assert float(form(text, a=1e-20).law().at(1e-9).availability) == pytest.approx(missing, rel=1e-12, abs=0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 - 2 - 1", 4.0), ("8 / 2 / 2", 2.0), ("2 ^ 3 ^ 2", 512.0), ("-2 ^ 2", -4.0), ("mod(7.5, 2)", 1.5),
        ("ceil(2.1) + floor(-2.1)", 0.0), ("log(exp(2))", 2.0), ("log10(1000)", 3.0), ("sqrt(9)", 3.0),
        ("sin(pi / 6)", 0.5), ("cos(pi / 3)", 0.5), ("tan(pi / 4)", 1.0), ("asin(1) * 2", math.pi),
        ("acos(0) * 2", math.pi), ("atan(1) * 4", math.pi), ("sinh(1)", math.sinh(1)), ("cosh(1)", math.cosh(1)),
        ("tanh(1)", math.tanh(1)), ("abs(-3)", 3.0), ("min(3, 1, 2)", 1.0), ("max(3, 1, 2)", 3.0),
        ("mean(1, 2, 6)", 3.0), ("if(1 < 2, 5, 6)", 5.0), ("if(false, 1 / 0, 6)", 6.0),
        ("switch(1 > 2, 1, 2 >= 2, 2, 3)", 2.0), ("switch(7)", 7.0), ("true and not false", 1.0),
        ("1 == 2 or 1 != 2", 1.0), ("1 <= 1", 1.0), ("1 / inf", 0.0), ("0 * 1 d", 0.0),
    ],
)  # fmt: skip
def test_operations_are_what_they_are_called(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    "text",
    ["1 / 0", "log(0)", "log(-1)", "sqrt(-1)", "(-1) ^ 0.5", "0 ^ -1", "mod(1, 0)", "if(1 / 0, 1, 2)", "asin(2)",
     "exponential(-1 /h, 1 h)", "exponential(1 /h, -1 h)", "glm(1.1, 1 /h, 0, 1 h)", "glm(0.1, 1 /h, -1 /h, 1 h)",
     "weibull(0 h, 1, 0, 1 h)", "weibull(1 h, 0, 0, 1 h)", "weibull(1 h, 1, -1 h, 1 h)",
     "periodic_test(1 /h, 0 h, 0, 1 h)",
     "periodic_test(-1 /h, 1 h, 0, 1 h)", "periodic_test(1 /h, 1 h, 0, -1 h)", "1 - exponential(0 /h, -1 h)",
     "periodic_test(1 /h, 1 /h, 1 /h, 2 h, 0, 0.5, 3 h, 1, 1, 0, 9 h)",
     "not (1 / 0)", "1 / 0 > 1", "inf - inf", "true and 1 / 0 > 1", "max(1 / 0, 1)"],
)  # fmt: skip
def test_what_has_no_value_is_no_number(text: str) -> None:
    assert math.isnan(value(text))


def test_what_is_decided_needs_no_more() -> None:
    assert value("false and 1 / 0 > 1") == 0.0
    assert value("true or 1 / 0 > 1") == 1.0


@given(times, st.floats(1e-9, 1e-3), st.floats(0.0, 1e-2), st.floats(0.0, 1.0))
def test_failure_laws_are_those_of_the_model(t: float, rate: float, repair: float, on_demand: float) -> None:
    """The same formulas, written a second time for the laws: see there for their sources."""
    names = {"rate": rate, "repair": repair, "on_demand": on_demand}
    for text, law in (
        ("exponential(rate, t)", Exponential(rate)),
        ("glm(on_demand, rate, repair, t)", Repairable(rate, repair, on_demand)),
        ("weibull(1 / rate, 1.5, 1 h, t)", Weibull(1 / rate, 1.5, HOUR)),
        ("periodic_test(rate, 24 h, 12 h, t)", PeriodicTest(rate, 24 * HOUR, 12 * HOUR)),
        ("periodic_test(rate, 1 /h, 24 h, 12 h, t)", PeriodicTest(rate, 24 * HOUR, 12 * HOUR, 1 / HOUR)),
    ):
        got, wanted = form(text, **names).law().at(t), law.at(t)
        assert float(got.unavailability) == pytest.approx(float(wanted.unavailability), rel=1e-12, abs=1e-300)
        assert float(got.availability) == pytest.approx(float(wanted.availability), rel=1e-12, abs=1e-300)


SMOOTH = [
    "exp(a * b)", "log(a) * b", "log10(a + b)", "sqrt(a * b)", "a / b / 3", "a ^ b", "b ^ a", "sin(a) + cos(b)",
    "tan(b)", "asin(b) - acos(a)", "atan(a / b)", "sinh(a) * cosh(b)", "tanh(a + b)", "1 - (1 - a) ^ 3",
    "1 - (1 - a) * (1 - b)", "a - b - a * b", "min(a, b) * max(a, b)", "mean(a, b, a * b)", "abs(-a) + mod(b, 0.3)",
    "if(a < b, a * b, 1 / 0)", "switch(a > b, 1, b > a, a ^ 2, 3)", "exponential(a * 1 /h, b * 1 h)",
    "weibull(1 h, b, 0, a * 1 h)", "glm(a, a * 1 /h, b * 1 /h, 2 h)", "-a * a * b", "floor(b * 7) * a",
]  # fmt: skip


@pytest.mark.parametrize("text", SMOOTH)
@pytest.mark.parametrize("name", ["a", "b"])
def test_slopes_are_the_limits_of_differences(text: str, name: str) -> None:
    """Against a difference of fourth order, whose error is about 1e-11 here."""
    here = {"a": 0.21, "b": 0.47}
    made = form(text)
    numbers = [here[leaf.input] if leaf.input else leaf.value for leaf in made.leaves]
    places = {place: 1.0 for place, leaf in enumerate(made.leaves) if leaf.input == name}
    slope = float(made.program.run(numbers, 0.0, places)[2])
    step = 1e-3

    def at(k: int) -> float:
        return value(text, **(here | {name: here[name] + k * step}))

    wanted = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
    assert slope == pytest.approx(wanted, rel=1e-8, abs=1e-11)


@given(probabilities(), st.floats(1.0, 1e8))
def test_the_frequency_is_the_slope_in_time(node: Node, t: float) -> None:
    law = form_of(node, VALUES).law()
    if not law.frequency_known:
        assert np.isnan(law.at(t).frequency)
        return
    step = 1e-4 * t
    q = law.at(t + step * np.arange(-2, 3)).unavailability
    wanted = (8 * (q[3] - q[1]) - (q[4] - q[0])) / (12 * step)
    assert float(law.at(t).frequency) == pytest.approx(wanted, rel=1e-6, abs=1e-10 / t)


@given(probabilities())
def test_what_is_said_never_to_fall_never_does(node: Node) -> None:
    law = form_of(node, VALUES).law()
    q = law.at(np.concatenate([[0.0], np.logspace(-3, 13, 400)])).unavailability
    if law.frequency_known:
        assert (np.diff(q) >= -1e-15 * np.maximum(q[1:], 1e-300)).all()
    steady = law.steady()
    if steady is not None:
        assert float(steady.unavailability) == pytest.approx(float(q[-1]), rel=1e-3, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "rises"),
    [
        ("1 - exp(-1e-3 /h * t)", True), ("0.1 * (1 - exp(-1.5e-4 /h * t))", True), ("exp(-t / 1 h)", False),
        ("min(1, 1e-3 /h * t)", True), ("1 - 1 / (1 + t / 1 h)", True), ("(t / (t + 1 h)) ^ 2", False),
        ("glm(0, 1e-3 /h, 1e-2 /h, t)", False), ("glm(0.1, 1e-3 /h, 0, t)", True),
        ("periodic_test(1e-3 /h, 9 h, 9 h, t)", False), ("exponential(1e-3 /h, 24 h)", True),
        ("periodic_test(1e-3 /h, 9 h, 9 h, 3 h)", True), ("if(t > 9 h, 0.2, 0.1)", False),
        ("if(a > b, t / 1e9 h, 2 * t / 1e9 h)", True), ("abs(sin(t / 1 h))", False), ("weibull(9 h, 2, 1 h, t)", True),
        ("max(0.5 - 1e-9 /h * t, 0)", False), ("0.5", True), ("exponential(1e-3 /h, mod(t, 9 h))", False),
    ],
)  # fmt: skip
def test_what_may_fall_is_not_taken_for_unrepaired(text: str, rises: bool) -> None:
    law = form(text).law()
    assert law.frequency_known == rises
    assert law.repairable != rises


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("if(t > 9 h, 0.2, 0.1)", [9]), ("min(0.5, t / 10 h)", [5]), ("abs(t - 3 h) / 99 h", [3]),
        ("floor(t / 8 h) / 9", [8, 16]), ("exponential(1e-3 /h, mod(t, 9 h))", [9, 18]),
        ("if(false, mod(t / 1 h, 0), t / 99 h)", []),
        ("max(t - 2 h, 0 h) / 99 h", [2]), ("periodic_test(1e-3 /h, 9 h, 6 h, t)", [6, 15]),
        ("weibull(9 h, 2, 4 h, 2 * t)", [2]), ("1 - exp(-t / 1 h)", []), ("if(24 h - t < 4 h, 0, 0.1)", [20]),
        ("mod(t + 1 h, 12 h) / 24 h", [11, 23]), ("max(0, 0.5 - t / 20 h)", [10]),
    ],
)  # fmt: skip
def test_jumps_and_bends_are_known_where_time_goes_straight(text: str, hours: list[float]) -> None:
    assert form(text).law().breakpoints(24 * HOUR) == pytest.approx(np.array(hours) * HOUR)


def test_inputs_that_move_a_jump_are_told_from_others() -> None:
    made = form("if(t > a * 1 h, b, 0)")
    assert made.inputs == {"a", "b"}
    assert made.breakpoint_inputs == {"a"}
    assert made.depends_on_time
    assert not form("a * b").depends_on_time


def test_expressions_of_one_shape_are_worked_out_together() -> None:
    forms = [form(f"{k}e-3 * (1 - exp(-a * t / {k + 1} h))") for k in range(1, 8)]
    assert len({each.batch for each in forms}) == 1
    sampled = {"a": np.array([0.1, 0.2, 0.3])}
    times = np.array([1.0, 2.0, 3.0]) * HOUR
    found = ExpressionForm.states(forms, times, sampled, 3)
    rows = [row for some, state in found for row in np.broadcast_to(state.unavailability, (len(some), 3))]
    for made, row in zip(forms, rows, strict=True):
        assert row == pytest.approx(made.law(sampled).at(times).unavailability, rel=1e-15)


def test_forms_are_values() -> None:
    made, same = form("1 - exp(-a * t / 1 h)"), form("1-exp(-a*t/(1 h))")
    assert made == same
    assert hash(made) == hash(same)
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert again.law().at(HOUR) == made.law().at(HOUR)


def test_a_value_above_one_counts_as_one_and_one_below_zero_is_refused() -> None:
    state = form("a * 3").law({"a": np.array([0.1, 0.5])}).at(0.0)
    assert state.unavailability.tolist() == [pytest.approx(0.3), 1.0]
    assert state.availability.tolist() == [pytest.approx(0.7), 0.0]
    with pytest.raises(InvalidRequestError, match=r"the value -0\.1, which is no probability"):
        form("a - 0.2", a=0.1).law().at(0.0)
    with pytest.raises(InvalidRequestError, match=r"`0.1 / \(t - 1 h\) \* 1 h` has no value at 1 h"):
        form("0.1 / (t - 1 h) * 1 h").law().at(HOUR)


def test_a_number_of_a_law_follows_its_inputs() -> None:
    builder = Builder(lambda name: builder.leaf(Quantity(VALUES[name], name)), {"h": (HOUR, 1)})
    program, leaves = builder.program(builder.add(parsed("2 * a * 1 /h", ("h",))))
    number = Computed(program, leaves, text="2 * a * 1 /h")
    assert number.inputs == {"a"}
    assert number.number() == pytest.approx(2e-3 / HOUR)
    assert number.number({"a": np.array([1.0, 2.0])}).tolist() == pytest.approx([2 / HOUR, 4 / HOUR])  # type: ignore[union-attr]
    with pytest.raises(InvalidRequestError, match="which it cannot be"):
        number.number({"a": np.array([1.0, -2.0])})


def test_a_long_chain_of_numbers_needs_no_stack() -> None:
    """Each a tenth of one less the one before: the fixed point is 1 / 11."""
    builder = Builder(lambda name: places[name], UNITS)
    places = {"x0": builder.leaf(Quantity(0.5))}
    for k in range(1, 3_000):
        places[f"x{k}"] = builder.add(parsed(f"0.1 * (1 - x{k - 1})", SPELLINGS))
    program, leaves = builder.program(places["x2999"])
    assert float(program.run([leaf.value for leaf in leaves], 0.0)[0]) == pytest.approx(1 / 11)
