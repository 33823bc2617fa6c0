"""The members of a set as lines of a label, each recognisable however long their names are."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence

from faulttree.render.text import ELLIPSIS, cut_middle, measure, wrap

__all__ = ["member_lines"]

STEP = 4.0
LEAST = 6.5  # widths of a letter: below, a member would not be recognised
FAIR = 12.0  # a further line is taken rather than cut members below this
FEW_LINES, MOST_LINES = 2, 5
BEFORE = 2  # characters shown before the one that tells two names apart


def member_lines(
    members: Sequence[tuple[str, str]], width: float, size: float, known: Collection[str] = ()
) -> tuple[str, ...]:
    """Labels joined by plus signs, in lines that fit the width: in two, or in up to five where there are many.

    members: label and name of each, clean. known: all names and labels of the picture, which cut ones must not be taken
    for. Where the labels do not fit, no member may be wider than the rest leaves room for: a label that is gives way to
    the name, and what is still too wide is cut. Of sets too large for five lines the first members are shown, and how
    many more there are.
    """
    if len(members) == 1:
        return wrap(members[0][0], width, size, most=FEW_LINES)
    whole = wrap(" + ".join(label for label, _ in members), width, size, most=FEW_LINES + 1)
    if len(whole) <= FEW_LINES:
        return whole
    letter, others = measure("n", size), tuple(sorted({*known, *(text for member in members for text in member)}))

    def texts(room: float, shown: int) -> list[str]:
        return [_within(room, *member, size, others) for member in members[:shown]]

    for most in range(FEW_LINES, MOST_LINES + 1):
        room = width - measure(" +", size)
        while room >= (LEAST if most == MOST_LINES else FAIR) * letter:
            lines = _packed(texts(room, len(members)), width, size)
            if len(lines) <= most:
                return lines
            room -= STEP
    shown = len(members)
    while len(lines) > MOST_LINES and shown > 1:
        shown -= 1
        lines = _packed([*texts(LEAST * letter, shown), f"{len(members) - shown:,} more"], width, size)
    return lines


@functools.lru_cache(maxsize=20_000)
def _within(room: float, label: str, name: str, size: float, others: tuple[str, ...]) -> str:
    """The label if it fits the room, else the name if that does, else the shorter of them without its middle.

    Where another name looks the same without its middle, the part that tells them apart stays, and the ends go.
    """
    if measure(label, size) <= room:
        return label
    text = min(name, label, key=lambda each: measure(each, size))
    cut = cut_middle(text, room, size)
    head, ellipsis, tail = cut.partition(ELLIPSIS)
    if not ellipsis:
        return cut
    alike = [other for other in others if other != text and other.startswith(head) and other.endswith(tail)]
    if not alike:
        return cut
    differs = max(_common(text, other) for other in alike)
    part = text[max(0, differs - BEFORE) :]
    kept = next(
        (n for n in range(len(part), 0, -1) if measure(ELLIPSIS + part[:n] + ELLIPSIS, size) <= room), BEFORE + 1
    )
    return ELLIPSIS + part[:kept] + ELLIPSIS * (kept < len(part))


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _packed(texts: Sequence[str], width: float, size: float) -> tuple[str, ...]:
    """Texts joined by plus signs, as many on a line as fit; none is broken."""
    lines: list[str] = []
    for index, text in enumerate(texts):
        ending = text if index == len(texts) - 1 else text + " +"
        if lines and measure(f"{lines[-1]} {ending}", size) <= width:
            lines[-1] += " " + ending
        else:
            lines.append(ending)
    return tuple(lines)
