"""The engine and the state need no page: they run in a worker, which has neither document nor window."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from pages import DIGITS
from strategies import model_of

import faulttree as ft
from faulttree.explorer.joining import joined, modules_of

WORK = """
onmessage = ({ data }) => {
  const engine = new TreeEngine(JSON.parse(data));
  const result = engine.evaluate(new Map([["a", true]]), new Map([["b", true]]));
  postMessage([result.top.p, result.evidence, typeof document, typeof window]);
};
"""
ASK = """
([script, payload]) => new Promise((resolve, reject) => {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(payload);
})
"""


def test_the_engine_works_in_a_worker(browser):
    tree = ft.FaultTree.of(model_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.1, "b": 0.2, "c": 0.3}))
    script = joined(files("faulttree.explorer"), "engine/engine.js") + WORK
    page = browser.new_page()
    top, evidence, document, window = page.evaluate(ASK, [script, json.dumps(tree.explorer().payload)])
    page.close()
    assert (top, evidence) == (pytest.approx(1.0, rel=DIGITS), pytest.approx(0.2, rel=DIGITS))
    assert (document, window) == ("undefined", "undefined")


@pytest.mark.parametrize("folder", ["engine", "state"])
def test_no_word_of_the_page_stands_where_none_is_known(folder):
    scripts = sorted((Path(str(files("faulttree.explorer"))) / folder).glob("*.js"))
    assert scripts
    for script in scripts:
        (module,) = modules_of(script.parent.parent, f"{folder}/{script.name}")[-1:]
        found = re.findall(r"\b(?:document|window|globalThis|location|localStorage|navigator|fetch)\b", module.code)
        assert found == [], script.name
        assert all(not other.startswith(("picture/", "panels/")) for other in module.imports), script.name
