"""Open-PSA files: the expression algebra, parameters, units, the mission time."""

# ruff: noqa: E501  (XML reads better whole)

from __future__ import annotations

import math
from typing import Any

import pytest
from formats.opsa import T, expression_of, f, opened, parameter, tree

from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, read_text
from faulttree.laws import Repairable, Weibull
from faulttree.model import Duration, Rate

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


KEPT = {
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
    f"<mul>{f(0.5)}<exponential>{W}{T}</exponential></mul>": 0.5 * -math.expm1(-0.1),
}  # fmt: skip
OF_THEIR_OWN_TIME = {
    f"<exponential>{W}{TAU}</exponential>": -math.expm1(-0.02),
    f"<GLM>{P}{W}{f(0.1)}{TAU}</GLM>": 0.25 * math.exp(-2.02) - 1e-3 / 0.101 * math.expm1(-2.02),
    f"<Weibull>{f(50)}{f(2)}{f(1)}{TAU}</Weibull>": 1 - math.exp(-((19 / 50) ** 2)),
    f"<periodic-test>{W}{f(6)}{f(5)}{TAU}</periodic-test>": -math.expm1(-3e-3),
}  # fmt: skip


@pytest.mark.parametrize("expression", KEPT)
def test_other_expressions_are_kept(expression):
    model, warnings = expression_of(expression)
    assert [line for line in warnings if "no event uses it" not in line] == []
    assert isinstance(model.basic_events["e"].probability, str)
    # Bounded by the operations, not by the format.
    assert model.probability_of("e") == pytest.approx(KEPT[expression], rel=1e-12, abs=0)
    again = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0]
    assert again == model


@pytest.mark.parametrize("expression", OF_THEIR_OWN_TIME)
def test_a_built_in_over_a_time_of_its_own_is_kept_with_it(expression):
    model, warnings = expression_of(expression)
    assert not warnings
    assert model.basic_events["e"].exposure == "t"
    assert model.probability_of("e") == pytest.approx(OF_THEIR_OWN_TIME[expression], rel=1e-12)


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
    f"<div>{f(1)}{f(0)}</div>": "basic event 'e': <div> of 1, 0 has no value; check the numbers in it",
    f"<log>{f(0)}</log>": "basic event 'e': <log> of 0 has no value",
    f"<exp>{f(1e6)}</exp>": "basic event 'e': <exp> of 1e+06 is larger than any number",
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


def test_parameters_take_their_dimension_from_unit_or_use():
    weibull = "<Weibull><parameter name='scale'/><parameter name='shape'/><parameter name='shift'/><parameter name='now'/></Weibull>"
    model, warnings = expression_of(
        weibull,
        parameter("scale", f(2), "years") + parameter("shape", f(2.5)) + parameter("shift", f(5)) + parameter("now", T)
        + parameter("fit", f(300), "fit") + parameter("yearly", f(0.1), "years-1") + parameter("hourly", f(0.1), "hours-1"),
    )  # fmt: skip
    assert {name: str(each.value) for name, each in model.parameters.items()} == {
        "scale": "2 y", "shape": "2.5", "shift": "5 h", "fit": "300 FIT", "yearly": "0.1 /y", "hourly": "0.1 /h",
        "now": "t",
    }  # fmt: skip
    assert model.failure_model("e") == Weibull(Duration(2, "y").seconds, 2.5, Duration(5, "h").seconds)
    assert [line for line in warnings if "no event uses it" not in line] == []


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
    assert model.failure_model("e") == Repairable(Rate(0.25, "h").per_second, 0.0, 0.25)
    assert warnings == []
    # A number where the file first has it for one, and that many per hour where it stands for a rate.
    assert model.to_data()["basic_events"]["e"]["glm"] == {"on_demand": "p", "rate": "p / 1 h"}


def test_parameters_of_parameters():
    more = parameter("a", '<mul><parameter name="b"/><parameter name="b"/></mul>') + parameter("b", f(0.5))
    model, warnings = expression_of('<parameter name="a"/>', more)
    assert model.to_data()["basic_events"] == {"e": {"probability": "a"}}
    assert model.parameters["a"].value == "b * b"
    assert model.number("a") == 0.25
    assert warnings == []
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
    assert list(model.parameters) == ["inner", "w"]
    assert [line for line in warnings if "not kept" in line] == [
        "m.xml:4: warning: parameter 'law': no basic event uses it as it stands, and it is not kept"
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
    assert model.mission_time is None and not any("time" in warning for warning in warnings)
    with pytest.raises(InvalidModelError, match=r"m.xml:1: faulttree-mission-time: 5 has no unit; write it like '5 h'"):
        expression_of(f(0.5), mission_time="5")


def test_the_time_of_a_built_in_is_its_own():
    """The mission is 100 h, the exposure 1000 h: 1 - exp(-1e-5 x 1000)."""
    law = f"<exponential>{f(1e-5)}{f(1000)}</exponential>"
    model, warnings = expression_of(law)
    assert model.to_data()["basic_events"]["e"] == {"rate": "1e-5 /h", "exposure": "1000 h"}
    assert warnings == []
    assert model.probability_of("e") == pytest.approx(-math.expm1(-0.01), rel=1e-14)
    for built_in, n in (("GLM", 3), ("Weibull", 3), ("periodic-test", 3)):
        numbers = "".join(map(f, (0.5, 100.0, 7.0)[:n]))
        found = expression_of(f"<{built_in}>{numbers}{f(1000)}</{built_in}>")[0]
        assert str(found.basic_events["e"].exposure) == "1000 h"
    uncertain = parameter("own", f"<uniform-deviate>{f(90)}{f(110)}</uniform-deviate>")
    model, _ = expression_of(f'<exponential>{f(1e-5)}<parameter name="own"/></exponential>', uncertain)
    assert model.basic_events["e"].exposure == "own"  # the mission time at its mean, and yet uncertain
    assert model.law_form("e").inputs == {"own"}
    with pytest.raises(InvalidModelError, match="has the time -1; give a time from 0 on"):
        expression_of(f"<exponential>{f(1e-5)}{f(-1)}</exponential>")


def test_what_a_faulty_expression_names_is_not_called_unused() -> None:
    text = tree(
        '<define-gate name="TOP"><or><basic-event name="e"/></or></define-gate><define-basic-event name="e"><mul>'
        f'<parameter name="p"/><asin>{f(1.7)}</asin></mul></define-basic-event>' + parameter("p", f(0.5))
    )
    with pytest.raises(InvalidModelError) as caught:
        opened(text)
    (fault,) = caught.value.faults
    assert (fault.element, fault.message) == ("basic event 'e'", "<asin> of 1.7 has no value")
