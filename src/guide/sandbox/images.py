"""The container images of the embedded cluster, as its registry serves them.

``sandbox/images.toml`` lists them. Layers are cached by content and shared; the folder for the registry
is put together from them anew for every choice of images, which is nothing but links.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guide.forms import held
from guide.paths import cache_dir
from guide.sandbox import binaries, debian, npm, sources, web
from guide.sandbox.binaries import SANDBOX
from guide.sandbox.cache import key_of, make_once
from walkthrough.errors import UserError
from walkthrough.inputs import read_toml
from walkthrough.inputs.text import filled
from walkthrough.machine.base import Replacement
from walkthrough.progress import Progress

#: The program that writes layers and images.
WRITER = "images"

_IMAGE_KEYS = {
    "ref": str,
    "product": str,
    "debian": list,
    "binaries": dict,
    "links": dict,
    "sources": dict,
    "web": dict,
    "npm": dict,
    "files": str,
    "owned": dict,
    "user": str,
    "entrypoint": list,
    "command": list,
    "env": list,
    "ports": list,
    "volumes": list,
    "workdir": str,
    "stop-signal": str,
    "guide": str,
    "runs": str,
    "why": str,
}
_WEB_KEYS = {"build": list, "result": str, "without": list, "seconds": (int, float)}
_NPM_KEYS = {"without": list, "seconds": (int, float)}
_DEBIAN_KEYS = {"packages": list, "without": list, "on": list, "files": str, "seconds": (int, float)}


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


class Table:
    """``images.toml``: what to make, and for whom.

    :raises UserError: the table is not as its head describes it.
    """

    def __init__(self, sandbox: Path = SANDBOX) -> None:
        self.sandbox = sandbox
        self.path = sandbox / "images.toml"
        table = dict(held(read_toml(self.path), "images").value)
        self.debian: dict[str, dict[str, Any]] = table.pop("debian", {})
        self.web: dict[str, dict[str, Any]] = table.pop("web", {})
        self.npm: dict[str, dict[str, Any]] = table.pop("npm", {})
        self.images: list[dict[str, Any]] = table.pop("image", [])
        for word in table:
            raise self._error(
                f"[{word}] is no table of it", "it has [debian.…], [web.…], [npm.…] and [[image]]"
            )
        for name, row in self.debian.items():
            self._check(f"the layer {name}", row, _DEBIAN_KEYS, {"packages"})
            self._check_layers(f"the layer {name}", row.get("on", []))
        for name, row in self.web.items():
            self._check(f"the web pages of {name}", row, _WEB_KEYS, {"build", "result", "seconds"})
        for name, row in self.npm.items():
            self._check(f"the packages of {name}", row, _NPM_KEYS, {"seconds"})
        for row in self.images:
            name = row.get("ref", "an image without ref")
            self._check(name, row, _IMAGE_KEYS, {"ref", "guide", "runs", "why"})
            self._check_layers(name, row.get("debian", []))
            for named in (*row.get("sources", {}).values(), *row.get("web", {}).values()):
                if named.partition("/")[0] not in row.get("binaries", {}).values():
                    raise self._error(
                        f"{name} has the sources {named} of a program that it does not have",
                        "add the program to its binaries",
                    )
            for named in row.get("web", {}).values():
                if named not in self.web:
                    raise self._error(
                        f"{name} has web pages of {named}, of which the table has none",
                        f"add [web.{named}], or leave it",
                    )
            for named in row.get("npm", {}).values():
                if named not in self.npm:
                    raise self._error(
                        f"{name} has the packages of {named}, of which the table knows nothing",
                        f"add [npm.{named}], or leave it",
                    )
        refs = [row["ref"] for row in self.images]
        for ref in {ref for ref in refs if refs.count(ref) > 1}:
            raise self._error(f"{ref} is there twice", "leave one of them")

    def select(self, products: frozenset[str]) -> list[dict[str, Any]]:
        """The images that the cluster itself and ``products`` need; with no products all."""
        return [row for row in self.images if not products or row.get("product") in {None, *products}]

    def _check_layers(self, what: str, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.debian:
                raise self._error(
                    f"{what} is on {name}, which is no layer", f"they are {', '.join(self.debian)}"
                )

    def _check(self, what: str, row: Mapping[str, Any], types: Mapping[str, Any], required: set[str]) -> None:
        if unknown := row.keys() - types.keys():
            raise self._error(
                f"{what} has the unknown key {', '.join(sorted(unknown))}", "see the table's head"
            )
        if missing := required - row.keys():
            raise self._error(f"{what} lacks {', '.join(sorted(missing))}", "see the table's head")
        for key, value in row.items():
            if not isinstance(value, types[key]):
                raise self._error(f"{key} of {what} is a {type(value).__name__}", "see the table's head")

    def _error(self, what: str, fix: str) -> UserError:
        return UserError(what, where=str(self.path), fix=fix)


def ensure(products: frozenset[str], progress: Progress, *, sandbox: Path = SANDBOX) -> Path:
    """Make the images that the cluster and ``products`` need and that are not in the cache yet.

    :param products: names of ``manifests/versions.yaml``; empty means everything.
    :return: the root folder of a registry's file system storage that holds exactly these images.
        ``digests.json`` beside it says the digest of each by its name.
    :raises UserError: something cannot be built or unpacked.
    """
    table = Table(sandbox)
    chosen = table.select(products)
    wanted = {name for row in chosen for name in row.get("binaries", {}).values()}
    programs = binaries.ensure([WRITER, *sorted(wanted)], progress, sandbox=sandbox)
    writer = programs[WRITER]

    below = _debian_layers(table, chosen, progress)
    own = {row["ref"]: _own_layer(table, row, programs, progress) for row in chosen}
    # Images of one program share its layer.
    layers = {layer.content: layer for layer in [*below.values(), *own.values()] if layer.entries}
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        made = dict(
            zip(layers, pool.map(lambda layer: _make(layer, writer, progress), layers.values()), strict=True)
        )

    images = []
    for row in chosen:
        stack = [*(below[name] for name in row.get("debian", [])), own[row["ref"]]]
        paths = [str(made[layer.content]) for layer in stack if layer.entries]
        images.append({"ref": row["ref"], "layers": paths, "config": _config(row)})

    def store(part: Path) -> None:
        with progress.task(f"Putting {len(images)} images together"):
            (part / "storage").mkdir()
            digests = _write(writer, ["store", str(part / "storage")], images)
            (part / "digests.json").write_text(digests, encoding="utf-8")

    key = key_of([writer.parent.name, images])
    registry = make_once(cache_dir() / "images", "registry", key, store, progress, title="making images")
    return registry / "storage"


def replacements(products: frozenset[str], *, sandbox: Path = SANDBOX) -> list[Replacement]:
    """The rows "the guide pins, the sandbox runs, why" of the images for ``products``."""
    versions = {name: recipe.version.removeprefix("v") for name, recipe in binaries.recipes(sandbox).items()}
    rows = (
        Replacement(row["guide"], *(filled(row[key], versions, str(sandbox)) for key in ("runs", "why")))
        for row in Table(sandbox).select(products)
    )
    return list(dict.fromkeys(rows))


def _debian_layers(table: Table, chosen: list[dict[str, Any]], progress: Progress) -> dict[str, Layer]:
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


def _own_layer(
    table: Table, row: Mapping[str, Any], programs: Mapping[str, Path], progress: Progress
) -> Layer:
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


def _config(row: Mapping[str, Any]) -> dict[str, Any]:
    """How an image runs, in the words of the OCI image specification."""
    config: dict[str, Any] = {
        "User": row.get("user"),
        "Entrypoint": row.get("entrypoint"),
        "Cmd": row.get("command"),
        "Env": row.get("env"),
        "ExposedPorts": {port: {} for port in row.get("ports", [])},
        "Volumes": {path: {} for path in row.get("volumes", [])},
        "WorkingDir": row.get("workdir"),
        "StopSignal": row.get("stop-signal"),
    }
    return {key: value for key, value in config.items() if value}


def _make(layer: Layer, writer: Path, progress: Progress) -> Path:
    def write(part: Path) -> None:
        _write(writer, ["layer", str(part)], layer.entries)

    return make_once(
        cache_dir() / "images" / "layers",
        layer.name,
        key_of([writer.parent.name, layer.content]),
        write,
        progress,
        title=f"making the layer {layer.name}",
    )


def _write(writer: Path, arguments: list[str], what: object) -> str:
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
