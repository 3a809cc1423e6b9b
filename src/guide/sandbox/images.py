"""The container images of the embedded cluster, as its registry serves them.

Layers are cached by content and shared; the folder for the registry is put together from them anew for
every choice of images, which is nothing but links.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from guide.paths import cache_dir
from guide.sandbox import binaries, layers
from guide.sandbox.binaries import SANDBOX
from guide.sandbox.cache import key_of, make_once
from guide.sandbox.image_table import Table
from walkthrough.inputs.text import filled
from walkthrough.machine.base import Replacement
from walkthrough.progress import Progress

#: The program that writes layers and images.
WRITER = "images"


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

    below = layers.debian_layers(table, chosen, progress)
    own = {row["ref"]: layers.own_layer(table, row, programs, progress) for row in chosen}
    # Images of one program share its layer.
    needed = {layer.content: layer for layer in [*below.values(), *own.values()] if layer.entries}
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        made = dict(
            zip(
                needed,
                pool.map(lambda layer: layers.make(layer, writer, progress), needed.values()),
                strict=True,
            )
        )

    images = []
    for row in chosen:
        stack = [*(below[name] for name in row.get("debian", [])), own[row["ref"]]]
        paths = [str(made[layer.content]) for layer in stack if layer.entries]
        images.append({"ref": row["ref"], "layers": paths, "config": _config(row)})

    def store(part: Path) -> None:
        with progress.task(f"Putting {len(images)} images together"):
            (part / "storage").mkdir()
            digests = layers.run_writer(writer, ["store", str(part / "storage")], images)
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
