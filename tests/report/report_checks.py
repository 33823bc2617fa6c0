"""What must hold of any report: sound HTML that runs and fetches nothing, read by a parser that forgives nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "br", "wbr", "path", "rect", "ellipse"}
SVG = {"svg", "title", "desc", "g", "path", "rect", "ellipse", "text"}
HTML = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "main", "nav", "section", "h1", "h2", "h3", "h4",
    "p", "b", "strong", "code", "pre", "div", "span", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "figure", "figcaption", "br", "wbr",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "role", "tabindex", "scope", "colspan",
    "aria-label", "aria-labelledby", "xmlns", "width", "height", "viewbox", "data-name", "fill", "stroke",
    "stroke-width", "stroke-dasharray", "stroke-linejoin", "text-anchor", "font-family", "font-size", "font-weight",
    "d", "x", "y", "cx", "cy", "rx", "ry",
}  # fmt: skip


HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Controls, and what turns the direction of writing around."""


@dataclass
class Page(HTMLParser):
    """A report as it was parsed: its elements with their attributes and text. Raises where it is not sound."""

    source: str
    open: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute twice: {attrs}"
        assert tag in (SVG if "svg" in self.open or tag == "svg" else HTML), f"<{tag}> in {self.open}"
        assert given.keys() <= ATTRIBUTES, f"<{tag}> has {given.keys() - ATTRIBUTES}"
        self.elements.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    @property
    def text(self) -> str:
        """All that is shown, white space made one space, without the style sheet."""
        return " ".join("".join(data for tag, data in self.texts if tag != "style").replace("\u200b", "").split())


def checked(report: str) -> Page:
    """The parsed report, once all that must hold of any report does."""
    page = Page(report)
    assert report.startswith("<!DOCTYPE html>")
    assert all(character == "\n" or not HIDDEN.match(character) for character in report)
    style = re.search(r"<style>(.*?)</style>", report, re.DOTALL)
    assert style
    policy = next(given["content"] or "" for tag, given in page.elements if given.get("http-equiv"))
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.split("; ")[:3] == ["default-src 'none'", f"style-src 'sha256-{digest}'", "img-src data:"]
    assert "url(" not in style[1] and "@import" not in style[1]
    identifiers = [given["id"] for _, given in page.elements if "id" in given]
    assert len(identifiers) == len(set(identifiers))
    for tag, given in page.elements:
        if "href" in given:
            assert (given["href"] or "")[:1] == "#" and (given["href"] or "")[1:] in identifiers
        if tag == "svg":
            assert given["role"] == "img" and set((given["aria-labelledby"] or "").split()) <= set(identifiers)
        if tag == "th":
            assert given["scope"] in ("row", "col")
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == tags.count("thead")
    assert tags.count("figure") == tags.count("figcaption") == tags.count("svg")
    return page
