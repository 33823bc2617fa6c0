"""Uncertain inputs carried through to every result, and which of them matter."""

from __future__ import annotations

from faulttree.uncertainty.copula import RankCorrelation, UncertainInputs
from faulttree.uncertainty.designs import METHODS, Design
from faulttree.uncertainty.importance import UncertainImportance
from faulttree.uncertainty.in_time import propagate_in_time
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.propagation import UNITS, UncertaintyAnalysis, propagate
from faulttree.uncertainty.quantiles import quantile
from faulttree.uncertainty.samples import SampleHistogram, UncertainQuantity
from faulttree.uncertainty.sensitivity import SobolIndices, Tornado, sobol_indices, tornado

__all__ = [
    "METHODS",
    "UNITS",
    "Design",
    "Problem",
    "RankCorrelation",
    "SampleHistogram",
    "SobolIndices",
    "Tornado",
    "UncertainImportance",
    "UncertainInputs",
    "UncertainQuantity",
    "UncertaintyAnalysis",
    "propagate",
    "propagate_in_time",
    "quantile",
    "sobol_indices",
    "tornado",
]
