"""Everything that `faulttree run` works out for one top event: the summary, the report and the files."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from faulttree import __version__
from faulttree.cut_sets.collection import CutSet, CutSets
from faulttree.dossier.depth import Depth, in_depth
from faulttree.dossier.evidence import EvidenceFindings, evidence_findings
from faulttree.dossier.headlines import Ranking, ranking_of, sets_text
from faulttree.dossier.reporting import report_facts
from faulttree.errors import InvalidRequestError, LimitExceeded, MissingProbabilityError
from faulttree.facade import FaultTree, compare
from faulttree.files import write_all
from faulttree.importance.events import Importance
from faulttree.model.states import states_text
from faulttree.quantification.probability import Probability
from faulttree.results import Records, Shown, jsonable, number_text, share_text, text_table
from faulttree.what_if.compare import Comparison

__all__ = ["PICTURES", "Dossier", "analyse"]

PICTURES = ("svg", "png", "pdf", "dot")
T = TypeVar("T")
MOST_LISTED = 10_000
SHOWN = 10
SUMMARISED = ("fussell_vesely", "birnbaum", "risk_achievement_worth", "risk_reduction_worth")
"""Measures of importance in the summary."""


@dataclass(frozen=True, eq=False)
class Dossier(Shown):
    """All results of a tree.

    The numbers are None when some event has no probability. Those of `left_out` are None, or empty, because the
    limits of the analysis end them. nodes, order: of the decision diagram, None when none fits. evidence: what follows
    from each evidence that the model names.
    """

    tree: FaultTree
    cut_sets: CutSets
    probability: Probability | None
    rare_event: Probability | None
    min_cut_upper_bound: Probability | None
    importance: Importance | None
    gate_probabilities: Mapping[str, float] | None
    comparisons: Mapping[str, Comparison]
    nodes: int | None
    order: str | None
    depth: Depth
    left_out: tuple[str, ...] = ()
    evidence: tuple[EvidenceFindings, ...] = ()

    def __str__(self) -> str:
        """A summary to paste into a report."""
        parts = [
            str(self.tree),
            self._numbers_text(),
            self._cut_sets_text(),
            self._importance_text(),
            self.depth.text(),
            self._what_if_text(),
            *(found.text() for found in self.evidence),
        ]
        return "\n\n".join(part for part in parts if part)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of the cut sets, the first 10,000."""
        listed = list(itertools.islice(self.cut_sets.ranked(), MOST_LISTED))
        return {
            "faulttree": __version__,
            "model": {"name": self.tree.model.name, "sha256": self.digest},
            "top": self.tree.top,
            "states": dict(self.tree.states),
            "gates": len(self.tree.gates),
            "events": len(self.tree.events),
            "coherent": self.tree.coherent,
            "probability": self.probability and self.probability.to_dict(),
            "rare_event": self.rare_event and self.rare_event.to_dict(),
            "min_cut_upper_bound": self.min_cut_upper_bound and self.min_cut_upper_bound.to_dict(),
            "gate_probabilities": None if self.gate_probabilities is None else dict(self.gate_probabilities),
            "modules": list(self.tree.modules),
            "minimal_cut_sets": self.cut_sets.summary()
            | {
                "listed": len(listed),
                "sets": [{"events": list(cut.events), "probability": cut.probability} for cut in listed],
            },
            "importance": self.importance.records() if self.importance else None,
            **self.depth.to_dict(),
            "scenarios": {name: comparison.to_dict() for name, comparison in self.comparisons.items()},
            "evidence": {found.name: found.to_dict() for found in self.evidence},
            "diagram": None if self.nodes is None else {"nodes": self.nodes, "order": self.order},
            "simplification": [asdict(step) for step in self.tree.simplification],
            "left_out": list(self.left_out),
        }

    @functools.cached_property
    def coherent(self) -> bool | None:
        """Whether the tree is coherent; None where the limits leave that open."""
        try:
            return self.tree.coherent
        except LimitExceeded:
            return None

    @functools.cached_property
    def ranking(self) -> Ranking | None:
        """The events by importance; None where there are none, or some have no probability."""
        return ranking_of(self.importance, self.coherent is True) if self.importance else None

    @property
    def digest(self) -> str:
        """SHA-256 of the model's content, however it is written."""
        data = json.dumps(jsonable(self.tree.model.to_data()), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(data.encode()).hexdigest()

    def files(self, pictures: Collection[str] = ("svg",), model_file: str = "MODEL") -> dict[str, str | bytes]:
        """Every file by its name: pictures, cut sets, importance, what-if, report, result.

        pictures: any of `PICTURES`. model_file: its name in the commands that make it all again.
        Raises InvalidRequestError, MissingExtraError.
        """
        files: dict[str, str | bytes] = {}
        for kind in pictures:
            match kind:
                case "svg" | "png" | "pdf":
                    files[f"tree.{kind}"] = self.tree.diagram().to_bytes(kind)
                case "dot":
                    files["tree.dot"] = self.tree.to_dot()
                case _:
                    raise InvalidRequestError(f"a picture is one of {', '.join(PICTURES)}, not '{kind}'")
        drawn = [name for name in files if not name.endswith((".dot", ".pdf"))]
        files["cut_sets.csv"] = self.cut_sets.to_csv(MOST_LISTED)
        if self.importance is not None:
            files["importance.csv"] = self.importance.to_csv()
        files |= self.depth.files()
        if self.comparisons:
            files["what_if.csv"] = self.what_if_table().to_csv()
        beside = [name for name in files if name.endswith(".csv")]
        files["report.md"] = self.report(model_file=model_file, picture=drawn[0] if drawn else None, beside=beside)
        files["report.html"] = self.report_html(model_file=model_file)
        files["result.json"] = json.dumps(jsonable(self.to_dict()), indent=2, ensure_ascii=False) + "\n"
        return files

    def save(
        self, folder: str | os.PathLike[str], pictures: Collection[str] = ("svg",), model_file: str = "MODEL"
    ) -> list[Path]:
        """Write every file into a folder, all or none; see `files`. Raises InvalidRequestError."""
        return write_all(folder, self.files(pictures, model_file))

    def listing(self) -> list[str]:
        """What the files leave out of the cut sets, in words; nothing when they hold all."""
        if self.cut_sets.count <= MOST_LISTED:
            return []
        listed = f"{MOST_LISTED:,} best of {self.cut_sets.count:,}"
        return [f"cut_sets.csv and result.json list the {listed}; all numbers are of all of them"]

    def what_if_table(self) -> Records:
        """One record per scenario: what it sets, and what that does."""
        return Records(
            tuple(
                {
                    "scenario": name,
                    "label": self.tree.model.scenarios[name].label,
                    "sets": states_text(self.tree.model.scenarios[name].states),
                    "probability": comparison.after and comparison.after.value,
                    "ratio": comparison.ratio,
                    "cut_sets": comparison.cut_sets_after,
                    "gained": comparison.gained.count,
                    "lost": comparison.lost.count,
                }
                for name, comparison in self.comparisons.items()
            )
        )

    def report(
        self,
        *,
        model_file: str = "MODEL",
        date: str | None = None,
        picture: str | None = "tree.svg",
        beside: Collection[str] = (),
    ) -> str:
        """The report as Markdown.

        model_file: as it stands in the commands that make it again. date: shown as given. picture: where the diagram
        is to be found, None for none. beside: names of the tables that stand beside it, such as `over_time.csv`.
        """
        from faulttree.render.reporting import markdown_report

        facts = report_facts(self, model_file, date) | {"picture": picture, "beside": beside}
        return markdown_report(self.tree.model, facts)

    def report_html(self, *, model_file: str = "MODEL", date: str | None = None) -> str:
        """The report as one HTML file that needs nothing else and can be printed; arguments as of `report`."""
        from faulttree.render.reporting import html_report

        return html_report(self.tree.model, report_facts(self, model_file, date), self.tree.diagram())

    def _numbers_text(self) -> str:
        if self.probability is None:
            return "No probability is given for every event: cut sets only."
        if self.probability.is_exact:
            lines = [f"{'probability':<22} {number_text(self.probability.value):<10} {self.probability.method}"]
        else:
            lines = [f"{'probability':<22} {self.probability}"]
        for name, value in (("min-cut upper bound", self.min_cut_upper_bound), ("rare-event sum", self.rare_event)):
            if value is not None:
                lines.append(f"{name:<22} {number_text(value.value):<10} never below the exact value")
        return "\n".join([*lines, *self.notes()])

    def notes(self) -> list[str]:
        """What the limits of the analysis left out, in words."""
        left_out = [f"Within the limits of the analysis these were left out: {', '.join(self.left_out)}."]
        return [*(left_out if self.left_out else []), *self.depth.notes]

    def _cut_sets_text(self) -> str:
        rows = [
            [
                rank,
                *([] if cut.probability is None else [cut.probability, _share(cut)]),
                " + ".join(cut.events) or "(nothing needs to happen)",
            ]
            for rank, cut in enumerate(self.cut_sets.ranked(SHOWN), start=1)
        ]
        columns = ("", "events") if rows and len(rows[0]) == 2 else ("", "probability", "share", "events")
        more = self.cut_sets.count - SHOWN
        table = text_table(columns, rows) if rows else "The top event cannot occur." * self.cut_sets.complete
        notes = [f"... and {more:,} more"] if more > 0 else []
        return "\n".join(part for part in (self._sets_line(), table, *notes, *self.listing()) if part)

    def _sets_line(self) -> str:
        said = sets_text(self.cut_sets)
        return said[:1].upper() + said[1:]

    def _importance_text(self) -> str:
        if self.ranking is None:
            return ""
        ranking = self.ranking
        shown = [each for each in SUMMARISED if each in ranking.columns]
        rows = [
            [row.event, row.probability, *(texts[measure] for measure in shown)] for row, texts in ranking.rows[:SHOWN]
        ]
        heading = f"importance, between certain bounds, ranked by {ranking.by}" if ranking.bounded else "importance"
        return f"{heading}\n" + text_table(("event", "q", *(ranking.columns[each] for each in shown)), rows)

    def _what_if_text(self) -> str:
        if not self.comparisons:
            return ""
        rows = [
            [name, *([c.after.value, c.ratio] if c.after else []), c.cut_sets_after, c.gained.count, c.lost.count]
            for name, c in self.comparisons.items()
        ]
        numbers = ("probability", "ratio") if len(rows[0]) == 6 else ()
        return "what if\n" + text_table(("scenario", *numbers, "cut sets", "gained", "lost"), rows)


def _share(cut: CutSet) -> str:
    return share_text(cut.fraction)


def analyse(tree: FaultTree) -> Dossier:
    """Work everything out, the model's scenarios included; what the limits end is left out, and named."""
    known = True
    try:
        tree.event_probabilities()
    except MissingProbabilityError:
        known = False
    left_out: list[str] = []

    def within_limits(quantity: Callable[[], T], name: str = "") -> T | None:
        try:
            return quantity()
        except LimitExceeded:
            left_out.extend([name] if name else [])
            return None

    comparisons = {}
    for name in tree.model.scenarios:
        compared = within_limits(functools.partial(compare, tree, tree.scenario(name)), f"scenario '{name}'")
        if compared is not None:
            comparisons[name] = compared
    probability = tree.probability() if known else None
    nodes = within_limits(lambda: tree.diagram_size)
    gate_probabilities = None
    if probability is not None and probability.is_exact:
        gate_probabilities = within_limits(tree.gate_probabilities, "the gates' probabilities")
    elif known:  # each gate alone would take the limits anew
        left_out.append("the gates' probabilities")
    return Dossier(
        tree=tree,
        cut_sets=tree.minimal_cut_sets(),
        probability=probability,
        rare_event=within_limits(tree.rare_event, "the rare-event sum") if known else None,
        min_cut_upper_bound=within_limits(tree.min_cut_upper_bound, "the min-cut upper bound") if known else None,
        importance=tree.importance() if known else None,
        gate_probabilities=gate_probabilities,
        comparisons=comparisons,
        nodes=nodes,
        order=within_limits(lambda: tree.order_name),
        depth=in_depth(tree) if known else Depth(),
        evidence=evidence_findings(tree, scenarios=nodes is not None),
        left_out=tuple(left_out),
    )
