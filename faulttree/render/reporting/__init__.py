"""The report that an engineer hands over: Markdown, or one HTML file that prints."""

from __future__ import annotations

from faulttree.render.reporting.markdown import markdown_report
from faulttree.render.reporting.page import html_report

__all__ = ["html_report", "markdown_report"]
