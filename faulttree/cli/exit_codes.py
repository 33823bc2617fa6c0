"""What the command line leaves with."""

from __future__ import annotations

__all__ = ["EXIT_ANALYSIS", "EXIT_INTERRUPTED", "EXIT_MODEL", "EXIT_PARTIAL", "EXIT_THRESHOLD", "EXIT_USAGE"]

EXIT_ANALYSIS, EXIT_USAGE, EXIT_MODEL, EXIT_THRESHOLD, EXIT_PARTIAL, EXIT_INTERRUPTED = 1, 2, 3, 4, 5, 130
