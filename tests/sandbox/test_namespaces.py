"""Namespaces by system call: whose root a realm's root is, what it may write, and that nothing stays."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from guide.sandbox.namespaces import EVERY_USER, FIRST_USER, USERS, Realm

pytestmark = pytest.mark.sandbox

KINDS = ("user", "net", "ipc", "uts", "cgroup")
BOTH = pytest.mark.parametrize(
    ("first", "count"), [(FIRST_USER, USERS), (0, EVERY_USER)], ids=["own-users", "this-machines-users"]
)


@pytest.fixture
def realm(first: int, count: int) -> Iterator[Realm]:
    made = Realm.create(first, count)
    try:
        yield made
    finally:
        made.release()


def owner(realm: Realm) -> int:
    """The user of this machine that owns its user namespace."""
    answer = fcntl.ioctl(realm.users, 0xB704, bytes(4))  # NS_GET_OWNER_UID
    return int.from_bytes(answer, sys.byteorder)


def namespace(process: int | str, kind: str) -> str:
    return str(Path(f"/proc/{process}/ns/{kind}").readlink())


@BOTH
def test_its_namespaces_are_its_own(realm: Realm) -> None:
    assert all(namespace(realm.holder, kind) != namespace("self", kind) for kind in KINDS)
    assert namespace(realm.holder, "mnt") == namespace("self", "mnt")


@BOTH
def test_its_root_is_that_user_of_this_machine(realm: Realm, first: int, count: int) -> None:
    for kind in ("uid", "gid"):
        assert Path(f"/proc/{realm.holder}/{kind}_map").read_text().split() == ["0", str(first), str(count)]


@BOTH
def test_each_has_an_owner_of_its_own(realm: Realm, first: int, count: int) -> None:
    # What the kernel lets a user have at most, files to watch for example, it counts for the owner as well.
    other = Realm.create(first, count)
    try:
        owners = {owner(each) for each in (realm, other)}
    finally:
        other.release()
    assert len(owners) == 2
    assert min(owners) >= FIRST_USER + USERS


@BOTH
def test_what_its_root_writes_is_that_users(realm: Realm, first: int) -> None:
    # Not pytest's folder: it lets nobody but its owner through.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        realm.do(lambda: Path(folder, "written").touch())
        assert Path(folder, "written").stat().st_uid == first


def test_its_root_may_not_write_what_is_roots_here(tmp_path: Path) -> None:
    realm = Realm.create(FIRST_USER, USERS)
    try:
        with pytest.raises(PermissionError, match="the machine's root may not write"):
            realm.do(lambda: (tmp_path / "written").touch())
        assert not (tmp_path / "written").exists()
    finally:
        realm.release()


def test_its_root_may_not_set_what_is_the_kernels() -> None:
    realm = Realm.create(FIRST_USER, USERS)
    setting = Path("/proc/sys/kernel/panic")
    before = setting.read_text()

    def write() -> None:
        setting.write_text(before)

    try:
        with pytest.raises(PermissionError):
            realm.do(write)
    finally:
        realm.release()


def test_a_map_that_the_kernel_refuses_leaves_no_process() -> None:
    before = children()
    with pytest.raises(OSError, match="Invalid argument"):
        Realm.create(EVERY_USER, USERS)
    assert children() == before


@BOTH
def test_nothing_stays_after_release(first: int, count: int) -> None:
    before, files = children(), set(Path("/proc/self/fd").iterdir())
    realm = Realm.create(first, count)
    assert children() == before | {str(realm.holder)}
    realm.release()
    assert children() == before
    assert set(Path("/proc/self/fd").iterdir()) == files


@BOTH
def test_it_lasts_as_long_as_something_is_in_it(first: int, count: int) -> None:
    realm = Realm.create(first, count)
    held = namespace(realm.holder, "net")
    inside = subprocess.Popen(
        ["nsenter", f"--target={realm.holder}", "--net", "--", "sh", "-c", "echo in; read end"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert inside.stdout is not None
        assert inside.stdout.readline() == "in\n"
        realm.release()
        assert namespace(inside.pid, "net") == held
    finally:
        inside.communicate("\n")
    assert inside.returncode == 0


def children() -> set[str]:
    """Numbers of this process' children."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
