"""The normal distribution: the one number of it that files and laws are written with."""

from __future__ import annotations

__all__ = ["PERCENTILE_95"]

PERCENTILE_95 = 1.6448536269514722
"""The 95th percentile of the standard normal distribution: an error factor is exp of it times sigma."""
