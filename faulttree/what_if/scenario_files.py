"""Tables of scenarios in files: YAML or JSON as in a model file, or CSV, a row per scenario or a row per setting.

All faults of a file are told at once, each with its line and the likely fix.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from faulttree.errors import Fault, InvalidModelError, InvalidRequestError, did_you_mean
from faulttree.formats.json import compose_json
from faulttree.model.document import MOST_BYTES, Composer, Lines, MappingNode, decoded
from faulttree.model.explaining import explained
from faulttree.model.sections import element_at
from faulttree.model.tree import Model, Scenario
from faulttree.model.written import as_name, described
from faulttree.model.yaml import compose_yaml
from faulttree.what_if.scenario_csv import GivenScenario, Setting, read_csv

__all__ = ["TABLE_SUFFIXES", "read_scenario_text", "read_scenarios"]

TABLE_SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".csv": "csv", ".tsv": "csv", ".txt": "csv"}
MOST_FAULTS, MOST_HINTS = 200, 50
_WORDINGS = {"the model holds more than": "the table holds more than", "the end of the model": "the end of the table"}
_FIXES = {
    "split the model": "split the table",
    "keep one model in a file": "keep one table in a file",
    "remove it; a model holds plain values only": "remove it; a table holds plain values only",
    "compare the line with the model file's format": "compare the line with a table that can be read",
}
_KEYS = frozenset(field.alias or name for name, field in Scenario.model_fields.items())


def read_scenarios(path: str | os.PathLike[str], model: Model) -> dict[str, Scenario]:
    """The scenarios in a file, by name, its format told by the suffix: those of `TABLE_SUFFIXES`.

    model: whose gates and events they set. Raises InvalidModelError with all faults of the file, InvalidRequestError
    when it cannot be read.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        known = ", ".join(TABLE_SUFFIXES)
        raise InvalidRequestError(f"{os.fspath(path)}: the suffix '{suffix}' is not known; use one of {known}")
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidRequestError(f"{os.fspath(path)}: cannot be read: {reason}") from error
    return read_scenario_text(content, TABLE_SUFFIXES[suffix], model, os.fspath(path))


def read_scenario_text(content: str | bytes, kind: str, model: Model, file: str = "") -> dict[str, Scenario]:
    """The scenarios in a text, by name. kind: a value of `TABLE_SUFFIXES`; file: its name in messages.

    YAML and JSON hold a mapping `scenarios`, as a model file does, or the mapping itself: by name
    `{label: ..., set: {event: state}}`, or only `{event: state}`. CSV is described in `scenario_csv`.
    Raises InvalidModelError with all faults.
    """
    try:
        return _read(decoded(content, file) if isinstance(content, bytes) else content, kind, model, file)
    except InvalidModelError as error:
        # What is said of every document is said of models; this one is a table.
        raise InvalidModelError([_about_a_table(fault) for fault in error.faults]) from None


def _about_a_table(fault: Fault) -> Fault:
    message = fault.message
    for said, meant in _WORDINGS.items():
        message = message.replace(said, meant)
    return replace(fault, message=message, fix=_FIXES.get(fault.fix, fault.fix))


def _read(text: str, kind: str, model: Model, file: str) -> dict[str, Scenario]:
    headings: dict[str, int] = {}
    known = frozenset((*model.gates, *model.basic_events, *model.house_events))
    if kind == "csv":
        given, headings, faults = read_csv(text, file)
    elif all(line.lstrip().startswith("#") or not line.strip() for line in text.splitlines()):
        given, faults = [], []
    else:
        given, faults = _from_document(compose_json(text, file) if kind == "json" else compose_yaml(text, file), file)
    faults += _faults_of(given, headings, known, file)
    if not given and not faults:
        faults.append(Fault("the file holds no scenario", fix="add at least one", file=file))
    if faults:
        faults.sort(key=lambda fault: fault.line or 0)
        more = len(faults) - MOST_FAULTS
        rest = [Fault(f"and {more:,} more faults", fix="correct these first", file=file)] if more > 0 else []
        raise InvalidModelError([*faults[:MOST_FAULTS], *rest])
    made = {}
    for each in given:
        states = {setting.name: setting.state for setting in each.settings}
        label = {} if each.label is None else {"label": each.label}
        made[each.name] = Scenario.model_validate({**label, "set": states})
    return made


def _faults_of(
    given: Iterable[GivenScenario], headings: Mapping[str, int], known: frozenset[str], file: str
) -> list[Fault]:
    """Names that the model lacks, and scenarios that set nothing. headings: names that stand there, with the line."""
    faults: list[Fault] = []
    hints: dict[str, str] = {}

    def undefined(name: str, element: str, line: int | None) -> None:
        if name not in hints and len(hints) < MOST_HINTS:
            hints[name] = did_you_mean(name, known)
        fix = hints.get(name) or "name a gate or event of the model"
        faults.append(Fault(f"'{name}' is not defined", element, fix, file=file, line=line))

    for name, heading_line in headings.items():
        if name not in known:
            undefined(name, "heading", heading_line)
    for each in given:
        element = f"scenario '{each.name}'"
        if not each.settings and not each.is_faulty:
            fix = "set at least one event, or leave the scenario out"
            faults.append(Fault("sets nothing", element, fix, file=file, line=each.line))
        for name, line in (*((setting.name, setting.line) for setting in each.settings), *each.left):
            if name not in known and name not in headings:
                undefined(name, element, line)
    return faults


# YAML and JSON


def _from_document(composer: Composer, file: str) -> tuple[list[GivenScenario], list[Fault]]:
    root, faults = composer.root, list(composer.faults)
    if not isinstance(root, MappingNode):
        message = f"a mapping from names to scenarios is wanted here, not {described(root)}"
        return [], [*faults, Fault(message, fix="write `scenarios: {name: {event: true}}`", file=file, line=1)]
    table: Any = root
    if "scenarios" in root and set(root) <= set(Model.model_fields):
        table = root["scenarios"]
    else:
        # Faults of the form were placed as in a model; here the names stand at the top.
        faults = [_under_scenarios(fault) for fault in faults]
    if not isinstance(table, MappingNode):
        message = f"a mapping from names to scenarios is wanted here, not {described(table)}"
        return [], [*faults, Fault(message, "scenarios", "write `name: {event: true}`", file=file, line=table.line)]
    given = []
    for key, value in table.items():
        each, found = _scenario(str(key), key, value, Lines(table))
        given.append(each)
        faults += [replace(fault, file=file) for fault in found]
    return given, faults


def _scenario(name: str, key: object, value: object, lines: Lines) -> tuple[GivenScenario, list[Fault]]:
    """One scenario, in its long form with `set:` or in its short one. Of a faulty one the names are still given."""
    element, line = f"scenario '{name}'", lines.of((name,))
    is_long = isinstance(value, Mapping) and "set" in value
    written: Any = value["set"] if isinstance(value, Mapping) and is_long else value
    prefix = ("set",) if is_long else ()
    try:
        as_name(key)
    except ValueError as error:
        return GivenScenario(name, None, line=line, is_faulty=True), [Fault(str(error), element, line=line)]
    if not is_long and isinstance(value, Mapping) and value and _KEYS.issuperset(value):
        fault = Fault("`set` is missing", element, "add `set: {event: true}`", line=line)
        return GivenScenario(name, None, line=line, is_faulty=True), [fault]
    faults: list[Fault] = []
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(value if is_long else {"set": value})
    except ValidationError as error:
        for fault in explained(error, Scenario, ("scenarios", name)):
            inside = fault.path[2:] if is_long else fault.path[3:]
            message = fault.message if is_long else fault.message.removeprefix("set.").removeprefix("set: ")
            faults.append(replace(fault, message=message, element=element, line=lines.of((name, *inside))))
    states = scenario.states if scenario is not None else {}
    names = [str(event) for event in written] if isinstance(written, Mapping) else []
    settings = [Setting(event, states.get(event, False), lines.of((name, *prefix, event))) for event in names]
    label = scenario.label if scenario is not None else None
    return GivenScenario(name, label, settings, line, is_faulty=scenario is None), faults


def _under_scenarios(fault: Fault) -> Fault:
    path = ("scenarios", *fault.path)
    return replace(fault, path=path, element=element_at(path) if fault.path else fault.element)
