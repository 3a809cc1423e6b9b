"""Mounts by system call: relative paths stay relative, which keeps any character in a path harmless."""

from __future__ import annotations

import ctypes
import errno
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

#: System calls that C libraries of some years ago have no function for; the numbers are every machine's.
_OPEN_TREE, _MOVE_MOUNT, _SET_ATTRIBUTES = 428, 429, 442
_HERE, _CLONE, _CLOSE_ON_EXEC, _EMPTY_PATH = -100, 1, os.O_CLOEXEC, 0x1000
_FROM_EMPTY_PATH = 4
_OTHER_OWNERS = 0x00100000


class _Attributes(ctypes.Structure):
    """``struct mount_attr``."""

    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("users", ctypes.c_uint64),
    )


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


def bind(
    source: str | Path,
    target: str | Path,
    *,
    read_only: bool = False,
    recursive: bool = False,
    users: int | None = None,
) -> None:
    """Show a file or folder at a second place, which is made when it is missing.

    :param users: a user namespace: what is root's here is its root's there, if the file system can show that.
    """
    target = Path(target)
    if Path(source).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    if users is None or not can_change_owners(source, users):
        mount(source, target, flags=Flag.BIND | (Flag.RECURSIVE if recursive else Flag.NONE))
    else:
        _show_with_owners_of(users, source, target)
    if recursive:
        # What is unmounted here must stay mounted where it came from.
        mount("none", target, flags=Flag.PRIVATE | Flag.RECURSIVE)
    if read_only:
        mount("none", target, flags=Flag.BIND | Flag.REMOUNT | Flag.READ_ONLY)


def can_change_owners(path: str | Path, users: int) -> bool:
    """Whether the file system of ``path`` can be shown with the owners of a user namespace."""
    try:
        os.close(_clone_with_owners_of(users, path))
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOSYS, errno.EPERM):
            return False
        raise
    return True


def _show_with_owners_of(users: int, source: str | Path, target: str | Path) -> None:
    tree = _clone_with_owners_of(users, source)
    try:
        if _call(_MOVE_MOUNT, tree, b"", _HERE, os.fsencode(target), _FROM_EMPTY_PATH) != 0:
            _fail(f"mount of {source}", target)
    finally:
        os.close(tree)


def _clone_with_owners_of(users: int, source: str | Path) -> int:
    """A mount of ``source`` that is nowhere yet, with other owners."""
    tree = _call(_OPEN_TREE, _HERE, os.fsencode(source), _CLONE | _CLOSE_ON_EXEC)
    if tree < 0:
        _fail("open_tree", source)
    wanted = _Attributes(set=_OTHER_OWNERS, users=users)
    size = ctypes.sizeof(wanted)
    if _call(_SET_ATTRIBUTES, tree, b"", _EMPTY_PATH, ctypes.byref(wanted), size) != 0:
        number = ctypes.get_errno()
        os.close(tree)
        raise OSError(number, f"other owners: {os.strerror(number)}", str(source))
    return tree


def _call(number: int, *arguments: object) -> int:
    words = (ctypes.c_long(word) if isinstance(word, int) else word for word in arguments)
    result: int = _libc.syscall(ctypes.c_long(number), *words)
    return result


def tmpfs(target: str | Path, mode: int = 0o755, owner: int = 0) -> None:
    """Mount an empty folder that lives in memory."""
    Path(target).mkdir(parents=True, exist_ok=True)
    mount("tmpfs", target, "tmpfs", options=f"mode={mode:o},uid={owner},gid={owner}")


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
