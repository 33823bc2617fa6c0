"""The explorer's page in a browser: written to a file, opened without a network, everything it does watched."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import faulttree as ft

MOLNIYA = Path(__file__).parents[2] / "models" / "molniya_8k78.yaml"
DIGITS = 1e-12
"""Relative: both sides round at every level, some 1e-16 each."""


def hash_of(states: Mapping[str, bool | float] | None = None, observed: Mapping[str, bool] | None = None) -> str:
    """The part of a link that sets states and observations, as docs/explorer.md describes it."""

    def setting(name: str, state: bool | float) -> str:
        return quote(f"{name}={str(state).lower() if isinstance(state, bool) else repr(state)}", safe="")

    parts = [setting(name, state) for name, state in (states or {}).items()]
    return "#" + "&".join(parts + [setting(f"given:{name}", state) for name, state in (observed or {}).items()])


@contextmanager
def opened(
    browser: Any, page_file: Path, link: str = "", *, size: tuple[int, int] = (1500, 900), **options: Any
) -> Iterator[Any]:
    """The page, offline. At the end: no error, no word on the console, no request but for the file itself."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True, **options)
    page, said, asked = context.new_page(), [], []
    page.set_default_timeout(10_000)
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri() + link)
    settled(page)
    yield page
    context.close()
    assert not said
    elsewhere = [url for url in asked if not url.startswith((page_file.as_uri(), "blob:", "data:"))]
    assert not elsewhere


def settled(page: Any) -> None:
    """Wait until everything is there that follows from what is set now, or will not be."""
    until(page, "store.isSettled")


def until(page: Any, condition: str, seconds: float = 10.0) -> None:
    """Wait until an expression holds in the page. Playwright's own waiting needs `eval`, which the page forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"still not so: {condition}"
        page.wait_for_timeout(15)


def value(page: Any, selector: str) -> float | None:
    """The full number that an element shows; None where it shows none."""
    text = page.locator(selector).first.get_attribute("data-value")
    return float(text.replace("Infinity", "inf").replace("NaN", "nan")) if text else None


def rows(page: Any, table: str) -> dict[str, dict[str, float | None]]:
    """Every row of the table of events or gates: numbers by column."""
    found = page.locator(f"#{table} tbody tr").evaluate_all(
        """rows => rows.map(row => [row.dataset.name, [...row.querySelectorAll("td[data-column]")].map(cell => [
             cell.dataset.column, (cell.querySelector("[data-value]") ?? cell).dataset.value])])"""
    )

    def number(text: str | None) -> float | None:
        return float(text.replace("Infinity", "inf")) if text else None

    return {name: {column: number(text) for column, text in cells} for name, cells in found}


def close(found: float | None, expected: float | None, absolute: float = 0.0) -> bool:
    """Equal to 12 digits; what is not defined is shown as nothing or nan."""
    if expected is None or math.isnan(expected):
        return found is None or math.isnan(found)
    return found is not None and (found == expected or math.isclose(found, expected, rel_tol=DIGITS, abs_tol=absolute))


def save(tree: ft.FaultTree, folder: Path, name: str = "page.html") -> Path:
    """The tree's page as a file."""
    path = folder / name
    tree.explorer().save(path)
    return path


def row(page: Any, name: str, table: str = "events") -> Any:
    """The row of one element."""
    return page.locator(f"#{table} tr[data-name={json.dumps(name)}]")


def choose_state(page: Any, name: str, state: str, table: str = "events") -> None:
    """Click an element's switch: state is `true`, `false` or `null`."""
    row(page, name, table).locator(f"label.state-{state}").click()
    settled(page)
