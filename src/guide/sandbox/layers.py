"""The layers of the images: what goes into each, and the file of it that is kept by content."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guide.paths import cache_dir
from guide.sandbox import binaries, debian, npm, sources, web
from guide.sandbox.cache import key_of, make_once
from guide.sandbox.image_table import Table
from walkthrough.errors import UserError
from walkthrough.progress import Progress


@dataclass(frozen=True)
class Layer:
    """A layer to be: what ``images layer`` reads.

    :param name: what the cache calls it.
    :param entries: its content, as :file:`sandbox/internal/oci/layer.go` describes it.
    :param content: a hash of the content of everything that the entries name.
    """

    name: str
    entries: list[dict[str, Any]]
    content: str


def debian_layers(table: Table, chosen: list[dict[str, Any]], progress: Progress) -> dict[str, Layer]:
    """The layers of Debian packages below the chosen images, by their names in the table."""
    named = {name for row in chosen for name in row.get("debian", [])}
    roots: dict[str, Path] = {}

    def unpack(name: str) -> Path:
        if name not in roots:
            row = table.debian[name]
            for other in row.get("on", []):
                unpack(other)
            roots[name] = debian.root(
                name,
                row["packages"],
                progress,
                without=row.get("without", ()),
                seconds=row.get("seconds"),
            )
        return roots[name]

    layers = {}
    for name in sorted(named):
        row = table.debian[name]
        tree = unpack(name)
        minus = [roots[other] for other in row.get("on", [])]
        entries: list[dict[str, Any]] = [
            {"path": "/", "tree": str(tree), "minus": [str(path) for path in minus]}
        ]
        content = [path.parent.name for path in (tree, *minus)]
        if "files" in row:
            folder = table.sandbox / "images" / row["files"]
            entries.append({"path": "/", "tree": str(folder), "plain": True})
            content.append(_hash_of_tree(folder))
        layers[name] = Layer(f"debian-{name}", entries, key_of(content))
    return layers


def own_layer(
    table: Table, row: Mapping[str, Any], programs: Mapping[str, Path], progress: Progress
) -> Layer:
    """The uppermost layer of an image: its programs, files, sources, web pages and packages."""
    entries: list[dict[str, Any]] = []
    content: list[object] = []
    if "files" in row:
        folder = table.sandbox / "images" / row["files"]
        entries.append({"path": "/", "tree": str(folder), "plain": True})
        content.append(_hash_of_tree(folder))
    for path, name in row.get("binaries", {}).items():
        entries.append({"path": path, "file": str(programs[name])})
        content.append([path, programs[name].parent.name])
    for path, target in row.get("links", {}).items():
        entries.append({"path": path, "link": target})
        content.append([path, "->", target])
    for path, named in row.get("sources", {}).items():
        program, _, below = named.partition("/")
        source = sources.find(_compiled(table, program), progress)
        entries.append({"path": path, "tree": str(source.folder(below)), "plain": True})
        content.append([path, below, source.sum])
    for path, program in row.get("web", {}).items():
        recipe = _compiled(table, program)
        source = sources.find(recipe, progress)
        pages = web.ensure(recipe, table.web[program], source, table.sandbox / "web", progress)
        entries.append({"path": path, "tree": str(pages), "plain": True})
        content.append([path, pages.parent.name])
    for path, named in row.get("npm", {}).items():
        modules = npm.packages(named, table.npm[named], table.sandbox / named, progress)
        entries.append({"path": path, "tree": str(modules), "plain": True})
        content.append([path, modules.parent.name])
    for path, user in row.get("owned", {}).items():
        entries.append({"path": path, "directory": True, "owner": user})
        content.append([path, user])
    name = "".join(character if character.isalnum() else "-" for character in row["ref"])
    return Layer(name, entries, key_of(content))


def _compiled(table: Table, program: str) -> binaries.Recipe:
    recipe = binaries.recipes(table.sandbox)[program]
    if isinstance(recipe, binaries.Recipe):
        return recipe
    raise UserError(
        f"{program} has no sources: a Python package brings it",
        where=str(table.path),
        fix="name a program that is built from a Go module",
    )


def make(layer: Layer, writer: Path, progress: Progress) -> Path:
    """The layer's file, from the cache if it is there.

    :param writer: the program that writes it.
    """

    def write(part: Path) -> None:
        run_writer(writer, ["layer", str(part)], layer.entries)

    return make_once(
        cache_dir() / "images" / "layers",
        layer.name,
        key_of([writer.parent.name, layer.content]),
        write,
        progress,
        title=f"making the layer {layer.name}",
    )


def run_writer(writer: Path, arguments: list[str], what: object) -> str:
    """Have the image writer make ``what``, and return what it says.

    :raises UserError: it cannot.
    """
    ended = subprocess.run([writer, *arguments], input=json.dumps(what), capture_output=True, text=True)
    if ended.returncode != 0:
        raise UserError(
            f"an image cannot be made: {ended.stderr.strip()}",
            where=f"{writer.name} {' '.join(arguments)}",
            fix="see to what it names; is the disk full?",
        )
    return ended.stdout


def _hash_of_tree(folder: Path) -> str:
    """The hash of what a folder of the checkout brings into an image."""
    if not folder.is_dir():
        raise UserError("a recipe names a folder that is not there", where=str(folder))
    found: list[object] = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found.append([name, "->", str(path.readlink())])
        elif path.is_file():
            executable = os.access(path, os.X_OK)
            found.append([name, executable, hashlib.sha256(path.read_bytes()).hexdigest()])
        else:
            found.append(name)
    return key_of(found)
