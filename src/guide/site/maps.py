"""Draws who is connected to whom: boxes on a grid, lines between their sides, frames around them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any

from guide.site.drawing import Canvas, Words, spread
from guide.site.stacks import Row, stacked

_BOX, _HIGH = 136.0, 58.0
_GAP_X, _GAP_Y = 78.0, 66.0
#: From a frame to what it holds; room for its name at the top.
_PAD, _NAME = 16.0, 26.0
#: Where a line runs that goes around the boxes, and how far apart two lines of one side are.
_LANE, _APART, _ROUND = 24.0, 26.0, 10.0
_LINE = 16.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A node on the grid, and where it came to stand."""

    column: int
    row: int
    x: float
    y: float

    def port(self, side: str, off: float) -> Point:
        """The point on a side, so far from its middle."""
        middle = (self.x + _BOX / 2, self.y + _HIGH / 2)
        return {
            "left": (self.x, middle[1] + off),
            "right": (self.x + _BOX, middle[1] + off),
            "top": (middle[0] + off, self.y),
            "bottom": (middle[0] + off, self.y + _HIGH),
        }[side]


@dataclass
class Edge:
    """A line from a side of one box to a side of another."""

    start: tuple[str, str]
    end: tuple[str, str]
    kind: str
    label: str


def draw(name: str, source: dict[str, Any], words: Words) -> str:
    """The map as HTML."""
    nodes = source["nodes"]
    frames = source.get("frames", [])
    # Row 0 is the world outside; the frames begin below it.
    inset = _PAD * len(frames)
    left, top = inset + 2, 2.0
    boxes = {
        key: Box(
            node["at"][0],
            node["at"][1],
            left + node["at"][0] * (_BOX + _GAP_X),
            top + node["at"][1] * (_HIGH + _GAP_Y) + (node["at"][1] > 0) * _NAME * len(frames),
        )
        for key, node in nodes.items()
    }
    right = max(box.x for box in boxes.values()) + _BOX + _LANE + inset
    bottom = max(box.y for box in boxes.values()) + _HIGH + inset
    inside = min((box.y for box in boxes.values() if box.row > 0), default=top)
    canvas = Canvas(name)
    for index, frame in enumerate(frames):
        # The outermost first: each holds the next.
        off = _PAD * index
        head = inside - (_NAME + 6) * (len(frames) - index)
        canvas.box("frame", 2 + off, head, right - 2 - 2 * off, bottom - off - head + 2, 14)
        canvas.parts.append(
            f'<text class="pic-frame-name" x="{14 + off:g}" y="{head + 20:g}">{escape(words(frame["name"]))}'
            f'<tspan class="pic-note" dx="8">{escape(words(frame["note"]))}</tspan></text>'
        )
    for key, node in nodes.items():
        _node(canvas, boxes[key], node, words)
    edges = [_edge(entry, nodes, words) for entry in source["edges"]]
    for edge, (start, end) in _placed(edges, boxes):
        if start[0] != end[0] and start[1] != end[1] and not edge.start[1] == edge.end[1] == "right":
            raise words.error(
                f"{' '.join(edge.start)} and {' '.join(edge.end)} are neither in line nor both to the right",
                fix="let a straight line lead from the one side to the other",
            )
        _connect(canvas, edge, start, end, boxes)
    _legend(canvas, source.get("legend", []), words)
    title = words(source["title"])
    svg = canvas.svg(words.locale, title, words(source["description"]), right + 2, bottom + 4)
    group = f'role="group" tabindex="0" aria-labelledby="{name}-title"'
    named = {key: words(node["name"]) for key, node in nodes.items()}
    rows = [Row(edge.kind, named[edge.start[0]], edge.label, named[edge.end[0]]) for edge in edges]
    stack = stacked(title, rows, words.locale)
    return f'<div><div class="guide-picture guide-map" {group}>{svg}</div>{stack}</div>'


def _edge(entry: dict[str, Any], nodes: dict[str, Any], words: Words) -> Edge:
    ends = []
    for end in (entry["from"], entry["to"]):
        key, _, side = end.partition(" ")
        if key not in nodes:
            raise words.error(f"there is no node «{key}»", fix=f"choose among {', '.join(nodes)}")
        if side not in ("left", "right", "top", "bottom"):
            raise words.error(f"«{end}» names no side", fix="write: NODE left|right|top|bottom")
        ends.append((key, side))
    return Edge(ends[0], ends[1], words.line(entry), words(entry["label"]))


def _placed(edges: list[Edge], boxes: dict[str, Box]) -> list[tuple[Edge, tuple[Point, Point]]]:
    """Each edge with its ends, those that share a side spread along it in the order of the source."""
    shared: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, edge in enumerate(edges):
        shared[edge.start].append(number)
        shared[edge.end].append(number)
    offs = {
        (port, number): off
        for port, numbers in shared.items()
        for number, off in zip(numbers, spread(len(numbers), _APART), strict=True)
    }
    return [
        (
            edge,
            (
                boxes[edge.start[0]].port(edge.start[1], offs[edge.start, number]),
                boxes[edge.end[0]].port(edge.end[1], offs[edge.end, number]),
            ),
        )
        for number, edge in enumerate(edges)
    ]


def _node(canvas: Canvas, box: Box, node: dict[str, Any], words: Words) -> None:
    canvas.box("node pic-hero" if node.get("hero") else "node", box.x, box.y, _BOX, _HIGH)
    lines = [words(line) for line in node.get("lines", [])]
    y = box.y + _HIGH / 2 + 5 - len(lines) * _LINE / 2
    canvas.write("name", box.x + _BOX / 2, y, words(node["name"]))
    for index, line in enumerate(lines, 1):
        canvas.write("sub", box.x + _BOX / 2, y + index * _LINE, line)


def _connect(canvas: Canvas, edge: Edge, start: Point, end: Point, boxes: dict[str, Box]) -> None:
    style = f"label pic-label-{edge.kind}"
    (x, y), (to_x, to_y) = start, end
    if edge.start[1] == edge.end[1] == "right":
        # Around the outside.
        lane = max(box.x for box in boxes.values()) + _BOX + _LANE - 6
        path = (
            f"M{x:g} {y:g}H{lane - _ROUND:g}Q{lane:g} {y:g} {lane:g} {y + _ROUND:g}"
            f"V{to_y - _ROUND:g}Q{lane:g} {to_y:g} {lane - _ROUND:g} {to_y:g}H{to_x + 2:g}"
        )
        canvas.line(edge.kind, path)
        canvas.label(style, (x + lane) / 2, y - 7, edge.label)
    elif y == to_y:
        canvas.line(edge.kind, f"M{x:g} {y:g}H{to_x + (-2 if to_x > x else 2):g}")
        canvas.label(style, (x + to_x) / 2, y - 7, edge.label)
    else:  # one above the other, as draw() has made sure
        canvas.line(edge.kind, f"M{x:g} {y:g}V{to_y + (-2 if to_y > y else 2):g}")
        # From outside, words keep clear of the frames that the line crosses.
        outside = boxes[edge.start[0]].row == 0
        middle = y + 28 if outside else (y + to_y) / 2 + 4
        lines = edge.label.replace(", ", ",\n").splitlines()
        for off, line in zip(spread(len(lines), _LINE), lines, strict=True):
            canvas.label(style, x, middle + off, line, on="outside" if outside else "")


def _legend(canvas: Canvas, entries: list[dict[str, Any]], words: Words) -> None:
    for index, entry in enumerate(entries):
        y = 14 + index * 20
        canvas.line(words.line(entry), f"M4 {y:g}H36")
        canvas.write("legend", 44, y + 4, words(entry["label"]))
