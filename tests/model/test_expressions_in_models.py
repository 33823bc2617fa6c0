"""Expressions where numbers stand: what they mean, what is refused, and that they are kept as they are written."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from faulttree.errors import InvalidModelError
from faulttree.formats import read, write
from faulttree.model import Duration, Model, Rate
from faulttree.model.expressions import names_behind, power_in
from faulttree.model.tree import checked_data
from faulttree.model.yaml import read_yaml
from faulttree.model.yaml_writer import write_yaml

HEAD = "faulttree: 1\nname: m\ntop: G\nmission_time: 24 h\ngates: {G: {or: [e]}}\n"
PARAMETERS = {
    "rate": "1e-5 /h", "time": "100 h", "p": 0.1, "pump-A": 0.2, "double": "2 * rate", "h": "3 h", "unused": 0.5,
}  # fmt: skip


def model_of(event: dict[str, Any], parameters: dict[str, Any] | None = None, **sections: Any) -> Model:
    given = PARAMETERS if parameters is None else parameters
    return Model.from_data(
        {
            "name": "m", "top": "e", "mission_time": "24 h", "basic_events": {"e": event},
            "parameters": {name: {"value": value} for name, value in given.items()}, **sections,
        }
    )  # fmt: skip


def faults(event: str, parameters: str = "") -> list[str]:
    """The errors of a model file, each without the file and the line."""
    known = "{rate: {value: 1e-5 /h}, time: {value: 100 h}, p: {value: 0.1}, pump-A: {value: 0.2}}"
    text = f"{HEAD}basic_events: {{e: {event}}}\nparameters: {parameters or known}\n"
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(text, "m.yaml")
    assert all(fault.line in (6, 7) for fault in caught.value.faults)
    return [fault.message + (f"; {fault.fix}" if fault.fix else "") for fault in caught.value.faults
            if fault.severity == "error"]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"probability": "1 - exp(-rate * t)"}, -math.expm1(-1e-5 * 24)),
        ({"probability": "rate * 24 h"}, 2.4e-4),
        ({"probability": "p ^ 2 + (1 - p) * 0.01"}, 0.019),
        ({"probability": '"pump-A" * p'}, 0.02),
        ({"probability": "pump-A"}, 0.2),
        ({"probability": "1 / 8"}, 0.125),
        ({"probability": "if(t > 10 h, p, p / 10)"}, 0.1),
        ({"rate": "2 * rate"}, -math.expm1(-2e-5 * 24)),
        ({"rate": "double"}, -math.expm1(-2e-5 * 24)),
        ({"rate": "1 / time"}, -math.expm1(-0.24)),
        ({"rate": "p / 100 h + 0 per h"}, -math.expm1(-1e-3 * 24)),
        ({"rate": "500 FIT + 1 /y"}, -math.expm1(-24 * (5e-7 + 1 / 8760))),
        ({"mttf": "2 * time"}, -math.expm1(-0.12)),
        ({"weibull": {"scale": "2 * time", "shape": "1 + p * 10"}}, -math.expm1(-((24 / 200) ** 2))),
        ({"glm": {"on_demand": "p / 2", "rate": "0 * rate"}}, 0.05),
        ({"repairable": {"rate": "rate + 0 per h", "repair_time": '2 * "h"'}}, None),
        ({"periodic_test": {"rate": "double / 2", "interval": "3 * time", "first_test": "3 * time"}},
         -math.expm1(-1e-5 * 24)),
        ({"phases": [{"duration": "time / 10", "rate": "rate * 10"}]}, -math.expm1(-1e-3)),
        ({"lognormal": {"median": "time", "error_factor": "30 * p"}}, None),
        ({"probability": "exponential(rate, 1000 h)"}, -math.expm1(-1e-2)),
    ],
)  # fmt: skip
def test_any_number_may_be_an_expression(event: dict[str, Any], expected: float | None) -> None:
    """By the formulas of docs/model-file.md, with the numbers put in by hand."""
    model = model_of(event)
    if expected is None:  # these two against the same model with plain numbers
        plain: dict[str, Any] = (
            {"repairable": {"rate": "1e-5 /h", "repair_time": "6 h"}} if "repairable" in event
            else {"lognormal": {"median": "100 h", "error_factor": 3}}
        )  # fmt: skip
        expected = model_of(plain).probability_of("e")
    assert model.probability_of("e") == pytest.approx(expected, rel=1e-13)


def test_a_long_chain_of_parameters_is_followed() -> None:
    chain = {"x0": 0.5} | {f"x{k}": f"x{k - 1} + 0.4 * (0.25 - x{k - 1})" for k in range(1, 2_000)}
    model = model_of({"probability": "x1999"}, chain)
    assert model.probability_of("e") == pytest.approx(0.25, rel=1e-12)
    assert len(names_behind(["x1999"], model.parameters)) == 2_000
    assert power_in("x1999", model.parameters) == 0


def test_the_name_of_a_parameter_is_that_whatever_it_looks_like() -> None:
    """As in models from before there were expressions."""
    names = ["a - b", "2 * x", "exp(1)", "1 / 2", "not a", "a<b"]
    for name in names:
        model = model_of({"probability": name}, {name: 0.125})
        assert model.probability_of("e") == 0.125
        assert names_behind([name], model.parameters) == (name,)
    assert model_of({"probability": '"a - b" * 2'}, {"a - b": 0.125}).probability_of("e") == 0.25


def test_a_value_is_told_with_its_unit() -> None:
    model = model_of({"rate": "double"})
    assert model.number("double") == Rate(2e-5, "h")
    assert model.number("rate") == Rate(1e-5, "h")
    assert model.number("3 * time") == Duration(300.0, "h")
    assert model.number("t / 12 h") == 2.0
    assert model.number(0.5) == 0.5


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("{probability: 1 - exp(-rate * t}", "probability: `1 - exp(-rate * t`: a `)` is missing at the end"),
        (
            "{probability: 1 - exp(-rat * t)}",
            "probability: 'rat' in `1 - exp(-rat * t)` is not defined; did you mean 'rate'?",
        ),
        (
            "{probability: pump-A * 2}",
            "probability: 'pump' in `pump-A * 2` is not defined; if 'pump-A' is meant, write "
            "\"pump-A\"",
        ),
        (
            "{probability: rate * 2}",
            "probability: `rate * 2` is a rate, and a probability is wanted; multiply it by a "
            "time, or write it under `rate`",
        ),
        (
            "{probability: 1 - exp(-rate)}",
            "probability: the argument of `exp` is a number, and `-rate` is a rate; multiply it "
            "by a time, such as t",
        ),
        (
            "{rate: 2 * p}",
            "rate: `2 * p` is a number, and a rate is wanted; give a number in it its unit, such "
            "as `1e-6 /h`",
        ),
        (
            "{rate: rate + p}",
            "rate: `rate` is a rate, and `p` is a number; give both alike, such as a number with "
            "its unit, `24 h` or `1e-6 /h`",
        ),
        (
            "{rate: rate * (1 + t / 100 h)}",
            "rate: `rate * (1 + t / 100 h)` depends on the time, and a failure model's numbers do "
            "not; write the probability as a function of t",
        ),
        (
            "{probability: 2 * p + 0.9}",
            "probability: `2 * p + 0.9` is 1.1, which lies outside [0, 1] at the mission time; "
            "check the numbers in it",
        ),
        (
            "{probability: p - 0.5}",
            "probability: `p - 0.5` is -0.4, which lies outside [0, 1] at the mission time; check "
            "the numbers in it",
        ),
        (
            "{probability: p / (p - 0.1)}",
            "probability: `p / (p - 0.1)` has no value, as a division by 0 or the logarithm of a "
            "negative number has none at the mission time; check the numbers in it",
        ),
        ("{rate: rate - 2e-5 /h}", None),
        ("{weibull: {scale: time - 100 h, shape: 2}}", "weibull.scale: `time - 100 h` must be above 0, and is 0"),
        ("{weibull: {scale: 100 h, shape: 2 h * 3}}", "weibull.shape: `2 h * 3` is a time, and a number is wanted"),
        ("{probability: f(p)}", None),
        ("{probability: 3 p * 2}", "probability: `3 p * 2`: 'p' after a number is no unit"),
        ("{probability: __import__(p)}", "probability: `__import__(p)`: '__import__' is no function"),
        (
            "{rate: 2 * rate, uncertainty: {gamma: {shape: 1, scale: 1e-5 /h}}}",
            "`rate` is an expression; give the parameters in it the uncertainty",
        ),
        (
            "{phases: [{duration: 1 h, rate: rate}, {duration: 1 h, rate: rate * time}]}",
            "phases[2].rate: `rate * time` is a number, and a rate is wanted; give a number in it "
            "its unit, such as `1e-6 /h`",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_its_fix(event: str, message: str | None) -> None:
    (fault,) = faults(event)
    if message is None:
        assert "expression" in fault or "lies outside" in fault or "no function" in fault
    else:
        assert fault.startswith(message)


@pytest.mark.parametrize(
    ("parameters", "messages"),
    [
        (
            "{p: {value: q * 2}, q: {value: p / 2}}",
            ["parameters form a cycle: 'p' -> 'q' -> 'p'; break it at one of them"],
        ),
        ("{p: {value: p + 0}}", ["parameters form a cycle: 'p' -> 'p'; break it at one of them"]),
        ("{p: {value: q * 2}}", ["value: 'q' in `q * 2` is not defined; define it, or correct the name"]),
        ("{p: {value: a + 2 *}, q: {value: exp(1 h)}}", [
            "value: `a + 2 *`: the expression ends where a number, a name or `(` is wanted",
            "value: the argument of `exp` is a number, and `1 h` is a time; divide it by a time, such as 1 h",
        ]),
        ("{p: {value: 2 * 0.1, uncertainty: {beta: {alpha: 1, beta: 2}}}}", [
            "`value` is an expression, and an `uncertainty` is of a number; give it to the parameters in that"]),
        (
            "{p: {value: 3 * 0.5}}",
            ["probability: parameter 'p' is 1.5, which lies outside [0, 1] at the mission time; "
             "check the numbers in it"],
        ),
        ("{p: {value: 3 * 5 h}}", ["probability: parameter 'p' is a time; give its value as a number"]),
        (
            "{p: {value: t / 24 h}, t: {value: 0.5}}",
            ["value: 't' in `t / 24 h` is the time, and a parameter is called that, too; write \"t\" "
             "in double quotes for the parameter, or `time()` for the time"],
        ),
        (
            "{p: {value: 2 * (1 / h)}, h: {value: 2 h}}",
            ["value: 'h' in `2 * (1 / h)` is a unit, and a parameter is called that, too; write "
             "\"h\" in double quotes for the parameter, or `per h` for the unit"],
        ),
    ],
)  # fmt: skip
def test_faults_of_parameters_come_together(parameters: str, messages: list[str]) -> None:
    assert faults("{probability: p}", parameters) == messages


def test_a_number_over_a_word_is_a_rate_where_the_word_is_a_unit() -> None:
    assert model_of({"rate": "1 / time"}, {"time": "100 h"}).number("1 / time") == Rate(0.01, "h")
    assert model_of({"rate": "1 / h"}, {}).probability_of("e") == pytest.approx(-math.expm1(-24.0))
    (fault,) = faults("{rate: 1 /parsec}")
    assert fault.startswith("rate: the unit '/parsec' is not known; use one of /ms, /s")


def test_an_expression_of_the_time_needs_a_mission_time() -> None:
    with pytest.raises(InvalidModelError, match=r"`p \* t / 1 h` depends on the time, and the model has no mission"):
        Model.from_data({"name": "m", "top": "e", "basic_events": {"e": {"probability": "p * t / 1 h"}},
                         "parameters": {"p": {"value": 1e-3}}})  # fmt: skip


def test_a_parameter_in_an_expression_alone_may_be_any_number() -> None:
    model = model_of({"probability": "exp(mu) * n"}, {"mu": -7.5, "n": 12})
    assert model.probability_of("e") == pytest.approx(12 * math.exp(-7.5))
    with pytest.raises(InvalidModelError, match=r"-7\.5 lies outside"):
        model_of({"probability": "mu"}, {"mu": -7.5})
    assert not model.faults()


def test_what_no_expression_uses_is_told() -> None:
    model = model_of({"probability": "p * a"}, {"p": 0.5, "a": "2 * b", "b": 0.1, "c": "2 * d", "d": 0.2})
    assert [str(fault) for fault in model.faults()] == [
        "warning: parameter 'c': no event uses it; name it in an event, or remove it"
    ]


WRITTEN = {
    "name": "m", "top": "G", "mission_time": "24 h", "gates": {"G": {"or": ["e", "f", "g"]}},
    "basic_events": {
        "e": {"probability": "1-exp( -rate*t )"},
        "f": {"weibull": {"scale": "2 * time", "shape": "n + 1"}},
        "g": {"probability": 'switch(t > 1 h, "pump-A", t > 2 h, 0.5, derived)'},
    },
    "parameters": {
        "rate": {"uncertainty": {"lognormal": {"mean": "1e-5 /h", "error_factor": 3}}}, "time": {"value": "100 h"},
        "n": {"value": 2.0}, "pump-A": {"value": 0.2}, "derived": {"value": 'if(n == 2, "pump-A" / 2, 0)'},
    },
}  # fmt: skip


def test_expressions_are_kept_as_they_are_written() -> None:
    model = Model.from_data(WRITTEN)
    assert model.basic_events["e"].probability == "1-exp( -rate*t )"
    assert read_yaml(write_yaml(model), "m.yaml") == model
    assert Model.from_data(json.loads(json.dumps(model.to_data()))) == model
    changed = Model.from_data(WRITTEN | {"parameters": WRITTEN["parameters"] | {"n": {"value": "2 * 1"}}})  # type: ignore[operator]
    assert changed.digest != model.digest


def test_a_text_over_several_lines_is_one_expression() -> None:
    text = HEAD + "basic_events:\n  e:\n    probability: >-\n      1 -\n      exp(-1e-5 /h * t)\n"
    assert read_yaml(text, "m.yaml").basic_events["e"].probability == "1 - exp(-1e-5 /h * t)"


def test_every_file_format_says_what_it_keeps(tmp_path: Any) -> None:
    model = Model.from_data(WRITTEN)
    for suffix in (".yaml", ".json"):
        place = tmp_path / f"m{suffix}"
        write(model, place)
        assert read(place) == model


def test_a_parameter_that_depends_on_the_time_is_no_number_of_a_law() -> None:
    (fault,) = faults("{rate: p}", "{p: {value: q / 24 h}, q: {value: t / 1 h}}")
    assert fault.startswith("rate: parameter 'p' depends on the time, and a failure model's numbers do not")
    assert model_of({"probability": "q"}, {"q": "t / 48 h"}).probability_of("e") == 0.5


UNUSED: list[dict[str, Any]] = [{"value": 7}, {"value": -2}, {"uncertainty": {"uniform": {"low": -1, "high": 4}}}]


@pytest.mark.parametrize("parameter", UNUSED)
def test_what_no_event_uses_is_no_probability_either(parameter: dict[str, Any]) -> None:
    data = {
        "name": "x",
        "top": "a",
        "gates": {},
        "basic_events": {"a": {"probability": 0.1}},
        "parameters": {"p": parameter},
    }
    _, warnings = checked_data(data)
    assert [fault.message for fault in warnings] == ["no event uses it"]
