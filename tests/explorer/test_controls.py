"""Every control of the page, clicked or typed in a real browser."""

from __future__ import annotations

from pages import choose_state, close, hash_of, opened, row, rows, save, settled, until, value
from strategies import model_of

import faulttree as ft
from faulttree.model import Model


def test_an_event_goes_through_its_states(browser, page_file, molniya):
    with opened(browser, page_file) as page:
        for state, states in [
            ("true", {"turbopump_destroyed": True}),
            ("false", {"turbopump_destroyed": False}),
            ("null", {}),
        ]:
            choose_state(page, "turbopump_destroyed", state)
            assert close(value(page, "#top-probability"), molniya.what_if(states).probability().value)
        choose_state(page, "vibration", "true", "gates")
        assert close(value(page, "#top-probability"), molniya.what_if({"vibration": True}).probability().value)
        box = row(page, "vibration", "gates").locator("input.number")
        box.fill("0.25")
        box.press("Enter")
        assert close(value(page, "#top-probability"), molniya.what_if({"vibration": 0.25}).probability().value)
        choose_state(page, "parking_orbit_reached", "false")  # a house event
        assert value(page, "#top-probability") == 0
        settled(page)
        assert "cannot happen" in page.locator("#cut-sets .said").inner_text()


def test_slider_and_box(browser, page_file, molniya):
    with opened(browser, page_file) as page:
        slider = row(page, "turbopump_destroyed").locator("input[type=range]")
        slider.focus()
        for _ in range(5):
            slider.press("ArrowLeft")
        states = page.evaluate("Object.fromEntries(store.states)")
        assert 0 < states["turbopump_destroyed"] < molniya.event_probabilities()["turbopump_destroyed"]
        assert close(value(page, "#top-probability"), molniya.what_if(states).probability().value)
        box = row(page, "turbopump_destroyed").locator("input.number")
        for wrong in ("2", "-0.1", "pump", "1e", "NaN"):
            box.fill(wrong)
            box.press("Enter")
            assert box.get_attribute("aria-invalid") == "true"
            assert "Not a probability" in box.get_attribute("title")
            said = page.locator(f"#{box.get_attribute('aria-describedby')}[role=alert]")
            assert said.is_visible()
            assert f"“{wrong}” is not a probability. A probability is a number from 0 to 1" in said.inner_text()
            assert page.evaluate("Object.fromEntries(store.states)") == states
        for right in ("1e-12", "0.999999999999"):
            box.fill(right)
            box.press("Enter")
            expected = molniya.what_if({"turbopump_destroyed": float(right)}).probability().value
            assert close(value(page, "#top-probability"), expected)
            assert said.is_hidden()
        box.press("Control+z")
        assert close(
            value(page, "#top-probability"), molniya.what_if({"turbopump_destroyed": 1e-12}).probability().value
        )
        box.press_sequentially("7")
        written = box.input_value()
        page.evaluate("panel.update('settings')")
        assert box.input_value() == written  # what is being written stays
        box.fill("")
        box.press("Enter")
        assert page.evaluate("store.states.size") == 0


def test_one_slide_is_one_step(browser, page_file):
    with opened(browser, page_file) as page:
        page.evaluate(
            """() => {
              const slider = document.querySelector("#events tr[data-name=turbopump_destroyed] input[type=range]");
              for (const place of [500, 510, 520]) {
                slider.value = place;
                slider.dispatchEvent(new Event("input"));
              }
              slider.dispatchEvent(new Event("change"));
            }"""
        )
        page.locator("#undo").click()
        assert page.evaluate("store.states.size") == 0
        assert page.locator("#undo").is_disabled()


def test_keys_on_a_slider_are_one_step_and_it_follows_undo(browser, page_file):
    with opened(browser, page_file) as page:
        slider = row(page, "turbopump_destroyed").locator("input[type=range]")
        slider.focus()
        before = slider.input_value()
        for _ in range(4):
            slider.press("ArrowRight")
        moved = slider.input_value()
        assert int(moved) == int(before) + 4
        page.wait_for_timeout(700)
        slider.press("ArrowRight")
        for keys, place in [("Control+z", moved), ("Control+z", before), ("Control+y", moved)]:
            slider.press(keys)
            assert slider.input_value() == place
        page.evaluate("location.hash = '#turbopump_destroyed%3D1'")
        until(page, "store.states.get('turbopump_destroyed') === 1")
        assert slider.input_value() == "1000"


def test_rows_stay_when_the_first_setting_is_made(browser, page_file):
    with opened(browser, page_file) as page:
        for mode in ("Set", "Observe"):
            page.locator(".mode label", has_text=mode).click()
            table = page.locator("#events table")
            before = table.bounding_box()["y"]
            choose_state(page, "turbopump_destroyed", "true")
            choose_state(page, "power_converter_fails", "true")
            assert table.bounding_box()["y"] == before
            page.locator("#reset").click()


def test_undo_redo_and_reset(browser, page_file):
    with opened(browser, page_file) as page:
        written = value(page, "#top-probability")
        choose_state(page, "turbopump_destroyed", "true")
        choose_state(page, "fuse_not_retained", "false")
        changed = value(page, "#top-probability")
        page.locator("#undo").click()
        page.locator("#undo").click()
        assert value(page, "#top-probability") == written
        page.locator("#redo").click()
        page.locator("#redo").click()
        assert value(page, "#top-probability") == changed
        page.locator("#reset").click()
        assert value(page, "#top-probability") == written
        for keys, expected in [
            ("Control+z", changed), ("Control+Shift+z", written), ("Control+z", changed), ("Control+y", written),
        ]:  # fmt: skip
            page.locator("#panel").focus()
            page.keyboard.press(keys)
            assert value(page, "#top-probability") == expected, keys


def test_scenarios_and_evidence_of_the_model(browser, page_file, molniya):
    with opened(browser, page_file) as page:
        for name in molniya.model.scenarios:
            button = page.get_by_role("group", name="Scenarios").get_by_role("button", name=name, exact=True)
            button.click()
            assert close(value(page, "#top-probability"), molniya.scenario(name).probability().value)
            assert button.get_attribute("aria-pressed") == "true"
        page.locator("#reset").click()
        for name, evidence in molniya.model.evidence.items():
            page.get_by_role("group", name="Evidence").get_by_role("button", name=name, exact=True).click()
            assert close(value(page, "#evidence-probability"), molniya.given(evidence.observe).probability)


def test_impossible_evidence_says_what_to_take_back(browser, page_file, molniya):
    link = hash_of({}, {"fuse_dislodged": True, "fuse_not_retained": False, "turbopump_destroyed": True})
    with opened(browser, page_file, link) as page:
        problem = page.locator(".problem[role=alert]")
        assert "cannot happen together" in problem.inner_text()
        assert problem.get_by_role("button").all_inner_texts()[:-1] == [
            "Take back fuse_dislodged = true",
            "Take back fuse_not_retained = false",
        ]
        problem.get_by_role("button", name="fuse_not_retained").click()
        assert value(page, "#evidence-probability") > 0
        assert problem.is_hidden()


def test_clicks_in_the_picture(browser, page_file, molniya):
    with opened(browser, page_file) as page:
        page.locator("#fit").click()
        until(page, "document.querySelector('#diagram [data-name=power_converter_fails]') !== null")
        page.wait_for_timeout(300)  # the picture has moved by then
        written = page.evaluate("store.result.top.p")
        event = page.locator("#diagram [data-name=power_converter_fails]")
        for state in (True, False, None):
            event.locator(".ft-symbol").click(force=True)  # a line strikes it through
            assert page.evaluate("store.states.get('power_converter_fails') ?? null") is state
        assert page.evaluate("store.selected") == "power_converter_fails"
        assert "selected" in row(page, "power_converter_fails").get_attribute("class")
        event.locator(".ft-symbol").click(force=True, modifiers=["Shift"])
        assert page.evaluate("store.states.get('power_converter_fails')") is False
        gate = page.locator("#diagram [data-name=blok_l_stops_early]")
        gate.locator(".ft-label-box").click(force=True)
        assert page.evaluate("store.selected") == "blok_l_stops_early"
        gate.locator(".ft-badge .ft-knob").click(force=True)
        assert page.evaluate("store.states.get('blok_l_stops_early')") is True
        page.keyboard.press("Enter")
        assert page.evaluate("store.states.get('blok_l_stops_early')") is False
        states = {"power_converter_fails": False, "blok_l_stops_early": False}
        assert close(value(page, "#top-probability"), molniya.what_if(states).probability().value)
        page.keyboard.press("Control+z")
        page.locator("#reset").click()
        assert page.evaluate("store.result.top.p") == written


def test_search_filters_and_finds(browser, page_file):
    with opened(browser, page_file) as page:
        page.locator("#panel").focus()
        page.keyboard.press("/")
        page.keyboard.type("cavitat")
        assert page.locator("#events tbody tr").count() == 1
        assert page.locator("#gates tbody tr").count() == 3
        assert page.locator("#matches").inner_text() == "4 matches"
        page.keyboard.press("Enter")
        assert "cavitation" in page.evaluate("store.selected")
        page.keyboard.press("Shift+Enter")
        page.locator("#search").fill("no such thing")
        assert page.locator("#events .none").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#events tbody tr").count() == 12


def test_tables_sort(browser, page_file):
    with opened(browser, page_file) as page:
        heading = page.locator("#events thead button", has_text="Birnbaum")
        heading.click()
        descending = [cells["birnbaum"] for cells in rows(page, "events").values() if cells["birnbaum"] is not None]
        assert descending == sorted(descending, reverse=True)
        assert page.locator("#events th[aria-sort]").get_attribute("aria-sort") == "descending"
        heading.click()
        ascending = [cells["birnbaum"] for cells in rows(page, "events").values() if cells["birnbaum"] is not None]
        assert ascending == sorted(ascending)
        page.locator("#events thead button", has_text="Event").click()
        assert list(rows(page, "events")) == sorted(rows(page, "events"))
        for table in ("events", "gates"):
            for button in page.locator(f"#{table} thead button").all():
                button.click()


def test_picture_buttons(browser, page_file):
    with opened(browser, page_file) as page:
        cards = "document.querySelectorAll('#diagram .ft-card').length"
        page.locator("#fit").click()
        until(page, f"{cards} === 23")  # every place of the tree
        page.locator("#fold").click()
        until(page, f"{cards} === 3")
        page.locator("#unfold").click()
        page.locator("#fit").click()
        until(page, f"{cards} === 23")
        page.wait_for_timeout(300)
        where = "document.querySelector('#diagram svg > g').getAttribute('transform')"
        acts = [page.locator(control).click for control in ("#zoom-in", "#zoom-out", "#zoom-in", "#fit")]
        for key in ("+", "-", "+", "0"):
            acts.append(lambda key=key: (page.locator("#panel").focus(), page.keyboard.press(key)))
        for act in acts:
            before = page.evaluate(where)
            act()
            until(page, f"{where} !== {before!r}")
            page.wait_for_timeout(250)


def test_mode_theme_help_jump_and_divider(browser, page_file):
    with opened(browser, page_file) as page:
        page.locator(".mode label", has_text="Observe").click()
        assert "given that" in page.locator("#mode-says").inner_text()
        choose_state(page, "fuse_dislodged", "true", "gates")
        assert value(page, "#evidence-probability") is not None
        page.locator("#panel").focus()
        page.keyboard.press("o")
        assert page.locator("input[name=mode][value=set]").is_checked()
        for theme in ("light", "dark", "auto"):
            page.locator("#theme").click()
            assert page.locator("html").get_attribute("data-theme") == theme
        page.locator("#help").click()
        assert page.locator("#help-dialog").is_visible()
        page.get_by_role("button", name="Close").click()
        page.locator("#panel").focus()
        page.keyboard.press("?")
        assert page.locator("#help-dialog").is_visible()
        page.keyboard.press("Escape")
        for name in ("Events", "Explanations", "Gates", "Comparison"):
            page.get_by_role("navigation").get_by_role("button", name=name).click()
        width = page.locator("#panel").bounding_box()["width"]
        page.locator("#divider").press("ArrowLeft")
        assert page.locator("#panel").bounding_box()["width"] > width
        box = page.locator("#divider").bounding_box()
        page.mouse.move(box["x"] + 3, box["y"] + 300)
        page.mouse.down()
        page.mouse.move(900, 300)
        page.mouse.up()
        assert abs(page.locator("#panel").bounding_box()["width"] - 600) < 8
        for summary in page.locator("#panel summary").all():
            summary.click()
            summary.click()


def test_cut_sets_light_up(browser, page_file):
    with opened(browser, page_file) as page:
        first = page.locator("#cut-sets tbody tr").first
        first.hover()
        events = first.get_attribute("data-events").split("\n")
        assert page.evaluate("[...store.highlighted]") == events
        assert page.locator("#diagram .is-lit").count() > 0
        first.get_by_role("button").click()
        page.mouse.move(10, 500)
        assert page.evaluate("[...store.highlighted]") == events  # pinned
        first.get_by_role("button").click()
        page.mouse.move(10, 500)
        assert page.evaluate("store.highlighted.size") == 0


def test_missing_probabilities(browser, tmp_path):
    tree = ft.FaultTree.of(model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": None, "b": 0.1, "c": 0.2}))
    with opened(browser, save(tree, tmp_path)) as page:
        assert "No probability given for “a”" in page.locator(".problem[role=alert]").inner_text()
        assert value(page, "#top-probability") is None
        assert page.locator("#cut-sets tbody tr").count() == 2
        box = row(page, "a").locator("input.number")
        box.fill("0.3")
        box.press("Enter")
        assert close(value(page, "#top-probability"), 0.3 + 0.7 * 0.02)
        assert page.locator(".problem[role=alert]").is_hidden()


def test_what_the_engine_refuses_is_said(browser, page_file):
    with opened(browser, page_file) as page:
        page.evaluate("() => { engine.evaluating = () => { throw new Error('the diagram takes more than 7 nodes') } }")
        choose_state(page, "turbopump_destroyed", "true")
        problem = page.locator(".problem[role=alert]")
        assert "Not worked out: the diagram takes more than 7 nodes" in problem.inner_text()
        page.evaluate("delete engine.evaluating")
        problem.get_by_role("button", name="Undo").click()
        assert problem.is_hidden()
        page.evaluate("() => { engine.listing = () => { throw new Error('too many sets') } }")
        choose_state(page, "turbopump_destroyed", "true")
        assert "too many sets" in page.locator("#cut-sets .said").inner_text()


def test_outdated_cut_sets_are_dropped(browser, page_file):
    with opened(browser, page_file) as page:
        calls = page.evaluate(
            """() => new Promise(resolve => { let calls = 0; const real = engine.listing.bind(engine);
                 engine.listing = (...all) => { calls += all[0].size; return real(...all) };
                 for (const p of [0.1, 0.2, 0.3, 0.4]) store.set("turbopump_destroyed", p);
                 setTimeout(() => resolve(calls), 300); })"""
        )
        assert calls == 1


def test_a_change_from_what_was_not_known_is_sorted_last(browser, tmp_path):
    data = {
        "name": "one event without a probability",
        "top": "top",
        "gates": {"top": {"or": ["known", "unknown"]}, "known": {"and": ["a", "c"]}, "unknown": {"and": ["b", "c"]}},
        "basic_events": {"a": {"probability": 0.1}, "b": {}, "c": {"probability": 0.2}},
    }
    with opened(browser, save(ft.FaultTree.of(Model.from_data(data)), tmp_path), "#b%3D0.3&a%3D0.2") as page:
        for _ in ("the greatest first", "the least first"):
            page.locator("#gates th", has_text="Change").get_by_role("button").click()
            first = page.locator("#gates tbody tr").first
            assert first.get_attribute("data-name") == "known"
            assert first.locator("td").last.inner_text() == "× 2"
