"""Numbers that no float holds with its digits are refused wherever they are written, never read as 0 or infinite."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faulttree import FaultTree, load
from faulttree.errors import FaultTreeError
from faulttree.model.quantities import Duration, Rate
from faulttree.wide_floats import read_float

YAML = """\
name: x
top: t
mission_time: 24 h
gates: {{t: {{and: [a, b]}}}}
basic_events: {{a: {{{}}}, b: {{probability: 0.5}}}}
"""
MEF = """<opsa-mef><define-fault-tree name="ft">
<define-gate name="t"><and><basic-event name="a"/><basic-event name="b"/></and></define-gate></define-fault-tree>
<model-data><define-basic-event name="a"><float value="{}"/></define-basic-event>
<define-basic-event name="b"><float value="0.5"/></define-basic-event></model-data></opsa-mef>"""
ARALIA = "t := a & b;\np(a) = {};\np(b) = 0.5;\n"
BAD = [
    ("1e-400", "1e-400 is smaller than 2.2e-308, the least that has all its digits; write 0, or more"),
    ("1e-310", "1e-310 is smaller than 2.2e-308"),
    ("0.01e-306", "0.01e-306 is smaller than 2.2e-308"),
    ("1e400", "1e400 is larger than 1.8e+308, the largest number; write a smaller one"),
]


def refusal(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultTreeError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize(("number", "message"), BAD)
@pytest.mark.parametrize(
    ("suffix", "form", "line"),
    [("yaml", YAML.replace("{}", "probability: {}"), 5), ("xml", MEF, 3), ("txt", ARALIA, 2)],
)
def test_a_file_with_such_a_number_is_refused(
    tmp_path: Path, number: str, message: str, suffix: str, form: str, line: int
) -> None:
    found = refusal(tmp_path / f"m.{suffix}", form.format(number))
    assert f"m.{suffix}:{line}" in found and "'a'" in found and message in found


def test_json_and_all_faults_at_once(tmp_path: Path) -> None:
    text = json.dumps({"name": "x", "top": "t", "gates": {"t": {"and": ["a", "b"]}}, "basic_events": {
        "a": {"probability": "SMALL"}, "b": {"probability": "LARGE"}}})  # fmt: skip
    found = refusal(tmp_path / "m.json", text.replace('"SMALL"', "1e-400").replace('"LARGE"', "1e400"))
    assert "1e-400 is smaller" in found and "1e400 is larger" in found


@pytest.mark.parametrize("written", ["rate: 1e-400 /h", "rate: 1e-306 /h", "rate: 1e400 /h"])
def test_so_is_a_rate_in_any_unit(tmp_path: Path, written: str) -> None:
    assert "than" in refusal(tmp_path / "m.yaml", YAML.format(written))


@pytest.mark.parametrize("made", [lambda: Rate.from_text("1e-306 /h"), lambda: Duration.from_text("1e-306 ms")])
def test_a_quantity_must_keep_its_digits_in_seconds(made: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"smaller than 2.2e-308 in seconds; write 0, or more"):
        made()
    assert Rate.from_text("0 /h").per_second == 0.0 and Rate.from_text("1e-300 /h").per_second > 0.0


@pytest.mark.parametrize("written", ["0", "0.0", "0e-400", "-0", "2.3e-308", "1e308", ".5"])
def test_what_a_float_holds_is_read(written: str) -> None:
    assert read_float(written) == float(written)


def test_python_values_and_the_command_line_too(ask: Callable[..., tuple[int, str, str]]) -> None:
    text = YAML.format("probability: 0.25")
    tree = FaultTree.from_data({"name": "x", "top": "t", "gates": {"t": {"and": ["a", "b"]}}, "basic_events": {
        "a": {"probability": 0.1}, "b": {"probability": 0.1}}})  # fmt: skip
    with pytest.raises(FaultTreeError, match="is smaller than"):
        tree.what_if({"a": 1e-310})
    for arguments in (("--set", "a=1e-400"), ("--fail-above", "1e-400")):
        code, out, err = ask("probability", text, *arguments)
        assert code and not out and "1e-400 is smaller than 2.2e-308" in err
    code, out, err = ask("cut-sets", text, "--min-probability", "1e-400")
    assert code and not out and "1e-400 is smaller than 2.2e-308" in err


def test_a_table_of_scenarios_too(ask: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    table = tmp_path / "s.csv"
    table.write_text("scenario,a\ns1,1e-400\n", encoding="utf-8")
    code, _, err = ask("scenarios", YAML.format("probability: 0.25"), "--table", table)
    assert code and "1e-400 is smaller than 2.2e-308" in err
