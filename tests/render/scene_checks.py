"""What must hold of every drawn scene, checked from its shapes alone."""

from __future__ import annotations

import itertools

from faulttree.render.diagram import Diagram
from faulttree.render.scene import Box, Ellipse, Group, Line, Path, Primitive, Rect, Text
from faulttree.render.text import measure

EPSILON = 0.01
Point = tuple[float, float]


def check(diagram: Diagram) -> None:
    """Text fits, nothing overlaps, every line joins its gate to its inputs and touches nothing else."""
    check_text(diagram)
    check_no_overlap(diagram)
    check_lines(diagram)


def cards_of(diagram: Diagram) -> list[tuple[Group, Group | None]]:
    """The group of every occurrence, in order, with the condition beside it."""
    found: list[tuple[Group, Group | None]] = []
    for group in diagram.scene.groups:
        words = group.kind.split()
        if "ft-condition" in words:
            found[-1] = (found[-1][0], group)
        elif not {"ft-paper", "ft-heading", "ft-lines"} & set(words):
            found.append((group, None))
    return found


def bounds(item: Primitive) -> Box:
    match item:
        case Rect(box=box):
            return box
        case Ellipse(cx=cx, cy=cy, rx=rx, ry=ry):
            return Box(cx - rx, cy - ry, 2 * rx, 2 * ry)
        case Line(points=points):
            xs, ys = zip(*points, strict=True)
        case Path(segments=segments):
            # Control points: the hull of a curve holds the curve, and our curves bulge little beyond their ends.
            ends = [values[-2:] for _, values in segments if values]
            xs, ys = zip(*ends, strict=True)
        case Text():
            width = measure(item.content, item.size, item.bold)
            left = item.x - {"start": 0.0, "middle": width / 2, "end": width}[item.anchor]
            return Box(left, item.y - 0.76 * item.size, width, item.size)
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def inside(inner: Box, outer: Box, slack: float = EPSILON) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right - EPSILON
        and other.x < one.right - EPSILON
        and one.y < other.bottom - EPSILON
        and other.y < one.bottom - EPSILON
    )


def check_text(diagram: Diagram) -> None:
    paper = Box(0, 0, diagram.scene.width, diagram.scene.height)
    for group in diagram.scene.groups:
        texts = [item for item in group.items if isinstance(item, Text)]
        for text in texts:
            assert inside(bounds(text), text.room, 0.5), text
            assert inside(text.room, paper), text
        for one, other in itertools.combinations(texts, 2):
            assert not overlap(bounds(one), bounds(other)), (one, other)
        oval = next((item for item in group.items if isinstance(item, Ellipse)), None)
        for text in texts:
            box = bounds(text)
            if oval and text.room == bounds(oval):
                for x in (box.x, box.right):
                    assert ((x - oval.cx) / oval.rx) ** 2 + ((text.y - 0.36 * text.size - oval.cy) / oval.ry) ** 2 <= 1


def check_no_overlap(diagram: Diagram) -> None:
    """No shape or text of one element touches those of another; symbols stand clear of their own boxes."""
    groups = [group for card in cards_of(diagram) for group in card if group]
    solid = [[bounds(item) for item in group.items if not isinstance(item, Line)] for group in groups]
    hulls = [
        Box(x := min(b.x for b in boxes), y := min(b.y for b in boxes), max(b.right for b in boxes) - x,
            max(b.bottom for b in boxes) - y)
        for boxes in solid
    ]  # fmt: skip
    paper = Box(0, 0, diagram.scene.width, diagram.scene.height)
    order = sorted(range(len(groups)), key=lambda index: hulls[index].x)
    for at, index in enumerate(order):
        assert inside(hulls[index], paper), groups[index].name
        for other in order[at + 1 :]:
            if hulls[other].x >= hulls[index].right:
                break
            if overlap(hulls[index], hulls[other]):
                for one, another in itertools.product(solid[index], solid[other]):
                    assert not overlap(one, another), (groups[index].name, groups[other].name)
    for group in groups:
        rects = [item.box for item in group.items if isinstance(item, Rect) and not item.radius]
        for path in (item for item in group.items if isinstance(item, Path)):
            assert not any(overlap(bounds(path), rect) for rect in rects), group.name


def segments_of(group: Group) -> list[tuple[Point, Point]]:
    return [pair for item in group.items if isinstance(item, Line) for pair in itertools.pairwise(item.points)]


def check_lines(diagram: Diagram) -> None:
    places = diagram._plan.forest.occurrences
    cards = cards_of(diagram)
    assert len(cards) == len(places)
    obstacles = [
        [bounds(item) for item in group.items if not isinstance(item, Line)]
        for card in cards
        for group in card
        if group
    ]
    owner = [index for index, card in enumerate(cards) for group in card if group]
    lines = [group for group in diagram.scene.groups if group.kind == "ft-lines"]
    gates = [index for index, place in enumerate(places) if place.children]
    assert len(lines) == len(gates)
    everything: list[tuple[int, Point, Point]] = []
    for gate, group in zip(gates, lines, strict=True):
        segments = segments_of(group)
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in segments), "lines run straight"
        everything += [(gate, a, b) for a, b in segments]
        starts = {item.points[0] for item in group.items if isinstance(item, Line)}
        symbol = [bounds(item) for item in cards[gate][0].items if isinstance(item, Path)]
        assert any(
            box.x - EPSILON <= x <= box.right + EPSILON and box.y - EPSILON <= y <= box.bottom + EPSILON
            for x, y in starts
            for box in symbol
        ), "the lines begin at the gate's symbol"
        points = {point for segment in segments for point in segment}
        for child in places[gate].children:
            assert _entry(cards[child][0]) in points, "a line ends at each input"
        assert _connected(segments), "the lines of a gate hang together"
        for a, b in segments:
            box = Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))
            for who, boxes in zip(owner, obstacles, strict=True):
                if who != gate:
                    assert not any(_crosses(box, obstacle) for obstacle in boxes), (gate, who)
    for (one, a, b), (other, c, d) in itertools.combinations(everything, 2):
        if one != other:
            assert not _meet(a, b, c, d), "lines of two gates stay apart"


def _entry(card: Group) -> Point:
    first = next(item for item in card.items if isinstance(item, Rect | Path))
    if isinstance(first, Rect):
        return (first.box.x + first.box.width / 2, first.box.y)
    shapes = [bounds(item) for item in card.items if isinstance(item, Path)]
    whole = max(shapes, key=lambda box: box.width)
    return (whole.x + whole.width / 2, min(box.y for box in shapes))


def _crosses(line: Box, obstacle: Box) -> bool:
    return (
        line.x < obstacle.right - EPSILON
        and obstacle.x < line.right - EPSILON * (line.width > 0)
        and line.y < obstacle.bottom - EPSILON
        and obstacle.y < line.bottom - EPSILON
    )


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    return (
        min(a[0], b[0]) <= max(c[0], d[0])
        and min(c[0], d[0]) <= max(a[0], b[0])
        and min(a[1], b[1]) <= max(c[1], d[1])
        and min(c[1], d[1]) <= max(a[1], b[1])
    )


def _connected(segments: list[tuple[Point, Point]]) -> bool:
    """Whether the segments touch one another; the two beginnings at an inhibit gate count as one."""
    joined, rest = [segments[0]], segments[1:]
    beginnings = {segment[0] for segment in segments}
    while rest:
        touching = [s for s in rest if any(_meet(*s, *j) for j in joined)]
        if not touching:
            return len(beginnings) > 1 and len({point[1] for point in beginnings}) > 1
        joined += touching
        rest = [s for s in rest if s not in touching]
    return True
