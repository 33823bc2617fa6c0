"""Formulas in the Aralia notation, token by token.

    ~a  -a  !a    not                @(2, [a, b, c])       at least 2 of them
    a & b         and                #(1, 2, [a, b, c])    at least 1 and at most 2 of them
    a ^ b         exclusive or       a => b                implication
    a | b         or                 a <=> b               equivalence

Those on the left bind from the tightest to the loosest, then => and <=>, which stand between two formulas only.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from faulttree.model.written import NUMBER

__all__ = ["WORD", "FormulaParser", "SyntaxFaultError", "Token", "tokens_of"]

DEEPEST = 128
NEGATIONS = ("~", "-", "!")
WORD = re.compile(r"\w+(?:[-.]\w+)*")
_UNSIGNED = NUMBER.pattern.removeprefix("[-+]?")
_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/)"
    rf"|(?P<word>{_UNSIGNED}(?![\w.-])|{WORD.pattern})"
    r"|(?P<sign>:=|<=>|=>|[-~!&|^@#()\[\],;=])",
    re.DOTALL,
)
_LISTS = (("|", "or"), ("^", "xor"), ("&", "and"))


class Token(NamedTuple):
    """A word, a sign, or the end (no text), and where it begins."""

    kind: str
    text: str
    line: int
    column: int


class SyntaxFaultError(Exception):
    """Something else is wanted where a token stands."""

    def __init__(self, message: str, token: Token, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.token, self.fix = message, token, fix


def tokens_of(text: str) -> list[Token]:
    """All tokens of a text, an end token last; a character that belongs to none is a token of its own kind."""
    tokens = []
    line, line_start, position = 1, 0, 0
    match = _TOKEN.match
    while position < len(text):
        found = match(text, position)
        if found is None:
            tokens.append(Token("unknown", text[position], line, position - line_start + 1))
            position += 1
            continue
        if found.lastgroup == "space":
            breaks = found[0].count("\n")
            if breaks:
                line += breaks
                line_start = found.start() + found[0].rindex("\n") + 1
        else:
            tokens.append(Token(str(found.lastgroup), found[0], line, position - line_start + 1))
        position = found.end()
    tokens.append(Token("end", "", line, position - line_start + 1))
    return tokens


class FormulaParser:
    """Reads formulas from a list of tokens, and notes the names they mention, with their lines."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.position, self.depth = tokens, 0, 0
        self.mentioned: list[tuple[str, int]] = []

    @property
    def token(self) -> Token:
        """The token reached."""
        return self.tokens[self.position]

    def advance(self) -> Token:
        """The token reached, which is left behind; the end stays."""
        token = self.tokens[self.position]
        self.position += token.kind != "end"
        return token

    def wanted(self, text: str, what: str = "", fix: str = "") -> Token:
        """The token reached, if it is this one. Raises SyntaxFaultError."""
        if self.token.text != text or self.token.kind != "sign":
            raise self.unexpected(what or f"'{text}'", fix)
        return self.advance()

    def unexpected(self, wanted: str, fix: str = "") -> SyntaxFaultError:
        """The fault that something else is wanted here."""
        text = self.token.text
        found = f"'{text if len(text) <= 60 else text[:57] + '...'}'" if text else "the end of the file"
        return SyntaxFaultError(f"{wanted} is wanted here, not {found}", self.token, fix)

    def formula(self) -> Any:
        """A formula in the shape of a model file: a name or a mapping. Raises SyntaxFaultError."""
        first = self._listed(0)
        sign = self.token
        if sign.text not in ("=>", "<=>") or sign.kind != "sign":
            return first
        self.advance()
        second = self._listed(0)
        if self.token.text in ("=>", "<=>") and self.token.kind == "sign":
            raise SyntaxFaultError(f"'{sign.text}' stands between two formulas only", self.token, "use parentheses")
        return {"imply" if sign.text == "=>" else "iff": [first, second]}

    def _listed(self, level: int) -> Any:
        """Operands joined by one of | ^ &, each joined by tighter ones."""
        if level == len(_LISTS):
            return self._operand()
        sign, connective = _LISTS[level]
        inputs = [self._listed(level + 1)]
        while self.token.text == sign:
            self.advance()
            inputs.append(self._listed(level + 1))
        return inputs[0] if len(inputs) == 1 else {connective: inputs}

    def _operand(self) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise SyntaxFaultError(
                f"nested more than {DEEPEST} levels deep", self.token, "name the inner parts as gates"
            )
        token = self.token
        if token.kind == "word":
            self.advance()
            self.mentioned.append((token.text, token.line))
            made: Any = token.text
        elif token.kind == "sign" and token.text in NEGATIONS:
            self.advance()
            made = _negated(self._operand())
        elif token.kind == "sign" and token.text == "(":
            self.advance()
            made = self.formula()
            self.wanted(")", "an operator or ')'")
        elif token.kind == "sign" and token.text in "@#":
            made = self._counted()
        else:
            raise self.unexpected("a name, '~', '(', '@' or '#'")
        self.depth -= 1
        return made

    def _counted(self) -> Any:
        sign = self.advance().text
        shape = "write @(2, [a, b, c])" if sign == "@" else "write #(1, 2, [a, b, c])"
        self.wanted("(", fix=shape)
        numbers = []
        for _ in range(1 if sign == "@" else 2):
            if not (self.token.text.isascii() and self.token.text.isdigit() and len(self.token.text) < 10):
                raise self.unexpected("a whole number", shape)
            numbers.append(int(self.advance().text))
            self.wanted(",", fix=shape)
        self.wanted("[", fix=shape)
        inputs = [self.formula()]
        while self.token.text == ",":
            self.advance()
            inputs.append(self.formula())
        self.wanted("]", "an operator, ',' or ']'", shape)
        self.wanted(")", fix=shape)
        if sign == "#":
            return {"cardinality": {"min": numbers[0], "max": numbers[1], "of": inputs}}
        # At least one of one is the way to write an OR of one, which parentheses alone cannot say.
        return {"or": inputs} if numbers == [1] == [len(inputs)] else {"atleast": {"k": numbers[0], "of": inputs}}


def _negated(formula: Any) -> Any:
    if isinstance(formula, dict):
        ((connective, inputs),) = formula.items()
        if connective in ("and", "or") and len(inputs) > 1:
            return {f"n{connective}" if connective == "and" else "nor": inputs}
    return {"not": formula}
