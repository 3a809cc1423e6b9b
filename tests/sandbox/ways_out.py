"""Tries to leave the sandbox, as its root: run there, with what to look for as JSON in the first argument.

Every try is harmless, also where it succeeds: it reads a marker, or opens and closes; its mounts go with it.
Prints what came of each as JSON: why it is shut, or what it found. Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import socket
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
BIND, REMOUNT, READ_ONLY, RECURSIVE, PRIVATE, DETACH = 4096, 32, 1, 16384, 1 << 18, 2
NEW_MOUNTS, NEW_GROUPS = 0x00020000, 0x02000000
UP = "/.." * 40
#: What the kernel says to whom it does not let in, or where it has no such thing at all.
SHUT = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP}

WANTED: dict[str, Any] = json.loads(sys.argv[1]) if __name__ == "__main__" else {}
T = TypeVar("T")
TRIES: dict[str, Callable[[], object]] = {}


def way(function: Callable[[], object]) -> Callable[[], object]:
    """A way out: gives what it found, or raises, or nothing."""
    TRIES[function.__name__] = function
    return function


def marker(root: str) -> str:
    """The marker outside, as seen from another root; raises where it cannot be read."""
    text = Path(root + WANTED["marker"]).read_text()
    assert text == WANTED["text"]
    return f"{root}{WANTED['marker']} is readable"


def first(attempt: Callable[[T], object], of: Iterable[T]) -> object:
    """What is found in the first of several places where something is."""
    for one in of:
        with suppress(OSError, AssertionError):
            if found := attempt(one):
                return found
    return None


def call(number: int, *arguments: object) -> int:
    """A system call."""
    words = (ctypes.c_long(word) if isinstance(word, int) else word for word in arguments)
    return checked(libc.syscall(ctypes.c_long(number), *words))


def checked(result: int) -> int:
    """The result of a call of the C library."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """mount(2)."""
    words = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    checked(libc.mount(*words))


def let_in(attempt: Callable[[], object]) -> str | None:
    """Whether a call with senseless arguments was refused for them, and not for who called."""
    try:
        attempt()
    except OSError as error:
        if error.errno in SHUT:
            raise
        return f"allowed to: {os.strerror(error.errno or 0)}"
    return "allowed to"


def opened(path: str, flags: int) -> str:
    """Open and close."""
    os.close(os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC))
    return f"{path} opens"


def processes() -> list[str]:
    """All that are seen, but this one."""
    own = {str(os.getpid()), "self", "thread-self"}
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit() and path.name not in own]


def of_processes(folder: str) -> Iterator[str]:
    """What is in a folder of each process."""
    for pid in processes():
        with suppress(OSError):
            yield from map(str, Path(f"/proc/{pid}/{folder}").iterdir())


def link(path: str) -> str:
    """Where a link leads."""
    return str(Path(path).readlink())


def empty() -> str:
    """A folder to mount on."""
    Path("/mnt/try").mkdir(exist_ok=True)
    return "/mnt/try"


# --- processes of this machine ---


@way
def roots_of_processes() -> object:
    return first(lambda pid: marker(f"/proc/{pid}/root"), processes())


@way
def folders_of_processes() -> object:
    return first(lambda pid: marker(f"/proc/{pid}/cwd{UP}"), processes())


@way
def open_files_of_processes() -> object:
    return first(lambda path: marker(f"{path}{UP}"), of_processes("fd"))


@way
def programs_and_libraries_of_processes() -> object:
    """Files of another tree of mounts that would open for writing."""

    def writable(path: str) -> str | None:
        there = os.open(path, os.O_PATH | os.O_CLOEXEC)
        lines = Path(f"/proc/self/fdinfo/{there}").read_text().splitlines()
        mounted = next(line.split()[1] for line in lines if line.startswith("mnt_id"))
        if mounted in WANTED["mounts"]:
            return None
        try:
            return opened(path, os.O_WRONLY)
        except OSError as error:
            if error.errno != errno.ETXTBSY:
                raise
            return f"{path} is only busy"

    programs = [f"/proc/{pid}/exe" for pid in processes()]
    return first(writable, [*programs, *of_processes("map_files")])


@way
def namespaces_of_processes() -> object:
    def enter(path: str) -> str | None:
        ours = link(path) in WANTED["namespaces"]
        if not ours and not path.endswith("/mnt"):
            return None
        checked(libc.setns(os.open(path, os.O_RDONLY), 0))
        return f"{path} is this machine's and lets in" if ours else marker("")

    return first(enter, of_processes("ns"))


@way
def tracing_what_came_from_outside() -> object:
    def seize(pid: str) -> str:
        # It runs on, and is let go when this process ends.
        tree = link(f"/proc/{pid}/ns/mnt")
        checked(libc.ptrace(0x4206, int(pid), None, None))
        return f"process {pid}, of {tree} and not of {WANTED['tree']}, can be traced"

    def foreign(pid: str) -> bool:
        try:
            return pid == "1" or link(f"/proc/{pid}/ns/mnt") != WANTED["tree"]
        except OSError:
            # Whoever may not look at it may not trace it either; one that is ending has no tree any more, for
            # a moment in which it can still be traced.
            return False

    return first(seize, filter(foreign, processes()))


# --- devices ---


@way
def the_disk_by_a_node_of_ones_own() -> object:
    disk = WANTED["disk"]
    os.mknod("/tmp/disk", stat.S_IFBLK | 0o600, disk)
    try:
        return opened("/tmp/disk", os.O_RDONLY)
    finally:
        Path("/tmp/disk").unlink()


@way
def memory_by_a_node_of_ones_own() -> object:
    # mem, port, kmsg, loop-control, kvm, vhost-net
    numbers = ((1, 1), (1, 4), (1, 11), (10, 237), (10, 232), (10, 238))

    def node(numbers: tuple[int, int]) -> object:
        os.mknod("/tmp/node", stat.S_IFCHR | 0o600, os.makedev(*numbers))
        try:
            return opened("/tmp/node", os.O_RDONLY)
        finally:
            Path("/tmp/node").unlink()

    return first(node, numbers)


@way
def devices_that_are_there() -> object:
    harmless = {"null", "zero", "full", "random", "urandom", "tty"}

    def nodes() -> Iterator[str]:
        for folder, _, names in os.walk("/dev"):
            for name in names:
                path = f"{folder}/{name}"
                mode = os.lstat(path).st_mode
                own = folder.startswith("/dev/pts") or (folder == "/dev" and name in harmless)
                serial = name.startswith(("tty", "console", "vcs", "hvc"))
                if (stat.S_ISBLK(mode) or stat.S_ISCHR(mode)) and not own and not serial:
                    yield path

    return first(lambda path: opened(path, os.O_RDONLY), nodes())


@way
def terminals_of_this_machine() -> object:
    return [path for path in map(str, Path("/dev/pts").iterdir()) if path in WANTED["terminals"]]


@way
def all_devices_by_a_mount() -> object:
    mount("devtmpfs", empty(), "devtmpfs")
    return list(Path(empty()).iterdir())


# --- the kernel's settings ---

SETTINGS = ("sys/kernel/core_pattern", "sys/kernel/panic", "sys/vm/drop_caches", "sysrq-trigger")


@way
def settings() -> object:
    return first(lambda name: opened(f"/proc/{name}", os.O_WRONLY), SETTINGS)


@way
def settings_after_a_remount() -> object:
    for path in ("/proc/sys", "/proc"):
        with suppress(OSError):
            mount("none", path, flags=BIND | REMOUNT)
    return settings()


@way
def settings_by_a_new_proc() -> object:
    mount("proc", empty(), "proc")
    return first(lambda name: opened(f"{empty()}/{name}", os.O_WRONLY), SETTINGS)


@way
def the_kernels_memory() -> object:
    return opened("/proc/kcore", os.O_RDONLY)


SYSFS = (
    "kernel/uevent_helper",
    "power/state",
    "kernel/mm/ksm/run",
    "kernel/profiling",
    "module/kernel/uevent",
)


@way
def sysfs() -> object:
    return first(lambda name: opened(f"/sys/{name}", os.O_WRONLY), SYSFS)


@way
def sysfs_by_a_new_mount() -> object:
    mount("sysfs", empty(), "sysfs")
    return first(lambda name: opened(f"{empty()}/{name}", os.O_WRONLY), SYSFS)


@way
def the_kernels_other_file_systems() -> object:
    def look(kind: str) -> str:
        mount(kind, empty(), kind)
        return f"{kind} mounts"

    kinds = ("debugfs", "tracefs", "securityfs", "configfs", "efivarfs", "pstore", "selinuxfs")
    return first(look, kinds)


# --- control groups ---


@way
def groups_of_others() -> object:
    """In a new namespace the root is the group of this process: is that the cluster's?"""
    checked(libc.unshare(NEW_GROUPS))
    hierarchies = [line.split(":") for line in Path("/proc/self/cgroup").read_text().splitlines()]

    def look(options: str) -> str | None:
        if options:
            mount("cgroup", empty(), "cgroup", options=options)
        else:
            mount("cgroup2", empty(), "cgroup2")
        seen = {path.name for path in Path(empty()).iterdir()}
        checked(libc.umount2(empty().encode(), DETACH))
        return f"{options} shows the cluster's own group" if WANTED["group"] in seen else None

    named = ("none," + words if words.startswith("name=") else words for _, words, _ in hierarchies)
    return first(look, named)


@way
def what_is_run_when_a_group_is_empty() -> object:
    paths = Path("/sys/fs/cgroup").rglob("release_agent")
    return first(lambda path: opened(str(path), os.O_WRONLY), paths)


@way
def devices_that_a_group_may_have() -> object:
    paths = (f"/sys/fs/cgroup/devices/{name}" for name in ("devices.allow", "devices.deny"))
    return first(lambda path: opened(path, os.O_WRONLY), paths)


@way
def limits_of_the_clusters_own_group() -> object:
    names = ("memory/memory.limit_in_bytes", "cpu/cpu.shares", "pids/pids.max", "memory.max", "cpu.weight")
    return first(lambda name: opened(f"/sys/fs/cgroup/{name}", os.O_WRONLY), names)


# --- system calls of whoever runs the machine; their arguments make no sense ---


@way
def loading_a_module() -> object:
    return let_in(lambda: call(313 if X86 else 273, -1, b"", 0))


@way
def removing_a_module() -> object:
    return let_in(lambda: call(176 if X86 else 106, b"no-such-module", 0))


@way
def another_kernel() -> object:
    return let_in(lambda: call(246 if X86 else 104, 0, 0, None, 0xFFFF))


@way
def swapping() -> object:
    return let_in(lambda: checked(libc.swapon(b"/no/such/file", 0)))


@way
def the_clock() -> object:
    class Timex(ctypes.Structure):
        _fields_ = (("modes", ctypes.c_uint), ("rest", ctypes.c_byte * 252))

    # A tick of no time at all.
    return let_in(lambda: checked(libc.adjtimex(ctypes.byref(Timex(modes=0x4000)))))


@way
def rebooting() -> object:
    return let_in(lambda: call(169 if X86 else 142, 0, 0, 0, None))


@way
def programs_in_the_kernel() -> object:
    # The number of the first one that is loaded.
    attributes = (ctypes.c_uint32 * 32)()
    return let_in(lambda: call(321 if X86 else 280, 11, ctypes.byref(attributes), 128))


@way
def the_kernels_log() -> object:
    return opened("/proc/kmsg", os.O_RDONLY)


@way
def files_by_their_number() -> object:
    """The root of the disk by the number that an ext4 gives to it, whatever is shown of it."""

    class Handle(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_uint),
            ("kind", ctypes.c_int),
            ("inode", ctypes.c_uint),
            ("generation", ctypes.c_uint),
        )

    handle = Handle(8, 1, 2, 0)

    def look(folder: str) -> str:
        at = os.open(folder, os.O_RDONLY)
        root = checked(libc.open_by_handle_at(at, ctypes.byref(handle), os.O_RDONLY))
        return marker(f"/proc/self/fd/{root}")

    try:
        return look("/tmp")
    except OSError:
        return first(look, ("/", "/home", "/snap/bin/sudo"))


# --- what lies below ---


@way
def what_is_mounted_over() -> object:
    mount("/", empty(), flags=BIND)
    return marker(empty())


@way
def what_is_mounted_over_once_it_is_off() -> object:
    at = Path(WANTED["marker"])
    for folder in [str(path) for path in at.parents][:-1]:
        with suppress(OSError):
            checked(libc.umount2(folder.encode(), DETACH))
    return marker("")


@way
def what_is_mounted_over_by_an_overlay() -> object:
    for name in ("upper", "work"):
        Path(f"/home/try-{name}").mkdir(exist_ok=True)
    mount("o", empty(), "overlay", options="lowerdir=/,upperdir=/home/try-upper,workdir=/home/try-work")
    return marker(empty())


@way
def the_old_root() -> object:
    with suppress(OSError):
        checked(libc.umount2(b"/", DETACH))
    os.chroot("/")
    return marker(UP)


@way
def writing_to_what_is_shown() -> object:
    """Folders and files of this machine that are shown to be read."""
    lines = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]

    def write(target: str) -> object:
        mount("none", target, flags=BIND | REMOUNT)
        if Path(target).is_dir():
            return opened(target, os.O_TMPFILE | os.O_RDWR) if os.access(target, os.W_OK) else None
        try:
            return opened(target, os.O_WRONLY)
        except OSError as error:
            return f"{target} is only busy" if error.errno == errno.ETXTBSY else None

    shown = [
        at for _, at, kind, options, *_ in lines if options.startswith("ro") and kind not in ("proc", "tmpfs")
    ]
    assert shown
    return first(write, shown)


# --- without files ---


@way
def sockets_by_name() -> object:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        client.connect("\0" + WANTED["socket"])
    return "connected"


@way
def loopback() -> object:
    with socket.create_connection(("127.0.0.1", WANTED["port"]), timeout=2):
        return "connected"


@way
def keys_of_the_session() -> object:
    found = call(250 if X86 else 219, 10, -3, b"user", WANTED["key"].encode(), 0)
    return f"key {found}"


def attempt(function: Callable[[], object]) -> str:
    """What came of it: ``open: …`` or ``shut: …``."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            checked(libc.unshare(NEW_MOUNTS))
            mount("none", "/", flags=PRIVATE | RECURSIVE)
            found = function()
            said = f"open: {found}" if found else "shut: nothing found"
        except (OSError, AssertionError) as error:
            said = f"shut: {error!r}"
        except BaseException as error:
            said = f"broken: {error!r}"
        os.write(writing, said.encode()[:4000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said or "broken: it said nothing"


if __name__ == "__main__":
    # Each try has mounts of its own.
    WANTED["tree"] = link("/proc/self/ns/mnt")
    WANTED["mounts"] = [line.split()[0] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    print(json.dumps({name: attempt(function) for name, function in TRIES.items()}))
