"""Writes files whole or not at all: what was there before stays until all of the new is on the disk.

Everything that is written into the checkout or keeps for later goes through here.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from walkthrough.errors import MachineError

#: What a file is called while it is written: ``.NAME.XXXXXXXX.part``.
_SUFFIX = ".part"


def write(path: Path, content: str | bytes) -> None:
    """Write a file; text as UTF-8.

    :raises MachineError: it cannot be written; it is as it was then, and nothing else is left.
    """
    # Half a character, as a program may print it, no file of text can hold.
    data = content if isinstance(content, bytes) else content.encode(errors="replace")
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of ``path`` once the block has ended well.

    The rights of a file that is there stay as they are. A symbolic link is replaced, never followed.

    :raises MachineError: it cannot be written; ``path`` is as it was then, and nothing else is left.
    """
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_left(path)
        descriptor, part = _held(path)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), _mode(path))
            os.fsync(file.fileno())
            part.replace(path)
        part = None
        _sync(path.parent)
    except OSError as error:
        ours = {None, str(path), str(part), *map(str, path.parents)}
        if error.filename not in ours and not str(error.filename).endswith(_SUFFIX):
            raise  # about a file that the caller reads
        raise _refusal(path, error) from error
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def ask(path: Path) -> None:
    """Ask whether a file could be written, before the work of which it is the end.

    :raises MachineError: it cannot: as when it is written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        descriptor, part = _held(path)
        os.close(descriptor)
        part.unlink()
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError) -> MachineError:
    fix = f"make room on the disk, or let {path.parent} be written to"
    if error.errno in (errno.EISDIR, errno.ENOTDIR, errno.EEXIST):
        fix = f"let {path.parent} be a folder, and nothing but a file be in it under this name"
    return MachineError(
        f"this cannot be written: {error.strerror or error}; what was there before is as it was",
        where=str(path),
        fix=f"{fix}; do it again",
    )


def _held(path: Path) -> tuple[int, Path]:
    """A new file beside ``path``, held for as long as it is open: somebody is still writing."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_SUFFIX, dir=path.parent)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # Another writer may have taken it for left behind before it was held.
            if os.fstat(descriptor).st_nlink:
                return descriptor, Path(name)
        except BaseException:
            os.close(descriptor)
            Path(name).unlink(missing_ok=True)
            raise
        os.close(descriptor)


def _mode(path: Path) -> int:
    if path.is_file() and not path.is_symlink():
        return path.stat().st_mode & 0o7777
    before = os.umask(0o022)
    os.umask(before)
    return 0o666 & ~before


def _remove_left(path: Path) -> None:
    """Remove what a writer left behind that was killed: nobody holds it any more."""
    for left in path.parent.glob(f".{_plain(path.name)}.????????{_SUFFIX}"):
        # A pipe of that name would be waited for.
        if left.is_symlink() or not left.is_file():
            continue
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _plain(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _sync(folder: Path) -> None:
    """Let the new name outlive a power cut as well, where the file system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
