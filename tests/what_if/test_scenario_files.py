"""Scenarios in files: read as they were meant, in every form; every fault told at once, with its line."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of

from faulttree.errors import InvalidModelError, InvalidRequestError
from faulttree.what_if.scenario_files import read_scenario_text, read_scenarios

NAMES = ("pump", "B 2", "x,y", 'the "valve"', "pump-α", "NO", "1E5", "a;b", "label", "set", "=1+1")
MODEL = model_of({"or": list(NAMES)})


def faults(text: str | bytes, kind: str) -> list[str]:
    with pytest.raises(InvalidModelError) as caught:
        read_scenario_text(text, kind, MODEL, "t")
    return [str(fault) for fault in caught.value.faults]


def states_of(found):
    return {name: dict(scenario.states) for name, scenario in found.items()}


tables = st.dictionaries(
    st.sampled_from(["s", "all, off", 'say "no"', "naïve", "sum; total", "2"]),
    st.dictionaries(
        st.sampled_from(NAMES),
        st.booleans() | st.floats(0, 1, allow_subnormal=False).filter(lambda p: p > 0 or str(p) == "0.0"),
        min_size=1,
    ),
    min_size=1,
)


def written(state: bool | float) -> str:
    return str(state).lower() if isinstance(state, bool) else repr(state)


@given(tables, st.sampled_from([",", ";", "\t"]), st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_written_as_csv_is_read(table, separator: str, wide: bool, ending: str, mark: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=ending)
    if wide:
        writer.writerow(["scenario", *NAMES])
        for name, states in table.items():
            writer.writerow([name, *(written(states[event]) if event in states else "" for event in NAMES)])
    else:
        writer.writerow(["Scenario", "EVENT", "state"])
        for name, states in table.items():
            writer.writerows([name, event, written(state)] for event, state in states.items())
    content = ("\ufeff" * mark + out.getvalue()).encode()
    found = states_of(read_scenario_text(content, "csv", MODEL))
    assert found == table
    assert all(type(found[s][e]) is type(table[s][e]) for s in table for e in table[s])


@given(tables, st.booleans(), st.booleans())
def test_what_is_written_as_json_is_read(table, nested: bool, long: bool) -> None:
    data = {name: {"label": name, "set": states} if long else states for name, states in table.items()}
    if not long:  # what could be the long form is written as such
        data = {name: {"set": s} if "set" in s or set(s) <= {"label"} else s for name, s in data.items()}
    found = read_scenario_text(json.dumps({"scenarios": data} if nested else data), "json", MODEL)
    assert states_of(found) == table
    assert all(scenario.label == (name if long else None) for name, scenario in found.items())


def test_a_label_column() -> None:
    model = model_of({"or": ["a"]})
    found = read_scenario_text("scenario,label,a\nx,The x,TRUE\ny,,0.5\n", "csv", model)
    assert {name: (each.label, dict(each.states)) for name, each in found.items()} == {
        "x": ("The x", {"a": True}),
        "y": (None, {"a": 0.5}),
    }


def test_a_whole_model_file_is_a_table_of_its_scenarios() -> None:
    text = "name: m\ntop: g\nscenarios:\n  s: {set: {pump: true}}\n"
    assert states_of(read_scenario_text(text, "yaml", MODEL)) == {"s": {"pump": True}}


def test_every_fault_of_a_wide_table_is_told_with_its_line() -> None:
    text = (
        "scenario,pump,vlave,pump,NO\n"
        "a,true,0.5,,\n"
        "b,maybe,,,\n"
        "\n"
        "c,true\n"
        "a,true,,,\n"
        "d,1.5,,,\n"
        'e,"0,5",,,\n'
        "f,,,,\n"
        ",true,,,\n"
    )
    # With more names a heading that is close to none gets no suggestion.
    model = model_of({"or": ["pump", "valve", "NO"]})
    with pytest.raises(InvalidModelError) as caught:
        read_scenario_text(text, "csv", model, "t.csv")
    assert [str(fault) for fault in caught.value.faults] == [
        "t.csv:1: heading: the column 'pump' is given twice; keep one",
        "t.csv:1: heading: 'vlave' is not defined; did you mean 'valve'?",
        "t.csv:3: scenario 'b', 'pump': true, false or a probability is wanted here, not 'maybe'; "
        "leave the cell empty to set nothing",
        "t.csv:5: scenario 'c': the row has 2 cells and the heading 5; "
        "give a cell for each heading, empty where nothing is set",
        "t.csv:6: scenario 'a': defined twice, first on line 2; rename or remove one",
        "t.csv:7: scenario 'd', 'pump': probability 1.5 lies outside [0, 1]",
        "t.csv:8: scenario 'e', 'pump': true, false or a probability is wanted here, not '0,5'; write 0.5",
        "t.csv:10: scenario: a name is wanted here, and nothing is given",
    ]


def test_every_fault_of_a_long_table_is_told_with_its_line() -> None:
    text = "scenario;event;state\na;pump;true\nb;pmup;0.1\na;pump;false\nb;NO\nb;NO;0,1\nb;;1\n"
    assert faults(text, "csv") == [
        "t:3: scenario 'b': 'pmup' is not defined; did you mean 'pump'?",
        "t:4: scenario 'a': 'pump' is set twice, first on line 2; keep one",
        "t:5: the row has 2 cells and the heading 3; give scenario, event and state",
        "t:6: scenario 'b', 'NO': true, false or a probability is wanted here, not '0,1'; write 0.1",
        "t:7: scenario 'b': a name is wanted here, and nothing is given",
    ]


def test_an_empty_state_in_a_long_table_leaves_the_event_as_it_is() -> None:
    text = "scenario,event,state\nx,pump,true\nx,NO,\ny,NO,\ny,NO,0.5\n"
    assert states_of(read_scenario_text(text, "csv", MODEL)) == {"x": {"pump": True}, "y": {"NO": 0.5}}
    assert faults("scenario,event,state\nx,pump,true\nx,pmup,\nz,NO,\n", "csv") == [
        "t:3: scenario 'x': 'pmup' is not defined; did you mean 'pump'?",
        "t:4: scenario 'z': sets nothing; set at least one event, or leave the scenario out",
    ]


@pytest.mark.parametrize(
    ("cell", "fix"),
    [
        ("yes", "write true"),
        ("No", "write false"),
        ("off", "write false"),
        ("5%", "write 0.05"),
        ("0,5 %", "write 0.005"),
        ("100%", "write 1"),
        ("150%", "leave the cell empty to set nothing"),
        ("0,5", "write 0.5"),
        ("maybe", "leave the cell empty to set nothing"),
    ],
)
@pytest.mark.parametrize("heading", ["scenario;event;state\nx;pump;", "scenario;pump\nx;"])
def test_what_is_no_state_is_told_how_to_write_it(cell: str, fix: str, heading: str) -> None:
    assert faults(f"{heading}{cell}\n", "csv") == [
        f"t:2: scenario 'x', 'pump': true, false or a probability is wanted here, not '{cell}'; {fix}"
    ]


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\r\n'])
def test_a_first_line_may_name_the_separator(first: str) -> None:
    text = first + "scenario;pump;x,y\ns;true;0.5\n"
    assert states_of(read_scenario_text(text, "csv", MODEL)) == {"s": {"pump": True, "x,y": 0.5}}
    bar = text.replace(";", "|")
    assert states_of(read_scenario_text(bar, "csv", MODEL)) == {"s": {"pump": True, "x,y": 0.5}}
    assert faults(first + "scenario;pump\ns;maybe\n", "csv")[0].startswith("t:3: scenario 's', 'pump'")
    assert "the first line is" in faults(first + "event;pump\n", "csv")[0]


@pytest.mark.parametrize(
    "text",
    [
        "x: {pump: true}\n---\ny: {NO: true}\n",
        "x: !!python/object {pump: true}\n",
        "x: {pump: true\n",
        "x: [\n",
        "{x: {pump: true}}}\n",
        "a: &a [1]\nb: *c\n",
    ],
)
def test_a_table_is_not_called_a_model(text: str) -> None:
    told = "\n".join(faults(text, "yaml"))
    assert told.startswith("t:")
    assert "one model" not in told and "the model" not in told and "a model" not in told


@pytest.mark.parametrize("nested", [True, False])
def test_every_fault_of_a_mapping_is_told_with_its_line(nested: bool) -> None:
    lines = [
        "a: {pmup: true, NO: yes}",
        "b: {label: x, set: {pump: 1.2, nonsense here: true}}",
        "c:",
        "d: {}",
        "e: 5",
        "f: {set: [1]}",
        "g: {pump: true, pump: false}",
        "h: {label: x}",
        "i: {set: {pump: 0.5}, colour: red}",
    ]
    text = "\n".join(["scenarios:", *("  " + line for line in lines)] if nested else lines)
    first = 2 if nested else 1
    assert faults(text, "yaml") == [
        f"t:{first + place}: scenario '{name}': {what}"
        for place, name, what in (
            (0, "a", "NO: true, false or a probability is wanted here, not text 'yes'"),
            (0, "a", "'pmup' is not defined; did you mean 'pump'?"),
            (1, "b", "set.pump: probability 1.2 lies outside [0, 1]"),
            (1, "b", "'nonsense here' is not defined; name a gate or event of the model"),
            (2, "c", "a mapping is wanted here, not nothing"),
            (3, "d", "sets nothing; set at least one event, or leave the scenario out"),
            (4, "e", "a mapping is wanted here, not number 5"),
            (5, "f", "set: a mapping is wanted here, not a list"),
            (6, "g", f"the key 'pump' is given twice, first on line {first + 6}; keep one"),
            (7, "h", "`set` is missing; add `set: {event: true}`"),
            (8, "i", "unknown key 'colour'; known are label, description, source, attributes, set"),
        )
    ]


def test_a_scenario_twice() -> None:
    assert faults("scenarios:\n  a: {pump: true}\n  a: {NO: true}\n", "yaml") == [
        "t:3: scenario 'a': defined twice, first on line 2; rename or remove one"
    ]
    assert faults("a: {pump: true}\na: {NO: true}\n", "yaml") == [
        "t:2: the key 'a' is given twice, first on line 1; keep one"
    ]


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("", "csv", "the file is empty"),
        ("event,state\n", "csv", "the first line is 'event,state', and no heading"),
        ("scenario,pump\n", "csv", "a heading and no rows"),
        ("scenario,\nx,\n", "csv", "a name is wanted here"),
        ('scenario,pump\n"a"b,true\n', "csv", "t:2: not readable as CSV"),
        ('scenario,pump\na,"true\n', "csv", "t:2: not readable as CSV"),
        (b"scenario,pump\n\xff,true\n", "csv", "t:2: not UTF-8 text"),
        ("", "yaml", "the file holds no scenario; add at least one"),
        ("# nothing yet\n", "yaml", "the file holds no scenario; add at least one"),
        ("[1]", "yaml", "a mapping from names to scenarios is wanted here, not a list"),
        ("scenarios: 5", "yaml", "scenarios: a mapping from names to scenarios is wanted"),
        ("scenarios: {}", "yaml", "the file holds no scenario"),
        ("{}", "json", "the file holds no scenario"),
        ("a: [", "yaml", "t:"),
    ],
)
def test_what_holds_no_scenarios_says_so(text, kind: str, why: str) -> None:
    assert why in "\n".join(faults(text, kind))


def test_no_more_than_two_hundred_faults_are_listed() -> None:
    text = "scenario,event,state\n" + "".join(f"s{i},unknown {i},true\n" for i in range(500))
    listed = faults(text, "csv")
    assert len(listed) == 201
    assert listed[-1] == "t: and 300 more faults; correct these first"


def test_files_are_told_by_their_suffix(tmp_path) -> None:
    for suffix, text in ((".csv", "scenario,pump\nx,true\n"), (".tsv", "scenario\tpump\nx\ttrue\n"),
                         (".yml", "x: {pump: true}"), (".json", '{"x": {"pump": true}}')):  # fmt: skip
        path = tmp_path / f"table{suffix}"
        path.write_text(text)
        assert states_of(read_scenarios(path, MODEL)) == {"x": {"pump": True}}
    with pytest.raises(InvalidRequestError, match=r"the suffix '\.ods' is not known"):
        read_scenarios(tmp_path / "table.ods", MODEL)
    with pytest.raises(InvalidRequestError, match="cannot be read"):
        read_scenarios(tmp_path / "absent.csv", MODEL)


@given(st.text(max_size=80), st.sampled_from(["csv", "yaml", "json"]), st.booleans())
def test_any_text_is_read_or_refused_in_words(text: str, kind: str, begun: bool) -> None:
    try:
        read_scenario_text("scenario,pump\n" * begun + text, kind, MODEL)
    except InvalidModelError as error:
        assert error.faults  # noqa: PT017
