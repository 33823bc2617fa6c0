"""Writes the table of `faulttree/render/metrics.py` anew: python tests/render/make_metrics.py > table.txt.

Reads the DejaVu Sans fonts that matplotlib carries.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

from faulttree.render.metrics import DIGITS, RANGES

LINE = 112


def real_widths(file: str) -> dict[int, int]:
    """Advance widths in thousandths of an em, by code point, of one of matplotlib's fonts."""
    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / file))
    widths = {}
    for code in font.get_charmap():
        glyph = font.load_char(code, flags=matplotlib.ft2font.LoadFlags.NO_SCALE)
        widths[code] = round(glyph.horiAdvance * 1000 / font.units_per_EM)
    return widths


def encoded(widths: dict[int, int]) -> str:
    codes = (code for first, last in RANGES for code in range(first, last + 1))
    pairs = (
        "".join(DIGITS[n] for n in divmod(widths[code], len(DIGITS))) if code in widths else ".." for code in codes
    )
    return "".join(pairs)


if __name__ == "__main__":
    for name, file in (("REGULAR", "DejaVuSans.ttf"), ("BOLD", "DejaVuSans-Bold.ttf")):
        table = encoded(real_widths(file))
        print(f"{name} = (")
        for start in range(0, len(table), LINE):
            print(f'    "{table[start : start + LINE]}"')
        print(")")
