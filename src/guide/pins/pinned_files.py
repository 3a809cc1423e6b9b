"""Every file that names images, as it is and as the pins want it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guide.paths import ROOT
from guide.pins import usage, writing
from guide.pins.lockfile import Pin
from walkthrough import whole
from walkthrough.inputs import read_text


@dataclass(frozen=True)
class PinnedFile:
    """A file that names images.

    :param text: what it says.
    :param wanted: what it says when it carries the pins.
    """

    path: Path
    text: str
    wanted: str


def pinned_files(pins: Mapping[str, Pin], root: Path = ROOT) -> Iterator[PinnedFile]:
    """The files that do, or should, carry a pin."""
    for path in usage.kustomizations(root):
        name = path.relative_to(root).as_posix()
        used = [pin for pin in pins.values() if name in pin.used]
        spelled = {reference.name: reference.spelled for reference in usage.sources(path)} if used else {}
        text = read_text(path)
        yield PinnedFile(path, text, writing.kustomization(text, used, spelled))
    for path in usage.plain_files(root):
        text = read_text(path)
        yield PinnedFile(path, text, writing.plain(text, pins))


def write(pins: Mapping[str, Pin], root: Path = ROOT) -> list[Path]:
    """Write the pins where they take effect; the files that this changed."""
    changed = []
    for found in pinned_files(pins, root):
        if found.text != found.wanted:
            whole.write(found.path, found.wanted)
            changed.append(found.path)
    return changed
