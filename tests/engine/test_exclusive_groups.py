"""Events that exclude each other, against enumeration of their joint distribution."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import oracles
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import trees_with_alternatives

from faulttree import FaultTree, analyse, formats
from faulttree.errors import (
    ExclusiveEventsError,
    InvalidModelError,
    InvalidRequestError,
    MissingProbabilityError,
    NotCoherentError,
)
from faulttree.model import Model

RELATIVE = 1e-9
"""Rounding of the members' sums, which one double of each probability carries."""


def every_event(model: Model, top: str) -> tuple[str, ...]:
    """The events below a gate, and all that are tied to one of them."""
    below = dict.fromkeys(oracles.events_below(model, top))
    for group in model.exclusive_groups.values():
        if not below.keys().isdisjoint(group.events):
            below |= dict.fromkeys(group.events)
    return tuple(below)


def probability(model: Model, top: str, states: oracles.States | None = None) -> Fraction:
    joint = oracles.joint_distribution(model, every_event(model, top), states)
    return sum((p for point, p in joint.items() if oracles.truth(model, top, point)), start=Fraction(0))


def close(found: float, right: Fraction | float, scale: float = 0.0) -> bool:
    return math.isclose(found, float(right), rel_tol=RELATIVE, abs_tol=RELATIVE * scale + 1e-300)


@given(trees_with_alternatives(max_events=6))
def test_probability_of_the_top_and_of_every_gate(model: Model) -> None:
    tree = FaultTree.of(model)
    assert close(tree.probability().value, probability(model, tree.top), 1e-6)
    for gate, p in tree.gate_probabilities().items():
        assert close(p, probability(model, gate), 1e-6)


@given(trees_with_alternatives(max_events=6), st.data())
def test_what_if(model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    events = every_event(model, tree.top)
    assume(events)
    values = st.one_of(st.booleans(), st.sampled_from([0.0, 0.25, 1.0]))
    states = data.draw(st.dictionaries(st.sampled_from(events), values, min_size=1, max_size=2))
    for name, group in model.exclusive_groups.items():
        given_to = {event: Fraction(states[event]) for event in group.events if event in states}
        impossible = sum(given_to.values()) > 1 or sum(states.get(event) is True for event in group.events) > 1
        if not impossible:
            try:
                oracles.group_distribution(model, name, given_to)
            except ZeroDivisionError:
                impossible = True
        if impossible:
            assume(not set(group.events).isdisjoint(oracles.events_below(model, tree.top)))
            with pytest.raises(InvalidRequestError, match="exclusive group"):
                tree.what_if(states).probability()
            return
    found = tree.what_if(states)
    assert close(found.probability().value, probability(model, tree.top, states), 1e-6)
    for event, p in found.event_probabilities().items():
        joint = oracles.joint_distribution(model, events, states)
        assert close(p, sum(p for point, p in joint.items() if event in point), 1e-6)


def test_that_none_of_an_exhaustive_group_is_true_brings_nothing_about() -> None:
    """By hand, with exactly one of x and y true: c without either cannot be, and is no set of its own any more.

    By consensus from a ¬x, b x, c ¬x ¬y and the impossible x y: a b, a y and b c ¬y. Then x y and c ¬x ¬y go.
    """
    data = {
        "name": "m",
        "top": "top",
        "gates": {
            "top": {"or": [{"and": ["c", {"nor": ["x", "y"]}]}, {"and": ["a", {"not": "x"}]}, {"and": ["b", "x"]}]}
        },
        "basic_events": {name: {"probability": 0.5} for name in "abcxy"},
        "exclusive_groups": {"g": {"exactly_one": ["x", "y"]}},
    }
    tree = FaultTree.from_data(data)
    assert {frozenset(cut.events) for cut in tree.prime_implicants()} == {
        frozenset(each) for each in (("a", "¬x"), ("b", "x"), ("a", "b"), ("a", "y"), ("b", "c", "¬y"))
    }
    assert {frozenset(cut.events) for cut in tree.minimal_cut_sets()} == {frozenset(each) for each in ("a", "bx", "bc")}
    data["exclusive_groups"] = {"g": {"at_most_one": ["x", "y"]}}
    assert frozenset("c") in {frozenset(cut.events) for cut in FaultTree.from_data(data).minimal_cut_sets()}
    # Of three, of which one is set to false, one of the two others is true.
    data["basic_events"]["z"] = {"probability": 0}
    data["exclusive_groups"] = {"g": {"exactly_one": ["x", "y", "z"]}}
    tree = FaultTree.from_data(data)
    assert frozenset("c") in {frozenset(cut.events) for cut in tree.minimal_cut_sets()}
    left = tree.what_if({"z": False}).minimal_cut_sets()
    assert {frozenset(cut.events) for cut in left} == {frozenset(each) for each in ("a", "bx", "bc")}


@given(trees_with_alternatives(max_events=6))
def test_sets_of_events(model: Model) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    impossible = frozenset(point for point in oracles.subsets(f.events) if not oracles.is_possible(model, point))
    free = oracles.Function(f.events, f.true_points | impossible)
    right = {pair for pair in oracles.prime_implicants(free) if oracles.is_possible(model, *pair)}
    cuts = oracles.minimal(present for present, _ in right)
    assert {*map(frozenset, (cut.events for cut in tree.minimal_cut_sets()))} == cuts
    for cut in tree.minimal_cut_sets():
        joint = oracles.joint_distribution(model, every_event(model, tree.top))
        assert close(cut.probability, sum(p for point, p in joint.items() if set(cut.events) <= point), 1e-12)
    found = {
        (frozenset(e for e in cut.events if e[0] != "¬"), frozenset(e[1:] for e in cut.events if e[0] == "¬"))
        for cut in tree.prime_implicants()
    }
    assert found == right
    assert tree.coherent == oracles.is_coherent(f)
    if not tree.coherent:
        with pytest.raises(NotCoherentError) if tree._engine.chains else pytest.MonkeyPatch.context():
            tree.minimal_path_sets()
        return
    paths = oracles.minimal(s for s in oracles.subsets(f.events) if all(s & cut for cut in cuts))
    assert {*map(frozenset, (path.events for path in tree.minimal_path_sets()))} == paths


@given(trees_with_alternatives(max_events=5))
def test_importance(model: Model) -> None:
    tree = FaultTree.of(model)
    joint = oracles.joint_distribution(model, every_event(model, tree.top))
    chances = equal_chances(model, every_event(model, tree.top))
    cuts = oracles.minimal(
        point for point in oracles.function(model, tree.top).true_points if oracles.is_possible(model, point)
    )
    top = conditional(model, tree.top, joint, None, True)
    assert top is not None
    sums = {cut: sum(p for point, p in joint.items() if cut <= point) for cut in cuts}
    for row in tree.importance():
        p = sum(p for point, p in joint.items() if row.event in point)
        certain, absent = (given_event(model, tree.top, row.event, state) for state in (True, False))
        assert close(row.probability, p, 1e-6)
        assert row.occurrences == sum(row.event in cut for cut in cuts)
        if absent is None:
            assert math.isnan(row.birnbaum)
            continue
        assert certain is not None
        assert close(row.birnbaum, certain - absent, 1e-6)
        if top > 1e-6:
            assert close(row.risk_achievement_worth, certain / top, 1e-6)
            assert close(row.criticality, p * (certain - absent) / top, 1e-6)
            assert close(row.diagnostic, p * certain / top, 1e-6)
        if sum(sums.values()) > 1e-6:
            share = sum(q for cut, q in sums.items() if row.event in cut) / sum(sums.values())
            assert close(row.fussell_vesely, share, 1e-6)
        one, other = (conditional(model, tree.top, chances, row.event, state) for state in (True, False))
        assert close(row.structural, one - other, 1e-6)


def given_event(model: Model, top: str, event: str, state: bool) -> Fraction | None:
    """P(top | event as it is said to be), by the definition of a what-if; None where it is not defined."""
    for name, group in model.exclusive_groups.items():
        if event in group.events and not state:
            try:
                oracles.group_distribution(model, name, {event: Fraction(0)})
            except ZeroDivisionError:
                return None
    return probability(model, top, {event: state})


def conditional(model: Model, top: str, joint: dict[frozenset[str], Fraction], event: str | None, state: bool):
    """P(top | event true, or false) in a joint distribution."""
    given = {point: p for point, p in joint.items() if event is None or (event in point) == state}
    whole = sum(given.values())
    return sum((p for point, p in given.items() if oracles.truth(model, top, point)), start=Fraction(0)) / whole


def equal_chances(model: Model, events: tuple[str, ...]) -> dict[frozenset[str], Fraction]:
    """All possible states of the events, equally likely."""
    points = [
        point
        for point in oracles.subsets(events)
        if oracles.is_possible(model, point)
        and all(
            point & {*group.events}
            for group in model.exclusive_groups.values()
            if group.exactly_one is not None and {*group.events} <= {*events}
        )
    ]
    return dict.fromkeys(points, Fraction(1, len(points)))


@given(trees_with_alternatives(max_events=5), st.data())
def test_posteriors(model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    events = every_event(model, tree.top)
    joint = oracles.joint_distribution(model, events)
    observed = data.draw(
        st.dictionaries(st.sampled_from([*events, *tree.gates]), st.booleans(), min_size=1, max_size=2)
    )

    def fits(point: frozenset[str]) -> bool:
        return all(oracles.truth(model, name, point) == state for name, state in observed.items())

    whole = sum((p for point, p in joint.items() if fits(point)), start=Fraction(0))
    assume(whole > 1e-9)
    seen = tree.given(observed)
    assert close(seen.probability, whole, 1e-6)
    for row in seen.posteriors():
        p = sum((p for point, p in joint.items() if fits(point) and oracles.truth(model, row.name, point)), Fraction(0))
        assert close(row.posterior, p / whole, 1e-4)
        assert not row.name.endswith("before)"), "a link of a chain is nothing of the user's"


@given(trees_with_alternatives(max_events=6))
def test_other_formats_hold_the_same_function(model: Model) -> None:
    for kind in ("open-psa", "aralia"):
        again = formats.read_text(formats.dumps(model, kind), kind)[0]
        for gate in model.gates:
            if gate in again.gates:
                assert close(FaultTree.of(again, top=gate).probability().value, probability(model, gate), 1e-6)
    assert Model.from_data(model.to_data()) == model


def test_a_chain_in_a_file_keeps_the_digits_of_a_rare_member() -> None:
    """Of 1 - 1e-13 and 1e-13 the rare one, written after the other, would be 1e-13 to three digits."""
    data = {
        "name": "n", "top": "top",
        "gates": {"top": {"and": ["rare", "x"]}},
        "basic_events": {
            "common": {"probability": 1 - 1e-13}, "rare": {"probability": 1e-13}, "x": {"probability": 0.5}
        },
        "exclusive_groups": {"g": {"exactly_one": ["common", "rare"]}},
    }  # fmt: skip
    for kind in ("open-psa", "aralia"):
        again = formats.read_text(formats.dumps(Model.from_data(data), kind), kind)[0]
        assert FaultTree.of(again, top="top").probability().value == pytest.approx(5e-14, rel=1e-12)


WIND = {
    "name": "wind",
    "top": "top",
    "mission_time": "100 h",
    "gates": {"top": {"or": [{"and": ["north", "x"]}, {"and": ["east", "y"]}]}},
    "basic_events": {
        "north": {"probability": 0.25},
        "east": {"probability": 0.25},
        "south": {"probability": 0.5},
        "x": {"rate": "1e-3 /h"},
        "y": {"probability": 0.2},
    },
    "exclusive_groups": {"wind": {"exactly_one": ["north", "east", "south"]}},
}


def changed(**sections: object) -> dict[str, object]:
    """The model of the wind with other sections, events merged into its own."""
    events = {**WIND["basic_events"], **sections.pop("basic_events", {})}  # type: ignore[dict-item]
    return {**WIND, **sections, "basic_events": events}


def test_four_alternatives_are_not_independent() -> None:
    """Four alternatives of .25, each with a failure of 1e-3: P = 1e-3 exactly; as independent events they may meet."""
    names = "abcd"
    data = {
        "name": "n", "top": "top",
        "gates": {"top": {"atleast": {"k": 2, "of": [*names]}}, "one": {"or": [{"and": [n, "f"]} for n in names]}},
        "basic_events": {**{n: {"probability": 0.25} for n in names}, "f": {"probability": 1e-3}},
    }  # fmt: skip
    assert FaultTree.from_data(data).probability().value > 0.2
    data["exclusive_groups"] = {"kind": {"exactly_one": [*names]}}
    assert FaultTree.from_data(data).probability().value == 0.0
    assert FaultTree.from_data(data).minimal_cut_sets().count == 0
    assert FaultTree.from_data(data, top="one").probability().value == pytest.approx(1e-3, rel=1e-14)


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"exclusive_groups": {"w": {"exactly_one": ["north", "east"]}}}, "sum to 0.5, not to 1; give those of all"),
        ({"basic_events": {"south": {"probability": 0.6}}}, "sum to 1.1, more than 1; of events that exclude"),
        ({"exclusive_groups": {"w": {"at_most_one": ["north"]}}}, "1 event in the group; one excludes nothing"),
        ({"exclusive_groups": {"w": {"at_most_one": ["north", "nord"]}}}, "event 'nord' is not defined; did you mean"),
        ({"exclusive_groups": {"w": {"at_most_one": ["north", "top"]}}}, "'top' is a gate; name basic events"),
        ({"exclusive_groups": {"w": {"at_most_one": ["north", "north"]}}}, "event 'north' is named twice"),
        ({"exclusive_groups": {"w": {}}}, "`at_most_one` is missing; give it, or `exactly_one`"),
        (
            {"exclusive_groups": {"w": {"at_most_one": ["x", "y"]}, "v": {"at_most_one": ["north", "x"]}}},
            "event 'x' is in group 'w', too; leave it in one of them",
        ),
        (
            {"exclusive_groups": {"w": {"exactly_one": ["north", "x"]}}},
            "event 'x' has a `rate`, and what is exactly one of several at any time does not change",
        ),
        (
            {
                "basic_events": {"x": {"repairable": {"rate": "1e-3 /h", "repair_rate": "1 /h"}}},
                "exclusive_groups": {"w": {"at_most_one": ["north", "x"]}},
            },
            "event 'x' has a `repairable`",
        ),
        (
            {
                "basic_events": {"z": {"probability": 0.25}},
                "common_cause_groups": {"c": {"events": ["north", "z"], "beta_factor": 0.1}},
            },
            "event 'north' is in common-cause group 'c', too",
        ),
        (
            {"scenarios": {"s": {"set": {"north": True, "east": True}}}},
            "'north' and 'east' are both true, and exclusive",
        ),
        (
            {"scenarios": {"s": {"set": {"north": 0.7, "east": 0.7}}}},
            "are given probabilities that sum to 1.4, above 1",
        ),
    ],
)
def test_faults(sections: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidModelError) as error:
        Model.from_data(changed(**sections))
    assert said in str(error.value)


def test_a_what_if_gives_the_rest_to_the_others() -> None:
    """Of 1/4, 1/4, 1/2: without the north 1/3 and 2/3; with the north at 1/10 the others share .9 so, .3 and .6."""
    tree = FaultTree.from_data(WIND)
    x = -math.expm1(-0.1)
    assert tree.probability().value == pytest.approx(0.25 * x + 0.25 * 0.2, rel=1e-14)
    assert tree.what_if({"north": True}).probability().value == pytest.approx(x, rel=1e-14)
    assert tree.what_if({"north": False}).probability().value == pytest.approx(0.2 / 3, rel=1e-14)
    assert tree.what_if({"north": 0.1}).probability().value == pytest.approx(0.1 * x + 0.3 * 0.2, rel=1e-14)
    assert tree.what_if({"south": True}).probability().value == 0.0
    with pytest.raises(InvalidRequestError, match="'north' and 'east' are both true, and exclusive group 'wind' lets"):
        tree.what_if({"north": True, "east": True}).probability()
    with pytest.raises(InvalidRequestError, match="and all of them together get 0"):
        tree.what_if({"north": False, "east": False, "south": False}).probability()
    never = FaultTree.from_data(changed(basic_events={"east": {"probability": 0.0}, "south": {"probability": 0.75}}))
    with pytest.raises(InvalidRequestError, match="what was set leaves nothing that the others could share"):
        never.what_if({"north": False, "south": False}).probability()


def test_what_a_what_if_leaves_to_a_rare_member_keeps_its_digits() -> None:
    """Without the second of 1/2, 1/2, 1e-17 the third has 1e-17 / (1/2 + 1e-17) = 2e-17: no one minus its rival."""
    data = {
        "name": "n", "top": "top",
        "gates": {"top": {"or": ["rare"]}},
        "basic_events": {"a": {"probability": 0.5}, "b": {"probability": 0.5}, "rare": {"probability": 1e-17}},
        "exclusive_groups": {"g": {"exactly_one": ["a", "b", "rare"]}},
    }  # fmt: skip
    tree = FaultTree.from_data(data)
    assert tree.probability().value == pytest.approx(1e-17, rel=1e-14)
    assert tree.what_if({"b": False}).probability().value == pytest.approx(2e-17, rel=1e-14)
    assert tree.what_if({"b": 0.75}).probability().value == pytest.approx(0.5e-17, rel=1e-14)
    assert tree.what_if({"a": False}).probability().value == pytest.approx(2e-17, rel=1e-14)


def test_scenarios_and_grids_do_as_what_ifs_do() -> None:
    tree = FaultTree.from_data(changed(scenarios={"a": {"set": {"north": True, "x": 0.5}}, "b": {"set": {"y": False}}}))
    table = tree.scenario_table().records()
    assert [row["probability"] for row in table] == pytest.approx([0.5, 0.25 * -math.expm1(-0.1)], rel=1e-14)
    pairs = tree.scenario_table(tree.grid(2)).records()
    lacking = [row["scenario"] for row in pairs if row["probability"] is None]
    assert lacking == ["north=true, east=true"]
    for row in pairs:
        if row["probability"] is not None:
            states = {name.split("=")[0]: True for name in row["scenario"].split(", ")}
            assert row["probability"] == pytest.approx(tree.what_if(states).probability().value, rel=1e-14)


def test_in_time_the_frequency_is_the_derivative() -> None:
    """Failures of one valve, stuck open or stuck shut: what has come true stays true, so w = dP/dt."""
    data = changed(
        gates={"top": {"or": [{"and": ["open", "x"]}, {"and": ["shut", "y"]}]}},
        basic_events={"open": {"rate": "1e-3 /h"}, "shut": {"weibull": {"scale": "500 h", "shape": 2}}},
        exclusive_groups={"valve": {"at_most_one": ["open", "shut"]}},
    )
    tree = FaultTree.from_data(data)

    def p(hours: float) -> float:
        return -math.expm1(-1e-3 * hours) * -math.expm1(-1e-3 * hours) - math.expm1(-((hours / 500) ** 2)) * 0.2

    curve = tree.over_time(["50 h", "100 h"])
    assert curve.unavailability == pytest.approx([p(50), p(100)], rel=1e-13)
    steps = [(p(t + 1e-3) - p(t - 1e-3)) / 2e-3 / 3600 for t in (50, 100)]
    assert curve.frequency == pytest.approx(steps, rel=1e-8)
    assert curve.unreliability.value == pytest.approx(curve.unavailability, rel=1e-12)
    with pytest.raises(InvalidRequestError, match="exclusive group 'valve': the probabilities of its events sum to"):
        tree.over_time(["2000 h"])


def test_uncertain_alternatives() -> None:
    """Of p, .25 and .5 with p uniform in [.2, .3]: P = (p + .25 * .2) / (p + .75), as x is certain here."""
    data = changed(
        basic_events={"north": {"probability": "p"}, "x": {"probability": 1.0}},
        parameters={"p": {"value": 0.25, "uncertainty": {"uniform": {"low": 0.2, "high": 0.3}}}},
    )
    ends = FaultTree.from_data(data).tornado(0.0001, 99.9999).records()[0]
    assert [ends["at_low"], ends["at_high"]] == pytest.approx([0.25 / 0.95, 0.35 / 1.05], rel=1e-5)
    mean = 1.0 - 0.7 * math.log(1.05 / 0.95) / 0.1
    assert FaultTree.from_data(data).uncertainty(4096, method="sobol").mean == pytest.approx(mean, rel=1e-5)
    (row,) = FaultTree.from_data(data).parameter_importance().records()
    assert row["derivative"] == pytest.approx(0.7, rel=1e-6), "d/dp of (p + .05) / (p + .75) at p = .25"
    wide = changed(
        exclusive_groups={"w": {"at_most_one": ["north", "east"]}},
        basic_events={
            name: {"probability": 0.3, "uncertainty": {"uniform": {"low": 0.0, "high": 0.6}}}
            for name in ("north", "east")
        },
    )
    with pytest.raises(InvalidRequestError, match="exclusive group 'w': the probabilities of its events sum to 1"):
        FaultTree.from_data(wide).uncertainty(1000)


def test_what_is_not_worked_out_says_so() -> None:
    tree = FaultTree.from_data(WIND)
    for asked in (
        tree.min_cut_upper_bound,
        tree.differential_importance,
        tree.joint_importance,
        lambda: tree.group_importance({"g": ["x"]}),
        tree.importance_in_time,
        tree.failure_shares,
        lambda: tree.cheapest_repairs(1e-3),
        lambda: tree.query("mcs(top)"),
        lambda: tree.given({"top": True}).most_probable_explanation(),
        lambda: tree.given({"top": True}).explanations(),
    ):
        with pytest.raises(
            ExclusiveEventsError,
            match="not worked out where events exclude each other",
        ):
            asked()
    assert tree.query("P(north | top)").value == pytest.approx(tree.given({"top": True}).posterior("north").posterior)
    assert tree.rare_event().value >= tree.probability().value


@pytest.mark.parametrize("limits", [{"node_budget": 2}, {"node_budget": 40}, {"memory": 1_000}])
def test_starved_of_room_the_answer_still_holds(limits: dict[str, int]) -> None:
    names = [f"e{i}" for i in range(9)]
    data = {
        "name": "n", "top": "top",
        "gates": {"top": {"atleast": {"k": 3, "of": names}}},
        "basic_events": {name: {"probability": 0.1} for name in names},
        "exclusive_groups": {"g": {"at_most_one": names[:4]}, "h": {"exactly_one": [*names[4:6], "rest"]}},
    }  # fmt: skip
    data["basic_events"]["rest"] = {"probability": 0.8}  # type: ignore[index]
    model = Model.from_data(data)
    right = probability(model, "top")
    found = replace(FaultTree.of(model), **limits).probability()
    assert found.lower * (1 - 1e-12) <= right <= found.upper * (1 + 1e-12)
    cuts = oracles.minimal(
        point for point in oracles.function(model, "top").true_points if oracles.is_possible(model, point)
    )
    listed = replace(FaultTree.of(model), **limits).minimal_cut_sets(max_order=3)
    assert {frozenset(cut.events) for cut in listed.ranked(100)} <= cuts


def test_importance_below_the_smallest_float() -> None:
    """Seven alternatives' partners of 1e-50 each: P = (1/2) 1e-350, and with the member true twice that."""
    names = [f"x{i}" for i in range(7)]
    data = {
        "name": "n", "top": "top",
        "gates": {"top": {"and": ["a", *names]}},
        "basic_events": {**{n: {"probability": 1e-50} for n in names}, **{key: {"probability": 0.5} for key in "ab"}},
        "exclusive_groups": {"g": {"exactly_one": ["a", "b"]}},
    }  # fmt: skip
    tree = FaultTree.from_data(data)
    row = tree.importance()["a"]
    assert float(row.risk_achievement_worth) == pytest.approx(2.0, rel=1e-12)
    assert row.risk_reduction_worth == math.inf
    assert float(row.criticality) == pytest.approx(1.0, rel=1e-12)
    assert row.birnbaum > 0.0


def test_the_member_without_a_probability_is_named() -> None:
    data = changed(basic_events={"east": {}}, exclusive_groups={"wind": {"at_most_one": ["north", "east", "south"]}})
    tree = FaultTree.from_data(data)
    with pytest.raises(MissingProbabilityError) as error:
        tree.probability()
    assert error.value.events == ("east",)
    cuts = {frozenset(cut.events) for cut in tree.minimal_cut_sets()}
    assert cuts == {frozenset({"north", "x"}), frozenset({"east", "y"})}
    assert tree.what_if({"north": True}).probability().value == pytest.approx(-math.expm1(-0.1), rel=1e-14)


def test_the_report_and_the_picture_say_who_excludes_whom() -> None:
    tree = FaultTree.from_data(WIND)
    told = analyse(tree)
    for text in (told.report(), told.report_html()):
        assert "independent of each other" not in text
        assert "Of north, east, south exactly one is true (wind)." in text
        assert "independent, but for the events that exclude each other that the model states" in text
        assert "min-cut upper bound is not worked out where events exclude each other" in text
    assert "Excludes: east, south (wind)" in tree.diagram().to_svg()


@pytest.mark.parametrize("order", [["common", "rare"], ["rare", "common"], ["common", "rarest", "rare"]])
def test_a_rare_alternative_beside_a_nearly_certain_one_keeps_its_digits(order: list[str]) -> None:
    """P(rare and e) = P(rare) P(e); what is left for none is 1e-13 and less, the difference of numbers near 1."""
    p = {"common": 0.999999998, "rare": 1.9999e-9, "rarest": 3e-15}
    events = {name: {"probability": p[name]} for name in order} | {"e": {"probability": 0.5}}
    for gates in ({"t": {"and": ["rare", "e"]}}, {"t": {"and": ["rare", {"not": "common"}, "e"]}}):
        data = {"name": "m", "top": "t", "gates": gates, "basic_events": events}
        tree = FaultTree.from_data(data | {"exclusive_groups": {"g": {"at_most_one": order}}})
        assert tree.probability().value == pytest.approx(0.5 * p["rare"], rel=4e-16, abs=0)
        assert FaultTree.of(tree.model, node_budget=2).probability().value == pytest.approx(
            0.5 * p["rare"], rel=4e-15, abs=0
        )
