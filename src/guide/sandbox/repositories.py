"""Git repositories that readers clone, made here with files of our own in place of other people's.

``sandbox/repositories.toml`` lists them. They are served as plain files, git's "dumb" protocol: enough to
clone and to fetch, not for a shallow clone.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from guide.forms import held
from guide.paths import cache_dir
from guide.sandbox.binaries import SANDBOX
from guide.sandbox.cache import key_of, make_once
from walkthrough import git
from walkthrough.errors import UserError
from walkthrough.inputs import read_toml
from walkthrough.machine.base import Replacement
from walkthrough.progress import Progress

#: Who committed, and when: the same files make the same commit.
IDENTITY = {
    "GIT_AUTHOR_NAME": "gitops-guide sandbox",
    "GIT_AUTHOR_EMAIL": "sandbox@gitops.test",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "gitops-guide sandbox",
    "GIT_COMMITTER_EMAIL": "sandbox@gitops.test",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    # Nothing of whoever runs this decides what is made.
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}

#: A folder beside the table: nothing else of this machine is served.
_FOLDER = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True)
class Repository:
    """One row of ``repositories.toml``, whose head says what the columns are."""

    address: str
    product: str
    folder: str
    branch: str
    guide: str
    runs: str
    why: str

    def make(self, target: Path, files: Path) -> None:
        """Make a bare repository with one commit of ``files`` in an empty folder.

        :raises UserError: git refuses.
        """
        work = target / "work"
        shutil.copytree(files, work)
        bare = target / "bare"
        for arguments in (
            ["init", "--quiet", "--bare", f"--initial-branch={self.branch}", str(bare)],
            ["--git-dir", str(bare), "--work-tree", str(work), "add", "--all"],
            ["--git-dir", str(bare), "--work-tree", str(work), "commit", "--quiet", f"--message={self.runs}"],
            # Who has only files to ask for finds the branches and the objects in lists.
            ["--git-dir", str(bare), "update-server-info"],
        ):
            _git(arguments, where=self.address)
        shutil.rmtree(work)
        shutil.rmtree(bare / "hooks")
        (bare / "index").unlink()


def table(sandbox: Path = SANDBOX) -> list[Repository]:
    """The rows of ``repositories.toml`` in the folder ``sandbox``.

    :raises UserError: a row is not as the table's head describes it.
    """
    path = sandbox / "repositories.toml"
    rows = held(read_toml(path), "repositories").value.get("repository", [])
    return [_row(row, path) for row in rows]


def ensure(products: frozenset[str], progress: Progress, *, sandbox: Path = SANDBOX) -> dict[str, Path]:
    """Make the repositories that ``products`` need and that are not in the cache yet.

    :param products: names of ``manifests/versions.yaml``; empty means everything.
    :return: the file that answers each address.
    :raises UserError: a repository cannot be made.
    """
    answers: dict[str, Path] = {}
    for row in table(sandbox):
        if not products or row.product in products:
            bare = _ensure_one(row, sandbox / "repositories" / row.folder, progress)
            answers |= {
                f"{row.address}/{path.relative_to(bare)}": path
                for path in sorted(bare.rglob("*"))
                if path.is_file()
            }
    return answers


def replacements(products: frozenset[str], *, sandbox: Path = SANDBOX) -> list[Replacement]:
    """The rows "the guide pins, the sandbox runs, why" of the repositories for ``products``."""
    return [
        Replacement(row.guide, row.runs, row.why)
        for row in table(sandbox)
        if not products or row.product in products
    ]


def _git(arguments: list[str], *, where: str) -> None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            env=git.environment() | IDENTITY,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise UserError(f"git does not run: {error.strerror}", where=where, fix="install git") from None
    if done.returncode:
        why = done.stderr.strip() or f"it ends with {done.returncode} and says nothing"
        raise UserError(f"git {arguments[-1]}: {why}", where=where, fix="see that git runs here")


def _ensure_one(row: Repository, files: Path, progress: Progress) -> Path:
    content = {
        str(path.relative_to(files)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files.rglob("*"))
        if path.is_file()
    }
    if not content:
        raise UserError(f"{row.address} has no files", where=str(files), fix="put its files there")
    # What this module does to the files decides them as well.
    decides = [asdict(row), content, Path(__file__).read_text(encoding="utf-8")]

    def make(part: Path) -> None:
        with progress.task(f"Making {row.address}"):
            row.make(part, files)

    made = make_once(
        cache_dir() / "repositories",
        row.folder,
        key_of(decides),
        make,
        progress,
        title=f"making {row.address}",
    )
    return made / "bare"


def _row(row: dict[str, Any], path: Path) -> Repository:
    columns = {one.name for one in fields(Repository)}
    name = row.get("address", "a repository without address")
    if different := row.keys() ^ columns:
        raise UserError(
            f"{name}: {', '.join(sorted(different))} is missing or unknown",
            where=str(path),
            fix="see the table's head",
        )
    made = Repository(**row)
    if not (made.address.startswith("https://") and made.address.endswith(".git")):
        raise UserError(f"{name} does not begin with https:// and end with .git", where=str(path))
    if not _FOLDER.fullmatch(made.folder):
        raise UserError(
            f"{name}: the folder {made.folder!r} is no name",
            where=str(path),
            fix="name a folder of sandbox/repositories/",
        )
    return made
