"""Pins where they take effect: in ``images`` of a kustomization, and behind the tag in any other file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from guide.pins.lockfile import Pin
from guide.pins.references import Reference, full_name, mentions
from walkthrough.inputs import parse_yaml

_BLOCK = re.compile(r"^images:\n(?:(?:[ -].*)?\n)*", re.MULTILINE)


def plain(text: str, pins: Mapping[str, Pin]) -> str:
    """``text`` with every image that it brings at its pinned digest, and the others without one."""
    parts, done = [], 0
    for mention in mentions(text):
        pin = pins.get(mention.reference.tagged)
        digest = pin.digest if pin else ""
        parts += [text[done : mention.start], str(mention.reference.at(digest))]
        done = mention.end
    return "".join([*parts, text[done:]])


def kustomization(text: str, pins: Iterable[Pin], spelled: Mapping[str, str]) -> str:
    """A kustomization with an entry in ``images`` for each pinned image that it brings.

    The block goes to the end, and says the tag as well, for a person to read. Entries of other images stay.

    :param pins: those of the images that it brings.
    :param spelled: how its manifests write a full name: kustomize compares letters.
    """
    pins = list(pins)
    ours = {Reference.parse(pin.image).name for pin in pins}
    data = parse_yaml(text, "kustomization.yaml").value
    kept = [entry for entry in data.get("images") or () if full_name(entry["name"]) not in ours]
    entries = [
        *kept,
        *(_entry(pin, spelled) for pin in sorted(pins, key=lambda pin: pin.image) if pin.digest),
    ]
    rest = _BLOCK.sub("", text)
    return rest + _block(entries) if entries else rest


def _entry(pin: Pin, spelled: Mapping[str, str]) -> dict[str, str]:
    reference = pin.reference
    name = spelled.get(reference.name, reference.name)
    return {"name": name, "newTag": reference.tag, "digest": reference.digest}


def _block(entries: Iterable[Mapping[str, Any]]) -> str:
    lines = ["images:"]
    for entry in entries:
        for number, (key, value) in enumerate(entry.items()):
            # As the item of a list, for a scalar by itself would be followed by the end of a document.
            written = yaml.safe_dump([value]).removeprefix("- ").rstrip("\n")
            lines.append(f"  {'  ' if number else '- '}{key}: {written}")
    return "\n".join(lines) + "\n"
