"""What is wrong where a query cannot be read on: what stands there, what is wanted instead, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from faulttree.errors import QueryError, did_you_mean
from faulttree.queries.writing import RESERVED, shown

if TYPE_CHECKING:
    from lark import UnexpectedInput

__all__ = ["unexpected"]

QUESTIONS = (
    "P", "mcs", "mps", "primes", "forall", "exists", "is", "witness", "counterexample", "support", "independent",
    "equivalent", "superfluous",
)  # fmt: skip
WORDS = (*QUESTIONS, "and", "or", "xor", "not", "true", "false", "atleast", "minimal", "cut", "path", "set", "of")
INSTEAD = {
    "&": "and", "&&": "and", "∧": "and", "||": "or", "∨": "or", "!": "not", "~": "not", "¬": "not", "->": "=>",
    "→": "=>", "⇒": "=>", "==": "<=>", "<->": "<=>", "⇔": "<=>", "≤": "<=", "≥": ">=",
    "^": "xor", "!=": "xor", "≠": "xor",
}  # fmt: skip
"""What other languages write, and this one."""
STATES_SHOWN = (
    "; counterexample(f) is the likeliest state in which a formula f is false, witness(f) in which it is true, "
    "and yes or no comes with one"
)
AFTER_A_FORMULA = "'and' or another connective"
# In the order in which a message lists them; the first that fits of each row.
WANTED = (
    ({"SETS"}, "a question, such as P(pump), mcs(gate) or is {pump} a cut set"),
    ({"NOT"}, "a formula of events and gates"),
    ({"WORD"}, "the name of an event or gate"),
    ({"PROBABILITY"}, "a number or P(...)"),
    ({"NUMBER"}, "a whole number"),
    ({"CONSTANT"}, "true or false"),
    ({"_AND"}, AFTER_A_FORMULA),
    ({"PLUS"}, "'+', '-', '*' or '/'"),
    ({"COMPARES"}, "a comparison"),
    ({"IS"}, "'is it minimal'"),
    ({"_IT"}, "'it minimal'"),
    ({"_A"}, "'a minimal cut set' or its like"),
    ({"SIDE"}, "'cut set' or 'path set'"),
    ({"MINIMAL"}, "'minimal'"),
    ({"_SET"}, "'set'"),
    ({"_OF"}, "'of' and a gate"),
    ({"VBAR"}, "'|' and what is given"),
    ({"COMMA"}, "','"),
    ({"SEMICOLON"}, "';'"),
    ({"COLON"}, "':'"),
    ({"EQUAL"}, "'='"),
    ({"RPAR"}, "')'"),
    ({"RSQB"}, "']'"),
    ({"LBRACE"}, "'{'"),
    ({"RBRACE"}, "'}'"),
    ({"LPAR"}, "'('"),
    ({"$END"}, "the end"),
)
WITHIN = {
    "SETS": {"NOT", "PROBABILITY", "NUMBER", "LPAR", "IS"}, "SIDE": {"MINIMAL"}, "NOT": {"WORD", "CONSTANT", "LPAR"},
    "PROBABILITY": {"NUMBER", "LPAR"},
}  # fmt: skip
"""What need not be said once something is."""
NO_COMPARISON = ("==", "=", "!=", "<>", "=<", "=>")
LAST_WORD = re.compile(r"(?<![\w.\/-])(\w+)\s*\Z")
BEFORE_A_FORMULA = ("not", "atleast", "forall", "exists")
TOKEN = re.compile(r'\w+(?:[.\/-]*\w)*|[^\w\s()\[\]{},;:"\']+|.', re.DOTALL)


def unexpected(error: UnexpectedInput, text: str) -> QueryError:
    """The error that marks where reading stopped, and says what is wanted there."""
    wanted = _wanted_at(error)
    place = error.pos_in_stream or 0
    word = LAST_WORD.search(text, 0, place)
    if word and "_AND" in wanted and word[1] not in WORDS and word[1].lower() in BEFORE_A_FORMULA:
        what = f"{_as_found(word[1])} is not understood here; it is spelled '{word[1].lower()}'"
        return QueryError(what, text, word.start(1), word.end(1))
    ended = getattr(getattr(error, "token", None), "type", "") == "$END" or not text[place:].strip()
    if ended:
        place = len(text.rstrip())
        what = "the query is empty" if not place else "the query ends too soon"
        hint = STATES_SHOWN if _asks_for_a_state(text, wanted) else ""
        return QueryError(f"{what}; wanted is {_in_words(wanted)}{hint}", text, place, place + 1)
    found = TOKEN.match(text, place)
    assert found is not None, "there is something where reading stopped"
    return QueryError(_what(found[0], wanted, text, place), text, place, found.end())


def _wanted_at(error: UnexpectedInput) -> set[str]:
    parser = getattr(error, "interactive_parser", None)
    return set(parser.accepts()) if parser is not None else set()


def _what(found: str, wanted: set[str], text: str, place: int) -> str:
    lower = found.lower()
    sure = _instead(found, wanted, text, place)
    if sure:
        return sure
    hint = ""
    if _asks_for_a_state(text, wanted):
        hint = STATES_SHOWN
    elif found not in WORDS and lower in {word.lower() for word in WORDS}:
        hint = f"; it is spelled '{next(word for word in WORDS if word.lower() == lower)}'"
    elif found in ("forall", "exists") and "NOT" in wanted:
        hint = f"; '{found} ...: ...' stands in parentheses within another formula"
    elif found in RESERVED and "WORD" in wanted:
        hint = f'; a name that is a word of the language stands in double quotes: "{found}"'
    elif found[0].isalpha() and "SETS" in wanted:
        hint = f"; {did_you_mean(found, QUESTIONS)}" if did_you_mean(found, QUESTIONS) else ""
        hint = hint or "; a formula alone asks nothing: write P(...), exists ... or witness(...) of it"
    elif found[0].isalnum() and "_AND" in wanted:
        hint = '; a name with a space stands in double quotes: "pump 1"'
    return f"{_as_found(found)} is not understood here; wanted is {_in_words(wanted)}{hint}"


def _instead(found: str, wanted: set[str], text: str, place: int) -> str:
    """What is certainly meant, if that can be told."""
    if found in ("|", "||") and "SETS" not in wanted:
        return "'|' means 'given', and stands in P(... | ...) once; for one or the other write 'or'"
    split = text[:place].endswith("<") and found == ">"
    if ((found in NO_COMPARISON and "COMPARES" in wanted) or split) and "_AND" not in wanted:
        return (
            f"'{'<' * split}{found}' does not compare probabilities, which are rounded: "
            "these are compared by <, <=, > and >=, and formulas by equivalent(f, g), which is exact"
        )
    if (found == "^" or (found == "*" and text[:place].endswith("*"))) and wanted & {"PLUS", "PROBABILITY"}:
        return "there are no powers; multiply, as in P(valve) * P(valve)"
    if found == "=" and "_AND" in wanted:
        return "'=' sets, as in gate[event=true]; that two formulas are the same is written 'f <=> g'"
    if found in INSTEAD and (INSTEAD[found] != "not" or "NOT" in wanted) and wanted & {"_AND", "NOT", "PLUS"}:
        return f"{_as_found(found)} is written '{INSTEAD[found]}' here"
    if found == '"':
        return "this quoted name has no end" if '"' not in text[place + 1 :] else ""
    if found == "'":
        return 'names are quoted with double quotes: "pump 1"'
    if found in "+-*/" and "_AND" in wanted:
        return f"'{found}' joins numbers, not formulas; a name that ends in it stands in double quotes"
    if found[0] in "<>" and "_AND" in wanted:
        return f"'{shown(found)}' compares numbers; write P(...) of the formula"
    return ""


def _asks_for_a_state(text: str, wanted: set[str]) -> bool:
    """Whether a query speaks of a counterexample, or a witness, other than by asking for it of a formula."""
    return bool(wanted == {"LPAR"} or "SETS" in wanted) and bool(re.search(r"(?i)\b(counter-?example|witness)\b", text))


def _in_words(wanted: set[str]) -> str:
    if wanted == {"_AND"}:  # of a formula the end would do, too
        return "'and is it minimal'"
    unsaid: set[str] = {"QMARK", "LSQB"}
    said = []
    for names, words in WANTED:
        if names & wanted - unsaid:
            said.append(words)
            for name in names:
                unsaid |= WITHIN.get(name, set())
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def _as_found(found: str) -> str:
    return f"'{shown(found)}'"
