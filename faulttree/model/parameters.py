"""Named parameters: a number that several events share, and how it was obtained."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from faulttree.model.events import Element
from faulttree.model.quantities import Duration, Rate
from faulttree.model.written import NUMBER, Text, as_number, described, given_number, refuse_number_like

__all__ = ["Parameter"]


def _value_from(value: object) -> float | Rate | Duration:
    refuse_number_like(value)
    if given_number(value) or (isinstance(value, str) and NUMBER.fullmatch(value)):
        number = as_number(value)
        if not math.isfinite(number):
            raise ValueError(f"value {number} is not a finite number")
        return number
    if isinstance(value, Duration):
        return value
    if isinstance(value, str | Rate):
        with suppress(ValueError):
            duration: Duration = Duration.from_text(value)
            return duration
        rate: Rate = Rate.from_text(value)
        return rate
    raise ValueError(f"a number, a rate like '1e-5 /h' or a time like '24 h' is wanted here, not {described(value)}")


class Parameter(Element):
    """A probability or a shape (a plain number), a rate or a time (with its unit) that events refer to by name."""

    value: Annotated[
        Annotated[float, WithJsonSchema({"type": "number", "minimum": 0})] | Rate | Duration,
        BeforeValidator(_value_from),
    ]
    basis: Text | None = Field(None, description="How the number was obtained.")
