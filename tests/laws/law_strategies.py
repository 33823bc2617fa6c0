"""Laws at random, in seconds, for tests of what holds for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from faulttree.laws import (
    Constant,
    Exponential,
    GammaLife,
    LognormalLife,
    PeriodicTest,
    Phased,
    Repairable,
    Weibull,
    WeightedSum,
)

HOUR = 3600.0
rates = st.sampled_from([0.0, 1e-12, 1e-7, 2e-4, 0.03, 0.5, 2.0]).map(lambda rate: rate / HOUR)
chances = st.sampled_from([0.0, 1e-12, 0.01, 0.3, 1.0 - 1e-12, 1.0])
shapes = st.sampled_from([0.3, 1.0, 2.0, 4.7])
spans = st.sampled_from([0.01, 3.0, 60.0, 1e5]).map(lambda hours: hours * HOUR)


def _phased(phases):
    return Phased(tuple(duration for duration, _ in phases), tuple(rate for _, rate in phases))


def _periodic_test(available):
    return st.builds(
        PeriodicTest,
        rate=rates,
        interval=st.sampled_from([24 * HOUR, 700 * HOUR]),
        first_test=st.sampled_from([0.0, 10 * HOUR]),
        repair_rate=st.none() | rates,
        test_duration=st.sampled_from([0.0, 2 * HOUR, 24 * HOUR]),
        rate_in_test=st.none() | rates,
        available_in_test=st.just(available),
        failure_at_test=chances,
        coverage=chances,
        bad_restart=chances,
    )


# Laws of one kind that differ in their numbers only.
kinds = [
    st.builds(Constant, chances),
    st.builds(Exponential, rates),
    st.builds(Weibull, spans, shapes, st.sampled_from([0.0, 5 * HOUR])),
    st.builds(GammaLife, shapes, spans),
    st.builds(LognormalLife, spans, shapes),
    *(st.lists(st.tuples(spans, rates), min_size=n, max_size=n).map(_phased) for n in (1, 4)),
    *(
        st.builds(Repairable, rates, rates | st.just(float("inf")), chances, st.just(steady))
        for steady in (True, False)
    ),
    *(_periodic_test(available) for available in (True, False)),
]
single_laws = st.one_of(*kinds)
several_alike = st.one_of(*(st.lists(kind, min_size=2, max_size=4) for kind in kinds))
laws = single_laws | st.lists(st.tuples(single_laws, st.sampled_from([0.0, 0.1, 0.4])), min_size=1, max_size=2).map(
    lambda parts: WeightedSum(tuple(parts))
)
