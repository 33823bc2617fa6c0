"""Another function in the place of a module: the graph then means what the written tree means with that function."""

from __future__ import annotations

import oracles
from building import build
from hypothesis import given
from hypothesis import strategies as st
from modular import modular_trees
from strategies import model_of, settings_of, trees

from faulttree.structure.replacing import common_modules, modules_around, with_module
from faulttree.structure.simplify import simplified

MODULES = {
    "m": {"or": ["a", "inner"]},
    "inner": {"and": ["b", "c"]},
    "n": {"and": ["d", "s"]},
    "o": {"and": ["e", "s"]},
}
TREE = model_of({"or": ["m", "n", "o"]}, gates=MODULES)


def test_the_modules_around_a_node_are_those_on_every_way_to_it() -> None:
    skeleton = build(TREE, "top")
    # Unsimplified, all modules of the written tree are there.
    around = modules_around(skeleton, skeleton)
    by_name = {name: around[node] for node, name in enumerate(skeleton.variables, start=1)}
    by_name |= {name: around[edge >> 1] for name, edge in skeleton.roots.items()}
    assert by_name["b"] == by_name["c"] == by_name["inner"] == ("inner", "m")
    assert by_name["a"] == by_name["m"] == ("m",)
    assert by_name["d"] == by_name["s"] == by_name["top"] == ()


def test_what_several_nodes_have_in_common_is_the_outer_end() -> None:
    assert common_modules([("inner", "m"), ("m",), ("other", "m")]) == ("m",)
    assert common_modules([("x", "m"), ("x", "m")]) == ("x", "m")
    assert common_modules([("m",), ("n",)]) == common_modules([(), ("n",)]) == ()


@given(st.one_of(modular_trees(max_events=7), trees(max_events=6)), st.data())
def test_a_module_under_a_what_if_makes_the_tree_under_it(model, data: st.DataObject) -> None:
    top = model.top[0]
    skeleton, states = build(model, top), data.draw(settings_of(model))
    smaller = simplified(skeleton).pdag
    events = {event: node for node, event in enumerate(skeleton.variables, start=1)}
    nodes = [skeleton.roots[name] >> 1 if name in skeleton.roots else events.get(name, 0) for name in states]
    around = modules_around(skeleton, smaller)
    if not nodes or not all(node in around for node in nodes):
        return
    for module in common_modules([around[node] for node in nodes]):
        replaced = with_module(smaller, module, simplified(build(model, module, states)).pdag)
        for point in oracles.subsets(replaced.variables):
            assert replaced.value(point) is oracles.truth(model, top, point, states), module


@given(modular_trees(max_events=7), st.data())
def test_the_roots_that_are_left_mean_what_they_are_called(model, data: st.DataObject) -> None:
    skeleton = build(model, model.top[0])
    smaller = simplified(skeleton).pdag
    around = modules_around(skeleton, smaller)
    modules = sorted({name for chain in around.values() for name in chain})
    if not modules:
        return
    module = data.draw(st.sampled_from(modules))
    event = data.draw(st.sampled_from(build(model, module).variables))
    states = {event: data.draw(st.booleans())}
    replaced = with_module(smaller, module, simplified(build(model, module, states)).pdag)
    for point in oracles.subsets(replaced.variables):
        for name, value in replaced.values(point).items():
            assert value is oracles.truth(model, name, point, states), name
