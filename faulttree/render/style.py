"""Colours and measures of diagrams, in pixels.

Fills are pale enough that black text on them keeps a contrast above 7:1, and shapes differ without colour.
"""

from __future__ import annotations

from faulttree.render.scene import Paint

FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

INK, MUTED, LINE, PAPER = "#1b2733", "#4d5a66", "#34495e", "#ffffff"
TOP_FILL, STRIP_GATE, STRIP_EVENT = "#24405e", "#eef3f7", "#f1eff8"
FILLS = {
    "gate": "#dce8f5",
    "basic": "#fdf0d9",
    "undeveloped": "#f2ebfb",
    "conditioning": "#f5f6f7",
    "house": "#e4f2e7",
    "transfer": "#ffffff",
}
CERTAIN = "#34495e"  # fill of what is certainly true
HIGHLIGHT = "#b3390b"  # vermilion, dark enough for text

STROKE, BOX_STROKE, EDGE_STROKE, HEAVY = 1.5, 1.3, 1.3, 3.0

MARGIN = 26.0
BOX_WIDTHS = (136.0, 158.0, 184.0)
PAD = 9.0
LABEL, LABEL_LEADING, MOST_LINES = 12.5, 16.0, 5
LABEL_PAD = 6.5
STRIP, TALL_STRIP, STRIP_LEADING = 20.0, 34.0, 14.0
NAME_SIZES, FIGURE_SIZES = (11.0, 10.0, 9.0), (11.0, 10.0, 9.0)
STRIP_PAD = 7.0
STUB = 11.0
CAPTION, CAPTION_LEADING = 11.0, 17.0
MARK_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0)
TAG, TAG_HEIGHT = 8.5, 13.0
CONDITION, CONDITION_LEADING, CONDITION_WIDTH, CONDITION_LINES = 11.0, 13.5, 126.0, 4
CONDITION_GAP = 22.0
GAP = 22.0  # between neighbours
BUS = 24.0  # between a row and the bus beneath it
DROP = 20.0  # between a bus and the row beneath it
HEADING = 15.0

BOX_PAINT = Paint(PAPER, LINE, BOX_STROKE)
EDGE_PAINT = Paint("", LINE, EDGE_STROKE)
EDGE_HIGHLIGHT = Paint("", HIGHLIGHT, HEAVY)
STRUCK = "#aab4bf"  # a stroke behind text
