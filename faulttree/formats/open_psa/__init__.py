"""The Open-PSA Model Exchange Format, version 2.0d: the fault tree part, read and written."""

from __future__ import annotations

from faulttree.formats.format import Format
from faulttree.formats.open_psa.reader import read_open_psa
from faulttree.formats.open_psa.writer import open_psa_losses, write_open_psa

__all__ = ["OPEN_PSA"]

OPEN_PSA = Format(
    "open-psa",
    (".xml", ".opsa", ".mef"),
    read_open_psa,
    write_open_psa,
    open_psa_losses,
    looks_like=lambda start: start.startswith(b"<"),
)
