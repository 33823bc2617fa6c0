"""Open-PSA texts that tests put together, and what reading them gives."""

# ruff: noqa: E501  (XML reads better whole)

from __future__ import annotations

import pytest

from faulttree.errors import InvalidModelError
from faulttree.formats import read_text
from faulttree.model import Model


def opened(text: str | bytes) -> tuple[Model, list[str]]:
    model, warnings = read_text(text, "open-psa", "m.xml")
    return model, [str(warning) for warning in warnings]


def sound(text: str) -> Model:
    model, warnings = opened(text)
    assert warnings == []
    return model


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidModelError) as caught:
        opened(text)
    return str(caught.value).splitlines()


def tree(body: str, data: str = "") -> str:
    """A file of three lines of head, the body from line 4 on."""
    model_data = f"<model-data>\n{data}\n</model-data>\n" if data else ""
    return f'<?xml version="1.0"?>\n<opsa-mef>\n<define-fault-tree name="T">\n{body}\n</define-fault-tree>\n{model_data}</opsa-mef>\n'


def events(*names: str) -> str:
    return "".join(f'<define-basic-event name="{name}"><float value="0.1"/></define-basic-event>' for name in names)


def refs(*names: str) -> str:
    return "".join(f'<basic-event name="{name}"/>' for name in names)


def expression_of(expression: str, more: str = "", mission_time: str = "100 h") -> tuple[Model, list[str]]:
    """A model of one basic event with an expression; parameters p = 0.25, w = 1e-3, t = 20, and more."""
    stated = f'<attributes><attribute name="faulttree-mission-time" value="{mission_time}"/></attributes>'
    parameters = "".join(
        f'<define-parameter name="{name}"><float value="{value}"/></define-parameter>'
        for name, value in (("p", 0.25), ("w", 1e-3), ("t", 20.0))
        if f'"{name}"' in expression + more
    )
    text = tree(
        '<define-gate name="G"><basic-event name="e"/></define-gate>'
        f'<define-basic-event name="e">{expression}</define-basic-event>{more}{parameters}'
    )
    return opened(text.replace("<opsa-mef>", f"<opsa-mef>{stated}") if mission_time else text)


def f(number: float | str) -> str:
    return f'<float value="{number}"/>'


T = "<system-mission-time/>"


def parameter(name: str, expression: str, unit: str = "") -> str:
    stated = f' unit="{unit}"' if unit else ""
    return f'<define-parameter name="{name}"{stated}>{expression}</define-parameter>'
