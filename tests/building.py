"""The Boolean skeleton of a written model, for tests of what is made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faulttree.model import Model
from faulttree.reduction.reduce import reduced
from faulttree.structure import build as structure
from faulttree.structure.pdag import Pdag


def build(model: Model, top: str, states: Mapping[str, bool | float] | None = None, also: Sequence[str] = ()) -> Pdag:
    return structure.build(reduced(model), top, states, also)
