"""The verb that goes from what was observed to what may have caused it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import Asked, Examples, cost_option, output_options, state_options, tree_options
from faulttree.cli.session import emit, emit_json, emit_table, tell, together, tree_of
from faulttree.errors import CUT_SHORT, ExclusiveEventsError, InvalidRequestError, UnlistedEventsError, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from faulttree.facade.evidence import Given
    from faulttree.what_if.hypotheses import Hypotheses
    from faulttree.what_if.information import NextObservations

__all__ = ["given"]


@click.command(
    "given", cls=Examples, example="faulttree given plant.yaml no_flow=true valve=false --about pump_a --cost pumps=3"
)
@tree_options
@click.argument("observations", nargs=-1, metavar="[NAME=true|false]...")
@state_options
@output_options
@click.option("--evidence", "named", metavar="NAME", help="Evidence that the model names, with its hypotheses.")
@click.option(
    "--hypothesis", "hypotheses", multiple=True, metavar="NAME=STATE,...",
    help="Something to tell apart: events and gates true or false, comma between; repeatable.",
)  # fmt: skip
@click.option("--by", type=click.Choice(["posterior", "ratio", "prior"]), default="posterior", show_default=True,
              help="Rank events and gates by this.")  # fmt: skip
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, metavar="N",
              help="Print the N first of them; other formats have all.")  # fmt: skip
@click.option("--explain", type=click.IntRange(min=0), default=5, show_default=True, metavar="N",
              help="How many of the likeliest minimal explanations.")  # fmt: skip
@click.option("--next", "look", is_flag=True, help="What to look at next: expected information, in bits, per cost.")
@click.option("--about", metavar="NAME", help="The same, to tell this event or gate rather than all components.")
@cost_option
def given(
    asked: Asked, observations: tuple[str, ...], kind: str, output: str | None, named: str | None,
    hypotheses: tuple[str, ...], by: str, most: int, explain: int, look: bool, about: str | None,
    costs: dict[str, float],
) -> int:  # fmt: skip
    """Tell how probable everything is once some events and gates were seen to be true or false.

    And what explains that, how far it tells hypotheses apart, and what to look at next. A what-if (--set, --scenario)
    changes the tree; an observation only tells of it. As csv: events and gates; with --next, --about or --cost what to
    look at.
    """
    seen = _observed(asked, observations, named)
    about_hypotheses = _hypotheses(seen, hypotheses)
    wanted = look or about is not None or bool(costs)
    following = seen.next_observations(about, costs=costs) if wanted else None
    cut_short: list[str] = []
    if kind == "csv":
        table = seen.posteriors() if following is None else following
        emit_table(table, kind, output)
        tell(table.notes)
    elif kind == "json":
        emit_json(_everything(seen, about_hypotheses, following, explain, cut_short), output)
    else:
        emit(printable("\n\n".join(_sections(seen, about_hypotheses, following, by, most, explain, cut_short))), output)
    return EXIT_PARTIAL if cut_short else 0


def _observed(asked: Asked, observations: tuple[str, ...], named: str | None) -> Given:
    tree = tree_of(asked)
    click.get_current_context().with_resource(together(tree))  # all that follows is one answer
    states = _states(observations)
    if named is not None:
        return tree.evidence(named).also(states)
    if not states:
        known = ", ".join(tree.model.evidence)
        raise InvalidRequestError(
            "nothing was observed; say what was, such as NAME=true"
            + (f", or give --evidence (the model names {known})" if known else "")
        )
    return tree.given(states)


def _hypotheses(seen: Given, texts: Iterable[str]) -> Hypotheses | None:
    """Those of the command line after those of the evidence; None where there is none."""
    asked: dict[str, Mapping[str, bool]] = dict(seen.stated)
    for text in texts:
        if not text.strip():
            raise InvalidRequestError("--hypothesis '': a hypothesis says something; write NAME=true or NAME=false")
        if text in asked:
            raise InvalidRequestError(f"hypothesis '{text}' is there twice; leave one out")
        asked[text] = _states(next(csv.reader([text], skipinitialspace=True)), f"hypothesis '{text}': ")
    return seen.hypotheses(asked) if asked else None


def _states(settings: Iterable[str], where: str = "") -> dict[str, bool]:
    """What is true or false, from texts such as `fuse=false`; a name may hold `=`. Raises InvalidRequestError."""
    states: dict[str, bool] = {}
    for setting in settings:
        written, equals, value = setting.rpartition("=")
        name, word = written.strip(), value.strip().lower()
        if not equals or not name:
            raise InvalidRequestError(f"{where}'{setting}' says nothing; write NAME=true or NAME=false")
        if word not in ("true", "false"):
            raise InvalidRequestError(
                f"{where}'{setting}': '{value}' is neither true nor false; write {name}=true or {name}=false"
                + (f", and set a probability with --set {setting}" if _is_number(word) else "")
            )
        state = word == "true"
        if states.get(name, state) != state:
            both = "is both true and false" if where else "was observed to be true and to be false"
            raise InvalidRequestError(f"{where}'{name}' {both}; leave one out")
        states[name] = state
    return states


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _sections(
    seen: Given, hypotheses: Hypotheses | None, following: NextObservations | None, by: str, most: int, explain: int,
    cut_short: list[str],
) -> Iterable[str]:  # fmt: skip
    """cut_short: takes what the limits of time and memory leave out."""
    from faulttree.results import number_text, text_table

    yield f"{seen}\nprobability of that: {number_text(seen.probability)}"
    table = seen.posteriors()
    rows = [[row.name, row.kind, row.prior, row.posterior, row.ratio] for row in table.ranked(by)]
    lines = [text_table(("name", "kind", "prior", "posterior", "ratio"), rows[:most])]
    lines += [f"... and {len(rows) - most:,} more; --most lists more"] if len(rows) > most else []
    yield "\n".join([*lines, *table.notes])
    try:
        yield f"likeliest state of all events:\n{seen.most_probable_explanation()}"
        if explain:
            yield str(seen.explanations(explain))
    except (ExclusiveEventsError, UnlistedEventsError, *CUT_SHORT) as error:
        yield f"left out: {error}"
        cut_short += [str(error)] * isinstance(error, CUT_SHORT)
    if hypotheses is not None:
        yield "\n".join([str(hypotheses), *map(str, hypotheses.factors())])
    if following is not None:
        of = "the state of all components" if following.about is None else f"'{following.about}'"
        yield f"what to look at next, to tell of {of}:\n{following}"


def _everything(
    seen: Given, hypotheses: Hypotheses | None, following: NextObservations | None, explain: int, cut_short: list[str]
) -> dict[str, Any]:
    table = seen.posteriors()
    found: dict[str, Any] = {
        "observed": dict(seen.observations),
        "probability": seen.probability,
        "log10_probability": seen.log10_probability,
        "posteriors": table.records(),
        "notes": list(table.notes),
    }
    try:
        found["most_probable_explanation"] = seen.most_probable_explanation().to_dict()
        found["explanations"] = seen.explanations(explain).to_dict()
    except (ExclusiveEventsError, UnlistedEventsError, *CUT_SHORT) as error:
        cut_short += [str(error)] * isinstance(error, CUT_SHORT)
        found |= {"most_probable_explanation": None, "explanations": None}
        found["notes"].append(f"left out: {error}")
    if hypotheses is not None:
        found["hypotheses"] = hypotheses.records()
        found["bayes_factors"] = [factor.to_dict() for factor in hypotheses.factors()]
    if following is not None:
        found["next_observations"] = following.to_dict()
    return found
