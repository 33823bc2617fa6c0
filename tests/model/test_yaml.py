"""What is YAML and what is refused: form, bounds, and the parser's complaints in plain words."""

import pytest
import yaml

from faulttree.errors import InvalidModelError
from faulttree.formats import read_text
from faulttree.model import document
from faulttree.model import yaml as reader
from faulttree.model.yaml import read_yaml

EVENT = "name: t\ntop: e\nbasic_events:\n  e: "


@pytest.fixture(params=["C", "Python"])
def parser(request, monkeypatch):
    if request.param == "Python":
        monkeypatch.setattr(reader, "_LOADER", yaml.SafeLoader)


def refusal(text, kind="yaml"):
    with pytest.raises(InvalidModelError) as caught:
        read_text(text, kind, "m.yaml")
    return str(caught.value)


FORBIDDEN = "cannot stand in a YAML file; remove it, or escape it in double quotes"
SYNTAX = {
    "a: b: c": "m.yaml:1: a second ': ' in a line, or a wrong indentation; quote a text that holds ': '",
    "name: x\n\tb: c": "m.yaml:2: a tab stands where spaces are wanted; indent with spaces",
    "a: @x": "m.yaml:1: '@' cannot begin a value; put the text in quotes",
    "a: `x": "m.yaml:1: '`' cannot begin a value; put the text in quotes",
    "a: %x": "m.yaml:1: '%' cannot begin a value; put the text in quotes",
    'a: "x': "m.yaml:1: a quoted text is not closed; add the closing quote",
    "a: ]": "m.yaml:1: a value is missing before ',' or a closing bracket; add or remove one",
    "a: 'b' c": "m.yaml:1: this line does not belong to the mapping above it; correct the indentation or the quotes",
    "- a\nb: 1": "m.yaml:2: this line does not belong to the list above it; correct its indentation",
    '"\\q"': "m.yaml:1: a backslash in double quotes begins an unknown escape; double it, or use single quotes",
    "{a: b}}": "m.yaml:1: something follows after the end of the model; remove it, or correct the brackets",
    "%YAML 3.0\n---\na": (
        "m.yaml:1: not readable as YAML: found incompatible YAML document; "
        "compare the line with the model file's format"
    ),
    "": "m.yaml: the file holds no model; begin with `faulttree: 1`",
    "# only a comment": "m.yaml: the file holds no model; begin with `faulttree: 1`",
    "---\na: b\n---\nc: d\n": "m.yaml:3: a second document begins; keep one model in a file",
    "a: *b": "m.yaml:1: the alias '*b' refers to no anchor; mark its target with '&b'",
    "a: &b [*b]": "m.yaml:1: the alias '*b' stands inside its own anchor; write the part out",
    "a: \x01": f"m.yaml:1: the character U+0001 {FORBIDDEN}",
    "a:\n - \ud800": f"m.yaml:2: the character U+D800 {FORBIDDEN}",
    "a: b\ufeff": f"m.yaml:1: the character U+FEFF {FORBIDDEN}",
    b"a:\n  \xff": "m.yaml:2: not UTF-8 text; save the file as UTF-8",
    b"\xff\xfea": "m.yaml:1: not UTF-16 text; save the file as UTF-8",
    "[" * 1_000: "m.yaml:1: nested more than 128 levels deep; name the inner parts as gates",
    "5": "m.yaml:1: a model is a mapping, and number 5 is given; begin with `faulttree: 1`",
}  # fmt: skip


@pytest.mark.parametrize("text", SYNTAX)
def test_refused(text):
    assert refusal(text) == SYNTAX[text]


@pytest.mark.parametrize(
    "text", [*SYNTAX, 'a: "\\UFFFFFFFF"', "%YAML 1." + "9" * 5_000 + "\n---\n", "a: [1", "{a: 1", "!<"]
)
def test_refused_by_either_parser(parser, text):
    assert refusal(text).startswith("m.yaml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(parser, encoding):
    model, _ = read_text(f"{EVENT}{{label: Клапан}}\n".encode(encoding), "yaml")
    assert model.basic_events["e"].label == "Клапан"
    assert read_yaml("\ufeff" + EVENT) == read_yaml(EVENT)
    assert read_yaml(EVENT.replace("\n", "\r\n")) == read_yaml(EVENT)


def test_core_tags_are_understood(parser):
    attributes = "{a: ! 5, b: !!int 5, c: !!seq [!!bool true], d: !!null }"
    written = f"!!map {{label: !!str 5, probability: !!float 1, attributes: {attributes}}}"
    event = read_yaml(EVENT + written).basic_events["e"]
    assert event.label == "5"
    assert event.probability == 1.0
    assert event.attributes == {"a": "5", "b": 5, "c": (True,), "d": None}


def test_other_tags_are_all_reported(parser):
    written = "!!python/object/apply:os.system\n    label: !x y\n    attributes: !!set {a: !!binary x}\n"
    assert refusal(EVENT + written).splitlines() == [
        "m.yaml:4: basic event 'e': the tag '!!python/object/apply:os.system' is not allowed; "
        "remove it; a model holds plain values only",
        "m.yaml:5: basic event 'e': the tag '!x' is not allowed; remove it; a model holds plain values only",
        "m.yaml:6: basic event 'e': the tag '!!set' is not allowed; remove it; a model holds plain values only",
        "m.yaml:6: basic event 'e': the tag '!!binary' is not allowed; remove it; a model holds plain values only",
    ]


def test_aliases_repeat_what_they_mark(parser):
    events = "basic_events:\n  *t : &e {label: *n, attributes: &a {x: [1]}}\n  f: *e\n"
    text = f"name: &n t\ntop: [&t e, f]\n{events}attributes: *a\n"
    model = read_yaml(text)
    assert model.basic_events["e"] == model.basic_events["f"]
    assert model.attributes == {"x": (1,)}
    assert model.basic_events["e"].label == "t"


def test_alias_bomb():
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert refusal(bomb) == "m.yaml:7: aliases repeat more than 200,000 values; use fewer aliases"


def test_bounds(monkeypatch):
    monkeypatch.setattr(document, "MOST_NODES", 20)
    assert refusal("a: [" + "b, " * 30 + "]") == "m.yaml:1: the model holds more than 20 values; split the model"
    monkeypatch.undo()
    monkeypatch.setattr(document, "MOST_ITEMS", 20)
    assert refusal("a: [" + "b, " * 30 + "]") == "m.yaml:1: a list with more than 20 items; divide it among gates"
    monkeypatch.setattr(document, "MOST_BYTES", 1024 * 1024)
    assert refusal(b"#" * 2_000_000) == "m.yaml: the file is larger than 1 MiB; split the model"


def test_too_many_keys():
    keys = ", ".join(f"k{number}: 1" for number in range(1_100))
    assert refusal(EVENT + "{" + keys + "}") == "m.yaml:4: a mapping with more than 1,000 keys; check the indentation"
    assert len(read_yaml(EVENT + "{attributes: {" + keys + "}}").basic_events["e"].attributes) == 1_100


def test_so_many_faults_of_form_that_reading_ends():
    lines = refusal("name: t\n" * 5_000).splitlines()
    assert len(lines) == document.MOST_FAULTS
    assert lines[-1] == "m.yaml:1001: the key 'name' is given twice, first on line 1; keep one"


def test_plant_identifiers_are_names(parser):
    text = """\
name: yes
top: [NO, ON, Y, 1E5, null, 0x1F, 12:30, y]
basic_events: {NO: {label: off}, ON: {probability: '1E5'}, Y: , 1E5: , null: {label: 5}, 0x1F: , on: , 12:30: , y: }
parameters: {1E5: {value: 1e-3}}
scenarios: {ON: {set: {on: true, 1E5: 0.5}}}
"""
    model = read_yaml(text)
    assert list(model.basic_events) == ["NO", "ON", "Y", "1E5", "null", "0x1F", "on", "12:30", "y"]
    assert model.top == ("NO", "ON", "Y", "1E5", "null", "0x1F", "12:30", "y")
    assert model.name == "yes"
    assert model.basic_events["NO"].label == "off"
    assert model.basic_events["null"].label == "5"
    assert model.probability_of("ON") == 1e-3
    assert model.scenarios["ON"].states == {"on": True, "1E5": 0.5}
    assert {type(name) for name in model.basic_events} == {str}


def test_a_number_is_a_number_only_without_quotes():
    assert read_yaml(EVENT + "{probability: 1E-5}").basic_events["e"].probability == 1e-5
    assert read_yaml(EVENT + "{attributes: {a: 0x1F, b: 1_0, c: 010, d: +5, e: .5, f: 5., g: TRUE}}").basic_events[
        "e"
    ].attributes == {"a": "0x1F", "b": "1_0", "c": 10, "d": 5, "e": 0.5, "f": 5.0, "g": True}
    text = "name: t\ntop: g\ngates: {g: {atleast: {k: 2.0, of: [e, f]}}}\nbasic_events: {e: , f: }\n"
    assert read_yaml(text).gates["g"].atleast.k == 2
