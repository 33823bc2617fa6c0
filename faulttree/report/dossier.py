"""Everything that `faulttree run` works out for one top event: the summary, the report and the files."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from faulttree import __version__
from faulttree.cut_sets.collection import CutSet
from faulttree.errors import InvalidRequestError
from faulttree.facade import FaultTree
from faulttree.facade.comparison import what_if_table
from faulttree.files import write_all
from faulttree.report.findings import Findings
from faulttree.report.findings.headlines import sets_text
from faulttree.report.section import Edition
from faulttree.report.wording import answer_text
from faulttree.results import Records, Shown, jsonable, number_text, share_text, text_table

__all__ = ["PICTURES", "Dossier", "analyse"]

PICTURES = ("svg", "png", "pdf", "dot")
SHOWN = 10
SUMMARISED = ("fussell_vesely", "birnbaum", "risk_achievement_worth", "risk_reduction_worth")
"""Measures of importance in the summary."""


@dataclass(frozen=True, eq=False)
class Dossier(Findings, Shown):
    """All results of a tree: a summary in text, a report, and files. The fields are those of `Findings`."""

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
        listed = list(self.cut_sets.ranked(self.listed))
        return {
            "faulttree": __version__,
            "model": {"name": self.tree.model.name, "sha256": self.digest},
            "top": self.tree.top,
            "states": dict(self.tree.states),
            "gates": len(self.tree.gates),
            "events": len(self.tree.events),
            "coherent": self.coherent,
            "probability": self.probability and self.probability.to_dict(),
            **({"frequency": self.frequency.to_dict()} if self.frequency else {}),
            "rare_event": self.rare_event and self.rare_event.to_dict(),
            "min_cut_upper_bound": self.min_cut_upper_bound and self.min_cut_upper_bound.to_dict(),
            "gate_probabilities": None if self.gate_probabilities is None else dict(self.gate_probabilities),
            "modules": list(self.tree.modules),
            "minimal_cut_sets": self.cut_sets.summary()
            | {
                "listed": len(listed),
                "sets": [{"events": list(cut.events), self.cut_sets.quantity: cut.probability} for cut in listed],
            },
            "importance": self.importance.records() if self.importance else None,
            **self.depth.to_dict(),
            "scenarios": {name: comparison.to_dict() for name, comparison in self.comparisons.items()},
            "evidence": {found.name: found.to_dict() for found in self.evidence},
            "diagram": None if self.nodes is None else {"nodes": self.nodes, "order": self.order},
            "simplification": [asdict(step) for step in self.tree.simplification],
            "left_out": list(self.left_out),
            "partial": self.partial,
            "warnings": list(self.tree.warnings),
        }

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
        files["cut_sets.csv"] = self.cut_sets.to_csv(self.listed)
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

    def what_if_table(self) -> Records:
        """One record per scenario: what it sets, and what that does; see `facade.comparison`."""
        return what_if_table(self.tree, self.comparisons)

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
        from faulttree.report.markdown import markdown_report

        return markdown_report(self, Edition(model_file, date, picture=picture, beside=tuple(beside)))

    def report_html(self, *, model_file: str = "MODEL", date: str | None = None) -> str:
        """The report as one HTML file that needs nothing else and can be printed; arguments as of `report`."""
        from faulttree.report.page import html_report

        return html_report(self, Edition(model_file, date, draws=True))

    def _numbers_text(self) -> str:
        answer = self.answer
        if answer is None:
            return "No probability is given for every event: cut sets only."
        if answer.is_exact:
            lines = [f"{answer.quantity:<22} {answer_text(answer):<10} {answer.method}"]
        else:
            lines = [f"{answer.quantity:<22} {answer}"]
        for name, value in (("min-cut upper bound", self.min_cut_upper_bound), ("rare-event sum", self.rare_event)):
            if value is not None:
                lines.append(f"{name:<22} {answer_text(value, as_number=True):<10} never below the exact value")
        return "\n".join([*lines, *self.notes()])

    def _cut_sets_text(self) -> str:
        rows = [
            [
                rank,
                *([] if cut.probability is None else [cut.probability, _share(cut)]),
                " + ".join(cut.events) or "(nothing needs to happen)",
            ]
            for rank, cut in enumerate(self.cut_sets.ranked(SHOWN), start=1)
        ]
        columns = ("", "events") if rows and len(rows[0]) == 2 else ("", self._set_number, "share", "events")
        more = self.cut_sets.found - SHOWN
        table = text_table(columns, rows) if rows else "The top event cannot occur." * self.cut_sets.complete
        found = "" if self.cut_sets.complete else " found"
        notes = [f"... and {more:,} more{found}"] if more > 0 else []
        return "\n".join(part for part in (self._sets_line(), table, *notes, *self.listing()) if part)

    @property
    def _set_number(self) -> str:
        """The heading of the sets' numbers."""
        return ", ".join(filter(None, (self.cut_sets.quantity, self.cut_sets.unit)))

    def _sets_line(self) -> str:
        said = sets_text(self.cut_sets)
        return said[:1].upper() + said[1:]

    def _importance_text(self) -> str:
        if self.ranking is None:
            return ""
        ranking = self.ranking
        shown = [each for each in SUMMARISED if each in ranking.columns]
        unit, frequent = (self.importance.unit, self.importance.frequencies) if self.importance else ("", ())
        rows = [
            [
                row.event,
                f"{number_text(row.probability)} {unit}" if row.event in frequent else row.probability,
                *(texts[measure] for measure in shown),
            ]
            for row, texts in ranking.rows[:SHOWN]
        ]
        heading = f"importance, between certain bounds, ranked by {ranking.by}" if ranking.bounded else "importance"
        return f"{heading}\n" + text_table(("event", "q", *(ranking.columns[each] for each in shown)), rows)

    def _what_if_text(self) -> str:
        if not self.comparisons:
            return ""
        with_numbers = any(c.after is not None for c in self.comparisons.values())
        rows = []
        for name, c in self.comparisons.items():
            numbers = ["" if c.after is None else answer_text(c.after), c.ratio] if with_numbers else []
            moved = [None if sets is None else sets.count for sets in (c.gained, c.lost)]
            rows.append([name, *numbers, c.cut_sets_after, *moved])
        columns = (self.answer.quantity if self.answer else "probability", "ratio") if with_numbers else ()
        return "what if\n" + text_table(("scenario", *columns, "cut sets", "gained", "lost"), rows)


def _share(cut: CutSet) -> str:
    return share_text(cut.fraction)


def analyse(tree: FaultTree) -> Dossier:
    """Work everything out, the model's scenarios included; what the limits end is left out, and named."""
    return Dossier.of(tree)
