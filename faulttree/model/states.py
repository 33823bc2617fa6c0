"""States that a what-if sets: checked, merged, and written on the command line as `EVENT=true|false|0.02`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model.tree import state_from
from faulttree.wide_floats import refuse_small

__all__ = ["States", "checked_states", "parse_settings", "plain_state", "states_text"]

States = Mapping[str, bool | float]


def checked_states(names: Collection[str], states: Mapping[str, bool | float]) -> dict[str, bool | float]:
    """The states as they will be used. names: what can be set. Raises UnknownNameError, InvalidRequestError."""
    if not isinstance(states, Mapping):
        raise InvalidRequestError(f"states are given by name, such as {{'pump': True}}, not as {states!r}")
    checked = {}
    for name, state in states.items():
        if not isinstance(name, str):
            raise InvalidRequestError(f"states are given by the name of an event or gate, not by {name!r}")
        if name not in names:
            raise UnknownNameError("event or gate", name, names)
        try:
            checked[name] = state_from(plain_state(state))
        except ValueError as error:
            raise InvalidRequestError(f"state of '{name}': {error}") from error
    return checked


def parse_settings(settings: Iterable[str]) -> dict[str, bool | float]:
    """States from texts such as `fuse=false` or `pump=0.02`; a name may hold `=`. Raises InvalidRequestError."""
    states: dict[str, bool | float] = {}
    for setting in settings:
        name, equals, value = setting.rpartition("=")
        if not equals or not name.strip():
            raise InvalidRequestError(f"'{setting}' is not a setting; write EVENT=true, EVENT=false or EVENT=0.02")
        words: dict[str, bool] = {"true": True, "false": False}
        try:
            state = words.get(value.strip().lower())
            states[name.strip()] = float(value) if state is None else state
        except ValueError as error:
            raise InvalidRequestError(
                f"'{setting}': '{value}' is neither true, false nor a probability; write for example {name}=0.02"
            ) from error
        if state is None:
            try:
                refuse_small(float(value), value.strip())
            except ValueError as error:
                raise InvalidRequestError(f"'{setting}': {error}") from error
    return states


def plain_state(state: object) -> Any:
    """A truth value or number of NumPy's as Python's own; anything else as it is."""
    is_scalar = type(state).__module__ == "numpy" and getattr(state, "shape", None) == ()
    return state.item() if is_scalar and hasattr(state, "item") else state


def states_text(states: Mapping[str, bool | float]) -> str:
    """The states in one line, as they would be written on the command line; numbers with all their digits.

    Of several, a name that holds a comma or a quote stands in double quotes, so that no two lists look the same.
    """
    is_list = len(states) > 1
    return ", ".join(f"{_in_list(name) if is_list else name}={_state_text(state)}" for name, state in states.items())


def _in_list(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"' if "," in name or '"' in name else name


def _state_text(state: bool | float) -> str:
    return str(state).lower() if isinstance(state, bool) else repr(float(state)).removesuffix(".0")
