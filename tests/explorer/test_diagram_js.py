"""The explorer's diagram in use: states, folding, search, pointer and keyboard."""

from __future__ import annotations

import pytest
from diagrams import RESULT, at_keyboard, card, diagram_page, drawn, open_tree, place, random_tree


@pytest.fixture(scope="module")
def page(browser):
    yield from diagram_page(browser)


def test_every_state_has_a_tag_and_a_form(page):
    open_tree(page)
    page.evaluate(
        "update({ states: { pump_a: true, lightning: false, feed: 0.2 }, observed: { power: true, pump_b: false } })"
    )
    tags = {
        name: card(page, name).locator(".ft-tag-text").all_text_contents()
        for name in RESULT["gates"] | RESULT["events"]
    }
    expected = {"pump_a": "TRUE", "lightning": "FALSE", "bypass": "FALSE", "feed": "SET", "power": "OBS TRUE"}
    expected |= {"pump_b": "OBS FALSE"}
    assert {name: " ".join(found) for name, found in tags.items() if found} == expected
    style = "(group) => getComputedStyle(group.querySelector('.ft-symbol')).strokeDasharray"
    assert card(page, "lightning").evaluate(style) != "none"
    assert card(page, "lightning").locator(".ft-strike").first.is_visible()
    assert not card(page, "pump_a").locator(".ft-strike").first.is_visible()
    assert card(page, "power").locator(".ft-eye").count() == 1
    assert "set true" in card(page, "pump_a").get_attribute("aria-label")
    assert "observed false" in card(page, "pump_b").get_attribute("aria-label")
    page.evaluate("update({ states: {}, observed: {} })")
    assert page.locator(".ft-tag-text").all_text_contents() == ["FALSE"]  # the house event, as the model has it


def test_probabilities_and_arrows_follow_the_result(page):
    open_tree(page)
    assert card(page, "feed").locator(".ft-figure").text_content() == "1.20e-3"
    assert page.locator(".is-up, .is-down").count() == 0
    gates = RESULT["gates"] | {"feed": 0.5, "power": 0.01}
    page.evaluate("(result) => update({ result })", RESULT | {"gates": gates, "top": {"p": None, "notP": None}})
    assert card(page, "feed").locator(".ft-figure").text_content() == "0.500"
    assert "is-up" in card(page, "feed").get_attribute("class")
    assert "is-down" in card(page, "power").get_attribute("class")
    assert card(page, "top").locator(".ft-figure").text_content() == "–"
    assert "probability not known" in card(page, "top").get_attribute("aria-label")


def test_a_cut_set_and_its_lines_are_lit(page):
    open_tree(page)
    page.evaluate("update({ highlighted: ['pump_a', 'pump_b'] })")
    lit = page.evaluate("[...document.querySelectorAll('.is-lit')].map((each) => each.dataset.name)")
    assert sorted(set(lit)) == ["feed", "pump_a", "pump_b", "storm", "top"]
    assert page.locator(".ft-lit-edge").get_attribute("d")
    page.evaluate("update({ highlighted: [] })")
    assert page.locator(".is-lit").count() == 0


def test_a_gate_folds_and_stays_where_it_is(page):
    open_tree(page)
    before = place(page, "feed")
    card(page, "feed").locator("[data-fold]").click()
    assert page.evaluate("diagram.folded()") == ["feed"]
    assert "pump_b" not in drawn(page)
    assert card(page, "feed").locator(".ft-fold-text").text_content() == "+2"
    assert card(page, "feed").get_attribute("aria-expanded") == "false"
    assert place(page, "feed") == pytest.approx(before, abs=0.6)
    card(page, "feed").locator("[data-fold]").click()
    assert place(page, "feed") == pytest.approx(before, abs=0.6)
    assert card(page, "feed").get_attribute("aria-expanded") == "true"
    assert page.evaluate("calls.filter(([kind]) => kind === 'fold').length") == 2


def test_folds_are_read_and_written(page):
    open_tree(page)
    page.evaluate("diagram.foldAll()")
    assert sorted(set(drawn(page))) == ["feed", "power", "top", "unprotected"]
    page.evaluate("diagram.unfoldAll()")
    assert page.evaluate("diagram.folded()") == []
    page.evaluate("diagram.foldToDepth(2)")
    assert page.evaluate("diagram.folded()") == ["storm"]
    page.evaluate("calls.length = 0; diagram.setFolded(['power', 'no such gate'])")
    assert "storm" not in drawn(page)
    assert page.evaluate("calls") == []
    card(page, "power").locator(".ft-strip").dblclick()
    assert "storm" in drawn(page)


def test_search_finds_names_and_labels_in_drawing_order(page):
    open_tree(page)
    assert page.evaluate("diagram.search('PUMP')") == ["feed", "pump_a", "pump_b"]
    assert page.evaluate("diagram.search('lightning strikes')") == ["lightning"]
    assert page.evaluate("diagram.search('  ')") == []
    assert page.evaluate("diagram.search('nothing like it')") == []


def test_focus_unfolds_centres_and_rings(page):
    open_tree(page)
    page.evaluate("diagram.foldAll()")
    page.evaluate("diagram.focus('lightning')")
    x, y = place(page, "lightning")
    assert abs(x - 500) < 1
    assert abs(y - 350) < 60
    assert card(page, "lightning").locator(".ft-ring").is_visible()
    page.evaluate("diagram.focus('no such element')")
    first = page.evaluate("diagram.focus('pump_a')") or at_keyboard(page)
    page.evaluate("diagram.focus('pump_a')")
    assert at_keyboard(page) != first  # its other place


def test_a_large_tree_opens_folded_and_keeps_the_document_small(page):
    vertices = random_tree(1, 600)
    open_tree(page, vertices, None)
    assert page.evaluate("diagram.folded().length") > 0
    assert page.evaluate("diagram.toSvg()").count("<title>") <= 1 + 40 * 3
    page.evaluate("diagram.unfoldAll()")
    assert page.locator(".ft-card").count() < 700
    page.evaluate("diagram.fit()")
    assert page.locator(".ft-card").count() < 700
    assert page.locator(".ft-far path").count() > 3


def test_clicks_select_and_toggle(page):
    open_tree(page)
    card(page, "pump_a").locator(".ft-strip").click()
    card(page, "pump_b").locator(".ft-strip").click(modifiers=["Shift"])
    assert page.evaluate("calls.splice(0)") == [
        ["select", "pump_a"], ["toggle", "pump_a", 1], ["select", "pump_b"], ["toggle", "pump_b", -1]]  # fmt: skip
    card(page, "feed").locator(".ft-strip").click()
    assert page.evaluate("calls.splice(0)") == [["select", "feed"]]
    card(page, "feed").locator(".ft-strip").click(modifiers=["Alt"])
    card(page, "feed").locator(".ft-knob").click()
    assert page.evaluate("calls.splice(0)") == [["select", "feed"], ["toggle", "feed", 1]] * 2


def test_dragging_pans_and_is_no_click(page):
    open_tree(page)
    x, y = place(page, "feed")
    page.mouse.move(x, y + 10)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    assert place(page, "feed") == pytest.approx((x + 60, y + 20), abs=0.6)
    assert page.evaluate("calls") == []


def test_the_wheel_zooms_around_the_pointer(page):
    open_tree(page)
    x, y = place(page, "feed")
    width = card(page, "feed").locator(".ft-symbol").bounding_box()["width"]
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    size = "document.querySelector('.ft-symbol').getBoundingClientRect().width"
    page.wait_for_function(f"(width) => {size} > 1.2 * width", arg=width)
    assert place(page, "feed") == pytest.approx((x, y), abs=1.5)


def test_two_fingers_zoom_around_their_middle(page):
    open_tree(page)
    touch = page.context.new_cdp_session(page)

    def fingers(kind, *points):
        given = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": given})

    x, y = place(page, "feed")
    fingers("touchStart", (x - 50, y + 90), (x + 50, y + 90))
    for reach in (70, 80, 90, 100):
        fingers("touchMove", (x - reach, y + 90), (x + reach, y + 90))
    fingers("touchEnd")
    assert place(page, "feed") == pytest.approx((x, y - 90), abs=0.6)
    assert page.evaluate("calls") == []


def test_every_element_is_reached_by_keyboard(page):
    open_tree(page, random_tree(5, 9), None)
    page.evaluate("diagram.unfoldAll()")
    page.evaluate("diagram.fit(); document.querySelector('.ft-diagram').focus()")
    everything = set(page.evaluate("[...document.querySelectorAll('.ft-card')].map((each) => each.dataset.place)"))
    assert len(everything) > 20
    assert page.locator("[tabindex]").count() == 1

    def moves(key):
        before = at_keyboard(page)
        page.keyboard.press(key)
        return at_keyboard(page) != before

    met = set()
    page.keyboard.press("Home")
    goes_on = True
    while goes_on:  # along the row, then down from the rightmost element that has inputs
        while moves("ArrowLeft"):
            pass
        met.add(at_keyboard(page))
        while moves("ArrowRight"):
            met.add(at_keyboard(page))
        while not (goes_on := moves("ArrowDown")) and moves("ArrowLeft"):
            pass
    assert met == everything


def test_keys_toggle_fold_zoom_and_walk(page):
    open_tree(page)
    page.evaluate("document.querySelector('.ft-diagram').focus()")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("calls.splice(0)") == [["select", "feed"], ["select", "pump_a"]]
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Space")
    assert page.evaluate("calls.splice(0)") == [["toggle", "pump_a", 1], ["toggle", "pump_a", -1]]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("f")
    assert page.evaluate("diagram.folded()") == ["feed"]
    page.keyboard.press("ArrowDown")  # opens what is folded
    assert page.evaluate("diagram.folded()") == []
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "No protection fitted" in page.locator(f'[data-place="{at_keyboard(page)}"]').get_attribute("aria-label")
    width = "document.querySelector('.ft-symbol').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.keyboard.press("+")
    assert page.evaluate(width) == pytest.approx(1.25 * before)
    page.keyboard.press("-")
    assert page.evaluate(width) == pytest.approx(before)
    page.keyboard.press("Home")
    assert at_keyboard(page) == "0"


def test_elements_say_what_they_are(page):
    open_tree(page)
    assert page.locator(".ft-diagram").get_attribute("role") == "tree"
    top = card(page, "top")
    assert [top.get_attribute(name) for name in ("role", "aria-level", "aria-expanded")] == ["treeitem", "1", "true"]
    assert top.get_attribute("aria-label") == "No water reaches the boiler, top, or gate, probability 0.250"
    said = "Pump A fails to start, pump_a, basic event, occurs at 2 places, probability 0.0300"
    assert card(page, "pump_a").get_attribute("aria-label") == said
    assert card(page, "pump_b").get_attribute("aria-posinset") == "2"
