"""What the documentation shows, runs."""

import doctest
import importlib
import pkgutil
import re
import shlex
from pathlib import Path

import pytest

import faulttree
from faulttree import cli, formats
from faulttree.errors import InvalidModelError

PAGES = [Path("README.md"), *sorted(Path("docs").glob("*.md"))]


def blocks(language):
    return [
        pytest.param(text, id=f"{page.name}:{page.read_text()[: match.start()].count(chr(10)) + 2}")
        for page in PAGES
        for match in re.finditer(rf"^```{language}\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
        for text in [match[1]]
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if "```python" in page.read_text()], ids=str)
def test_python_runs(page):
    """The blocks of a page, one after the other, as its reader would run them."""
    known = {"__name__": "__main__"}
    for block in blocks("python"):
        if block.id.startswith(f"{page.name}:"):
            exec(compile(block.values[0], block.id, "exec"), known)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_models_are_sound(text):
    model, warnings = formats.read_text(text, "yaml")
    assert model.name
    assert not warnings


COMMANDS = sorted(
    {
        line.split(" #")[0].strip()
        for param in blocks("sh")
        for line in str(param.values[0]).splitlines()
        if line.startswith("faulttree ")
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_command_lines_run(line, tmp_path, monkeypatch):
    arguments = [word if not Path(word).exists() else str(Path(word).resolve()) for word in shlex.split(line)[1:]]
    monkeypatch.chdir(tmp_path)
    assert cli.run_cli(arguments) == 0


def test_there_are_commands_to_test():
    assert len(COMMANDS) >= 12


def test_messages_shown_are_the_messages_given():
    text = """top: P
name: x





gates:
  PUMPS: {or: [PMP-2, PUMP-2]}
  P: {or: [PUMPS, VALVE-7]}
basic_events:
  PUMP-2: {}

  VALVE-7: {probability: 1.2}
"""
    with pytest.raises(InvalidModelError) as caught:
        formats.read_text(text, "yaml", "plant.yaml")
    shown = re.search(
        r"^```text\n(plant.yaml.*?)^```", Path("docs/model-file.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert shown is not None
    assert str(caught.value).splitlines() == shown[1].splitlines()


def test_docstring_examples():
    failures, examples = 0, 0
    for module in pkgutil.walk_packages(faulttree.__path__, "faulttree."):
        if not module.name.endswith("__main__"):
            result = doctest.testmod(importlib.import_module(module.name))
            failures, examples = failures + result.failed, examples + result.attempted
    assert failures == 0
    assert examples > 0
