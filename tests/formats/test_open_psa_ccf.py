"""Common-cause groups in Open-PSA files: what they mean, what is wrong with them, and what is written."""

# ruff: noqa: E501  (a fault reads better beside its message)

from __future__ import annotations

from typing import Any

import pytest
from formats.opsa import T, events, f, faults, opened, parameter, refs, sound, tree
from hypothesis import given
from hypothesis import strategies as st
from model.model_strategies import common_cause_models

from faulttree.formats import dumps, losses, read_text
from faulttree.model import Model
from faulttree.reduction import expanded

FACTOR_1, FACTOR_2, FACTOR_3 = (f'<factor level="{i}">{f(0.1 * i)}</factor>' for i in (1, 2, 3))


def group(
    factors: str, model: str = "beta-factor", members: str = "", distribution: str = f(0.1), more: str = ""
) -> str:
    """A group of a, b and c on one line."""
    law = f"<distribution>{distribution}</distribution>" if distribution else ""
    return (
        f'<define-CCF-group name="g" model="{model}"{more}><members>{members or refs("a", "b", "c")}</members>'
        f"{law}{factors}</define-CCF-group>"
    )


def of(group_text: str, data: str = "") -> str:
    """A file with the group on line 5."""
    return tree(f'<define-gate name="G"><and>{refs("a", "b", "c")}</and></define-gate>\n{group_text}', data)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (group(f"<factor level='3'>{f(0.2)}</factor>"), {"beta_factor": 0.2}),
        (group(f"<factors><factor>{f(0.2)}</factor></factors>"), {"beta_factor": 0.2}),
        (group(f"<factors>{FACTOR_2}{FACTOR_3}</factors>", "MGL"), {"mgl": [0.2, pytest.approx(0.3)]}),
        (group(f"<factors>{FACTOR_3}{FACTOR_2}</factors>", "MGL"), {"mgl": [0.2, pytest.approx(0.3)]}),
        (group(f"<factors><factor>{f(0.4)}</factor></factors>", "MGL"), {"mgl": [0.4]}),
        (
            group(f"<factors><factor>{f(0.75)}</factor><factor>{f(0.25)}</factor></factors>", "alpha-factor"),
            {"alpha_factor": {"factors": [0.75, 0.25]}},
        ),
        (group(f"<factors><factor level='1'>{f(1)}</factor></factors>", "phi-factor"), {"phi_factor": [1.0]}),
    ],
)
def test_every_model(text: str, given: dict[str, Any]) -> None:
    data = sound(of(text)).to_data()
    assert data["common_cause_groups"] == {"g": {"events": ["a", "b", "c"], **given}}
    assert data["basic_events"] == {name: {"probability": 0.1} for name in "abc"}


def test_a_group_stands_anywhere_and_declares_its_members() -> None:
    text = of("").replace("</opsa-mef>", group(f"<factor>{f(0.2)}</factor>") + "</opsa-mef>")
    assert sound(text) == sound(of(group(f"<factor>{f(0.2)}</factor>")))
    declared = '<define-basic-event name="a"><label>Pump A</label></define-basic-event>'
    model = sound(of(group(f"<factor>{f(0.2)}</factor>"), declared))
    assert model.basic_events["a"].label == "Pump A"
    assert model.basic_events["a"].probability == 0.1


def test_the_distribution_and_the_factors_keep_their_parameters() -> None:
    law = f'<exponential><parameter name="w"/>{T}</exponential>'
    data = parameter("w", f(1e-3)) + parameter("beta", f(0.1))
    text = of(group('<factor><parameter name="beta"/></factor>', distribution=law), data)
    model, warnings = opened(text)
    assert [warning for warning in warnings if "mission time" not in warning] == []
    assert model.basic_events["b"].rate == "w"
    assert model.common_cause_groups["g"].beta_factor == "beta"
    assert str(model.parameters["w"].value) == "0.001 /h"
    assert model.parameters["beta"].value == 0.1


def test_an_expression_of_a_factor_is_kept() -> None:
    model, warnings = opened(of(group(f"<factor><sub>{f(1)}{f(0.9)}</sub></factor>")))
    assert model.common_cause_groups["g"].beta_factor == "1 - 0.9"
    assert model.number("1 - 0.9") == pytest.approx(0.1)
    assert warnings == []


def test_private_members_go_by_their_path_like_all_private_events() -> None:
    body = (
        '<define-gate name="G"><and><gate name="C.H"/>' + refs("a") + "</and></define-gate>"
        + events("a")
        + '<define-component name="C" role="private"><define-gate name="H" role="public">'
        + f"<and>{refs('a', 'b')}</and></define-gate>"
        + '<define-basic-event name="a"/><define-basic-event name="b"/>'
        + group(f"<factor>{f(0.2)}</factor>", members=refs("a", "b"))
        + "</define-component>"
    )  # fmt: skip
    model, _ = opened(tree(body))
    assert model.common_cause_groups["g"].events == ("T.C.a", "b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (group(FACTOR_1, "gamma-factor"), "the common-cause model 'gamma-factor' is not known; did you mean 'alpha-factor'?"),
        (group(FACTOR_1, more=' role="public"'), "unknown attribute 'role'; known are name and model"),
        (group(""), "has no <factors>; give them"),
        (group(FACTOR_1), "a factor of level 1, where beta-factor of 3 members has 3; correct the level, or the members"),
        (group(FACTOR_1, "MGL"), "a factor of level 1, where MGL of 3 members has 2 to 3; correct the level, or the members"),
        (group(f"<factors>{FACTOR_3}</factors>", "MGL"), "has no factor of level 2; give one; only the last may be left out, and are 0"),
        (group(f"<factors>{FACTOR_2}{FACTOR_2}</factors>", "MGL"), "two factors of level 2; keep one"),
        (group(f"{FACTOR_2}{FACTOR_3}", "MGL"), "<factor> is one element too many; keep one; several factors go into <factors>"),
        (group("<factor/>"), '<factor> is not understood; write <factor level="2"><float value="..."/></factor>'),
        (group(f"<factor>{f(1.5)}</factor>"), "beta_factor: probability 1.5 lies outside [0, 1]"),
        (group(f"<factor>{f(0.5)}</factor>", members=refs("a", "G")), "member 'G' is no basic event; correct the name"),
        (group(f"<factor>{f(0.5)}</factor>", members=f'{refs("a", "b")}<gate name="G"/>'), '<gate> is no member; write <basic-event name="..."/>'),
        (group(f"<factor>{f(0.5)}</factor>", distribution=f(1) + f(2)), "a <distribution> is one expression; give the members' failure model"),
        (group(f"<factor>{f(0.5)}</factor><x/>"), "<x> cannot stand inside <define-CCF-group>; known are members, distribution, factors and factor"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text: str, message: str) -> None:
    assert f"m.xml:5: common-cause group 'g': {message}" in faults(of(text))


def test_a_member_has_one_expression() -> None:
    found = faults(of(group(f"<factor>{f(0.2)}</factor>"), events("a")))
    assert found == [
        "m.xml:5: common-cause group 'g': member 'a' has an expression of its own, beside the group's <distribution>; "
        "keep one of them, and an event in one group"
    ]


def test_a_group_has_a_name_of_its_own() -> None:
    twice = group(f"<factor>{f(0.2)}</factor>")
    assert "m.xml:6: common-cause group 'g': defined twice, first on line 5; rename or remove one" in faults(
        of(f"{twice}\n{twice}")
    )
    assert 'm.xml:5: <define-CCF-group> has no name; write name="..."' in faults(of('<define-CCF-group model="MGL"/>'))


def test_a_group_of_one_is_refused() -> None:
    for members in (refs("a"), "<basic-event/>"):
        assert (
            "m.xml:5: common-cause group 'g': has fewer than two members, and so no common cause; "
            "name at least two basic events"
        ) in faults(of(group(f"<factor>{f(0.2)}</factor>", members=members)))


# Writing


@given(st.data())
def test_groups_come_back(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 5))
    names = [f"e {i}" for i in range(n)]
    given = data.draw(common_cause_models(n).filter(lambda found: "binomial_failure_rate" not in found))
    law = data.draw(
        st.sampled_from(
            [
                {"probability": 0.1},
                {"rate": "2 /y"},
                {"rate": "w"},
                {"glm": {"on_demand": 0.1, "rate": "1e-3 /h"}},
                {"weibull": {"scale": "10 d", "shape": 2.0}},
            ]
        )
    )
    model = Model.from_data(
        {
            "name": "written", "top": "T", "mission_time": "2 d", "gates": {"T": {"and": names}},
            "basic_events": dict.fromkeys(names, law) | {names[0]: {"label": "First", "basis": "x", **law}},
            "parameters": {"w": {"value": "1 /y"}} if law.get("rate") == "w" else {},
            "common_cause_groups": {"g & h": {"events": names, "label": "Group", "description": "d", **given}},
        }
    )  # fmt: skip
    assert losses(model, "open-psa") == ()
    text = dumps(model, "open-psa")
    again, warnings = read_text(text, "open-psa", "x.xml")
    assert warnings == ()
    assert again == model
    assert dumps(again, "open-psa") == text


def test_staggered_alpha_factors_say_the_same_to_tools_that_know_no_staggering() -> None:
    names = ["a", "b", "c"]
    model = Model.from_data(
        {
            "name": "s", "top": "T", "gates": {"T": {"and": names}},
            "basic_events": {name: {"probability": 0.1} for name in names},
            "common_cause_groups": {
                "g": {"events": names, "alpha_factor": {"factors": [0.5, 0.3, 0.2], "testing": "staggered"}}
            },
        }
    )  # fmt: skip
    text = dumps(model, "open-psa")
    plain = (
        text.replace('<attribute name="faulttree-testing" value="staggered"/>', "")
        .replace("<div>", "<mul>")
        .replace("</div>", "</mul>")
        .replace('<int value="2"/>', f(0.5))
        .replace('<int value="3"/>', f(1 / 3))
    )
    # Alphas of 0.5, 0.15 and 0.0667 do not sum to 1, which the format does not ask for; this model does.
    assert any("sum to" in line for line in faults(plain))
    wanted = expanded(model).probabilities()
    weights = [0.5, 0.3 / 2, 0.2 / 3]
    data = model.to_data()
    data["common_cause_groups"]["g"]["alpha_factor"] = {"factors": [w / sum(weights) for w in weights]}
    assert expanded(Model.from_data(data)).probabilities() == pytest.approx(wanted, rel=1e-14)


def test_a_staggered_factor_that_was_changed_since_counts_as_it_stands() -> None:
    marked = '<attributes><attribute name="faulttree-testing" value="staggered"/></attributes>'
    text = group(f"<factors><factor>{f(0.5)}</factor><factor>{f(0.25)}</factor></factors>", "alpha-factor")
    model, _ = opened(of(text.replace("<members>", f"{marked}<members>")))
    alpha = model.common_cause_groups["g"].alpha_factor
    assert alpha is not None
    assert alpha.testing == "staggered"
    assert alpha.factors == (0.5, "0.25 * 2")


def test_shocks_are_not_carried_and_that_is_told() -> None:
    names = ["a", "b"]
    model = Model.from_data(
        {
            "name": "s", "top": "T", "gates": {"T": {"and": names}},
            "basic_events": {name: {"probability": 0.1} for name in names},
            "common_cause_groups": {
                "g": {"events": names, "binomial_failure_rate": {"shock_probability": 0.1, "conditional": 0.5}}
            },
        }
    )  # fmt: skip
    assert losses(model, "open-psa") == ("common-cause group 'g' is not carried, and its events are independent",)
    again, _ = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")
    assert again.basic_events == model.basic_events
    assert not again.common_cause_groups
