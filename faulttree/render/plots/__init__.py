"""Plots of results through matplotlib: each function gives a `Plot`, a matplotlib figure that saves and shows itself.

Nothing is shown by itself, and pyplot is not used. Without matplotlib every function raises MissingExtraError.
"""

from faulttree.render.plots.contribution import contribution_plot
from faulttree.render.plots.curve import curve_plot
from faulttree.render.plots.histogram import histogram_plot
from faulttree.render.plots.importance import importance_plot, ranking_plot
from faulttree.render.plots.sobol import sobol_plot
from faulttree.render.plots.tornado import tornado_plot

__all__ = [
    "contribution_plot",
    "curve_plot",
    "histogram_plot",
    "importance_plot",
    "ranking_plot",
    "sobol_plot",
    "tornado_plot",
]
