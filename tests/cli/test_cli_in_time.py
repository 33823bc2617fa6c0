"""The command line about time, importance, common causes and targets: results against closed forms, and messages."""

import csv
import io
import json
import math

import pytest

from faulttree import cli

# Two repairable pumps in parallel, in series with a fuse that is not repaired.
PUMPS = """
name: Pumps
top: no_flow
mission_time: 1000 h
gates:
  no_flow: {or: [both, fuse]}
  both: {and: [a, b]}
basic_events:
  a: {repairable: {rate: 1e-3 /h, repair_time: 50 h}}
  b: {repairable: {rate: 1e-3 /h, repair_time: 50 h}}
  fuse: {rate: fuse_rate}
parameters:
  fuse_rate: {value: 1e-5 /h}
"""
LAMBDA, MU, FUSE = 1e-3, 1 / 50, 1e-5
# Nothing is repaired: F = Q, and the numbers of a life have closed forms.
LIFE = """
name: Life
top: dead
mission_time: 100 h
gates: {dead: {and: [a, b]}}
basic_events:
  a: {rate: 1e-3 /h}
  b: {rate: 2e-3 /h}
"""
GROUP = """
name: Group
top: lost
gates: {lost: {and: [a, b]}}
basic_events: {a: {probability: 0.01}, b: {probability: 0.01}}
common_cause_groups: {pair: {events: [a, b], beta_factor: 0.1}}
"""


def pump(t):
    """Unavailability of a repairable pump after t hours; Markov chain of two states."""
    return LAMBDA / (LAMBDA + MU) * -math.expm1(-(LAMBDA + MU) * t)


def no_flow(t):
    return 1 - (1 - pump(t) ** 2) * math.exp(-FUSE * t)


def rows_of(result):
    code, out, err = result
    assert code == 0, err
    return json.loads(out)["rows"]


def table_of(result):
    code, out, err = result
    assert code == 0, err
    return list(csv.DictReader(io.StringIO(out)))


# Time


def test_over_time_at_named_times(ask):
    rows = rows_of(ask("over-time", PUMPS, "--at", "30 h", "--at", "5 d", "--format", "json"))
    assert [row["time_h"] for row in rows] == [30.0, 120.0]
    for row in rows:
        assert row["unavailability"] == pytest.approx(no_flow(row["time_h"]), rel=1e-10)  # 1 - ... loses digits


def test_over_time_spreads_points(ask):
    table = table_of(ask("over-time", LIFE, "--format", "csv"))
    assert [float(row["time_h"]) for row in table] == pytest.approx(list(range(101)))
    for row in table:
        t = float(row["time_h"])
        assert float(row["unreliability"]) == pytest.approx(math.expm1(-1e-3 * t) * math.expm1(-2e-3 * t), rel=1e-12)
    until = table_of(ask("over-time", LIFE, "--until", "2 h", "--points", "3", "--format", "csv"))
    assert [float(row["time_h"]) for row in until] == [0.0, 1.0, 2.0]


def test_what_is_to_be_known_of_a_curve_is_told(ask):
    words = "events are repaired"
    _, out, err = ask("over-time", PUMPS)
    assert words in out
    assert err == ""
    _, out, err = ask("over-time", PUMPS, "--format", "csv")
    assert words not in out
    assert words in err
    assert words in json.loads(ask("over-time", PUMPS, "--format", "json")[1])["notes"][0]


def test_metrics(ask):
    found = {row["quantity"]: row for row in rows_of(ask("metrics", LIFE, "--format", "json"))}
    # The mean life of two units in parallel; the mean of (1 - exp(-at)) (1 - exp(-bt)) over T.
    assert found["mttf"]["value"] == pytest.approx(1e3 + 500 - 1 / 3e-3, rel=1e-8)
    mean = 1 + sum(sign * math.expm1(-rate * 100) / rate for sign, rate in ((1, 1e-3), (1, 2e-3), (-1, 3e-3))) / 100
    assert found["mean_unavailability"]["value"] == pytest.approx(mean, rel=1e-9)
    code, out, _ = ask("metrics", LIFE, "--mission-time", "1 d")
    assert code == 0
    assert out.startswith("dead over 24 h\n")
    content = json.loads(ask("metrics", LIFE, "--mission-time", "1 d", "--format", "json")[1])
    assert content["mission_time_h"] == 24.0
    assert table_of(ask("metrics", PUMPS, "--format", "csv"))[0]["quantity"] == "unavailability"


@pytest.mark.parametrize(
    ("verb", "arguments", "message"),
    [
        ("over-time", ["--at", "260"], "260 has no unit; write it like '260 h'"),
        ("over-time", ["--at", "-1 h"], "not negative"),
        ("over-time", ["--at", "1 fortnight"], "the unit 'fortnight' is not known"),
        ("over-time", ["--at", "1 h", "--points", "5"], "give one or the other"),
        ("over-time", ["--at", "1 h", "--until", "5 h"], "give one or the other"),
        ("over-time", ["--points", "1"], "not in the range"),
        ("over-time", ["--until", "0 h"], "--until 0 leaves no time"),
        ("metrics", ["--mission-time", "0 h"], "a mission time of 0 s"),
        ("metrics", ["--mission-time", "soon"], "like '24 h'"),
        ("importance", ["--kind", "groups"], "add --group NAME=EVENT,EVENT"),
        ("importance", ["--group", "x=a,b"], "add --kind groups"),
        ("importance", ["--kind", "groups", "--group", "x=a", "--group", "x=b"], "--group x is given twice"),
        ("importance", ["--kind", "groups", "--group", "x"], "write it like pumps=pump_a,pump_b"),
        ("importance", ["--kind", "groups", "--group", "x=a,,b"], "write it like pumps=pump_a,pump_b"),
        ("importance", ["--kind", "groups", "--group", 'x="a'], "write it like pumps=pump_a,pump_b"),
        ("importance", ["--kind", "groups", "--group", "x=fuze"], "did you mean 'fuse'?"),
        ("importance", ["--kind", "pairs", "--of", "frequency"], "--of frequency is for --kind events, groups, gates"),
        (
            "importance",
            ["--kind", "groups", "--of", "frequency", "--group", "x=a", "--by", "equal-changes"],
            "known are",
        ),
        ("importance", ["--kind", "shares", "--of", "frequency"], "over the mission time, without --of"),
        ("importance", ["--kind", "pairs", "--by", "birnbaum"], "pairs are ranked by the magnitude of their joint"),
        ("importance", ["--kind", "gates", "--by", "zzz"], "known are criticality, birnbaum"),
        ("importance", ["--of", "frequency", "--by", "fussell_vesely"], "known are contribution, birnbaum"),
        ("importance", ["--of", "unreliability"], "components are repaired"),
        ("importance", ["--among", "a"], "add --kind pairs"),
        ("importance", ["--kind", "pairs", "--among", "a"], "name two events at least"),
        ("importance", ["--of", "luck"], "'luck' is not one of"),
        ("reach", ["7"], "'7' is not a probability"),
        ("cut-sets", ["--by-component", "--paths"], "--by-component goes with --max-order and --most"),
        ("cut-sets", ["--by-component", "--format", "jsonl"], "--by-component gives a table, json or csv"),
    ],
)
def test_requests_that_make_no_sense(ask, verb, arguments, message):
    code, out, err = ask(verb, PUMPS, *arguments)
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert message in err


@pytest.mark.parametrize(
    ("verb", "option"), [("over-time", "--until"), ("over-time", "--at"), ("metrics", "--mission-time")]
)
def test_a_time_that_is_given_does_not_stand_in_for_the_models(ask, verb, option):
    text = LIFE.replace("mission_time: 100 h", "")
    code, out, err = ask(verb, text, option, "1 h")
    assert (code, out) == (cli.EXIT_MODEL, "")
    assert f"note: {option} does not stand in for the model's `mission_time`" in err
    assert "add `mission_time: 24 h`" in err


@pytest.mark.parametrize(("verb", "fix"), [("over-time", "--until"), ("metrics", "--mission-time")])
def test_a_model_without_mission_time(ask, verb, fix):
    code, out, err = ask(verb, GROUP)
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert fix in err


# Importance


def test_importance_of_the_frequency(ask):
    content = json.loads(ask("importance", PUMPS, "--of", "frequency", "--format", "json")[1])
    t = 1000.0
    # Each event's own frequency times the probability that it is critical; hours to seconds.
    pumps = 2 * LAMBDA * (1 - pump(t)) * pump(t) * math.exp(-FUSE * t)
    fuse = FUSE * math.exp(-FUSE * t) * (1 - pump(t) ** 2)
    assert content["value_per_h"] == pytest.approx(pumps + fuse, rel=1e-10)
    assert content["time_h"] == 1000.0
    assert {"frequency_per_h", "with_event_per_h", "birnbaum_per_h"} <= set(content["rows"][0])
    share = {row["event"]: row["contribution"] for row in content["rows"]}
    assert share["fuse"] == pytest.approx(fuse / (pumps + fuse), rel=1e-10)
    assert [row["event"] for row in content["rows"]] == ["a", "b", "fuse"]
    _, out, _ = ask("importance", PUMPS, "--of", "frequency", "--by", "risk-achievement-worth")
    assert out.startswith("no_flow: importance for the failure frequency at 1000 h, ")
    assert "per h" in out.splitlines()[0]


def test_importance_in_time_of_groups_gates_and_parameters(ask):
    t = 1000.0
    w_fuse = FUSE * math.exp(-FUSE * t)
    groups = ["--kind", "groups", "--group", "g=a,b"]
    (row,) = rows_of(ask("importance", PUMPS, "--of", "frequency", *groups, "--format", "json"))
    assert row["impossible_per_h"] == pytest.approx(w_fuse, rel=1e-10)  # without the pumps
    (row,) = rows_of(ask("importance", PUMPS, "--of", "frequency", "--kind", "gates", "--format", "json"))
    assert (row["gate"], row["certain_per_h"]) == ("both", 0.0)
    assert row["impossible_per_h"] == pytest.approx(w_fuse, rel=1e-10)
    (row,) = table_of(ask("importance", PUMPS, "--of", "mean-unavailability", "--kind", "parameters",
                                "--format", "csv"))  # fmt: skip
    # The mean of (1 - q²) t exp(-FUSE t); by the trapezium rule.
    n = 20_000
    each = [(1 - pump(t * i / n) ** 2) * t * i / n * math.exp(-FUSE * t * i / n) for i in range(n + 1)]
    assert float(row["derivative"]) == pytest.approx((math.fsum(each) - (each[0] + each[-1]) / 2) / n, rel=1e-6)
    assert row["unit"] == "1 /h"


def test_tables_say_what_they_are_about(ask):
    kinds = {
        "gates": "importance of gates",
        "pairs": "joint importance of pairs",
        "parameters": "importance of parameters",
        "differential": "shares of a small change",
    }
    for kind, about in kinds.items():
        _, out, _ = ask("importance", PUMPS, "--kind", kind)
        assert out.startswith(f"no_flow: {about}")
        assert "for the probability at 1000 h" in out.splitlines()[0]
    assert "in 1000 h" in ask("importance", PUMPS, "--kind", "shares")[1].splitlines()[0]
    certain = PUMPS.replace("fuse: {rate: fuse_rate}", "fuse: {probability: 1}").replace(
        "rate: 1e-3 /h", "rate: fuse_rate"
    )
    code, _, err = ask("importance", certain, "--kind", "parameters")
    assert (code, err.splitlines()[-1]) == (
        0,
        "note: no parameter changes the probability of the top event, which is 1",
    )


def test_components_of_common_cause_groups(ask):
    (row,) = rows_of(ask("importance", GROUP, "--kind", "groups", "--group", "g=a", "--format", "json"))
    assert (row["events"], row["impossible"]) == (["[a]", "[a b]"], 0.0)
    code, _, err = ask("importance", GROUP, "--kind", "pairs", "--among", "a", "--among", "b")
    assert code == cli.EXIT_USAGE
    assert "'a' is a component of common-cause group 'pair', and no single event; its events are '[a]', '[a b]'" in err


def test_importance_of_the_mean_unavailability(ask):
    table = table_of(ask("importance", LIFE, "--of", "mean-unavailability", "--format", "csv"))
    # Without one of two parallel units the top cannot be; with it the top is the other.
    mean = {rate: 1 + math.expm1(-rate * 100) / (rate * 100) for rate in (1e-3, 2e-3)}
    found = {row["event"]: row for row in table}
    assert float(found["a"]["with_event"]) == pytest.approx(mean[2e-3], rel=1e-9)
    assert float(found["b"]["with_event"]) == pytest.approx(mean[1e-3], rel=1e-9)
    assert float(found["a"]["without_event"]) == 0.0


def test_importance_of_pairs_and_groups(ask):
    q, f = pump(1000), -math.expm1(-FUSE * 1000)
    rows = rows_of(ask("importance", PUMPS, "--kind", "pairs", "--among", "a", "--among", "b", "--format", "json"))
    assert [(row["first"], row["second"]) for row in rows] == [("a", "b")]
    assert rows[0]["joint"] == pytest.approx(1 - f, rel=1e-12)  # of 1 - (1 - qa qb)(1 - f)
    assert len(rows_of(ask("importance", PUMPS, "--kind", "pairs", "--format", "json"))) == 3
    groups = ["--group", 'one=a, "b"', "--group", "other=fuse"]
    rows = rows_of(ask("importance", PUMPS, "--kind", "groups", *groups, "--format", "json"))
    assert [row["group"] for row in rows] == ["other", "one"]
    assert rows[1]["events"] == ["a", "b"]
    assert rows[1]["impossible"] == pytest.approx(f, rel=1e-12)
    assert rows[0]["impossible"] == pytest.approx(q**2, rel=1e-12)


def test_a_group_of_events_whose_names_hold_commas(ask):
    text = LIFE.replace("[a, b]", '["a, left", b]').replace("a: {rate", '"a, left": {rate')
    rows = rows_of(ask("importance", text, "--kind", "groups", "--group", 'g=b,"a, left"', "--format", "json"))
    assert rows[0]["events"] == ["b", "a, left"]


def test_importance_of_gates_parameters_and_shares(ask):
    (gate,) = rows_of(ask("importance", PUMPS, "--kind", "gates", "--format", "json"))
    assert gate["gate"] == "both"
    assert gate["birnbaum"] == pytest.approx(math.exp(-FUSE * 1000), rel=1e-12)
    (parameter,) = rows_of(ask("importance", PUMPS, "--kind", "parameters", "--format", "json"))
    slope = (1 - pump(1000) ** 2) * 1000 * math.exp(-FUSE * 1000)
    assert parameter["derivative"] == pytest.approx(slope, rel=1e-8)
    shares = rows_of(ask("importance", LIFE, "--kind", "shares", "--format", "json"))
    # The integral of a exp(-at) (1 - exp(-bt)) over T, over (1 - exp(-aT)) (1 - exp(-bT)).
    first = -math.expm1(-0.1) + 1e-3 * math.expm1(-0.3) / 3e-3
    found = {row["event"]: row["share"] for row in shares}
    assert found["a"] == pytest.approx(first / (math.expm1(-0.1) * math.expm1(-0.2)), rel=1e-9)
    assert shares[0]["share"] >= shares[1]["share"]
    differential = rows_of(ask("importance", PUMPS, "--kind", "differential", "--by", "equal-changes",
                                     "--format", "json"))  # fmt: skip
    assert differential[0]["event"] == "fuse"
    assert math.fsum(row["equal_changes"] for row in differential) == pytest.approx(1, rel=1e-12)


# Targets and common causes


def test_reach(ask):
    rows = rows_of(ask("reach", GROUP, "5e-4", "--format", "json"))
    # P = 1 - (1 - 0.009^2) (1 - 0.001); the shared cause alone can bring it down.
    needed = 1 - (1 - 5e-4) / (1 - 0.009**2)
    assert rows[0]["event"] == "[a b]"
    assert rows[0]["required"] == pytest.approx(needed, rel=1e-10)
    assert {row["verdict"] for row in rows[1:]} == {"cannot alone"}
    assert "not met" in ask("reach", GROUP, "5e-4")[1]
    table = table_of(ask("reach", GROUP, "5e-4", "--format", "csv"))
    assert table[0]["verdict"] == "lower to"
    assert (table[1]["required"], table[1]["factor"]) == ("", "")
    assert "nan" not in ask("reach", GROUP, "5e-4")[1]


def test_reach_by_parameters(ask):
    (row,) = rows_of(ask("reach", PUMPS, "0.0075", "--parameters", "--format", "json"))
    # 1 - (1 - q²) exp(-rate t) is the target.
    assert row["required"] == pytest.approx(math.log((1 - pump(1000) ** 2) / (1 - 0.0075)) / 1000, rel=1e-9)
    assert "what each parameter alone takes" in ask("reach", PUMPS, "0.0075", "--parameters")[1]


def test_common_cause(ask):
    table = table_of(ask("common-cause", GROUP, "--format", "csv"))
    found = {row["event"]: float(row["probability"]) for row in table}
    assert found == pytest.approx({"[a]": 0.009, "[b]": 0.009, "[a b]": 0.001}, rel=1e-12)
    assert "a + b" in ask("common-cause", GROUP)[1]


def test_a_model_without_common_causes_says_so(ask):
    code, out, err = ask("common-cause", LIFE, "--format", "json")
    assert (code, json.loads(out)) == (0, {"rows": []})
    assert "Life has no common-cause groups" in err


def test_cut_sets_by_component(ask):
    code, out, _ = ask("cut-sets", GROUP, "--by-component", "--format", "json")
    content = json.loads(out)
    assert (code, content["count"]) == (0, 1)
    assert content["sets"][0]["components"] == ["a", "b"]
    # Both have failed: from the shared cause, or else each alone.
    assert content["sets"][0]["probability"] == pytest.approx(0.001 + 0.999 * 0.009**2, rel=1e-12)
    _, out, err = ask("cut-sets", PUMPS, "--by-component", "--most", "1")
    assert out.startswith("no_flow: 2 minimal cut sets by component")
    assert "... and 1 more" in out
    _, out, err = ask("cut-sets", PUMPS, "--by-component", "--most", "1", "--format", "csv")
    assert len(out.splitlines()) == 2
    assert "... and 1 more" in err
    assert "fuse" in ask("cut-sets", PUMPS, "--by-component", "--max-order", "1")[1]


@pytest.mark.parametrize("verb", ["over-time", "metrics", "reach", "common-cause", "importance"])
def test_every_verb_helps_with_an_example(ask, verb):
    code, out, _ = ask(verb, LIFE, "--help")
    assert code == 0
    assert f"faulttree {verb} " in " ".join(out.split("Example", 1)[1].split())
