"""JSON: strict, with lines, and the same models as YAML."""

import json
import random

import pytest

from faulttree.errors import InvalidModelError
from faulttree.formats import read_text
from faulttree.formats.json import read_json, write_json
from faulttree.model.yaml import read_yaml, write_yaml

EVENT = '{"name": "t", "top": "e",\n "basic_events": {"e": %s}}'


def refusal(text):
    with pytest.raises(InvalidModelError) as caught:
        read_text(text, "json", "m.json")
    return str(caught.value)


REFUSED = {
    "": "m.json:1: a value is wanted here, not the end of the file",
    "{": "m.json:1: a key in double quotes or '}' is wanted here, not the end of the file",
    '{"a"}': "m.json:1: ':' is wanted here, not '}'",
    '{"a": 1,\n}': "m.json:2: a key in double quotes is wanted here, not '}'; remove the comma before it",
    '{"a": [1,\n]}': "m.json:2: a value is wanted here, not ']'; remove the comma before it",
    '{"a": 1 "b": 2}': "m.json:1: ',' or a closing bracket is wanted here, not '\"'",
    '{"a": 1]': "m.json:1: ',' or a closing bracket is wanted here, not ']'",
    "{a: 1}": "m.json:1: a key in double quotes or '}' is wanted here, not 'a'",
    "{'a': 1}": "m.json:1: a key in double quotes or '}' is wanted here, not '''",
    '{"a": @}': "m.json:1: a value is wanted here, not '@'",
    '{"a": 1} x': "m.json:1: the end of the file is wanted here, not 'x'",
    '{"a": "x': "m.json:1: a text is not closed; add the closing double quote",
    '{"a": "x\ty"}': (
        "m.json:1: a text holds a line break, a tab or another control character; write it as an escape, like \\n"
    ),
    '{"a": "\\q"}': "m.json:1: a backslash begins an unknown escape; double it",
    '{"a": "\\u12"}': "m.json:1: a backslash begins an unknown escape; double it",
    '\n{"a": NaN}': "m.json:2: NaN is not a value in JSON; give a number, or leave the key out",
    '{"a": -Infinity}': "m.json:1: -Infinity is not a value in JSON; give a number, or leave the key out",
    '{"a": 01}': "m.json:1: 01 is not a value in JSON; quote a text",
    '{"a": .5}': "m.json:1: .5 is not a value in JSON; quote a text",
    '{"a": True}': "m.json:1: True is not a value in JSON; quote a text",
    "[" * 100_000: "m.json:1: nested more than 128 levels deep; name the inner parts as gates",
    "[]": "m.json:1: a model is a mapping, and a list is given; begin with `faulttree: 1`",
    EVENT % '{"label": "\\ud800"}': (
        "m.json:2: basic event 'e': label: the text holds half of a surrogate pair, which no file can hold"
    ),
    EVENT % '{"probability": "0.5"}': (
        "m.json:2: basic event 'e': probability: parameter '0.5' is not defined; drop the quotes"
    ),
    EVENT % '{"probability": 1.5, "kind": null}': "m.json:2: basic event 'e': probability 1.5 lies outside [0, 1]",
    EVENT % '{"label": "a",\n"label": "b"}': (
        "m.json:3: basic event 'e': the key 'label' is given twice, first on line 2; keep one"
    ),
    EVENT % '{"label": null}, "e": {}': (
        "m.json:2: basic event 'e': defined twice, first on line 2; rename or remove one"
    ),
    '{"name": "t", "top": null}': "m.json:1: `top` is missing; name the top event, like `top: no_flow`",
    '{"name": "t", "top": [null]}': "m.json:1: top: [1]: a name is wanted here, and nothing is given",
    b'{"a": "\xff"}': "m.json:1: not UTF-8 text; save the file as UTF-8",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text):
    assert refusal(text) == REFUSED[text]


def test_escapes_and_space():
    label = '"\\u00e9\\ud83d\\ude80\\/\\\\\\"\\b\\f\\n\\r\\t\x7f\u2028"'
    text = "\ufeff \r\n\t" + EVENT % f'\t{{\t"label"\r\n:{label} , "attributes": {{"<<": 1E2, "null": null, "": 1}}\n}}'
    assert refusal(text) == "m.json:4: basic event 'e': attributes: a name is wanted here, and nothing is given"
    event = read_json(text.replace(', "": 1', "")).basic_events["e"]
    assert event.label == json.loads(label)
    assert event.attributes == {"<<": 100.0, "null": None}


def test_big_numbers():
    attributes = read_json(EVENT % ('{"attributes": {"a": %s}}' % ("9" * 300))).basic_events["e"].attributes
    assert attributes == {"a": 10**300 - 1}
    assert "is not a finite number" in refusal(EVENT % ('{"attributes": {"a": %s}}' % ("9" * 5_000)))
    assert "is not a finite number" in refusal(EVENT % '{"attributes": {"a": 1e400}}')


OPTIONS = [{}, {"indent": 4}, {"ensure_ascii": False}, {"separators": (",", ":")}, {"indent": "\t"}]


@pytest.mark.parametrize("options", OPTIONS)
def test_every_layout_gives_the_same_model(options):
    data = {
        "faulttree": 1, "name": "Клапан 🚀 \x7f\u2028 \" \\ / \n\t", "top": ["NO", "1E5"],
        "basic_events": {"NO": {"probability": 1e-300}, "1E5": {"attributes": {"a": [None, 1, -2.5e-7, "", {}, []]}}},
    }  # fmt: skip
    model = read_json(json.dumps(data, **options))
    assert model.to_data() == data
    assert read_json(write_json(model)) == model
    assert read_yaml(write_yaml(model)) == model


def test_as_strict_as_the_standard_library():
    chance = random.Random(1)
    alphabet = ['"a"', '"b"', "1", "-0", "1.5e3", "true", "null", *"{}[]:, \nx", "1.", '"\\n"', "+1"]
    for _ in range(20_000):
        text = "".join(chance.choices(alphabet, k=chance.randint(1, 7)))
        try:
            json.loads(text)
            valid = True
        except ValueError:
            valid = False
        message = refusal(text)
        about_form = " wanted here" in message or "is not a value" in message
        assert about_form != valid or "a mapping is wanted" in message, (text, message)
