"""Named evidence in a model: what is read, what is refused, and that it comes back."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from faulttree import FaultTree, formats
from faulttree.errors import InvalidModelError, UnknownNameError
from faulttree.model import CommonCauseGroup, Model
from faulttree.model.evidence import Evidence
from faulttree.model.schema import json_schema

HEAD = """\
name: t
top: G
sources: {log: {title: Log book}}
gates:
  G: {or: [e, f, h]}
basic_events: {e: , f: }
house_events: {h: {state: false}}
evidence:
"""
WRITTEN = """\
  morning:
    label: The tank ran dry
    description: Seen at seven.
    observe: {G: true, e: false}
    hypotheses:
      f alone: {f: true}
      "NO": {f: false, G: true}
    source: log
    attributes: {seen by: two}
  evening: {observe: {f: true}}
"""
SCHEMA = jsonschema.Draft202012Validator(json_schema())


def read(text):
    return formats.read_text(HEAD + text, "yaml", "m.yaml")


def faults(text):
    with pytest.raises(InvalidModelError) as caught:
        read(text)
    return str(caught.value).splitlines()


def test_what_is_read():
    model, warnings = read(WRITTEN)
    assert warnings == ()
    assert list(model.evidence) == ["morning", "evening"]
    morning = model.evidence["morning"]
    assert (morning.label, morning.source) == ("The tank ran dry", ("log",))
    assert morning.observe == {"G": True, "e": False}
    assert morning.hypotheses == {"f alone": {"f": True}, "NO": {"f": False, "G": True}}
    assert model.evidence["evening"] == Evidence(observe={"f": True})
    with pytest.raises(TypeError, match="frozen"):
        morning.hypotheses["f alone"]["f"] = False


def test_it_comes_back_in_reading_order():
    model, _ = read(WRITTEN)
    assert list(model.to_data()["evidence"]["morning"]) == [
        "label", "description", "observe", "hypotheses", "source", "attributes",
    ]  # fmt: skip
    for kind in ("yaml", "json"):
        again, warnings = formats.read_text(formats.dumps(model, kind), kind, "m")
        assert (again, warnings) == (model, ())
    assert yaml.safe_load(formats.dumps(model, "yaml")) == json.loads(formats.dumps(model, "json")) == model.to_data()
    SCHEMA.validate(model.to_data())


@pytest.mark.parametrize("kind", ["open-psa", "aralia"])
def test_formats_without_evidence_say_so(kind):
    model, _ = read(WRITTEN)
    lost = [each for each in formats.losses(model, kind) if "evidence" in each]
    assert "".join(lost).count("morning") == "".join(lost).count("evening") == 1


WRONG = {
    "v: {}": "`observe` is missing; write `observe: {pump_a: true, pump_b: false}`",
    "v:": "`observe` is missing; write `observe: {pump_a: true, pump_b: false}`",
    "v: {observe: }": (
        "observe: a mapping is wanted here, not nothing; write `observe: {pump_a: true, pump_b: false}`"
    ),
    "v: {observe: [e]}": (
        "observe: a mapping is wanted here, not a list; write `observe: {pump_a: true, pump_b: false}`"
    ),
    "v: {observe: {}}": "observe: names nothing; name an event or a gate, and whether it is true or false",
    "v: {observe: {e: 0.5}}": (
        "observe.e: an observation is certain, not number 0.5; write true or false, and set a probability in a scenario"
    ),
    "v: {observe: {e: 1}}": (
        "observe.e: an observation is certain, not number 1; write true or false, and set a probability in a scenario"
    ),
    "v: {observe: {e: yes}}": "observe.e: true or false is wanted here, not text 'yes'",
    "v: {observe: {e: 'true'}}": "observe.e: true or false is wanted here, not text 'true'; drop the quotes",
    "v: {observe: {ee: true}}": "observe: 'ee' is not defined; did you mean 'e'?",
    "v: {observe: {e: true}, source: lgo}": "source 'lgo' is not defined; did you mean 'log'?",
    "v: {observe: {e: true}, hypothesis: {}}": "unknown key 'hypothesis'; did you mean 'hypotheses'?",
    "v: {observe: {e: true}, hypotheses: [e]}": (
        "hypotheses: a mapping is wanted here, not a list; "
        "write `hypotheses: {worn: {bearing: true}, loose: {bolt: true}}`"
    ),
    "v: {observe: {e: true}, hypotheses: {a: {}}}": (
        "hypotheses.a: names nothing; name an event or a gate, and whether it is true or false"
    ),
    "v: {observe: {e: true}, hypotheses: {a: [f]}}": "hypotheses.a: a mapping is wanted here, not a list",
    "v: {observe: {e: true}, hypotheses: {a: {f: 0.1}}}": (
        "hypotheses.a.f: an observation is certain, not number 0.1; "
        "write true or false, and set a probability in a scenario"
    ),
    "v: {observe: {e: true}, hypotheses: {a: {q: true}}}": (
        "hypothesis 'a': 'q' is not defined; define it, or correct the name"
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_refused(text):
    assert faults(f"  {text}\n") == [f"m.yaml:9: evidence 'v': {WRONG[text]}"]
    data = yaml.safe_load(HEAD + f"  {text}\n")
    if "'yes'" in WRONG[text]:
        return  # YAML 1.1 takes it for true
    assert SCHEMA.is_valid(data) == ("not defined" in WRONG[text])  # which only the whole model can tell
    with pytest.raises(InvalidModelError):
        Model.from_data(data)


def test_all_at_once_each_with_its_line():
    text = "  v:\n    observe:\n      ee: true\n"
    text += "  w:\n    observe:\n      e: 0.1\n    hypotheses:\n      a:\n        f: 2\n"
    lines = [(int(line.split(":")[1]), line.partition(": ")[2].partition(": ")[0]) for line in faults(text)]
    assert lines == [(11, "evidence 'v'"), (14, "evidence 'w'"), (17, "evidence 'w'")]


def test_what_cannot_be_as_the_model_stands_is_a_warning():
    text = "  v:\n    observe: {h: true, e: true}\n    hypotheses: {a: {h: true, f: true}, b: {e: false}}\n"
    model, warnings = read(text)
    assert [str(each) for each in warnings] == [
        "m.yaml:10: warning: evidence 'v': observe: 'h' is true, and the house event is false, so that it cannot be; "
        "switch the house event, or leave it out here",
        "m.yaml:11: warning: evidence 'v': hypothesis 'a': 'h' is true, and the house event is false, "
        "so that it cannot be; switch the house event, or leave it out here",
        "m.yaml:11: warning: evidence 'v': hypothesis 'b': 'e' is false, and it was observed true, "
        "so that it cannot be; leave it out, or correct one",
    ]
    assert len(model.faults()) == 3
    assert read("  v: {observe: {h: false}, hypotheses: {a: {h: false}}}\n")[1] == ()


def test_thousands_of_observations_are_read():
    events = [f"e{index}" for index in range(1_500)]
    given = ", ".join(f"{name}: true" for name in events)
    text = (
        f"name: t\ntop: G\ngates:\n  G: {{or: [{', '.join(events)}]}}\n"
        f"basic_events: {{{', '.join(f'{name}: ' for name in events)}}}\n"
        f"evidence:\n  v:\n    observe: {{{given}}}\n    hypotheses: {{a: {{{given}}}}}\n"
    )
    model, _ = formats.read_text(text, "yaml", "m.yaml")
    assert len(model.evidence["v"].observe) == len(model.evidence["v"].hypotheses["a"]) == 1_500


def test_the_page_on_the_model_file_shows_what_is_read():
    page = Path("docs/model-file.md").read_text()
    plant, *_, evidence = [
        block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "\nevidence:" in f"\n{block}"
    ]
    shown, warnings = formats.read_text(evidence, "yaml", "m.yaml")
    assert (shown.evidence["morning"].hypotheses.keys(), warnings) == ({"pump alone", "valve alone"}, ())
    assert formats.read_text(plant, "yaml", "m.yaml")[0].evidence["morning"].observe == {
        "no_flow": True,
        "grid_lost": False,
    }


GROUPS = """\
  one: {observe: {"[a b c]": true, G: true}, hypotheses: {pair: {"[a]": true, "[b]": false}}}
  two: {observe: {"[d e] by shock": false, "[d]": true, "[d e] by lethal shock": true, "[d] by shock": true}}
"""
GROUP_HEAD = HEAD.replace(
    "basic_events: {e: , f: }",
    """\
basic_events: {a: {probability: 0.1}, b: {probability: 0.1}, c: {probability: 0.1}, d: {probability: 0.1},
               e: {probability: 0.1}, f: }
common_cause_groups:
  k: {events: [a, b, c], beta_factor: 0.1}
  s: {events: [d, e], binomial_failure_rate: {shock_probability: 0.1, conditional: 0.5, lethal_probability: 0.01}}""",
).replace("[e, f, h]", "[a, b, c, d, e, f, h]")


def group_faults(text):
    with pytest.raises(InvalidModelError) as caught:
        formats.read_text(GROUP_HEAD + text, "yaml", "m.yaml")
    return str(caught.value).splitlines()


def test_events_of_common_cause_groups_can_be_named():
    model, warnings = formats.read_text(GROUP_HEAD + GROUPS, "yaml", "m.yaml")
    assert warnings == ()
    seen = FaultTree.of(model).evidence("one")
    assert seen.posterior("a").posterior == 1.0
    assert seen.hypotheses()["pair"].prior == pytest.approx(0.09 * 0.91, rel=1e-12)
    against = GROUPS.replace('"[b]": false', '"[a b c]": false')
    _, (warning,) = formats.read_text(GROUP_HEAD + against, "yaml", "m.yaml")
    assert "hypothesis 'pair': '[a b c]' is false, and it was observed true" in str(warning)
    # Other than that, the events of groups are no part of the model as it is written.
    scenario = GROUP_HEAD.replace("evidence:", "scenarios: {x: {set: {'[a]': true}}}\nevidence:")
    with pytest.raises(InvalidModelError, match="scenario 'x'"):
        formats.read_text(scenario + GROUPS, "yaml", "m.yaml")


def test_no_event_of_a_common_cause_group_is_told_with_what_may_be_meant():
    (fault,) = group_faults('  one: {observe: {"[a c]": true}}\n')
    assert "observe: '[a c]' is not defined; did you mean '[a b c]'" in fault
    (fault,) = group_faults('  one: {observe: {"[b a c]": true}}\n')
    assert "did you mean '[a b c]'" in fault
    (fault,) = group_faults('  one: {observe: {"[f]": true}}\n')
    assert "'[f]' is not defined" in fault
    # Of a group that cannot be read nothing is said twice.
    text = GROUP_HEAD.replace("beta_factor: 0.1", "beta_factor: 2") + '  one: {observe: {"[a b c]": true}}\n'
    with pytest.raises(InvalidModelError) as caught:
        formats.read_text(text, "yaml", "m.yaml")
    assert "evidence" not in str(caught.value)


def test_an_event_that_a_group_does_not_need_is_told_when_it_is_asked_for():
    text = GROUP_HEAD.replace("beta_factor: 0.1", "beta_factor: 0") + '  one: {observe: {"[a b c]": true}}\n'
    model, _ = formats.read_text(text, "yaml", "m.yaml")
    with pytest.raises(UnknownNameError, match=r"'\[a b c\]'"):
        FaultTree.of(model).evidence("one")


def test_events_of_each_kind_of_group():
    def names(written):
        group = CommonCauseGroup.model_validate({"events": ["a", "b", "c"], **written})
        return sorted(group.cause_names(), key=lambda name: (name.count(" "), name))

    singles, pairs, every = ["[a]", "[b]", "[c]"], ["[a b]", "[a c]", "[b c]"], ["[a b c]"]
    assert names({"beta_factor": 0.1}) == singles + every
    assert names({"mgl": [0.1]}) == singles + pairs
    assert names({"mgl": [0.1, 0.0]}) == singles + pairs
    assert names({"mgl": [0.1, 0.2]}) == singles + pairs + every
    assert names({"alpha_factor": {"factors": [0.9, 0, 0.1]}}) == singles + every
    assert names({"phi_factor": [0.9, 0.1]}) == singles + pairs
    shocks = {"binomial_failure_rate": {"shock_probability": 0.1, "conditional": 0.5}}
    assert len(names(shocks)) == 3 + 7
