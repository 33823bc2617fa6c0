"""Open-PSA files: every construct of the fault tree part, every fault with its line, what comes back from writing."""

# ruff: noqa: E501  (XML reads better whole)

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.model_strategies import HOSTILE_NAMES, HOSTILE_TEXTS, models
from strategies import trees

from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, losses, read, read_text, read_with_warnings, write
from faulttree.formats.open_psa import elements
from faulttree.model import Duration, Model, Rate
from faulttree.model.distributions import GeneralizedLife, PeriodicTest, Weibull


def opened(text: str | bytes) -> tuple[Model, list[str]]:
    model, warnings = read_text(text, "open-psa", "m.xml")
    return model, [str(warning) for warning in warnings]


def sound(text: str) -> Model:
    model, warnings = opened(text)
    assert warnings == []
    return model


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidModelError) as caught:
        opened(text)
    return str(caught.value).splitlines()


def tree(body: str, data: str = "") -> str:
    """A file of three lines of head, the body from line 4 on."""
    model_data = f"<model-data>\n{data}\n</model-data>\n" if data else ""
    return f'<?xml version="1.0"?>\n<opsa-mef>\n<define-fault-tree name="T">\n{body}\n</define-fault-tree>\n{model_data}</opsa-mef>\n'


def events(*names: str) -> str:
    return "".join(f'<define-basic-event name="{name}"><float value="0.1"/></define-basic-event>' for name in names)


def refs(*names: str) -> str:
    return "".join(f'<basic-event name="{name}"/>' for name in names)


FORMULAS = {
    f"<and>{refs('a', 'b')}</and>": {"and": ["a", "b"]},
    f"<or>{refs('a', 'b', 'c')}</or>": {"or": ["a", "b", "c"]},
    f"<xor>{refs('a', 'b', 'c')}</xor>": {"xor": ["a", "b", "c"]},
    f"<nand>{refs('a', 'b')}</nand>": {"nand": ["a", "b"]},
    f"<nor>{refs('a', 'b')}</nor>": {"nor": ["a", "b"]},
    f"<not>{refs('a')}</not>": {"not": "a"},
    f"<imply>{refs('a', 'b')}</imply>": {"imply": ["a", "b"]},
    f"<iff>{refs('a', 'b')}</iff>": {"iff": ["a", "b"]},
    f"<iff>{refs('a', 'b', 'c')}</iff>": {"xor": ["a", "b", "c"]},
    f"<iff>{refs('a', 'b', 'c', 'd')}</iff>": {"not": {"xor": ["a", "b", "c", "d"]}},
    f'<atleast min="2">{refs("a", "b", "c")}</atleast>': {"atleast": {"k": 2, "of": ["a", "b", "c"]}},
    f'<cardinality min="0" max="1">{refs("a", "b")}</cardinality>': {
        "cardinality": {"min": 0, "max": 1, "of": ["a", "b"]}
    },
    refs("a"): {"or": ["a"]},
    f"<or><and>{refs('a')}<not><or>{refs('b', 'c')}</or></not></and>{refs('d')}</or>": {
        "or": [{"and": ["a", {"not": {"or": ["b", "c"]}}]}, "d"]
    },
    '<or><event name="a"/><event name=" b " type="basic-event"/></or>': {"or": ["a", "b"]},
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_connective_is_read_and_written(formula):
    model, _ = opened(tree(f'<define-gate name="G">{formula}</define-gate>', events("a", "b", "c", "d")))
    assert model.to_data()["gates"] == {"G": FORMULAS[formula]}
    assert model.top == ("G",)
    assert model.name == "T"
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_constants_are_house_events():
    model = sound(
        tree(
            '<define-gate name="G"><or><constant value="true"/><constant value="false"/><constant value="true"/>'
            '<house-event name="h"/><house-event name="constant-true"/></or></define-gate>'
            '<define-house-event name="h"/><define-house-event name="constant-true"><constant value="false"/></define-house-event>'
        ).replace('<constant value="false"/><constant value="true"/>', '<constant value="false"/>')
    )
    assert model.to_data()["gates"]["G"] == {"or": ["constant-true_", "constant-false", "h", "constant-true"]}
    states = {name: house.state for name, house in model.house_events.items()}
    assert states == {"h": False, "constant-true": False, "constant-true_": True, "constant-false": False}


def test_what_is_not_declared():
    """Basic events need no declaration; an undeclared house event is false; a gate must be there."""
    model, warnings = opened(
        tree(
            '<define-gate name="G">\n<or><basic-event name="a"/><event name="b"/>\n<house-event name="h"/></or></define-gate>'
        )
    )
    assert warnings == [
        "m.xml:5: warning: gate 'G': 'a' is not defined; it is taken for a basic event without a probability "
        "(and 1 more like this)",
        "m.xml:6: warning: gate 'G': 'h' is not defined; it is taken for a house event that is false",
    ]
    assert set(model.basic_events) == {"a", "b"}
    assert model.basic_events["a"].probability is None
    assert model.house_events["h"].state is False
    assert faults(tree('<define-gate name="GATE1">\n<or><gate name="GATE2"/></or></define-gate>')) == [
        "m.xml:5: gate 'GATE1': 'GATE2' is not defined; did you mean 'GATE1'?"
    ]


COMPONENTS = tree(
    """
<label>The tree</label>
<attributes><attribute name="system" value="pumps"/><attribute name="train" value="0"/></attributes>
<define-gate name="TOP"><or><gate name="A.G"/><gate name="T.B.G"/><gate name="PUBLIC"/></or></define-gate>
<define-component name="A" role="private">
  <attributes><attribute name="train" value="1"/></attributes>
  <define-gate name="G"><or><basic-event name="E"/><basic-event name="T.B.E"/><basic-event name="INNER.E"/></or></define-gate>
  <define-basic-event name="E"><float value="0.1"/></define-basic-event>
  <define-component name="INNER">
    <define-basic-event name="E"><float value="0.2"/></define-basic-event>
    <define-gate name="PUBLIC" role="public"><and><basic-event name="E"/><basic-event name="ONLY"/></and></define-gate>
    <define-basic-event name="ONLY"><attributes><attribute name="train" value="2"/></attributes><float value="0.3"/></define-basic-event>
  </define-component>
</define-component>
<define-component name="B">
  <label>lost</label>
  <define-gate name="G" role="private"><not><basic-event name="E"/></not></define-gate>
  <define-basic-event name="E" role="private"><parameter name="p"/></define-basic-event>
  <define-parameter name="p" role="private"><float value="0.4"/></define-parameter>
</define-component>
"""
)


def test_private_names_and_paths():
    model, warnings = opened(COMPONENTS)
    assert warnings == [
        "m.xml:8: warning: the grouping into components is not kept; private elements that share a name go by their path "
        "(and 2 more like this)",
        "m.xml:19: warning: the labels of components are not kept",
    ]
    assert model.description == "The tree"
    data = model.to_data()
    assert {name: {key: gate[key] for key in gate if key != "attributes"} for name, gate in data["gates"].items()} == {
        "TOP": {"or": ["T.A.G", "T.B.G", "PUBLIC"]},
        "T.A.G": {"or": ["T.A.E", "T.B.E", "T.A.INNER.E"]},
        "PUBLIC": {"and": ["T.A.INNER.E", "ONLY"]},
        "T.B.G": {"not": "T.B.E"},
    }
    assert {name: model.probability_of(name) for name in model.basic_events} == {
        "T.A.E": 0.1, "T.A.INNER.E": 0.2, "ONLY": 0.3, "T.B.E": 0.4,
    }  # fmt: skip
    # Attributes are handed down, and can be changed on the way.
    trains = {name: model.basic_events[name].attributes["train"] for name in model.basic_events}
    assert trains == {"T.A.E": "1", "T.A.INNER.E": "1", "ONLY": "2", "T.B.E": "0"}
    assert model.gates["TOP"].attributes == {"system": "pumps", "train": "0"}
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_private_names_are_hidden_outside():
    text = tree(
        '<define-gate name="TOP"><or>\n<gate name="G"/></or></define-gate>\n<define-component name="A" role="private">'
        '<define-gate name="G"><basic-event name="E"/></define-gate></define-component>' + events("E")
    )
    assert faults(text) == [
        "m.xml:5: gate 'TOP': 'G' is not defined; it is private; refer to it as 'T.A.G'",
        "m.xml:6: warning: the grouping into components is not kept; private elements that share a name go by their path",
    ]


def expression_of(expression: str, more: str = "", mission_time: str = "100 h") -> tuple[Model, list[str]]:
    """A model of one basic event with an expression; parameters p = 0.25, w = 1e-3, t = 20, and more."""
    stated = f'<attributes><attribute name="faulttree-mission-time" value="{mission_time}"/></attributes>'
    parameters = "".join(
        f'<define-parameter name="{name}"><float value="{value}"/></define-parameter>'
        for name, value in (("p", 0.25), ("w", 1e-3), ("t", 20.0))
        if f'"{name}"' in expression + more
    )
    text = tree(
        '<define-gate name="G"><basic-event name="e"/></define-gate>'
        f'<define-basic-event name="e">{expression}</define-basic-event>{more}{parameters}'
    )
    return opened(text.replace("<opsa-mef>", f"<opsa-mef>{stated}") if mission_time else text)


def f(number: float | str) -> str:
    return f'<float value="{number}"/>'


T = "<system-mission-time/>"
P, W, TAU = '<parameter name="p"/>', '<parameter name="w"/>', '<parameter name="t"/>'

LAWS: dict[str, dict[str, Any]] = {
    f("1.5e-3"): {"probability": 1.5e-3},
    '<int value="1"/>': {"probability": 1.0},
    '<bool value="true"/>': {"probability": 1.0},
    P: {"probability": "p"},
    f"<exponential>{f(1e-4)}{T}</exponential>": {"rate": "0.0001 /h"},
    f"<exponential>{W}{f(100)}</exponential>": {"rate": "w"},
    f"<GLM>{P}{W}{f(0.1)}{T}</GLM>": {"glm": {"on_demand": "p", "rate": "w", "repair_rate": "0.1 /h"}},
    f"<GLM>{f(0.1)}{f(1e-3)}{f(0)}{T}</GLM>": {"glm": {"on_demand": 0.1, "rate": "0.001 /h"}},
    f"<Weibull>{TAU}{f(2)}{f(0)}{T}</Weibull>": {"weibull": {"scale": "t", "shape": 2.0}},
    f"<Weibull>{f(500)}{P}{f(3)}{T}</Weibull>": {"weibull": {"scale": "500 h", "shape": "p", "shift": "3 h"}},
    f"<periodic-test>{W}{f(24)}{TAU}{T}</periodic-test>": {
        "periodic_test": {"rate": "w", "interval": "24 h", "first_test": "t"}
    },
    f"<periodic-test>{W}{f(0.5)}{f(24)}{TAU}{T}</periodic-test>": {
        "periodic_test": {"rate": "w", "repair_rate": "0.5 /h", "interval": "24 h", "first_test": "t"}
    },
    (
        f"<periodic-test>{W}{f(2e-3)}{f(0.5)}{f(24)}{TAU}{f(0.01)}{f(2)}<bool value='false'/>{P}{f(0.02)}{T}</periodic-test>"
    ): {
        "periodic_test": {
            "rate": "w", "rate_in_test": "0.002 /h", "repair_rate": "0.5 /h", "interval": "24 h", "first_test": "t",
            "failure_at_test": 0.01, "test_duration": "2 h", "available_in_test": False, "coverage": "p",
            "bad_restart": 0.02,
        }
    },
    f"<periodic-test>{W}{W}{f('INF')}{f(24)}{TAU}{f(0)}{f(0)}{f(1)}{f(0.9)}{f(0)}{T}</periodic-test>": {
        "periodic_test": {"rate": "w", "interval": "24 h", "first_test": "t", "coverage": 0.9}
    },
}  # fmt: skip


@pytest.mark.parametrize("expression", LAWS)
def test_built_ins_over_the_mission_time_are_kept(expression):
    model, warnings = expression_of(expression)
    assert warnings == []
    assert model.basic_events["e"].model_dump(mode="json", exclude_defaults=True) == LAWS[expression]
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def lognormal_mean(mu: float, sigma: float) -> float:
    """By the trapezoidal rule over the density of the logarithm, 12 deviations to each side."""
    step = sigma / 100
    return sum(
        math.exp(mu + i * step) * math.exp(-((i * step / sigma) ** 2) / 2) / (sigma * math.sqrt(2 * math.pi)) * step
        for i in range(-1200, 1201)
    )


WORKED_OUT = {
    f"<mul>{P}{f(0.5)}{f(0.5)}</mul>": 0.0625,
    f"<add>{P}{f(0.5)}</add>": 0.75,
    f"<sub>{f(1)}{P}{f(0.5)}</sub>": 0.25,
    f"<div>{f(1)}{f(2)}{f(4)}</div>": 0.125,
    f"<sub>{f(1)}<exp><mul><neg>{W}</neg>{T}</mul></exp></sub>": 1 - math.exp(-0.1),
    "<div><pi/><int value='4'/></div>": math.pi / 4,
    f"<abs>{f(-0.5)}</abs>": 0.5,
    f"<acos>{f(0.9)}</acos>": math.acos(0.9),
    f"<asin>{f(0.5)}</asin>": math.asin(0.5),
    f"<atan>{f(0.9)}</atan>": math.atan(0.9),
    f"<cos>{f(0.9)}</cos>": math.cos(0.9),
    f"<sin>{f(0.9)}</sin>": math.sin(0.9),
    f"<tan>{f(0.5)}</tan>": math.tan(0.5),
    f"<sinh>{f(0.5)}</sinh>": math.sinh(0.5),
    f"<tanh>{f(0.5)}</tanh>": math.tanh(0.5),
    f"<sub><cosh>{f(0.5)}</cosh>{f(1)}</sub>": math.cosh(0.5) - 1,
    f"<log>{f(2)}</log>": math.log(2),
    f"<log10>{f(2)}</log10>": math.log10(2),
    f"<sqrt>{P}</sqrt>": 0.5,
    f"<ceil>{P}</ceil>": 1.0,
    f"<floor>{P}</floor>": 0.0,
    f"<mod>{f(6.25)}{f(2)}</mod>": 0.25,
    f"<pow>{P}{f(3)}</pow>": 0.25**3,
    f"<min>{P}{f(0.5)}{f(0.125)}</min>": 0.125,
    f"<max>{P}{f(0.5)}{f(0.125)}</max>": 0.5,
    f"<mean>{P}{f(0.5)}{f(0.75)}</mean>": 0.5,
    f"<ite><gt>{P}{f(0.1)}</gt>{f(0.3)}{f(0.4)}</ite>": 0.3,
    f"<ite><not><leq>{f(0.1)}{P}</leq></not>{f(0.3)}{f(0.4)}</ite>": 0.4,
    f"<ite><and><lt>{P}{f(1)}</lt><geq>{P}{f(1)}</geq></and>{f(0.3)}{f(0.4)}</ite>": 0.4,
    f"<ite><or><df>{P}{f(1)}</df><eq>{P}{f(1)}</eq></or>{f(0.3)}{f(0.4)}</ite>": 0.3,
    f"<switch><case><eq>{P}{f(1)}</eq>{f(0.1)}</case><case><eq>{P}{P}</eq>{f(0.2)}</case>{f(0.3)}</switch>": 0.2,
    f"<switch><case><eq>{P}{f(1)}</eq>{f(0.1)}</case>{f(0.3)}</switch>": 0.3,
    f"<switch>{f(0.3)}</switch>": 0.3,
    f"<uniform-deviate>{f(0.1)}{f(0.3)}</uniform-deviate>": 0.2,
    f"<normal-deviate>{f(0.1)}{f(0.3)}</normal-deviate>": 0.1,
    f"<lognormal-deviate>{f(0.01)}{f(3)}{f(0.95)}</lognormal-deviate>": 0.01,
    f"<lognormal-deviate>{f(-3)}{f(0.8)}</lognormal-deviate>": lognormal_mean(-3, 0.8),
    f"<gamma-deviate>{f(2)}{f(0.1)}</gamma-deviate>": 0.2,
    f"<beta-deviate>{f(1)}{f(3)}</beta-deviate>": 0.25,
    # The example of the format's description, in tenths of thousandths.
    f"<histogram>{f(100)}"
    + "".join(f"<bin>{f(x)}{f(y)}</bin>" for x, y in ((170, 0.7e-4), (200, 1.1e-4), (210, 1.3e-4), (230, 1e-4), (280, 5e-5)))
    + "</histogram>": (70 * 0.7e-4 + 30 * 1.1e-4 + 10 * 1.3e-4 + 20 * 1e-4 + 50 * 5e-5) / 180,
    f"<mul>{f(0.5)}<exponential>{W}{T}</exponential></mul>": 0.5 * -math.expm1(-0.1),
    f"<exponential>{W}{TAU}</exponential>": -math.expm1(-0.02),
    f"<GLM>{P}{W}{f(0.1)}{TAU}</GLM>": GeneralizedLife(0.25, Rate(1e-3, "h"), Rate(0.1, "h")).unavailability(72_000),
    f"<Weibull>{f(50)}{f(2)}{f(1)}{TAU}</Weibull>": 1 - math.exp(-((19 / 50) ** 2)),
    f"<periodic-test>{W}{f(6)}{f(5)}{TAU}</periodic-test>": -math.expm1(-3e-3),
}  # fmt: skip


@pytest.mark.parametrize("expression", WORKED_OUT)
def test_other_expressions_are_worked_out_with_a_warning(expression):
    expected = WORKED_OUT[expression]
    model, warnings = expression_of(expression)
    (warning,) = [
        line for line in warnings if "no event uses it" not in line and "is not kept" not in line[-14:]
    ] or warnings[:1]
    assert warning.startswith("m.xml:4: warning: basic event 'e': <")
    # Bounded by the operations, not by the format.
    assert model.basic_events["e"].probability == pytest.approx(expected, rel=1e-12, abs=0)


EXPRESSION_FAULTS = {
    f(1.5): "basic event 'e': probability 1.5 lies outside [0, 1]",
    f("x"): "basic event 'e': 'x' is not a number; write it like \"1.2e-3\"",
    f("1_0"): "basic event 'e': '1_0' is not a number; write it like \"1.2e-3\"",
    "<float/>": "basic event 'e': <float> is not understood; write <float value=\"...\"/>",
    '<int value="1.5"/>': "basic event 'e': '1.5' is not a whole number; write it like \"1.2e-3\"",
    '<bool value="1"/>': "basic event 'e': '1' is neither true nor false",
    '<parameter name="q"/>': "basic event 'e': parameter 'q' is not defined; define it",
    "<mult><pi/></mult>": "basic event 'e': <mult> is no expression; did you mean 'mul'?",
    "<extern-function name='x'/>": "basic event 'e': <extern-function> is not supported; give the number it stands for",
    f"<exp>{f(1)}{f(1)}</exp>": "basic event 'e': <exp> takes 1 arguments, not 2",
    "<add/>": "basic event 'e': <add> takes at least 1 arguments, not 0",
    f"<lognormal-deviate>{f(1)}</lognormal-deviate>": "basic event 'e': <lognormal-deviate> takes 2 to 3 arguments, not 1",
    f"<div>{f(1)}{f(0)}</div>": "basic event 'e': <div> has no value: float division by zero",
    f"<log>{f(0)}</log>": "basic event 'e': <log> has no value: ",
    f"<exp>{f(1e6)}</exp>": "basic event 'e': <exp> has no value: math range error",
    f"<exponential>{f(1)}</exponential>": "basic event 'e': <exponential> takes 2 arguments, not 1",
    "<exponential/>": "basic event 'e': <exponential> takes 2 arguments, not 0",
    f"<GLM>{f(1)}{f(1)}{T}</GLM>": "basic event 'e': <GLM> takes 4 arguments, not 3",
    f"<GLM>{f(2)}{f(1)}{f(1)}{T}</GLM>": "basic event 'e': <GLM>: probability 2 lies outside [0, 1]",
    f"<exponential>{f(-1)}{T}</exponential>": "basic event 'e': -1.0 /h must be finite and not negative",
    f"<Weibull>{f(0)}{f(1)}{f(1)}{T}</Weibull>": "basic event 'e': <Weibull>: scale and shape must be above 0",
    f"<Weibull>{f(1)}{f(-1)}{f(1)}{T}</Weibull>": "basic event 'e': <Weibull>: the shape must be above 0",
    f"<periodic-test>{f(1)}{f(0)}{f(1)}{T}</periodic-test>": "basic event 'e': <periodic-test>: the interval must be above 0",
    f"<periodic-test>{f(1)}{f(1)}{T}</periodic-test>": "basic event 'e': <periodic-test> takes 4, 5 or 11 arguments, not 3",
    f"<periodic-test>{f(1) * 6}{f(2)}{f(1) * 3}{T}</periodic-test>": (
        "basic event 'e': <periodic-test>: a test is longer than the interval"
    ),
    f"<ite>{f(1)}{f(1)}</ite>": "basic event 'e': <ite> takes 3 arguments, not 2",
    "<switch/>": "basic event 'e': a <switch> is cases and a last value; <case> holds a test and a value",
    f"<histogram>{f(1)}</histogram>": (
        "basic event 'e': a <histogram> is a lower bound and bins; <bin> holds a bound and a value"
    ),
    f"<histogram>{f(1)}<bin>{f(1)}{f(1)}</bin></histogram>": "basic event 'e': the bounds of a <histogram> must rise",
    f"<add x='1'>{f(1)}</add>": "basic event 'e': <add> has the unknown attribute 'x'; remove it",
    f"<add>{f(1)}x</add>": "basic event 'e': <add> holds the text 'x'; remove it",
    '<mul><parameter name="p" unit="miles"/></mul>': (
        "basic event 'e': the unit 'miles' is not known; "
        "known are bool, demands, fit, float, hours, hours-1, int, years, years-1"
    ),
    '<mul><parameter name="p" x="1"/></mul>': "basic event 'e': <parameter> has the unknown attribute 'x'; remove it",
    f"{f(1)}{f(1)}": "basic event 'e': <float> is one element too many; keep one, after label and attributes",
}  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSION_FAULTS)
def test_faults_in_expressions(expression):
    with pytest.raises(InvalidModelError) as caught:
        expression_of(expression)
    errors = [line for line in str(caught.value).splitlines() if "warning" not in line]
    assert len(errors) == 1
    assert errors[0].startswith(f"m.xml:4: {EXPRESSION_FAULTS[expression]}")


def parameter(name: str, expression: str, unit: str = "") -> str:
    stated = f' unit="{unit}"' if unit else ""
    return f'<define-parameter name="{name}"{stated}>{expression}</define-parameter>'


def test_parameters_take_their_dimension_from_unit_or_use():
    weibull = "<Weibull><parameter name='scale'/><parameter name='shape'/><parameter name='shift'/><parameter name='now'/></Weibull>"
    model, warnings = expression_of(
        weibull,
        parameter("scale", f(2), "years") + parameter("shape", f(2.5)) + parameter("shift", f(5)) + parameter("now", T)
        + parameter("fit", f(300), "fit") + parameter("yearly", f(0.1), "years-1") + parameter("hourly", f(0.1), "hours-1"),
    )  # fmt: skip
    assert {name: str(each.value) for name, each in model.parameters.items()} == {
        "scale": "2 y", "shape": "2.5", "shift": "5 h", "fit": "3e-7 /h", "yearly": "0.1 /y", "hourly": "0.1 /h",
    }  # fmt: skip
    assert model.failure_model("e") == Weibull(Duration(2, "y"), 2.5, Duration(5, "h"))
    assert [line for line in warnings if "no event uses it" not in line] == [
        "m.xml:4: warning: parameter 'now': no basic event uses it as it stands, and it is not kept"
    ]


def test_units_are_hours_inside_expressions():
    more = parameter("w", f(8.76), "years-1") + parameter("t", f(2), "years")
    model, _ = expression_of(
        '<mul><parameter name="w"/><parameter name="t"/><float value="0.01"/></mul>'.replace('"w"', "'w'").replace(
            '"t"', "'t'"
        ),
        more.replace('"w"', "'w'").replace('"t"', "'t'"),
    )
    assert model.probability_of("e") == pytest.approx(8.76 * 2 * 0.01, rel=1e-14)
    at_reference = '<mul><parameter name="x" unit="years"/><float value="1e-5"/></mul>'
    model, _ = expression_of(at_reference, parameter("x", f(2)))
    assert model.probability_of("e") == pytest.approx(2 * 8760 * 1e-5, rel=1e-14)


def test_a_parameter_of_two_uses_keeps_the_first():
    model, warnings = expression_of(f"<GLM>{P}{P}{f(0)}{T}</GLM>")
    assert model.failure_model("e") == GeneralizedLife(0.25, Rate(0.25, "h"))
    assert warnings == [
        "m.xml:4: warning: basic event 'e': parameter 'p' has several units or uses; its value 0.25 is written in"
    ]


def test_parameters_of_parameters():
    more = parameter("a", '<mul><parameter name="b"/><parameter name="b"/></mul>') + parameter("b", f(0.5))
    model, warnings = expression_of('<parameter name="a"/>', more)
    assert model.to_data()["basic_events"] == {"e": {"probability": "a"}}
    assert model.parameters["a"].value == 0.25
    assert "parameter 'a': <mul> is worked out to 0.25; the expression is not kept" in warnings[0]
    chain = "".join(parameter(f"p{i}", f'<parameter name="p{i + 1}"/>') for i in range(5_000)) + parameter(
        "p5000", f(0.5)
    )
    assert expression_of('<parameter name="p0"/>', chain)[0].probability_of("e") == 0.5


def test_parameters_that_go_in_circles():
    more = "\n".join(parameter(a, f'<neg><parameter name="{b}"/></neg>') for a, b in ("ab", "bc", "ca"))
    with pytest.raises(InvalidModelError) as caught:
        expression_of('<parameter name="a"/>', more)
    errors = [line for line in str(caught.value).splitlines() if "warning" not in line]
    assert errors == [
        "m.xml:4: basic event 'e': parameters form a cycle: 'a' -> 'b' -> 'c' -> 'a'; break it at one of them",
    ]


def test_a_parameter_that_is_a_built_in_keeps_the_time():
    more = parameter("law", '<parameter name="inner"/>') + parameter("inner", f"<exponential>{W}{T}</exponential>")
    model, warnings = expression_of('<parameter name="law"/>', more)
    assert model.to_data()["basic_events"] == {"e": {"rate": "w"}}
    assert list(model.parameters) == ["w"]
    assert warnings == [
        "m.xml:4: warning: parameter 'law': no basic event uses it as it stands, and it is not kept (and 1 more like this)"
    ]


def test_the_mission_time():
    law = f"<exponential>{f(1e-3)}{T}</exponential>"
    model, warnings = expression_of(law, mission_time="")
    assert model.mission_time == Duration(8760, "h")
    assert warnings == [
        "m.xml:4: warning: no mission time is stated; 8760 h is taken; "
        'state it as <attribute name="faulttree-mission-time" value="24 h"/> of <opsa-mef>'
    ]
    model, warnings = expression_of(f"<exponential>{f(1e-3)}{f(50)}</exponential>", mission_time="")
    assert model.mission_time == Duration(50, "h")
    assert warnings == ["m.xml:4: warning: all built-ins have the time 50; it is the mission time, in hours"]
    assert expression_of(f(0.5), mission_time="")[0].mission_time is None
    other = '<define-basic-event name="x"><exponential><float value="1"/><float value="7"/></exponential></define-basic-event>'
    model, warnings = expression_of(f"<exponential>{f(1e-3)}{f(50)}</exponential>", other, mission_time="")
    assert model.probability_of("e") == pytest.approx(-math.expm1(-0.05), rel=1e-14)
    assert "no mission time is stated; 8760 h is taken" in warnings[0]
    with pytest.raises(InvalidModelError, match=r"m.xml:1: faulttree-mission-time: 5 has no unit; write it like '5 h'"):
        expression_of(f(0.5), mission_time="5")


def test_marks():
    text = """<opsa-mef name="Plant"><label> A plant
of two lines </label><attributes><attribute name="site" value="X"/></attributes>
<define-fault-tree name="T"><define-gate name="G"><label>Gate</label>
<attributes><attribute name="room" value="3" type="integer"/><attribute name="faulttree-else" value="y"/></attributes>
<basic-event name="e"/></define-gate></define-fault-tree>
<model-data><define-basic-event name="e"><label></label><float value="0.5"/></define-basic-event></model-data></opsa-mef>"""
    model = sound(text)
    assert (model.name, model.description, model.attributes) == ("Plant", "A plant\nof two lines", {"site": "X"})
    assert model.gates["G"].label == "Gate"
    assert model.gates["G"].attributes == {"room": {"value": "3", "type": "integer"}, "faulttree-else": "y"}
    assert model.basic_events["e"].label is None
    assert sound(dumps(model, "open-psa")) == model


def test_foreign_values_in_our_attributes():
    """What only looks like an attribute that was written here stays what it says."""
    marks = (
        '<attributes><attribute name="a" value="{" type="faulttree-json"/>'
        '<attribute name="b" value="NaN" type="faulttree-json"/>'
        '<attribute name="faulttree-inhibit" value="0 x 7"/></attributes>'
    )
    model = sound(tree(f'<define-gate name="G">{marks}<or>{refs("a", "b")}</or></define-gate>', events("a", "b")))
    assert model.gates["G"].or_ == ("a", "b")
    assert model.gates["G"].attributes["b"] == {"value": "NaN", "type": "faulttree-json"}
    assert sound(dumps(model, "open-psa")) == model


def test_two_elements_of_one_path():
    text = tree(
        '<define-gate name="G"><or><basic-event name="T.C.a"/><basic-event name="a"/></or></define-gate>'
        '<define-component name="C" role="private"><define-basic-event name="a"/></define-component>'
        '\n<define-basic-event name="T.C.a"/>',
        events("a"),
    )
    errors = [line for line in faults(text) if "warning" not in line]
    assert errors == ["m.xml:5: basic event 'T.C.a': a path has the name of another element; rename one"]


def test_names_of_models():
    def named(*trees: str, model: str = "") -> str:
        body = "".join(
            f'<define-fault-tree name="{t}"><define-gate name="G{t}"><basic-event name="e"/></define-gate></define-fault-tree>'
            for t in trees
        )
        return f"<opsa-mef{model}>{body}<model-data>{events('e')}</model-data></opsa-mef>"

    assert sound(named("A")).name == "A"
    assert sound(named("A", "B")).name == "A, B"
    assert sound(named("A", "B")).top == ("GA", "GB")
    assert sound(named("A", model=' name="M"')).name == "M"
    anonymous = f"<opsa-mef><model-data>{events('e')}</model-data></opsa-mef>"
    assert faults(anonymous)[0].startswith("m.xml:1: top: the file defines no gate; give one")


STRUCTURE_FAULTS: dict[str, list[str]] = {
    tree('<define-gate name="G"/>'): ["m.xml:4: gate 'G': has no formula; give one"],
    tree(f"<define-gate>{refs('e')}</define-gate>", events("e")): [
        'm.xml:1: top: the file defines no gate; give one, as <define-gate> inside <define-fault-tree>',
        'm.xml:4: <define-gate> has no name; write name="..."',
    ],
    tree(f'<define-gate name="G"><or>\n{refs("e")}</or>{refs("e")}</define-gate>', events("e")): [
        "m.xml:5: gate 'G': <basic-event> is one element too many; keep one, after label and attributes"
    ],
    tree('<define-gate name="G"><or/></define-gate>'): ["m.xml:4: gate 'G': <or> has no inputs; give at least one"],
    tree(f'<define-gate name="G"><not>{refs("a", "b")}</not></define-gate>', events("a", "b")): [
        "m.xml:4: gate 'G': <not> takes exactly 1 inputs, not 2"
    ],
    tree(f'<define-gate name="G"><imply>{refs("a")}</imply></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <imply> takes exactly 2 inputs, not 1"
    ],
    tree(f'<define-gate name="G"><atleast>{refs("a")}</atleast></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <atleast>: min is missing; write min=\"2\""
    ],
    tree(f'<define-gate name="G"><atleast min="2">{refs("a")}</atleast></define-gate>', events("a")): [
        "m.xml:4: gate 'G': atleast: k = 2 lies outside 1 to 1, the number of inputs"
    ],
    tree(f'<define-gate name="G"><cardinality min="x" max="1">{refs("a")}</cardinality></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <cardinality>: min is 'x'; write min=\"2\""
    ],
    tree(f'<define-gate name="G"><or x="1">{refs("a")}text</or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <or> holds the text 'text'; remove it",
        "m.xml:4: gate 'G': <or> has the unknown attribute 'x'; remove it",
    ],
    tree('<define-gate name="G"><or><basic-event/><basic-event name="a" x="1"/></or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <basic-event> has no name; write name=\"...\"",
        "m.xml:4: gate 'G': <basic-event> has the unknown attribute 'x'; known are name",
    ],
    tree('<define-gate name="G"><or><event name="a" type="gat"/></or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': the type 'gat' is not known; use gate, basic-event or house-event"
    ],
    tree('<define-gate name="G"><or><gate name="a"><label/></gate></or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <gate> holds no elements; close it with />",
        "m.xml:4: gate 'G': 'a' is a basic event, not a gate; correct the tag, or the name",
    ],
    tree('<define-gate name="G"><constant value="1"/></define-gate>'): [
        "m.xml:4: gate 'G': the constant '1' is not known; write value=\"true\" or value=\"false\""
    ],
    tree('<define-gate name="G"><inhibit/></define-gate>'): [
        "m.xml:4: gate 'G': <inhibit> is no formula; use one of and, or, not, xor, iff, nand, nor, atleast, cardinality, "
        "imply, constant, gate, basic-event, house-event, event"
    ],
    tree(f'<define-gate name="a">{refs("a")}</define-gate>', events("a")): [
        "m.xml:4: gate 'a': 'a' is a gate, not a basic event; correct the tag, or the name",
        "m.xml:7: basic event 'a': defined twice, first on line 4; rename or remove one",
    ],
    tree(f'<define-gate name="G" role="x" y="1">{refs("a")}</define-gate>text', events("a")): [
        "m.xml:3: <define-fault-tree> holds the text 'text'; remove it",
        "m.xml:4: the role 'x' is not known; use public or private",
        "m.xml:4: gate 'G': unknown attribute 'y'; known are name and role",
    ],
    tree(f'<define-gate name="G">{refs("a")}x</define-gate>', events("a")): [
        "m.xml:4: gate 'G': holds the text 'x'; remove it"
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate><define-component/><define-gat/>', events("a")): [
        'm.xml:4: <define-component> has no name; write name="..."',
        "m.xml:4: <define-gat> cannot stand inside <define-fault-tree>; did you mean 'define-gate'?",
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate><model-data/>', events("a")): [
        "m.xml:4: <model-data> cannot stand inside <define-fault-tree>; close the element before it",
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate>\n<define-CCF-group name="c"/>\n<include file="x"/>', events("a")): [
        "m.xml:5: <define-CCF-group> is not supported, and would change the answers; "
        "give the common causes as basic events of their own",
        "m.xml:6: <include> is not supported, and would change the answers; put all of the model into one file",
    ],
    tree('<define-gate name="G"><house-event name="h"/></define-gate><define-house-event name="h"><float value="1"/></define-house-event>'): [
        "m.xml:4: house event 'h': the state of a house event is a constant; write <constant value=\"true\"/>"
    ],
    tree(f'<define-gate name="G"><label><b/></label><attributes><attribute name="x"/><x/><attribute name="y" value="1"/><attribute name="y" value="2"/></attributes>{refs("a")}</define-gate>', events("a")): [
        "m.xml:4: gate 'G': <label> holds the element <b>; write a text only",
        'm.xml:4: gate \'G\': an attribute is not understood; write <attribute name="..." value="..."/>',
        'm.xml:4: gate \'G\': an attribute is not understood; write <attribute name="..." value="..."/>',
        "m.xml:4: gate 'G': the attribute 'y' is given twice; keep one",
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate><define-parameter name="p"/>', events("a")): [
        "m.xml:4: parameter 'p': has no value; write <float value=\"...\"/>"
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate>{parameter("p", f(1), "miles")}', events("a")): [
        "m.xml:4: parameter 'p': the unit 'miles' is not known; "
        "known are bool, demands, fit, float, hours, hours-1, int, years, years-1"
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", STRUCTURE_FAULTS)
def test_faults_of_structure(text):
    assert [line for line in faults(text) if "warning" not in line] == STRUCTURE_FAULTS[text]


def test_what_stands_beside_fault_trees_is_named():
    text = tree(
        f'<define-gate name="G">{refs("a")}</define-gate></define-fault-tree>\n<define-event-tree name="E"><x/></define-event-tree>'
        '<define-event-tree name="F"/>\n<define-initiating-event name="I"/><define-fault-tree name="U">', events("a")
    )  # fmt: skip
    assert opened(text)[1] == [
        "m.xml:5: warning: <define-event-tree> is no part of a fault tree and is left out (and 1 more like this)",
        "m.xml:6: warning: <define-initiating-event> is no part of a fault tree and is left out",
    ]


BOMB = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
REFUSED = {
    "": "m.xml:1: the file ends too early; close every element, and begin with <opsa-mef>",
    "gates:": "m.xml:1: not XML; a model file in XML begins with <opsa-mef>",
    "<opsa-mef>a & b</opsa-mef>": (
        "m.xml:1: not well-formed XML; write & as &amp; and < as &lt; and quote attributes"
    ),
    "<opsa-mef>\n<define-fault-tree>": "m.xml:2: ",
    "<opsa-mef>\n</opsa>": "m.xml:2: this end tag closes no open element; close the elements in the order they were opened",
    "<opsa-mef/>\n<opsa-mef/>": "m.xml:2: something follows after </opsa-mef>; remove it",
    "<opsa-mef>&nbsp;</opsa-mef>": "m.xml:1: an entity is not defined; only &amp; &lt; &gt; &quot; and &apos; are",
    "<opsa-mef a='1' a='2'/>": "m.xml:1: an attribute is given twice in one element; keep one",
    "<opsa-mef a=": "m.xml:1: the file ends inside a tag; close it",
    "<opsa-mef>&#0;</opsa-mef>": "m.xml:1: a reference to a character that XML cannot hold; remove it",
    "<html/>": "m.xml:1: the root element is <html>; an Open-PSA model begins with <opsa-mef>",
    f'<!DOCTYPE opsa-mef [<!ENTITY a0 "x">{BOMB}]><opsa-mef>&a9;</opsa-mef>': (
        "m.xml:1: the document type declares entities or attributes, which is not allowed; "
        "write <!DOCTYPE opsa-mef>, or remove it"
    ),
    '<!DOCTYPE opsa-mef [<!ENTITY x SYSTEM "file:///etc/passwd">]><opsa-mef>&x;</opsa-mef>': "m.xml:1: the document type declares",
    '<!DOCTYPE opsa-mef SYSTEM "http://localhost/x.dtd"><opsa-mef/>': (
        "m.xml:1: the document type refers to another file, which is never read; write <!DOCTYPE opsa-mef>, or remove it"
    ),
    '<?xml version="1.0" encoding="klingon"?><opsa-mef/>': "m.xml:1: ",
    tree(f'<define-gate name="G">{"<or>" * 50_000}'): "m.xml:4: nested more than 128 levels deep; name the inner parts as gates",
    tree(f'<define-gate name="G">{"<not>" * 40}{refs("a")}{"</not>" * 40}</define-gate>', events("a")): (
        "m.xml:4: gate 'G': formulas are nested more than 32 levels deep; name the inner ones as gates"
    ),
    "<define-fault-tree name='T'/>": "m.xml:1: the root element is <define-fault-tree>; an Open-PSA model begins with <opsa-mef>",
    tree(f"<label>{'x' * 200_000}</label>"): "m.xml:4: a text is longer than 100,000 characters; shorten it",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_sound_xml(text):
    encoded = text if "klingon" not in text else text.encode()
    assert faults(encoded)[0].startswith(REFUSED[text])


def test_limits(monkeypatch, tmp_path):
    text = tree(f'<define-gate name="G">{refs("a")}</define-gate>', events("a"))
    (tmp_path / "m.xml").write_text(text)
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 3)
    assert "the model holds more than" in faults(text)[0]
    monkeypatch.setattr(elements, "MOST_BYTES", 20)
    assert "the file is larger than" in faults(text)[0]
    with pytest.raises(InvalidModelError, match="the file is larger than"):
        read(tmp_path / "m.xml")


def test_faults_without_end_are_cut_off():
    assert len(faults(tree('<define-gate name="G"/>' * 3_000))) == 1_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-5"])
def test_encodings(encoding, tmp_path):
    text = tree(f'<define-gate name="Клапан">{refs("насос")}</define-gate>', events("насос"))
    declared = text.replace('version="1.0"', f'version="1.0" encoding="{encoding.removesuffix("-sig")}"')
    (tmp_path / "m.opsa").write_bytes(declared.encode(encoding))
    assert list(read(tmp_path / "m.opsa").gates) == ["Клапан"]
    assert list(opened("<!DOCTYPE opsa-mef>\n" + text.partition("\n")[2])[0].gates) == ["Клапан"]


@given(trees())
def test_trees_come_back_equal(model):
    assert losses(model, "open-psa") == ()
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def without_scenarios_and_timeline(model: Model) -> dict[str, Any]:
    data = model.to_data()
    data.pop("scenarios", None)
    data.pop("timeline", None)
    return data


@settings(max_examples=40)
@given(models())
def test_any_model_comes_back_but_for_what_is_named(model):
    text = dumps(model, "open-psa")
    again = read_text(text, "open-psa", "x.xml")[0]
    assert again.to_data() == without_scenarios_and_timeline(model)
    assert dumps(again, "open-psa") == text
    lost = [f"scenario '{name}' is not carried" for name in model.scenarios]
    lost += [f"the timeline is not carried: {len(model.timeline)} entries"] * bool(model.timeline)
    assert list(losses(model, "open-psa")) == lost


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names(name):
    model = Model.from_data(
        {
            "name": name,
            "top": name,
            "gates": {name: {"or": ["event", {"inhibit": {"input": "event", "condition": {"and": ["a.b", "T.a.b"]}}}]}},
            "basic_events": {"event": {"probability": name}, "a.b": {}, "T.a.b": {"source": name}},
            "parameters": {name: {"value": 0.5}},
            "sources": {name: {"title": name}},
            "attributes": {name: [name, {name: name}], f"faulttree-{name}"[:250]: "x"},
        }
    )
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_texts(text):
    model = Model.from_data(
        {
            "name": text,
            "description": text,
            "top": "e",
            "basic_events": {
                "e": {"label": text, "basis": text, "attributes": {"a": text, "b": {"value": text, "type": text}}},
                "x": {"attributes": {"b": {"value": text, "type": "faulttree-json"}, "c": {"value": 1, "type": "x"}}},
            },
        }
    )
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_a_changed_number_counts_more_than_the_unit_it_was_written_in():
    model, _ = expression_of(f"<exponential>{f(1e-3)}{T}</exponential>")
    data = model.to_data()
    data["basic_events"]["e"] = {"rate": "36 /s"}
    text = dumps(Model.from_data(data), "open-psa")
    assert str(sound(text).basic_events["e"].rate) == "36 /s"
    assert str(sound(text.replace('"129600.0"', '"129601.0"')).basic_events["e"].rate) == "129601 /h"
    assert str(sound(text.replace("36 /s", "36 s")).basic_events["e"].rate) == "129600 /h"


def test_defaults_that_are_stated_stay_stated():
    laws = {
        "w": {"weibull": {"scale": "5 h", "shape": 2.0, "shift": "0 s"}},
        "g": {"glm": {"on_demand": 0.1, "rate": "1 /h", "repair_rate": "0 /h"}},
        "p": {"periodic_test": {"rate": "1 /h", "interval": "1 h", "first_test": "0 h", "rate_in_test": "1 /h"}},
        "q": {"periodic_test": {"rate": "l", "interval": "1 h", "first_test": "0 h", "rate_in_test": "l"}},
        "r": {"periodic_test": {"rate": "l", "interval": "1 h", "first_test": "0 h", "coverage": 0.5}},
    }
    model = Model.from_data(
        {
            "name": "t", "top": list(laws), "mission_time": "9 h", "basic_events": laws,
            "parameters": {"l": {"value": "1 /d"}},
        }
    )  # fmt: skip
    again = sound(dumps(model, "open-psa"))
    assert again == model
    assert again.to_data()["basic_events"] == laws
    assert isinstance(again.failure_model("p"), PeriodicTest)


def test_the_written_text_is_what_other_tools_read():
    model = Model.from_data(
        {
            "name": "Pump station", "top": "lost", "mission_time": "24 h",
            "gates": {"lost": {"label": "Flow < 5 & more", "or": ["a", {"atleast": {"k": 2, "of": ["b", "c", "h"]}}]}},
            "basic_events": {"a": {"rate": "1e-5 /h"}, "b": {"probability": "q"}, "c": {"kind": "undeveloped"}},
            "house_events": {"h": {"state": True}},
            "parameters": {"q": {"value": 0.01}},
        }
    )  # fmt: skip
    assert (
        dumps(model, "open-psa")
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<opsa-mef>
  <attributes>
    <attribute name="faulttree-name" value="Pump station"/>
    <attribute name="faulttree-mission-time" value="24 h"/>
  </attributes>
  <define-fault-tree name="Pump_station">
    <define-gate name="lost">
      <label>Flow &lt; 5 &amp; more</label>
      <or>
        <basic-event name="a"/>
        <atleast min="2">
          <basic-event name="b"/>
          <basic-event name="c"/>
          <house-event name="h"/>
        </atleast>
      </or>
    </define-gate>
  </define-fault-tree>
  <model-data>
    <define-basic-event name="a">
      <exponential>
        <float value="1e-05"/>
        <system-mission-time/>
      </exponential>
    </define-basic-event>
    <define-basic-event name="b">
      <parameter name="q"/>
    </define-basic-event>
    <define-basic-event name="c">
      <attributes>
        <attribute name="faulttree-kind" value="undeveloped"/>
      </attributes>
    </define-basic-event>
    <define-house-event name="h">
      <constant value="true"/>
    </define-house-event>
    <define-parameter name="q">
      <float value="0.01"/>
    </define-parameter>
  </model-data>
</opsa-mef>
"""
    )


def test_every_benchmark_survives_every_format(shared: Path, tmp_path: Path):
    paths = sorted((shared / "benchmarks" / "aralia").glob("*.xml"))
    if not paths:
        pytest.skip("no benchmark models")
    for path in paths:
        model, warnings = read_with_warnings(path)
        assert not [warning for warning in warnings if "named 2 times" not in warning.message]
        for suffix in (".xml", ".yaml", ".txt"):
            again = tmp_path / f"{path.stem}{suffix}"
            write(model, again)
            assert losses(model, {".xml": "open-psa", ".yaml": "yaml", ".txt": "aralia"}[suffix]) == ()
            assert read(again) == model, again


PIECES = [
    "<or>",
    "</or>",
    "<gate name='a'/>",
    "<define-gate name='a'>",
    "</define-gate>",
    "x",
    "&",
    " ",
    "<not>",
    "</not>",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_body_is_read_or_refused(body):
    text = tree(body)
    try:
        told = opened(text)[1]
    except InvalidModelError as refused:
        told = str(refused).splitlines()
    assert all(line.startswith("m.xml:") for line in told)
