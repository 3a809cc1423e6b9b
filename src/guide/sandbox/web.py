"""The web pages of programs whose Go module holds only the pages' sources: built as upstream builds them.

``[web.…]`` in ``sandbox/images.toml`` lists them. Node comes from a locked Python package, pnpm from
``sandbox/web/package-lock.json``, and everything else from upstream's own lock file, each with its hash. No
package runs a script of its own when it is installed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guide.paths import cache_dir
from guide.sandbox import npm
from guide.sandbox.binaries import Recipe
from guide.sandbox.cache import make_once
from guide.sandbox.debian import remove
from guide.sandbox.sources import Source
from walkthrough.progress import Progress


def ensure(recipe: Recipe, row: Mapping[str, Any], source: Source, tools: Path, progress: Progress) -> Path:
    """The folder of a program's web pages, built when the cache does not have it yet.

    :param row: its table in ``images.toml``.
    :param source: the program's module.
    :param tools: the folder whose lock file holds pnpm.
    :raises UserError: Node or a package cannot be had, or the build fails.
    """
    title = f"the web pages of {recipe.title}"
    # What these modules do decides what comes out as well.
    decisive = (tools / "package-lock.json", Path(__file__), Path(npm.__file__))
    texts = [path.read_text(encoding="utf-8") for path in decisive]
    decides = json.dumps([source.sum, row, npm.node().version, texts], sort_keys=True)

    def make(part: Path) -> None:
        with progress.task(f"Building {title}", row["seconds"]) as task:
            log = part.parent / f"{recipe.name}.log"
            _build(row, source, tools, npm.Workshop(title, part, log, task))

    made = make_once(
        cache_dir() / "web",
        recipe.name,
        hashlib.sha256(decides.encode()).hexdigest()[:16],
        make,
        progress,
        title=f"building {title}",
        seconds=row["seconds"],
    )
    return made / "pages"


def _build(row: Mapping[str, Any], source: Source, tools: Path, workshop: npm.Workshop) -> None:
    part = workshop.folder
    # What Go keeps is read only.
    subprocess.run(["cp", "--recursive", "--no-preserve=mode", source.path, part / "module"], check=True)
    pnpm = workshop.install(tools) / "node_modules/pnpm/bin/pnpm.mjs"
    locked = ("--prod", "--frozen-lockfile", "--ignore-scripts", f"--store-dir={part / 'kept'}")
    workshop.node(
        part / "module",
        pnpm,
        "install",
        *locked,
        "--reporter=append-only",
    )
    script, *arguments = row["build"]
    workshop.node(part / "module", part / "module" / script, *arguments)
    shutil.move(part / "module" / row["result"], part / "pages")
    remove(part / "pages", row.get("without", ()))
    for name in ("kept", "module", "tools"):
        shutil.rmtree(part / name)
