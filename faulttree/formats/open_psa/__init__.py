"""The Open-PSA Model Exchange Format, version 2.0d: the fault tree part, read and written."""

from faulttree.formats.open_psa.reader import read_open_psa
from faulttree.formats.open_psa.writer import open_psa_losses, write_open_psa

__all__ = ["open_psa_losses", "read_open_psa", "write_open_psa"]
