"""Weighted counting on the circuit itself: exact answers and bounds for trees that no decision diagram holds."""

from faulttree.weighted_counting.counter import Counted, count
from faulttree.weighted_counting.intervals import Interval, bounds
from faulttree.weighted_counting.tracing.tracer import Trace, trace

__all__ = ["Counted", "Interval", "Trace", "bounds", "count", "trace"]
