"""The progress line: late, on terminals only, and gone before the result."""

import sys

import pytest

from faulttree import cli
from faulttree.progress import ProgressLine


class Recorder:
    """Stands for rich's status line."""

    def __init__(self):
        self.shown = []

    def __call__(self, **_):
        return self

    def status(self, text):
        self.shown.append(text)
        return self

    def start(self):
        self.shown.append("start")

    def update(self, text):
        self.shown.append(text)

    def stop(self):
        self.shown.append("stop")


@pytest.fixture
def recorder(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr("rich.console.Console", recorder)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    return recorder


def test_progress_shows_on_a_terminal_once_work_takes_long(recorder):
    progress = ProgressLine(after=0.0)
    progress.timer.join()
    progress("decision diagram: 123,456 nodes")
    progress.stop()
    assert recorder.shown == ["working", "start", "decision diagram: 123,456 nodes", "stop"]


def test_progress_of_short_work_shows_nothing(recorder):
    progress = ProgressLine()
    progress("decision diagram: 1,000 nodes")
    progress.stop()
    progress._show()
    assert recorder.shown == []


def test_progress_is_cleared_before_the_result(recorder, monkeypatch):
    class Slow(ProgressLine):
        def __init__(self):
            super().__init__(after=60.0)
            self._show()

    monkeypatch.setattr("faulttree.cli.session.ProgressLine", Slow)
    monkeypatch.setattr(cli.click, "echo", lambda text, **_: recorder.shown.append(text.split()[0]))
    assert cli.run_cli(["probability", "models/molniya_8k78.yaml"]) == 0
    assert recorder.shown[:2] == ["working", "start"]
    assert recorder.shown.index("stop") < recorder.shown.index("top")
