"""Namespaces by system call: those that the machine's root is root in, and nothing else's.

Root there is an ordinary user of this machine's kernel. Devices, modules, settings, control groups and files
that are not the cluster's are refused by the kernel itself, whatever that root mounts or enters.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)


class Kind(IntFlag):
    """Kinds of namespaces, the kernel's numbers."""

    MOUNT = 0x00020000
    CGROUP = 0x02000000
    UTS = 0x04000000
    IPC = 0x08000000
    USER = 0x10000000
    PID = 0x20000000
    NET = 0x40000000


#: The users of the machine, as this one sees them: a range that no distribution gives to anybody.
FIRST_USER = 0x70000000
USERS = 0x01000000
#: Where file systems cannot be shown with other owners, the users are this machine's own: all but the last
#: one, for programs take a map of all of them for no user namespace at all.
EVERY_USER = 0xFFFFFFFE
#: Who owns the namespaces, above the machine's users: one user for each holder. What the kernel counts for a
#: user (it gives one 128 instances of inotify) it counts for a user namespace's owner too. With root as the
#: owner of all, clusters would be in each other's way, and in that of this machine's own programs.
OWNERS = FIRST_USER + USERS

_SECURE_BITS, _NO_SETUID_FIXUP = 28, 1 << 2
_CHILD_SUBREAPER = 36
_KEYCTL = {"x86_64": 250, "aarch64": 219}
_JOIN_SESSION_KEYRING = 1


def unshare(kinds: Kind) -> None:
    """Get new namespaces of these kinds, owned by the user namespace that this process is in."""
    _checked(_libc.unshare(ctypes.c_int(kinds)), "unshare")


def enter(descriptor: int, kinds: Kind) -> None:
    """Enter the namespaces of these kinds of the process that ``descriptor`` stands for."""
    _checked(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kinds)), "setns")


def become_root() -> None:
    """Be root of the user namespace that was entered, and of no group beside."""
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def take_in_orphans() -> None:
    """Become the parent of what a child leaves behind."""
    _checked(_libc.prctl(_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def forget_keys() -> None:
    """Leave the session's keyring: what is started from here on possesses none of its keys."""
    number = _KEYCTL.get(os.uname().machine)
    if number is not None:
        # A kernel without keys has none to leave.
        _libc.syscall(ctypes.c_long(number), ctypes.c_int(_JOIN_SESSION_KEYRING), None)


@dataclass(frozen=True)
class Realm:
    """A user namespace with others that it owns (network, IPC, UTS, control groups), held until released.

    :param first: the number of its root among this machine's users.
    :param holder: the process that is in all of them.
    :param descriptor: stands for that process.
    :param users: its user namespace, for mounts that show files with its owners.
    """

    first: int
    holder: int
    descriptor: int
    users: int
    _hold: int

    @classmethod
    def create(cls, first: int, count: int) -> Realm:
        """Make the namespaces; the control groups that this process is in become their roots."""
        ready, say_ready = os.pipe()
        wait, hold = os.pipe()
        holder = os.fork()
        if holder == 0:
            os.close(ready)
            os.close(hold)
            _hold_namespaces(say_ready, wait)
        os.close(say_ready)
        os.close(wait)
        try:
            _expect(ready)
            for kind in ("uid", "gid"):
                Path(f"/proc/{holder}/{kind}_map").write_text(f"0 {first} {count}\n")
            os.write(hold, b"+")
            _expect(ready)
            users = os.open(f"/proc/{holder}/ns/user", os.O_RDONLY)
            return cls(first, holder, os.pidfd_open(holder), users, hold)
        except BaseException:
            os.close(hold)
            os.waitpid(holder, 0)
            raise
        finally:
            os.close(ready)

    def do(self, action: Callable[[], None]) -> None:
        """Do something to files as the root of this namespace, with the folder and the mounts of here."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                enter(self.descriptor, Kind.USER)
                become_root()
                action()
                code = 0
            except OSError:
                traceback.print_exc()
            os._exit(code)
        if os.waitpid(child, 0)[1] != 0:
            raise PermissionError(errno.EPERM, "the machine's root may not write", str(Path.cwd()))

    def release(self) -> None:
        """Let go: from here on they last as long as something is in them."""
        for descriptor in (self._hold, self.descriptor, self.users):
            os.close(descriptor)
        os.waitpid(self.holder, 0)


def _hold_namespaces(say: int, wait: int) -> None:
    code = 1
    with suppress(OSError):
        _own_alone()
        unshare(Kind.USER)
        os.write(say, b"+")
        if os.read(wait, 1):
            unshare(Kind.NET | Kind.IPC | Kind.UTS | Kind.CGROUP)
            os.write(say, b"+")
            os.read(wait, 1)
            code = 0
    os._exit(code)


def _own_alone() -> None:
    """Be a user that nobody else is, and keep what root may do. Where there is no such user, stay root."""
    with suppress(OSError, ValueError):
        # An owner who is not root hands the own limit of processes on, as one for all of them together.
        resource.setrlimit(resource.RLIMIT_NPROC, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with suppress(OSError):
        _checked(_libc.prctl(_SECURE_BITS, _NO_SETUID_FIXUP, 0, 0, 0), "prctl")
        owner = OWNERS + os.getpid()
        os.setresuid(owner, owner, owner)


def _expect(pipe: int) -> None:
    if not os.read(pipe, 1):
        raise OSError(errno.EPERM, "this kernel gives no user namespace", "user namespaces")


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
