"""Named parameters: a number that several events share, and how it was obtained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from faulttree.model.events import Element
from faulttree.model.quantities import Duration, QuantityOrExpression, Rate
from faulttree.model.uncertainty import Uncertainty, check_dimension
from faulttree.model.written import Text

__all__ = ["Parameter"]


class Parameter(Element):
    """A probability or a shape (a plain number), a rate or a time (with its unit) that events refer to by name.

    value: the point value; the mean of the uncertainty unless given; or an expression of parameters and the time, as a
    text. uncertainty: what is known of the value, which is no expression then.
    """

    # Where a value is left out, the check below puts the mean in its place, so that none is ever None.
    if TYPE_CHECKING:
        value: float | Rate | Duration | str
    else:
        value: QuantityOrExpression | None = Field(
            None, description="A number or an expression; the mean of `uncertainty` unless given."
        )
    uncertainty: Uncertainty | None = Field(None, description="A distribution: what is known of the value.")
    basis: Text | None = Field(None, description="How the number was obtained.")

    @model_validator(mode="after")
    def _value_or_mean(self) -> Parameter:
        if self.uncertainty is not None and self.value is None:
            object.__setattr__(self, "value", self.uncertainty.mean)
        elif self.value is None:
            raise ValueError("`value` is missing; give it, or an `uncertainty`, whose mean it then is")
        elif isinstance(self.value, str) and self.uncertainty is not None:
            raise ValueError(
                "`value` is an expression, and an `uncertainty` is of a number; give it to the parameters in that"
            )
        elif self.uncertainty is not None and not isinstance(self.value, str):
            check_dimension(self.uncertainty, self.value, "value")
        return self

    @property
    def states_value(self) -> bool:
        """Whether the value says more than the uncertainty, whose mean it is otherwise."""
        return self.uncertainty is None or self.value != self.uncertainty.mean

    @model_serializer(mode="wrap")
    def _without_the_mean(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A value that is the mean of the uncertainty is left out: reading gives it back."""
        data: dict[str, Any] = handler(self)
        if not self.states_value:
            data.pop("value", None)
        return data
