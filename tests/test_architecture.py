"""The walls of the house: what may import what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import networkx
import pytest

import faulttree

PACKAGE = Path(faulttree.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

# From the ground up, a storey at a time. A file may import from lower floors and from its own package; those on one
# floor not each other. `dynamic` is not built yet: a module as a Markov chain knows arrays and no model.
STOREYS = {
    "ground": (
        ("characters", "normal", "wide_floats"),
        ("errors", "wide_arrays"),
        ("files", "results", "kernel_modes", "progress", "deadline", "memory", "_kernels"),
        ("laws", "dynamic", "scale_out"),
        ("expressions",),
    ),
    "written": (("model",), ("formats", "generate")),
    "reduced": (("reduction",),),
    "compiled": (("structure",), ("decision_diagrams", "weighted_counting"), ("cut_sets",)),
    "asked": (("quantification",), ("importance",), ("reliability", "uncertainty", "what_if", "queries"), ("engine",)),
    "shown": (("render", "explorer"), ("facade",), ("report",), ("cli",), ("__main__",)),
}
FLOORS = tuple(floor for floors in STOREYS.values() for floor in floors)
FLOOR = {part: height for height, floor in enumerate(FLOORS) for part in floor}
ENGINE = {
    "structure",
    "decision_diagrams",
    "weighted_counting",
    "cut_sets",
    "quantification",
    "dynamic",
    "reliability",
    "uncertainty",
}


def part_of(path: Path) -> str:
    """The part of the house a file belongs to."""
    inside = path.relative_to(PACKAGE)
    return "_kernels" if inside.stem == "_kernels" else inside.parts[0].removesuffix(".py")


def imports(tree: ast.AST, typing_only: bool = False) -> Iterator[tuple[ast.stmt, str, bool]]:
    """(statement, module or name imported, whether only for type checkers), at any depth."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name, typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports name their module in full"
            yield from ((node, f"{node.module}.{alias.name}", typing_only) for alias in node.names)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for kept in node.body:
                yield from imports(ast.Module([kept], []), typing_only=True)
            for kept in node.orelse:
                yield from imports(ast.Module([kept], []), typing_only)
        else:
            yield from imports(node, typing_only)


def offences(path: Path, source: str) -> list[str]:
    """Every import of a file that goes through a wall, as the line that does."""
    part, found = part_of(path), []

    def refuse(statement: ast.stmt, why: str) -> None:
        found.append(f"{path.relative_to(PACKAGE.parent)}:{statement.lineno}: {ast.unparse(statement)}  ({why})")

    for statement, name, typing_only in imports(ast.parse(source)):
        package, *inner = name.split(".")
        if part == "_kernels":
            if package not in ("numpy", "numba", "math", "__future__"):
                refuse(statement, "kernels know arrays only")
            continue
        if package != "faulttree" or inner in ([], ["__version__"]):
            continue
        target = "_kernels" if "_kernels" in inner else inner[0]
        if part == "__init__":
            if not typing_only:
                refuse(statement, "importing faulttree loads nothing")
        elif target not in FLOOR:
            refuse(statement, f"'{target}' has no floor")
        elif part in ("render", "explorer") and inner[0] in ENGINE:
            if not typing_only:
                refuse(statement, "drawings take a model and results, never an engine")
        elif target != part and FLOOR[target] >= FLOOR[part]:
            refuse(statement, "imports go downward only")
    return found


def circles(sources: Mapping[str, str]) -> list[list[str]]:
    """Modules that import each other in a circle, wherever the imports stand, but for those of type checkers.

    sources: of each module its text, by its name in full.
    """
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for module, source in sources.items():
        for _, name, typing_only in imports(ast.parse(source)):
            # What is imported is a module, or a name in one; a package's own file stands for what it passes on.
            target = name if name in sources else name.rpartition(".")[0]
            if not typing_only and target in sources and target != module:
                graph.add_edge(module, target)
    return sorted(sorted(part) for part in networkx.strongly_connected_components(graph) if len(part) > 1)


def test_the_page_tells_the_floors_that_are_held() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = {}
    for line in page.splitlines():
        storey, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if storey in STOREYS and len(cells) == 2:
            floors = (floor.replace("every `_kernels`", "_kernels").split(",") for floor in cells[1].split(";"))
            told[storey] = [{part.strip() for part in floor} for floor in floors]
    without = {"dynamic", "__main__"}  # not built yet, and not worth telling
    held = {storey: [set(floor) - without for floor in floors] for storey, floors in STOREYS.items()}
    assert told == {storey: [floor for floor in floors if floor] for storey, floors in held.items()}


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in FILES}
    sources = {name.removesuffix(".__init__"): path.read_text("utf-8") for path, name in names.items()}
    assert circles(sources) == []


def test_a_circle_is_found_at_any_depth_of_an_import() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.c import C\n"
    sources = {"p.a": "from p.b import B", "p.b": "def f():\n    from p import a", "p.c": "import p.a", "p": ""}
    assert circles(sources) == [["p.a", "p.b"]]
    assert circles({**sources, "p.b": source}) == []


def test_every_file_has_a_floor() -> None:
    assert {part_of(path) for path in FILES} - {"__init__"} <= set(FLOOR)
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downward_only(path: Path) -> None:
    assert offences(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("file", "line", "why"),
    [
        ("structure/build.py", "from faulttree.facade import FaultTree", "downward"),
        ("structure/build.py", "from faulttree import cut_sets", "downward"),
        ("model/tree.py", "def f():\n    import faulttree.structure.pdag", "downward"),
        ("what_if/compare.py", "from faulttree.render.svg import svg_from", "downward"),
        ("errors.py", "from faulttree.model import Model", "downward"),
        ("decision_diagrams/_kernels.py", "import os", "arrays only"),
        ("decision_diagrams/_kernels.py", "from faulttree.errors import Fault", "arrays only"),
        ("render/diagram.py", "from faulttree.structure.pdag import Pdag", "never an engine"),
        ("render/diagram.py", "from faulttree.cut_sets import _kernels", "never an engine"),
        ("explorer/page.py", "from faulttree.structure.pdag import Pdag", "never an engine"),
        ("explorer/page.py", "from faulttree.render.style import LIGHT", "downward"),
        ("__init__.py", "from faulttree.model import Model", "loads nothing"),
        ("cli/__init__.py", "from faulttree.cellar import wine", "no floor"),
    ],
)
def test_a_hole_in_a_wall_is_found_with_its_line(file: str, line: str, why: str) -> None:
    found = offences(PACKAGE / file, "from __future__ import annotations\n\n" + line + "\n")
    (offence,) = found
    assert file in offence
    assert line.split("\n")[-1].strip() in offence
    assert why in offence


def test_what_type_checkers_alone_see_is_no_hole_for_drawings() -> None:
    source = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from faulttree.cut_sets.collection import CutSets\n"
    )
    assert offences(PACKAGE / "render/diagram.py", source) == []
    assert len(offences(PACKAGE / "structure/build.py", source)) == 1


def test_the_public_face_is_short_and_sorted_and_every_name_is_there() -> None:
    assert list(faulttree.__all__) == sorted(faulttree.__all__)
    assert len(faulttree.__all__) <= 12
    for name in faulttree.__all__:
        assert getattr(faulttree, name) is not None
    assert set(faulttree.__all__) <= set(dir(faulttree))
    with pytest.raises(AttributeError, match="has no attribute 'wine'"):
        faulttree.wine  # noqa: B018


@pytest.mark.parametrize("path", [p for p in FILES if p.stem != "__main__"], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_name_that_a_module_offers_is_there(path: Path) -> None:
    import importlib

    inside = path.relative_to(PACKAGE.parent).with_suffix("")
    module = importlib.import_module(".".join(inside.parts).removesuffix(".__init__"))
    offered = getattr(module, "__all__", [])
    assert all(hasattr(module, name) for name in offered)
    assert len(set(offered)) == len(offered)
