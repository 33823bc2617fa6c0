"""Common-cause groups as written: events that one cause may fail together, and the model that shares their number out.

The expansion into independent events is made elsewhere; here stands what the user wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, model_validator

from faulttree.model.events import Element
from faulttree.model.failure_models import Path, ProbabilityOrName, Value, Written
from faulttree.model.quantities import RateOrName
from faulttree.model.written import Name, Together, is_nothing, one_given, with_contradiction

__all__ = ["COMMON_CAUSE_MODELS", "AlphaFactor", "BinomialFailureRate", "CommonCauseGroup", "cause_name"]

COMMON_CAUSE_MODELS = ("beta_factor", "mgl", "alpha_factor", "phi_factor", "binomial_failure_rate")
FEWEST = 2
MOST_LISTED = 264
"""Independent events of a group that are listed one by one: as many as eight members have, shocks included."""
MOST_MEMBERS = 64
"""Members of a group whose independent events are more than that."""
_SUM_TOLERANCE = 1e-6


def _some_factors(factors: tuple[float | str, ...]) -> tuple[float | str, ...]:
    if not factors:
        raise ValueError("no factor is given; give at least one")
    return factors


def _some_events(events: tuple[str, ...]) -> tuple[str, ...]:
    if len(events) < FEWEST:
        raise ValueError(
            f"{len(events) or 'no'} event{'s' * (not events)} in the group; "
            "a group of one has no common cause, so name at least two events"
        )
    return events


Factors = Annotated[
    tuple[ProbabilityOrName, ...], AfterValidator(_some_factors), Field(json_schema_extra={"minItems": 1})
]


class AlphaFactor(Together):
    """alpha_k: the share of the failure events of the group in which exactly k members fail; they sum to 1.

    testing: whether the members are tested at different times (staggered) or together.
    Source: Mosleh et al., Guidelines on Modeling Common-Cause Failures, NUREG/CR-5485, 1998.
    """

    factors: Factors = Field(description="alpha_1, alpha_2, ...; those left out are 0.")
    testing: Literal["staggered", "non-staggered"] = "non-staggered"


class BinomialFailureRate(Written):
    """Shocks hit the group; each member fails in a shock with the probability `conditional`, all in a lethal shock.

    The members' own failure model is what fails them independently.
    """

    either = (("shock_probability", "shock_rate"),)

    shock_probability: ProbabilityOrName | None = Field(None, description="Probability of a shock.")
    shock_rate: RateOrName | None = Field(None, description="Rate of shocks.")
    conditional: ProbabilityOrName = Field(description="Probability that a shock fails a member.")
    lethal_probability: ProbabilityOrName | None = Field(None, description="Probability of a shock that fails all.")
    lethal_rate: RateOrName | None = Field(None, description="Rate of shocks that fail all.")

    @model_validator(mode="after")
    def _one_lethal(self) -> BinomialFailureRate:
        wrong = one_given(vars(self), ("lethal_probability", "lethal_rate"), needed=False)
        if wrong:
            raise ValueError(wrong)
        return self


class CommonCauseGroup(Element):
    """Basic events that one cause may fail together. All have the same failure model, the total of one member.

    beta_factor: the share of a member's failures that fail all. mgl: beta, gamma, delta, ...: the probability that a
    cause that has hit 1, 2, 3, ... members hits another; those left out are 0. alpha_factor, binomial_failure_rate: see
    there. phi_factor: phi_k, so that a cause that fails one given set of k members and no other has the probability
    phi_k Q_t, Q_t being that of the failure model. They sum to 1; a member's total is Q_t times the sum of
    C(n - 1, k - 1) phi_k.
    """

    events: Annotated[
        tuple[Name, ...],
        AfterValidator(_some_events),
        Field(json_schema_extra={"minItems": FEWEST}),
    ]
    beta_factor: ProbabilityOrName | None = None
    mgl: Factors | None = None
    alpha_factor: AlphaFactor | None = None
    phi_factor: Factors | None = None
    binomial_failure_rate: BinomialFailureRate | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _one_model(cls, data: Any, handler: ModelWrapValidatorHandler[CommonCauseGroup]) -> CommonCauseGroup:
        wrong = None
        if isinstance(data, Mapping):
            data = {key: value for key, value in data.items() if not is_nothing(value)}
            known = {key for name, field in cls.model_fields.items() for key in (name, field.alias)}
            given = [key for key in COMMON_CAUSE_MODELS if key in data]
            if len(given) > 1:
                wrong = one_given(data, COMMON_CAUSE_MODELS)
            elif not given and known.issuperset(data):  # an unknown key may be the model misspelt
                wrong = f"no common-cause model; give one of {', '.join(COMMON_CAUSE_MODELS)}"
        made: CommonCauseGroup = with_contradiction(wrong, cls, data, handler)
        return made

    @model_validator(mode="after")
    def _factors_fit(self) -> CommonCauseGroup:
        for key, factors, most in self._factor_lists():
            if len(factors) > most:
                raise ValueError(f"{key}: {len(factors)} factors for {len(self.events)} events; at most {most} fit")
            if key != "mgl" and not any(isinstance(factor, str) for factor in factors):
                wrong = sum_fault(key, [float(factor) for factor in factors])
                if wrong:
                    raise ValueError(wrong)
        if len(self.events) > MOST_MEMBERS and not self.is_listed:
            raise ValueError(
                f"{len(self.events)} events in the group, which make too many sets that may fail together; at most "
                f"{MOST_MEMBERS} are possible, or a beta_factor, whose causes are few"
            )
        return self

    def _factor_lists(self) -> Iterator[tuple[str, tuple[float | str, ...], int]]:
        """A list of factors where there is one, with its place and the most that fit."""
        if self.mgl is not None:
            yield "mgl", self.mgl, len(self.events) - 1
        if self.alpha_factor is not None:
            yield "alpha_factor.factors", self.alpha_factor.factors, len(self.events)
        if self.phi_factor is not None:
            yield "phi_factor", self.phi_factor, len(self.events)

    @property
    def kind(self) -> str:
        """Which common-cause model is given, one of `COMMON_CAUSE_MODELS`."""
        return next(key for key in COMMON_CAUSE_MODELS if getattr(self, key) is not None)

    @property
    def n_causes(self) -> int:
        """How many independent events the group may stand for, at most: see `causes`."""
        size, shocks = len(self.events), self.binomial_failure_rate
        own = 0 if shocks is None else size + self._has_lethal_shock
        return own + sum(comb(size, order) for order in range(1, size + 1) if self._may_fail_together(order))

    @property
    def is_listed(self) -> bool:
        """Whether its independent events are few enough to be told one by one, each with its name."""
        return self.n_causes <= MOST_LISTED

    def causes(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """The independent events that the group may stand for: the members that each fails, and the shock, if any.

        Members stand in the group's order. Left out are events whose factor is written as 0, or not given; one that is
        0 by the values of several is not. None where the events are not listed.
        """
        if not self.is_listed:
            return
        shock = "" if self.binomial_failure_rate is None else "shock"
        if shock:
            yield from (((event,), "") for event in self.events)
            if self._has_lethal_shock:
                yield self.events, "lethal shock"
        for order in range(1, len(self.events) + 1):
            if self._may_fail_together(order):
                yield from ((members, shock) for members in combinations(self.events, order))

    def cause_names(self) -> Iterator[str]:
        """Names of the independent events that the group may stand for; see `causes`."""
        return (cause_name(members, cause) for members, cause in self.causes())

    def is_called_like_a_cause(self, name: str) -> bool:
        """Whether a name is that of the event of some of the members, in the group's order: `[a c]`."""
        inside, starts = name[1:-1], {0}
        if not self.is_listed or name != f"[{inside}]":
            return False
        for event in self.events:
            ends = [start + len(event) for start in starts if inside.startswith(event, start)]
            if len(inside) in ends:
                return True
            starts |= {end + 1 for end in ends if inside[end] == " "}
        return False

    @property
    def _has_lethal_shock(self) -> bool:
        shocks = self.binomial_failure_rate
        return shocks is not None and bool({"lethal_probability", "lethal_rate"} & dict(shocks.values()).keys())

    def _may_fail_together(self, order: int) -> bool:
        if self.beta_factor is not None:
            return order in (1, len(self.events))
        if self.mgl is not None:
            return order <= len(self.mgl) + 1 and 0.0 not in self.mgl[: order - 1]
        factors = self.alpha_factor.factors if self.alpha_factor is not None else self.phi_factor
        return factors is None or (order <= len(factors) and factors[order - 1] != 0.0)

    def quantities(self) -> Iterator[tuple[Path, Value]]:
        """The numbers as written, or their parameters' names, each with its path in the group."""
        for place, factors, _ in self._factor_lists():
            keys: Path = tuple(place.split("."))
            yield from (((*keys, index), factor) for index, factor in enumerate(factors))
        if self.beta_factor is not None:
            yield ("beta_factor",), self.beta_factor
        if self.binomial_failure_rate is not None:
            for key, value in self.binomial_failure_rate.values():
                yield ("binomial_failure_rate", key), value


def cause_name(components: Sequence[str], cause: str = "") -> str:
    """The independent event that fails these components and no other: `[a b]`, or `[a b] by shock`."""
    return f"[{' '.join(components)}]{cause and f' by {cause}'}"


def sum_fault(place: str, factors: list[float]) -> str | None:
    """What is wrong with the sum of factors that are the shares of a whole."""
    total = sum(factors)
    if abs(total - 1.0) > _SUM_TOLERANCE:
        return f"{place}: the factors sum to {total:g}, not to 1"
    return None
