"""Characters that are dangerous in a text: where each is, and why.

A model's names and labels may hold any character. Most places take most of them; each set below belongs to one place
and matches a character that may not stand there as it is. The explorer's `characters.js` has those that the page needs
in JavaScript; a test holds the two equal.
"""

from __future__ import annotations

import re

__all__ = [
    "AFTER_JSON",
    "FORMULA",
    "LINE_BREAKS",
    "NOT_DRAWN",
    "NOT_IN_REPORT",
    "NOT_XML",
    "NOT_YAML",
    "SURROGATES",
    "TERMINAL_COMMANDS",
    "blanked",
]

# Parts of several sets, as they stand between the brackets of a regular expression.
_DELETE_AND_C1 = "\x7f-\x9f"
_SEPARATORS = "\u2028\u2029"  # of lines and paragraphs
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"  # embed, override and isolate: text then reads as what it is not
_HALVES = "\ud800-\udfff"  # of a pair that stands for one character; alone, no encoding holds them
_NONCHARACTERS = "\ufffe\uffff"

TERMINAL_COMMANDS = re.compile(f"[\0-\x08\x0b-\x1f{_DELETE_AND_C1}{_SEPARATORS}{_DIRECTIONS}{_HALVES}]")
"""Characters that command a terminal or hide part of a line: controls other than tab and line feed among them."""

AFTER_JSON = re.compile(f"[{_DELETE_AND_C1}{_SEPARATORS}{_DIRECTIONS}{_HALVES}]")
"""Characters that JSON leaves as they are and that a terminal obeys."""

LINE_BREAKS = re.compile(f"[\t\r\n\v\f\x85{_SEPARATORS}]+")
"""Characters that break a line or move within it: a cell of a table has one line."""

FORMULA = re.compile("'*(?:[\t\r\n]|[\\s\0-\x1f\u200b-\u200f\u2060\ufeff]*[-=+@\uff1d\uff0b\uff0d\uff20])")
"""The start of a formula to a spreadsheet, with what it drops before it and our own mark against it.

Source: OWASP, CSV Injection.
"""

NOT_XML = re.compile(f"[\0-\x08\x0b\x0c\x0e-\x1f{_HALVES}{_NONCHARACTERS}]")
"""Characters that no XML document may hold, escaped or not. Source: Extensible Markup Language 1.0, production 2."""

NOT_YAML = re.compile(f"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_HALVES}\ufeff{_NONCHARACTERS}]")
"""Characters that YAML may not hold unescaped. Source: YAML 1.2.2, production 1, without the byte order mark."""

NOT_DRAWN = re.compile(f"[{_DELETE_AND_C1}\xad\u200b{_SEPARATORS}{_DIRECTIONS}\ufeff]")
"""Characters of no use in a drawing: those that XML forbids, are not seen, or turn the direction of text."""

NOT_IN_REPORT = re.compile(
    f"[\0-\t\x0b-\x1f{_DELETE_AND_C1}\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    f"{_HALVES}{_NONCHARACTERS}]"
)
"""Characters that no text of the report holds: controls other than line feed, unseen ones, those that HTML forbids."""

SURROGATES = re.compile(f"[{_HALVES}]")
"""Half a character: a text that holds one cannot be written to any file."""


def blanked(text: str) -> str:
    """The text on one line of the same length: a space for each character that is not printable."""
    return "".join(character if character.isprintable() else " " for character in text)
