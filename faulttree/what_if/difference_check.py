"""Whether two models differ in what is checked, such as in continuous integration, and the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from faulttree.errors import InvalidRequestError
from faulttree.model.changes import ModelChanges
from faulttree.results import counted
from faulttree.what_if.moves import Moved, TopDifference, probability_texts, told_apart

__all__ = ["CHECKS", "Check", "Reason", "Verdict", "verdict"]

Check = Literal["any", "structure", "results", "increase"]
CHECKS: tuple[Check, ...] = get_args(Check)
"""That nothing differs; not the structure; no result; that no probability rose."""

_SAID = {
    "any": "the models differ",
    "structure": "the structure differs",
    "results": "results differ",
    "increase": "a probability rose",
}
_QUESTIONS = {"increase": "whether a probability rose"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that differs: about what, what it did, and its values; no values where there are none to tell."""

    about: str
    did: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        sides = f" from {self.before or 'not known'} to {self.after or 'not known'}"
        return f"{self.about} {self.did}{sides if self.before or self.after else ''}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """check: what was checked. failed: whether it differs; None when that cannot be told. reasons: in what."""

    check: Check
    failed: bool | None
    reasons: tuple[Reason, ...] = ()

    @property
    def said(self) -> str:
        """The verdict in a few words."""
        if self.failed is None:
            question = _QUESTIONS.get(self.check, "whether results differ")
            return f"{question} cannot be told; the notes say what is missing"
        return _SAID[self.check] if self.failed else "nothing that is checked differs"


def verdict(
    changes: ModelChanges,
    results: Sequence[TopDifference],
    other_tops: tuple[Sequence[str], Sequence[str]],
    check: Check,
) -> Verdict:
    """Whether two models differ in what is checked. other_tops: top events of only one of them.

    Raises InvalidRequestError.
    """
    if check not in CHECKS:
        raise InvalidRequestError(f"there is no check '{check}'; use one of {', '.join(CHECKS)}")
    about_model: tuple[Reason, ...] = ()
    if check == "structure" or check == "any":
        told = changes if check == "any" else changes.about("structure")
        about_model = tuple(Reason(change.element, f"{change.key} {change.what}".strip()) for change in told)
        if check == "structure":
            return Verdict(check, bool(about_model), about_model)
    if check == "increase":
        risen = [top for top in results if top.increased]
        reasons = tuple(reason for of in (_risen, _gates_risen) for top in risen for reason in of(top))
        answers = [top.increased for top in results]
    else:
        reasons = (*about_model, *(reason for top in results for reason in _moved(top)))
        reasons += tuple(Reason(f"top event '{top}'", "was removed") for top in other_tops[0])
        reasons += tuple(Reason(f"top event '{top}'", "was added") for top in other_tops[1])
        answers = [bool(about_model or other_tops[0] or other_tops[1]), *(top.results_differ for top in results)]
    failed = True if any(answers) else None if None in answers else False
    return Verdict(check, failed, reasons if failed else ())


def _name(top: TopDifference) -> str:
    return f"'{top.tops[1]}'" if top.tops[0] == top.tops[1] else f"'{top.tops[1]}' (before: '{top.tops[0]}')"


def _risen(top: TopDifference) -> Iterator[Reason]:
    """The top event and the scenarios under which it rose."""
    if top.direction == "rose":
        yield Reason(f"the {top.quantity} of {_name(top)}", "rose", *probability_texts(top.before, top.after))
    for each in top.scenarios:
        if each.after is not None and each.before is not None and each.after > each.before:
            about = f"the {top.quantity} of {_name(top)} under scenario '{each.name}'"
            yield Reason(about, "rose", *told_apart(each.before, each.after))


def _gates_risen(top: TopDifference) -> Iterator[Reason]:
    """The gates that rose below it: where to look."""
    for kind, each in top.moved_below:
        if kind == "gate" and each.after is not None and each.before is not None and each.after > each.before:
            yield Reason(f"below {_name(top)}: gate '{each.name}'", "rose", *told_apart(each.before, each.after))


def _moved(top: TopDifference) -> Iterator[Reason]:
    if top.probability_moved:
        yield Reason(f"the {top.quantity} of {_name(top)}", top.direction, *probability_texts(top.before, top.after))
    below: dict[str, list[Moved]] = {}
    for kind, each in top.moved_below:
        below.setdefault(kind, []).append(each)
    for kind, moved in below.items():
        others = f" and {counted(len(moved) - 1, f'other {kind}')}" if len(moved) > 1 else ""
        sides = told_apart(moved[0].before, moved[0].after) if len(moved) == 1 else ()
        yield Reason(f"for {_name(top)}: {kind} '{moved[0].name}'{others}", "moved", *sides)
    sets = top.cut_sets
    if sets.gained or sets.lost:
        said = " and ".join(f"{counted(count, 'minimal cut set')} {word}" for word, count, _ in sets.sides())
        yield Reason(f"for {_name(top)}:", said)
    elif sets.before is not None and sets.after is not None and sets.before != sets.after:
        about = f"for {_name(top)}: the number of minimal cut sets"
        yield Reason(about, "moved", f"{sets.before:,}", f"{sets.after:,}")
    if top.ranks:
        yield Reason(f"for {_name(top)}: {counted(len(top.ranks), 'rank')} by {top.measure.replace('_', ' ')}", "moved")
