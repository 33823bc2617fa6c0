"""The commands and the Python that make the report again."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from faulttree import __version__
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.facade import FaultTree
from faulttree.model.states import states_text
from faulttree.report.findings import Findings
from faulttree.report.scope import Setting, settings_of
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """How the report is made again.

    version: of faulttree. digest: SHA-256 of the model's content. settings: of the analysis. same_bytes: what may be
    relied on, in a sentence. commands: that make the report and the files. python: the lines that do the same.
    """

    version: str
    digest: str
    settings: tuple[Setting, ...]
    same_bytes: str
    commands: tuple[str, ...]
    python: tuple[str, ...]


def facts_of(found: Findings, edition: Edition) -> Facts:
    """How this edition of the report is made again."""
    tree, model_file = found.tree, edition.model_file
    return Facts(
        version=__version__,
        digest=found.digest,
        settings=tuple(settings_of(found)),
        same_bytes=_same_bytes(tree),
        commands=tuple(
            f"faulttree {verb} {shlex.quote(model_file)}{_options(tree)}{place}"
            for verb, place in (("report", " -o report.html"), ("run", " -o results"))
        ),
        python=tuple(_python(tree, model_file)),
    )


def _same_bytes(tree: FaultTree) -> str:
    """What may be relied on when the report is made again."""
    if tree.time_limit is None:
        return "The same model, options and version give the same bytes on the same machine."
    return (
        f"A time limit of {tree.time_limit:g} s was set: how far the analysis comes in that time differs from run to "
        "run, and where it ends the work, so may what is left out or bounded."
    )


def _options(tree: FaultTree) -> str:
    """The options that make this tree of the model file."""
    top = [] if tree.top == tree.model.top[0] and len(tree.model.top) == 1 else ["--top", tree.top]
    sets = [word for name, state in tree.states_as_said.items() for word in ("--set", states_text({name: state}))]
    limits = [("--seed", tree.seed or None), ("--memory", tree.memory), ("--time-limit", tree.time_limit)]
    if tree.node_budget != DEFAULT_NODE_BUDGET:
        limits.append(("--node-budget", tree.node_budget))
    words = [*top, *sets, *(word for option, value in limits if value is not None for word in (option, _plain(value)))]
    return "".join(f" {shlex.quote(word)}" for word in [*words, *(["--exact"] if tree.exact else [])])


def _plain(value: float) -> str:
    """A number as it is typed: `4`, `2.5`."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def _python(tree: FaultTree, model_file: str) -> list[str]:
    """The lines of Python that do the same."""
    top = "" if tree.top == tree.model.top[0] else f", top={_python_text(tree.top)}"
    budget = "" if tree.node_budget == DEFAULT_NODE_BUDGET else f", node_budget={tree.node_budget}"
    lines = ["import faulttree as ft", "", f"tree = ft.load({_python_text(model_file)}{top}{budget})"]
    fields = ("memory", "time_limit", "exact", "seed")
    changed = {name: getattr(tree, name) for name in fields if getattr(tree, name)}
    if changed:
        lines.insert(0, "import dataclasses")
        lines.append(f"tree = dataclasses.replace(tree, {', '.join(f'{k}={v!r}' for k, v in changed.items())})")
    if tree.states:
        states = ", ".join(f"{_python_text(name)}: {state!r}" for name, state in tree.states_as_said.items())
        lines.append(f"tree = tree.what_if({{{states}}})")
    return [*lines, "found = ft.analyse(tree)", "print(found)", "page = found.report_html()"]


def _python_text(text: str) -> str:
    """A text as Python writes it, in double quotes: what JSON makes of it is the same."""
    return json.dumps(text, ensure_ascii=False)


SECTION = Section("reproduce", "How to make it again", facts_of, __name__)
