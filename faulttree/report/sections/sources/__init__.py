"""The sources that the model names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section
from faulttree.report.wording import words_of

__all__ = ["SECTION", "Cited", "Detail", "Facts"]


@dataclass(frozen=True)
class Detail:
    """A fact that a source states: its value on one line, and part by part where it has several."""

    name: str
    value: str
    parts: tuple[str, ...] | None


@dataclass(frozen=True)
class Cited:
    """A source: its key, author, title, year and address in one line, its note (empty for none), and details."""

    key: str
    reference: str
    note: str
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Facts:
    """sources: all that the model names, in its order."""

    sources: tuple[Cited, ...]


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The sources of the model; None where it names none."""
    sources = []
    for key, source in found.tree.model.sources.items():
        reference = ", ".join(str(part) for part in (source.author, source.title, source.year, source.url) if part)
        details = tuple(Detail(name, words_of(value), _parts(value)) for name, value in source.attributes.items())
        sources.append(Cited(key, reference, source.note or "", details))
    return Facts(tuple(sources)) if sources else None


def _parts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, Mapping):
        return tuple(f"{key}: {words_of(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(map(words_of, value))
    return None


SECTION = Section("sources", "Sources", facts_of, __name__)
