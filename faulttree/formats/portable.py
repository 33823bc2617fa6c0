"""Names that other tools' formats can hold: letters, digits and underscores, beginning with a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["portable_name", "portable_names"]

_OTHER = re.compile(r"[^A-Za-z0-9_]+")


def portable_name(name: str) -> str:
    """A name without what other tools refuse in an identifier; empty when nothing is left."""
    plain = _OTHER.sub("_", name).strip("_")
    return plain if not plain or plain[0].isalpha() else f"n{plain}"


def portable_names(names: Iterable[str], sound: re.Pattern[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """A name for each, all different: as it is where the pattern takes it, else made portable."""
    names = list(names)
    taken = {*reserved, *(name for name in names if sound.fullmatch(name))}
    given = {}
    for name in names:
        new = name
        if not sound.fullmatch(name) or name in reserved:
            base = portable_name(name) or "n"
            new, number = base, 1
            while new in taken:
                number += 1
                new = f"{base}_{number}"
            taken.add(new)
        given[name] = new
    return given
