"""Malformed model files: each ends in a clear error or in a sound model that can be written and read again."""

from __future__ import annotations

import copy
import json
import random

import pytest

from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, losses, read_text

PUMPS = """\
faulttree: 1
name: Pump station
top: no_flow
mission_time: 24 h
sources:
  handbook: {title: Pump reliability handbook, year: 1998, note: table 4}
gates:
  no_flow: {label: No flow to the tank, or: [power_lost, pumps_lost]}
  pumps_lost: {label: Both trains lost, atleast: {k: 2, of: [pump_a, pump_b, {and: [pump_c, {not: bypass_open}]}]}}
  power_lost: {label: Power lost, inhibit: {input: grid_lost, condition: diesel_unavailable}}
basic_events:
  pump_a: {label: Pump A fails to run, rate: 1e-5 /h, source: handbook}
  pump_b: {label: Pump B fails to run, rate: 1e-5 /h, source: handbook}
  pump_c: {label: Pump C fails on demand, probability: 3e-3, source: handbook}
  grid_lost: {kind: undeveloped, label: Grid lost, probability: grid_loss}
  diesel_unavailable: {kind: conditioning, probability: 0.02, source: judgement}
house_events:
  bypass_open: {label: Bypass open, state: false}
parameters:
  grid_loss: {value: 1e-3, description: per day}
scenarios:
  bypass: {label: Bypass open and pump C gone, set: {bypass_open: true, pump_c: true}}
evidence:
  dry: {label: The tank ran dry, observe: {no_flow: true}, hypotheses: {one: {pump_a: true, pump_b: false}}}
timeline:
  - {at: 0 s, event: demand}
"""

ODDITIES = """\
# Every construct that the first model leaves out.
name: |
  Two
    lines
description: >-
  folded
  text
top: [NO, "1E5", 'a: b']
gates:
  NO: &shared
    cardinality: {min: 0, max: 1, of: [e1, 'e 2', {xor: [e1, {nor: [Клапан]}]}]}
    attributes: {list: [1, 2.5, ~, true, "x\\n\\u00e9"], map: {empty: {}, none: []}}
  "1E5": *shared
  'a: b': {imply: [{iff: [e1, "e 2"]}, {nand: [Клапан]}]}
basic_events:
  e1:
  e 2: {probability: "1E5"}
  Клапан: {probability: 1}
parameters:
  ? '1E5'
  : {value: 0.25, basis: guess}
timeline:
- at: 1962-11-04T15:35:15Z
  event: lift-off
- {phase: ascent, event: "vibration", note: 'it''s loose', source: [assumption, judgement]}
attributes: {on: off, 12:30: 0x1F}
"""

LAWS = """\
<?xml version="1.0"?>
<!DOCTYPE opsa-mef>
<opsa-mef><attributes><attribute name="faulttree-mission-time" value="24 h"/></attributes>
<define-fault-tree name="T">
<define-gate name="TOP"><or><gate name="C.G"/><event name="e1"/><not><constant value="false"/></not></or></define-gate>
<define-component name="C" role="private">
<define-gate name="G"><atleast min="2"><basic-event name="e1"/><basic-event name="e 2"/><house-event name="h"/></atleast></define-gate>
<define-house-event name="h"><constant value="true"/></define-house-event>
</define-component>
</define-fault-tree>
<model-data>
<define-basic-event name="e1"><GLM><float value="0.1"/><parameter name="w"/><float value="0"/><system-mission-time/></GLM></define-basic-event>
<define-basic-event name="e 2"><mul><lognormal-deviate><float value="0.1"/><int value="3"/><float value="0.95"/></lognormal-deviate><parameter name="q"/></mul></define-basic-event>
<define-parameter name="w" unit="hours-1"><float value="1e-3"/></define-parameter>
<define-parameter name="q"><ite><lt><parameter name="w"/><pi/></lt><float value="0.5"/><float value="0.4"/></ite></define-parameter>
</model-data></opsa-mef>
"""  # noqa: E501  (XML reads better whole)
NOTATIONS = """\
Title
top := g1 | (a & ~b) => @(2, [a, b, #(0, 1, [c, d]), !e]);  // a comment
g1 := a ^ b <=> -c
p(a) = 0.1; p b = 2.5e-3; /* and */ s(c) = true
s d = false;
"""
UNCERTAIN = """\
name: Two trains
top: T
mission_time: 1 y
gates:
  T: {and: [A, B]}
  A: {or: [pump a, valve a, motor]}
  B: {or: [pump b, valve b, supply]}
basic_events:
  pump a: {repairable: {rate: pump rate, repair_time: 8 h}}
  pump b: {repairable: {rate: pump rate, repair_time: 8 h}}
  valve a: {probability: q}
  valve b: {probability: q}
  motor: {phases: [{duration: 2 h, rate: 1e-4 /h}, {duration: 1 d, rate: pump rate}]}
  supply: {rate: 1e-5 /h, uncertainty: {lognormal: {mu: -12, sigma: 0.5, unit: /h}}}
parameters:
  pump rate: {uncertainty: {bayes: {failures: 2, time: 1e5 h, prior: {shape: 0.5, time: 1e4 h}}}}
  q: {value: 0.01, uncertainty: {histogram: {edges: [0, 0.01, 0.1], weights: [3, 1]}}}
common_cause_groups:
  pumps: {label: Both pumps, events: [pump a, pump b], alpha_factor: {factors: [0.95, 0.05], testing: staggered}}
  valves: {events: [valve a, valve b], beta_factor: q}
correlations:
  - {between: [pump rate, supply], rank: 0.5}
  - {between: [q, supply], rank: -0.2}
"""
OTHERS = ("open-psa", "aralia")

SEEDS = [("yaml", PUMPS), ("yaml", ODDITIES), ("yaml", UNCERTAIN)]
SEEDS += [("json", dumps(read_text(text, "yaml")[0], "json")) for _, text in SEEDS]
SEEDS += [("json", json.dumps(json.loads(SEEDS[3][1])))]
SEEDS += [(other, dumps(read_text(text, "yaml")[0], other)) for text in (PUMPS, ODDITIES) for other in OTHERS]
SEEDS += [("open-psa", LAWS), ("aralia", NOTATIONS)]

TOKENS = [
    "{", "}", "[", "]", ":", ": ", ",", "- ", "? ", "&a ", "*a", "*shared", "!!python/object/apply:os.system [ls]",
    "!!str ", "!x ", "<<: ", "|", ">-", "'", '"', "#", "%YAML 1.1", "---", "...", "\t", "\n", "\r", "\r\n", "  ",
    "~", "null", "true", "no", ".nan", ".inf", "-.inf", "NaN", "Infinity", "-1", "1.2", "1e400", "1e-400",
    "9" * 400, "0x1F", "0o17", "1_000", "12:30:00", "1E5", "k", "of", "or", "and", "not", "atleast", "inhibit",
    "uncertainty", "lognormal", "events", "rank",
    "gates", "top", "name", "probability", "rate", "24 h", "-5 h", "1e-5 /h", "5 parsecs", "\\", "\\u", "\\ud800",
    "<or>", "</or>", "<!DOCTYPE x [<!ENTITY y 'z'>]>", "&y;", "&#0;", "<![CDATA[", "<!--", "?>", "/>",
    ":=", "=>", "@(", "#(",
    "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\ufffe", "é", "阀", "🚀", "a" * 300, "[" * 40, "{a: " * 40, "]}" * 9,
]  # fmt: skip
MUTATIONS = []


def mutation(function):
    MUTATIONS.append(function)
    return function


@mutation
def flip_a_byte(text: str, chance: random.Random) -> bytes:
    content = bytearray(text, "utf-8")
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


@mutation
def swap_lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines)


@mutation
def repeat_or_drop_lines(text: str, chance: random.Random) -> str:
    return "".join(line * chance.choice([1, 1, 1, 1, 0, 2]) for line in text.splitlines(keepends=True))


@mutation
def shift_a_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    lines[at] = chance.choice(["", " ", "\t", "    "]) + lines[at].lstrip()
    return "".join(lines)


@mutation
def replace_words(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        word = chance.choice(text.split() or ["x"])
        text = text.replace(word, chance.choice([*TOKENS, *text.split()]), chance.choice([1, -1]))
    return text


@mutation
def insert_tokens(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(TOKENS) + text[at:]
    return text


@mutation
def cut(text: str, chance: random.Random) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return chance.choice([text[:start], text[start:], text[:start] + text[end:], text[:end] + text[start:]])


@mutation
def other_encoding(text: str, chance: random.Random) -> bytes:
    return text.encode(
        chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "koi8-r", "utf-7"]), errors="replace"
    )


@mutation
def alias_bomb(text: str, chance: random.Random) -> str:
    width, levels = chance.randint(2, 9), chance.randint(2, 9)
    bomb = f"a0: &a0 {{or: [{', '.join(['e1'] * width)}]}}\n"
    for level in range(1, levels):
        bomb += f"a{level}: &a{level} {{or: [{', '.join([f'*a{level - 1}'] * width)}]}}\n"
    return (
        bomb.replace("a", "  a")
        if chance.random() < 0.3
        else text + "attributes:\n  x:\n    " + bomb.replace("\n", "\n    ")
    )


@mutation
def deep_nesting(text: str, chance: random.Random) -> str:
    depth = chance.choice([30, 35, 60, 130, 1_000, 20_000])
    opening, closing = chance.choice(
        [("[", "]"), ("{not: ", "}"), ('{"and": [', "]}"), ("- ", ""), ("? ", ""), ("<or>", "</or>"), ("~(", ")")]
    )
    deep = opening * depth + "e1" + closing * chance.choice([0, depth])
    word = chance.choice(["pump_a", "e1", "grid_lost", '"pump_a"', "0x1F"])
    return text.replace(word, deep, 1) if chance.random() < 0.7 else deep


@mutation
def other_structure(text: str, chance: random.Random) -> str:
    """A part of the data replaced by another part, or by something of the wrong type."""
    kind = next(kind for kind, seed in SEEDS if seed == text)
    data = read_text(text, kind, "model")[0].to_data()
    places = []

    def visit(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            places.append((node, key))
            visit(node[key])

    visit(data)
    parts = [node[key] for node, key in places] + [
        None,
        True,
        5,
        -1.5,
        "",
        "x",
        [],
        {},
        [[]],
        {"x": 1},
        "1E5",
        "pump_a",
        1e300,
    ]
    for _ in range(chance.randint(1, 3)):
        node, key = chance.choice(places)
        if chance.random() < 0.2 and isinstance(node, dict):
            key = chance.choice(["x", "or", "and", "k", "kind", "rate", "probability", ""])
        node[key] = copy.deepcopy(chance.choice(parts))
    return json.dumps(data, indent=chance.choice([None, 1]))


def malformed(number: int) -> tuple[str, str | bytes]:
    chance = random.Random(number)
    kind, text = chance.choice(SEEDS)
    content: str | bytes = text
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if isinstance(content, str) and content:
            mutate = chance.choice(MUTATIONS if content is text else [m for m in MUTATIONS if m is not other_structure])
            content = mutate(content, chance)
            if mutate is other_structure:
                kind = chance.choice(["json", "yaml"])
    return kind, content


def check(numbers: range) -> dict[str, int]:
    outcomes = {"sound": 0, "refused": 0}
    for number in numbers:
        kind, content = malformed(number)
        try:
            model, _ = read_text(content, kind, "model")
        except InvalidModelError as refused:
            error = refused
        else:
            for again in ("yaml", "json"):
                assert read_text(dumps(model, again), again)[0] == model, number
            again_xml = read_text(dumps(model, "open-psa"), "open-psa")[0] if model.gates else model
            if not any("written as" in lost or "uncertainty" in lost for lost in losses(model, "open-psa")):
                assert again_xml.basic_events == model.basic_events, number
            dumps(model, "aralia")
            outcomes["sound"] += 1
            continue
        assert error.faults, number
        assert all(fault.file == "model" and fault.message for fault in error.faults), number
        assert str(error).startswith("model:"), number
        assert len(str(error)) < 500_000, number
        outcomes["refused"] += 1
    return outcomes


def test_300_malformed_files():
    outcomes = check(range(300))
    assert outcomes["refused"] > 100
    assert outcomes["sound"] > 10


@pytest.mark.slow
def test_10_000_malformed_files():
    check(range(300, 10_300))
