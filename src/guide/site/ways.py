"""Draws who may talk to whom, from the policies that the reader applies: two columns, lines between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guide.manifests.policies import Address, End, Pod, Policies
from guide.site.drawing import Canvas, Words
from guide.site.stacks import Row, stacked

_BOX, _HIGH, _STEP = 190.0, 36.0, 46.0
_BETWEEN, _TOP, _HEAD = 300.0, 30.0, 14.0


def draw(name: str, source: dict[str, Any], words: Words, root: Path) -> str:
    """The picture as HTML; each line is a way that the policies leave open.

    :param root: the folder in which the source's ``policies``, a folder of manifests, lies.
    """
    policies = Policies.of(sorted((root / source["policies"]).glob("*.yaml")))
    canvas = Canvas(name)
    right = _BOX + _BETWEEN
    for x, head in ((0.0, "asks"), (right, "answers")):
        canvas.write("name", x + _BOX / 2 + 2, _HEAD + 2, words(source[head]))
    ends = {side: [(entry, _end(entry, words)) for entry in source[side]] for side in ("from", "to")}
    told: list[str] = []
    rows: list[Row] = []
    # Lines first: the boxes lie on top of their ends.
    for row, (asks, start) in enumerate(ends["from"]):
        reached = [
            (column, answers)
            for column, (answers, end) in enumerate(ends["to"])
            if asks["name"] != answers["name"]
            # What the world reaches is told of the pods that the policies are for.
            and (isinstance(start, Pod) or policies.isolates(end))
            and policies.open(start, end)
        ]
        for column, answers in reached:
            y, to_y = (_TOP + index * _STEP + _HIGH / 2 for index in (row, column))
            middle = _BOX + _BETWEEN / 2
            canvas.line(
                words.line(answers),
                f"M{_BOX + 2:g} {y:g}C{middle:g} {y:g} {middle:g} {to_y:g} {right:g} {to_y:g}",
            )
        names = ", ".join(words(answers["name"]) for _, answers in reached) or words(source["nobody"])
        told.append(f"{words(asks['name'])}: {names}.")
        rows.append(Row("flow", words(asks["name"]), "", names))
    for x, side in ((2.0, "from"), (right + 2, "to")):
        for row, (entry, _) in enumerate(ends[side]):
            y = _TOP + row * _STEP
            canvas.box("node", x, y, _BOX - 2, _HIGH)
            canvas.write("name", x + _BOX / 2, y + _HIGH / 2 + 5, words(entry["name"]))
    high = _TOP + max(len(entries) for entries in ends.values()) * _STEP
    title = words(source["title"])
    svg = canvas.svg(words.locale, title, " ".join(told), right + _BOX + 4, high)
    group = f'role="group" tabindex="0" aria-labelledby="{name}-title"'
    stack = stacked(title, rows, words.locale)
    return f'<div><div class="guide-picture guide-map" {group}>{svg}</div>{stack}</div>'


def _end(entry: dict[str, Any], words: Words) -> End:
    port = frozenset(entry.get("port", ()))
    if "address" in entry:
        if entry["address"] not in ("node", "outside"):
            raise words.error(f"there is no address «{entry['address']}»", fix="write: node or outside")
        return Address(entry["address"] == "node", port)
    return Pod(entry["namespace"], entry["labels"], port)
