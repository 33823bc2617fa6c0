"""The published JSON Schema says what the reader says, as far as a schema can."""

import copy

import jsonschema
import pytest

from faulttree.errors import InvalidModelError
from faulttree.model import Model
from faulttree.model.schema import json_schema

SCHEMA = jsonschema.Draft202012Validator(json_schema())
PUMPS = {
    "faulttree": 1,
    "name": "Pump station",
    "top": "no_flow",
    "mission_time": "24 h",
    "sources": {"handbook": {"title": "Pump reliability handbook", "year": 1998, "note": "table 4"}},
    "gates": {
        "no_flow": {"label": "No flow to the tank", "or": ["power_lost", "pumps_lost"]},
        "pumps_lost": {
            "atleast": {"k": 2, "of": ["pump_a", "pump_b", {"and": ["pump_c", {"not": "bypass_open"}]}]},
        },
        "power_lost": {"inhibit": {"input": "grid_lost", "condition": "diesel_unavailable"}},
    },
    "basic_events": {
        "pump_a": {"rate": "1e-5 /h", "source": "handbook"},
        "pump_b": {"rate": "1e-5 per hour", "source": ["handbook", "judgement"]},
        "pump_c": {"probability": 3e-3},
        "grid_lost": {"kind": "undeveloped", "probability": "grid_loss"},
        "spare_a": {"rate": "rate"},
        "spare_b": {"rate": "rate"},
        "diesel_unavailable": {"kind": "conditioning", "probability": 0.02},
    },
    "house_events": {"bypass_open": {"state": False}},
    "parameters": {
        "grid_loss": {"value": 1e-3},
        "uncertain": {"uncertainty": {"lognormal": {"median": 1e-3, "error_factor": 3}}},
        "rate": {"value": "1e-5 /h", "uncertainty": {"jeffreys": {"failures": 3, "time": "1e5 h"}}},
    },
    "common_cause_groups": {"pumps": {"events": ["spare_a", "spare_b"], "beta_factor": 0.1}},
    "correlations": [{"between": ["uncertain", "rate"], "rank": 0.5}],
    "scenarios": {"bypass": {"set": {"bypass_open": True, "pump_c": 0.5}}},
    "evidence": {"dry": {"observe": {"no_flow": True}, "hypotheses": {"a": {"pump_a": True, "pump_b": False}}}},
    "timeline": [{"at": "0 s", "event": "demand"}, {"at": "1962-11-04", "event": "x"}, {"phase": "p", "event": "y"}],
}
REMOVED = object()

ACCEPTED = [
    (("gates", "no_flow", "label"), None),
    (("gates", "pumps_lost"), {"atleast": {"k": 2, "of": [{"3": "pump_a"}, "pump_b"]}}),
    (("gates", "pumps_lost"), {"cardinality": {"min": 2, "max": 3, "of": [{"12": "pump_a"}]}}),
    (("exclusive_groups",), {"g": {"at_most_one": ["grid_lost", "diesel_unavailable"]}}),
    (("exclusive_groups",), {"g": {"label": "x", "at_most_one": ["pump_c", "grid_lost"], "exactly_one": None}}),
    (("gates", "no_flow", "source"), None),
    (("gates", "pumps_lost", "atleast", "k"), 2.0),
    (("basic_events", "pump_a"), None),
    (("basic_events", "pump_a", "kind"), None),
    (("basic_events", "pump_a", "probability"), None),
    (("basic_events", "pump_a", "attributes"), {"any": [1, {"x": None}]}),
    (("scenarios", "bypass"), None),
    (("scenarios", "bypass", "set"), None),
    (("sources", "other"), {"title": "x", "year": None}),
    (("timeline",), None),
    (("timeline", 0, "phase"), None),
    (("scenarios",), None),
    (("evidence",), None),
    (("evidence", "dry", "hypotheses"), None),
    (("evidence", "dry", "hypotheses"), {}),
    (("evidence", "dry", "label"), None),
    (("faulttree",), None),
    (("mission_time",), " 1.5e2 min "),
    (("top",), ["no_flow", "pumps_lost"]),
    (("parameters", "w"), {"value": "1e-5 /h"}),
    (("parameters", "w"), {"value": "24 h"}),
    (("basic_events", "valve"), {"weibull": {"scale": "5 h", "shape": 2, "shift": None}}),
    (("basic_events", "valve"), {"weibull": {"scale": "5 h", "shape": 0.5, "shift": "1 min"}, "rate": None}),
    (("basic_events", "valve"), {"glm": {"on_demand": "grid_loss", "rate": "1 /h", "repair_rate": "0.1 /h"}}),
    (
        ("basic_events", "valve"),
        {"periodic_test": {"rate": "1 /y", "interval": "30 d", "first_test": "0 h", "available_in_test": False}},
    ),
    (
        ("basic_events", "valve"),
        {"periodic_test": {"rate": "1 /y", "interval": "30 d", "first_test": "0 h", "repair_time": "8 h"}},
    ),
    (("basic_events", "valve"), {"repairable": {"rate": "1 /y", "repair_time": "8 h", "repair_rate": None}}),
    (("basic_events", "valve"), {"repairable": {"rate": "1 /y", "repair_rate": "8 /h", "steady": True}}),
    (("basic_events", "valve"), {"gamma": {"shape": 2, "scale": "1 h"}}),
    (("basic_events", "valve"), {"lognormal": {"median": "1 h", "error_factor": 3}}),
    (("basic_events", "valve"), {"lognormal": {"median": "1 h", "sigma": 0.5}}),
    (("basic_events", "valve"), {"phases": [{"duration": "1 h", "rate": "rate"}]}),
    (("basic_events", "valve"), {"probability": 0.1, "uncertainty": {"beta": {"alpha": 1, "beta": 9}}}),
    (("basic_events", "valve"), {"rate": "1 /h", "uncertainty": {"gamma": {"shape": 1, "scale": "1 /h"}}}),
    (
        (
            "basic_events",
            "valve",
        ),
        {"probability": 0.1, "uncertainty": None},
    ),
    *(
        (("parameters", "p"), {"uncertainty": written})
        for written in (
            {"lognormal": {"mean": "1 h", "error_factor": 1}},
            {"lognormal": {"mu": -3, "sigma": 1}},
            {"lognormal": {"mu": -3, "sigma": 1, "unit": "/h"}},
            {"uniform": {"low": 0, "high": 1}},
            {"normal": {"mean": 0.5, "sd": 0.01}},
            {"normal": {"mean": "5 h", "sd": "1 h", "low": "1 h", "high": None}},
            {"triangular": {"low": 0, "mode": 0, "high": 1}},
            {"histogram": {"edges": [0, 0.5, 1], "weights": [0, 1]}},
            {"empirical": {"values": [0.5]}},
            {"jeffreys": {"failures": 0, "trials": 0}},
            {"bayes": {"failures": 1, "trials": 9, "prior": {"alpha": 1, "beta": 1}}},
            {"bayes": {"failures": 1.5, "time": "9 h", "prior": {"shape": 1, "time": "0 h"}}},
        )
    ),
    *(
        (("common_cause_groups", "pumps"), {"events": ["spare_a", "spare_b"], **model})
        for model in (
            {"mgl": ["grid_loss"], "label": None},
            {"alpha_factor": {"factors": [0.9, 0.1]}},
            {"alpha_factor": {"factors": [1], "testing": "staggered"}},
            {"phi_factor": [0.9, 0.1]},
            {"binomial_failure_rate": {"shock_rate": "1 /h", "conditional": 0.5}},
            {"binomial_failure_rate": {"shock_probability": 0.5, "conditional": 0.5, "lethal_rate": "rate"}},
        )
    ),
    (("correlations",), None),
    (("common_cause_groups",), None),
]
REJECTED = [
    (("name",), REMOVED),
    (("name",), None),
    (("name",), ["x"]),
    (("top",), REMOVED),
    (("top",), []),
    (("top",), ""),
    (("top",), ["no_flow", "no_flow"]),
    (("faulttree",), 2),
    (("faulttree",), True),
    (("nam",), "x"),
    (("mission_time",), 24),
    (("mission_time",), "24"),
    (("mission_time",), "-24 h"),
    (("mission_time",), "24 parsecs"),
    (("gates",), []),
    (("gates", "no_flow"), None),
    (("gates", "no_flow"), {}),
    (("gates", "no_flow", "or"), []),
    (("gates", "no_flow", "or"), "power_lost"),
    (("gates", "no_flow", "or"), [["power_lost"]]),
    (("gates", "no_flow", "or"), [{}]),
    (("gates", "pumps_lost"), {"or": [{"0": "pump_a"}]}),
    (("gates", "pumps_lost"), {"or": [{"2": "pump_a", "3": "pump_b"}]}),
    (("gates", "pumps_lost"), {"or": [{"2": {"and": ["pump_a"]}}]}),
    (("gates", "pumps_lost"), {"not": {"2": "pump_a"}}),
    (("exclusive_groups",), {"g": {}}),
    (("exclusive_groups",), {"g": {"at_most_one": ["grid_lost"]}}),
    (("exclusive_groups",), {"g": {"at_most_one": ["pump_c", "grid_lost"], "exactly_one": ["pump_c", "grid_lost"]}}),
    (("exclusive_groups",), {"g": {"events": ["pump_c", "grid_lost"]}}),
    (("gates", "no_flow", "or"), [{"and": ["pump_a"], "label": "x"}]),
    (("gates", "no_flow", "or"), [{"and": ["pump_a"], "or": ["pump_a"]}]),
    (("gates", "no_flow", "and"), ["pump_a"]),
    (("gates", "no_flow", "orr"), ["pump_a"]),
    (("gates", "no_flow", "label"), {"a": "b"}),
    (("gates", " x"), {"or": ["pump_a"]}),
    (("gates", "pumps_lost", "atleast", "k"), 0),
    (("gates", "pumps_lost", "atleast", "k"), 1.5),
    (("gates", "pumps_lost", "atleast", "k"), "2"),
    (("gates", "pumps_lost", "atleast", "of"), REMOVED),
    (("gates", "pumps_lost", "atleast", "x"), 1),
    (("gates", "power_lost", "inhibit", "condition"), REMOVED),
    (("gates", "i"), {"iff": ["pump_a"]}),
    (("gates", "i"), {"imply": ["pump_a", "pump_b", "pump_c"]}),
    (("basic_events", "pump_c", "probability"), 1.2),
    (("basic_events", "pump_c", "probability"), -0.1),
    (("basic_events", "pump_c", "probability"), True),
    (("basic_events", "pump_a", "rate"), 1e-5),
    (("basic_events", "pump_a", "probability"), 0.5),
    (("basic_events", "pump_a", "kind"), "bsic"),
    (("basic_events", "pump_a", "source"), {"handbook": 1}),
    (("house_events", "bypass_open", "state"), "on"),
    (("house_events", "bypass_open", "state"), 1),
    (("house_events", "bypass_open"), {}),
    (("basic_events", "pump_b", "weibull"), {"scale": "5 h", "shape": 2}),
    (("basic_events", "grid_lost", "glm"), {"on_demand": 0.1, "rate": "1 /h"}),
    (("basic_events", "valve"), {"weibull": {"scale": "5 h"}}),
    (("basic_events", "valve"), {"weibull": {"scale": 5, "shape": 2}}),
    (("basic_events", "valve"), {"weibull": {"scale": "5 h", "shape": 0}}),
    (("basic_events", "valve"), {"weibull": {"scale": "5 h", "shape": 1, "x": 1}}),
    (("basic_events", "valve"), {"glm": {"on_demand": 1.5, "rate": "1 /h"}}),
    (("basic_events", "valve"), {"periodic_test": {"rate": "1 /h", "interval": "1 h"}}),
    (("basic_events", "valve"), {"periodic_test": [1]}),
    (("parameters", "grid_loss", "value"), "5 apples"),
    (("parameters", "grid_loss", "value"), REMOVED),
    (("scenarios", "bypass", "set", "pump_c"), 2),
    (("scenarios", "bypass", "set", "pump_c"), "yes"),
    (("evidence", "dry"), None),
    (("evidence", "dry"), {}),
    (("evidence", "dry", "observe"), None),
    (("evidence", "dry", "observe"), {}),
    (("evidence", "dry", "observe"), ["no_flow"]),
    (("evidence", "dry", "observe", "no_flow"), 0.5),
    (("evidence", "dry", "observe", "no_flow"), None),
    (("evidence", "dry", "observe", " x"), True),
    (("evidence", "dry", "hypotheses", "a"), {}),
    (("evidence", "dry", "hypotheses", "a"), None),
    (("evidence", "dry", "hypotheses", "a", "pump_a"), "true"),
    (("evidence", "dry", "hypotheses", " x"), {"pump_a": True}),
    (("sources", "handbook", "title"), REMOVED),
    (("sources", "handbook", "year"), 19.5),
    (("timeline",), {}),
    (("timeline", 0, "at"), 5),
    (("timeline", 0, "at"), REMOVED),
    (("timeline", 0, "phase"), "p"),
    (("timeline", 0, "event"), REMOVED),
    (("attributes",), []),
    (("basic_events", "valve"), {"repairable": {"rate": "1 /y"}}),
    (("basic_events", "valve"), {"repairable": {"rate": "1 /y", "repair_rate": "1 /h", "repair_time": "1 h"}}),
    (("basic_events", "valve"), {"gamma": {"shape": 0, "scale": "1 h"}}),
    (("basic_events", "valve"), {"lognormal": {"median": "1 h"}}),
    (("basic_events", "valve"), {"lognormal": {"median": "1 h", "sigma": 1, "error_factor": 3}}),
    (("basic_events", "valve"), {"phases": []}),
    (("basic_events", "valve"), {"phases": [{"duration": "1 h"}]}),
    (("basic_events", "pump_a", "phases"), [{"duration": "1 h", "rate": "rate"}]),
    (("basic_events", "valve"), {"uncertainty": {"beta": {"alpha": 1, "beta": 9}}}),
    *(
        (("parameters", "uncertain", "uncertainty"), written)
        for written in (
            {},
            {"beta": {"alpha": 1, "beta": 9}, "uniform": {"low": 0, "high": 1}},
            {"beta": {"alpha": 0, "beta": 9}},
            {"beta": {"alpha": 1}},
            {"lognormal": {"median": 1e-3, "error_factor": 0.5}},
            {"lognormal": {"median": 1e-3}},
            {"lognormal": {"median": 1e-3, "mu": -3, "sigma": 1}},
            {"lognormal": {"mu": -3, "sigma": 0}},
            {"histogram": {"edges": [0.5], "weights": [1]}},
            {"empirical": {"values": []}},
            {"jeffreys": {"failures": -1, "trials": 9}},
            {"jeffreys": {"failures": 1, "trials": 9, "time": "1 h"}},
            {"bayes": {"failures": 1, "trials": 9}},
            {"bayes": {"failures": 1, "trials": 9, "prior": {"alpha": 1}}},
            {"bayes": {"failures": 1, "trials": 9, "prior": {"alpha": 1, "beta": 1, "shape": 1, "time": "1 h"}}},
        )
    ),
    *(
        (("common_cause_groups", "pumps"), {"events": ["spare_a", "spare_b"], **model})
        for model in (
            {},
            {"beta_factor": 1.5},
            {"beta_factor": 0.5, "mgl": [0.5]},
            {"mgl": []},
            {"alpha_factor": {"factors": [1], "testing": "often"}},
            {"alpha_factor": {"testing": "staggered"}},
            {"binomial_failure_rate": {"conditional": 0.5}},
            {"binomial_failure_rate": {"shock_rate": "1 /h"}},
            {
                "binomial_failure_rate": {
                    "shock_rate": "1 /h",
                    "conditional": 0.5,
                    "lethal_rate": "1 /h",
                    "lethal_probability": 0.5,
                }
            },
        )
    ),
    (("common_cause_groups", "pumps", "events"), ["spare_a"]),
    (("correlations", 0, "rank"), 1),
    (("correlations", 0, "rank"), REMOVED),
    (("correlations", 0, "between"), ["uncertain"]),
    (("correlations", 0, "between"), ["rate", "rate"]),
    (("correlations",), {}),
]


def changed(path, value):
    data = copy.deepcopy(PUMPS)
    node = data
    for step in path[:-1]:
        node = node[step]
    if value is REMOVED:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return data


def test_it_is_a_schema():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in schema
    assert "title" in schema["$defs"]["Source"]["properties"]


def test_the_example_is_accepted():
    SCHEMA.validate(PUMPS)
    Model.from_data(PUMPS)


@pytest.mark.parametrize(("path", "value"), ACCEPTED)
def test_accepted_by_both(path, value):
    data = changed(path, value)
    SCHEMA.validate(data)
    Model.from_data(data)


@pytest.mark.parametrize(("path", "value"), REJECTED)
def test_rejected_by_both(path, value):
    data = changed(path, value)
    assert not SCHEMA.is_valid(data)
    with pytest.raises(InvalidModelError):
        Model.from_data(data)
