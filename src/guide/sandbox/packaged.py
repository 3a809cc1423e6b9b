"""Programs that a Python package brings, with a hash for each machine's file in ``requirements.lock``.

They are copied into the cache, so that they are there in the same way as those that are compiled.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from guide.paths import cache_dir
from guide.sandbox.cache import make_once
from guide.upstream import digest_of
from walkthrough.errors import UserError
from walkthrough.inputs import read_text
from walkthrough.progress import Progress


@dataclass(frozen=True)
class Packaged:
    """One program of ``binaries.toml`` that is not compiled here.

    :param name: the file's name, in the package as well.
    :param package: the Python package's name.
    :param title: what it is, for people.
    :param version: the package's version in ``requirements.lock``.
    """

    name: str
    package: str
    title: str
    version: str

    def ensure(self, progress: Progress) -> Path:
        """Copy the program out of this environment, if the cache does not have it yet.

        :return: its path, ``<cache>/bin/<name>-<key>/<name>``.
        :raises UserError: the package is not installed, is another version, or has no such program.
        """
        source = self._installed()
        folder = make_once(
            cache_dir() / "bin",
            self.name,
            digest_of(source)[:16],
            lambda part: _copy(source, part / self.name),
            progress,
            title=f"copying {self.title}",
        )
        return folder / self.name

    def _installed(self) -> Path:
        try:
            found = distribution(self.package)
        except PackageNotFoundError:
            raise self._error("is not installed") from None
        if found.version != self.version:
            raise self._error(f"is {found.version}, and the lock says {self.version}")
        for file in found.files or ():
            path = Path(str(file.locate()))
            if file.name == self.name and path.is_file():
                return path
        raise self._error(f"has no program {self.name} for this machine")

    def _error(self, what: str) -> UserError:
        return UserError(
            f"the Python package {self.package} {what}",
            fix="set up what requirements.lock holds: tools/setup test",
        )


def locked_version(package: str, lock: Path) -> str:
    """The version of a Python package that a lock file holds.

    :raises UserError: it is not in there.
    """
    match = re.search(rf"^{re.escape(package)}==(\S+)", read_text(lock), re.MULTILINE)
    if match is None:
        raise UserError(
            f"{package} is not in the lock file",
            where=str(lock),
            fix="add it to pyproject.toml and run 'make lock', or correct python in binaries.toml",
        )
    return match[1]


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    target.chmod(0o755)
