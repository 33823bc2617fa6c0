"""Aralia text: every notation, every fault with its place, and what writing keeps and names as lost."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model.model_strategies import models
from strategies import trees

from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, losses, read, read_text, write
from faulttree.formats.chains import with_chains
from faulttree.model import Model


def aralia(text: str, file: str = "m.txt") -> Model:
    return read_text(text, "aralia", file)[0]


def formula(text: str) -> Any:
    """The formula of a gate, as data."""
    model = aralia(f"G := {text}")
    return model.to_data()["gates"]["G"]


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidModelError) as caught:
        aralia(text)
    return str(caught.value).splitlines()


NOTATIONS = {
    "a": {"or": ["a"]},
    "(a)": {"or": ["a"]},
    "~a": {"not": "a"},
    "-a": {"not": "a"},
    "!a": {"not": "a"},
    "~~a": {"not": {"not": "a"}},
    "a & b": {"and": ["a", "b"]},
    "(a & b & c)": {"and": ["a", "b", "c"]},
    "a | b": {"or": ["a", "b"]},
    "a ^ b ^ c": {"xor": ["a", "b", "c"]},
    "a => b": {"imply": ["a", "b"]},
    "a <=> ~b": {"iff": ["a", {"not": "b"}]},
    "~(a & b)": {"nand": ["a", "b"]},
    "-(a | b)": {"nor": ["a", "b"]},
    "~(a ^ b)": {"not": {"xor": ["a", "b"]}},
    "@(2, [a, b, c])": {"atleast": {"k": 2, "of": ["a", "b", "c"]}},
    "@(1, [a, b])": {"atleast": {"k": 1, "of": ["a", "b"]}},
    "@(1, [a])": {"or": ["a"]},
    "~@(1, [a])": {"not": {"or": ["a"]}},
    "#(0, 2, [a, b & c, ~d])": {"cardinality": {"min": 0, "max": 2, "of": ["a", {"and": ["b", "c"]}, {"not": "d"}]}},
    "a | b ^ c & ~d": {"or": ["a", {"xor": ["b", {"and": ["c", {"not": "d"}]}]}]},
    "a & (b | c) => d": {"imply": [{"and": ["a", {"or": ["b", "c"]}]}, "d"]},
    "(a => b) <=> c": {"iff": [{"imply": ["a", "b"]}, "c"]},
    "pump-1 & вентиль_2 & B.x": {"and": ["pump-1", "вентиль_2", "B.x"]},
    "a\n  & /* both */ b // these\n": {"and": ["a", "b"]},
}  # fmt: skip


@pytest.mark.parametrize("text", NOTATIONS)
def test_every_notation_is_read(text):
    assert formula(text) == NOTATIONS[text]


def test_a_file_in_both_styles():
    text = """\
Pumps

top := g1 | p & c;  // p and s are names, too
g1 := @(2, [a, b,
            -s])
p(a) = 0.1
p b = 2.5e-3;
p(p) = 1; s(c) = true
s s = false;
"""
    model, warnings = read_text(text, "aralia", "m.txt")
    assert warnings == ()
    assert model.name == "Pumps"
    assert model.top == ("top",)
    assert {name: event.probability for name, event in model.basic_events.items()} == {"a": 0.1, "b": 0.0025, "p": 1.0}
    assert {name: house.state for name, house in model.house_events.items()} == {"c": True, "s": False}
    assert [gate.connective for gate in model.gates.values()] == ["or", "atleast"]


def test_events_without_a_number_are_named_once():
    model, warnings = read_text("a := b & c\nd := b | e", "aralia", "some/plant.txt")
    assert [str(warning) for warning in warnings] == [
        "some/plant.txt:1: warning: "
        "'b' is not defined; it is taken for a basic event without a probability (and 2 more like this)"
    ]
    assert model.name == "plant"
    assert model.top == ("a", "d")
    assert set(model.basic_events) == {"b", "c", "e"}


FAULTS = {
    "a := b &": ["m.txt:1: gate 'a': column 9: a name, '~', '(', '@' or '#' is wanted here, not the end of the file"],
    "a := (b & c": ["m.txt:1: gate 'a': column 12: an operator or ')' is wanted here, not the end of the file"],
    "a := b c": ["m.txt:1: gate 'a': column 8: an operator, ';' or a new statement is wanted here, not 'c'"],
    "a := b + c": ["m.txt:1: gate 'a': column 8: an operator, ';' or a new statement is wanted here, not '+'"],
    "a := b => c => d": ["m.txt:1: gate 'a': column 13: '=>' stands between two formulas only; use parentheses"],
    "a := @(b, [c])": ["m.txt:1: gate 'a': column 8: a whole number is wanted here, not 'b'; write @(2, [a, b, c])"],
    "a := #(1, [c])": [
        "m.txt:1: gate 'a': column 11: a whole number is wanted here, not '['; write #(1, 2, [a, b, c])"
    ],
    "a := @(2, b, c)": ["m.txt:1: gate 'a': column 11: '[' is wanted here, not 'b'; write @(2, [a, b, c])"],
    "a := @(4, [b, c, d])": ["m.txt:1: gate 'a': atleast: k = 4 lies outside 1 to 3, the number of inputs"],
    "a = b & c": ["m.txt:1: column 1: no statement begins here; write a := b & c, p(b) = 0.1 or s(c) = true",
                  "m.txt:1: top: the file defines no gate; write one, like a := b & c"],
    "a := b\np(b) = x": ["m.txt:2: basic event 'b': column 8: a number is wanted here, not 'x'; write p(a) = 0.1"],
    "a := b\np(b) = 1.5": ["m.txt:2: basic event 'b': probability 1.5 lies outside [0, 1]"],
    "a := b\np(b) = -.5": ["m.txt:2: basic event 'b': probability -0.5 lies outside [0, 1]"],
    "a := b\ns(b) = 1": ["m.txt:2: house event 'b': column 8: true or false is wanted here, not '1'"],
    "a := b\np(&) = 1": ["m.txt:2: column 3: a name is wanted here, not '&'"],
    "a := b\na := c": ["m.txt:2: gate 'a': defined twice, first on line 1; rename or remove one"],
    "a := b & b ^ c ^ c": [
        "m.txt:1: warning: gate 'a': input 'b' is named 2 times in one 'and'; naming it once means the same",
        "m.txt:1: gate 'a': input 'c' is named 2 times in one 'xor'; name it once",
    ],
    "a := b\nb := a": ["m.txt:1: gate 'a': gates form a cycle: 'a' -> 'b' -> 'a'; break it at one gate"],
    "p(a) = 0.5": ["m.txt:1: top: the file defines no gate; write one, like a := b & c"],
    "": ["m.txt:1: top: the file defines no gate; write one, like a := b & c"],
    f"a := {'(' * 200}b{')' * 200}": [
        "m.txt:1: gate 'a': column 134: nested more than 128 levels deep; name the inner parts as gates"
    ],
    # Reading goes on with the next statement.
    "T\na := b &; c := ) ;\nd := & e\n& f\ng := h\np(h) = 2\nx y": [
        "m.txt:2: gate 'a': column 9: a name, '~', '(', '@' or '#' is wanted here, not ';'",
        "m.txt:2: gate 'c': column 16: a name, '~', '(', '@' or '#' is wanted here, not ')'",
        "m.txt:3: gate 'd': column 6: a name, '~', '(', '@' or '#' is wanted here, not '&'",
        "m.txt:6: basic event 'h': probability 2 lies outside [0, 1]",
        "m.txt:7: basic event 'h': column 1: an operator, ';' or a new statement is wanted here, not 'x'",
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_every_fault_has_its_place(text):
    found = [line for line in faults(text) if "is taken for a basic event" not in line]
    assert found == FAULTS[text]


def test_faults_without_end_are_cut_off():
    assert len(faults("a := ;\n" * 5_000)) == 1_000


def test_bytes_that_are_no_text():
    with pytest.raises(InvalidModelError, match=r"m.txt:2: not UTF-8 text"):
        read_text(b"a := b\n\xff", "aralia", "m.txt")


@settings(max_examples=40)
@given(trees(max_events=5, missing=True))
def test_writing_keeps_the_function_and_the_probabilities(model):
    text = dumps(model, "aralia")
    again = aralia(text)
    # Elements are written in their order, so that place by place they are the same, whatever they are called.
    mentioned = {name for gate in model.gates.values() for name in gate.names()}
    assert len(again.gates) == len(model.gates)
    renamed = dict(zip(model.gates, again.gates, strict=True))
    renamed |= dict(zip(model.house_events, again.house_events, strict=True))
    known = [name for name in model.basic_events if model.basic_events[name].failure_model is not None]
    renamed |= dict(zip(known, again.basic_events, strict=False))
    unknown = [name for name in model.basic_events if name not in known and name in mentioned]
    assert set(again.basic_events) >= {renamed[name] for name in known}
    assert len(again.basic_events) == len(known) + len(unknown)
    for name in known:
        assert again.probability_of(renamed[name]) == model.probability_of(name)
    if not unknown:
        for gate in model.gates:
            for occurred in oracles.subsets(oracles.events_below(model, gate)):
                again_occurred = {renamed[name] for name in occurred}
                assert oracles.truth(again, renamed[gate], again_occurred) == oracles.truth(model, gate, occurred)


PLAIN = {
    "name": "Plain",
    "top": "top",
    "gates": {
        "top": {"or": ["g1", {"and": ["a", {"not": "b"}]}, {"or": ["c"]}]},
        "g1": {"atleast": {"k": 2, "of": ["a", {"xor": ["b", "c"]}, {"nand": ["a", "d"]}, "house"]}},
        "g2": {"iff": ["g3", {"imply": ["a", {"nor": ["b", "c"]}]}]},
        "g3": {"cardinality": {"min": 0, "max": 1, "of": ["a", {"not": {"xor": ["b", "c"]}}]}},
        "g4": {"or": ["d"]},
        "g5": {"not": "d"},
        "g6": {"or": [{"and": ["a", "b"]}]},
        "g7": {"or": ["g2", "g4", "g5", "g6"]},
    },
    "basic_events": {
        "a": {"probability": 1e-12},
        "b": {"probability": 0.1},
        "c": {"probability": 1.0},
        "d": {},
    },
    "house_events": {"house": {"state": True}},
}


def test_what_it_can_say_is_kept_exactly():
    model = Model.from_data(PLAIN | {"top": ["top", "g7"]})
    assert losses(model, "aralia") == ()
    assert aralia(dumps(model, "aralia")) == model
    assert (
        dumps(model, "aralia")
        == """\
Plain

top := g1 | (a & ~b) | @(1, [c])
g1 := @(2, [a, (b ^ c), ~(a & d), house])
g2 := g3 <=> (a => ~(b | c))
g3 := #(0, 1, [a, ~(b ^ c)])
g4 := d
g5 := ~d
g6 := @(1, [(a & b)])
g7 := g2 | g4 | g5 | g6

p(a) = 0.000000000001
p(b) = 0.1
p(c) = 1
s(house) = true
"""
    )


LOSSY = {
    ("name",): ("Two words", "the name 'Two words' is written as 'Two_words'"),
    ("name", ""): ("", "the name '' is written as 'FaultTree'"),
    ("top",): ("g1", "the choice of top events, 'g1', is not carried: a reader takes 'top', 'g7'"),
    ("description",): ("x", "not carried: the description of the model"),
    ("mission_time",): ("5 h", "not carried: the mission time of the model"),
    ("timeline",): ([{"at": "0 s", "event": "x"}], "not carried: the timeline of the model"),
    ("attributes",): ({"x": 1}, "not carried: the attributes of the model"),
    ("sources",): ({"s": {"title": "t"}}, "not carried (sources): 's'"),
    ("scenarios",): ({"s": {"set": {"a": True}}}, "not carried (scenarios): 's'"),
    ("evidence",): ({"v": {"observe": {"a": True}}}, "not carried (evidence): 'v'"),
    ("gates", "g1", "label"): ("x", "without their labels: 'g1'"),
    ("basic_events", "a", "description"): ("x", "without their descriptions: 'a'"),
    ("house_events", "house", "source"): ("judgement", "without their sources: 'house'"),
    ("basic_events", "a", "attributes"): ({"x": 1}, "without their attributes: 'a'"),
    ("basic_events", "a", "kind"): ("undeveloped", "without their kinds: 'a'"),
    ("basic_events", "a", "basis"): ("x", "without what their numbers are based on: 'a'"),
    ("basic_events", "e"): ({}, "not carried, being in no gate and without a probability: 'e'"),
    ("gates", "g4"): ({"and": ["d"]}, "a gate of one input written as or: 'g4'"),
    ("gates", "g4", "atleast"): ({"atleast": {"k": 1, "of": ["d"]}}, "a gate of one input written as or: 'g4'"),
    ("gates", "g5"): ({"not": {"or": ["a", "b"]}}, "a negated and or or written as nand or nor: 'g5'"),
    ("gates", "g6"): (
        {"or": ["a", {"inhibit": {"input": "b", "condition": "c"}}]}, "inhibit written as and: 'g6'"
    ),
    ("gates", "an other"): (
        {"or": ["g7"]}, "renamed, for only letters, digits, '_' and '-' can stand in a name: 'an other'"
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", LOSSY)
def test_what_is_lost_is_named(path):
    value, sentence = LOSSY[path]
    data: dict[str, Any] = {key: dict(part) if isinstance(part, dict) else part for key, part in PLAIN.items()}
    data["top"] = ["top", "an other"] if path[-1] == "an other" else ["top", "g7"]
    if len(path) == 1 or path[0] == "name":
        data[path[0]] = value
    elif len(path) == 2 or path[-1] == "atleast":
        data[path[0]][path[1]] = value
    else:
        data[path[0]][path[1]] = {**data[path[0]][path[1]], path[2]: value}
    model = Model.from_data(data)
    assert losses(model, "aralia") == (sentence,)
    again = aralia(dumps(model, "aralia"))
    assert again != model
    assert len(again.gates) == len(model.gates)


def test_rates_and_parameters_become_probabilities():
    model = Model.from_data(
        {
            "name": "t",
            "top": "g",
            "mission_time": "10 h",
            "gates": {"g": {"or": ["a", "b", "c"]}},
            "basic_events": {
                "a": {"rate": "w"},
                "b": {"weibull": {"scale": "50 h", "shape": 2}},
                "c": {"probability": "q"},
            },
            "parameters": {"w": {"value": "1e-3 /h"}, "q": {"value": 0.25}},
        }
    )
    again = aralia(dumps(model, "aralia"))
    assert {name: again.probability_of(name) for name in "abc"} == {name: model.probability_of(name) for name in "abc"}
    assert losses(model, "aralia") == (
        "with their probability at the mission time only: 'a', 'b'",
        "not carried (parameters): 'w', 'q'",
        "not carried: the mission time of the model",
    )


def test_names_stay_apart_when_they_are_made_portable():
    names = ["a b", "a_b", "a-b", "a!b", "1", "?", "n", "é", "a  b"]
    model = Model.from_data(
        {"name": "t", "top": "g", "gates": {"g": {"or": names}}, "basic_events": {name: {} for name in names}}
    )
    assert list(aralia(dumps(model, "aralia")).basic_events) == [
        "a_b_2", "a_b", "a-b", "a_b_3", "n1", "n_2", "n", "é", "a_b_4",
    ]  # fmt: skip


@settings(max_examples=25)
@given(models())
def test_any_model_is_written_and_its_gates_come_back(model):
    text = dumps(model, "aralia")
    named = losses(model, "aralia")
    written = with_chains(model)  # copies by their names, members of exclusive groups as gates
    if written.gates:
        assert len(aralia(text).gates) == len(written.gates)
    else:
        assert "the model has no gate, and Aralia text without one cannot be read" in named


@given(st.text(st.sampled_from(list("ab:=&|~^@#()[],;.<>! \n\t/*ps01é"))))
def test_any_text_is_read_or_refused(text):
    try:
        model = aralia(text)
    except InvalidModelError as refused:
        told = str(refused).splitlines()
    else:
        told = ["m.txt:"]
        assert aralia(dumps(model, "aralia")).gates.keys() == model.gates.keys()
    assert all(line.startswith("m.txt:") for line in told)


@pytest.mark.parametrize("suffix", [".txt", ".dag", ".ara", ".TXT"])
def test_by_suffix(tmp_path: Path, suffix):
    model = Model.from_data(PLAIN | {"top": ["top", "g7"]})
    write(model, tmp_path / f"m{suffix}")
    assert read(tmp_path / f"m{suffix}") == model


def test_a_probability_near_one_keeps_the_digits_of_its_distance_and_that_is_named() -> None:
    """1 - exp(-x) for x = 20, 40 and 300: the distance from 1 is exp(-x), which no float near 1 holds."""
    data = {
        "name": "Near",
        "top": "t",
        "mission_time": "1 h",
        "gates": {"t": {"and": ["a", "b", "c", "d", "e"]}},
        "basic_events": {
            "a": {"rate": "20 /h"}, "b": {"rate": "40 /h"}, "c": {"rate": "300 /h"},
            "d": {"probability": 0.9}, "e": {"rate": "1e-9 /h"},
        },
    }  # fmt: skip
    model = Model.from_data(data)
    text = dumps(model, "aralia")
    found = dict(re.findall(r"p\((\w)\) = ([0-9.]+)", text))
    for name, x in (("a", 20), ("b", 40), ("c", 300)):
        with localcontext() as context:
            context.prec = 450
            distance, exact = 1 - Decimal(found[name]), Decimal(-x).exp()
            assert distance > 0 and abs(distance - exact) < exact * Decimal("1e-14")
    assert found["d"] == "0.9" and Decimal(found["e"]) == Decimal(repr(model.probability_of("e")))
    (said,) = [loss for loss in losses(model, "aralia") if "near 1" in loss]
    assert said.endswith(": 'a', 'b', 'c'")
    for name in "abcde":
        assert aralia(text).probability_of(name) == model.probability_of(name)
