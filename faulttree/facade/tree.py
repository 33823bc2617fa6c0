"""The fault tree: everything that can be asked of it, in one value."""

from __future__ import annotations

import base64
import functools
import html
import json
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from faulttree import formats
from faulttree.cut_sets.collection import CutSets
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.errors import InvalidRequestError, LimitExceeded, NotCoherentError, printable
from faulttree.facade.evidence import WithEvidence
from faulttree.facade.explorer import WithExplorer
from faulttree.facade.importance import WithImportance
from faulttree.facade.in_time import WithTime
from faulttree.facade.querying import WithQueries
from faulttree.facade.repairs import WithRepairs
from faulttree.facade.scenarios import WithScenarios
from faulttree.facade.subject import rate_of
from faulttree.facade.uncertainty import WithUncertainty
from faulttree.model.quantities import Rate
from faulttree.model.tree import Model
from faulttree.results import Records

if TYPE_CHECKING:
    import networkx

    from faulttree.cut_sets.partial import AnyCutSets
    from faulttree.engine.frequencies import Frequencies
    from faulttree.render.diagram import Diagram

__all__ = ["FaultTree", "load"]

PLAIN = re.compile(r"[A-Za-z_][\w-]*")
MOST_ASKED = 20
"""Events that a question about alternatives names."""
MOST_DRAWN, MOST_LEAVES = 1_000, 48
"""Of a tree that a notebook shows: gates and events of one that is drawn at all, and leaves of a page."""


def load(path: str | os.PathLike[str], *, top: str | None = None, node_budget: int = DEFAULT_NODE_BUDGET) -> FaultTree:
    """Read a model file and take its top event, or the gate or event named.

    node_budget: nodes that one decision diagram may use; 20 million are about 1 GB.
    Raises InvalidModelError with all faults, UnknownNameError, InvalidRequestError when the file cannot be read.
    """
    return FaultTree.of(formats.read(path), top=top, node_budget=node_budget)


@dataclass(frozen=True)
class FaultTree(
    WithImportance, WithEvidence, WithQueries, WithRepairs, WithTime, WithUncertainty, WithScenarios, WithExplorer
):
    """A fault tree: a model with what an answer may take, and every question that can be asked of it.

    The fields are those of `Subject`.
    """

    # Sets of events

    def minimal_cut_sets(
        self,
        *,
        max_order: int | None = None,
        min_probability: float | None = None,
        min_frequency: str | Rate | None = None,
    ) -> AnyCutSets:
        """Minimal cut sets, up to an order and down to a probability when these are given.

        Where frequency events bring the top event about each holds one, and has a frequency in place of a probability;
        min_frequency, such as "1e-9 /y", then limits them.

        Of a tree that is not coherent: the minimal sets that can bring the top event about. Where the limits end the
        search before all that are asked for are known, those that were found, as a `PartialCutSets`: it says of which
        sets all are there, and raises PartialAnswerError for what is not known, such as their number.
        Raises InvalidRequestError, MissingProbabilityError, FrequencyError.
        """
        from faulttree.cut_sets.sets_of_events import check_limits

        engine = self._engine
        if engine.has_frequency and engine.frequencies is not None:
            if min_probability is not None:
                self._no_frequency("a least probability", "a least frequency")
            return self._frequent_cut_sets(engine.frequencies, max_order, min_frequency)
        if min_frequency is not None:
            raise InvalidRequestError(f"'{self.top}' has no frequency; give a least probability")
        if min_probability:
            engine.need_listed("probabilities of minimal cut sets")
        with engine.limits.time():
            found: AnyCutSets | LimitExceeded | None = engine.all_cut_sets_or_why_not
            if isinstance(found, LimitExceeded):
                check_limits(max_order, min_probability)
                is_limited = max_order is not None or bool(min_probability)
                found = engine.cut_sets_within(max_order, min_probability or None) if is_limited else None
            found = engine.cut_sets if found is None else found
        return found.limited(max_order, min_probability)

    def _frequent_cut_sets(
        self, frequencies: Frequencies, max_order: int | None, min_frequency: str | Rate | None
    ) -> AnyCutSets:
        """Minimal cut sets with their frequencies, within limits."""
        engine, least = self._engine, None
        if min_frequency is not None:
            least = rate_of(min_frequency, "the least frequency").per_second / frequencies.in_si
        with engine.limits.time():
            found: AnyCutSets | None = None
            if isinstance(engine.all_cut_sets_or_why_not, LimitExceeded) and (max_order is not None or least):
                within = least / frequencies.factor if least and frequencies.factor else None
                found = engine.cut_sets_within(max_order, within)
            found = engine.cut_sets if found is None else found
        return engine.with_frequencies(found).limited(max_order, least)

    def likely_alternatives(self, cut_sets: AnyCutSets | None = None) -> tuple[str, ...]:
        """A question about each set of events that look like alternatives, and are taken for independent; in words.

        Their names differ in one digit or letter only, their probabilities sum to 1, and several of them stand together
        in a leading cut set. cut_sets: to look at; all minimal ones unless given, and none where these are not at hand.
        """
        from faulttree.cut_sets.likely_alternatives import LEADING, likely_alternatives

        found = self._engine.cut_sets_at_hand if cut_sets is None else cut_sets
        if found is None:
            return ()
        exclusive = self._reduced.chain_of
        names = (event for event in self.model.basic_events if event not in exclusive and event not in self.states)
        known = {event: p for event in names if (p := self.probability_of(event)) is not None}
        leading = (cut.events for cut in found.ranked(LEADING))
        return tuple(_asked(members) for members in likely_alternatives(leading, known))

    def minimal_path_sets(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal sets of events whose absence keeps the top event from happening.

        In a non-coherent tree: whose absence can, the required presence of others dropped.
        """
        return self._engine.path_sets().limited(max_order, min_probability)

    def prime_implicants(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal products of events and negated events (`¬`) that make the top event true.

        Of a coherent tree these are the minimal cut sets.
        """
        engine = self._engine
        if min_probability is not None:
            self._no_frequency("a least probability", "the minimal cut sets down to a least frequency")
        return engine.with_frequencies(engine.prime_implicants()).limited(max_order, min_probability)

    def component_cut_sets(self, *, max_order: int | None = None, most: int = 10_000) -> Records:
        """Minimal cut sets by components, common causes folded back: the likeliest first, each with its probability.

        The probability is that all components of the set have failed, from whatever causes. Without common-cause groups
        these are the minimal cut sets. most: how many may be listed; where there are more, give a max_order.
        Raises InvalidRequestError, NotCoherentError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.reduction.folding import folded

        expansion = self.expansion
        self._no_frequency("a probability of sets of components", "the minimal cut sets")
        if causes := [name for name in self.states if name in expansion.members]:
            raise InvalidRequestError(
                f"'{causes[0]}' is set, which is no component; set components, or ask for the minimal cut sets"
            )
        if not self.coherent:
            raise NotCoherentError(
                "cut sets by component are those of a coherent tree, and this one is not; ask for the minimal cut sets"
            )
        known = self.event_probabilities()
        components = replace(self._engine, shared=self._of_model.without_expansion)
        sets = components.all_cut_sets().limited(max_order)
        if sets.count > most:
            raise InvalidRequestError(
                f"there are {sets.count:,} cut sets by component, and {most:,} may be listed; give a smaller order"
            )
        return folded((cut.events for cut in sets), expansion.groups, functools.cache(expansion.alike), known)

    # Pictures

    def diagram(self, *, cut_set: Collection[str] = ()) -> Diagram:
        """The tree drawn with standard symbols, probabilities where they are known.

        cut_set: events to highlight, with their way to the top. Raises UnknownNameError.
        """
        from faulttree.render.diagram import draw

        self._check_names(cut_set)
        return draw(
            self._drawn(cut_set),
            self.top,
            probabilities=self._known_probabilities(),
            states=self.states,
            cut_set=cut_set,
        )

    def to_dot(self, *, cut_set: Collection[str] = ()) -> str:
        """The tree as DOT source, shared elements drawn once."""
        from faulttree.render.graphviz import to_dot

        self._check_names(cut_set)
        return to_dot(
            self._drawn(cut_set),
            self.top,
            probabilities=self._known_probabilities(),
            states=self.states,
            cut_set=cut_set,
        )

    def to_networkx(self) -> networkx.DiGraph[str]:
        """The tree as a directed graph from each gate to its inputs, with kinds, labels, probabilities and states."""
        from faulttree.render.graph import to_networkx

        graph: networkx.DiGraph[str] = to_networkx(
            self._drawn(), self.top, probabilities=self._known_probabilities(), states=self.states
        )
        return graph

    def _drawn(self, cut_set: Collection[str] = ()) -> Model:
        """The model as written; with its common causes expanded where the picture is about one of their events."""
        about = {self.top, *self.states, *cut_set}
        return self.model if about.isdisjoint(self.expansion.members) else self.expansion.model

    def _repr_html_(self) -> str:
        """What it is, and the picture: the first page of a larger tree; none of one that no page could show."""
        svg, left_out = self._picture
        # As an image it takes no more than the width there is, and keeps its names to itself.
        data = base64.b64encode((svg or "").encode()).decode()
        title = html.escape(printable(self.label), quote=True)
        picture = f'<img alt="{title}" style="max-width: 100%" src="data:image/svg+xml;base64,{data}">' if svg else ""
        return f"{super()._repr_html_()}{picture}" + (f"<p>{html.escape(left_out)}</p>" if left_out else "")

    def _repr_svg_(self) -> str | None:
        return self._picture[0]

    @functools.cached_property
    def _picture(self) -> tuple[str | None, str]:
        """A picture for a notebook, and what it leaves out."""
        elsewhere = "`explorer()` shows all of it, folded, and `diagram().pages()` on pages"
        if len(self.gates) + len(self.events) > MOST_DRAWN:
            return None, f"Not drawn here, being large: {elsewhere}."
        pages = self.diagram().pages(MOST_LEAVES)
        left_out = f"Page 1 of {len(pages)}: {elsewhere}." if len(pages) > 1 else ""
        return pages[0].to_svg(), left_out


def _asked(members: Sequence[str]) -> str:
    """Whether these are alternatives, and how that is written."""
    shown = [name if PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False) for name in members[:MOST_ASKED]]
    shown += ["..."] * (len(members) > MOST_ASKED)
    common = next(place for place in range(len(members[0])) if len({name[: place + 1] for name in members}) > 1)
    alike = "".join(PLAIN.findall(members[0][:common])).rstrip("_-") or "alternatives"
    return (
        f"the probabilities of '{members[0]}' and {len(members) - 1} more events of such names sum to 1, and several "
        "stand together in cut sets: are these alternatives? Of events of which one is true, write "
        f"`exclusive_groups: {{{alike}: {{exactly_one: [{', '.join(shown)}]}}}}`"
    )
