"""Weighted counting on the circuit itself: exact answers and bounds for trees that no decision diagram holds."""

from faulttree.counting.counter import Counted, count
from faulttree.counting.intervals import Interval, bounds
from faulttree.counting.tracing.tracer import Trace, trace

__all__ = ["Counted", "Interval", "Trace", "bounds", "count", "trace"]
