"""Failure models as written: their keys, their numbers, their faults. What they mean is tested with the laws."""

import math

import pytest

from faulttree.errors import InvalidModelError
from faulttree.model import BasicEvent, Duration, Model, Rate
from faulttree.model.yaml import read_yaml, write_yaml

HEAD = "name: t\ntop: e\nmission_time: 1 h\nbasic_events:\n  e: {"
TAIL = (
    "}\nparameters:\n  w: {value: 1 /h}\n  nothing: {value: 0 h}\n  half: {value: 0.5}\n  one: {value: 1}\n"
    "  wide: {uncertainty: {uniform: {low: 0.5, high: 0.9}}}\n"
    "  seen: {uncertainty: {empirical: {values: [0 h, 2 h]}}}\n"
)


def faults(text):
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(text, "m.yaml")
    return [str(fault) for fault in caught.value.faults if fault.severity == "error"]


def event(written):
    return read_yaml(HEAD + written + TAIL).basic_events["e"]


SOUND = {
    "repairable: {rate: w, repair_rate: 0.1 /h}": [("rate", "w"), ("repair_rate", Rate(0.1, "h"))],
    "repairable: {rate: w, repair_time: 8 h, steady: true}": [("rate", "w"), ("repair_time", Duration(8.0, "h"))],
    "gamma: {shape: 2, scale: 50 h}": [("shape", 2.0), ("scale", Duration(50.0, "h"))],
    "lognormal: {median: 50 h, error_factor: 3}": [("median", Duration(50.0, "h")), ("error_factor", 3.0)],
    "lognormal: {median: 50 h, sigma: half}": [("median", Duration(50.0, "h")), ("sigma", "half")],
    "periodic_test: {rate: w, interval: 30 h, first_test: 0 h, repair_time: 8 h}": [
        ("rate", "w"),
        ("interval", Duration(30.0, "h")),
        ("first_test", Duration(0.0, "h")),
        ("repair_time", Duration(8.0, "h")),
    ],
}


@pytest.mark.parametrize("written", SOUND)
def test_the_numbers_and_their_places(written):
    kind = written.partition(":")[0]
    assert event(written).failure_model == kind
    assert list(event(written).quantities()) == [((kind, key), value) for key, value in SOUND[written]]


def test_phases_and_their_places():
    phases = event("phases: [{duration: 2 h, rate: w}, {duration: 1 min, rate: 1e-5 /s}]")
    assert phases.failure_model == "phases"
    assert list(phases.quantities()) == [
        (("phases", 0, "duration"), Duration(2.0, "h")),
        (("phases", 0, "rate"), "w"),
        (("phases", 1, "duration"), Duration(1.0, "min")),
        (("phases", 1, "rate"), Rate(1e-5, "s")),
    ]


EVENT_FAULTS = {
    "repairable: {rate: 1 /h}": "repairable: `repair_rate` is missing; give it, or `repair_time`",
    "repairable: {rate: 1 /h, repair_rate: 1 /h, repair_time: 1 h}": (
        "repairable: both `repair_rate` and `repair_time` are given; keep one"
    ),
    "repairable: {rate: 1 /h, repair_time: 0 h}": "repairable.repair_time: must be above 0",
    "repairable: {rate: 1 /h, repair_time: nothing}": (
        "repairable.repair_time: parameter 'nothing' must be above 0"
    ),
    "repairable: {rate: -1 /h, repair_time: 1 h}": "repairable.rate: -1.0 /h must be finite and not negative",
    "repairable: {rate: 1 /h, repair_time: 1 /h}": (
        "repairable.repair_time: 1 /h is a rate, and a time is wanted here; write it like '24 h'"
    ),
    "repairable: {rate: 1 /h, repair_time: 1 h, steady: yes}": (
        "repairable.steady: true or false is wanted here, not text 'yes'"
    ),
    "repairable: 1 /h": (
        "repairable: a mapping is wanted here, not text '1 /h'; write `repairable: {rate: 1e-4 /h, repair_time: 8 h}`"
    ),
    "repairable: {rate: 1 /h, repair_tim: 1 h, repair_rate: 1 /h}": (
        "unknown key 'repair_tim' in 'repairable'; did you mean 'repair_time'?"
    ),
    "gamma: {shape: 0, scale: 1 h}": "gamma.shape: must be above 0",
    "gamma: {shape: 2, scale: nothing}": "gamma.scale: parameter 'nothing' must be above 0",
    "gamma: {shape: 2, scale: seen}": "gamma.scale: parameter 'seen' must be above 0",
    "gamma: {shape: 2}": "`gamma.scale` is missing",
    "gamma: 2": "gamma: a mapping is wanted here, not number 2; write `gamma: {shape: 2, scale: 5000 h}`",
    "lognormal: {median: 1 h}": "lognormal: `error_factor` is missing; give it, or `sigma`",
    "lognormal: {median: 1 h, error_factor: 3, sigma: 1}": (
        "lognormal: both `error_factor` and `sigma` are given; keep one"
    ),
    "lognormal: {median: 1 h, error_factor: 0.5}": (
        "lognormal: error_factor 0.5 is below 1; an error factor is the 95th percentile over the median, so at least 1"
    ),
    "lognormal: {median: 1 h, error_factor: 1}": (
        "lognormal: error_factor 1 leaves the life no spread; give a greater one"
    ),
    "lognormal: {median: 1 h, error_factor: half}": (
        "lognormal.error_factor: parameter 'half': error_factor 0.5 is below 1; "
        "an error factor is the 95th percentile over the median, so at least 1"
    ),
    "lognormal: {median: 1 h, error_factor: one}": (
        "lognormal.error_factor: parameter 'one': error_factor 1 leaves the life no spread; give a greater one"
    ),
    "lognormal: {median: 1 h, error_factor: wide}": (
        "lognormal.error_factor: parameter 'wide': error_factor 0.5 is below 1; "
        "an error factor is the 95th percentile over the median, so at least 1"
    ),
    "lognormal: {median: 0 h, sigma: 1}": "lognormal.median: must be above 0",
    "lognormal: {median: 1 h, sigma: 0}": "lognormal.sigma: must be above 0",
    "phases: []": "phases: 1 to 1,000 phases are wanted here, not 0",
    "phases: 5": "phases: a list is wanted here, not number 5; write `phases: [{duration: 2 h, rate: 1e-5 /h}]`",
    "phases: [5]": "phases[1]: a mapping is wanted here, not number 5",
    "phases: [{duration: 1 h}]": "`phases[1].rate` is missing",
    "phases: [{duration: 1 h, rate: 1 /h}, {duration: 0 h, rate: 1 /h}]": "phases[2].duration: must be above 0",
    "phases: [{duration: 1 h, rate: -1 /h}]": "phases[1].rate: -1.0 /h must be finite and not negative",
    "phases: [{duration: 1 h, rate: half}]": (
        "phases[1].rate: parameter 'half' has no unit; give its value like '1e-5 /h'"
    ),
    "phases: [{duration: 1 h, rate: ww}]": (
        "phases[1].rate: parameter 'ww' is not defined; did you mean 'w'?"
    ),
    "phases: [{duration: 1 h, rat: 1 /h}]": "unknown key 'rat' in 'phases[1]'; did you mean 'rate'?",
    "rate: 1 /h, phases: [{duration: 1 h, rate: 1 /h}]": "both a rate and a list of phases are given; keep one",
    "repairable: {rate: 1 /h, repair_time: 1 h}, gamma: {shape: 2, scale: 1 h}": (
        "both a repairable component and a gamma are given; keep one"
    ),
    "periodic_test: {rate: 1 /h, interval: 1 h, first_test: 0 h, repair_rate: 1 /h, repair_time: 1 h}": (
        "periodic_test: both `repair_rate` and `repair_time` are given; keep one"
    ),
    "periodic_test: {rate: 1 /h, interval: 0 h, first_test: 0 h}": "periodic_test.interval: must be above 0",
    "periodic_test: {rate: 1 /h, interval: nothing, first_test: 0 h}": (
        "periodic_test.interval: parameter 'nothing' must be above 0"
    ),
    "periodic_test: {rate: -1 /h, interval: 1 h, first_test: 0 h}": (
        "periodic_test.rate: -1.0 /h must be finite and not negative"
    ),
}  # fmt: skip


@pytest.mark.parametrize("written", EVENT_FAULTS)
def test_fault_in_a_failure_model(written):
    assert faults(HEAD + written + TAIL) == [f"m.yaml:5: basic event 'e': {EVENT_FAULTS[written]}"]


def test_a_negative_rate_in_a_parameter_names_the_parameter():
    text = HEAD + "rate: w" + TAIL.replace("1 /h", "-1e-5 /h")
    assert faults(text) == ["m.yaml:7: parameter 'w': value: -1e-05 /h must be finite and not negative"]


@pytest.mark.parametrize(
    ("duration", "interval"),
    [("{uniform: {low: 1 h, high: 3 h}}", "2 h"), ("{lognormal: {median: 1 s, error_factor: 2}}", "1 y")],
)
def test_a_test_that_may_be_longer_than_the_interval(duration, interval):
    test = f"{{rate: 1 /h, interval: {interval}, first_test: 0 h, test_duration: d}}"
    text = f"name: t\ntop: e\nmission_time: 1 h\nbasic_events:\n  e: {{periodic_test: {test}}}\n"
    text += f"parameters:\n  d: {{value: 2 h, uncertainty: {duration}}}\n"
    assert faults(text) == [
        "m.yaml:5: basic event 'e': by their uncertainties a test may be longer than the interval between tests; "
        "take distributions that end in between, such as uniform"
    ]
    assert read_yaml(text.replace(duration, "{uniform: {low: 1 h, high: 2 h}}")).parameters["d"].value.value == 2.0


def test_too_many_phases():
    phases = [{"duration": "1 h", "rate": "1 /h"}] * 1_001
    with pytest.raises(InvalidModelError) as caught:
        Model.from_data({"name": "t", "top": "e", "mission_time": "1 h", "basic_events": {"e": {"phases": phases}}})
    assert str(caught.value) == "basic event 'e': phases: 1 to 1,000 phases are wanted here, not 1,001"


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("repairable: {rate: 1 /h, repair_time: 1 h}", "a repairable component"),
        ("phases: [{duration: 1 h, rate: 1 /h}]", "a list of phases"),
        ("gamma: {shape: 2, scale: 1 h}", "a gamma"),
        ("lognormal: {median: 1 h, sigma: 1}", "a lognormal"),
    ],
)
def test_what_changes_with_time_needs_a_mission_time(written, what):
    text = (HEAD + written + TAIL).replace("mission_time: 1 h\n", "")
    assert faults(text) == [
        f"m.yaml:4: basic event 'e': {what} needs a mission time, and the model has none; add `mission_time: 24 h`"
    ]


def test_a_steady_component_needs_no_mission_time():
    text = "name: t\ntop: e\nbasic_events:\n  e: {repairable: {rate: 1 /h, repair_time: 1 h, steady: true}}\n"
    assert read_yaml(text).mission_time is None


def test_both_faults_of_an_element_are_told():
    written = "repairable: {rate: 1, repair_rate: 1 /h, repair_time: 1 h}"
    assert faults(HEAD + written + TAIL) == [
        "m.yaml:5: basic event 'e': repairable: both `repair_rate` and `repair_time` are given; keep one",
        "m.yaml:5: basic event 'e': repairable.rate: 1 has no unit; write it like '1 /h'",
    ]


def test_a_key_without_a_value_is_not_given():
    assert event("repairable: {rate: w, repair_rate: , repair_time: 8 h, steady: ~}") == event(
        "repairable: {rate: w, repair_time: 8 h}"
    )


def test_python_elements_are_the_same():
    given = BasicEvent(repairable={"rate": "w", "repair_time": "8 h"})
    assert given == event("repairable: {rate: w, repair_time: 8 h}")
    model = read_yaml(HEAD + "phases: [{duration: 2 h, rate: w}]" + TAIL)
    assert read_yaml(write_yaml(model)) == model


def test_a_missing_number_hides_no_other_fault():
    assert faults(HEAD + "periodic_test: {rate: w, interval: 0 h}" + TAIL) == [
        "m.yaml:5: basic event 'e': periodic_test.interval: must be above 0",
        "m.yaml:5: basic event 'e': `periodic_test.first_test` is missing",
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("weibull: {scale: 5 h, shape: 2 h}", "weibull.shape: 2 h has a unit, and a number has none; write 2, if that"
         " is meant"),
        ("glm: {on_demand: 0.1 /h, rate: w}", "glm.on_demand: 0.1 /h has a unit, and a probability has none; "
         "write 0.1, if that is meant"),
        ("rate: .inf /h", "rate: .inf /h must be finite and not negative"),
        ("weibull: {scale: .inf h, shape: 2}", "weibull.scale: .inf h must be finite and not negative"),
        ("rate: -.INF per h", "rate: -.INF per h must be finite and not negative"),
    ],
)  # fmt: skip
def test_a_wrong_unit_is_no_parameter(written, message):
    assert faults(HEAD + written + TAIL) == [f"m.yaml:5: basic event 'e': {message}"]


def test_a_name_like_infinity_is_a_name():
    assert faults(HEAD + "rate: info" + TAIL) == [
        "m.yaml:5: basic event 'e': rate: parameter 'info' is not defined; define it, or correct the name"
    ]


# 1 / 1000 h is 1e-3 /h; 200,000 FIT are 2e5 / 1e9 h = 2e-4 /h; a month is 730 h, a twelfth of 8760 h.
WAYS_OF_SAYING_A_RATE = {
    "rate: 200000 FIT": 2e-4,
    "rate: 2e5FITs": 2e-4,
    "rate: 2e5 fit": 2e-4,
    "rate: 0.146 /mo": 2e-4,
    "rate: 0.146 per month": 2e-4,
    "rate: 1.752 /y": 2e-4,
    "mttf: 5000 h": 2e-4,
    "mtbf: 5000 h": 2e-4,
    "mttf: life": 1e-3,
    "mttf: 10 months": 1 / 7300,
    "repairable: {mttf: 5000 h, repair_rate: 0 /h}": 2e-4,
    "repairable: {mtbf: life, repair_rate: 0 /h}": 1e-3,
    "glm: {on_demand: 0, mttf: 5000 h}": 2e-4,
    "periodic_test: {mttf: 5000 h, interval: 1 y, first_test: 1 y}": 2e-4,
    "periodic_test: {mtbf: 5000 h, interval: 1 y, first_test: 1 y}": 2e-4,
}


@pytest.mark.parametrize("written", WAYS_OF_SAYING_A_RATE)
def test_ways_of_saying_a_failure_rate(written):
    model = read_yaml(HEAD.replace("1 h", "100 h") + written + TAIL + "  life: {value: 1000 h}\n")
    expected = -math.expm1(-100 * WAYS_OF_SAYING_A_RATE[written])
    assert model.probability_of("e") == pytest.approx(expected, rel=1e-14)
    assert read_yaml(write_yaml(model)) == model


@pytest.mark.parametrize("repair", ["repair_time: 10 h", "repair_rate: 0.1 /h"])
def test_a_repair_time_of_what_fails_on_demand(repair):
    """At 100 h: on_demand e^(-r t) + (rate / r) (1 - e^(-r t)), r = 0.001 + 0.1 per hour."""
    model = read_yaml(HEAD.replace("1 h", "100 h") + f"glm: {{on_demand: 0.2, mttf: 1000 h, {repair}}}" + TAIL)
    left = math.exp(-10.1)
    assert model.probability_of("e") == pytest.approx(0.2 * left + (1e-3 / 0.101) * (1 - left), rel=1e-13)


@pytest.mark.parametrize("key", ["mttf", "mtbf"])
def test_an_uncertain_mean_life(key):
    written = f"{key}: 1000 h, uncertainty: {{uniform: {{low: 500 h, high: 1500 h}}}}"
    assert list(event(written).quantities()) == [((key,), Duration(1000.0, "h"))]
    model = read_yaml(HEAD + written + TAIL)
    assert model.law_form("e").inputs == {"e"}
    wrong = f"{key}: 1000 h, uncertainty: {{uniform: {{low: 1e-4 /h, high: 1e-3 /h}}}}"
    assert faults(HEAD + wrong + TAIL) == [
        f"m.yaml:5: basic event 'e': `{key}` is a time, and its uniform uncertainty is of a rate; "
        "write it with a unit like `h`"
    ]


def test_a_rate_in_fit_keeps_its_unit():
    assert str(Rate.from_text("500 FIT")) == "500 FIT"
    assert Rate.from_text("500 FIT").per_second == pytest.approx(500e-9 / 3600, rel=1e-15)
    assert str(Duration.from_text("3 months")) == "3 mo"
    assert Duration.from_text("12 mo").seconds == Duration.from_text("1 y").seconds


def test_every_missing_number_of_a_component_is_told():
    assert faults(HEAD + "repairable: {steady: true}" + TAIL) == [
        "m.yaml:5: basic event 'e': repairable: `rate` is missing; give it, or `mttf` or `mtbf`",
        "m.yaml:5: basic event 'e': repairable: `repair_rate` is missing; give it, or `repair_time`",
    ]


def test_a_decimal_comma_between_braces():
    assert faults(HEAD + "rate: 0,001 /h" + TAIL)[-1] == (
        "m.yaml:5: basic event 'e': unknown key '001 /h'; write a number with a decimal point, not with a comma"
    )
