"""Model files in JSON: the same schema as YAML, strict syntax, faults with their lines."""

from __future__ import annotations

import json
import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # typeshed leaves it out

from faulttree.formats.format import Format, document_reader
from faulttree.model.document import Composer, ListNode, MappingNode
from faulttree.model.tree import Model, checked
from faulttree.model.written import Scalar

__all__ = ["JSON", "compose_json", "read_json", "write_json"]

_SPACE = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"[-+.\w]+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# JSON's null is a value that is not given, never the name `null`.
_LITERALS = {"true": "true", "false": "false", "null": ""}
_WANTED = {
    "value": "a value",
    "first item": "a value or ']'",
    "key": "a key in double quotes",
    "first key": "a key in double quotes or '}'",
    "colon": "':'",
    "next": "',' or a closing bracket",
    "end": "the end of the file",
}


def read_json(text: str, file: str = "") -> Model:
    """The model in a JSON text. Raises InvalidModelError with all its faults; file: its name in messages."""
    return checked(compose_json(text, file), file)[0]


def write_json(model: Model) -> str:
    """The model as JSON text. Reading it gives an equal model."""
    return json.dumps(model.to_data(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def compose_json(text: str, file: str = "") -> Composer:
    """The document in a JSON text. Raises InvalidModelError when it is no JSON."""
    composer = Composer(file)
    _Reader(text, composer).read()
    return composer


class _Reader:
    """One pass over the text; `state` is what the grammar wants next, `closing` the brackets still open."""

    def __init__(self, text: str, composer: Composer) -> None:
        self.text, self.composer = text.removeprefix("\ufeff"), composer
        self.position, self.line = 0, 1
        self.state, self.closing = "value", ""

    def read(self) -> None:
        while self._skip_space():
            character = self.text[self.position]
            if character in "{[" and self.state in ("value", "first item"):
                self._open(character)
            elif character == self.closing[-1:] and self.state in ("next", "first item", "first key"):
                self.closing = self.closing[:-1]
                self.composer.close()
                self._advance(1, "next" if self.closing else "end")
            elif character == "," and self.state == "next":
                self._advance(1, "key" if self.closing[-1] == "}" else "value")
            elif character == ":" and self.state == "colon":
                self._advance(1, "value")
            elif character == '"' and self.state in ("value", "first item", "key", "first key"):
                self._string()
            elif self.state in ("value", "first item"):
                self._word()
            else:
                raise self._unexpected()
        if self.state != "end":
            raise self._unexpected()

    def _skip_space(self) -> bool:
        space = _SPACE.match(self.text, self.position)
        if space and space[0]:
            self.line += space[0].count("\n")
            self.position = space.end()
        return self.position < len(self.text)

    def _advance(self, by: int, state: str) -> None:
        self.position += by
        self.state = state

    def _open(self, character: str) -> None:
        mapping = character == "{"
        self.composer.open(MappingNode() if mapping else ListNode(), self.line)
        self.closing += "}" if mapping else "]"
        self._advance(1, "first key" if mapping else "first item")

    def _string(self) -> None:
        try:
            value, end = scanstring(self.text, self.position + 1, True)
        except JSONDecodeError as error:
            message, fix = _string_fault(error.msg)
            raise self.composer.refusal(message, self.line, fix) from None
        self.composer.scalar(Scalar(value, False, self.line))
        self._advance(end - self.position, "colon" if "key" in self.state else self._after_value())

    def _word(self) -> None:
        word = _WORD.match(self.text, self.position)
        if word is None:
            raise self._unexpected()
        written = word[0]
        if written not in _LITERALS and not _NUMBER.fullmatch(written):
            fix = (
                "give a number, or leave the key out" if written.lstrip("+-") in ("NaN", "Infinity") else "quote a text"
            )
            raise self.composer.refusal(f"{written[:60]} is not a value in JSON", self.line, fix)
        self.composer.scalar(Scalar(_LITERALS.get(written, written), True, self.line))
        self._advance(len(written), self._after_value())

    def _after_value(self) -> str:
        return "next" if self.closing else "end"

    def _unexpected(self) -> Exception:
        character = self.text[self.position : self.position + 1]
        found = f"'{character}'" if character else "the end of the file"
        fix = "remove the comma before it" if (self.state, character) in (("key", "}"), ("value", "]")) else ""
        return self.composer.refusal(f"{_WANTED[self.state]} is wanted here, not {found}", self.line, fix)


def _string_fault(problem: str) -> tuple[str, str]:
    if "Unterminated" in problem:
        return "a text is not closed", "add the closing double quote"
    if "control character" in problem:
        return "a text holds a line break, a tab or another control character", "write it as an escape, like \\n"
    return "a backslash begins an unknown escape", "double it"


JSON = Format(
    "json",
    (".json",),
    document_reader(compose_json),
    write_json,
    looks_like=lambda start: start.startswith(b"{"),
)
