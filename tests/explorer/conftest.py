"""A blank page in a real browser that holds the explorer's engine and nothing else; the worked example's page."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from faulttree.explorer.joining import joined


@pytest.fixture
def engine_page(browser: Any) -> Iterator[Any]:
    """A blank page with the modules of the engine as one script; an error in the page fails the test."""
    script = joined(files("faulttree.explorer"), "engine/engine.js")
    page, errors = browser.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_script_tag(content=script)
    yield page
    page.close()
    assert not errors, errors


@pytest.fixture(scope="session")
def molniya() -> Any:
    """The project's worked example."""
    from pages import MOLNIYA

    import faulttree

    return faulttree.load(MOLNIYA)


@pytest.fixture(scope="session")
def page_file(molniya: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The worked example's page as a file."""
    from pages import save

    return save(molniya, tmp_path_factory.mktemp("explorer"))
