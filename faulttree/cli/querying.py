"""The verb that answers queries about a tree."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faulttree.characters import blanked
from faulttree.cli.exit_codes import EXIT_PARTIAL, EXIT_THRESHOLD
from faulttree.cli.options import Asked, Examples, format_choice, output_option, state_options, tree_options
from faulttree.cli.session import emit, emit_json, tell, tree_of
from faulttree.errors import InvalidRequestError, LimitExceeded, QueryError

if TYPE_CHECKING:
    from faulttree.queries.answer import Answer

__all__ = ["query"]

QUOTED_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"?|#.*')
"""What a # begins, unless it stands within double quotes."""


@click.command(
    "query",
    cls=Examples,
    example='faulttree query plant.yaml "P(no_flow | not valve)" "mcs(pumps, 5)" "is {valve} a minimal cut set"',
)
@tree_options
@state_options
@format_choice("table", "json")
@output_option
@click.argument("queries", nargs=-1, metavar="QUERY...")
@click.option("--file", "file", metavar="FILE", help="Queries, one a line, and comments after #; - is standard input.")
@click.option("--fail-if-false", is_flag=True, help="Leave with code 4 when a query is answered no.")
def query(
    asked: Asked, kind: str, output: str | None, queries: tuple[str, ...], file: str | None, fail_if_false: bool
) -> int:
    """Answer queries: probabilities of formulas, sets, yes or no with the reason, a witness, a counterexample.

    \b
    P(f)   P(f | given)   also compared and reckoned with: P(f) < 2 * P(g)
    mcs(f)   mps(f)   primes(f)   best first; mcs(f, 20): the best 20
    forall f   exists f   equivalent(f, g)   independent(f, g)
    witness(f)   counterexample(f)   support(f)   superfluous(event)
    is {a, b} a minimal cut set of f   (or: a path set)

    A formula is made of events and gates with not, and, xor, or, =>, <=>, atleast(2; a, b, c), forall a: f,
    exists a: f, true, false, and gate[a=true] for a what-if. Quote other names than plain words: "pump 1".
    Where the limits leave some of several queries open, these are named, and the exit code is 5.
    """  # noqa: D301 (click keeps the lines of a paragraph that begins with the character)
    from faulttree.queries.parsing import parse

    if file == "-" and asked.model == "-":
        raise InvalidRequestError(
            "standard input cannot be both the model and the queries; give a file for one of them"
        )
    texts = [("", text) for text in queries] + list(_in_file(file) if file else ())
    if not texts:
        raise InvalidRequestError('no query is given; write one after the model, such as "P(pump)", or give --file')
    for place, text in texts:
        with _placed(place):
            parse(text)  # all of them, before work begins
    tree = tree_of(asked)
    answers: list[Answer] = []
    open_ones: dict[int, LimitExceeded] = {}
    for number, (place, text) in enumerate(texts):
        try:
            with _placed(place):
                answers.append(tree.query(text))
        except LimitExceeded as error:
            open_ones[number] = error
    if open_ones and not answers:
        raise next(iter(open_ones.values()))
    tell(f"not answered: {texts[number][1].strip()}: {error}" for number, error in open_ones.items())
    decided = [answer.value for answer in answers if isinstance(answer.value, bool)]
    if fail_if_false and not (decided or open_ones):
        raise InvalidRequestError("--fail-if-false needs a query that is answered yes or no")
    found = iter(answers)
    rows = [(text, open_ones.get(number) or next(found)) for number, (_, text) in enumerate(texts)]
    if kind == "json":
        emit_json([_plain(*row) for row in rows], output)
    else:
        emit("\n\n".join(_shown(*row) for row in rows), output)
    if fail_if_false and not all(decided):
        return EXIT_THRESHOLD
    return EXIT_PARTIAL if open_ones else 0


def _plain(text: str, answer: Answer | LimitExceeded) -> dict[str, Any]:
    if isinstance(answer, LimitExceeded):
        return {"query": text, "kind": None, "not_answered": str(answer)}
    return answer.to_dict()


def _shown(text: str, answer: Answer | LimitExceeded) -> str:
    return f"{blanked(text.strip())}\n  not answered: {answer}" if isinstance(answer, LimitExceeded) else str(answer)


def _in_file(path: str) -> Iterator[tuple[str, str]]:
    """Where each query of a file stands, and the query."""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        lines = content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise InvalidRequestError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"{path}: is not UTF-8 at byte {error.start}; save the queries as UTF-8") from error
    name = "<stdin>" if path == "-" else path
    for number, line in enumerate(lines, start=1):
        if query := QUOTED_OR_COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else "", line).strip():
            yield f"{name}:{number}: ", query


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Tells the line of the file in which a faulty query stands."""
    try:
        yield
    except QueryError as error:
        raise QueryError(place + error.what, error.query, error.start, error.end) from None
