"""Models that mean harm, in a real browser: what they say stays text, and the page's policy holds."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import MOLNIYA, opened, save, value
from strategies import model_of

import faulttree as ft
from faulttree.model import Model

HOSTILE = [
    "</script><script>window.hacked=1</script>",
    "<!--<script>window.hacked=1",
    "]]><script>window.hacked=1</script>",
    '<img src=x onerror="window.hacked=1">',
    "<svg onload=window.hacked=1>",
    '"><iframe src="javascript:parent.hacked=1"></iframe>',
    "' onmouseover='window.hacked=1' x='",
    "javascript:window.hacked=1",
    "{{7*7}} {% raw %} ${7*7} `${window.hacked=1}`",
    "&lt;b&gt; &amp;amp; &#60;script&#62;",
    "\u2028window.hacked=1\u2029",
    "right to left: \u202eתירבע עברית\u202c العربية",
    "null\x00 bell\x07 escape\x1b[31m delete\x7f c1\x9b31m",
    "\\u003cscript\\u003e \\",
    "=cmd|' /C calc'!A0",
    "x" * 10_000,
    "<b>" * 3_000,
    "😀👩‍👩‍👧‍👦 e\u0301",
    "</style><style>*{display:none}</style>",
    "__proto__",
    "constructor",
]


def hostile_tree(labels: list[str]) -> ft.FaultTree:
    """A tree that says these everywhere it can; as names too, where they are allowed as names."""
    events = {}
    for place, label in enumerate(labels):
        name = label if label.isprintable() and label.strip() == label and 0 < len(label) <= 200 else f"e{place}"
        events[name] = {"probability": 0.1, "label": label, "description": label}
    names = list(events)
    some = labels[0]
    return ft.FaultTree.of(
        Model.from_data(
            {
                "name": some.replace("\x00", "").strip() or "x",
                "description": some,
                "top": "top of it",
                "gates": {
                    "top of it": {"or": names[:2], "label": some, "description": some} if len(names) < 3
                    else {"or": [{"and": names[:2]}, *names[2:]], "label": some, "description": some}
                },
                "basic_events": events,
                "scenarios": {names[0]: {"label": some, "description": some, "set": {names[0]: True}}},
                "evidence": {names[0]: {"label": some, "description": some, "observe": {names[0]: True}}},
            }
        )
    )  # fmt: skip


def check(page, tree):
    """Nothing has run, the page works, and every name and label stands there as it is."""
    assert page.evaluate("window.hacked") is None
    number = value(page, "#top-probability")
    assert number is not None
    rows = page.locator("#events tbody tr")
    first = rows.first.get_attribute("data-name")
    rows.first.locator("label.state-true").click()
    assert value(page, "#top-probability") >= number
    page.evaluate(
        "name => { store.select(name); store.highlight([name]); store.applyScenario(payload.scenarios[0].name) }", first
    )
    page.evaluate("() => { store.applyEvidence(payload.evidence[0].name); preparePrint() }")
    page.evaluate("() => { closeAgain(); store.reset() }")
    shown = rows.evaluate_all("""rows => rows.map(row => [row.querySelector(".name").textContent,
        row.querySelector(".label bdi")?.textContent ?? null])""")
    shown = dict(shown)
    for name, event in tree.model.basic_events.items():
        label = event.label
        assert name in shown
        if label and label != name:
            assert shown[name] == label or (len(label) > 300 and shown[name] == label[:300] + "…")
    foreign = page.evaluate(
        "document.querySelectorAll('iframe, img, object, embed, link, base, style:not(head style)').length"
    )
    assert foreign == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 2
    svg = page.evaluate("diagram.toSvg()")
    kinds = page.evaluate(
        """text => { const root = new DOMParser().parseFromString(text, "image/svg+xml");
             return [...new Set([...root.querySelectorAll("*")].map(one => one.tagName))]; }""",
        svg,
    )
    assert "parsererror" not in kinds
    assert not {"script", "foreignObject", "iframe", "image", "a"} & set(kinds)
    assert page.evaluate("window.hacked") is None


def test_hostile_labels_stay_text(browser, tmp_path):
    tree = hostile_tree(HOSTILE)
    with opened(browser, save(tree, tmp_path)) as page:
        check(page, tree)


@pytest.mark.parametrize("name", HOSTILE[:13:4])
def test_hostile_model_names_stay_text(browser, tmp_path, name):
    tree = hostile_tree([name, "another"])
    with opened(browser, save(tree, tmp_path)) as page:
        check(page, tree)
        assert page.title().endswith("fault tree")


MARKUP = st.sampled_from(
    ["<", ">", "&", '"', "'", "/", "script", "</", "<!--", "-->", "{{", "}}", "\u2028", "\u202e",
     "\x00", "\\", "onload=", "`"]
)  # fmt: skip
ANYTHING = st.lists(st.one_of(MARKUP, st.text(max_size=5)), min_size=1, max_size=12).map("".join)


@settings(max_examples=4)
@given(labels=st.lists(ANYTHING, min_size=2, max_size=12, unique=True))
def test_any_labels_stay_text(browser, tmp_path_factory, labels):
    tree = hostile_tree(labels)
    with opened(browser, save(tree, tmp_path_factory.mktemp("any"))) as page:
        check(page, tree)


@settings(max_examples=100)
@given(text=ANYTHING)
def test_no_label_leaves_its_place_in_the_file(text):
    """The payload ends where it should, whatever stands in it, and reads back as it was."""
    from faulttree.explorer.page import Explorer

    page = Explorer({"name": text, "version": "1", "label": text}).to_html()
    blocks = re.findall(r'<script type="application/json" id="model">(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 1
    assert json.loads(blocks[0]) == {"name": text, "version": "1", "label": text}
    assert blocks[0].isascii()
    assert not set("<>&") & set(blocks[0])
    assert page.count("<script") == page.count("</script>") == 2
    frame = Explorer({"name": text, "version": "1"})._repr_html_()
    assert frame.count("<") == 2
    assert frame.count('"') % 2 == 0


@pytest.fixture
def listener():
    """A port of this machine, and what is sent to it; Chromium connects for a frame, and then refuses to ask."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stopped = threading.Event()

        def listen():
            while not stopped.is_set():
                with suppress(TimeoutError):
                    connection, _ = server.accept()
                    with connection:
                        connection.settimeout(0.2)
                        heard.extend(filter(None, [connection.recv(100)]))

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], heard
        stopped.set()
        thread.join()


def test_the_policy_is_there_and_holds(browser, tmp_path, listener):
    """Whatever came to run inside the page could load nothing, send nothing and add no script."""
    path = save(ft.load(MOLNIYA), tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', path.read_text("utf-8"))[1]
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe" not in policy
    assert "connect-src" not in policy
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    broken = page.evaluate(
        """async (port) => {
          const broken = [];
          document.addEventListener("securitypolicyviolation", event => broken.push(event.effectiveDirective));
          const add = (tag, settings) => document.body.append(Object.assign(document.createElement(tag), settings));
          add("script", { textContent: "window.hacked = 1" });
          add("script", { src: `http://127.0.0.1:${port}/x.js` });
          add("img", { src: `http://127.0.0.1:${port}/x.png` });
          add("iframe", { src: `http://127.0.0.1:${port}/` });
          add("style", { textContent: "body { display: none }" });
          add("link", { rel: "stylesheet", href: `http://127.0.0.1:${port}/x.css` });
          add("object", { data: `http://127.0.0.1:${port}/` });
          const host = document.createElement("div");
          host.innerHTML = '<img src="data:," onerror="window.hacked = 1"><p style="color: red">';
          document.body.append(host);
          setTimeout(() => { try { new Function("window.hacked = 1")(); } catch { broken.push("eval"); } });
          const url = `http://127.0.0.1:${port}/`;
          for (const send of [() => fetch(url), () => new WebSocket(url.replace("http", "ws")),
                              () => navigator.sendBeacon(url, "x"), () => new EventSource(url)]) {
            try { await send(); } catch { /* refused */ }
          }
          await new Promise(resolve => setTimeout(resolve, 300));
          return broken;
        }""",
        listener[0],
    )
    assert page.evaluate("window.hacked") is None
    assert {"script-src-elem", "script-src-attr", "img-src", "frame-src", "style-src-elem", "style-src-attr",
            "object-src", "connect-src", "eval"} <= set(broken)  # fmt: skip
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    context.close()
    assert listener[1] == []


def test_our_own_code_makes_no_markup_of_text():
    """No way from text to markup or code stands in the page's own files."""
    from importlib.resources import files

    scripts = list(Path(str(files("faulttree.explorer"))).rglob("*.js"))
    assert len(scripts) > 20
    for script in scripts:
        source = script.read_text("utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert way not in source, f"{script.name}: {way}"


def test_a_hostile_link_is_text(browser, tmp_path):
    tree = ft.FaultTree.of(model_of({"or": ["a", "b"]}))
    link = "#%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E%3Dtrue&__proto__%3Dtrue"
    with opened(browser, save(tree, tmp_path), link) as page:
        assert page.evaluate("window.hacked") is None
        assert '<img src=x onerror="window.hacked=1">' in page.locator("#notice").inner_text()
