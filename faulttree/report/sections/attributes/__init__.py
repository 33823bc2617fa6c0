"""The facts that the model states about what it describes."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section
from faulttree.report.wording import words_of

__all__ = ["SECTION", "Attribute", "Facts"]


@dataclass(frozen=True)
class Attribute:
    """A fact by its name, its value on one line."""

    name: str
    value: str


@dataclass(frozen=True)
class Facts:
    """attributes: of the model, in its order."""

    attributes: tuple[Attribute, ...]


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The attributes of the model; None where it has none."""
    attributes = found.tree.model.attributes.items()
    return Facts(tuple(Attribute(name, words_of(value)) for name, value in attributes)) if attributes else None


SECTION = Section("facts", "Facts", facts_of, __name__)
