"""Common-cause groups as written: their faults in full words, and what counts as a use of a parameter."""

import pytest

from faulttree.errors import InvalidModelError
from faulttree.formats import read_text
from faulttree.model import CommonCauseGroup, Model
from faulttree.model.yaml import read_yaml, write_yaml

HEAD = """\
name: t
top: [g, a, b, c, d, e]
mission_time: 1 h
gates: {g: {or: [a, h]}}
basic_events:
  a: {rate: w}
  b: {rate: w}
  c: {rate: w}
  d: {rate: 2 /h}
  e: {}
house_events: {h: {state: false}}
parameters:
  w: {value: 1 /h}
  half: {value: 0.5}
  much: {value: 0.8}
common_cause_groups:
  k: {"""
MODELS = "beta_factor, mgl, alpha_factor, phi_factor, binomial_failure_rate"


def faults(text, file="m.yaml"):
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(text, file)
    return [str(fault) for fault in caught.value.faults if fault.severity == "error"]


def group(written):
    return read_yaml(f"{HEAD}{written}}}\n").common_cause_groups["k"]


SOUND = {
    "events: [a, b], beta_factor: 0.1": [(("beta_factor",), 0.1)],
    "events: [a, b, c], mgl: [0.1, half]": [(("mgl", 0), 0.1), (("mgl", 1), "half")],
    "events: [a, b, c], alpha_factor: {factors: [half, 0.5], testing: staggered}": [
        (("alpha_factor", "factors", 0), "half"),
        (("alpha_factor", "factors", 1), 0.5),
    ],
    "events: [a, b, c], phi_factor: [0.9, 0.05, 0.05]": [
        (("phi_factor", index), value) for index, value in enumerate([0.9, 0.05, 0.05])
    ],
    "events: [a, b], binomial_failure_rate: {shock_rate: w, conditional: half, lethal_probability: 1e-9}": [
        (("binomial_failure_rate", "shock_rate"), "w"),
        (("binomial_failure_rate", "conditional"), "half"),
        (("binomial_failure_rate", "lethal_probability"), 1e-9),
    ],
}


@pytest.mark.parametrize("written", SOUND)
def test_the_numbers_and_their_places(written):
    made = group(written)
    assert f"{made.kind}:" in written
    assert list(made.quantities()) == SOUND[written]


def test_testing_is_not_staggered_unless_said():
    assert group("events: [a, b], alpha_factor: {factors: [1]}").alpha_factor.testing == "non-staggered"
    assert group("events: [a, b], alpha_factor: {factors: [1], testing: staggered}").alpha_factor.testing == "staggered"


GROUP_FAULTS = {
    "events: [a], beta_factor: 0.1": (
        "events: 1 event in the group; a group of one has no common cause, so name at least two events"
    ),
    "events: [], beta_factor: 0.1": (
        "events: no events in the group; a group of one has no common cause, so name at least two events"
    ),
    "events: a, beta_factor: 0.1": "events: a list is wanted here, not text 'a'; write `events: [a]`",
    "beta_factor: 0.1": "`events` is missing",
    "events: [a, b]": f"no common-cause model; give one of {MODELS}",
    "events: [a, b], beta_facto: 0.1": "unknown key 'beta_facto'; did you mean 'beta_factor'?",
    "events: [a, b], beta_factor: 0.1, mgl: [0.1]": "both `beta_factor` and `mgl` are given; keep one",
    "events: [a, b], beta_factor: 1.1": "beta_factor: probability 1.1 lies outside [0, 1]",
    "events: [a, b], beta_factor: -0.1": "beta_factor: probability -0.1 lies outside [0, 1]",
    "events: [a, b], beta_factor: w": "beta_factor: parameter 'w' is a rate; give its value as a number",
    "events: [a, b], beta_factor: hal": "beta_factor: parameter 'hal' is not defined; did you mean 'half'?",
    "events: [a, b], mgl: 0.1": "mgl: a list is wanted here, not number 0.1; write `mgl: [0.1]`",
    "events: [a, b], mgl: []": "mgl: no factor is given; give at least one",
    "events: [a, b], mgl: [0.1, 0.2]": "mgl: 2 factors for 2 events; at most 1 fit",
    "events: [a, b, c], mgl: [0.1, 1.2]": "mgl[2]: probability 1.2 lies outside [0, 1]",
    "events: [a, b], alpha_factor: {factors: [0.5, 0.4, 0.1]}": (
        "alpha_factor.factors: 3 factors for 2 events; at most 2 fit"
    ),
    "events: [a, b], alpha_factor: {factors: [0.5, 0.4]}": (
        "alpha_factor.factors: the factors sum to 0.9, not to 1"
    ),
    "events: [a, b], alpha_factor: {factors: [much, half]}": (
        "alpha_factor.factors: the factors sum to 1.3, not to 1"
    ),
    "events: [a, b], alpha_factor: [0.5, 0.5]": (
        "alpha_factor: a mapping is wanted here, not a list; "
        "write `alpha_factor: {factors: [0.95, 0.05], testing: staggered}`"
    ),
    "events: [a, b], alpha_factor: {factors: [1], testing: sometimes}": (
        "alpha_factor.testing: text 'sometimes' is not known; use 'staggered' or 'non-staggered'"
    ),
    "events: [a, b], phi_factor: [0.5, 0.4]": (
        "phi_factor: the factors sum to 0.9, not to 1"
    ),
    "events: [a, b], phi_factor: [0.5, 0.4, 0.1]": "phi_factor: 3 factors for 2 events; at most 2 fit",
    "events: [a, b], binomial_failure_rate: {shock_rate: 1 /h, conditional: 1.5}": (
        "binomial_failure_rate.conditional: probability 1.5 lies outside [0, 1]"
    ),
    "events: [a, b], binomial_failure_rate: {conditional: 0.5}": (
        "binomial_failure_rate: `shock_probability` is missing; give it, or `shock_rate`"
    ),
    "events: [a, b], binomial_failure_rate: {shock_rate: 1 /h, shock_probability: 0.1, conditional: 0.5}": (
        "binomial_failure_rate: both `shock_probability` and `shock_rate` are given; keep one"
    ),
    "events: [a, b], binomial_failure_rate: {shock_rate: 1 /h, conditional: 0, lethal_rate: 1 /h, "
    "lethal_probability: 0}": (
        "binomial_failure_rate: both `lethal_probability` and `lethal_rate` are given; keep one"
    ),
    "events: [a, b], binomial_failure_rate: {shock_rate: -1 /h, conditional: 0}": (
        "binomial_failure_rate.shock_rate: -1.0 /h must be finite and not negative"
    ),
    "events: [a, b], binomial_failure_rate: 5": (
        "binomial_failure_rate: a mapping is wanted here, not number 5; "
        "write `binomial_failure_rate: {shock_rate: 1e-6 /h, conditional: 0.1}`"
    ),
    "events: [a, x], beta_factor: 0.1": "event 'x' is not defined; define it, or correct the name",
    "events: [a, g], beta_factor: 0.1": "'g' is a gate; name basic events",
    "events: [a, h], beta_factor: 0.1": "'h' is a house event; name basic events",
    "events: [a, a], beta_factor: 0.1": "event 'a' is named twice; name it once",
    "events: [a, d], beta_factor: 0.1": (
        "events 'a' and 'd' have different failure models; "
        "give each member the same one, with the numbers as parameters"
    ),
    "events: [a, e], beta_factor: 0.1": "event 'e' has no failure model; give each member the same one",
    "events: [a, b], beta_factor: 0.1, source: x": "source 'x' is not defined; define it, or correct the name",
}  # fmt: skip


@pytest.mark.parametrize("written", GROUP_FAULTS)
def test_fault_in_a_group(written):
    expected = [f"m.yaml:17: common-cause group 'k': {GROUP_FAULTS[written]}"]
    assert faults(f"{HEAD}{written}}}\n") == expected


def test_an_event_is_in_one_group():
    text = f"{HEAD}events: [a, b], beta_factor: 0.1}}\n  l: {{events: [b, c], beta_factor: 0.1}}\n"
    assert faults(text) == [
        "m.yaml:18: common-cause group 'l': event 'b' is in group 'k', too; leave it in one of them"
    ]


def test_members_share_one_uncertain_number():
    own = "{probability: 0.1, uncertainty: {beta: {alpha: 1, beta: 9}}}"
    text = f"{HEAD}events: [a, b], beta_factor: 0.1}}\n".replace("{rate: w}", own)
    assert faults(text) == [
        f"m.yaml:17: common-cause group 'k': event '{name}' has an uncertainty of its own, and the members of a group "
        "share one number; make the number a parameter, and give the parameter the uncertainty"
        for name in "ab"
    ]


def test_a_name_that_an_expanded_event_will_have():
    text = f"{HEAD}events: [a, b, c], beta_factor: 0.1}}\n"
    for name in ("[a c]", "[b]", "[a b c]"):
        assert faults(text.replace("gates: {", f"gates: {{'{name}': {{or: [a]}}, ")) == [
            f"m.yaml:4: gate '{name}': the name is that of an event of common-cause group 'k'; rename it"
        ]
    read_yaml(text.replace("gates: {", "gates: {'[c a]': {or: [a]}, '[a d]': {or: [a]}, "))


def test_a_rate_of_shocks_needs_a_mission_time():
    text = f"{HEAD}events: [a, b], binomial_failure_rate: {{shock_rate: 1 /h, conditional: 0.5}}}}\n"
    text = text.replace("mission_time: 1 h", "").replace("{rate: w}", "{probability: half}").replace("2 /h", "w")
    text = text.replace("d: {rate: w}", "d: {}")
    assert faults(text) == [
        "m.yaml:17: common-cause group 'k': a binomial_failure_rate needs a mission time, and the model has none; "
        "add `mission_time: 24 h`"
    ]


def test_a_faulty_member_is_told_once():
    text = f"{HEAD}events: [a, b], beta_factor: 0.1}}\n".replace("b: {rate: w}", "b: {rate: 5}")
    assert faults(text) == ["m.yaml:7: basic event 'b': rate: 5 has no unit; write it like '5 /h'"]


def test_a_parameter_of_a_group_is_used():
    text = f"{HEAD}events: [a, b], alpha_factor: {{factors: [half, 0.5]}}}}\n"
    _, warnings = read_text(text, "yaml", "m.yaml")
    assert [str(warning) for warning in warnings] == [
        "m.yaml:15: warning: parameter 'much': no event uses it; name it in an event, or remove it"
    ]


def test_it_is_written_and_read_in_reading_order():
    alpha = "alpha_factor: {factors: [0.5, 0.5], testing: staggered}"
    text = f"{HEAD}events: [a, b], {alpha}, source: judgement, label: x}}\n"
    model = read_yaml(text)
    assert f"  k: {{label: x, events: [a, b], {alpha}, source: judgement}}\n" in write_yaml(model)
    assert read_yaml(write_yaml(model)) == model
    made = CommonCauseGroup(
        label="x", events=("a", "b"), source="judgement", alpha_factor={"factors": [0.5, 0.5], "testing": "staggered"}
    )
    assert model.common_cause_groups["k"] == made
    assert Model.from_data(model.to_data()) == model


def test_phi_factors_that_change_a_members_total_are_worth_a_word():
    # 0.7 + 2 x 0.2 + 0.1; a group of two keeps its total, as do alpha-factors.
    text = f"{HEAD}events: [a, b, c], phi_factor: [0.7, 0.2, 0.1]}}\n"
    _, warnings = read_text(text, "yaml", "m.yaml")
    assert [str(warning) for warning in warnings if "total" in str(warning)] == [
        "m.yaml:17: warning: common-cause group 'k': a member fails with 1.2 times the probability of its failure "
        "model, the sum of C(n - 1, k - 1) phi_k; to keep the members' total, take alpha-factors or mgl"
    ]
    for sound in ("events: [a, b], phi_factor: [0.7, 0.3]", "events: [a, b, c], alpha_factor: {factors: [0.7, 0.3]}"):
        _, warnings = read_text(f"{HEAD}{sound}}}\n", "yaml", "m.yaml")
        assert not [warning for warning in warnings if "total" in warning.message]


def test_a_factor_with_a_unit_is_no_parameter():
    assert faults(f"{HEAD}events: [a, b], beta_factor: 0.1 /h}}\n") == [
        "m.yaml:17: common-cause group 'k': beta_factor: 0.1 /h has a unit, and a probability has none; "
        "write 0.1, if that is meant"
    ]
