"""The Aralia text format: gates as equations, probabilities and states, in any order and layout.

    Pumps                     a title, if it stands first and alone on its line
    top := g1 | pump_c        a gate; a statement ends at a ';' or where the next one begins
    g1 := @(2, [a, b, -c])
    p(a) = 0.1                also: p a = 0.1;
    s(c) = true               a house event; also: s c = true;

Source: the grammar of the Aralia translator of the Open-PSA project, without its limits: formulas nest, and ';' and
comments, // and /* */, are allowed. A negated AND or OR is read as one gate, NAND or NOR.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from faulttree.errors import Fault, InvalidModelError
from faulttree.formats.aralia.formulas import FormulaParser, SyntaxFaultError, Token, tokens_of
from faulttree.model.document import MOST_BYTES, decoded
from faulttree.model.references import element_at
from faulttree.model.tree import Model, checked_data
from faulttree.model.written import NUMBER
from faulttree.wide_floats import read_float

__all__ = ["read_aralia"]

MOST_FAULTS = 1_000
_LETTERS = {"p": "basic_events", "s": "house_events"}


def read_aralia(source: str | bytes | BinaryIO, file: str = "") -> tuple[Model, tuple[Fault, ...]]:
    """The model in an Aralia text, and what is doubtful about it. Raises InvalidModelError with all its faults.

    source: the text, its bytes (UTF-8), or an open binary file; file: its name in messages.
    """
    content = source if isinstance(source, str | bytes) else source.read(MOST_BYTES + 1)
    text = decoded(content, file) if isinstance(content, bytes) else content
    return _Reader(tokens_of(text.removeprefix("\ufeff")), file).model()


class _Reader(FormulaParser):
    """Reads statements; after a faulty one it goes on with the next."""

    def __init__(self, tokens: list[Token], file: str) -> None:
        super().__init__(tokens)
        self.file = file
        self.faults: list[Fault] = []
        self.sections: dict[str, dict[str, Any]] = {"gates": {}, "basic_events": {}, "house_events": {}}
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.title = ""

    def model(self) -> tuple[Model, tuple[Fault, ...]]:
        """The model of all statements, and its warnings. Raises InvalidModelError."""
        self._title()
        while self.token.kind != "end":
            path: tuple[str, ...] = ()
            try:
                path = self._begin()
                self._statement(path)
                if self.token.text == ";":
                    self.advance()
                elif not (self.token.kind == "end" or self._begins_statement()):
                    raise self.unexpected("an operator, ';' or a new statement")
            except SyntaxFaultError as fault:
                self.note(f"column {fault.token.column}: {fault.message}", fault.token.line, fault.fix, path)
                if path and path not in self.lines:  # what is defined wrongly is defined: no fault follows from it
                    self.lines[path] = fault.token.line
                    self.sections[path[0]][path[1]] = {}
                self._skip()
        return self._checked()

    def note(self, message: str, line: int, fix: str, path: tuple[str, ...]) -> None:
        """Note a fault and go on."""
        self.faults.append(Fault(message, element_at(path), fix, path, "error", self.file, line))
        if len(self.faults) >= MOST_FAULTS:
            raise InvalidModelError(self.faults)

    def of(self, path: tuple[str | int, ...]) -> int | None:
        """The line of what a path into the model leads to: that of its statement."""
        return self.lines.get(path[:2], 1)

    def _title(self) -> None:
        first, second = self.tokens[0], self.tokens[min(1, len(self.tokens) - 1)]
        if first.kind == "word" and not self._begins_statement() and second.line > first.line:
            self.title = self.advance().text

    def _begins_statement(self) -> bool:
        """Whether `name :=`, `p(name) =` or `p name =` stands here."""
        texts = [token.text for token in self.tokens[self.position : self.position + 5]]
        if texts[1:2] == [":="]:
            return self.token.kind == "word"
        return texts[0] in _LETTERS and (texts[2:3] == ["="] or (texts[1:2] == ["("] and texts[3:5] == [")", "="]))

    def _begin(self) -> tuple[str, str]:
        """What a statement defines: section and name."""
        token = self.token
        if token.kind != "word" or not self._begins_statement():
            fix = "write a := b & c, p(b) = 0.1 or s(c) = true"
            raise SyntaxFaultError("no statement begins here", token, fix)
        section = "gates"
        self.advance()
        if self.token.text != ":=":
            section = _LETTERS[token.text]
            bracketed = self.token.text == "("
            self.position += bracketed
            token = self.advance()
            if token.kind != "word":
                raise SyntaxFaultError(f"a name is wanted here, not '{token.text}'", token)
            self.position += bracketed
        self.advance()
        return section, token.text

    def _statement(self, path: tuple[str, str]) -> None:
        section, name = path
        line, n_mentioned = self.tokens[self.position - 1].line, len(self.mentioned)
        if section == "gates":
            formula = self.formula()
            data = {"or": [formula]} if isinstance(formula, str) else formula
        else:
            data = self._number() if section == "basic_events" else self._state()
        if path in self.lines:
            self.note(f"defined twice, first on line {self.lines[path]}", line, "rename or remove one", path)
            del self.mentioned[n_mentioned:]
            return
        self.lines[path] = line
        self.sections[section][name] = data

    def _number(self) -> dict[str, Any]:
        sign = -1.0 if self.token.text == "-" else 1.0
        self.position += sign < 0
        if not NUMBER.fullmatch(self.token.text):
            raise self.unexpected("a number", "write p(a) = 0.1")
        try:
            number = read_float(self.token.text)
        except ValueError as error:
            message, _, fix = str(error).partition("; ")
            raise SyntaxFaultError(message, self.token, fix) from None
        self.advance()
        return {"probability": sign * number}

    def _state(self) -> dict[str, Any]:
        if self.token.text not in ("true", "false"):
            raise self.unexpected("true or false")
        return {"state": self.advance().text == "true"}

    def _skip(self) -> None:
        """On to the next statement: after a ';', or where one begins on a new line."""
        self.depth = 0
        while self.token.kind != "end":
            token = self.advance()
            if token.text == ";" or (self.token.line > token.line and self._begins_statement()):
                return

    def _checked(self) -> tuple[Model, tuple[Fault, ...]]:
        gates, events = self.sections["gates"], self.sections["basic_events"]
        undefined = {}
        for name, line in self.mentioned:
            if not (name in gates or name in events or name in self.sections["house_events"] or name in undefined):
                undefined[name] = line
        for name, line in undefined.items():
            events[name] = {}
            self.lines["basic_events", name] = line
        if undefined:
            first, line = next(iter(undefined.items()))
            more = f" (and {len(undefined) - 1:,} more like this)" if len(undefined) > 1 else ""
            message = f"'{first}' is not defined; it is taken for a basic event without a probability{more}"
            self.faults.append(Fault(message, "", "", (), "warning", self.file, line))
        mentioned = {name for name, _ in self.mentioned}
        top = [name for name in gates if name not in mentioned] or [*gates][:1]
        if not gates:
            self.note("the file defines no gate", 1, "write one, like a := b & c", ("top",))
        document: dict[str, Any] = {"name": self.title or Path(self.file).stem, **self.sections}
        if top:
            document["top"] = top
        return checked_data(document, self.file, self.faults, self)
