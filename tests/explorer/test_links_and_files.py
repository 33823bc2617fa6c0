"""What leaves the page and comes back: links, scenarios, pictures."""

from __future__ import annotations

import json

import pytest
import yaml
from pages import MOLNIYA, close, hash_of, opened, save, until, value
from strategies import model_of

import faulttree as ft
from faulttree import formats


def test_files(browser, page_file, molniya):
    states = {"turbopump_destroyed": True, "fuse_not_retained": 1e-12}
    with opened(browser, page_file, hash_of(states, {"fuse_dislodged": True})) as page:
        with page.expect_download() as saved:
            page.locator("#save-scenario").click()
        assert saved.value.suggested_filename == "Molniya-8K78-loss-of-4-November-1962-scenario.yaml"
        content = saved.value.path().read_text("utf-8")
        with page.expect_download() as saved:
            page.locator("#save-svg").click()
        assert saved.value.suggested_filename.endswith(".svg")
        svg = saved.value.path().read_text("utf-8")
    model = yaml.safe_load(MOLNIYA.read_text("utf-8"))
    written = yaml.safe_load(content)
    model["scenarios"] |= written["scenarios"]
    model["evidence"] = model.get("evidence", {}) | written["evidence"]
    read, warnings = formats.read_text(yaml.safe_dump(model, allow_unicode=True), "yaml")
    assert not warnings
    assert dict(read.scenarios["my-scenario"].states) == states
    assert dict(read.evidence["my-evidence"].observe) == {"fuse_dislodged": True}
    assert svg.startswith(("<?xml", "<svg"))


def test_names_that_yaml_would_misread(browser, tmp_path):
    names = ["NO", "1E5", "null", "x=1", "a: b", "- c", "#d", 'q"uo\\te', "{e}", "käse 漢字", "&f", "given:g"]
    tree = ft.FaultTree.of(model_of({"or": names}))
    states = dict.fromkeys(names, 0.125)
    with opened(browser, save(tree, tmp_path), hash_of(states)) as page:
        assert page.evaluate("Object.fromEntries(store.states)") == states
        written = page.evaluate("store.toYaml()")
        settings = page.evaluate("store.hash()")
    text = json.dumps(tree.model.to_data())
    scenario, _ = formats.read_text(f"{text[:-1]},\n{json.dumps(yaml.safe_load(written))[1:]}", "yaml")
    assert dict(scenario.scenarios["my-scenario"].states) == states
    with opened(browser, save(tree, tmp_path), "#" + settings) as page:
        assert page.evaluate("Object.fromEntries(store.states)") == states


def test_the_link(browser, page_file, molniya):
    states = {"turbopump_destroyed": True, "fuse_not_retained": 0.02}
    with opened(browser, page_file, permissions=["clipboard-read", "clipboard-write"]) as page:
        for name, state in states.items():
            page.evaluate("([name, state]) => store.set(name, state)", [name, state])
            until(page, f"location.hash.includes({name!r})")
        page.locator("#copy-link").click()
        until(page, "!document.getElementById('notice').hidden || document.getElementById('link-dialog').open")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link.endswith(hash_of(states))
        page.go_back()
        until(page, "store.states.size === 1")
        page.go_forward()
        until(page, "store.states.size === 2")
        number = value(page, "#top-probability")
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }")
        page.locator("#copy-link").click()
        assert page.locator("#link").input_value() == link
        page.locator("#link-dialog").get_by_role("button").click()
    assert close(number, molniya.what_if(states).probability().value)
    with opened(browser, page_file, link[link.index("#") :]) as page:
        assert value(page, "#top-probability") == number


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("#no_such_event%3Dtrue", "there is no event or gate “no_such_event”"),
        ("#fuse_not_retained%3Dperhaps", "neither true, false nor a probability"),
        ("#fuse_not_retained%3D2", "neither true, false nor a probability"),
        ("#given%3Afuse_not_retained%3D0.5", "what is observed is true or false"),
        ("#fuse_not_retained", "is not a setting"),
        ("#%E0%A4%A", "is not an encoded setting"),
        ("#constructor%3Dtrue&__proto__%3Dtrue", "there is no event or gate “constructor”"),
    ],
)
def test_a_bad_link_is_a_message(browser, page_file, molniya, link, said):
    with opened(browser, page_file, link) as page:
        assert said in page.locator("#notice").inner_text()
        assert close(value(page, "#top-probability"), molniya.probability().value)


def test_a_long_bad_link_is_a_short_message(browser, page_file):
    with opened(browser, page_file, "#" + "x" * 50_000) as page:
        assert len(page.locator("#notice").inner_text()) < 250


def test_the_page_starts_where_the_tree_is(browser, tmp_path, molniya):
    tree = molniya.what_if({"turbopump_destroyed": False})
    with opened(browser, save(tree, tmp_path)) as page:
        assert close(value(page, "#top-probability"), tree.probability().value)
        assert close(value(page, "#nominal-probability"), molniya.probability().value)
        page.locator("#reset").click()
        until(page, "location.hash === '#as-written'")
        page.reload()
        assert close(value(page, "#top-probability"), molniya.probability().value)
