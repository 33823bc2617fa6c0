"""XML as a stream of small elements that know their lines, read without network, entities or unbounded depth.

The parser is expat: it counts lines exactly however long the file, loads nothing from elsewhere, and hands each element
over as soon as it is closed. Whatever could make it expand or fetch anything is refused before it takes effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol
from xml.parsers import expat

from faulttree.errors import Fault, InvalidModelError

__all__ = ["DEEPEST", "MOST_BYTES", "Receiver", "XmlElement", "parse"]

MOST_BYTES = 256 * 1024 * 1024
MOST_ELEMENTS = 20_000_000
DEEPEST = 128
LONGEST_TEXT = 100_000
_CHUNK = 1 << 20


class XmlElement:
    """An element with its attributes, its child elements, its text, and the line it starts on."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[XmlElement] = []
        self.text = ""


class Receiver(Protocol):
    """Who takes the elements in: containers as they open and close, all else when it is complete."""

    containers: frozenset[str]
    faults: list[Fault]

    def enter(self, container: XmlElement) -> None:
        """A container begins."""

    def take(self, element: XmlElement) -> None:
        """An element directly inside a container is complete."""

    def leave(self) -> None:
        """The innermost container ends."""


def parse(source: str | bytes | BinaryIO, file: str, receiver: Receiver) -> None:
    """Hand the elements of an XML text to a receiver.

    Raises InvalidModelError, with the faults the receiver has noted so far, when the text is no XML, declares entities,
    or is larger or deeper than the limits: 256 MiB, 20 million elements, 128 levels.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refusal(message: str, fix: str = "", line: int | None = None) -> InvalidModelError:
        line = parser.CurrentLineNumber if line is None else line
        return InvalidModelError([*receiver.faults, Fault(message, fix=fix, file=file, line=line)])

    _refuse_declarations(parser, refusal)
    _build(parser, receiver, refusal)
    try:
        for chunk in _chunks(source, refusal):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        message, fix = _explained(error.code)
        raise refusal(message, fix, error.lineno) from None
    except (LookupError, UnicodeError, ValueError) as error:  # an encoding that Python does not know, or cannot use
        raise refusal(f"not readable as XML: {error}", "save the file as UTF-8") from None


def _chunks(source: str | bytes | BinaryIO, refusal: Callable[..., InvalidModelError]) -> Iterator[str | bytes]:
    too_large = (f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB", "split the model")
    if isinstance(source, str | bytes):
        if len(source) > MOST_BYTES:
            raise refusal(*too_large)
        yield source
        return
    n_bytes = 0
    while chunk := source.read(_CHUNK):
        n_bytes += len(chunk)
        if n_bytes > MOST_BYTES:
            raise refusal(*too_large)
        yield chunk


def _refuse_declarations(parser: expat.XMLParserType, refusal: Callable[..., InvalidModelError]) -> None:
    """Refuse all of a document type but its name: it could expand, fetch, or change what the elements say."""

    def doctype(_name: str, system: str | None, public: str | None, internal: object) -> None:
        if internal:
            raise refusal("the document type declares entities or attributes, which is not allowed", _PLAIN_DOCTYPE)
        if system is not None or public is not None:
            raise refusal("the document type refers to another file, which is never read", _PLAIN_DOCTYPE)

    parser.StartDoctypeDeclHandler = doctype


_PLAIN_DOCTYPE = "write <!DOCTYPE opsa-mef>, or remove it"


def _build(parser: expat.XMLParserType, receiver: Receiver, refusal: Callable[..., InvalidModelError]) -> None:
    stack: list[XmlElement] = []
    containers = receiver.containers
    n_open_containers = n_elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal n_open_containers, n_elements
        n_elements += 1
        if len(stack) >= DEEPEST or n_elements > MOST_ELEMENTS:
            raise refusal(*(_TOO_DEEP if len(stack) >= DEEPEST else _TOO_MANY))
        element = XmlElement(tag, attributes, parser.CurrentLineNumber)
        if n_open_containers == len(stack):
            if tag in containers:
                receiver.enter(element)
                n_open_containers += 1
            elif not stack:
                raise refusal(f"the root element is <{tag}>", "an Open-PSA model begins with <opsa-mef>")
        else:
            stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        nonlocal n_open_containers
        element = stack.pop()
        if len(stack) < n_open_containers:
            n_open_containers -= 1
            receiver.leave()
        elif len(stack) == n_open_containers:
            receiver.take(element)

    def text(characters: str) -> None:
        element = stack[-1]
        if element.text or not characters.isspace():
            element.text += characters
            if len(element.text) > LONGEST_TEXT:
                raise refusal(f"a text is longer than {LONGEST_TEXT:,} characters", "shorten it")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text


_TOO_DEEP = (f"nested more than {DEEPEST} levels deep", "name the inner parts as gates")
_TOO_MANY = (f"the model holds more than {MOST_ELEMENTS:,} elements", "split the model")


# Expat's words, and an engineer's.
_PLAINER = {
    "no element found": "the file ends too early; close every element, and begin with <opsa-mef>",
    "mismatched tag": "this end tag closes no open element; close the elements in the order they were opened",
    "junk after document element": "something follows after </opsa-mef>; remove it",
    "undefined entity": "an entity is not defined; only &amp; &lt; &gt; &quot; and &apos; are",
    "duplicate attribute": "an attribute is given twice in one element; keep one",
    "unclosed token": "the file ends inside a tag; close it",
    "not well-formed (invalid token)": "not well-formed XML; write & as &amp; and < as &lt; and quote attributes",
    "syntax error": "not XML; a model file in XML begins with <opsa-mef>",
    "unknown encoding": "the encoding is not known; save the file as UTF-8",
    "reference to invalid character number": "a reference to a character that XML cannot hold; remove it",
}


def _explained(code: int) -> tuple[str, str]:
    words = expat.errors.messages.get(code, "not well-formed") if hasattr(expat.errors, "messages") else ""
    message, _, fix = _PLAINER.get(words, f"not readable as XML: {words}; correct the line").partition("; ")
    return message, fix
