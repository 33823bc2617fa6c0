"""The verb that answers queries about a tree."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from faulttree.cli.exit_codes import EXIT_THRESHOLD
from faulttree.cli.options import Asked, Examples, format_choice, output_option, state_options, tree_options
from faulttree.cli.session import emit, emit_json, tree_of
from faulttree.errors import InvalidRequestError, QueryError

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
    tree, answers = tree_of(asked), []
    for place, text in texts:
        with _placed(place):
            answers.append(tree.query(text))
    decided = [answer.value for answer in answers if isinstance(answer.value, bool)]
    if fail_if_false and not decided:
        raise InvalidRequestError("--fail-if-false needs a query that is answered yes or no")
    if kind == "json":
        emit_json([answer.to_dict() for answer in answers], output)
    else:
        emit("\n\n".join(map(str, answers)), output)
    return EXIT_THRESHOLD if fail_if_false and not all(decided) else 0


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
