"""Mounts by system call: relative paths stay relative, which keeps any character in a path harmless."""

from __future__ import annotations

import ctypes
import os
from enum import IntFlag
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)


class Flag(IntFlag):
    """Flags of mount(2), the kernel's numbers."""

    NONE = 0
    READ_ONLY = 1
    NO_SUID = 2
    NO_DEV = 4
    NO_EXEC = 8
    REMOUNT = 32
    BIND = 4096
    RECURSIVE = 16384
    PRIVATE = 1 << 18
    SHARED = 1 << 20


_DETACH = 2


def mount(
    source: str | Path, target: str | Path, kind: str = "", flags: Flag = Flag.NONE, options: str = ""
) -> None:
    """Mount ``source`` on ``target``.

    :raises OSError: the kernel refuses; its text names the target.
    """
    arguments = (
        os.fsencode(source),
        os.fsencode(target),
        kind.encode(),
        ctypes.c_ulong(flags),
        options.encode(),
    )
    if _libc.mount(*arguments) != 0:
        _fail(f"mount {kind or 'of'} {source}", target)


def bind(source: str | Path, target: str | Path, *, read_only: bool = False, recursive: bool = False) -> None:
    """Show a file or folder at a second place, which is made when it is missing."""
    target = Path(target)
    if Path(source).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    mount(source, target, flags=Flag.BIND | (Flag.RECURSIVE if recursive else Flag.NONE))
    if recursive:
        # What is unmounted here must stay mounted where it came from.
        mount("none", target, flags=Flag.PRIVATE | Flag.RECURSIVE)
    if read_only:
        mount("none", target, flags=Flag.BIND | Flag.REMOUNT | Flag.READ_ONLY)


def tmpfs(target: str | Path, mode: int = 0o755) -> None:
    """Mount an empty folder that lives in memory."""
    Path(target).mkdir(parents=True, exist_ok=True)
    mount("tmpfs", target, "tmpfs", options=f"mode={mode:o}")


def pivot(root: str | Path) -> None:
    """Make ``root``, a mount, this namespace's root, and let go of the old one."""
    os.chdir(root)
    # The old root comes to lie upon the new one, and is taken off it.
    if _libc.pivot_root(b".", b".") != 0:
        _fail("pivot_root", root)
    if _libc.umount2(b".", _DETACH) != 0:
        _fail("umount", "the old root")
    os.chdir("/")


def _fail(what: str, target: str | Path) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{what}: {os.strerror(number)}", str(target))
