"""Every known way out of the sandbox for its root, tried: none may lead anywhere."""

from __future__ import annotations

import ctypes
import json
import platform
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from guide.sandbox.provider import Sandbox

from . import ways_out
from .support import ask, tell

pytestmark = pytest.mark.sandbox

KINDS = ("mnt", "net", "pid", "ipc", "uts", "cgroup", "user")


@pytest.fixture(scope="module")
def answers(cluster: Sandbox) -> Iterator[dict[str, str]]:
    """What came of each try, with everything outside that they look for."""
    with ExitStack() as stack:
        marker = stack.enter_context(tempfile.NamedTemporaryFile("w", prefix="gitops-guide-marker-"))
        text = secrets.token_hex()
        marker.write(text)
        marker.flush()
        Path(marker.name).chmod(0o644)
        name = f"gitops-guide-{secrets.token_hex(8)}"
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(f"\0{name}")
        listening.listen()
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        _add_key(name)
        wanted: dict[str, Any] = {
            "marker": marker.name,
            "text": text,
            "namespaces": [str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in KINDS],
            "disk": Path(marker.name).stat().st_dev,
            "terminals": [str(path) for path in Path("/dev/pts").iterdir() if path.name.isdigit()],
            "group": cluster.state.group.name,
            "socket": name,
            "port": port,
            "key": name,
        }
        script = Path(ways_out.__file__).read_text()
        done = ask(cluster, "sudo", "python3", "-", json.dumps(wanted), stdin=script)
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)


@pytest.mark.parametrize("way", ways_out.TRIES)
def test_no_way_leads_out(way: str, answers: dict[str, str]) -> None:
    assert answers[way].startswith("shut: "), answers[way]


def test_a_command_from_outside_is_all_inside(cluster: Sandbox) -> None:
    first = cluster.state.read("status.json")["pid"]
    for kind in KINDS:
        there = str(Path(f"/proc/{first}/ns/{kind}").readlink())
        assert tell(cluster, "readlink", f"/proc/self/ns/{kind}").strip() == there
        assert there != str(Path(f"/proc/self/ns/{kind}").readlink())
    files = "for file in /proc/$$/fd/* /proc/$$/cwd /proc/$$/root /proc/$$/exe; do readlink $file; done"
    found = tell(cluster, "sudo", "sh", "-c", files).split()
    assert {path for path in found if not path.startswith(("pipe:", "/home/ubuntu"))} <= {
        "/",
        "/usr/bin/dash",
    }
    assert {line.split(":")[2] for line in tell(cluster, "cat", "/proc/self/cgroup").split()} <= {
        "/",
        "/machine",
    }


def test_the_first_process_holds_no_folder_of_this_machine(cluster: Sandbox) -> None:
    first = cluster.state.read("status.json")["pid"]
    held = {str(path.readlink()) for path in Path(f"/proc/{first}/fd").iterdir()}
    logs = {str(path) for path in cluster.state.logs.glob("*.log")}
    assert not {path for path in held - logs if path.startswith("/") and path != "/dev/null"}
    assert str(Path(f"/proc/{first}/root").readlink()) == "/"


def test_nothing_of_this_machine_is_among_its_processes(cluster: Sandbox) -> None:
    first = cluster.state.read("status.json")["pid"]
    space = Path(f"/proc/{first}/ns/pid").readlink()
    trees, users = set(), set()
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and (process / "ns/pid").readlink() == space:
                trees.add(str((process / "ns/mnt").readlink()))
                users.add(str((process / "ns/user").readlink()))
    assert trees == {str(Path(f"/proc/{first}/ns/mnt").readlink())}
    assert users == {str(Path(f"/proc/{first}/ns/user").readlink())}


def _add_key(name: str) -> None:
    """A key in this process' session, as a login has them; a kernel without keys has none."""
    number = {"x86_64": 248, "aarch64": 217}.get(platform.machine())
    if number is not None:
        libc = ctypes.CDLL(None)
        libc.syscall(
            ctypes.c_long(number), b"user", name.encode(), b"x", ctypes.c_size_t(1), ctypes.c_int(-3)
        )
