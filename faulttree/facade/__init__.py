"""A fault tree and what can be asked of it.

>>> import faulttree as ft
>>> tree = ft.load("models/molniya_8k78.yaml")
>>> print(tree.probability())
0.6627 (exact)
>>> tree.minimal_cut_sets().count_by_order
{1: 5, 2: 1, 3: 2}
>>> print(tree.what_if({"fuse_not_retained": False}).probability())
0.6459 (exact)

A tree is a frozen value: a what-if gives another tree. Diagrams are made when first needed, and kept.
"""

from __future__ import annotations

from faulttree.facade.comparison import compare
from faulttree.facade.difference import diff
from faulttree.facade.side_by_side import side_by_side
from faulttree.facade.tree import FaultTree, load

__all__ = ["FaultTree", "compare", "diff", "load", "side_by_side"]
