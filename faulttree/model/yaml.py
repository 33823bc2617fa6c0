"""The native model file: YAML in, YAML out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from faulttree.characters import NOT_YAML
from faulttree.model.document import Composer, ListNode, MappingNode
from faulttree.model.tree import Model, checked
from faulttree.model.written import Scalar
from faulttree.model.yaml_writer import write_yaml

__all__ = ["compose_yaml", "read_yaml", "write_yaml"]

# The C parser where PyYAML was built with it; both give the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_QUOTED_TAGS = {_CORE + "str", "!"}
_PLAIN_TAGS = {_CORE + kind for kind in ("int", "float", "bool", "null")}


def read_yaml(text: str, file: str = "") -> Model:
    """The model in a YAML text. Raises InvalidModelError with all its faults; file: its name in messages."""
    return checked(compose_yaml(text, file), file)[0]


def compose_yaml(text: str, file: str = "") -> Composer:
    """The document in a YAML text, with the faults of its form. Raises InvalidModelError when it is no YAML."""
    composer = Composer(file)
    _check_characters(text, composer)
    try:
        _compose(yaml.parse(text, Loader=_LOADER), composer)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the parser in Python lets a few of these through
        raise _syntax_fault(error, text, composer) from None
    if composer.root is None:
        raise composer.refusal("the file holds no model", None, "begin with `faulttree: 1`")
    return composer


def _compose(events: Iterable[Any], composer: Composer) -> None:
    for event in events:
        line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                plain = event.implicit[0] and event.tag is None
                if event.tag is not None:
                    plain = _plain_by_tag(event.tag, line, composer)
                composer.scalar(Scalar(event.value, plain, line), event.anchor)
            case yaml.MappingStartEvent():
                _check_tag(event.tag, "map", line, composer)
                composer.open(MappingNode(), line, event.anchor)
            case yaml.SequenceStartEvent():
                _check_tag(event.tag, "seq", line, composer)
                composer.open(ListNode(), line, event.anchor)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                composer.close()
            case yaml.AliasEvent():
                composer.alias(str(event.anchor), line)
            case yaml.DocumentStartEvent() if composer.root is not None:
                raise composer.refusal("a second document begins", line, "keep one model in a file")


def _plain_by_tag(tag: str, line: int, composer: Composer) -> bool:
    if tag not in _QUOTED_TAGS and tag not in _PLAIN_TAGS:
        _refuse_tag(tag, line, composer)
    return tag in _PLAIN_TAGS


def _check_tag(tag: str | None, kind: str, line: int, composer: Composer) -> None:
    if tag not in (None, "!", _CORE + kind):
        _refuse_tag(str(tag), line, composer)


def _refuse_tag(tag: str, line: int, composer: Composer) -> None:
    shown = tag.replace(_CORE, "!!", 1)
    composer.fault(f"the tag '{shown[:80]}' is not allowed", line, "remove it; a model holds plain values only")


def _check_characters(text: str, composer: Composer) -> None:
    found = NOT_YAML.search(text, 1 if text.startswith("\ufeff") else 0)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found[0]):04X}"
        raise composer.refusal(
            f"the character {code} cannot stand in a YAML file", line, "remove it, or escape it in double quotes"
        )


# The parser's words, and an engineer's; the first that occurs is used.
_PLAINER = (
    ("mapping values are not allowed", "a second ': ' in a line, or a wrong indentation; quote a text that holds ': '"),
    ("cannot start any token", "{character} cannot begin a value; put the text in quotes"),
    ("unexpected end of stream", "a quoted text is not closed; add the closing quote"),
    ("expected ',' or ']'", "a list is not closed or a comma is missing; add ',' or ']'"),
    ("expected ',' or '}'", "a mapping is not closed or a comma is missing; add ',' or '}'"),
    ("expected '-' indicator", "this line does not belong to the list above it; correct its indentation"),
    ("expected key", "this line does not belong to the mapping above it; correct the indentation or the quotes"),
    ("unknown escape", "a backslash in double quotes begins an unknown escape; double it, or use single quotes"),
    ("escape code", "a backslash in double quotes begins an unknown escape; double it, or use single quotes"),
    ("could not find expected ':'", "a key has no ':' after it; add ': ' and its value"),
    ("expected node content", "a value is missing before ',' or a closing bracket; add or remove one"),
    ("expected <document start>", "something follows after the end of the model; remove it, or correct the brackets"),
)  # fmt: skip


def _syntax_fault(error: Exception, text: str, composer: Composer) -> Exception:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    line = mark.line + 1 if mark else None
    character = text[mark.index : mark.index + 1] if mark else ""
    if character == "\t":
        return composer.refusal("a tab stands where spaces are wanted", line, "indent with spaces")
    for theirs, ours in _PLAINER:
        if theirs in problem:
            message, _, fix = ours.partition("; ")
            return composer.refusal(message.replace("{character}", f"'{character}'"), line, fix)
    return composer.refusal(f"not readable as YAML: {problem}", line, "compare the line with the model file's format")
