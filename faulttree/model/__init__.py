"""What the user wrote: frozen values, checked; no analysis lives here."""

from faulttree.model.common_cause import CommonCauseGroup
from faulttree.model.correlations import Correlation
from faulttree.model.events import BasicEvent, HouseEvent
from faulttree.model.gates import Formula, Gate
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration, Rate
from faulttree.model.tree import Model, Scenario, Source, TimelineEntry
from faulttree.model.uncertainty import Uncertainty

__all__ = [
    "BasicEvent",
    "CommonCauseGroup",
    "Correlation",
    "Duration",
    "Formula",
    "Gate",
    "HouseEvent",
    "Model",
    "Parameter",
    "Rate",
    "Scenario",
    "Source",
    "TimelineEntry",
    "Uncertainty",
]
