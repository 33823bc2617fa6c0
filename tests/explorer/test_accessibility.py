"""The page for everybody: keyboard, names, contrast, paper, narrow windows."""

from __future__ import annotations

import pytest
from pages import choose_state, close, hash_of, opened, until, value

FOCUSED = """() => {
  const at = document.activeElement;
  const said = [at.id, at.tagName, at.type ?? "", at.closest("tr")?.dataset.name ?? "", at.textContent.slice(0, 30)];
  return at === document.body ? null : said.join("|");
}"""


def test_the_keyboard_reaches_everything(browser, page_file):
    with opened(browser, page_file) as page:
        wanted = page.evaluate(
            """() => [...document.querySelectorAll("button[id], input[id], summary, [role=separator]")]
                 .filter(one => !one.disabled && one.checkVisibility())
                 .map(one => one.id || one.textContent.slice(0, 20))"""
        )
        reached = []
        for _ in range(400):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            reached.append(focused)
        texts = "\n".join(reached)
        missing = [one for one in wanted if one and one not in texts]
        assert not missing
        assert any("turbopump_destroyed" in one and "|range|" in one for one in reached)
        assert any("turbopump_destroyed" in one and "|radio|" in one for one in reached)
        assert any("vibration" in one and "|text|" in one for one in reached)


def test_an_event_is_set_by_keyboard_alone(browser, page_file, molniya):
    with opened(browser, page_file) as page:
        for _ in range(200):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if "turbopump_destroyed" in focused and "radio" in focused:
                break
        page.keyboard.press("ArrowRight")
        expected = molniya.what_if({"turbopump_destroyed": True}).probability().value
        assert close(value(page, "#top-probability"), expected)
        says = "turbopump_destroyed set TRUE. Probability of the top event "
        until(page, f"document.getElementById('live').textContent.startsWith({says!r})")
        page.locator("#skip-panel").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "panel"
        page.locator("#skip-picture").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.getElementById('diagram').contains(document.activeElement)")


def test_every_control_has_a_name_and_a_visible_focus(browser, page_file):
    with opened(browser, page_file) as page:
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("button, input, [role=separator]")]
                 .filter(one => one.checkVisibility() && !one.getAttribute("aria-label") && !one.textContent.trim()
                         && !one.labels?.[0]?.textContent.trim())
                 .map(one => one.outerHTML)"""
        )
        assert nameless == []
        assert page.locator("main").count() == page.locator("header").count() == page.locator("aside").count() == 1
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_names_of_rows_are_what_they_show(browser, page_file, molniya):
    with opened(browser, page_file) as page:
        events = page.locator("#cut-sets tbody tr").first.get_attribute("data-events").split("\n")
        page.locator("#cut-sets").get_by_role("button", name=" · ".join(events), exact=True).click()
        name, label = page.evaluate(
            "(({name, label}) => [name, label])([...panel.model.vertices.values()].find(one => one.label && one.name))"
        )
        assert page.locator("#panel").get_by_role("button", name=f"{name} {label}", exact=True).count() == 1
        choose_state(page, "turbopump_destroyed", "true")
        until(page, "document.getElementById('live').textContent.startsWith('turbopump_destroyed set TRUE. ')")
        page.locator("#reset").click()
        until(page, "document.getElementById('live').textContent.startsWith('turbopump_destroyed as written. ')")
        page.locator(".mode label", has_text="Observe").click()
        choose_state(page, "vibration", "true", "gates")
        until(page, "document.getElementById('live').textContent.startsWith('vibration observed TRUE. ')")
        assert page.get_by_role("table", name="Explanations, the likeliest first").count() == 1


CONTRAST = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = colour => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = node => { const own = rgba(getComputedStyle(node).backgroundColor);
    return own[3] === 1 ? own : over(own, node.parentElement ? ground(node.parentElement) : [255, 255, 255, 1]); };
  const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility({ opacityProperty: true })) continue;
    if (node.closest("svg, script, .unseen, :disabled")) continue;
    const below = ground(node);
    const [a, b] = [light(over(rgba(getComputedStyle(node).color), below)), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([ratio.toFixed(2), walker.currentNode.textContent.slice(0, 30), node.className]);
  }
  return poor;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_is_aa(browser, page_file, theme):
    states = {"turbopump_destroyed": True, "fuse_not_retained": False, "pressurisation_fault": 0.3}
    with opened(browser, page_file, hash_of(states), color_scheme=theme) as page:
        assert page.evaluate(CONTRAST) == []
        page.locator(".mode label", has_text="Observe").click()
        choose_state(page, "fuse_dislodged", "true", "gates")
        choose_state(page, "vibration", "false", "gates")
        page.locator("#help").click()
        assert page.evaluate(CONTRAST) == []


def test_print(browser, page_file):
    with opened(browser, page_file, hash_of({"turbopump_destroyed": True}), color_scheme="dark") as page:
        page.locator("#gates summary").click()  # closed on the screen, open on paper
        page.emulate_media(media="print")
        until(page, "document.querySelector('#print-picture svg') !== null")
        assert page.locator("#print-picture svg").is_visible()
        assert page.locator(".filter-says:visible").count() == 0
        assert page.locator("#gates tbody tr").count() == 10
        for hidden in ("#undo", "#search", "#diagram", "#events .states", "#zoom-in"):
            assert page.locator(hidden).first.is_hidden(), hidden
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate(CONTRAST) == []
        page.emulate_media(media="screen")
        until(page, "document.querySelector('#print-picture svg') === null")
        assert page.pdf()[:4] == b"%PDF"
        page.evaluate("() => { window.print = () => (window.wasPrinted = true) }")
        page.locator("#print").click()
        assert page.evaluate("window.wasPrinted")
        page.locator("#search").fill("cavitat")
        assert page.locator(".filter-says:visible").count() == 0
        page.emulate_media(media="print")
        assert page.locator("#events .filter-says").inner_text() == "Only rows that match “cavitat”"


def test_a_narrow_window_stacks(browser, page_file):
    with opened(browser, page_file, size=(420, 800)) as page:
        picture, panel = page.locator("#picture").bounding_box(), page.locator("#panel").bounding_box()
        assert panel["y"] >= picture["y"] + picture["height"] - 1
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


SVG_CONTRAST = (
    CONTRAST.split("const poor")[0]
    + """
  const solid = (value) => value.startsWith("rgb") || value.startsWith("color") || value.startsWith("#");
  const poor = [];
  let seen = 0;
  for (const text of document.querySelectorAll(".ft-card text")) {
    if (!text.textContent.trim() || !text.checkVisibility()) continue;
    const box = text.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    // The shapes of its card that are painted before it and lie under its middle; the last one is what it stands on.
    const all = [...text.closest(".ft-card").querySelectorAll("rect, path, circle, ellipse, polygon")];
    const shapes = all.filter((shape) => {
      const [style, area] = [getComputedStyle(shape), shape.getBoundingClientRect()];
      return solid(style.fill) && style.display !== "none" && style.opacity !== "0"
        && shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
        && area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
    });
    const canvas = rgba(getComputedStyle(text.ownerSVGElement).backgroundColor);
    const below = shapes.reduce((ground, shape) => over(rgba(getComputedStyle(shape).fill), ground), canvas);
    const [a, b] = [light(rgba(getComputedStyle(text).fill)), light(below)].sort((p, q) => q - p);
    const ratio = (a + 0.05) / (b + 0.05);
    seen += 1;
    const classes = [text, ...shapes.slice(-1)].map((one) => one.getAttribute("class"));
    if (ratio < 4.5) poor.push([ratio.toFixed(2), text.textContent, ...classes]);
  }
  return { seen, poor };
}"""
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_within_the_picture_is_aa(browser, page_file, theme):
    """Text in boxes, strips, symbols and tags, of every state, on what it stands on."""
    states = {"turbopump_destroyed": True, "fuse_not_retained": False, "pressurisation_fault": 0.3, "vibration": True}
    for link in (hash_of(states), hash_of(states, {"blok_l_stops_early": True, "power_converter_fails": False})):
        with opened(browser, page_file, link, color_scheme=theme) as page:
            found = page.evaluate(SVG_CONTRAST)
            assert found["seen"] > 60
            assert found["poor"] == []
