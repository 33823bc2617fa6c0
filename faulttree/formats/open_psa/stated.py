"""Quantities as the author of a model wrote them, kept beside their numbers in hours; and how numbers compare."""

from __future__ import annotations

from faulttree.expressions import ExpressionError, Number
from faulttree.formats.open_psa.terms import hourly
from faulttree.model.expressions import parsed_text
from faulttree.model.quantities import SECONDS, Duration, Rate, is_expression

__all__ = ["Value", "as_marked", "in_hours", "marked", "same", "with_unit"]

SAME = 1e-12
Value = float | Rate | Duration | str


def in_hours(time: Duration) -> float:
    """A time in hours; exactly the number written when that is in hours."""
    return time.value if time.unit == "h" else time.seconds / SECONDS["h"]


def with_unit(number: float, dimension: str) -> float | Rate | Duration:
    """A number of hours or per hour with its unit."""
    return Rate(number, "h") if dimension == "rate" else Duration(number, "h") if dimension == "time" else number


def same(one: float, other: float) -> bool:
    """Whether two numbers differ by rounding at most."""
    # Numbers too small for all their digits count as the same.
    return abs(one - other) <= SAME * max(abs(one), abs(other)) + 1e-300


def _say_thesame(value: Value, text: str) -> bool:
    """Whether Open-PSA has the same form for a number or an expression and for the expression that a text is."""
    try:
        node = parsed_text(value if isinstance(value, str) else text)
        number = value.value if isinstance(value, Rate | Duration) else value
        return hourly(parsed_text(text)) == (hourly(node) if isinstance(value, str) else Number(float(number)))
    except ExpressionError:
        return False


def marked(marks: object, key: str, value: Value | bool) -> Value | None:
    """The quantity in the unit the model's author wrote, if the number in the file still says the same."""
    written = marks.get(key) if isinstance(marks, dict) else None
    if not isinstance(written, str):
        return None
    if isinstance(value, str) and value == written:
        return value
    if not isinstance(value, bool) and (isinstance(value, str) or is_expression(written)):
        return written if _say_thesame(value, written) else None
    try:
        if isinstance(value, Rate):
            rate: Rate = Rate.from_text(written)
            return rate if same(rate.per_second, value.per_second) else None
        if isinstance(value, Duration):
            time: Duration = Duration.from_text(written)
            return time if same(time.seconds, value.seconds) else None
    except ValueError:
        pass
    return None


def as_marked(marks: object, key: str, value: Value) -> Value:
    """The quantity as its author wrote it, if the number in the file still says the same; else the number."""
    found = marked(marks, key, value)
    return value if found is None else found
