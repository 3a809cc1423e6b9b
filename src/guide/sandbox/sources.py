"""The sources of the Go modules that programs are made of: some read files of theirs when they run."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guide.sandbox.binaries import Recipe
from guide.sandbox.toolchain import Toolchain, environment
from walkthrough.errors import UserError
from walkthrough.progress import Progress


@dataclass(frozen=True)
class Source:
    """A module as Go keeps it on this machine.

    :param path: its folder.
    :param sum: the hash of all that it holds, as in ``go.sum``.
    """

    path: Path
    sum: str

    def folder(self, name: str) -> Path:
        """A folder of the module.

        :raises UserError: the module has none of that name.
        """
        found = self.path / name
        if not found.is_dir():
            raise UserError(f"the module has no folder {name!r}", where=str(self.path))
        return found


def find(recipe: Recipe, progress: Progress) -> Source:
    """The upstream module that a program is made of, fetched when it is not there.

    :raises UserError: the program has no upstream module, or that cannot be fetched.
    """
    if not recipe.upstream:
        raise UserError(f"{recipe.name} is made of no upstream module", fix="give it version-of")
    known = _ask(recipe, "list", "-m", "-json")
    # A replacement has the files, and the hash.
    known = known.get("Replace", known)
    if not known.get("Dir"):
        with progress.task(f"Fetching the sources of {recipe.title}"):
            known = _ask(recipe, "mod", "download", "-json")
    return Source(Path(known["Dir"]), known["Sum"])


def _ask(recipe: Recipe, *arguments: str) -> dict[str, Any]:
    asked = subprocess.run(
        [Toolchain.find(recipe.module).go, *arguments, recipe.upstream],
        cwd=recipe.module,
        env=environment(),
        capture_output=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(asked.stdout or "{}")
    if asked.returncode != 0:
        raise UserError(
            f"the sources of {recipe.title} cannot be had: {answer.get('Error') or asked.stderr.strip()}",
            where=str(recipe.module / "go.mod"),
            fix="where modules cannot be fetched, see to the network or set GOPROXY",
        )
    return answer
