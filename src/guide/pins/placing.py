"""Every file that names images, as it is and as the pins want it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guide.paths import ROOT
from guide.pins import brought, writing
from guide.pins.lockfile import Pin
from walkthrough import whole
from walkthrough.inputs import read_text


@dataclass(frozen=True)
class Place:
    """A file that names images.

    :param text: what it says.
    :param wanted: what it says when it carries the pins.
    """

    path: Path
    text: str
    wanted: str


def places(pins: Mapping[str, Pin], root: Path = ROOT) -> Iterator[Place]:
    """The files that do, or should, carry a pin."""
    for path in brought.kustomizations(root):
        name = path.relative_to(root).as_posix()
        used = [pin for pin in pins.values() if name in pin.used]
        spelled = {reference.name: reference.spelled for reference in brought.sources(path)} if used else {}
        text = read_text(path)
        yield Place(path, text, writing.kustomization(text, used, spelled))
    for path in brought.plain_files(root):
        text = read_text(path)
        yield Place(path, text, writing.plain(text, pins))


def place(pins: Mapping[str, Pin], root: Path = ROOT) -> list[Path]:
    """Write the pins where they take effect; the files that this changed."""
    changed = []
    for found in places(pins, root):
        if found.text != found.wanted:
            whole.write(found.path, found.wanted)
            changed.append(found.path)
    return changed
