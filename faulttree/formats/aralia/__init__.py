"""The Aralia text format, read and written."""

from faulttree.formats.aralia.reader import read_aralia
from faulttree.formats.aralia.writer import aralia_losses, write_aralia

__all__ = ["aralia_losses", "read_aralia", "write_aralia"]
