from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import scene_checks
from hypothesis import given, settings
from render_strategies import annotated, chain, reached_names, wide

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model import Model
from faulttree.render.diagram import Diagram, draw
from faulttree.render.scene import Line, Text
from faulttree.render.style import HEAVY

PUMPS = Model(
    name="Pump station",
    top="no_flow",
    mission_time="24 h",
    sources={"handbook": {"title": "Pump reliability handbook"}},
    gates={
        "no_flow": {"label": "No flow to the tank", "or": ["power_lost", "pumps_lost"]},
        "pumps_lost": {
            "label": "Both trains lost",
            "atleast": {"k": 2, "of": ["pump_a", "pump_b", {"and": ["pump_c", {"not": "bypass"}]}]},
        },
        "power_lost": {"label": "Power lost", "inhibit": {"input": "grid_lost", "condition": "diesel_out"}},
    },
    basic_events={
        "pump_a": {"label": "Pump A fails to run", "rate": "1e-5 /h", "source": "handbook"},
        "pump_b": {"label": "Pump B fails to run", "rate": "pump_rate"},
        "pump_c": {"label": "Pump C fails on demand", "probability": 3e-3, "basis": "two demands in ten years"},
        "grid_lost": {"kind": "undeveloped", "description": "Loss of the outside grid.", "probability": "grid"},
        "diesel_out": {"kind": "conditioning", "probability": 0.02, "source": "judgement"},
    },
    house_events={"bypass": {"label": "Bypass open", "state": False}},
    parameters={
        "grid": {"value": 1e-3, "basis": "per day", "source": "assumption"},
        "pump_rate": {"value": "2e-5 /h"},
    },
)
FIGURES = {"no_flow": 0.00123456789, "pump_c": 3e-3, "diesel_out": 0.02, "power_lost": 2e-5}


def texts(diagram: Diagram) -> list[str]:
    return [text.content for text in diagram.scene.texts()]


def group_of(diagram: Diagram, name: str) -> Any:
    return next(group for group in diagram.scene.groups if group.name == name and group.kind != "ft-lines")


@settings(deadline=None, max_examples=150)
@given(annotated())
def test_every_random_tree_is_drawn_soundly(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    diagram = draw(model, model.top[0], **options)
    scene_checks.check(diagram)
    assert {group.name for group in diagram.scene.groups if group.name} == reached_names(model, model.top[0])
    assert diagram.to_svg() == draw(model, model.top[0], **options).to_svg()


def test_a_tree_says_what_it_should() -> None:
    diagram = draw(PUMPS, "no_flow", probabilities=FIGURES, title="Pump station")
    said = texts(diagram)
    assert said[0] == "Pump station"
    for text in (
        "No flow",
        "no_flow",
        "P = 1.23e-3",
        "OR",
        "2/3",
        "AND",
        "NOT",
        "3.00e-3",
        "FALSE",
        "diesel_out · 0.0200",
    ):
        assert any(text in line for line in said), text
    assert "Highlighted" not in diagram.scene.description
    assert diagram.scene.description == (
        "Fault tree with top event No flow to the tank, drawn with 3 basic events, 1 conditioning event, 5 gates, "
        "1 house event, 1 undeveloped event."
    )


def test_tooltips_tell_everything() -> None:
    diagram = draw(PUMPS, "no_flow", probabilities=FIGURES, states={"pump_b": 0.5})
    assert group_of(diagram, "no_flow").title == "No flow to the tank\nno_flow (or gate)\nP = 0.00123456789"
    assert group_of(diagram, "pumps_lost").title.endswith("(at least 2 of 3)")
    rate, shared_rate = PUMPS.basic_events["pump_a"].rate, PUMPS.parameters["pump_rate"].value
    assert f"Rate: {rate}\nSource: handbook, Pump reliability handbook" in group_of(diagram, "pump_a").title
    assert f"Set to 0.5\nParameter: pump_rate = {shared_rate}" in group_of(diagram, "pump_b").title
    assert "Basis: two demands in ten years" in group_of(diagram, "pump_c").title
    grid = group_of(diagram, "grid_lost").title
    assert grid == (
        "grid_lost (undeveloped event)\nLoss of the outside grid.\nParameter: grid = 0.001\n"
        "Source: assumption\nBasis: per day"
    )
    assert "Source: judgement" in group_of(diagram, "diesel_out").title
    assert "State: certainly false" in group_of(diagram, "bypass").title


def test_states_are_told_apart_without_colour() -> None:
    states = {"pump_a": True, "pump_b": False, "pump_c": 0.25, "diesel_out": True, "pumps_lost": False, "no_flow": 0.5}
    diagram = draw(PUMPS, "no_flow", probabilities=FIGURES, states=states)
    scene_checks.check(diagram)
    said = texts(diagram)
    assert said.count("TRUE") == 2
    assert said.count("FALSE") == 3
    assert said.count("SET") == 2
    assert "0.250" in said
    assert "P = 0.500" in said
    strokes = {name: [i for i in group_of(diagram, name).items if isinstance(i, Line) and i.paint.width == 2.0]
               for name in states}  # fmt: skip
    assert {name for name, found in strokes.items() if found} == {"pump_b", "pumps_lost"}
    assert "ft-true" in group_of(diagram, "pump_a").kind
    assert "ft-false" in group_of(diagram, "pump_b").kind
    assert "ft-set" in group_of(diagram, "pump_c").kind
    opened = draw(PUMPS, "no_flow", states={"bypass": True, "diesel_out": False})
    assert texts(opened).count("TRUE") == 1
    assert "State: certainly true" in group_of(opened, "bypass").title


def test_a_cut_set_is_drawn_heavy_up_to_the_top() -> None:
    diagram = draw(PUMPS, "no_flow", cut_set={"grid_lost", "diesel_out"})
    lit = {group.name for group in diagram.scene.groups if "ft-cut" in group.kind}
    assert lit == {"no_flow", "power_lost", "grid_lost", "diesel_out"}
    assert diagram.scene.description.endswith("Highlighted: diesel_out, grid_lost.")
    heavy = {
        group.name: [item.points[-1] for item in group.items if isinstance(item, Line) and item.paint.width == HEAVY]
        for group in diagram.scene.groups
        if group.kind == "ft-lines"
    }
    entries = {group.name: scene_checks._entry(group) for group, _ in scene_checks.cards_of(diagram) if group.name}
    assert heavy.pop("no_flow") == [entries["power_lost"]]
    assert heavy.pop("power_lost") == [entries["grid_lost"]]
    assert not any(heavy.values())
    plain = draw(PUMPS, "no_flow")
    assert not any("ft-cut" in group.kind for group in plain.scene.groups)


def test_a_shared_gate_is_developed_once_and_then_named() -> None:
    model = Model(
        name="m", top="t",
        gates={"t": {"and": ["a", "b"]}, "a": {"or": ["s", "x"]}, "b": {"or": ["s", "y"]}, "s": {"or": ["x", "z"]}},
        basic_events={"x": {}, "y": {}, "z": {}},
    )  # fmt: skip
    diagram = draw(model, "t")
    scene_checks.check(diagram)
    groups = [group for group in diagram.scene.groups if group.name == "s" and group.kind != "ft-lines"]
    assert len(groups) == 2
    assert "Shared" in groups[0].title
    assert "Developed elsewhere" in groups[1].title
    assert [item.content for item in groups[1].items if isinstance(item, Text)].count("s") == 3
    assert texts(diagram).count("x (shared)") == 2
    assert "s (shared)" not in texts(diagram)


def test_a_condition_that_is_a_gate_hangs_from_the_side() -> None:
    model = Model(
        name="m", top="t",
        gates={"t": {"inhibit": {"input": "x", "condition": "c"}}, "c": {"and": ["x", "h"]}},
        basic_events={"x": {}}, house_events={"h": {"state": True}},
    )  # fmt: skip
    for cut_set in ((), ("x",)):
        diagram = draw(model, "t", cut_set=cut_set)
        scene_checks.check(diagram)
        assert {group.name for group in diagram.scene.groups} == {"", "t", "c", "x", "h"}


def test_an_event_alone_is_a_tree_too() -> None:
    for name in ("pump_a", "bypass", "diesel_out"):
        diagram = draw(PUMPS, name, probabilities={name: 0.5}, title="x" * 300)
        scene_checks.check(diagram)


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="gate or event 'no_flw' is not defined; did you mean 'no_flow'"):
        draw(PUMPS, "no_flw")
    with pytest.raises(UnknownNameError, match="'pump_x'"):
        draw(PUMPS, "no_flow", states={"pump_x": True})
    with pytest.raises(UnknownNameError, match="event 'no_flow'"):
        draw(PUMPS, "no_flow", cut_set=["no_flow"])
    with pytest.raises(InvalidRequestError, match=r"state of 'pump_a': 1\.5"):
        draw(PUMPS, "no_flow", states={"pump_a": 1.5})
    assert draw(PUMPS, "no_flow", probabilities={"elsewhere": 0.5}).scene.width > 0


def test_files_are_chosen_by_suffix(tmp_path: Path) -> None:
    diagram = draw(PUMPS, "no_flow")
    for suffix, start in ((".svg", b"<svg "), (".png", b"\x89PNG\r\n"), (".PDF", b"%PDF-1")):
        diagram.save(tmp_path / f"tree{suffix}")
        assert (tmp_path / f"tree{suffix}").read_bytes().startswith(start)
    with pytest.raises(InvalidRequestError, match=r"tree\.jpg: a diagram is saved as \.svg, \.png, \.pdf"):
        diagram.save(tmp_path / "tree.jpg")
    with pytest.raises(InvalidRequestError, match="'gif' is not a kind of picture"):
        diagram.to_bytes("gif")
    assert diagram._repr_svg_() == diagram.to_svg()
    assert draw(PUMPS, "no_flow") == diagram


def test_a_deep_chain_is_drawn() -> None:
    diagram = draw(chain(14_000), "g0")
    assert diagram.to_svg().count("<g ") > 28_000
    assert len({group.name for group in diagram.scene.groups if group.name}) == 28_000


def test_a_thousand_nodes_are_drawn() -> None:
    model = wide(3, 10)
    figures = dict.fromkeys((*model.gates, *model.basic_events), 1e-3)
    svg = draw(model, "g", probabilities=figures).to_svg()
    assert svg.count("<title>") == 1111
    scene_checks.check_text(draw(model, "g"))


def test_importing_brings_nothing_heavy() -> None:
    code = (
        "import sys\nfrom faulttree.render import diagram, figure, graph, graphviz as dot\n"
        "print([m for m in ('networkx', 'graphviz', 'matplotlib', 'numpy', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_time_of_its_own_is_told_beside_the_rate() -> None:
    data = {
        "name": "x",
        "top": "top",
        "mission_time": "5 h",
        "gates": {"top": {"and": ["a", "b"]}},
        "basic_events": {
            "a": {"rate": "1e-6 /h", "exposure": "500 h"},
            "b": {"mttf": "1000 h", "at": "mean"},
        },
    }
    model = Model.from_data(data)
    diagram = draw(model, "top")
    rate = model.basic_events["a"].rate
    assert group_of(diagram, "a").title.endswith(f"Rate: {rate}\nExposure: 500 h")
    assert group_of(diagram, "b").title.endswith("MTTF: 1000 h\nAt: mean")
