"""A difference in Markdown, for a pull request. Every text of a model is shown literally, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from faulttree.model.changes import ASPECTS
from faulttree.results import counted, number_text
from faulttree.what_if.difference_check import Check, Verdict
from faulttree.what_if.difference_rows import change_rows, quantity_rows, rank_rows
from faulttree.what_if.moves import probability_texts

if TYPE_CHECKING:
    from faulttree.what_if.difference import Difference
    from faulttree.what_if.moves import TopDifference

__all__ = ["code", "markdown"]

OPEN = 10
"""Rows that a table shows unfolded."""
MOST = 500
"""Rows of one table; a pull request takes no more."""
LONGEST = 300
"""Characters of a cell."""
_HEADINGS = {"structure": "Structure", "numbers": "Numbers", "scenarios": "Scenarios and evidence", "words": "Texts"}


def markdown(found: Difference, check: Check | None = None) -> str:
    """The difference as GitHub-flavoured Markdown.

    check: a check whose verdict stands first, and whose subject is not folded. Raises InvalidRequestError.
    """
    parts = [f"# {code(found.names[0])} → {code(found.names[1])}"]
    parts += _verdict(found.check(check)) if check is not None else []
    parts += ["\n\n".join(filter(None, map(_headline, found.results))), f"{_sentence(found.summary())}."]
    notes = [*found.other_tops(), *found.notes]
    if notes:
        parts.append("\n".join(f"- {code(note)}" for note in notes))
    for top in found.results:
        shown = _results(top, check in ("any", "results"))
        if shown:
            several = len(found.results) > 1 or found.tops_lost or found.tops_gained
            parts.append(f"## Results for {code(top.tops[1])}" if several else "## Results")
        parts += shown
    if len(found.changes):
        parts.append("## Changes of the model")
    for aspect in ASPECTS:
        changes = found.changes.about(aspect)
        if len(changes):
            rows = [[code(element), code(what), *map(code, sides)]
                    for _, element, what, *sides in change_rows(changes, LONGEST)]  # fmt: skip
            columns = ("element", "what", "before", "after")
            parts += [f"### {_HEADINGS[aspect]}", _table(columns, rows, "change", unfolded=check in ("any", aspect))]
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


def _verdict(verdict: Verdict) -> list[str]:
    """What was checked and how it came out; of a rise everything that rose, with its values."""
    word = {True: "failed", False: "passed", None: "is open"}[verdict.failed]
    said = "" if verdict.failed is False else f": {verdict.said}"
    lines = [f"**Check {code(verdict.check)} {word}{said}.**"]
    reasons = verdict.reasons if verdict.check == "increase" else ()
    listed = [
        f"- {code(reason.about)} {reason.did}: {reason.before or 'not known'} → {reason.after or 'not known'}"
        for reason in reasons[:MOST]
    ]
    if len(reasons) > MOST:
        listed.append(f"- and {len(reasons) - MOST:,} more")
    return [*lines, "\n".join(listed)]


def _headline(top: TopDifference) -> str:
    if top.before is None and top.after is None:
        return ""
    before, after = (text or "not known" for text in probability_texts(top.before, top.after))
    ratio = top.top.ratio
    exact = all(side is not None and side.is_exact for side in (top.before, top.after))
    times = f" (ratio {number_text(ratio)})" if exact and ratio is not None else ""
    unit = f" {top.unit}" if top.unit else ""
    return f"**The {top.quantity} of {code(top.tops[1])} {top.direction}: {before} → {after}{unit}{times}.**"


def _results(top: TopDifference, unfolded: bool) -> list[str]:
    parts = ["\n".join(f"- {code(note)}" for note in top.notes)] if top.notes else []
    rows = [[code(quantity), *map(_cell, numbers)] for quantity, *numbers in quantity_rows(top)]
    columns: tuple[str, ...] = ("quantity", "before", "after", "ratio", "difference")
    n_moved = len(top.moved_below)
    # What matters most is never folded.
    whole, moved = rows[: len(rows) - n_moved], rows[len(rows) - n_moved :]
    if whole:
        parts += [_table(columns, whole, "row", numeric=4)]
    if moved:
        heading = "### Other numbers that moved" if top.unit else "### Probabilities that moved"
        parts += [heading, _table(columns, moved, "row", numeric=4, unfolded=unfolded)]
    for word, count, best in top.cut_sets.sides():
        sets = [[" · ".join(map(code, cut.events)) or "(nothing needs to happen)", _cell(cut.probability)]
                for cut in best]  # fmt: skip
        more = f", the likeliest {len(best):,} of them" if count > len(best) else ""
        parts += [f"### Minimal cut sets {word}: {count:,}{more}"]
        parts += [_table(("events", top.named_with_unit), sets, "cut set", numeric=1)]
    if top.ranks:
        moves = [[code(event), *numbers] for event, *numbers in rank_rows(top)]
        columns = ("event", "rank before", "rank after", "value before", "value after")
        parts += [f"### Ranks moved, by {top.measure.replace('_', ' ')}"]
        parts += [_table(columns, moves, "rank", numeric=4, unfolded=unfolded)]
    return parts


def _table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], thing: str, numeric: int = 0, unfolded: bool = False
) -> str:
    """A table, its last columns to the right; folded but for its first rows when it is long, cut off when endless."""
    n_open = len(rows) if unfolded else OPEN
    rule = ["---"] * (len(columns) - numeric) + ["---:"] * numeric
    shown, folded = rows[: min(n_open, MOST)], rows[n_open:MOST]
    heading = [_line(columns), _line(rule)]
    more = ["", f"and {len(rows) - MOST:,} more"] if len(rows) > MOST else []
    if not folded:
        return "\n".join([*heading, *map(_line, shown), *more])
    rest = "\n".join([*heading, *map(_line, folded), *more])
    summary = counted(len(rows) - n_open, f"more {thing}")
    return "\n".join(
        [*heading, *map(_line, shown), "", f"<details><summary>{summary}</summary>\n\n{rest}\n\n</details>"]
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return number_text(value) if isinstance(value, float) else str(value)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
