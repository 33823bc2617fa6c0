"""From a common-cause group's factors to the share of each independent event in a member's probability, or a shock's.

Of a group of n alike components, Q_t is the probability that a given one has failed, from whatever cause, and Q_k that
one given set of k of them fails from one cause that hits these k and no other. Then Q_k = c_k Q_t; this file gives c_k.
The factors scale the probability Q_t(t) at any time, not the rate: an exponential member at mission time t has
Q_k = c_k (1 - exp(-rate t)).

Sources: NUREG/CR-4780 (beta, MGL), NUREG/CR-5485 (alpha, both kinds of testing), Open-PSA Model Exchange Format 2.0d
(phi), Atwood 1986 (binomial failure rate).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from types import MappingProxyType

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.laws import FloatArray, LawNumber, Number, value_of

__all__ = ["SHARES", "Coefficient"]

_NOTHING: Mapping[str, FloatArray] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Coefficient:
    """c_k: what Q_t is multiplied with to give the probability of one given set of `order` of the `size` components.

    Of the model "shock" it is the probability of a shock, not Q_t, that is multiplied.

    model: a key of `SHARES`. factors: as that model has them, in its order. group: its name, for messages.
    """

    model: str
    factors: tuple[LawNumber, ...]
    size: int
    order: int
    group: str = ""

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""
        return frozenset().union(*(factor.inputs for factor in self.factors))

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 whatever the uncertain inputs are: no such event is needed.

        Every share is a product of powers of factors and of one minus factors, over a sum of factors, so one that is 0
        in the midst of their range is 0 everywhere.
        """
        midst = [0.5 if factor.inputs else factor.number() for factor in self.factors]
        return not np.any(SHARES[self.model](midst, self.size, self.order))

    def value(self, sampled: Mapping[str, FloatArray] = _NOTHING, /) -> Number:
        """c_k, in the shape of the sampled values, or a number where none of its inputs is sampled.

        sampled: values of uncertain inputs by name, dual numbers too; an input that is not there keeps its point value.
        Raises InvalidRequestError when a sampled factor lies outside [0, 1].
        """
        factors = [factor.number(sampled) for factor in self.factors]
        for factor, number in zip(self.factors, factors, strict=True):
            low, high = np.min(value_of(number)), np.max(value_of(number))
            if not factor.inputs.isdisjoint(sampled) and not (low >= 0.0 and high <= 1.0):
                name = ", ".join(sorted(factor.inputs))
                raise InvalidRequestError(
                    f"common-cause group '{self.group}': the factor '{name}' has samples from {low:g} to {high:g}, "
                    "not within [0, 1]; give it a distribution on [0, 1], such as beta"
                )
        return SHARES[self.model](factors, self.size, self.order)


def _beta(factors: Sequence[Number], size: int, order: int) -> Number:
    """c_1 = 1 - beta, c_n = beta: a common cause takes all components."""
    (beta,) = factors
    return 1.0 - beta if order == 1 else beta if order == size else 0.0


def _multiple_greek_letters(factors: Sequence[Number], size: int, order: int) -> Number:
    """c_k = rho_1 ... rho_k (1 - rho_(k+1)) / C(n-1, k-1), with rho_1 = 1 and rho_(n+1) = 0.

    factors: rho_2 (beta), rho_3 (gamma), rho_4 (delta), ...: the probability that a cause which has hit k - 1
    components hits another. Those not given are 0.
    """
    product: Number = 1.0 / comb(size - 1, order - 1)
    if order - 1 > len(factors):
        return 0.0
    for rho in factors[: order - 1]:
        product = product * rho
    return product * (1.0 - factors[order - 1]) if order - 1 < len(factors) else product


def _alpha_staggered(factors: Sequence[Number], size: int, order: int) -> Number:
    """c_k = alpha_k / C(n-1, k-1), the alphas divided by their sum. NUREG/CR-5485."""
    if order > len(factors):
        return 0.0
    return factors[order - 1] / (sum(factors) * comb(size - 1, order - 1))


def _alpha_non_staggered(factors: Sequence[Number], size: int, order: int) -> Number:
    """c_k = k / C(n-1, k-1) alpha_k / alpha_t with alpha_t = sum of k alpha_k. NUREG/CR-5485."""
    if order > len(factors):
        return 0.0
    alpha_t = sum(k * alpha for k, alpha in enumerate(factors, 1))
    return order * factors[order - 1] / (alpha_t * comb(size - 1, order - 1))


def _phi(factors: Sequence[Number], _size: int, order: int) -> Number:
    """c_k = phi_k, given directly. A member's shares add up to the sum of C(n-1, k-1) phi_k, 1 or not."""
    return factors[order - 1] if order <= len(factors) else 0.0


def _shock(factors: Sequence[Number], size: int, order: int) -> Number:
    """p^k (1-p)^(n-k): a shock that comes fails each component with probability p, and just these k."""
    (p,) = factors
    return p**order * (1.0 - p) ** (size - order)


SHARES: dict[str, Callable[[Sequence[Number], int, int], Number]] = {
    "beta_factor": _beta,
    "mgl": _multiple_greek_letters,
    "alpha_factor_staggered": _alpha_staggered,
    "alpha_factor_non_staggered": _alpha_non_staggered,
    "phi_factor": _phi,
    "shock": _shock,
}
