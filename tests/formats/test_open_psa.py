"""Open-PSA files: formulas, names and scopes, marks, faults."""

# ruff: noqa: E501  (XML reads better whole)

from __future__ import annotations

import pytest
from formats.opsa import events, f, faults, opened, parameter, refs, sound, tree

from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, read, read_text
from faulttree.formats.open_psa import elements

FORMULAS = {
    f"<and>{refs('a', 'b')}</and>": {"and": ["a", "b"]},
    f"<or>{refs('a', 'b', 'c')}</or>": {"or": ["a", "b", "c"]},
    f"<xor>{refs('a', 'b', 'c')}</xor>": {"xor": ["a", "b", "c"]},
    f"<nand>{refs('a', 'b')}</nand>": {"nand": ["a", "b"]},
    f"<nor>{refs('a', 'b')}</nor>": {"nor": ["a", "b"]},
    f"<not>{refs('a')}</not>": {"not": "a"},
    f"<imply>{refs('a', 'b')}</imply>": {"imply": ["a", "b"]},
    f"<iff>{refs('a', 'b')}</iff>": {"iff": ["a", "b"]},
    f"<iff>{refs('a', 'b', 'c')}</iff>": {"xor": ["a", "b", "c"]},
    f"<iff>{refs('a', 'b', 'c', 'd')}</iff>": {"not": {"xor": ["a", "b", "c", "d"]}},
    f'<atleast min="2">{refs("a", "b", "c")}</atleast>': {"atleast": {"k": 2, "of": ["a", "b", "c"]}},
    f'<cardinality min="0" max="1">{refs("a", "b")}</cardinality>': {
        "cardinality": {"min": 0, "max": 1, "of": ["a", "b"]}
    },
    refs("a"): {"or": ["a"]},
    f"<or><and>{refs('a')}<not><or>{refs('b', 'c')}</or></not></and>{refs('d')}</or>": {
        "or": [{"and": ["a", {"not": {"or": ["b", "c"]}}]}, "d"]
    },
    '<or><event name="a"/><event name=" b " type="basic-event"/></or>': {"or": ["a", "b"]},
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_connective_is_read_and_written(formula):
    model, _ = opened(tree(f'<define-gate name="G">{formula}</define-gate>', events("a", "b", "c", "d")))
    assert model.to_data()["gates"] == {"G": FORMULAS[formula]}
    assert model.top == ("G",)
    assert model.name == "T"
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_constants_are_house_events():
    model = sound(
        tree(
            '<define-gate name="G"><or><constant value="true"/><constant value="false"/><constant value="true"/>'
            '<house-event name="h"/><house-event name="constant-true"/></or></define-gate>'
            '<define-house-event name="h"/><define-house-event name="constant-true"><constant value="false"/></define-house-event>'
        ).replace('<constant value="false"/><constant value="true"/>', '<constant value="false"/>')
    )
    assert model.to_data()["gates"]["G"] == {"or": ["constant-true_", "constant-false", "h", "constant-true"]}
    states = {name: house.state for name, house in model.house_events.items()}
    assert states == {"h": False, "constant-true": False, "constant-true_": True, "constant-false": False}


def test_what_is_not_declared():
    """Basic events need no declaration; an undeclared house event is false; a gate must be there."""
    model, warnings = opened(
        tree(
            '<define-gate name="G">\n<or><basic-event name="a"/><event name="b"/>\n<house-event name="h"/></or></define-gate>'
        )
    )
    assert warnings == [
        "m.xml:5: warning: gate 'G': 'a' is not defined; it is taken for a basic event without a probability "
        "(and 1 more like this)",
        "m.xml:6: warning: gate 'G': 'h' is not defined; it is taken for a house event that is false",
    ]
    assert set(model.basic_events) == {"a", "b"}
    assert model.basic_events["a"].probability is None
    assert model.house_events["h"].state is False
    assert faults(tree('<define-gate name="GATE1">\n<or><gate name="GATE2"/></or></define-gate>')) == [
        "m.xml:5: gate 'GATE1': 'GATE2' is not defined; did you mean 'GATE1'?"
    ]


COMPONENTS = tree(
    """
<label>The tree</label>
<attributes><attribute name="system" value="pumps"/><attribute name="train" value="0"/></attributes>
<define-gate name="TOP"><or><gate name="A.G"/><gate name="T.B.G"/><gate name="PUBLIC"/></or></define-gate>
<define-component name="A" role="private">
  <attributes><attribute name="train" value="1"/></attributes>
  <define-gate name="G"><or><basic-event name="E"/><basic-event name="T.B.E"/><basic-event name="INNER.E"/></or></define-gate>
  <define-basic-event name="E"><float value="0.1"/></define-basic-event>
  <define-component name="INNER">
    <define-basic-event name="E"><float value="0.2"/></define-basic-event>
    <define-gate name="PUBLIC" role="public"><and><basic-event name="E"/><basic-event name="ONLY"/></and></define-gate>
    <define-basic-event name="ONLY"><attributes><attribute name="train" value="2"/></attributes><float value="0.3"/></define-basic-event>
  </define-component>
</define-component>
<define-component name="B">
  <label>lost</label>
  <define-gate name="G" role="private"><not><basic-event name="E"/></not></define-gate>
  <define-basic-event name="E" role="private"><parameter name="p"/></define-basic-event>
  <define-parameter name="p" role="private"><float value="0.4"/></define-parameter>
</define-component>
"""
)


def test_private_names_and_paths():
    model, warnings = opened(COMPONENTS)
    assert warnings == [
        "m.xml:8: warning: the grouping into components is not kept; private elements that share a name go by their path "
        "(and 2 more like this)",
        "m.xml:19: warning: the labels of components are not kept",
    ]
    assert model.description == "The tree"
    data = model.to_data()
    assert {name: {key: gate[key] for key in gate if key != "attributes"} for name, gate in data["gates"].items()} == {
        "TOP": {"or": ["T.A.G", "T.B.G", "PUBLIC"]},
        "T.A.G": {"or": ["T.A.E", "T.B.E", "T.A.INNER.E"]},
        "PUBLIC": {"and": ["T.A.INNER.E", "ONLY"]},
        "T.B.G": {"not": "T.B.E"},
    }
    assert {name: model.probability_of(name) for name in model.basic_events} == {
        "T.A.E": 0.1, "T.A.INNER.E": 0.2, "ONLY": 0.3, "T.B.E": 0.4,
    }  # fmt: skip
    # Attributes are handed down, and can be changed on the way.
    trains = {name: model.basic_events[name].attributes["train"] for name in model.basic_events}
    assert trains == {"T.A.E": "1", "T.A.INNER.E": "1", "ONLY": "2", "T.B.E": "0"}
    assert model.gates["TOP"].attributes == {"system": "pumps", "train": "0"}
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_private_names_are_hidden_outside():
    text = tree(
        '<define-gate name="TOP"><or>\n<gate name="G"/></or></define-gate>\n<define-component name="A" role="private">'
        '<define-gate name="G"><basic-event name="E"/></define-gate></define-component>' + events("E")
    )
    assert faults(text) == [
        "m.xml:5: gate 'TOP': 'G' is not defined; it is private; refer to it as 'T.A.G'",
        "m.xml:6: warning: the grouping into components is not kept; private elements that share a name go by their path",
    ]


def test_marks():
    text = """<opsa-mef name="Plant"><label> A plant
of two lines </label><attributes><attribute name="site" value="X"/></attributes>
<define-fault-tree name="T"><define-gate name="G"><label>Gate</label>
<attributes><attribute name="room" value="3" type="integer"/><attribute name="faulttree-else" value="y"/></attributes>
<basic-event name="e"/></define-gate></define-fault-tree>
<model-data><define-basic-event name="e"><label></label><float value="0.5"/></define-basic-event></model-data></opsa-mef>"""
    model = sound(text)
    assert (model.name, model.description, model.attributes) == ("Plant", "A plant\nof two lines", {"site": "X"})
    assert model.gates["G"].label == "Gate"
    assert model.gates["G"].attributes == {"room": {"value": "3", "type": "integer"}, "faulttree-else": "y"}
    assert model.basic_events["e"].label is None
    assert sound(dumps(model, "open-psa")) == model


def test_foreign_values_in_our_attributes():
    """What only looks like an attribute that was written here stays what it says."""
    marks = (
        '<attributes><attribute name="a" value="{" type="faulttree-json"/>'
        '<attribute name="b" value="NaN" type="faulttree-json"/>'
        '<attribute name="faulttree-inhibit" value="0 x 7"/></attributes>'
    )
    model = sound(tree(f'<define-gate name="G">{marks}<or>{refs("a", "b")}</or></define-gate>', events("a", "b")))
    assert model.gates["G"].or_ == ("a", "b")
    assert model.gates["G"].attributes["b"] == {"value": "NaN", "type": "faulttree-json"}
    assert sound(dumps(model, "open-psa")) == model


def test_two_elements_of_one_path():
    text = tree(
        '<define-gate name="G"><or><basic-event name="T.C.a"/><basic-event name="a"/></or></define-gate>'
        '<define-component name="C" role="private"><define-basic-event name="a"/></define-component>'
        '\n<define-basic-event name="T.C.a"/>',
        events("a"),
    )
    errors = [line for line in faults(text) if "warning" not in line]
    assert errors == ["m.xml:5: basic event 'T.C.a': a path has the name of another element; rename one"]


def test_names_of_models():
    def named(*trees: str, model: str = "") -> str:
        body = "".join(
            f'<define-fault-tree name="{t}"><define-gate name="G{t}"><basic-event name="e"/></define-gate></define-fault-tree>'
            for t in trees
        )
        return f"<opsa-mef{model}>{body}<model-data>{events('e')}</model-data></opsa-mef>"

    assert sound(named("A")).name == "A"
    assert sound(named("A", "B")).name == "A, B"
    assert sound(named("A", "B")).top == ("GA", "GB")
    assert sound(named("A", model=' name="M"')).name == "M"
    anonymous = f"<opsa-mef><model-data>{events('e')}</model-data></opsa-mef>"
    assert faults(anonymous)[0].startswith("m.xml:1: top: the file defines no gate; give one")


STRUCTURE_FAULTS: dict[str, list[str]] = {
    tree('<define-gate name="G"/>'): ["m.xml:4: gate 'G': has no formula; give one"],
    tree(f"<define-gate>{refs('e')}</define-gate>", events("e")): [
        'm.xml:1: top: the file defines no gate; give one, as <define-gate> inside <define-fault-tree>',
        'm.xml:4: <define-gate> has no name; write name="..."',
    ],
    tree(f'<define-gate name="G"><or>\n{refs("e")}</or>{refs("e")}</define-gate>', events("e")): [
        "m.xml:5: gate 'G': <basic-event> is one element too many; keep one, after label and attributes"
    ],
    tree('<define-gate name="G"><or/></define-gate>'): ["m.xml:4: gate 'G': <or> has no inputs; give at least one"],
    tree(f'<define-gate name="G"><not>{refs("a", "b")}</not></define-gate>', events("a", "b")): [
        "m.xml:4: gate 'G': <not> takes exactly 1 inputs, not 2"
    ],
    tree(f'<define-gate name="G"><imply>{refs("a")}</imply></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <imply> takes exactly 2 inputs, not 1"
    ],
    tree(f'<define-gate name="G"><atleast>{refs("a")}</atleast></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <atleast>: min is missing; write min=\"2\""
    ],
    tree(f'<define-gate name="G"><atleast min="2">{refs("a")}</atleast></define-gate>', events("a")): [
        "m.xml:4: gate 'G': atleast: k = 2 lies outside 1 to 1, the number of inputs"
    ],
    tree(f'<define-gate name="G"><cardinality min="x" max="1">{refs("a")}</cardinality></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <cardinality>: min is 'x'; write min=\"2\""
    ],
    tree(f'<define-gate name="G"><or x="1">{refs("a")}text</or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <or> holds the text 'text'; remove it",
        "m.xml:4: gate 'G': <or> has the unknown attribute 'x'; remove it",
    ],
    tree('<define-gate name="G"><or><basic-event/><basic-event name="a" x="1"/></or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <basic-event> has no name; write name=\"...\"",
        "m.xml:4: gate 'G': <basic-event> has the unknown attribute 'x'; known are name",
    ],
    tree('<define-gate name="G"><or><event name="a" type="gat"/></or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': the type 'gat' is not known; use gate, basic-event or house-event"
    ],
    tree('<define-gate name="G"><or><gate name="a"><label/></gate></or></define-gate>', events("a")): [
        "m.xml:4: gate 'G': <gate> holds no elements; close it with />",
        "m.xml:4: gate 'G': 'a' is a basic event, not a gate; correct the tag, or the name",
    ],
    tree('<define-gate name="G"><constant value="1"/></define-gate>'): [
        "m.xml:4: gate 'G': the constant '1' is not known; write value=\"true\" or value=\"false\""
    ],
    tree('<define-gate name="G"><inhibit/></define-gate>'): [
        "m.xml:4: gate 'G': <inhibit> is no formula; use one of and, or, not, xor, iff, nand, nor, atleast, cardinality, "
        "imply, constant, gate, basic-event, house-event, event"
    ],
    tree(f'<define-gate name="a">{refs("a")}</define-gate>', events("a")): [
        "m.xml:4: gate 'a': 'a' is a gate, not a basic event; correct the tag, or the name",
        "m.xml:7: basic event 'a': defined twice, first on line 4; rename or remove one",
    ],
    tree(f'<define-gate name="G" role="x" y="1">{refs("a")}</define-gate>text', events("a")): [
        "m.xml:3: <define-fault-tree> holds the text 'text'; remove it",
        "m.xml:4: the role 'x' is not known; use public or private",
        "m.xml:4: gate 'G': unknown attribute 'y'; known are name and role",
    ],
    tree(f'<define-gate name="G">{refs("a")}x</define-gate>', events("a")): [
        "m.xml:4: gate 'G': holds the text 'x'; remove it"
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate><define-component/><define-gat/>', events("a")): [
        'm.xml:4: <define-component> has no name; write name="..."',
        "m.xml:4: <define-gat> cannot stand inside <define-fault-tree>; did you mean 'define-gate'?",
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate><model-data/>', events("a")): [
        "m.xml:4: <model-data> cannot stand inside <define-fault-tree>; close the element before it",
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate>\n<define-substitution name="c"/>\n<include file="x"/>', events("a")): [
        "m.xml:5: <define-substitution> is not supported, and would change the answers; apply it to the gates",
        "m.xml:6: <include> is not supported, and would change the answers; put all of the model into one file",
    ],
    tree('<define-gate name="G"><house-event name="h"/></define-gate><define-house-event name="h"><float value="1"/></define-house-event>'): [
        "m.xml:4: house event 'h': the state of a house event is a constant; write <constant value=\"true\"/>"
    ],
    tree(f'<define-gate name="G"><label><b/></label><attributes><attribute name="x"/><x/><attribute name="y" value="1"/><attribute name="y" value="2"/></attributes>{refs("a")}</define-gate>', events("a")): [
        "m.xml:4: gate 'G': <label> holds the element <b>; write a text only",
        'm.xml:4: gate \'G\': an attribute is not understood; write <attribute name="..." value="..."/>',
        'm.xml:4: gate \'G\': an attribute is not understood; write <attribute name="..." value="..."/>',
        "m.xml:4: gate 'G': the attribute 'y' is given twice; keep one",
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate><define-parameter name="p"/>', events("a")): [
        "m.xml:4: parameter 'p': has no value; write <float value=\"...\"/>"
    ],
    tree(f'<define-gate name="G">{refs("a")}</define-gate>{parameter("p", f(1), "miles")}', events("a")): [
        "m.xml:4: parameter 'p': the unit 'miles' is not known; "
        "known are bool, demands, fit, float, hours, hours-1, int, years, years-1"
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", STRUCTURE_FAULTS)
def test_faults_of_structure(text):
    assert [line for line in faults(text) if "warning" not in line] == STRUCTURE_FAULTS[text]


def test_what_stands_beside_fault_trees_is_named():
    text = tree(
        f'<define-gate name="G">{refs("a")}</define-gate></define-fault-tree>\n<define-event-tree name="E"><x/></define-event-tree>'
        '<define-event-tree name="F"/>\n<define-initiating-event name="I"/><define-fault-tree name="U">', events("a")
    )  # fmt: skip
    assert opened(text)[1] == [
        "m.xml:5: warning: <define-event-tree> is no part of a fault tree and is left out (and 1 more like this)",
        "m.xml:6: warning: <define-initiating-event> is no part of a fault tree and is left out",
    ]


BOMB = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
REFUSED = {
    "": "m.xml:1: the file ends too early; close every element, and begin with <opsa-mef>",
    "gates:": "m.xml:1: not XML; a model file in XML begins with <opsa-mef>",
    "<opsa-mef>a & b</opsa-mef>": (
        "m.xml:1: not well-formed XML; write & as &amp; and < as &lt; and quote attributes"
    ),
    "<opsa-mef>\n<define-fault-tree>": "m.xml:2: ",
    "<opsa-mef>\n</opsa>": "m.xml:2: this end tag closes no open element; close the elements in the order they were opened",
    "<opsa-mef/>\n<opsa-mef/>": "m.xml:2: something follows after </opsa-mef>; remove it",
    "<opsa-mef>&nbsp;</opsa-mef>": "m.xml:1: an entity is not defined; only &amp; &lt; &gt; &quot; and &apos; are",
    "<opsa-mef a='1' a='2'/>": "m.xml:1: an attribute is given twice in one element; keep one",
    "<opsa-mef a=": "m.xml:1: the file ends inside a tag; close it",
    "<opsa-mef>&#0;</opsa-mef>": "m.xml:1: a reference to a character that XML cannot hold; remove it",
    "<html/>": "m.xml:1: the root element is <html>; an Open-PSA model begins with <opsa-mef>",
    f'<!DOCTYPE opsa-mef [<!ENTITY a0 "x">{BOMB}]><opsa-mef>&a9;</opsa-mef>': (
        "m.xml:1: the document type declares entities or attributes, which is not allowed; "
        "write <!DOCTYPE opsa-mef>, or remove it"
    ),
    '<!DOCTYPE opsa-mef [<!ENTITY x SYSTEM "file:///etc/passwd">]><opsa-mef>&x;</opsa-mef>': "m.xml:1: the document type declares",
    '<!DOCTYPE opsa-mef SYSTEM "http://localhost/x.dtd"><opsa-mef/>': (
        "m.xml:1: the document type refers to another file, which is never read; write <!DOCTYPE opsa-mef>, or remove it"
    ),
    '<?xml version="1.0" encoding="klingon"?><opsa-mef/>': "m.xml:1: ",
    tree(f'<define-gate name="G">{"<or>" * 50_000}'): "m.xml:4: nested more than 128 levels deep; name the inner parts as gates",
    tree(f'<define-gate name="G">{"<not>" * 40}{refs("a")}{"</not>" * 40}</define-gate>', events("a")): (
        "m.xml:4: gate 'G': formulas are nested more than 32 levels deep; name the inner ones as gates"
    ),
    "<define-fault-tree name='T'/>": "m.xml:1: the root element is <define-fault-tree>; an Open-PSA model begins with <opsa-mef>",
    tree(f"<label>{'x' * 200_000}</label>"): "m.xml:4: a text is longer than 100,000 characters; shorten it",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_sound_xml(text):
    encoded = text if "klingon" not in text else text.encode()
    assert faults(encoded)[0].startswith(REFUSED[text])


def test_limits(monkeypatch, tmp_path):
    text = tree(f'<define-gate name="G">{refs("a")}</define-gate>', events("a"))
    (tmp_path / "m.xml").write_text(text)
    monkeypatch.setattr(elements, "MOST_ELEMENTS", 3)
    assert "the model holds more than" in faults(text)[0]
    monkeypatch.setattr(elements, "MOST_BYTES", 20)
    assert "the file is larger than" in faults(text)[0]
    with pytest.raises(InvalidModelError, match="the file is larger than"):
        read(tmp_path / "m.xml")


def test_faults_without_end_are_cut_off():
    assert len(faults(tree('<define-gate name="G"/>' * 3_000))) == 1_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-5"])
def test_encodings(encoding, tmp_path):
    text = tree(f'<define-gate name="Клапан">{refs("насос")}</define-gate>', events("насос"))
    declared = text.replace('version="1.0"', f'version="1.0" encoding="{encoding.removesuffix("-sig")}"')
    (tmp_path / "m.opsa").write_bytes(declared.encode(encoding))
    assert list(read(tmp_path / "m.opsa").gates) == ["Клапан"]
    assert list(opened("<!DOCTYPE opsa-mef>\n" + text.partition("\n")[2])[0].gates) == ["Клапан"]
