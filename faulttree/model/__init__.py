"""What the user wrote: frozen values, checked; no analysis lives here."""

from faulttree.model.events import BasicEvent, HouseEvent
from faulttree.model.gates import Formula, Gate
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration, Rate
from faulttree.model.tree import Model, Scenario, Source, TimelineEntry

__all__ = [
    "BasicEvent",
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
]
