"""Every kind of fault: its exact words, its line, its element; all of them at once; no noise after the first."""

import pytest

from faulttree import formats
from faulttree.errors import InvalidModelError
from faulttree.formats import read_text
from faulttree.model import BasicEvent, Gate, Model
from faulttree.model.checking import MOST_FAULTS, MOST_FOUND
from faulttree.model.tree import checked_data
from faulttree.model.yaml import read_yaml

HEAD = "name: test\ntop: G\nmission_time: 1 h\n"


def faults(text, file="m.yaml"):
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(text, file)
    return str(caught.value).splitlines()


def fault(text):
    (only,) = faults(text)
    return only


GATES = "and, or, atleast, xor, not, nand, nor, iff, imply, cardinality, inhibit"
ELEMENT_FAULTS = {
    "{or: [a, b, ULAGE-2]}": "gate 'G': input 'ULAGE-2' is not defined; did you mean 'ULLAGE-2'?",
    "{or: [a, zzz]}": "gate 'G': input 'zzz' is not defined; define it, or correct the name",
    "{or: [a, {and: [b, {not: zzz}]}]}": "gate 'G': input 'zzz' is not defined; define it, or correct the name",
    "{or: []}": "gate 'G': 'or' has no inputs; name at least one",
    "{or: }": "gate 'G': 'or' has no inputs; name at least one",
    "{or: a}": "gate 'G': or: a list is wanted here, not text 'a'; write `or: [a]`",
    "{or: {a: b}}": "gate 'G': or: a list is wanted here, not a mapping",
    "{or: [[a]]}": "gate 'G': or[1]: a name is wanted here, not a list",
    "{or: [~]}": "gate 'G': or[1]: a name is wanted here, and nothing is given; quote '~' if it is a name",
    "{or: [{}]}": f"gate 'G': or[1]: no connective; give one of {GATES}",
    "{or: [{label: x, and: [a]}]}": f"gate 'G': unknown key 'label' in 'or[1]'; known are {GATES}",
    "{orr: [a]}": "gate 'G': unknown key 'orr'; did you mean 'or'?",
    "{and: [a], or: [b]}": "gate 'G': two connectives, 'and' and 'or'; nest one inside the other, or keep one",
    "{label: x}": f"gate 'G': no connective; give one of {GATES}",
    "": f"gate 'G': no connective; give one of {GATES}",
    "or": "gate 'G': a mapping is wanted here, not text 'or'",
    "[a]": "gate 'G': a mapping is wanted here, not a list",
    "{not: [a]}": "gate 'G': not: a name is wanted here, not a list",
    "{iff: [a]}": "gate 'G': 'iff' takes exactly 2 inputs, not 1",
    "{imply: [a, b, {not: a}]}": "gate 'G': 'imply' takes exactly 2 inputs, not 3",
    "{atleast: {k: 3, of: [a, b]}}": "gate 'G': atleast: k = 3 lies outside 1 to 2, the number of inputs",
    "{atleast: {k: 0, of: [a, b]}}": "gate 'G': atleast: k = 0 lies outside 1 to 2, the number of inputs",
    "{atleast: {k: 1.5, of: [a, b]}}": "gate 'G': atleast.k: a whole number is wanted here, not number 1.5",
    "{atleast: {k: '2', of: [a, b]}}": "gate 'G': atleast.k: a number is wanted here, not text '2'; drop the quotes",
    "{atleast: {k: two, of: [a, b]}}": "gate 'G': atleast.k: a number is wanted here, not text 'two'",
    "{atleast: {k: true, of: [a, b]}}": "gate 'G': atleast.k: a number is wanted here, not truth value true",
    "{atleast: {of: [a, b]}}": "gate 'G': `atleast.k` is missing",
    "{atleast: {kk: 1, of: [a, b]}}": "gate 'G': unknown key 'kk' in 'atleast'; did you mean 'k'?",
    "{atleast: [a, b]}": (
        "gate 'G': atleast: a mapping is wanted here, not a list; write `atleast: {k: 2, of: [a, b, c]}`"
    ),
    "{atleast: {k: 2, of: [a, a, b]}}": "gate 'G': input 'a' is named 2 times in one 'atleast'; name it once",
    "{cardinality: {min: 2, max: 1, of: [a, b]}}": (
        "gate 'G': cardinality: 0 <= min <= max <= 2 must hold, and min = 2, max = 1"
    ),
    "{inhibit: {input: a}}": "gate 'G': `inhibit.condition` is missing",
    "{or: [a], label: {x: y}}": "gate 'G': label: a text is wanted here, not a mapping",
    "{or: [a], source: handbok}": "gate 'G': source 'handbok' is not defined; did you mean 'handbook'?",
    "{or: [a], source: [{}]}": "gate 'G': source[1]: a name is wanted here, not a mapping",
    "{or: [a], attributes: [x]}": "gate 'G': attributes: a mapping is wanted here, not a list",
    "{or: [a], attributes: {x: .nan}}": (
        "gate 'G': attributes: .nan is not a finite number; quote it to keep it as a text"
    ),
    "{or: [a], attributes: {x: 1e400}}": (
        "gate 'G': attributes: 1e400 is not a finite number; quote it to keep it as a text"
    ),
    "{or: [G]}": "gate 'G': gates form a cycle: 'G' -> 'G'; break it at one gate",
    "{<<: {or: [a]}}": "gate 'G': the merge key '<<' is not allowed; write the keys out; quote '<<' if it is a name",
    "{or: [a], or: [b]}": "gate 'G': the key 'or' is given twice, first on line 5; keep one",
    "{or: [!!python/name:os.system a]}": (
        "gate 'G': the tag '!!python/name:os.system' is not allowed; remove it; a model holds plain values only"
    ),
    "{[or]: [a]}": "gate 'G': a mapping or a list stands where a key is wanted; use a name as the key",
}


@pytest.mark.parametrize("written", ELEMENT_FAULTS)
def test_fault_in_a_gate(written):
    text = (
        f"{HEAD}gates:\n  G: {written}\nbasic_events: {{a: , b: , ULLAGE-2: }}\nsources: {{handbook: {{title: t}}}}\n"
    )
    errors = [line for line in faults(text) if "warning" not in line]
    assert errors == [f"m.yaml:5: {ELEMENT_FAULTS[written]}"]


NOT_DECIMAL = "is not a decimal number; write it like 0.03 or 3e-2, or quote it as a name"
RATE_UNITS = "/ms, /s, /min, /h, /d, /wk, /mo, /y, FIT"
EVENT_FAULTS = {
    "probability: 0.1 /h": (
        "probability: 0.1 /h has a unit, and a probability has none; a failure rate is written `rate: 0.1 /h`"
    ),
    "probability: true": (
        "probability: a probability is wanted here, not truth value true; write 1 or 0, or use a house event"
    ),
    "rate: 1e-5 h-1": "rate: '1e-5 h-1' is not how a rate is written; write '1e-5 /h'",
    "rate: 1e-5 1/hour": "rate: '1e-5 1/hour' is not how a rate is written; write '1e-5 /h'",
    "rate: '0,001'": "rate: '0,001' has a decimal comma; write 0.001 /h",
    "rate: '-0,001 /h'": "rate: '-0,001 /h' has a decimal comma; write -0.001 /h",
    "rate: '1,5e-5'": "rate: '1,5e-5' has a decimal comma; write 1.5e-5 /h",
    "rate: '1,000 FIT'": "rate: '1,000 FIT' has a decimal comma; write 1.000 FIT, or 1000 FIT if that is meant",
    "rate: '1.000,5 FIT'": (
        "rate: '1.000,5 FIT' is not a number with decimals; write it like 1000.5, with one point and no comma"
    ),
    "probability: '0,001'": "probability: '0,001' has a decimal comma; write 0.001",
    "probability: '5 %'": "probability: '5 %' is a percentage; write 0.05",
    "probability: 5 %": "probability: '5 %' is a percentage; write 0.05",
    "probability: 5 ppm": "probability: '5 ppm' is in parts per million; write 5e-06",
    "probability: 500 FIT": (
        "probability: 500 FIT has a unit, and a probability has none; a failure rate is written `rate: 500 FIT`"
    ),
    "weibull: {scale: 500 FIT, shape: 2}": (
        "weibull.scale: 500 FIT is a rate, and a time is wanted here; write it like '24 h'"
    ),
    "weibull: {scale: 5 h, shape: 2 h}": (
        "weibull.shape: 2 h has a unit, and a number has none; write 2, if that is meant"
    ),
    "weibull: {scale: 500 m, shape: 2}": (
        "weibull.scale: the unit 'm' is not known; use one of ms, s, min, h, d, wk, mo, y"
    ),
    "rate: 3 ppm": f"rate: the unit 'ppm' is not known; use one of {RATE_UNITS}",
    "rate: 500 /FIT": f"rate: the unit '/FIT' is not known; use one of {RATE_UNITS}",
    "mttf: 500 FIT": "mttf: 500 FIT is a rate, and a time is wanted here; write it like '24 h'",
    "mttf: 0 h": "mttf: must be above 0",
    "mttf: 5 h, rate: 0.2 /h": "both a rate and an mttf are given; keep one",
    "glm: {on_demand: 0.1}": "glm: `rate` is missing; give it, or `mttf` or `mtbf`",
    "glm: {on_demand: 0.1, rate: 1 /h, mttf: 1 h}": "glm: both `rate` and `mttf` are given; keep one",
    "probability: 1.2": "probability 1.2 lies outside [0, 1]",
    "probability: -1e-3": "probability -0.001 lies outside [0, 1]",
    "probability: .nan": "probability nan lies outside [0, 1]",
    "probability: -.inf": "probability -inf lies outside [0, 1]",
    "probability: 1E5": "probability 100000 lies outside [0, 1]",
    "probability: '1E5'": "probability: parameter '1E5' is not defined; drop the quotes",
    "probability: 0x1F": f"probability: '0x1F' {NOT_DECIMAL}",
    "probability: 0o17": f"probability: '0o17' {NOT_DECIMAL}",
    "probability: 1_0": f"probability: '1_0' {NOT_DECIMAL}",
    "probability: grid_los": "probability: parameter 'grid_los' is not defined; did you mean 'grid_loss'?",
    "probability: w": "probability: parameter 'w' is a rate; write `rate: w`",
    "probability: [1]": "probability: a number is wanted here, not a list",
    "rate: 1e-5": "rate: 1e-5 has no unit; write it like '1e-5 /h'",
    "rate: '1e-5'": "rate: parameter '1e-5' is not defined; a rate is written like '1e-5 /h'",
    "rate: 1e-5 h": "rate: 1e-5 h is a time, and a rate is wanted here; write it like '1e-5 /h'",
    "rate: 1e-5 /parsec": (
        f"rate: the unit '/parsec' is not known; use one of {RATE_UNITS}"
    ),
    "rate: -1e-5 /h": "rate: -1e-05 /h must be finite and not negative",
    "rate: 1e999 /h": "rate: 1e999 is larger than 1.8e+308, the largest number; write a smaller one",
    "rate: grid_loss": "rate: parameter 'grid_loss' has no unit; give its value like '1e-5 /h'",
    "rate: 1_0": f"rate: '1_0' {NOT_DECIMAL}",
    "rate: {}": "rate: a number with a unit is wanted here, like '1e-5 /h', not a mapping",
    "rate: 1 /h, probability: 0.5": "both a probability and a rate are given; keep one",
    "kind: bsic": "kind: text 'bsic' is not known; use 'basic', 'undeveloped' or 'conditioning'",
    "probabilty: 0.5": "unknown key 'probabilty'; did you mean 'probability'?",
    "xyz: 0.5": (
        "unknown key 'xyz'; known are label, description, source, attributes, kind, probability, rate, mttf, mtbf, "
        "repairable, weibull, gamma, lognormal, phases, glm, periodic_test, frequency, exposure, at, uncertainty, basis"
    ),
    "rate: 1 /h, glm: {on_demand: 0, rate: 1 /h}": "both a rate and a glm are given; keep one",
    "weibull: 5 h": "weibull: a mapping is wanted here, not text '5 h'; write `weibull: {scale: 5000 h, shape: 2}`",
    "weibull: {scale: 5 h}": "`weibull.shape` is missing",
    "weibull: {scale: 5 h, shpe: 2}": "unknown key 'shpe' in 'weibull'; did you mean 'shape'?",
    "weibull: {scale: 0 h, shape: 2}": "weibull.scale: must be above 0",
    "weibull: {scale: 5 h, shape: 0}": "weibull.shape: must be above 0",
    "weibull: {scale: 5 h, shape: -1}": "weibull.shape: -1 must be finite and not negative",
    "weibull: {scale: 5 h, shape: .inf}": "weibull.shape: inf must be finite and not negative",
    "weibull: {scale: 5 h, shape: true}": "weibull.shape: a number is wanted here, not truth value true",
    "weibull: {scale: 5, shape: 2}": "weibull.scale: 5 has no unit; write it like '5 h'",
    "weibull: {scale: 5 h, shape: w}": "weibull.shape: parameter 'w' is a rate; give its value as a number",
    "weibull: {scale: w, shape: 2}": "weibull.scale: parameter 'w' is a rate; give its value like '24 h'",
    "weibull: {scale: grid_loss, shape: 2}": (
        "weibull.scale: parameter 'grid_loss' has no unit; give its value like '24 h'"
    ),
    "weibull: {scale: '5', shape: 2}": (
        "weibull.scale: parameter '5' is not defined; a time is written like '5 h'"
    ),
    "glm: {on_demand: 2, rate: 1 /h}": "glm.on_demand: probability 2 lies outside [0, 1]",
    "glm: {on_demand: nothing, rate: 1 /h}": "glm.on_demand: parameter 'nothing' is a time; give its value as a number",
    "glm: {on_demand: 0, rate: nothing}": "glm.rate: parameter 'nothing' is a time; give its value like '1e-5 /h'",
    "periodic_test: {rate: 1 /h, interval: 0 h, first_test: 0 h}": "periodic_test.interval: must be above 0",
}  # fmt: skip


BETWEEN_NUMBERS = {
    "weibull: {scale: p, shape: 2}": "weibull.scale: parameter 'p' must be above 0",
    "periodic_test: {rate: 1 /h, interval: 1 h, first_test: p, test_duration: 61 min}": (
        "a test of 61 min is longer than the interval of 1 h; "
        "give the time from the beginning of one test to that of the next"
    ),
}


@pytest.mark.parametrize("written", BETWEEN_NUMBERS)
def test_fault_between_the_numbers_of_a_basic_event(written):
    text = f"{HEAD}gates: {{G: {{or: [e]}}}}\nbasic_events:\n  e: {{{written}}}\nparameters: {{p: {{value: 0 s}}}}\n"
    assert fault(text) == f"m.yaml:6: basic event 'e': {BETWEEN_NUMBERS[written]}"


def test_a_shape_may_be_above_1_and_a_probability_not():
    shape = "parameters:\n  s: {value: 2.5}\n"
    events = "gates: {G: {or: [e, f]}}\nbasic_events:\n  e: {weibull: {scale: 5 h, shape: s}}\n  f: "
    assert read_yaml(f"{HEAD}{events}{{}}\n{shape}").parameters["s"].value == 2.5
    for other in ("{probability: s}", "{glm: {on_demand: s, rate: 1 /h}}"):
        assert fault(f"{HEAD}{events}{other}\n{shape}") == (
            "m.yaml:9: parameter 's': value 2.5 lies outside [0, 1]; a rate is written like '1e-5 /h'"
        )
    faulty = faults(f"{HEAD}{events.replace('5 h', '5')}{{}}\n{shape}")
    assert [line for line in faulty if "outside" in line] == []


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("rate: 1 /h", "rate"),
        ("weibull: {scale: 1 h, shape: 1}", "weibull"),
        ("glm: {on_demand: 0, rate: 1 /h}", "glm"),
        ("periodic_test: {rate: 1 /h, interval: 1 h, first_test: 1 h}", "periodic_test"),
    ],
)
def test_what_changes_with_time_needs_a_mission_time(written, what):
    assert fault(f"name: t\ntop: e\nbasic_events:\n  e: {{{written}}}\n") == (
        f"m.yaml:4: basic event 'e': a {what} needs a mission time, and the model has none; add `mission_time: 24 h`"
    )


@pytest.mark.parametrize("written", EVENT_FAULTS)
def test_fault_in_a_basic_event(written):
    text = f"{HEAD}gates: {{G: {{or: [e]}}}}\nbasic_events:\n  e: {{{written}}}\n"
    assert (
        fault(text + "parameters: {grid_loss: {value: 0.1}, w: {value: 1 /h}, nothing: {value: 0 s}}\n")
        == f"m.yaml:6: basic event 'e': {EVENT_FAULTS[written]}"
    )


SOUND = "name: t\ntop: e\nmission_time: 1 h\nbasic_events: {e: , f: {probability: 0.5}}\ngates: {}\n"
OTHER_FAULTS = {
    "house_events: {h: {}}": "house event 'h': `state` is missing",
    "house_events: {h: {stat: true}}": "house event 'h': unknown key 'stat'; did you mean 'state'?",
    "house_events: {h: {state: on}}": "house event 'h': state: true or false is wanted here, not text 'on'",
    "house_events: {h: {state: 'true'}}": (
        "house event 'h': state: true or false is wanted here, not text 'true'; drop the quotes"
    ),
    "house_events: {h: {state: 1}}": "house event 'h': state: true or false is wanted here, not number 1",
    "house_events: {e: {state: true}}": (
        "house event 'e': the name is already taken by a basic event; rename one of them"
    ),
    "house_events: [h]": "house_events: a mapping from names to elements is wanted here, not a list",
    "house_events: {' h': {state: true}}": "house event ' h': the name ' h' begins or ends with a space",
    'house_events: {"a\\nb": {state: true}}': (
        "house event 'a\nb': the name 'a\\nb' holds a character that cannot be printed"
    ),
    "parameters: {p: {value: .inf}}": "parameter 'p': value inf is not a finite number",
    "parameters: {p: {value: '5'}}": "parameter 'p': value: a number is wanted here, not text '5'; drop the quotes",
    "parameters: {p: {value: 5 apples}}": (
        "parameter 'p': value: the unit 'apples' is not known; "
        f"use one of ms, s, min, h, d, wk, mo, y or {RATE_UNITS}"
    ),
    "parameters: {p: {value: [5]}}": (
        "parameter 'p': value: a number, a rate like '1e-5 /h' or a time like '24 h' is wanted here, not a list"
    ),
    "parameters: {p: {}}": (
        "parameter 'p': `value` is missing; give it, or an `uncertainty`, whose mean it then is"
    ),
    "scenarios: {s: {set: {ee: true}}}": "scenario 's': 'ee' is not defined; did you mean 'e'?",
    "scenarios: {s: {set: {e: 2}}}": "scenario 's': set.e: probability 2 lies outside [0, 1]",
    "scenarios: {s: {set: {e: yes}}}": (
        "scenario 's': set.e: true, false or a probability is wanted here, not text 'yes'"
    ),
    "scenarios: {s: {set: [e]}}": "scenario 's': set: a mapping is wanted here, not a list",
    "scenarios: {s: {source: x}}": "scenario 's': source 'x' is not defined; define it, or correct the name",
    "sources: {s: {year: 1998}}": "source 's': `title` is missing",
    "sources: {s: {title: }}": "source 's': title: a text is wanted here, and nothing is given",
    "sources: {s: {title: t, year: 19.5}}": "source 's': year: a whole number is wanted here, not number 19.5",
    "timeline: [{at: 0 s}]": "timeline entry 1: `event` is missing",
    "timeline: [{event: x}]": "timeline entry 1: a time or a phase is wanted; give either `at` or `phase`",
    "timeline: [{at: 0 s, phase: p, event: x}]": (
        "timeline entry 1: a time or a phase is wanted; give either `at` or `phase`"
    ),
    "timeline: [{at: 5, event: x}]": "timeline entry 1: at: 5 has no unit; write it like '5 h'",
    "timeline: [{at: 1962-13-40, event: x}]": (
        "timeline entry 1: at: '1962-13-40' is no date of the calendar; "
        "write it like 1962-11-04 or 1962-11-04T15:35:15Z"
    ),
    "timeline: [{phase: p, event: x, source: zz}]": (
        "timeline entry 1: source 'zz' is not defined; define it, or correct the name"
    ),
    "timeline: {a: b}": "timeline: a list of entries is wanted here, not a mapping",
    "timeline: [5]": "timeline entry 1: a mapping is wanted here, not number 5",
    "gatess: {G: {or: [e]}}": "unknown key 'gatess'; did you mean 'gates'?",
    "attributes: {x: 1, x: 2}": "attributes: the key 'x' is given twice, first on line 6; keep one",
    "name: again": "the key 'name' is given twice, first on line 1; keep one",
    "attributes: {x: " + "9" * 301 + "}": (
        f"attributes: {'9' * 60} is not a finite number; quote it to keep it as a text"
    ),
    "faulttree: 2": "faulttree: schema version 1 is wanted, and number 2 is given",
    "description: " + "x" * 20_001: "description: the text is longer than 20,000 characters",
    "attributes: {" + "k" * 251 + ": 1}": (
        f"attributes: the name '{'k' * 40}...' is longer than 250 characters"
    ),
    "attributes: " + "[" * 34 + "]" * 34: "attributes: a mapping is wanted here, not a list",
    "attributes: {x: " + "[" * 33 + "]" * 33 + "}": "attributes: nested more than 32 levels deep",
}  # fmt: skip


@pytest.mark.parametrize("written", OTHER_FAULTS)
def test_fault_elsewhere(written):
    text = SOUND.replace("gates: {}\n", "gates: {}\n" + written + "\n")
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(text, "m.yaml")
    errors = [fault for fault in caught.value.faults if fault.severity == "error"]
    assert [str(fault) for fault in errors] == [f"m.yaml:6: {OTHER_FAULTS[written]}"]


HEAD_FAULTS = {
    "top: e": "m.yaml:1: `name` is missing; give one, like `name: Pump station`",
    "nam: x\ntop: e": "m.yaml:1: unknown key 'nam'; did you mean 'name'?",
    "name: x": "m.yaml:1: `top` is missing; name the top event, like `top: no_flow`",
    "name: x\ntop: ": "m.yaml:2: `top` is missing; name the top event, like `top: no_flow`",
    "name: x\ntop: []": "m.yaml:2: top: is empty; name at least one",
    "name: x\ntop: f": "m.yaml:2: top: 'f' is not defined; define it, or correct the name",
    "name: x\ntop: [e, e]": "m.yaml:2: top: 'e' is named 2 times; name it once",
    "name: x\ntop: e\nmission_time: 24": "m.yaml:3: mission_time: 24 has no unit; write it like '24 h'",
    "name: x\ntop: e\nmission_time: -24 h": "m.yaml:3: mission_time: -24.0 h must be finite and not negative",
    "name: x\ntop: e\nmission_time: 24 parsecs": (
        "m.yaml:3: mission_time: the unit 'parsecs' is not known; use one of ms, s, min, h, d, wk, mo, y"
    ),
    "name: [x]\ntop: e": "m.yaml:1: name: a text is wanted here, not a list",
}


@pytest.mark.parametrize("head", HEAD_FAULTS)
def test_fault_in_the_head(head):
    assert fault(f"{head}\nbasic_events: {{e: }}\n") == HEAD_FAULTS[head]


def test_fifteen_faults_at_once_in_file_order():
    text = """\
name: Fifteen faults
top: TOP
mission_time: 24
gates:
  TOP: {or: [G1, G2, G3, ULAGE-2]}
  G1: {atleast: {k: 4, of: [A, B, C]}}
  G2: {and: []}
  G3: {or: [G4, A], lable: x}
  G4: {or: [G5]}
  G5: {or: [G6]}
  G6: {and: [G5, B]}
basic_events:
  A: {probability: 1.2}
  B: {rate: 1e-5}
  C: {probability: .nan}
  D: {probability: loss}
  D: {probability: 0.5}
  ULLAGE-2: {probability: '0.5'}
house_events:
  H: {state: on}
scenarios:
  S: {set: {a: true}, source: handbook}
tiemline: []
"""
    assert faults(text) == [
        "m.yaml:3: mission_time: 24 has no unit; write it like '24 h'",
        "m.yaml:5: gate 'TOP': input 'ULAGE-2' is not defined; did you mean 'ULLAGE-2'?",
        "m.yaml:6: gate 'G1': atleast: k = 4 lies outside 1 to 3, the number of inputs",
        "m.yaml:7: gate 'G2': 'and' has no inputs; name at least one",
        "m.yaml:8: gate 'G3': unknown key 'lable'; did you mean 'label'?",
        "m.yaml:10: gate 'G5': gates form a cycle: 'G5' -> 'G6' -> 'G5'; break it at one gate",
        "m.yaml:13: basic event 'A': probability 1.2 lies outside [0, 1]",
        "m.yaml:14: basic event 'B': rate: 1e-5 has no unit; write it like '1e-5 /h'",
        "m.yaml:15: basic event 'C': probability nan lies outside [0, 1]",
        "m.yaml:16: basic event 'D': probability: parameter 'loss' is not defined; define it, or correct the name",
        "m.yaml:17: basic event 'D': defined twice, first on line 16; rename or remove one",
        "m.yaml:18: basic event 'ULLAGE-2': probability: parameter '0.5' is not defined; drop the quotes",
        "m.yaml:20: house event 'H': state: true or false is wanted here, not text 'on'",
        "m.yaml:22: scenario 'S': 'a' is not defined; did you mean 'A'?",
        "m.yaml:22: scenario 'S': source 'handbook' is not defined; define it, or correct the name",
        "m.yaml:23: unknown key 'tiemline'; did you mean 'timeline'?",
    ]


def test_the_line_is_that_of_the_value():
    gate = "gates:\n  G:\n    label: x\n    or:\n    - e\n    - f\n"
    text = "name: t\ntop: G\n" + gate + "basic_events:\n  e:\n    probability:\n      7\n"
    assert faults(text) == [
        "m.yaml:8: gate 'G': input 'f' is not defined; define it, or correct the name",
        "m.yaml:12: basic event 'e': probability 7 lies outside [0, 1]",
    ]


def test_several_faults_of_one_element():
    written = "{and: [a], or: [[]], lable: x, attributes: 5}"
    assert faults(f"{HEAD}gates:\n  G: {written}\nbasic_events: {{a: }}\n") == [
        "m.yaml:5: gate 'G': two connectives, 'and' and 'or'; nest one inside the other, or keep one",
        "m.yaml:5: gate 'G': attributes: a mapping is wanted here, not number 5",
        "m.yaml:5: gate 'G': or[1]: a name is wanted here, not a list",
        "m.yaml:5: gate 'G': unknown key 'lable'; did you mean 'label'?",
    ]


def test_an_unreadable_section_hides_nothing_and_causes_no_noise():
    text = "name: t\ntop: G\ngates: {G: {or: [e, h], source: s}}\nbasic_events: {e: {probability: p}}\n"
    assert faults(text + "house_events: 5\nsources: []\nparameters: x\n") == [
        "m.yaml:5: house_events: a mapping from names to elements is wanted here, not number 5",
        "m.yaml:6: sources: a mapping from names to elements is wanted here, not a list",
        "m.yaml:7: parameters: a mapping from names to elements is wanted here, not text 'x'",
    ]


def test_a_missing_mission_time_is_said_once():
    text = "name: t\ntop: [e, f]\nbasic_events:\n  e: {rate: 1 /h}\n  f: {rate: 1 /h}\n"
    assert fault(text) == (
        "m.yaml:4: basic event 'e': a rate needs a mission time, and the model has none; add `mission_time: 24 h`"
    )


def test_warnings_come_with_lines():
    text = "name: t\ntop: G\ngates:\n  G: {or: [e, e]}\n  H: {or: [G]}\nbasic_events:\n  e:\n  f:\n"
    model, warnings = read_text(text, "yaml", "m.yaml")
    assert set(model.gates) == {"G", "H"}
    assert list(map(str, warnings)) == [
        "m.yaml:4: warning: gate 'G': input 'e' is named 2 times in one 'or'; naming it once means the same",
        "m.yaml:5: warning: gate 'H': never reached from a top event; name it in a gate, or remove it",
        "m.yaml:8: warning: basic event 'f': never reached from a top event; name it in a gate, or remove it",
    ]


def test_nothing_given_is_as_good_as_left_out():
    text = "name: t\ntop: e\ndescription:\nsources:\ngates: ~\nbasic_events:\n  e:\nscenarios: {s: }\ntimeline: null\n"
    model = read_yaml(text)
    assert model.to_data() == {
        "faulttree": 1, "name": "t", "top": "e", "basic_events": {"e": {}}, "scenarios": {"s": {}},
    }  # fmt: skip
    assert read_yaml(text.replace("  e:\n", "  e: {label: , probability: null, source: ~}\n")) == model


def test_the_listing_is_cut_off():
    lines = faults(HEAD + "gates:\n" + "".join(f"  g{number}: 5\n" for number in range(500)))
    assert len(lines) == MOST_FAULTS + 1
    assert lines[-1] == "m.yaml: and 301 more faults; correct these first"
    lines = faults(HEAD + "gates:\n" + "".join(f"  g{number}: 5\n" for number in range(MOST_FOUND + 5)))
    assert lines[-1] == f"m.yaml: and at least {MOST_FOUND - MOST_FAULTS:,} more faults; correct these first"
    assert len(fault(f"{SOUND}{'k' * 9_000}: 1\n")) < 5_000


def test_python_data_is_checked_in_the_same_words():
    data = {
        "name": "t",
        "top": "G",
        "gates": {"G": {"or": ["e", "f"]}, "H": 5},
        "basic_events": {"e": {"probability": 2}},
    }
    expected = [
        "gate 'H': a mapping is wanted here, not number 5",
        "basic event 'e': probability 2 lies outside [0, 1]",
        "gate 'G': input 'f' is not defined; define it, or correct the name",
    ]
    for make in (Model.from_data, lambda data: Model(**data), checked_data, Model.model_validate):
        with pytest.raises(InvalidModelError) as caught:
            make(data)
        assert str(caught.value).splitlines() == expected


def test_faults_between_python_elements():
    with pytest.raises(InvalidModelError, match="gate 'G': input 'e' is not defined"):
        Model(name="t", top="G", gates={"G": Gate(or_=["e"])})
    with pytest.raises(InvalidModelError, match="probability: parameter 'q' is not defined"):
        Model(name="t", top="e", basic_events={"e": BasicEvent(probability="q")})


@pytest.mark.parametrize("data", [None, 5, "text", [], [{}]])
def test_a_model_is_a_mapping(data):
    with pytest.raises(InvalidModelError, match="a model is a mapping, and"):
        checked_data(data)


def test_formulas_too_deep_are_refused_everywhere():
    formula = "e"
    for _ in range(34):
        formula = {"not": formula}
    data = {"name": "t", "top": "G", "gates": {"G": formula}, "basic_events": {"e": {}}}
    message = "gate 'G': formulas are nested more than 32 levels deep; name the inner ones as gates"
    with pytest.raises(InvalidModelError) as caught:
        Model.from_data(data)
    assert str(caught.value) == message
    for _ in range(5_000):
        formula = {"not": formula}
    with pytest.raises(InvalidModelError):
        Model.from_data(data | {"gates": {"G": formula}})
    formula["not"] = formula
    with pytest.raises(InvalidModelError):
        Model.from_data(data | {"gates": {"G": formula}})


def test_a_parameter_that_no_event_uses_is_a_warning():
    text = "name: n\ntop: e\nbasic_events: {e: {probability: p}}\nparameters:\n  p: {value: 0.1}\n  q: {value: 0.2}\n"
    _, warnings = formats.read_text(text, "yaml", "m.yaml")
    assert [str(warning) for warning in warnings] == [
        "m.yaml:6: warning: parameter 'q': no event uses it; name it in an event, or remove it"
    ]
