"""The command line about uncertainty, and plots: results against known distributions, files, and messages."""

import csv
import io
import json
import math
import re
import shlex
import sys
from pathlib import Path

import pytest

from faulttree import cli
from faulttree.cli.plotting import QUANTITIES
from faulttree.cli.uncertainty import METHODS
from faulttree.cli.uncertainty import QUANTITIES as UNCERTAIN

# P = xy with x uniform on [0.1, 0.3] and y uniform on [0.2, 0.8], in an OR with nothing else.
PRODUCT = """
name: Product
top: both
mission_time: 10 h
gates:
  both: {and: [x, y, sure]}
  sure: {or: [always, y]}
basic_events:
  x: {probability: 0.2, label: The first, uncertainty: {uniform: {low: 0.1, high: 0.3}}}
  y: {probability: half}
  always: {probability: 1}
parameters:
  half: {uncertainty: {uniform: {low: 0.2, high: 0.8}}}
"""
CORRELATED = PRODUCT + "correlations:\n  - {between: [x, half], rank: 0.5}\n"
CERTAIN = "name: c\ntop: t\ngates: {t: {and: [a, b]}}\nbasic_events: {a: {probability: 0.5}, b: {probability: 0.5}}\n"
TESTED = """
name: Tested
top: valve
mission_time: 1 y
basic_events:
  valve: {periodic_test: {rate: rate, interval: 1000 h, first_test: 1000 h, repair_time: 1 h}}
parameters:
  rate: {uncertainty: {lognormal: {median: 1e-6 /h, error_factor: 3}}}
"""
MEAN = 0.2 * 0.5
# Of independent factors: E[x^2] E[y^2] - E[x]^2 E[y]^2, a uniform variable's variance being width^2 / 12.
VAR_X, VAR_Y = 0.2**2 / 12, 0.6**2 / 12
VARIANCE = (VAR_X + 0.2**2) * (VAR_Y + 0.5**2) - MEAN**2
FIRST = {"x": VAR_X * 0.5**2 / VARIANCE, "half": VAR_Y * 0.2**2 / VARIANCE}


def test_uncertainty_as_json(ask):
    arguments = ["--samples", "20000", "--percentile", "25", "--exceedance", "0.1", "--gates", "--format", "json"]
    code, out, err = ask("uncertainty", PRODUCT, *arguments)
    found = json.loads(out)
    assert (code, err) == (0, "")
    top, gate = found["rows"]
    assert (top["quantity"], gate["quantity"]) == ("both", "sure")
    assert top["point"] == pytest.approx(MEAN, rel=1e-12)
    # Five standard errors; and a standard deviation that is 1 % away would be noticed at twice this.
    assert abs(top["mean"] - MEAN) < 5 * top["standard_error"]
    assert top["standard_error"] == pytest.approx((VARIANCE / 20000) ** 0.5, rel=0.05)
    assert (gate["mean"], gate["standard_deviation"]) == (1, 0)
    (quarter,) = found["percentiles"]
    assert quarter["lower"] < quarter["value"] < quarter["upper"]
    # P(xy <= v) at the reported percentile, by integration over x.
    steps = [0.1 + 0.2 * (i + 0.5) / 2000 for i in range(2000)]

    def below(v):
        return sum(min(max((v / x - 0.2) / 0.6, 0), 1) for x in steps) / len(steps)

    assert below(quarter["lower"]) < 0.25 < below(quarter["upper"])
    assert quarter["upper"] - quarter["lower"] < 0.1 * quarter["value"]
    (above,) = found["exceedance"]
    assert above["lower"] < 1 - below(0.1) < above["upper"]
    assert found["seed"] == 0


def test_the_seed_decides_and_the_workers_do_not(ask):
    def numbers(*arguments):
        code, out, err = ask("uncertainty", PRODUCT, "--samples", "300", "--format", "csv", *arguments)
        assert code == 0, err
        return out

    assert numbers("--seed", "1") == numbers("--seed", "1", "--workers", "2")
    assert numbers("--seed", "1") != numbers("--seed", "2")


def test_uncertainty_as_a_table(ask):
    code, out, err = ask(
        "uncertainty", PRODUCT, "--method", "sobol", "--samples", "1000", "--importance", "--exceedance", "0.1"
    )
    assert (code, err) == (0, "")
    assert out.startswith("both: probability, from 1,024 sobol samples of 2 uncertain inputs, seed 0\n")
    for line in ("at the point values .* 0.1$", "mean ", "percentile 95 ", r"P\(above 0.1\) ", "x +criticality "):
        assert re.search(f"^{line}", out, re.MULTILINE), line
    assert "95 % confidence, from the spread of 16 independent replicates" in out
    assert "note: 1,024 samples instead of 1,000" in out


def test_uncertainty_as_csv(ask):
    _, out, err = ask(
        "uncertainty", PRODUCT, "--method", "latin-hypercube", "--samples", "1001", "--gates", "--importance",
        "--percentile", "99.9", "--format", "csv",
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(out)))
    assert "note: 1,008 samples instead of 1,001" in err
    assert [(row["of"], row["quantity"]) for row in rows[:3]] == [
        ("both", "probability"), ("sure", "probability"), ("x", "birnbaum"),
    ]  # fmt: skip
    assert float(rows[0]["mean_lower"]) < MEAN < float(rows[0]["mean_upper"])
    assert {"percentile_99.9", "percentile_99.9_lower", "percentile_99.9_upper"} <= rows[0].keys()
    # dP/dx is y, whose mean is that of a Latin hypercube to many digits.
    assert float(rows[2]["mean"]) == pytest.approx(0.5, rel=1e-3)


def test_samples_go_to_parquet(ask, tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    place = tmp_path / "samples.parquet"
    code, _, err = ask("uncertainty", PRODUCT, "--samples", "50", "--parquet", place)
    table = parquet.read_table(place).to_pydict()
    assert (code, err) == (0, f"50 samples written to {place}\n")
    for x, y, p in zip(table["input x"], table["input half"], table["probability both"], strict=True):
        assert p == pytest.approx(x * y, rel=1e-12)
    assert "standard output" in ask("uncertainty", PRODUCT, "--parquet", "-")[2]
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, out, err = ask("uncertainty", PRODUCT, "--parquet", tmp_path / "none.parquet")
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert "faulttree[parquet]" in err
    assert not (tmp_path / "none.parquet").exists()


def test_sensitivity(ask):
    code, out, err = ask("sensitivity", PRODUCT, "--samples", "16384", "--format", "json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    for row in found["sobol"]["rows"]:
        # The spread of quasi-random estimates: a per cent, seen against the interval's width.
        assert row["first_order"] == pytest.approx(FIRST[row["input"]], abs=0.02)
        assert row["total"] == pytest.approx(1 - (FIRST["x"] + FIRST["half"] - FIRST[row["input"]]), abs=0.02)
    assert found["sobol"]["variance"] == pytest.approx(VARIANCE, rel=0.01)
    swing = {row["input"]: row for row in found["tornado"]["rows"]}
    assert swing["x"]["at_low"] == pytest.approx(0.11 * 0.5, rel=1e-12)  # 5 % into [0.1, 0.3]
    assert swing["half"]["at_high"] == pytest.approx(0.2 * 0.77, rel=1e-12)
    assert [row["input"] for row in found["tornado"]["rows"]] == ["half", "x"]


def test_sensitivity_as_table_and_csv(ask):
    code, out, _ = ask("sensitivity", TESTED, "--samples", "64", "--low", "25", "--high", "75")
    assert code == 0
    assert "percentiles 25 and 75" in out
    assert re.search(r"^rate( +[\d.e-]+){5} +1/h$", out, re.MULTILINE)
    _, out, _ = ask("sensitivity", PRODUCT, "--samples", "64", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["input"] for row in rows] == ["half", "x"]
    assert float(rows[0]["total"]) > float(rows[1]["total"])


def test_correlated_inputs_have_a_tornado_and_no_indices(ask):
    note = "no Sobol's indices: they are for independent inputs, and 'x' is correlated with 'half'"
    code, out, _ = ask("sensitivity", CORRELATED)
    assert code == 0
    assert note in out
    assert "swing" in out
    found = json.loads(ask("sensitivity", CORRELATED, "--format", "json")[1])
    assert (found["sobol"], found["notes"], len(found["tornado"]["rows"])) == (None, [note], 2)
    _, out, err = ask("sensitivity", CORRELATED, "--format", "csv")
    assert next(csv.DictReader(io.StringIO(out)))["total"] == ""
    assert note in err


@pytest.mark.parametrize(
    ("verb", "text", "arguments", "message"),
    [
        ("uncertainty", CERTAIN, [], "nothing in this model is uncertain"),
        ("sensitivity", CERTAIN, [], "nothing in this model is uncertain"),
        ("plot tornado", CERTAIN, [], "nothing in this model is uncertain"),
        ("uncertainty", PRODUCT, ["--samples", "1"], "not in the range"),
        ("uncertainty", PRODUCT, ["--seed", "-1"], "not in the range"),
        ("uncertainty", PRODUCT, ["--method", "dice"], "'dice' is not one of"),
        ("uncertainty", PRODUCT, ["--percentile", "100"], "not in the range"),
        ("uncertainty", PRODUCT, ["--exceedance", "2"], "2 is not a probability"),
        ("uncertainty", PRODUCT, ["--workers", "0"], "not in the range"),
        ("uncertainty", PRODUCT, ["--memory", "100kB", "--samples", "100000"], "100,000 samples keep 800 kB"),
        ("uncertainty", PRODUCT, ["--memory", "100kB", "--samples", "100000"], "(command line: --memory)"),
        ("uncertainty", PRODUCT, ["--of", "mttf"], "'mttf' is not one of"),
        ("uncertainty", PRODUCT, ["--of", "pfh", "--gates"], "gates and importance are of the probability"),
        ("uncertainty", PRODUCT, ["--set", "both=true"], "with both=true no uncertain input is left"),
        ("probability", PRODUCT, ["--seed", "-1"], "not in the range"),
        ("over-time", PRODUCT, ["--samples", "100"], "--samples is for the band"),
        ("over-time", TESTED, ["--at", "1e200 h"], " has 1.000e+197 instants at which it jumps"),
        ("sensitivity", PRODUCT, ["--low", "95", "--high", "5"], "give two that rise"),
        ("plot histogram", PRODUCT, ["-o", "x.gif"], "a plot is saved as .svg, .png, .pdf"),
        ("plot histogram", PRODUCT, ["-o", "x"], "a plot is saved as .svg, .png, .pdf"),
        ("plot curve", CERTAIN, [], "give --until"),
        ("plot curve", TESTED, ["--band", "--quantity", "unreliability"], "--band is of the unavailability"),
        ("plot curve", TESTED, ["--quantity", "frequency", "--quantity", "unreliability"], "make a plot of each"),
        ("plot curve", TESTED, ["--quantity", "weight"], "'weight' is not one of"),
        ("plot curve", TESTED, ["--most", "3"], "No such option"),
        ("plot importance", PRODUCT, ["--by", "birnbaun"], "did you mean 'birnbaum'?"),
        ("plot sensitivity", CORRELATED, [], "'x' is correlated with 'half'"),
        ("plot pie", PRODUCT, [], "No such command 'pie'"),
    ],
)
def test_requests_that_make_no_sense(ask, verb, text, arguments, message):
    code, out, err = ask(verb, text, *arguments)
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert message in err
    assert not Path("x").exists()


@pytest.mark.parametrize("kind", ["curve", "importance", "tornado", "histogram", "contribution", "sensitivity"])
def test_every_plot(ask, tmp_path, kind):
    pytest.importorskip("matplotlib")
    more = ["--samples", "64"] if kind in ("histogram", "sensitivity") else []
    for suffix, start in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".PDF", b"%PDF")):
        places = [tmp_path / f"{name}{suffix}" for name in ("one", "two")]
        for place in places:
            code, out, err = ask(f"plot {kind}", PRODUCT, *more, "-o", place)
            assert (code, out, err) == (0, "", "")
        assert places[0].read_bytes().startswith(start)
        assert places[0].read_bytes() == places[1].read_bytes()
    code, out, _ = ask(f"plot {kind}", PRODUCT, *more, "--title", "A title of its own")
    assert code == 0
    assert out.startswith("<?xml")
    assert "A title of its own" in out


def test_plots_show_what_the_numbers_say(ask):
    pytest.importorskip("matplotlib")
    _, out, _ = ask("plot tornado", PRODUCT)
    assert "0.11 to 0.29" in out
    assert "The first" in out  # its label
    _, out, _ = ask("plot tornado", TESTED)
    assert "/h" in out
    _, out, _ = ask("plot curve", TESTED, "--quantity", "unreliability", "--until", "3000 h", "--sil")
    assert "SIL 2" in out
    assert "unreliability" in out
    _, out, _ = ask("plot curve", TESTED, "--band", "--points", "5")
    assert "shaded: 5 to 95 %" in out


def test_a_curve_shows_jumps_at_both_sides(ask, monkeypatch):
    pytest.importorskip("matplotlib")
    seen = []
    text = TESTED.replace(", repair_time: 1 h", "")

    def curve_plot(curve, *arguments, jumps, **options):
        seen.append((curve, jumps))
        return original(curve, *arguments, jumps=jumps, **options)

    import faulttree.render.plots as plots

    original = plots.curve_plot
    monkeypatch.setattr(plots, "curve_plot", curve_plot)
    code, _, err = ask("plot curve", text, "--points", "2")
    assert code == 0, err
    ((curve, jumps),) = seen
    assert jumps == [1000.0 * 3600 * k for k in range(1, 9)]
    assert len(curve) == 2 + 2 * 8
    # Latent failures of up to 1000 h before a test, none after it.
    rate = 1e-6 * math.exp(0.5 * (math.log(3) / 1.6448536269514722) ** 2)  # the mean of the lognormal
    assert max(curve.unavailability) == pytest.approx(-math.expm1(-1000 * rate), rel=1e-9)
    assert (curve.unavailability < 1e-6).sum() == 1 + 8


def test_tests_that_are_too_many_to_show_are_told(ask, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr("faulttree.cli.plotting.MOST_JUMPS", 3)
    code, _, err = ask("plot curve", TESTED, "--points", "5")
    assert code == 0
    assert re.search(r"change the curve at \d+ instants, and 5 points do not show each", err)


def test_plots_without_matplotlib(ask, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, err = ask("plot tornado", PRODUCT, "-o", tmp_path / "x.svg")
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert "faulttree[plots]" in err
    assert not (tmp_path / "x.svg").exists()


def test_a_place_that_cannot_be_written(ask, tmp_path):
    (tmp_path / "file").write_text("")
    for verb, name in (("uncertainty", "x.txt"), ("sensitivity", "x.txt"), ("plot tornado", "x.svg")):
        code, out, err = ask(verb, PRODUCT, "-o", tmp_path / "file" / name)
        assert (code, out) == (cli.EXIT_USAGE, "")
        assert "cannot be written" in err


def test_the_choices_are_those_there_are():
    from typing import get_args

    from faulttree.cli.importance import QUANTITIES as IMPORTANT
    from faulttree.facade.in_time import TIMED
    from faulttree.render.plots.curve import CurveQuantity
    from faulttree.uncertainty import UNITS
    from faulttree.uncertainty.designs import METHODS as KNOWN

    assert METHODS == KNOWN
    assert tuple(UNITS) == UNCERTAIN
    assert get_args(CurveQuantity) == QUANTITIES
    assert set(IMPORTANT) == {"probability", *TIMED}


@pytest.mark.parametrize(
    "verb", ["uncertainty", "sensitivity", "plot", *(f"plot {kind}" for kind in ("curve", "tornado", "sensitivity"))]
)
def test_every_verb_helps_with_an_example(ask, verb):
    code, out, _ = ask(f"{verb} --help", PRODUCT)
    assert code == 0
    assert f"faulttree {verb} " in " ".join(out.split("Example", 1)[1].split())


PAGE = (Path(__file__).parents[2] / "docs/command-line.md").read_text()
SHOWN = [line[2:] for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
         for line in block.splitlines()]  # fmt: skip


@pytest.mark.parametrize("line", SHOWN)
def test_examples_on_the_page_run(line, tmp_path, monkeypatch, capsys):
    plant = re.search(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert plant is not None
    (tmp_path / "plant.yaml").write_text(plant[1])
    monkeypatch.chdir(tmp_path)
    assert cli.run_cli(shlex.split(line)[1:]) == 0, capsys.readouterr().err


def test_there_are_examples_on_the_page():
    assert len(SHOWN) > 20


def test_uncertainty_of_what_the_top_does_in_time(ask):
    code, out, err = ask(
        "uncertainty", TESTED.replace(", repair_time: 1 h", ""), "--of", "pfh", "--samples", "200", "--exceedance",
        "1.5", "--format", "json",
    )  # fmt: skip
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert (found["of"], found["unit"]) == ("pfh", "1/h")
    # Eight whole intervals of 1000 h, in each of which it fails once at most, and a shorter one.
    rate = 1e-6 * math.exp(0.5 * (math.log(3) / 1.6448536269514722) ** 2)
    exact = -(8 * math.expm1(-1000 * rate) + math.expm1(-760 * rate)) / 8760
    assert found["rows"][0]["point"] == pytest.approx(exact, rel=1e-7)
    _, out, _ = ask("uncertainty", TESTED, "--of", "frequency", "--samples", "200")
    assert out.startswith("valve: frequency in 1/h, from 200 monte-carlo samples")
    _, out, _ = ask("uncertainty", TESTED, "--of", "mean-unavailability", "--samples", "200", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["quantity"] == "mean-unavailability"


def test_a_band_over_time_as_a_table(ask):
    code, out, err = ask(
        "over-time", TESTED, "--band", "--at", "500 h", "--at", "100 h", "--samples", "160", "--format", "csv"
    )
    early, late = csv.DictReader(io.StringIO(out))
    assert (code, err) == (0, "")
    assert list(early) == ["time_h", "point", "mean", "percentile_5", "median", "percentile_95"]
    # The lognormal's percentiles are its median times and over the error factor; ten samples of 16 strata or so.
    assert float(late["percentile_95"]) == pytest.approx(500 * 3e-6, rel=0.2)
    assert float(early["percentile_5"]) == pytest.approx(100 * 1e-6 / 3, rel=0.2)
    assert len(ask("over-time", TESTED, "--band", "--points", "4")[1].splitlines()) == 2 + 4


def test_two_files_are_written_or_none(ask, tmp_path):
    pytest.importorskip("pyarrow")
    parquet, place = tmp_path / "samples.parquet", tmp_path / "found.txt"
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.iterdir())
    code, _, err = ask("uncertainty", PRODUCT, "--parquet", parquet, "-o", tmp_path / "file" / "found.txt")
    assert code == cli.EXIT_USAGE
    assert "found.txt: cannot be written" in err
    assert "file is a file, not a folder" in err
    assert sorted(set(tmp_path.iterdir()) - {tmp_path / "model.yaml"}) == before
    code, _, err = ask("uncertainty", PRODUCT, "--parquet", parquet, "-o", f"{tmp_path}/./samples.parquet")
    assert code == cli.EXIT_USAGE
    assert "--parquet and -o name the same file" in err
    assert ask("uncertainty", PRODUCT, "--parquet", parquet, "-o", place)[0] == 0
    assert parquet.exists()
    assert place.exists()
