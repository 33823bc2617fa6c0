"""The Aralia text format, read and written."""

from __future__ import annotations

import re

from faulttree.formats.aralia.reader import read_aralia
from faulttree.formats.aralia.writer import aralia_losses, write_aralia
from faulttree.formats.format import Format

__all__ = ["ARALIA"]

# Comments, the tree's name, a definition: no YAML mapping begins so.
_BEGINNING = re.compile(rb"(?:\s|//[^\n]*\n|/\*.*?\*/)*(?:[^\s:=]+\s*;?\s+)?[^\s:=]+\s*:=", re.DOTALL)

ARALIA = Format(
    "aralia",
    (".txt", ".dag", ".ara"),
    read_aralia,
    write_aralia,
    aralia_losses,
    looks_like=lambda start: _BEGINNING.match(start) is not None,
)
