"""Named parameters: a number that several events share, and how it was obtained."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from faulttree.model.events import Element
from faulttree.model.quantities import Rate
from faulttree.model.written import Text, as_number, described

__all__ = ["Parameter"]


def _value_from(value: object) -> float | Rate:
    try:
        return as_number(value)
    except ValueError:
        pass
    if isinstance(value, str | Rate):
        rate: Rate = Rate.from_text(value)
        return rate
    raise ValueError(f"a number, or a rate like '1e-5 /h', is wanted here, not {described(value)}")


class Parameter(Element):
    """A probability (a plain number) or a rate (a number with its unit) that events refer to by name."""

    value: Annotated[
        float | Rate,
        BeforeValidator(_value_from),
        WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
    ]
    basis: Text | None = Field(None, description="How the number was obtained.")
