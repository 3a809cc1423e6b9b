"""Draws who says what to whom, and in which order: a sequence diagram, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from guide.site.drawing import LABEL, Canvas, Words, width, wrapped
from guide.site.stacks import Row, stacked
from guide.site.texts import Locale, text

_LINE = 15.0
_HEAD, _MARGIN, _PAD = 34.0, 8.0, 12.0
#: Beside a message to oneself, for its loop.
_LOOP = 26.0


@dataclass(frozen=True)
class Message:
    """One arrow: the columns it leaves and enters, and its words."""

    start: int
    end: int
    kind: str
    label: str


def draw(name: str, source: dict[str, Any], words: Words) -> str:
    """The diagram as HTML: the picture, and a list of its messages that unfolds."""
    ids = list(source["actors"])
    actors = [words(actor) for actor in source["actors"].values()]
    messages = [_message(entry, ids, words) for entry in source["messages"]]
    title = words(source["title"])
    told = [_told(message, actors) for message in messages]
    description = " ".join(f"{number}. {line}." for number, line in enumerate(told, 1))
    picture = _picture(Canvas(name), actors, messages)
    svg = picture[0].svg(words.locale, title, description, *picture[1:])
    items = "".join(f"<li>{escape(line)}</li>" for line in told)
    return (
        f'<figure class="guide-figure"><div class="guide-picture guide-sequence" role="group" tabindex="0" '
        f'aria-labelledby="{name}-title">{svg}</div>{_stack(title, actors, messages, words.locale)}'
        f"<figcaption>{escape(title)}"
        f'<details class="guide-in-words"><summary data-search-exclude>'
        f"{text(words.locale, 'in-words')}</summary>"
        f"<ol>{items}</ol></details>"
        "</figcaption></figure>"
    )


def _message(entry: dict[str, Any], ids: list[str], words: Words) -> Message:
    for end in (entry["from"], entry["to"]):
        if end not in ids:
            raise words.error(f"there is no actor «{end}»", fix=f"choose among {', '.join(ids)}")
    return Message(ids.index(entry["from"]), ids.index(entry["to"]), words.line(entry), words(entry["label"]))


def _told(message: Message, actors: list[str]) -> str:
    who, whom = actors[message.start], actors[message.end]
    return f"{who}: {message.label}" if who == whom else f"{who} → {whom}: {message.label}"


def _stack(title: str, actors: list[str], messages: list[Message], locale: Locale) -> str:
    return stacked(
        title,
        (
            Row(each.kind, actors[each.start], each.label, actors[each.end] if each.start != each.end else "")
            for each in messages
        ),
        locale,
    )


def _picture(canvas: Canvas, actors: list[str], messages: list[Message]) -> tuple[Canvas, float, float]:
    """The picture, and how wide and high it came out."""
    column = max(94.0, *(width(actor, LABEL + 1) + 2 * _PAD for actor in actors))
    step = column + 14
    centres = [_MARGIN + column / 2 + index * step for index in range(len(actors))]
    rows, y = [], _HEAD + 14
    for message in messages:
        room = (abs(message.end - message.start) or 1) * step - _PAD - (message.start == message.end) * _LOOP
        lines = wrapped(message.label, LABEL, room)
        y += len(lines) * _LINE + 12
        rows.append((message, lines, y))
        if message.start == message.end:
            y += 12
    foot = y + 18
    for centre in centres:
        canvas.line("life", f"M{centre:g} {_HEAD:g}V{foot:g}", tip=False)
    for centre, actor in zip(centres, actors, strict=True):
        canvas.box("node", centre - column / 2, 1, column, _HEAD - 2, 7)
        canvas.write("name", centre, _HEAD / 2 + 5, actor)
    for message, lines, at in rows:
        start, end = centres[message.start], centres[message.end]
        if message.start == message.end:
            _to_oneself(canvas, message.kind, start, at, lines)
            continue
        for index, line in enumerate(lines):
            canvas.label(
                f"label pic-label-{message.kind}",
                (start + end) / 2,
                at - 6 - (len(lines) - 1 - index) * _LINE,
                line,
            )
        canvas.line(message.kind, f"M{start:g} {at:g}H{end + (-2 if end > start else 2):g}")
    # A message to oneself may reach past the last column.
    edges = [centres[m.start] + 10 + max(width(line, LABEL) for line in lines) + _LOOP
             for m, lines, _ in rows if m.start == m.end]  # fmt: skip
    return canvas, max(centres[-1] + column / 2, *edges, 0) + _MARGIN, foot + 2


def _to_oneself(canvas: Canvas, kind: str, x: float, y: float, lines: list[str]) -> None:
    top = y - len(lines) * _LINE + 2
    canvas.line(kind, f"M{x:g} {top:g}h14q6 0 6 6V{y - 2:g}q0 6 -6 6h-12")
    for index, line in enumerate(lines):
        canvas.label(f"aside pic-label-{kind}", x + _LOOP, top + 11 + index * _LINE, line, centred=False)
