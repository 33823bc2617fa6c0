"""A difference in Markdown, for a pull request. Every text of a model is shown literally, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from faulttree.model.changes import ASPECTS
from faulttree.results import counted, number_text
from faulttree.what_if.difference import change_rows, probability_text, quantity_rows

if TYPE_CHECKING:
    from faulttree.what_if.difference import Difference

__all__ = ["code", "markdown"]

OPEN = 10
"""Rows that a table shows unfolded."""
MOST = 500
"""Rows of one table; a pull request takes no more."""
LONGEST = 300
"""Characters of a cell."""
_HEADINGS = {"structure": "Structure", "numbers": "Numbers", "scenarios": "Scenarios and evidence", "words": "Words"}


def markdown(found: Difference) -> str:
    """The difference as GitHub-flavoured Markdown."""
    parts = [f"# {code(found.names[0])} → {code(found.names[1])}", _headline(found), f"{_sentence(found.summary())}."]
    if found.notes:
        parts.append("\n".join(f"- {code(note)}" for note in found.notes))
    parts += _results(found)
    if len(found.changes):
        parts.append("## Changes of the model")
    for aspect in ASPECTS:
        changes = found.changes.about(aspect)
        if len(changes):
            rows = [[code(element), code(what), *map(code, sides)]
                    for _, element, what, *sides in change_rows(changes, LONGEST)]  # fmt: skip
            parts += [f"### {_HEADINGS[aspect]}", _table(("element", "what", "before", "after"), rows, "change")]
    return "\n\n".join(part for part in parts if part) + "\n"


def code(text: str) -> str:
    """A text as a code span that is safe in a table: on one line, nothing in it is acted on.

    A bar would end the cell even there, so that a text with one is written out in entities.
    """
    line = " ".join(text.split())
    shown = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in line)
    if not shown:
        return ""
    if "|" in shown or shown.endswith("\\"):
        plain = (c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in shown)
        return f"<code>{''.join(plain)}</code>"
    fence = "`"
    while fence in shown:
        fence += "`"
    room = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{room}{shown}{room}{fence}"


def _headline(found: Difference) -> str:
    if found.before is None and found.after is None:
        return ""
    before, after = (probability_text(side) or "not known" for side in (found.before, found.after))
    ratio = found.top.ratio
    exact = all(side is not None and side.is_exact for side in (found.before, found.after))
    times = f" (ratio {number_text(ratio)})" if exact and ratio is not None else ""
    word = {True: "moved", False: "did not move", None: "may have moved"}[found.probability_moved]
    return f"**The probability of {code(found.tops[1])} {word}: {before} → {after}{times}.**"


def _results(found: Difference) -> list[str]:
    parts = []
    rows = [[code(quantity), *map(_number, numbers)] for quantity, *numbers in quantity_rows(found)]
    columns: tuple[str, ...] = ("quantity", "before", "after", "ratio", "difference")
    n_moved = len(found.gates) + len(found.events) + len(found.scenarios)
    # What matters most is never folded.
    whole, moved = rows[: len(rows) - n_moved], rows[len(rows) - n_moved :]
    if whole:
        parts += ["## Results", _table(columns, whole, "row", numeric=4)]
    if moved:
        parts += ["### Probabilities that moved", _table(columns, moved, "row", numeric=4)]
    for word, count, best in found.sets_moved():
        sets = [[" · ".join(map(code, cut.events)) or "(nothing needs to happen)", _number(cut.probability)]
                for cut in best]  # fmt: skip
        more = f", the likeliest {len(best):,} of them" if count > len(best) else ""
        parts += [f"### Minimal cut sets {word}: {count:,}{more}"]
        parts += [_table(("events", "probability"), sets, "cut set", numeric=1)]
    if found.ranks:
        moves = [
            [code(move.event), *map(_number, (move.before, move.after, move.value_before, move.value_after))]
            for move in found.ranks
        ]
        columns = ("event", "rank before", "rank after", "value before", "value after")
        parts += [f"### Ranks moved, by {found.measure.replace('_', ' ')}", _table(columns, moves, "rank", numeric=4)]
    return parts


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], thing: str, numeric: int = 0) -> str:
    """A table, its last columns to the right; folded when it is long, and cut off when it is endless."""
    rule = ["---"] * (len(columns) - numeric) + ["---:"] * numeric
    lines = [_line(columns), _line(rule), *map(_line, rows[:MOST])]
    if len(rows) > MOST:
        lines += ["", f"and {len(rows) - MOST:,} more"]
    table = "\n".join(lines)
    if len(rows) <= OPEN:
        return table
    return f"<details><summary>{counted(len(rows), thing)}</summary>\n\n{table}\n\n</details>"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: Any) -> str:
    if value is None:
        return ""
    return number_text(value) if isinstance(value, float) else str(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
