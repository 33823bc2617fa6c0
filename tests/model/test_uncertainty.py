"""Uncertain numbers as written: what is refused and noticed, in full words, and the distributions in SI."""

import math
import typing

import pytest
from scipy import stats

from faulttree import laws
from faulttree.errors import InvalidModelError
from faulttree.formats import read_text
from faulttree.model import BasicEvent, Duration, Rate
from faulttree.model.distributions import (
    Beta,
    Distribution,
    Empirical,
    Gamma,
    Histogram,
    Lognormal,
    Loguniform,
    Normal,
    Triangular,
    Uniform,
)
from faulttree.model.failure_models import FAILURE_MODELS
from faulttree.model.posteriors import FailuresSeen
from faulttree.model.uncertainty import UNCERTAINTIES
from faulttree.model.written_distributions import WrittenDistribution
from faulttree.model.yaml import read_yaml, write_yaml

Z_95 = stats.norm.ppf(0.95)
HOUR = 3600.0


def model_text(parameter, event="probability: p"):
    return f"name: t\ntop: e\nmission_time: 1 h\nbasic_events:\n  e: {{{event}}}\nparameters:\n  p: {{{parameter}}}\n"


def told(text):
    """All faults and warnings."""
    try:
        warnings = read_text(text, "yaml", "m.yaml")[1]
    except InvalidModelError as error:
        return [str(fault) for fault in error.faults]
    return [str(warning) for warning in warnings]


def parameter(written, event="probability: p", value=""):
    return read_yaml(model_text(f"{value}uncertainty: {{{written}}}", event)).parameters["p"]


EF = "an error factor is the 95th percentile over the median, so at least 1"
WAYS = "give `mean` or `median` with `error_factor`, or `mu` with `sigma`, and nothing else"
FAULTS = {
    "{}": f"uncertainty: no distribution; give one of {', '.join(UNCERTAINTIES)}",
    "{beta: {alpha: 1, beta: 1}, uniform: {low: 0, high: 1}}": (
        "uncertainty: both `beta` and `uniform` are given; keep one"
    ),
    "{betta: {alpha: 1, beta: 1}}": "unknown key 'betta' in 'uncertainty'; did you mean 'beta'?",
    "0.1": (
        "uncertainty: a mapping is wanted here, not number 0.1; "
        "write `uncertainty: {lognormal: {median: 1e-5 /h, error_factor: 3}}`"
    ),
    "{lognormal: {median: 0.1, error_factor: 0.9}}": f"uncertainty.lognormal: error_factor 0.9 is below 1; {EF}",
    "{lognormal: {median: 0.1, error_factor: -3}}": f"uncertainty.lognormal: error_factor -3 is below 1; {EF}",
    "{lognormal: {median: 0, error_factor: 3}}": "uncertainty.lognormal.median: 0 must be above 0",
    "{lognormal: {median: -1, error_factor: 3}}": "uncertainty.lognormal.median: -1 must be above 0",
    "{lognormal: {median: 0.1}}": f"uncertainty.lognormal: {WAYS}",
    "{lognormal: {median: 0.1, mean: 0.2, error_factor: 3}}": f"uncertainty.lognormal: {WAYS}",
    "{lognormal: {mu: -3, sigma: 1, error_factor: 3}}": f"uncertainty.lognormal: {WAYS}",
    "{lognormal: {median: 0.1, error_factor: 3, unit: /h}}": f"uncertainty.lognormal: {WAYS}",
    "{lognormal: {mu: -3, sigma: 0}}": "uncertainty.lognormal.sigma: 0 must be finite and above 0",
    "{lognormal: {mu: -3, sigma: -1}}": "uncertainty.lognormal.sigma: -1 must be finite and above 0",
    "{lognormal: {mu: .nan, sigma: 1}}": "uncertainty.lognormal.mu: nan must be finite and a number",
    "{lognormal: {mu: -3, sigma: 1, unit: parsec}}": (
        "uncertainty.lognormal.unit: the unit 'parsec' is not known; use one of ms, s, min, h, d, wk, mo, y"
    ),
    "{lognormal: {mu: -3, sigma: 1, unit: 5}}": (
        "uncertainty.lognormal.unit: a unit is wanted here, like '/h' or 'h', not number 5"
    ),
    "{lognormal: {mu: 1, sigma: 40}}": (
        "uncertainty: lognormal: the mean is larger than any number; the spread is too wide"
    ),
    "{lognormal: {median: q, error_factor: 3}}": (
        "uncertainty.lognormal.median: a number with a unit is wanted here, like '1e-5 /h', not text 'q'"
    ),
    "{beta: {alpha: 0, beta: 1}}": "uncertainty.beta.alpha: 0 must be finite and above 0",
    "{beta: {alpha: 1, beta: -1}}": "uncertainty.beta.beta: -1 must be finite and above 0",
    "{beta: {alpha: 1}}": "`uncertainty.beta.beta` is missing",
    "{beta: {alpha: 1, bta: 1}}": "unknown key 'bta' in 'uncertainty.beta'; did you mean 'beta'?",
    "{gamma: {shape: 0, scale: 0.1}}": "uncertainty.gamma.shape: 0 must be finite and above 0",
    "{gamma: {shape: 1, scale: 0}}": "uncertainty.gamma.scale: 0 must be above 0",
    "{uniform: {low: 0.2, high: 0.1}}": "uncertainty.uniform: low 0.2 is not below high 0.1",
    "{uniform: {low: 0.2, high: 0.2}}": "uncertainty.uniform: low 0.2 is not below high 0.2",
    "{uniform: {low: -0.2, high: 0.2}}": (
        "its uniform uncertainty reaches -0.2, and only what is in an expression may be negative; check its numbers"
    ),
    "{loguniform: {low: 0, high: 0.2}}": "uncertainty.loguniform.low: 0 must be above 0",
    "{loguniform: {low: 0.2, high: 0.1}}": "uncertainty.loguniform: low 0.2 is not below high 0.1",
    "{empirical: {values: [0.1, 0.2], weights: [1]}}": (
        "uncertainty.empirical: 2 values and 1 weights are given; give a weight for each value"
    ),
    "{empirical: {values: [0.1], weights: [0]}}": "uncertainty.empirical: every weight is 0; give at least one above 0",
    "{uniform: {low: 0.2, high: 1 /h}}": "uncertainty.uniform: low is a number and high a rate; give both alike",
    "{uniform: {low: 0.2, high: 1.5}}": (
        "its uniform uncertainty reaches 1.5, and a probability lies in [0, 1]; check its numbers"
    ),
    "{normal: {mean: 0.2, sd: 0}}": "uncertainty.normal.sd: 0 must be above 0",
    "{normal: {mean: 0.2, sd: 0.1, low: 0.3}}": "uncertainty.normal: mean 0.2 lies below low 0.3",
    "{normal: {mean: 0.2, sd: 0.1, high: 0.1}}": "uncertainty.normal: mean 0.2 lies above high 0.1",
    "{normal: {mean: 0.2, sd: 0.1, low: 0.2, high: 0.2}}": "uncertainty.normal: low 0.2 is not below high 0.2",
    "{normal: {mean: 0.2, sd: 1 h}}": "uncertainty.normal: mean is a number and sd a time; give both alike",
    "{normal: {mean: 1.2, sd: 0.1}}, value: 0.9": (
        "0.98 of its normal uncertainty lies above 1, and a probability lies in [0, 1]; check its numbers"
    ),
    "{triangular: {low: 0.1, mode: 0.5, high: 0.4}}": (
        "uncertainty.triangular: mode 0.5 lies outside low 0.1 to high 0.4"
    ),
    "{triangular: {low: 0.4, mode: 0.4, high: 0.1}}": "uncertainty.triangular: low 0.4 is not below high 0.1",
    "{triangular: {low: 0.1, mode: 0.5, high: 1.2}}": (
        "its triangular uncertainty reaches 1.2, and a probability lies in [0, 1]; check its numbers"
    ),
    "{histogram: {edges: [0.1, 0.2], weights: [1, 2]}}": (
        "uncertainty.histogram: 2 edges and 2 weights are given; give one edge more than weights"
    ),
    "{histogram: {edges: [0.1], weights: []}}": (
        "uncertainty.histogram: 1 edges and 0 weights are given; give one edge more than weights"
    ),
    "{histogram: {edges: [0.1, 0.3, 0.3], weights: [1, 2]}}": (
        "uncertainty.histogram: edges[3] is 0.3, which is not above 0.3 before it; edges rise"
    ),
    "{histogram: {edges: [0.1, 0.2], weights: [-1]}}": (
        "uncertainty.histogram.weights[1]: -1 must be finite and not negative"
    ),
    "{histogram: {edges: [0.1, 0.2], weights: [0]}}": (
        "uncertainty.histogram: every weight is 0; give at least one above 0"
    ),
    "{histogram: {edges: [0.1, 2 h], weights: [1]}}": (
        "uncertainty.histogram: edges[1] is a number and edges[2] a time; give both alike"
    ),
    "{histogram: {edges: [0.1, 1.2], weights: [1]}}": (
        "its histogram uncertainty reaches 1.2, and a probability lies in [0, 1]; check its numbers"
    ),
    "{empirical: {values: []}}": "uncertainty.empirical: no value is given; give at least one",
    "{empirical: {values: 5}}": (
        "uncertainty.empirical.values: a list is wanted here, not number 5; write `values: [5]`"
    ),
    "{empirical: {values: [0.1, -0.05]}}": (
        "its empirical uncertainty reaches -0.05, and only what is in an expression may be negative; check its numbers"
    ),
    "{empirical: {values: [0.1, 1.1]}}": (
        "its empirical uncertainty reaches 1.1, and a probability lies in [0, 1]; check its numbers"
    ),
    "{jeffreys: {failures: 5, trials: 4}}": (
        "uncertainty.jeffreys: 5 failures in 4 trials; no more can fail than are tried"
    ),
    "{jeffreys: {failures: -1, trials: 4}}": "uncertainty.jeffreys.failures: -1 must be finite and not negative",
    "{jeffreys: {failures: 1, trials: -4}}": "uncertainty.jeffreys.trials: -4 must be finite and not negative",
    "{jeffreys: {failures: 1}}": "uncertainty.jeffreys: `trials` is missing; give it, or `time`",
    "{jeffreys: {failures: 1, trials: 4, time: 5 h}}": (
        "uncertainty.jeffreys: both `trials` and `time` are given; keep one"
    ),
    "{jeffreys: {failures: 1, time: 0 h}}": "uncertainty.jeffreys: time must be above 0",
    "{jeffreys: {failures: 1, time: 5}}": "uncertainty.jeffreys.time: 5 has no unit; write it like '5 h'",
    "{jeffreys: {failures: 1, time: 5 h}}": "probability: parameter 'p' is a rate; write `rate: p`",
    "{bayes: {failures: 1, trials: 4}}": "`uncertainty.bayes.prior` is missing",
    "{bayes: {failures: 1, trials: 4, prior: {alpha: 1}}}": (
        "uncertainty.bayes.prior: give `alpha` and `beta`, or `shape` and `time`"
    ),
    "{bayes: {failures: 1, trials: 4, prior: {alpha: 0, beta: 1}}}": (
        "uncertainty.bayes.prior.alpha: 0 must be finite and above 0"
    ),
    "{bayes: {failures: 1, trials: 4, prior: {shape: 1, time: 5 h}}}": (
        "uncertainty.bayes: the prior does not go with the evidence; give `alpha` and `beta`, for trials"
    ),
    "{bayes: {failures: 1, time: 4 h, prior: {alpha: 1, beta: 5}}}": (
        "uncertainty.bayes: the prior does not go with the evidence; give `shape` and `time`, for a time"
    ),
    "{bayes: {failures: 9, trials: 4, prior: {alpha: 1, beta: 5}}}": (
        "uncertainty.bayes: 9 failures in 4 trials; no more can fail than are tried"
    ),
    "{beta: {alpha: 1, beta: 1}}, value: 1 /h": (
        "`value` is a rate, and its beta uncertainty is of a number; write it with the unit `/h`"
    ),
    "{uniform: {low: 1 h, high: 2 h}}, value: 0.5": (
        "`value` is a number, and its uniform uncertainty is of a time; write it without a unit"
    ),
    "{uniform: {low: 1, high: 2}}, value: 5 h": (
        "`value` is a time, and its uniform uncertainty is of a number; write it with a unit like `h`"
    ),
    "{uniform: {low: 1 /h, high: 2 /h}}": "probability: parameter 'p' is a rate; write `rate: p`",
    "{lognormal: {median: 0.9, error_factor: 30}}": (
        "the mean of its uncertainty, 7.63314 lies outside [0, 1]; a rate is written like '1e-5 /h'"
    ),
}  # fmt: skip


@pytest.mark.parametrize("written", FAULTS)
def test_fault_in_the_uncertainty_of_a_parameter(written):
    of_event = FAULTS[written].startswith("probability: parameter")
    place = "m.yaml:5: basic event 'e'" if of_event else "m.yaml:7: parameter 'p'"
    assert told(model_text(f"uncertainty: {written}")) == [f"{place}: {FAULTS[written]}"]


WARNINGS = {
    "uncertainty: {lognormal: {median: 0.1, error_factor: 10}}": (
        "0.05 of its lognormal uncertainty lies above 1 and is cut off, which moves its mean from 0.266 to 0.167; "
        "check its numbers, or take another distribution"
    ),
    "uncertainty: {gamma: {shape: 1, scale: 0.5}}": (
        "0.14 of its gamma uncertainty lies above 1 and is cut off, which moves its mean from 0.5 to 0.343; "
        "check its numbers, or take another distribution"
    ),
    "uncertainty: {normal: {mean: 0.9, sd: 0.1}}": (
        "0.16 of its normal uncertainty lies above 1 and is cut off, which moves its mean from 0.9 to 0.871; "
        "check its numbers, or take another distribution"
    ),
    "uncertainty: {normal: {mean: 0.1, sd: 0.1}}": (
        "0.16 of its normal uncertainty lies below 0 and is cut off; "
        "give `low: 0` if that is meant, or another distribution"
    ),
    # Little lies above 1, and half of the mean with it.
    "uncertainty: {lognormal: {mu: -9.2, sigma: 3}}": (
        "0.0011 of its lognormal uncertainty lies above 1 and is cut off, which moves its mean from 0.0091 to 0.00479; "
        "check its numbers, or take another distribution"
    ),
    "value: 0.5, uncertainty: {uniform: {low: 0.1, high: 0.4}}": (
        "value 0.5 lies outside the range of its uniform uncertainty; correct one of them"
    ),
}  # fmt: skip


@pytest.mark.parametrize("written", WARNINGS)
def test_what_is_noticed_of_a_parameter(written):
    assert told(model_text(written)) == [f"m.yaml:7: warning: parameter 'p': {WARNINGS[written]}"]


def test_a_shape_and_a_rate_are_not_cut_off():
    event = "weibull: {scale: 5 h, shape: p}"
    assert told(model_text("uncertainty: {uniform: {low: 0.5, high: 3}}", event)) == []
    assert told(model_text("uncertainty: {lognormal: {median: 2, error_factor: 9}}", event)) == []
    assert told(model_text("uncertainty: {normal: {mean: 2 /h, sd: 0.5 /h}}", "rate: p")) == []
    assert told(model_text("uncertainty: {normal: {mean: 0.1, sd: 0.1, low: 0}}")) == []


EVENT_FAULTS = {
    "uncertainty: {beta: {alpha: 1, beta: 1}}": (
        "`uncertainty` stands beside a number in `probability`, `rate`, `mttf`, `mtbf` or `frequency`; "
        "make the uncertain number a parameter, and give the parameter the uncertainty"
    ),
    "glm: {on_demand: 0.1, rate: 1 /h}, uncertainty: {beta: {alpha: 1, beta: 1}}": (
        "`uncertainty` stands beside a number in `probability`, `rate`, `mttf`, `mtbf` or `frequency`; "
        "make the uncertain number a parameter, and give the parameter the uncertainty"
    ),
    "probability: p, uncertainty: {beta: {alpha: 1, beta: 1}}": (
        "`probability` is the parameter 'p'; give the parameter the uncertainty"
    ),
    "rate: 1 /h, uncertainty: {beta: {alpha: 1, beta: 1}}": (
        "`rate` is a rate, and its beta uncertainty is of a number; write it with the unit `/h`"
    ),
    "probability: 0.5, uncertainty: {uniform: {low: 0.4, high: 1.1}}": (
        "its uniform uncertainty reaches 1.1, and a probability lies in [0, 1]; check its numbers"
    ),
}  # fmt: skip


@pytest.mark.parametrize("written", EVENT_FAULTS)
def test_fault_in_the_uncertainty_of_an_event(written):
    faults = [line for line in told(model_text("value: 0.5", written)) if "warning" not in line]
    assert faults == [f"m.yaml:5: basic event 'e': {EVENT_FAULTS[written]}"]


def test_what_is_noticed_of_an_event():
    uniform = "{uniform: {low: 1 /h, high: 2 /h}}"
    text = f"name: t\ntop: e\nmission_time: 1 h\nbasic_events:\n  e: {{rate: 5 /h, uncertainty: {uniform}}}\n"
    assert told(text) == [
        "m.yaml:5: warning: basic event 'e': rate 5 /h lies outside the range of its uniform uncertainty; "
        "correct one of them"
    ]


def test_two_uncertain_inputs_of_one_name():
    beta = "uncertainty: {beta: {alpha: 1, beta: 1}}"
    text = f"name: t\ntop: [e, f]\nbasic_events:\n  e: {{probability: 0.5, {beta}}}\n  f: {{probability: e}}\n"
    text += f"parameters:\n  e: {{{beta}}}\n"
    assert told(text) == [
        "m.yaml:4: basic event 'e': its uncertainty and that of the parameter of the same name cannot be told apart; "
        "rename one of them"
    ]
    assert told(text.replace(f"e: {{{beta}}}", "e: {value: 0.5}")) == []


IN_SI = {
    "lognormal: {median: 0.01, error_factor: 3}": Lognormal(math.log(0.01), math.log(3) / Z_95),
    "lognormal: {mean: 0.01 /h, error_factor: 3}": Lognormal(
        math.log(0.01 / HOUR) - (math.log(3) / Z_95) ** 2 / 2, math.log(3) / Z_95
    ),
    "lognormal: {mu: -3, sigma: 0.5}": Lognormal(-3.0, 0.5),
    "lognormal: {mu: -3, sigma: 0.5, unit: /h}": Lognormal(-3.0 - math.log(HOUR), 0.5),
    "lognormal: {mu: 3, sigma: 0.5, unit: hours}": Lognormal(3.0 + math.log(HOUR), 0.5),
    "lognormal: {median: 2 h, error_factor: 1}": Empirical((7200.0,)),
    "beta: {alpha: 2, beta: 3}": Beta(2.0, 3.0),
    "gamma: {shape: 2, scale: 1e-6 /h}": Gamma(2.0, 1e-6 / HOUR),
    "uniform: {low: 0 h, high: 1 d}": Uniform(0.0, 86400.0),
    "normal: {mean: 0.2, sd: 0.05}": Normal(0.2, 0.05, 0.0, math.inf),
    "normal: {mean: 2 h, sd: 1 min, low: 1 h, high: 3 h}": Normal(7200.0, 60.0, 3600.0, 10800.0),
    "triangular: {low: 1 /h, mode: 1 /h, high: 7200 /h}": Triangular(1 / HOUR, 1 / HOUR, 2.0),
    "histogram: {edges: [0, 1 , 3], weights: [1, 0]}": Histogram((0.0, 1.0, 3.0), (1.0, 0.0)),
    "empirical: {values: [2 s, 1 s]}": Empirical((2.0, 1.0)),
    "empirical: {values: [2 s, 1 s], weights: [3, 1]}": Empirical((2.0, 1.0), (3.0, 1.0)),
    "loguniform: {low: 1 h, high: 1 d}": Loguniform(HOUR, 86400.0),
    "jeffreys: {failures: 3, trials: 10}": Beta(3.5, 7.5),
    "jeffreys: {failures: 2.5, time: 100 h}": Gamma(3.0, 1 / (100 * HOUR)),
    "bayes: {failures: 3, trials: 10, prior: {alpha: 1, beta: 2}}": Beta(4.0, 9.0),
    "bayes: {failures: 0, time: 100 h, prior: {shape: 0.5, time: 20 h}}": Gamma(0.5, 1 / (120 * HOUR)),
}


@pytest.mark.parametrize("written", IN_SI)
def test_distributions_in_si_and_their_means_as_values(written):
    expected = IN_SI[written]
    use = {"number": "weibull: {scale: 5 h, shape: p}", "rate": "rate: p", "time": "gamma: {shape: 1, scale: p}"}
    for event in use.values():
        try:
            made = parameter(written, event)
        except InvalidModelError:
            continue
        break
    distribution = made.uncertainty.distribution
    assert type(distribution) is type(expected)
    for name in expected.__dataclass_fields__:
        # Logarithms of products are taken one way here and another there.
        assert getattr(distribution, name) == pytest.approx(getattr(expected, name), rel=1e-13)
    value = made.value
    in_si = value.per_second if isinstance(value, Rate) else value.seconds if isinstance(value, Duration) else value
    assert in_si == pytest.approx(expected.mean, rel=1e-12)
    assert not made.states_value
    model = read_yaml(model_text(f"uncertainty: {{{written}}}", event))
    assert "value" not in model.to_data()["parameters"]["p"]
    assert read_yaml(write_yaml(model)) == model
    assert read_yaml(write_yaml(model)).uncertain_inputs() == model.uncertain_inputs()


def test_a_stated_value_stays():
    made = parameter("beta: {alpha: 1, beta: 9}", value="value: 0.2, ")
    assert made.value == 0.2
    assert made.states_value
    assert parameter("beta: {alpha: 1, beta: 9}", value="value: 0.1, ") == parameter("beta: {alpha: 1, beta: 9}")


def test_uncertain_inputs_are_cut_off_by_use():
    model = read_yaml("""\
name: t
top: [a, b, c, d, f, g]
mission_time: 1 h
basic_events:
  a: {probability: q}
  b: {rate: w}
  c: {weibull: {scale: 5 h, shape: s}}
  d: {probability: 0.1, uncertainty: {lognormal: {median: 0.1, error_factor: 3}}}
  f: {rate: 1 /h, uncertainty: {normal: {mean: 1 /h, sd: 0.1 /h}}}
  g: {glm: {on_demand: n, rate: w}}
  h: {weibull: {scale: 5 h, shape: both}}
  i: {probability: both}
  x: {probability: 0.1}
  y: {probability: 0.1}
parameters:
  q: {uncertainty: {gamma: {shape: 2, scale: 0.01}}}
  w: {uncertainty: {lognormal: {median: 7200 /h, error_factor: 3}}}
  s: {uncertainty: {lognormal: {median: 2, error_factor: 3}}}
  n: {uncertainty: {normal: {mean: 0.2, sd: 0.01, high: 0.9}}}
  both: {uncertainty: {normal: {mean: 0.2, sd: 0.01}}}
  z: {uncertainty: {lognormal: {median: 0.01, error_factor: 3}}}
  plain: {value: 0.5}
common_cause_groups:
  g: {events: [x, y], beta_factor: z}
""")
    sigma = math.log(3) / Z_95
    expected = {
        "q": Gamma(2.0, 0.01, 1.0),
        "w": Lognormal(math.log(2.0), sigma),
        "s": Lognormal(math.log(2.0), sigma),
        "n": Normal(0.2, 0.01, 0.0, 0.9),
        "both": Normal(0.2, 0.01, 0.0, 1.0),
        "z": Lognormal(math.log(0.01), sigma, 1.0),
        "d": Lognormal(math.log(0.1), sigma, 1.0),
        "f": Normal(1 / HOUR, 0.1 / HOUR),
    }
    inputs = model.uncertain_inputs()
    assert list(inputs) == list(expected)
    for name, distribution in expected.items():
        assert repr(type(inputs[name])) == repr(type(distribution))
        for field in distribution.__dataclass_fields__:
            assert getattr(inputs[name], field) == pytest.approx(getattr(distribution, field), rel=1e-13)


def test_an_event_of_python_takes_one():
    made = BasicEvent(rate="1 /h", uncertainty={"gamma": {"shape": 2, "scale": "0.5 /h"}})
    assert made.uncertainty.kind == "gamma"
    assert made.uncertainty.dimension == "rate"


def test_written_and_si_names_match():
    """`WrittenX` is written, `X` is it in SI: a distribution, or the life of a failure model."""
    posteriors = {"WrittenJeffreys", "WrittenBayes"}  # rules that give a beta or a gamma distribution
    families = {kind.__name__ for kind in WrittenDistribution.__subclasses__()} - {"FailuresSeen"}
    assert {f"Written{kind.__name__}" for kind in typing.get_args(Distribution)} == families
    assert {kind.__name__ for kind in FailuresSeen.__subclasses__()} == posteriors
    lives = {model.__name__: model.law for model in FAILURE_MODELS.values() if isinstance(model, type)}
    assert lives.pop("WrittenGlm") == "Repairable"  # a second way of writing it
    for written, law in lives.items():
        assert written == f"Written{law}" and issubclass(getattr(laws, law), laws.Law)
