"""Fault tree analysis: exact probabilities, minimal cut sets, importance, what-if and diagrams.

Names load on first use, so that `import faulttree` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from faulttree.errors import FaultTreeError, InvalidModelError
    from faulttree.facade import FaultTree, compare, diff, load
    from faulttree.model import Model
    from faulttree.report import Dossier, analyse

__all__ = ["Dossier", "FaultTree", "FaultTreeError", "InvalidModelError", "Model", "analyse", "compare", "diff", "load"]

__version__ = "0.1.0"

_HOME = {
    "Dossier": "faulttree.report",
    "analyse": "faulttree.report",
    "FaultTree": "faulttree.facade",
    "FaultTreeError": "faulttree.errors",
    "InvalidModelError": "faulttree.errors",
    "Model": "faulttree.model",
    "compare": "faulttree.facade",
    "diff": "faulttree.facade",
    "load": "faulttree.facade",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'faulttree' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
