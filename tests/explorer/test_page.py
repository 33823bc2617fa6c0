"""The whole page in a real browser: its numbers against Python's, large trees, frames, files."""

from __future__ import annotations

import random
import re
from importlib.resources import files
from pathlib import Path

import pytest
from pages import MOLNIYA, close, hash_of, opened, rows, save, settled, until, value
from strategies import model_of, random_model

import faulttree as ft
from faulttree import cli
from faulttree.explorer import page as page_module
from faulttree.explorer.joining import modules_of


def random_states(tree, choose):
    """Some events and a gate set to true, false or a number."""
    names = [*tree.explorer().payload["events"], choose.choice(list(tree.gates))]
    return {
        name: choose.choice([True, False, 10 ** choose.uniform(-9, -1)])
        for name in choose.sample(names, min(len(names), 3))
    }


def check_numbers(page, tree, states):
    what_if = tree.what_if(states)
    slope = 0.0 if what_if.coherent else 2e-16  # terms of both signs, each rounded
    top = what_if.probability().value
    assert close(value(page, "#top-probability"), top)
    assert close(value(page, "#nominal-probability"), tree.probability().value)
    shown = rows(page, "events")
    for row in what_if.importance():
        cells = shown[row.event]
        assert close(cells["birnbaum"], row.birnbaum, slope), row
        assert close(cells["fussellVesely"], row.fussell_vesely), row
        assert close(cells["raw"], row.risk_achievement_worth), row
        assert close(cells["rrw"], row.risk_reduction_worth), row
    gates = rows(page, "gates")
    before = tree.gate_probabilities()
    for gate, probability in what_if.gate_probabilities().items():
        assert close(gates[gate]["now"], probability), gate
        assert close(gates[gate]["base"], before[gate]), gate
    sets = what_if.minimal_cut_sets()
    assert page.locator("#cut-sets .note").get_attribute("data-value") == str(sets.count)
    ranked = page.locator("#cut-sets tbody tr")
    found = ranked.evaluate_all("""rows => rows.map(row => [row.dataset.events, Number(row.cells[2].dataset.value)])""")
    assert len(found) == min(sets.count, 100)
    for (events, probability), expected in zip(found, sets.ranked(100), strict=True):
        assert tuple(events.split("\n") if events else ()) in sets
        assert close(probability, expected.probability)


@pytest.mark.parametrize("seed", range(6))
def test_numbers_are_pythons(browser, tmp_path, molniya, seed):
    choose = random.Random(seed)
    tree = molniya
    if seed:
        tree = ft.FaultTree.of(random_model(12, 8, 0.3, seed, negated=0.2 * (seed % 2), probabilities=(1e-3, 0.5)))
    with opened(browser, save(tree, tmp_path)) as page:
        for _ in range(4):
            states = random_states(tree, choose)
            page.evaluate("link => location.hash = link", hash_of(states) if states else "#")
            until(page, f"store.states.size === {len(states)}")
            settled(page)
            check_numbers(page, tree, states)


@pytest.mark.parametrize(
    "observed",
    [
        {"blok_l_does_not_ignite": True},
        {"blok_l_does_not_ignite": True, "fuse_dislodged": True},
        {"vibration": False, "fuse_not_retained": True},
    ],
)
def test_posteriors_are_pythons(browser, page_file, molniya, observed):
    given = molniya.given(observed)
    posteriors = {row.name: row for row in given.posteriors()}
    with opened(browser, page_file, hash_of({}, observed)) as page:
        assert close(value(page, "#evidence-probability"), given.probability)
        assert close(value(page, "#top-probability"), posteriors[molniya.top].posterior)
        assert page.locator("input[name=mode][value=observe]").is_checked()
        for name, cells in (rows(page, "events") | rows(page, "gates")).items():
            if name in posteriors:
                assert close(cells["posterior"], posteriors[name].posterior), name
                assert close(cells["prior"], posteriors[name].prior), name
        likeliest = given.explanations(1).rows[0]
        assert close(value(page, "#cut-sets tbody td[data-column=probability]"), likeliest.posterior)
        assert "Explanations" in page.locator("#cut-sets h2").inner_text().title()


def test_numbers_read_as_in_python(browser, page_file):
    from faulttree.results import number_text

    numbers = [0.1855, 2.2e-5, 1.0, 0.99999999, 0.5, 123.456, 9999.9, 1e4, 1.23456e-300, 0.001, 9.9996e-4, 0.0]
    with opened(browser, page_file) as page:
        assert page.evaluate("numbers => numbers.map(numberText)", numbers) == [number_text(n) for n in numbers]


def test_five_thousand_elements(browser, tmp_path, record_property):
    tree = ft.FaultTree.of(random_model(3000, 2000, 0.0, 7))
    with opened(browser, save(tree, tmp_path)) as page:
        spent = page.evaluate(
            """() => { const start = performance.now(); store.set("e7", true); return performance.now() - start; }"""
        )
        record_property("milliseconds_of_an_update", spent)
        print(f"update of 5,000 elements: {spent:.0f} ms, engine {page.evaluate('store.result.milliseconds'):.1f} ms")
        settled(page)
        assert close(value(page, "#top-probability"), tree.what_if({"e7": True}).probability().value)
        assert page.evaluate("document.querySelectorAll('*').length") < 20_000
        count = page.locator("#events tbody tr").count()
        page.locator("#events .more").click()
        assert page.locator("#events tbody tr").count() > count
        page.locator("#search").fill("e2999")
        assert page.locator("#events tbody tr").count() == 1


def test_more_cut_sets(browser, tmp_path):
    inputs = [{"or": [f"{group}{i}" for i in range(14)]} for group in "ab"]
    tree = ft.FaultTree.of(model_of({"and": inputs}))
    with opened(browser, save(tree, tmp_path)) as page:
        assert page.locator("#cut-sets tbody tr").count() == 100
        assert "196 cut sets" in page.locator("#cut-sets .said").inner_text()
        page.locator("#cut-sets .more").click()
        settled(page)
        assert page.locator("#cut-sets tbody tr").count() == 196
        assert page.locator("#cut-sets .more").is_hidden()


def test_a_notebook_frame(browser, tmp_path, molniya):
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8>{molniya.explorer()._repr_html_()}", encoding="utf-8")
    context = browser.new_context(offline=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("#events tr[data-name=turbopump_destroyed] label.state-true").click()
    shown = frame.locator("#top-probability")
    expected = molniya.what_if({"turbopump_destroyed": True}).probability().value
    assert close(float(shown.get_attribute("data-value")), expected)
    page.wait_for_timeout(400)  # the hash is written by then
    assert frame.locator("#print").is_hidden()
    frame.locator("#copy-link").click()
    context.close()
    assert said == []


def test_all_files_are_part_of_the_page():
    folder = Path(str(files("faulttree.explorer")))
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".js", ".css")}
    modules = modules_of(files("faulttree.explorer"), page_module.ENTRY)
    assert names == {*(module.path for module in modules), *page_module.STYLES}


def test_no_module_hides_a_name_of_the_browser(browser):
    """In one scope a declaration would be what every other module means by that name."""
    modules = modules_of(files("faulttree.explorer"), page_module.ENTRY)
    names = [name for module in modules for name in module.declared]
    assert len(names) > 50
    page = browser.new_page()
    assert page.evaluate("names => names.filter((name) => name in window)", names) == []
    page.close()


def test_the_same_page_for_the_same_tree(molniya):
    assert molniya.explorer().to_html() == ft.load(MOLNIYA).explorer().to_html()


def test_command_line(tmp_path, monkeypatch, capsys, molniya):
    shown = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    assert cli.run_cli(["explore", str(MOLNIYA), "--open"]) == 0
    written = tmp_path / "molniya_8k78-explorer.html"
    assert written.read_text("utf-8") == molniya.explorer().to_html()
    assert shown == [written.as_uri()]
    assert cli.run_cli(["explore", str(MOLNIYA), "--set", "fuse_not_retained=true", "-o", "-"]) == 0
    assert '"states":{"fuse_not_retained":true}' in capsys.readouterr().out
    assert cli.run_cli(["explore", str(MOLNIYA), "--scenario", "fuse-retained", "-o", "sub/x.html"]) == 0
    assert (tmp_path / "sub" / "x.html").exists()
    assert cli.run_cli(["explore", str(MOLNIYA), "-o", "-", "--open"]) == 2
    assert "leave out --open" in capsys.readouterr().err
    assert cli.run_cli(["explore", "none.yaml"]) == 2


def test_no_browser_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    assert cli.run_cli(["explore", str(MOLNIYA), "--open"]) == 0
    assert "no browser was found" in capsys.readouterr().err


def test_all_static_controls_are_exercised_here():
    """Every button and field of the page's markup is named by a test of this folder."""
    template = (files("faulttree.explorer") / "page.html.j2").read_text("utf-8")
    ids = re.findall(r'<(?:button|input)[^>]* id="([^"]+)"', template)
    source = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert ids
    assert [one for one in ids if f"#{one}" not in source] == []
