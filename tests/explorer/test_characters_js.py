"""The page's sets of dangerous characters are those of Python, over all of Unicode."""

from __future__ import annotations

import sys
import unicodedata
from importlib.resources import files

import pytest

from faulttree import characters
from faulttree.explorer.joining import joined

MATCHED = """
([name, first, last]) => {
  const sets = { NOT_XML, NOT_DRAWN, NOT_PRINTABLE };
  const runs = [];
  for (let code = first; code <= last; code++) {
    if (String.fromCodePoint(code).replace(sets[name], "") !== "") continue;
    const run = runs.at(-1);
    if (run && run[1] === code - 1) run[1] = code;
    else runs.push([code, code]);
  }
  return runs;
}
"""
"""The characters of a set as runs, first and last: a list of each would take half a minute on its way."""


def matched(page, name):
    return {
        code for first, last in page.evaluate(MATCHED, [name, 0, sys.maxunicode]) for code in range(first, last + 1)
    }


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.add_script_tag(content=joined(files("faulttree.explorer"), "characters.js"))
    yield page
    page.close()


@pytest.mark.parametrize("name", ["NOT_XML", "NOT_DRAWN"])
def test_a_set_is_the_same_in_both_languages(page, name):
    found = matched(page, name)
    pattern = getattr(characters, name)
    expected = {code for code in range(sys.maxunicode + 1) if pattern.fullmatch(chr(code))}
    assert found == expected
    assert len(expected) > 40


def test_printable_means_the_same_in_both_languages(page):
    """But for characters that were new to Unicode when one of the two was made."""
    found = matched(page, "NOT_PRINTABLE")
    known = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) != "Cn"}
    expected = {code for code in known if not chr(code).isprintable()}
    assert found & known == expected
    assert ord(" ") not in found


def test_what_is_dangerous_to_a_terminal_or_yaml_is_not_printable(page):
    """So that a scenario that the page saves may be shown, and read back."""
    found = matched(page, "NOT_PRINTABLE")
    for pattern in (characters.TERMINAL_COMMANDS, characters.NOT_YAML):
        dangerous = {code for code in range(sys.maxunicode + 1) if pattern.fullmatch(chr(code))}
        assert dangerous <= found
