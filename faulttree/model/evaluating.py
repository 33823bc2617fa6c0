"""From what is written of a basic event to the law of its component, in seconds and per second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from faulttree.errors import MissingProbabilityError
from faulttree.model.events import BasicEvent
from faulttree.model.failure_models import FAILURE_MODELS, Value
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

    def place(value: Value, function: str = "") -> laws.Quantity:
        turned = getattr(laws, function) if function else None
        if not isinstance(value, str):
            return laws.Quantity(float(in_si(value)), own, turned)
        parameter = parameters[value]
        is_followed = every_parameter or parameter.uncertainty is not None
        return laws.Quantity(float(in_si(parameter.value)), value if is_followed else "", turned)

    model = FAILURE_MODELS[kind]
    return laws.LawForm(getattr(laws, model.law), tuple(model.fields(getattr(event, kind), place).items()))
