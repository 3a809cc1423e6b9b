"""The machine's files and control groups, as text: what depends on the machine below."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guide.sandbox import layout
from guide.sandbox.cgroups import Group
from guide.sandbox.hierarchies import Hierarchy, hierarchies
from guide.sandbox.machine import separate_folders
from guide.sandbox.outside import corefile
from guide.sandbox.processes import containers
from guide.sandbox.system import with_groups, with_user
from walkthrough.errors import UserError

HYBRID = """\
30 23 0:27 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
31 30 0:28 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw,nsdelegate
32 30 0:29 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd
33 30 0:32 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct
34 30 0:33 / /sys/fs/cgroup/cpuset rw shared:16 - cgroup cgroup rw,cpuset,clone_children
35 30 0:29 / /run/elsewhere rw shared:11 - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
"""
UNIFIED = (
    "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n"
)


def test_hierarchies_of_version_1_and_2_are_found_once() -> None:
    assert hierarchies(HYBRID) == [
        Hierarchy("/sys/fs/cgroup/unified", 2, ""),
        Hierarchy("/sys/fs/cgroup/systemd", 1, "none,name=systemd"),
        Hierarchy("/sys/fs/cgroup/cpu,cpuacct", 1, "cpu,cpuacct"),
        Hierarchy("/sys/fs/cgroup/cpuset", 1, "cpuset"),
    ]
    assert hierarchies(UNIFIED) == [Hierarchy("/sys/fs/cgroup", 2, "")]
    assert hierarchies("") == []


def test_a_version_2_group_gets_controllers_and_a_leaf_for_processes(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory hugetlb pids rdma misc\n")
    (tmp_path / "cgroup.subtree_control").write_text("cpu io memory\n")
    group = Group("gitops-guide-x", [Hierarchy(str(tmp_path), 2, "")])
    group.create()
    # A real one takes them one after another; the plain file keeps the last.
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+pids"
    assert group.folders == [tmp_path / "gitops-guide-x"]
    assert group.leaves == [tmp_path / "gitops-guide-x/machine"]
    assert group.leaves[0].is_dir()
    group.remove()
    assert not group.folders[0].exists()


def test_a_version_1_cpuset_is_filled_before_anything_enters_it(tmp_path: Path) -> None:
    for name, value in (("cpuset.cpus", "0-3\n"), ("cpuset.mems", "0\n")):
        (tmp_path / name).write_text(value)
    folder = tmp_path / "gitops-guide-x"
    folder.mkdir()
    for name in ("cpuset.cpus", "cpuset.mems", "cgroup.clone_children"):
        (folder / name).write_text("\n")
    Group("gitops-guide-x", [Hierarchy(str(tmp_path), 1, "cpuset")]).create()
    assert (folder / "cpuset.cpus").read_text() == "0-3\n"
    assert (folder / "cpuset.mems").read_text() == "0\n"
    assert (folder / "cgroup.clone_children").read_text() == "1"


@pytest.mark.parametrize(
    ("version", "name", "niceness", "written"),
    [
        (1, "cpu.shares", 10, "110"),
        (1, "cpu.shares", -5, "3125"),
        (1, "cpu.shares", 0, ""),
        (2, "cpu.weight.nice", 10, "10"),
    ],
)
def test_a_group_stands_back_as_far_as_its_maker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, name: str, niceness: int, written: str
) -> None:
    monkeypatch.setattr(os, "nice", lambda _: niceness)
    for file in ("cgroup.controllers", "cgroup.subtree_control"):
        (tmp_path / file).touch()
    folder = tmp_path / "gitops-guide-x"
    folder.mkdir()
    (folder / name).touch()
    Group("gitops-guide-x", [Hierarchy(str(tmp_path), version, "cpu")]).create()
    assert (folder / name).read_text() == written


def test_a_hierarchy_that_cannot_be_written_to_is_an_error(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(UserError, match="control group cannot be made") as caught:
        Group("gitops-guide-x", [Hierarchy(str(missing), 1, "cpu")]).create()
    assert caught.value.where is not None
    assert str(missing) in caught.value.where


def test_file_systems_below_the_root_are_shown_parents_first() -> None:
    table = "".join(
        f"{number} 1 8:{number} / {path} rw - ext4 /dev/sda{number} rw\n"
        for number, path in enumerate(["/", "/var/lib", "/home", "/usr", "/var", "/var/lib/docker"])
    )
    assert separate_folders(table) == ["/usr", "/var", "/var/lib"]


def test_the_readers_user_replaces_others_of_its_name_and_number() -> None:
    passwd = (
        "root:x:0:0:root:/root:/bin/bash\n"
        "ubuntu:x:1001:1001::/srv/ubuntu:/bin/sh\n"
        "somebody:x:1000:1000::/home/somebody:/bin/zsh\n"
        "other:x:10000:10000::/:/bin/sh\n"
    )
    lines = with_user(passwd).splitlines()
    assert [line.split(":")[0] for line in lines] == ["root", "other", "ubuntu"]
    assert lines[-1] == f"ubuntu:x:1000:1000:Ubuntu:{layout.HOME}:/bin/bash"


@pytest.mark.parametrize(
    ("group", "sudo", "microk8s"),
    [
        ("root:x:0:\n", "sudo:x:27:ubuntu", "microk8s:x:998:ubuntu"),
        ("sudo:x:27:\nfull:x:998:\n", "sudo:x:27:ubuntu", "microk8s:x:997:ubuntu"),
        ("sudo:x:27:me,ubuntu\nmicrok8s:x:123:me\n", "sudo:x:27:me,ubuntu", "microk8s:x:123:me,ubuntu"),
        ("tape:x:27:\n", "sudo:x:26:ubuntu", "microk8s:x:998:ubuntu"),
    ],
)
def test_the_readers_groups(group: str, sudo: str, microk8s: str) -> None:
    lines = with_groups(group).splitlines()
    assert sudo in lines
    assert microk8s in lines
    assert "ubuntu:x:1000:" in lines
    numbers = [line.split(":")[2] for line in lines]
    assert len(numbers) == len(set(numbers))


def test_only_the_hosts_of_pinned_files_have_an_address() -> None:
    text = corefile(["github.com", "raw.githubusercontent.com"])
    assert 'match "^(github\\.com|raw\\.githubusercontent\\.com)[.]$"' in text
    assert text.count("rcode NXDOMAIN") == 1


def test_containers_are_what_is_below_a_shim(tmp_path: Path) -> None:
    rows = {
        1: ("python", 0),
        7: ("containerd-shim", 1),
        8: ("a) R 1 (name", 7),
        9: ("grandchild", 8),
        10: ("kubelet", 1),
    }
    for pid, (name, parent) in rows.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} {pid} 0 0\n")
    (tmp_path / "uptime").write_text("1 1\n")
    (tmp_path / "11").mkdir()
    assert containers(tmp_path) == [7, 8, 9]
