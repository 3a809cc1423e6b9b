"""What a provider may be able to do besides: keep a machine's state on disk, and make it of that again."""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster
from walkthrough.machine.command import run

#: Seconds that copying a state may take, on a slow disk.
_COPYING = 900.0


class NotKeptError(UserError):
    """The state could not be copied, or may not be kept; the machine runs on."""


class Keeping(Cluster, ABC):
    """A cluster whose state can be kept. A provider that cannot is none of these."""

    @abstractmethod
    def fingerprint(self) -> Mapping[str, str]:
        """What a machine's state depends on besides the pages: programs, images, this machine itself."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Stop the machine, copy its state into ``folder``, which is empty, and start it again.

        No process of the machine outlives that, as at a restart. It returns when all that was ready is ready
        again. Where the copy fails, the machine is started all the same, and what was copied is removed.

        :raises NotKeptError: the copy failed.
        :raises UserError: the machine, or what was ready on it, did not come up again.
        """

    @abstractmethod
    def restore(self, folder: Path) -> None:
        """Make the machine from what :meth:`save` has put into ``folder``, in place of :meth:`create`."""


def copy(sources: Iterable[Path], target: Path) -> None:
    """Copy folders into ``target`` with all that they have: owners, times, links, extended attributes, holes,
    sockets, devices. What is half done is removed.

    :raises NotKeptError: it cannot be copied; with what ``cp`` says of it.
    """
    target.mkdir(parents=True, exist_ok=True)
    names = [os.fspath(source) for source in sources]
    command = ["cp", "--archive", "--reflink=auto", "--sparse=auto", "--target-directory", os.fspath(target)]
    try:
        run([*command, "--", *names], timeout=_COPYING)
    except UserError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise NotKeptError(
            error.what, where=error.where, fix="make room on the disk, and run it again"
        ) from error
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def size(folder: Path) -> int:
    """The bytes on disk of a folder; a file with several names counts once."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for path, folders, files in os.walk(folder):
        del folders
        for name in (".", *files):
            status = os.lstat(os.path.join(path, name))  # noqa: PTH118, it is faster
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_blocks * 512
    return total
