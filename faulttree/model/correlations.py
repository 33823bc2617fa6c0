"""Rank correlations between uncertain inputs."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from faulttree.model.written import Frozen, Name, as_number

__all__ = ["Correlation"]


def _rank(value: object) -> float:
    rank = as_number(value)
    if not -1.0 < rank < 1.0:
        raise ValueError(f"rank correlation {rank:g} lies outside (-1, 1); inputs that are one are one parameter")
    return rank


def _pair(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) != 2:
        raise ValueError(f"two uncertain inputs are wanted here, not {len(names)}")
    if names[0] == names[1]:
        raise ValueError(f"'{names[0]}' is named twice; name two different inputs")
    return names


class Correlation(Frozen):
    """The rank correlation (Spearman's rho) of two uncertain inputs, parameters or basic events, in (-1, 1)."""

    between: Annotated[
        tuple[Name, ...],
        AfterValidator(_pair),
        Field(json_schema_extra={"minItems": 2, "maxItems": 2, "uniqueItems": True}),
    ]
    rank: Annotated[
        float,
        BeforeValidator(_rank),
        WithJsonSchema({"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1}),
    ]
