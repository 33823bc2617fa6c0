"""The sets of dangerous characters, over all of Unicode, against its database and the standards' own productions."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable

import pytest

from faulttree import characters

TURNING = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}  # Unicode Standard Annex 9, 2.1 to 2.5
EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


def turns_or_separates(character: str) -> bool:
    """Whether it embeds, overrides or isolates a direction, or separates lines or paragraphs."""
    return unicodedata.bidirectional(character) in TURNING or unicodedata.category(character) in ("Zl", "Zp")


def is_control(character: str, but: str = "") -> bool:
    return unicodedata.category(character) == "Cc" and character not in but


def is_half(character: str) -> bool:
    return unicodedata.category(character) == "Cs"


def is_in_xml(character: str) -> bool:
    """Char of XML 1.0, production 2."""
    return character in "\t\n\r" or "\x20" <= character <= "\ud7ff" or "\ue000" <= character <= "\ufffd" or (
        character >= "\U00010000"
    )  # fmt: skip


def is_in_yaml(character: str) -> bool:
    """c-printable of YAML 1.2.2, production 1, but for the byte order mark."""
    return character in "\t\n\r\x85" or "\x20" <= character <= "\x7e" or "\xa0" <= character <= "\ud7ff" or (
        "\ue000" <= character <= "\ufffd" and character != "\ufeff"
    ) or character >= "\U00010000"  # fmt: skip


NOT_SEEN = {"SOFT HYPHEN", "ZERO WIDTH SPACE", "ZERO WIDTH NO-BREAK SPACE"}
MARKS = {"ARABIC LETTER MARK", "LEFT-TO-RIGHT MARK", "RIGHT-TO-LEFT MARK"}


def is_not_in_report(character: str) -> bool:
    name = unicodedata.name(character, "")
    return (
        is_control(character, but="\n")
        or turns_or_separates(character)
        or not (is_in_xml(character) or is_control(character))
        or name in NOT_SEEN | MARKS
        or name.startswith("INTERLINEAR ANNOTATION")
        or 0x2060 <= ord(character) <= 0x206F  # the block's format characters, those without a name among them
    )


SETS: dict[str, Callable[[str], bool]] = {
    "TERMINAL_COMMANDS": lambda c: is_control(c, but="\t\n") or turns_or_separates(c) or is_half(c),
    "AFTER_JSON": lambda c: (is_control(c) and c > "\x1f") or turns_or_separates(c) or is_half(c),
    "NOT_XML": lambda c: not is_in_xml(c),
    "NOT_YAML": lambda c: not is_in_yaml(c),
    "NOT_DRAWN": lambda c: (
        (is_control(c) and c > "\x1f") or turns_or_separates(c) or unicodedata.name(c, "") in NOT_SEEN
    ),
    "NOT_IN_REPORT": is_not_in_report,
    "SURROGATES": is_half,
}


@pytest.mark.parametrize("name", SETS)
def test_a_set_holds_what_the_standards_say_and_nothing_else(name: str) -> None:
    dangerous: re.Pattern[str] = getattr(characters, name)
    found = {character for character in EVERY if dangerous.fullmatch(character)}
    expected = {character for character in EVERY if SETS[name](character)}
    assert {f"U+{ord(c):04X}" for c in found ^ expected} == set()


def test_no_line_of_python_or_a_terminal_goes_on_past_a_line_break() -> None:
    breaks = {character for character in EVERY if characters.LINE_BREAKS.fullmatch(character)}
    separators = {c for c in EVERY if len(f"a{c}b".splitlines()) == 2}
    assert separators - breaks == {"\x1c", "\x1d", "\x1e"}  # of files, groups and records: controls, written out
    assert breaks - separators == {"\t"}


@pytest.mark.parametrize(
    "text", ["=1", " =1", "\t1", "\r\n1", "\u200b+1", "'=1", "''@a", "\uff1d1", "\x00-1", "\xa0-1"]
)
def test_a_formula_is_found_behind_what_a_spreadsheet_drops(text: str) -> None:
    assert characters.FORMULA.match(text)


@pytest.mark.parametrize("text", ["", "a=1", "1-2", " a", "'a", "(=1)", "'", "x\t"])
def test_other_texts_are_no_formula(text: str) -> None:
    assert not characters.FORMULA.match(text)


def test_a_blanked_text_is_as_long_and_printable() -> None:
    assert characters.blanked("a\x1b\u202eb\n\u3000ك") == "a  b  ك"
