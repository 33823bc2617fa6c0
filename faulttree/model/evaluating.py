"""From what is written of a basic event to the law of its component, in seconds and per second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from faulttree.errors import MissingProbabilityError
from faulttree.model.events import BasicEvent
from faulttree.model.failure_models import Value
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import in_si

if TYPE_CHECKING:
    from faulttree.laws import LawForm

__all__ = ["law_form"]


def law_form(
    name: str, event: BasicEvent, parameters: Mapping[str, Parameter], *, every_parameter: bool = False
) -> LawForm:
    """The law of a basic event, with a place for each uncertain input.

    A number that is the name of a parameter with uncertainty follows the input of that name; the number of an event
    with an uncertainty of its own, the input of the event's name. every_parameter: whether numbers follow every
    parameter, uncertain or not. Raises MissingProbabilityError.
    """
    # Laws work with arrays; a model that is only read or drawn does without them.
    from faulttree import laws

    kind = event.failure_model
    if kind is None:
        raise MissingProbabilityError([name])
    own = name if event.uncertainty is not None else ""

    def quantity(value: Value, turned: Any = None) -> laws.Quantity:
        if not isinstance(value, str):
            return laws.Quantity(float(in_si(value)), own, turned)
        parameter = parameters[value]
        is_followed = every_parameter or parameter.uncertainty is not None
        return laws.Quantity(float(in_si(parameter.value)), value if is_followed else "", turned)

    if event.phases is not None:
        durations = tuple(quantity(phase.duration) for phase in event.phases)
        rates = tuple(quantity(phase.rate) for phase in event.phases)
        return laws.LawForm(laws.Phased, (("durations", durations), ("rates", rates)))
    fields: dict[str, Any] = {}
    for path, value in event.quantities():
        match path[-1]:
            case "repair_time":
                fields["repair_rate"] = quantity(value, laws.rate_of_time)
            case "error_factor":
                fields["sigma"] = quantity(value, laws.sigma_of_error_factor)
            case key:
                fields[str(key)] = quantity(value)
    if event.glm is not None:
        fields.setdefault("repair_rate", laws.Quantity(0.0))
    if event.repairable is not None:
        fields["steady_state"] = event.repairable.steady
    if event.periodic_test is not None:
        fields["available_in_test"] = event.periodic_test.available_in_test
    return laws.LawForm(getattr(laws, _LAWS[kind]), tuple(fields.items()))


_LAWS = {
    "probability": "Constant",
    "rate": "Exponential",
    "repairable": "Repairable",
    "weibull": "Weibull",
    "gamma": "GammaLife",
    "lognormal": "LognormalLife",
    "glm": "Repairable",
    "periodic_test": "PeriodicTest",
}
