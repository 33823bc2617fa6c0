"""What all tests share: hypothesis profiles, the two kernel modes, cramped tables, and the shared reference files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `oracles` and `strategies`

# The kernel mode is a fixture that stays the same over all examples of a test, so its scope is no concern.
COMMON = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("default", max_examples=50, **COMMON)
hypothesis.settings.register_profile("ci", max_examples=50, derandomize=True, **COMMON)
hypothesis.settings.register_profile("thorough", max_examples=1000, **COMMON)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


@pytest.fixture(params=["interpreted", "compiled"])
def kernel_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to run a kernel, one after the other."""
    monkeypatch.setenv("FAULTTREE_KERNELS", request.param)
    return str(request.param)


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables so small that kernels pause, resume, run full and forget all the time."""
    from faulttree.decision_diagrams import forest

    monkeypatch.setattr(forest, "FIRST_CAPACITY", 2)
    monkeypatch.setattr(forest, "LARGEST_COMPUTED_TABLE", 2)
    monkeypatch.setattr(forest, "BREATH", {False: 1, True: 1})


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared reference files, which is no part of the project; tests that need it are skipped without."""
    folder = Path(os.environ.get("FAULTTREE_SHARED", Path(__file__).parents[1] / ".." / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}; set FAULTTREE_SHARED to where the reference files are")
    return folder


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Run a verb of the command line on a model's text: exit code, standard output, standard error."""
    from faulttree import cli

    def run(verb: str, text: str, *arguments: object) -> tuple[int, str, str]:
        (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
        capsys.readouterr()
        code = cli.run_cli([*verb.split(), str(tmp_path / "model.yaml"), *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; tests that need it are skipped where there is none.

    One for each module, not for all: its driver occupies the thread's event loop, which other tests use.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on the path: " + ", ".join(BROWSERS))
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def neither_diagram_nor_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a tree of ten thousand gates: nothing small, nothing easy."""
    monkeypatch.setattr("faulttree.decision_diagrams.portfolio.TURNS", ((2, 1), (2, 20), (10**9, 1)))
    monkeypatch.setattr("faulttree.decision_diagrams.portfolio.STEPS_PER_NODE", 0)
    monkeypatch.setattr("faulttree.weighted_counting.order.EASY", 0.0)
