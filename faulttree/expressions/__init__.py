"""Expressions: numbers worked out from other numbers and from the time, kept as they are written.

Read from text, checked for their dimensions, evaluated for arrays of times and samples, differentiated, written back.
Nothing here knows a model: whoever reads an expression says what its names and its units are.
"""

from __future__ import annotations

from faulttree.expressions.dimensions import DimensionError, dimension, dimension_name
from faulttree.expressions.parsing import LONGEST, ExpressionError, parsed, seems_expression
from faulttree.expressions.syntax import Call, Name, Node, Number, Time, names_in, nodes_in
from faulttree.expressions.writing import written, written_name

__all__ = [
    "LONGEST",
    "Call",
    "DimensionError",
    "ExpressionError",
    "Name",
    "Node",
    "Number",
    "Time",
    "dimension",
    "dimension_name",
    "names_in",
    "nodes_in",
    "parsed",
    "seems_expression",
    "written",
    "written_name",
]
