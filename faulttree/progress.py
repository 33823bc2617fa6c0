"""A line on a terminal that says that work goes on."""

from __future__ import annotations

import sys
import threading
from typing import Any

__all__ = ["ProgressLine"]


class ProgressLine:
    """Shows on a terminal, after a second of work, that work goes on and how far it has come."""

    def __init__(self, after: float = 1.0) -> None:
        self.text = "working"
        self.status: Any = None
        self.lock = threading.Lock()
        self.timer = threading.Timer(after, self._show)
        self.timer.daemon = True
        if sys.stderr.isatty():
            self.timer.start()

    def __call__(self, text: str) -> None:
        """Tell what is being done and how far it has come."""
        self.text = text
        if self.status is not None:
            self.status.update(self.text)

    def stop(self) -> None:
        """Clear the line, for good."""
        with self.lock:
            self.timer.cancel()
            if self.status is not None:
                self.status.stop()

    def _show(self) -> None:
        from rich.console import Console

        with self.lock:
            if not self.timer.finished.is_set():
                self.status = Console(stderr=True).status(self.text)
                self.status.start()
