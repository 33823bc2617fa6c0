"""The tutorial notebook: it runs from its own folder, stores no output, and shows what the API gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

import faulttree as ft

NOTEBOOK = Path("docs/tutorial.ipynb")
TREE = ft.load("models/molniya_8k78.yaml")
Outputs = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """What each cell shows, by the last line of the cell, in every form that it is shown in."""
    from nbclient import NotebookClient
    from traitlets.config import Config

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    own = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as environment:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            environment.setenv(name, str(own))  # nothing of the user's, and nothing left behind
        # Through files rather than ports, which another process may take in between.
        config = Config({"KernelManager": {"transport": "ipc", "ip": str(own / "kernel")}})
        where = {"metadata": {"path": str(NOTEBOOK.parent)}}
        NotebookClient(notebook, config=config, timeout=120, resources=where).execute()
    return {last_line(cell): shown(cell) for cell in code_cells(notebook)}


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def last_line(cell: Any) -> str:
    return str(cell.source.splitlines()[-1])


def shown(cell: Any) -> dict[str, str]:
    (output,) = cell.outputs  # a warning or a print would be another one
    return dict(output.data)


def test_it_stores_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in code_cells(notebook) if cell.outputs or cell.execution_count] == []
    assert len({last_line(cell) for cell in code_cells(notebook)}) == len(code_cells(notebook))
    assert notebook.cells[0].source.startswith("# ")
    followers = zip(notebook.cells, notebook.cells[1:], strict=False)
    assert sum(one.cell_type == "markdown" and other.cell_type == "code" for one, other in followers) > 10


def test_numbers_by_hand(outputs: Outputs) -> None:
    cavitation = 0.05 * (1 - (1 - 0.9) * (1 - 0.5))
    fuse = (1 - (1 - cavitation) * (1 - 0.05)) * 0.5
    others = (1 - 1.5 / 8) ** 5
    assert outputs["tree.probability()"]["text/plain"] == f"{1 - (1 - fuse) * others:.4g} (exact)"
    assert outputs['tree.at("fuse_dislodged").probability()']["text/plain"] == f"{fuse:.4g} (exact)"
    assert outputs["retained.probability()"]["text/plain"] == f"{1 - others:.4g} (exact)"
    # Bayes' rule: the fuse comes loose with the same probability whatever shook it.
    alone, separate = cavitation * 0.95, 0.05 * (1 - cavitation)
    both = cavitation * 0.05
    whole = alone + separate + both
    rows = outputs["given.hypotheses()"]["text/plain"].splitlines()[2:]
    assert [float(row.split()[-1]) for row in rows] == [
        pytest.approx(part / whole, rel=5e-4) for part in (alone, separate, both)
    ]
    sweep = outputs["sweep"]["text/plain"].splitlines()[2:]
    for k, row in enumerate(sweep):
        assert float(row.split()[-2]) == pytest.approx(1 - (1 - 2 * fuse * k / 10) * others, rel=5e-4)
    assert len(sweep) == 11


def test_what_is_shown_is_what_the_api_gives(outputs: Outputs) -> None:
    given = TREE.evidence("fuse-dislodged")
    answers: dict[str, Any] = {
        "tree": TREE,
        "tree.minimal_cut_sets()": TREE.minimal_cut_sets(),
        "importance": TREE.importance(),
        "ft.compare(tree, retained)": ft.compare(TREE, TREE.what_if({"fuse_not_retained": False})),
        "tree.scenario_table()": TREE.scenario_table(),
        "given": given,
        "given.hypotheses()": given.hypotheses(),
        'given.bayes_factor("cavitation alone", "separate problem alone")': given.bayes_factor(
            "cavitation alone", "separate problem alone"
        ),
        'given.next_observations("cavitation")': given.next_observations("cavitation"),
        "uncertainty": TREE.uncertainty(4096, method="sobol", seed=1),
        "tree.tornado()": TREE.tornado(),
    }
    for cell, answer in answers.items():
        assert outputs[cell]["text/plain"] == str(answer), cell
        assert outputs[cell]["text/html"] == answer._repr_html_(), cell
    assert outputs["tree"]["image/svg+xml"].strip() == TREE._repr_svg_().strip()


def test_the_explorer_is_embedded(outputs: Outputs) -> None:
    html = outputs["tree.explorer()"]["text/html"]
    assert html.startswith("<iframe srcdoc=")
    assert "stranded_in_parking_orbit" in html
    assert html == TREE.explorer()._repr_html_()


def test_every_cell_shows_something(outputs: Outputs) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert outputs.keys() == {last_line(cell) for cell in code_cells(notebook)}
    assert all("text/plain" in data for data in outputs.values())
