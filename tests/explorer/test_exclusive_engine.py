"""The page's engine where events exclude each other, against Python's and enumeration."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import oracles
import pytest
from asking import States, asked, check, close, of_modules
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import random_model, trees_with_alternatives

from faulttree.errors import FaultTreeError, InvalidRequestError
from faulttree.facade.tree import FaultTree
from faulttree.model import Model

ROUNDED = 1e-9
"""Relative, of enumeration in fractions: one double of each probability carries the rounding of the members' sums."""


def with_groups(model: Model, seed: int) -> Model:
    """The model with one or two groups over some of its events, which get new probabilities; at times one elsewhere."""
    choose, data = random.Random(seed), model.to_data()
    events, groups = choose.sample(sorted(data["basic_events"]), len(data["basic_events"])), {}
    for number in range(choose.randint(1, 2)):
        members = [events.pop() for _ in range(choose.randint(2, 3))]
        members += [f"elsewhere {number}"] * choose.randint(0, 1)
        choose.shuffle(members)
        weights = [choose.choice([1e-3, 0.1, 0.5, 1.0, 3.0]) for _ in members]
        kind = choose.choice(["at_most_one", "exactly_one"])
        total = sum(weights) + (choose.choice([0.0, 0.5, 20.0]) if kind == "at_most_one" else 0.0)
        for member, weight in zip(members, weights, strict=True):
            data["basic_events"][member] = {"probability": weight / total}
        groups[f"group {number}"] = {kind: members}
    return Model.from_data(data | {"exclusive_groups": groups})


MODELS = {
    "coherent": lambda: with_groups(random_model(7, 5, 0.5, 1, votes=0.4), 1),
    "large numbers": lambda: with_groups(random_model(7, 6, 0.5, 12, votes=0.4, probabilities=(0.1, 0.9)), 2),
    "negated": lambda: with_groups(random_model(7, 5, 0.5, 3, votes=0.3, negated=0.3, probabilities=(1e-3, 0.9)), 3),
    "negated, two groups": lambda: with_groups(random_model(8, 6, 0.5, 4, negated=0.4, probabilities=(0.05, 0.9)), 4),
    "no event shared": lambda: with_groups(random_model(8, 7, 0.0, 5, probabilities=(0.05, 0.5)), 7),
}  # fmt: skip


def settings_of(tree: FaultTree, choose: random.Random, most: int = 4) -> dict[str, bool | float]:
    """What a what-if may set: members more often than others."""
    members = [member for group in tree.exclusive_groups.values() for member in group]
    names = [*members] * 5 + [*tree.events] + [*tree.gates]
    states: dict[str, bool | float] = {}
    for name in choose.sample(names, min(choose.randint(0, most), len(names))):
        states[name] = choose.choice([True, True, False, 0.0, choose.random() / 3, 10 ** choose.uniform(-9, -1)])
    return states


def is_refused(tree: FaultTree, states: States) -> bool:
    """Whether a what-if gives members too much, or leaves nothing to share, of whatever use they are to the top."""
    try:
        tree.what_if(states).probability()
        for member in (member for group in tree.exclusive_groups.values() for member in group):
            tree.at(member).what_if({name: state for name, state in states.items() if name != tree.top}).probability()
    except InvalidRequestError:
        return True
    return False


def check_all(page: Any, tree: FaultTree, scenarios: list[States]) -> int:
    """Every number under every scenario that Python takes; what it refuses the page refuses. How many were refused."""
    refused = 0
    for states, answer in zip(scenarios, asked(page, tree, [{"states": each} for each in scenarios]), strict=True):
        if is_refused(tree, states):
            assert "xclusive group" in answer["error"], states
            refused += 1
            continue
        assert "error" not in answer, (states, answer)
        check(tree, states, answer)
        for event, p in tree.what_if(states).event_probabilities().items():
            if event not in tree.gates:
                assert close(answer["events"][event], p), (event, states)
    return refused


@pytest.mark.parametrize("name", MODELS)
def test_numbers_are_pythons(engine_page: Any, name: str) -> None:
    tree, choose = FaultTree.of(MODELS[name]()), random.Random(name)
    assert tree.exclusive_groups
    assert 0 < check_all(engine_page, tree, [{}, *(settings_of(tree, choose) for _ in range(80))]) < 60


@settings(max_examples=15)
@given(trees_with_alternatives(max_events=6), st.integers(0, 2**32))
def test_any_tree_gives_the_numbers_of_python(engine_page: Any, model: Model, seed: int) -> None:
    tree, choose = FaultTree.of(model), random.Random(seed)
    check_all(engine_page, tree, [{}, *(settings_of(tree, choose) for _ in range(5))])


# Against enumeration


def every_event(model: Model) -> tuple[str, ...]:
    return tuple(model.basic_events)


def joint(model: Model, states: States) -> Iterator[tuple[frozenset[str], Fraction]]:
    """Every state of the events that is possible, gates that are set to a number among them, and its probability."""
    free = {name: Fraction(state) for name, state in states.items() if name in model.gates and type(state) is not bool}
    own = {name: state for name, state in states.items() if name in model.basic_events}
    points = oracles.joint_distribution(model, every_event(model), own)
    for gate, p in free.items():
        points = {
            point | more: q * share
            for point, q in points.items()
            for more, share in ((frozenset({gate}), p), (frozenset[str](), 1 - p))
        }
    return iter(points.items())


def is_near(found: float | None, right: Fraction | float, whole: Fraction | float = 1) -> bool:
    """whole: probability of what it is conditioned on, of which rounding takes a larger part the smaller it is."""
    relative = max(ROUNDED, 1e-14 / float(whole))
    return found is not None and math.isclose(found, float(right), rel_tol=relative, abs_tol=ROUNDED * 1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_evidence_equals_enumeration(engine_page: Any, name: str) -> None:
    """P(evidence), and every posterior of event and gate; no explanation is listed, and the list says why."""
    model = MODELS[name]()
    tree, choose = FaultTree.of(model), random.Random(name)
    names = [*model.basic_events] * 2 + [*tree.gates]
    questions: list[dict[str, Any]] = []
    while len(questions) < 40:
        states = settings_of(tree, choose, 2) if choose.random() < 0.5 else {}
        if not is_refused(tree, states):
            observed = {of: choose.random() < 0.4 for of in choose.sample(names, choose.randint(1, 3))}
            questions.append({"states": states, "observed": observed})
    for question, answer in zip(questions, asked(engine_page, tree, questions), strict=True):
        states, observed = question["states"], question["observed"]
        own = {name: state for name, state in states.items() if name in model.gates}
        fitting = [
            (point, p)
            for point, p in joint(model, states)
            if all(oracles.truth(model, name, point, own) is seen for name, seen in observed.items())
        ]
        whole = sum((p for _, p in fitting), Fraction(0))
        assert is_near(answer["evidence"], whole), question
        assert answer["cutSets"]["count"] is None
        assert "Explanations are left out" in answer["cutSets"]["note"]
        if not whole:
            assert answer["evidence"] == 0
            assert answer["top"] == {"p": None, "notP": None}
            continue
        for of in {*tree.events, *tree.gates, *every_event(model)} & {*answer["events"], *answer["gates"]}:
            right = sum((p for point, p in fitting if oracles.truth(model, of, point, own)), Fraction(0)) / whole
            found = answer["gates"][of] if of in answer["gates"] else answer["events"][of]
            assert is_near(found, right, whole), (of, question)
        right = sum((p for point, p in fitting if oracles.truth(model, tree.top, point, own)), Fraction(0)) / whole
        assert is_near(answer["top"]["p"], right, whole), question
        if whole > 1e-6:
            seen = tree.what_if(states).given(observed)
            assert close(answer["evidence"], seen.probability), question
            for after in seen.posteriors():
                both = answer["gates"] | answer["events"]
                assert after.name not in both or close(both[after.name], after.posterior, 1e-15), (after, question)


def test_what_an_observation_leaves_to_a_rare_member_keeps_its_digits(engine_page: Any) -> None:
    """Of 1/2, 1/2 and 1e-17, the second being observed false, the third has 1e-17 / (1/2 + 1e-17) = 2e-17."""
    data = {
        "name": "n", "top": "top", "gates": {"top": {"or": ["rare"]}},
        "basic_events": {"a": {"probability": 0.5}, "b": {"probability": 0.5}, "rare": {"probability": 1e-17}},
        "exclusive_groups": {"g": {"exactly_one": ["a", "b", "rare"]}},
    }  # fmt: skip
    tree = FaultTree.from_data(data)
    observed, set_so = asked(engine_page, tree, [{"states": {}, "observed": {"b": False}}, {"states": {"b": False}}])
    assert observed["events"]["rare"] == pytest.approx(2e-17, rel=1e-14)
    assert observed["top"]["p"] == pytest.approx(2e-17, rel=1e-14)
    assert set_so["top"]["p"] == pytest.approx(2e-17, rel=1e-14)


@pytest.mark.parametrize("name", MODELS)
def test_cut_sets_equal_enumeration(engine_page: Any, name: str) -> None:
    model = MODELS[name]()
    tree, choose = FaultTree.of(model), random.Random(name)
    scenarios = [{}, *(settings_of(tree, choose) for _ in range(30))]
    scenarios = [states for states in scenarios if not is_refused(tree, states)]
    answers = asked(engine_page, tree, [{"states": each, "most": 1000} for each in scenarios])
    for states, answer in zip(scenarios, answers, strict=True):
        set_so = dict(oracle_states(model, states))
        events = oracles.events_below(model, tree.top, set_so)
        points = (p for p in oracles.subsets(events) if oracles.is_possible(model, p))
        right = oracles.minimal(frozenset(p for p in points if oracles.truth(model, tree.top, p, set_so)))
        found = answer["cutSets"]["sets"]
        assert {frozenset(each["events"]) for each in found} == right, states
        assert answer["cutSets"]["count"] == str(len(right))


def oracle_states(model: Model, states: States) -> Mapping[str, bool | float]:
    """What a what-if sets, the others of a group false where one is true."""
    found = dict(states)
    for group in model.exclusive_groups.values():
        if any(states.get(member) is True for member in group.events):
            found |= {member: states.get(member) is True for member in group.events}
    return found


def modules_and_groups() -> Model:
    """Parts that are modules; one group is within a part, and one ties two parts together."""
    data = of_modules().to_data()
    data["basic_events"] |= {"x1": {"probability": 0.2}, "elsewhere": {"probability": 0.7}, "y2": {"probability": 0.1}}
    groups = {"within": {"at_most_one": ["c0", "a0", "b0"]}, "across": {"exactly_one": ["elsewhere", "y2", "x1"]}}
    return Model.from_data(data | {"exclusive_groups": groups})


@pytest.mark.parametrize("is_whole", [True, False])
def test_modules(engine_page: Any, monkeypatch: pytest.MonkeyPatch, is_whole: bool) -> None:
    """A part tied to another is no module. Where no diagram of all gates fits, there is the top event's alone."""
    from faulttree.facade import explorer

    if not is_whole:
        monkeypatch.setattr(explorer, "MOST_NODES_OF_GATES", 1)
    tree, choose = FaultTree.of(modules_and_groups()), random.Random(6)
    assert ("" in tree.explorer().payload["bdd"]["variables"]) is not is_whole
    scenarios = [{}, *(settings_of(tree, choose) for _ in range(40))]
    scenarios = [states for states in scenarios if not is_refused(tree, states)]
    answers = asked(engine_page, tree, [{"states": states} for states in scenarios])
    for states, answer in zip(scenarios, answers, strict=True):
        check(tree, states, answer, all_gates=is_whole)
    members = [member for group in tree.exclusive_groups.values() for member in group]
    gates = [*tree.gates] if is_whole else [tree.top]
    questions: list[dict[str, Any]] = []
    for _ in range(60):
        observed = {of: choose.random() < 0.5 for of in choose.sample(members, choose.randint(0, 2))}
        observed |= {of: choose.random() < 0.5 for of in choose.sample(gates, choose.randint(0, min(2, len(gates))))}
        if observed:
            questions.append({"observed": observed})
    for question, answer in zip(questions, asked(engine_page, tree, questions), strict=True):
        try:
            seen = tree.given(question["observed"])
        except FaultTreeError:
            assert answer["evidence"] == 0
            continue
        assert close(answer["evidence"], seen.probability), question
        for after in seen.posteriors():
            found = (answer["gates"] | answer["events"])[after.name]
            assert close(found, after.posterior) or (found is None and not is_whole), (after, found, question)


# Beside other things that a model may have


def test_beside_common_causes(engine_page: Any) -> None:
    """Components of a group that is listed, and of one whose causes are too many; either beside alternatives."""
    choose = random.Random(1)
    for pumps, factors in ((3, {"mgl": [0.1, 0.3]}), (9, {"mgl": [0.3] * 8})):
        names = [f"p{i}" for i in range(pumps)]
        data = {
            "name": "pumps", "top": "T",
            "gates": {"T": {"or": ["V", {"and": ["p0", "a", "c"]}, {"and": ["b", "p1"]}]},
                      "V": {"atleast": {"k": pumps - 1, "of": names}}},
            "basic_events": {**{name: {"probability": 0.01} for name in names}, "a": {"probability": 0.1},
                             "b": {"probability": 0.2}, "c": {"probability": 0.3}, "d": {"probability": 0.3}},
            "common_cause_groups": {"g": {"events": names, **factors}},
            "exclusive_groups": {"e": {"at_most_one": ["d", "b", "a"]}},
        }  # fmt: skip
        tree = FaultTree.from_data(data)
        assert "Excludes: d, a (e)" in tree.diagram().to_svg()
        scenarios = [{}, *(settings_of(tree, choose) for _ in range(15))]
        scenarios = [states for states in scenarios if not is_refused(tree, states)]
        for states, answer in zip(scenarios, asked(engine_page, tree, [{"states": s} for s in scenarios]), strict=True):
            what_if = tree.what_if(states)
            assert close(answer["top"]["p"], what_if.probability().value), states
            for gate, p in what_if.gate_probabilities().items():
                assert close(answer["gates"][gate], p), (gate, states)
            if pumps == 3:
                check(tree, states, answer)


def test_copies_have_groups_of_their_own(engine_page: Any) -> None:
    data = {
        "name": "copies", "top": "t",
        "gates": {"t": {"atleast": {"k": 2, "of": [{3: "r"}]}},
                  "r": {"or": [{"and": ["a", "x"]}, {"and": ["b", "y"]}]}},
        "basic_events": {"a": {"probability": 0.3}, "b": {"probability": 0.3}, "x": {"probability": 0.1},
                         "y": {"probability": 0.2}},
        "exclusive_groups": {"g": {"at_most_one": ["a", "b"]}},
    }  # fmt: skip
    tree = FaultTree.from_data(data)
    assert len(tree.exclusive_groups) == 3
    refused = check_all(engine_page, tree, [{}, {"a#1": True}, {"b#2": False, "a#3": 0.9}, {"a#1": True, "b#1": True}])
    assert refused == 1


def test_a_group_of_forty(engine_page: Any) -> None:
    members = [f"m{i}" for i in range(40)]
    data = {
        "name": "forty", "top": "t",
        "gates": {"t": {"or": [{"and": [member, f"x{i}"]} for i, member in enumerate(members)]}},
        "basic_events": {**{member: {"probability": 0.02} for member in members},
                         **{f"x{i}": {"probability": 0.01 * (i % 7 + 1)} for i in range(40)}},
        "exclusive_groups": {"g": {"at_most_one": members}},
    }  # fmt: skip
    tree = FaultTree.from_data(data)
    scenarios: list[States] = [{}, {"m5": True}, {"m5": False, "m7": 0.3}]
    for states, answer in zip(scenarios, asked(engine_page, tree, [{"states": s} for s in scenarios]), strict=True):
        check(tree, states, answer)
