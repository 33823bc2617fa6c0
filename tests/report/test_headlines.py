"""What reports say of cut sets and importances: no more than is known, and ties as ties."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from typing import Any

import pytest
from report_checks import checked

import faulttree as ft
from faulttree.cli import EXIT_PARTIAL, EXIT_THRESHOLD, run_cli
from faulttree.cut_sets.partial import PartialCutSets
from faulttree.generate import generate
from faulttree.importance.events import interval_text
from faulttree.model.yaml_writer import write_yaml
from faulttree.quantification.probability import Probability
from faulttree.report.findings.headlines import count_text, leaders_of, ranking_of, sets_text
from faulttree.report.markdown import escaped
from faulttree.results import number_text


def either(**probabilities: float) -> ft.FaultTree:
    """The OR of events with these probabilities."""
    return ft.FaultTree.from_data(
        {
            "name": "Either",
            "top": "top",
            "gates": {"top": {"or": list(probabilities)}},
            "basic_events": {name: {"probability": p} for name, p in probabilities.items()},
        }
    )


@pytest.fixture(scope="module")
def bounded() -> Any:
    """The analysis of a tree with negations that is too large for its limits: bounds, and no cut sets."""
    model = generate(300, 200, sharing=0.5, nearby=None, mix={"and": 1, "or": 1, "xor": 1}, seed=5,
                     probabilities=(1e-4, 0.1))  # fmt: skip
    data = model.to_data() | {
        "scenarios": {"s": {"set": {"e1": True}}},
        "evidence": {"seen": {"observe": {"g1": True}}},
    }
    return ft.analyse(dataclasses.replace(ft.FaultTree.from_data(data), node_budget=20_000, time_limit=1.0))


# Numbers of cut sets


def test_only_the_first_five_orders_are_listed() -> None:
    orders = {"top": {"or": [f"g{order}" for order in range(1, 9)]}}
    orders |= {f"g{order}": {"and": [f"e{order}_{i}" for i in range(order)]} for order in range(1, 9)}
    events = {f"e{order}_{i}": {"probability": 0.1} for order in range(1, 9) for i in range(order)}
    tree = ft.FaultTree.from_data({"name": "x", "top": "top", "gates": orders, "basic_events": events})
    said = sets_text(tree.minimal_cut_sets())
    ones = ", ".join(f"1 of order {order}" for order in range(1, 6))
    assert said == f"8 minimal cut sets: {ones}, and 3 of higher order"
    found = ft.analyse(tree)
    assert said in str(found) and said in found.report() and said in checked(found.report_html()).text


def test_a_list_that_may_lack_some_is_no_count() -> None:
    sets = either(a=0.1, b=0.2).minimal_cut_sets()
    some = PartialCutSets(sets.family, sets.kind, sets.weights, complete_above=0.1)
    assert count_text(sets) == "2 minimal cut sets" and count_text(some) == "at least 2 minimal cut sets"
    assert sets_text(some).startswith("at least 2 minimal cut sets: 2 of order 1 were found; not all are known")
    none = dataclasses.replace(some, family=sets.difference(sets).family, complete_above=None)
    for limit, words in (
        ({}, "none was found within the limits"),
        ({"complete_above": 0.25}, "none has a probability of 0.25 or more"),
        ({"complete_to_order": 3}, "none has order 3 or less"),
    ):
        nothing = dataclasses.replace(none, **limit)
        assert count_text(nothing) == "an unknown number of minimal cut sets"
        assert sets_text(nothing).startswith("how many minimal cut sets there are is not known: ")
        assert words in sets_text(nothing)


def test_a_report_between_bounds_states_nothing_that_is_not_known(bounded: Any) -> None:
    assert not bounded.probability.is_exact and not bounded.cut_sets.complete
    text, report = checked(bounded.report_html()).text, bounded.report()
    for words in (text, report, str(bounded)):
        assert "nan" not in words.replace("dominant", "")
        assert "1.000000001" not in words and "0.999999999" not in words
        assert "Fussell-Vesely: " not in words
    for words in (text, report):
        assert "0 minimal cut sets" not in words and "There are 0" not in words and "0 in all" not in words
        assert "How many minimal cut sets there are is not known" in words
        assert "the upper bound of Birnbaum's measure" in words
        assert "Nothing:" not in words and "give the same bytes" not in words, "there is a time limit"
        left_out = words.split("What was left out")[-1]
        ends = f"it lies between {number_text(bounded.probability.lower)} and {number_text(bounded.probability.upper)}"
        for named in (ends, "scenario 's'", "Evidence 'seen', as modelled: not worked out",
                      "Fussell-Vesely"):  # fmt: skip
            assert named in left_out
        assert re.search(r"the probabilities of \d+ gates|the gates' probabilities", left_out)
        assert "--time-limit 1 " in left_out
    assert "|\nWithin the limits" not in report, "a line right below a table would be one of its rows"


def test_a_report_of_bounds_that_as_good_as_meet_has_one_number_and_says_how_far_it_is_certain() -> None:
    found = ft.analyse(either(a=0.1, b=0.2))
    bounds = Probability.bounded(0.01234567888, 0.0123456789, "no exact value was asked for")
    narrow = dataclasses.replace(found, answer=bounds)
    for words in (checked(narrow.report_html()).text, narrow.report()):
        assert "0.0123456789" in words and "0.01235 to" not in words
        assert "ertain to 2e-09 of it: certain bounds have these digits in common; no exact value was asked" in words
        assert "Digits of the probability beyond 0.0123456789; no exact value was asked for." in words


# Importance


def test_intervals_hold_what_the_importance_of_an_interval_gives(bounded: Any) -> None:
    ranking = ranking_of(bounded.importance)
    upper = {row.event: row.birnbaum for row in bounded.importance.upper}
    lower = {row.event: row.birnbaum for row in bounded.importance.lower}
    assert ranking.bounded and ranking.by == "the upper bound of Birnbaum's measure"
    worth = [upper[row.event] for row, _ in ranking.rows]
    assert worth == sorted(worth, reverse=True)
    for row, texts in ranking.rows[:20]:
        assert texts["birnbaum"] == interval_text("birnbaum", lower[row.event], upper[row.event])
    assert "Fussell-Vesely" in ranking.unknown and "fussell_vesely" not in ranking.columns


def test_an_interval_that_tells_nothing_is_unknown_and_none_is_clipped() -> None:
    assert interval_text("fussell_vesely", 0.0, 1.0) == "unknown"
    assert interval_text("risk_achievement_worth", 0.0, math.inf) == "unknown"
    assert interval_text("criticality", -math.inf, math.inf) == "unknown"
    assert interval_text("criticality", 0.5, 1.25) == "0.5 to 1.25"
    assert interval_text("criticality", 0.5, 1.25, coherent=True) == "0.5 to 1"
    assert interval_text("risk_reduction_worth", 0.25, 2.0, coherent=True) == "1 to 2"
    assert interval_text("risk_achievement_worth", 1e-9, math.inf, coherent=True) == "unknown"
    assert interval_text("birnbaum", 0.25, 0.25) == "0.25"
    assert interval_text("diagnostic", math.nan, 1.0) == ""


def test_events_of_the_same_importance_are_named_together() -> None:
    ranking = ranking_of(either(a=0.1, b=0.2, c=0.1, d=0.05).importance())
    assert ranking.leading == (("b",), ("a", "c")) and ranking.others == 0
    many = ranking_of(either(**{f"e{i}": 0.1 for i in range(20)}).importance())
    assert (len(many.leading), len(many.leading[0]), many.others, many.by) == (1, 6, 14, "Fussell-Vesely")
    # No set has a probability, so that of Fussell-Vesely nothing is defined; 1 - q of the other event is 1 for both.
    nothing = ranking_of(either(a=0.0, b=0.0).importance())
    assert nothing.by == "Birnbaum" and nothing.leading == (("a", "b"),) and "Fussell-Vesely" in nothing.unknown


# Ties of cut sets


def test_equally_likely_cut_sets_are_said_to_be() -> None:
    tree = either(a=0.2, b=0.1, c=0.2)
    found = ft.analyse(tree)
    text, report = checked(found.report_html()).text, found.report()
    assert "2 equally likely ones lead, each 40.0% of the sum of all: a; c." in text
    assert "2 equally likely ones lead, each 40.0% of the sum of all: `a`; `c`." in report
    assert "Most important by Fussell-Vesely: a, c (equally); then b." in text
    sets = tree.minimal_cut_sets()
    leaders = leaders_of(sets, 1)
    assert leaders is not None and leaders.ties_text == "1 or more", "what is not looked at may tie, too"
    for limit, words, of_all in ((0.1, "2", True), (0.2, "2 or more", False), (0.3, "2 or more", False)):
        some = leaders_of(PartialCutSets(sets.family, sets.kind, sets.weights, complete_above=limit), 50)
        assert some is not None and (some.ties_text, some.of_all) == (words, of_all), "what was not found may tie, too"


# Whole reports


def test_other_top_events_are_named_with_the_command_that_covers_them() -> None:
    data = {"name": "Two", "top": ["t1", "t2"], "gates": {"t1": {"or": ["a", "b"]}, "t2": {"and": ["a", "b"]}},
            "basic_events": {"a": {"probability": 0.1}, "b": {"probability": 0.2}}}  # fmt: skip
    found = ft.analyse(ft.FaultTree.from_data(data, top="t1"))
    for words in (found.report(model_file="two.yaml"), checked(found.report_html(model_file="two.yaml")).text):
        assert "Other top events of the model, which this report does not cover: 't2'" in words
        assert "faulttree report two.yaml --top t2 -o report.html" in words


def test_markdown_names_ties_of_the_most_probable_state_and_only_files_that_are_there() -> None:
    data = {"name": "Tie", "top": "top", "mission_time": "10 h", "gates": {"top": {"or": ["a", "b"]}},
            "basic_events": {"a": {"probability": 0.5}, "b": {"rate": "1e-3 /h"}},
            "evidence": {"e": {"observe": {"b": True}}}}  # fmt: skip
    found = ft.analyse(ft.FaultTree.from_data(data))
    alone = found.report()
    assert "as probable in another state of `a`" in alone
    assert "over_time.csv" not in alone and ".csv" not in alone
    files = found.files()
    assert "over_time.csv" in files and "`over_time.csv` has the curve." in str(files["report.md"])
    assert alone.split("## What was left out")[1].strip().startswith(("Nothing: no cut set was truncated", "- Metrics"))


def test_a_report_that_leaves_out_nothing_says_so() -> None:
    found = ft.analyse(either(a=0.1, b=0.2))
    for words in (found.report(), checked(found.report_html()).text):
        assert "Nothing: no cut set was truncated" in words and "give the same bytes" in words


@pytest.mark.parametrize("text", ["see http://example.org/x", "https://example.org", "www.example.org", "ftp://a.b"])
def test_an_address_in_a_text_is_no_link_of_markdown(text: str) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="a parser of CommonMark")
    tokens = markdown_it.MarkdownIt("commonmark").parseInline(escaped(text))[0].children
    assert "".join(token.content for token in tokens) == text
    # What readers look for who make links of bare addresses: none of it stands there unescaped.
    assert not re.search(r"(?<!\\)://|www(?<!\\)\.", escaped(text))


# Sentences on trees where another one would be false


def told(tree: ft.FaultTree) -> list[str]:
    """What both reports say, on one line each."""
    found = ft.analyse(tree)
    return [" ".join(words.replace("`", "").split()) for words in (found.report(), checked(found.report_html()).text)]


def tree_of(gate: dict[str, Any], **probabilities: float) -> ft.FaultTree:
    events = {name: {"probability": p} for name, p in probabilities.items()}
    return ft.FaultTree.from_data({"name": "Told", "top": "top", "gates": {"top": gate}, "basic_events": events})


def test_many_that_tie_are_said_to_and_not_to_be_unknown() -> None:
    """Of nineteen events alike the report said that it is not known which are most important."""
    for words in told(either(**{f"e{i}": 0.1 for i in range(19)})):
        assert "Most important by Fussell-Vesely: e0, e1, e2, e3, e4, e5 and 13 more (equally)." in words
        assert "is not known" not in words and "stands out" not in words
    for words in told(either(z=0.5, **{f"e{i}": 0.1 for i in range(19)})):
        assert "Most important by Fussell-Vesely: z; then e0, e1, e2, e3, e4, e5 and 13 more (equally)." in words


def test_where_no_event_matters_none_is_named() -> None:
    for gate, p in (({"and": ["a", "b"]}, 0.0), ({"or": ["a", {"not": "a"}]}, 0.3)):
        for words in told(tree_of(gate, a=p, b=0.0)):
            assert "Most important" not in words and "No event stands out: none has a value above 0 by" in words


def test_a_set_of_nothing_is_no_certain_top_event() -> None:
    """Of `not a` the empty set is the minimal cut set, and P is 0.7."""
    for words in told(tree_of({"not": "a"}, a=0.3)):
        assert "(nothing needs to happen)" in words and "certain)" not in words and "cannot occur" not in words
    for words in told(tree_of({"and": ["a", {"not": "a"}]}, a=0.3)):
        assert "The top event cannot occur." in words
    for words in told(tree_of({"and": ["a", "b"]}, a=0.3, b=0.0)):
        assert "cannot occur" not in words, "it has a cut set, whose probability is 0"


def test_between_bounds_nobody_leads_who_may_not(bounded: Any) -> None:
    ranking = bounded.ranking
    assert ranking.bounded and not ranking.certain
    for words in (bounded.report(), checked(bounded.report_html()).text):
        assert "Which events are most important is known between bounds only; highest in the upper bound of" in words
        assert "Most important by" not in words


@pytest.mark.parametrize(
    ("lows", "certain"), [((0.8, 0.5, 0.1, 0.0), True), ((0.8, 0.2, 0.1, 0.0), False), ((0.4, 0.35, 0.2, 0.0), False)]
)
def test_intervals_apart_are_an_order(lows: tuple[float, ...], certain: bool) -> None:
    """Upper ends .9, .6, .3 and .05: an order where each lower end is above the next upper one."""
    exact = either(a=0.4, b=0.3, c=0.2, d=0.1).importance()
    ends = [
        tuple(
            dataclasses.replace(row, birnbaum=value, fussell_vesely=math.nan)
            for row, value in zip(exact, values, strict=True)
        )
        for values in (lows, (0.9, 0.6, 0.3, 0.05))
    ]
    nothing = tuple(dataclasses.replace(row, birnbaum=math.nan, fussell_vesely=math.nan) for row in exact)
    ranking = ranking_of(dataclasses.replace(exact, events=nothing, method="interval", lower=ends[0], upper=ends[1]))
    assert ranking.leading == (("a",), ("b",), ("c",)) and ranking.certain == certain


def test_what_the_limits_end_is_left_out_and_the_rest_written(tmp_path: Any, capsys: Any) -> None:
    """A tree with negations that no diagram holds: the command wrote nothing, and left with code 1."""
    model = generate(60, 50, sharing=0.5, nearby=None, mix={"and": 1, "or": 1, "xor": 1}, seed=5)
    path, out = tmp_path / "negated.yaml", tmp_path / "out"
    path.write_text(write_yaml(model))
    starved = ["--node-budget", "20"]
    assert run_cli(["run", str(path), "-o", str(out), *starved]) == EXIT_PARTIAL
    found = json.loads((out / "result.json").read_text())
    assert found["partial"] and found["coherent"] is None and found["minimal_cut_sets"]["count"] is None
    assert {"the rare-event sum", "the min-cut upper bound"} <= {*found["left_out"]}
    # Those gates that are easy have their probabilities, and it is said how many others there are.
    assert f"the probabilities of {50 - len(found['gate_probabilities'])} gates" in found["left_out"]
    assert "not all are known within the limits" in (out / "cut_sets.csv").read_text()
    assert {"report.md", "report.html", "importance.csv", "tree.svg"} <= {each.name for each in out.iterdir()}
    for kind in ("html", "md"):
        assert run_cli(["report", str(path), "-o", str(tmp_path / f"report.{kind}"), *starved]) == EXIT_PARTIAL
        assert "What was left out" in (tmp_path / f"report.{kind}").read_text()
    assert run_cli(["run", str(path), "-o", str(out), "--fail-above", "1e-9", *starved]) == EXIT_THRESHOLD
    capsys.readouterr()
    assert run_cli(["run", str(path), "-o", str(out)]) == 0
    assert not json.loads((out / "result.json").read_text())["partial"]
