"""Text as it is drawn: cleaned, measured, wrapped into lines, cut to fit, and numbers as they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, takewhile

from faulttree.characters import NOT_DRAWN, NOT_XML
from faulttree.render.metrics import char_width

__all__ = ["clean", "cut_middle", "fit", "measure", "shown", "wrap", "xml_safe"]

ELLIPSIS = "…"
_OPENING = frozenset("([{«‹“‘「『（［｛〈《【")
_CLOSING = frozenset(")]}»›”’」』）］｝〉》】、。，．！？：；,.!?:;ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_BREAK_AFTER = frozenset("-–—/\\_")
_JOINER = "\u200d"


def xml_safe(text: str) -> str:
    """The text without the characters that XML forbids."""
    return NOT_XML.sub("", text)


def clean(text: str) -> str:
    """The text on one line: forbidden and invisible characters dropped, runs of white space made one space."""
    return " ".join(NOT_DRAWN.sub(" ", xml_safe(text)).split())


@lru_cache(maxsize=50_000)
def measure(text: str, size: float, bold: bool = False) -> float:
    """Width of the text on one line, in the unit of size."""
    return size * sum(char_width(char, bold) for char in text)


def shown(probability: float) -> str:
    """A probability with three significant digits: `2.20e-3` below 0.01, `0.185` from there on.

    0 and 1 stay bare; what only rounds to 1 is shown as `>0.999`.
    """
    if not 0.0 < probability < 1.0:
        return f"{probability:.3g}"
    if probability >= 0.9995:
        return ">0.999"
    digits, exponent = f"{probability:.2e}".split("e")
    if float(f"{digits}e{exponent}") < 0.01:
        return f"{digits}e{int(exponent)}"
    return f"{probability:.{2 - int(exponent)}f}"


def wrap(text: str, width: float, size: float, *, bold: bool = False, most: int = 5) -> tuple[str, ...]:
    """The text in lines that fit the width, about equally long; at most so many, the last then cut with an ellipsis.

    Breaks between words, after hyphens and slashes, between full width characters, and inside a word
    only when the word alone is too wide.
    """
    pieces = [*_pieces(clean(text))]
    lines = _filled(pieces, width, size, bold)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        return (*lines[: most - 1], _cut(rest, width, size, bold))
    if len(lines) > 1:
        widest = max(measure(piece.strip(), size, bold) for piece in pieces)
        for share in (0.6, 0.7, 0.8, 0.9):
            if widest <= share * width:
                narrower = _filled(pieces, share * width, size, bold)
                if len(narrower) == len(lines):
                    return narrower
    return lines


def fit(text: str, width: float, sizes: tuple[float, ...], *, bold: bool = False, tail: str = "") -> tuple[str, float]:
    """The text and tail at the largest size that fits the width; at the smallest, the text is cut in its middle."""
    text = clean(text)
    for size in sizes:
        if measure(text + tail, size, bold) <= width:
            return text + tail, size
    return cut_middle(text, width - measure(tail, sizes[-1], bold), sizes[-1], bold=bold) + tail, sizes[-1]


def cut_middle(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text with its middle replaced by an ellipsis, so that it fits: names often differ at their end."""
    if measure(text, size, bold) <= width:
        return text
    clusters = [*_clusters(text)]
    for kept in range(len(clusters) - 1, 0, -1):
        tail = kept // 2
        short = (
            "".join(clusters[: kept - tail]).rstrip() + ELLIPSIS + "".join(clusters[len(clusters) - tail :]).lstrip()
        )
        if measure(short, size, bold) <= width:
            return short
    return ELLIPSIS if measure(ELLIPSIS, size, bold) <= width else ""


def _cut(text: str, width: float, size: float, bold: bool) -> str:
    lines = takewhile(lambda line: measure(line + ELLIPSIS, size, bold) <= width, accumulate(_clusters(text)))
    *_, longest = ("", *lines)
    return longest.rstrip() + ELLIPSIS


def _filled(pieces: list[str], width: float, size: float, bold: bool) -> tuple[str, ...]:
    """Greedy lines; a piece brings the space before it along."""
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if measure(line + piece, size, bold) <= width:
            line += piece
            continue
        if line:
            lines.append(line)
        line = ""
        for cluster in _clusters(piece.lstrip()):
            if line and measure(line + cluster, size, bold) > width:
                lines.append(line)
                line = ""
            line += cluster
    return tuple(part.strip() for part in (*lines, line) if part.strip())


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may break; one that follows a space begins with it."""
    piece = ""
    for cluster in _clusters(text):
        if piece and piece != " " and _may_break(piece[-1], cluster[0]):
            yield piece
            piece = ""
        piece += cluster
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " ":
        return True
    if before in _OPENING or after in _CLOSING or before == " ":
        return False
    return before in _BREAK_AFTER or _full_width(before) or _full_width(after)


@lru_cache(maxsize=20_000)
def _full_width(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _clusters(text: str) -> Iterator[str]:
    """Characters with the marks that sit on them."""
    cluster = ""
    for char in text:
        if cluster and (char_width(char) == 0.0 or cluster[-1] == _JOINER):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster
