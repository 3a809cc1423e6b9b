"""Embedded clusters of the tests' own, and what they leave behind."""

from __future__ import annotations

import io
import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox.provider import Sandbox
from guide.sandbox.state import State, states
from guide.sandbox.status import FILE
from walkthrough.machine.base import Options
from walkthrough.progress import Progress

NAMESPACES = ("pid", "net", "mnt", "ipc", "uts", "cgroup")


def quiet() -> Progress:
    """A progress that nobody watches."""
    return Progress(io.StringIO())


def sandbox(name: str, *products: str, keep: bool = False) -> Sandbox:
    """A cluster that is not made yet, with the images of ``products``, curl and the cluster itself."""
    return Sandbox(Options(name=name, keep=keep, products=frozenset({"curl", *products})), quiet())


def ask(cluster: Sandbox, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command on the cluster's machine."""
    return subprocess.run(
        cluster.argv(command), input=stdin, capture_output=True, text=True, timeout=120, check=False
    )


def tell(cluster: Sandbox, *command: str) -> str:
    """What a command on the cluster's machine prints; it must succeed."""
    done = ask(cluster, *command)
    assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"
    return done.stdout


def kubectl(cluster: Sandbox, *words: str) -> str:
    """What kubectl prints on the cluster's machine; it must succeed."""
    return tell(cluster, "microk8s", "kubectl", *words)


def apply(cluster: Sandbox, manifest: str) -> None:
    """Apply a manifest on the cluster's machine."""
    done = ask(cluster, "microk8s", "kubectl", "apply", "--filename=-", stdin=manifest)
    assert done.returncode == 0, done.stderr


def outside(cluster: Sandbox, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the network of the one machine that the cluster's can reach."""
    target = str(cluster.state.read(FILE)["outside"])
    return subprocess.run(
        ["nsenter", "--target", target, "--net", *command],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@dataclass(frozen=True)
class Traces:
    """Everything by which a running cluster can be recognised later.

    :param taken: when, in the clock ticks since the machine started that processes' beginnings are told in.
        The kernel gives a namespace's number to another one later: only older processes can be in this one.
    """

    processes: frozenset[tuple[int, str]]
    namespaces: frozenset[str]
    taken: float

    @classmethod
    def of(cls, state: State) -> Traces:
        """Of all processes in the cluster's control groups and in its PID namespace."""
        members = state.group.processes()
        spaces = {_link(pid, "pid") for pid in members} - {_link(os.getpid(), "pid"), ""}
        members |= {pid for pid in _all_processes() if _link(pid, "pid") in spaces}
        found = {_link(pid, kind) for pid in members for kind in NAMESPACES}
        own = {_link(os.getpid(), kind) for kind in NAMESPACES}
        processes = frozenset((pid, start) for pid in members if (start := _start(pid)))
        ticks = time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK")
        return cls(processes, frozenset(found - own - {""}), ticks)

    def holds(self, pid: int, kind: str) -> bool:
        """Whether a process is in one of these namespaces."""
        start = _start(pid)
        return start != "" and int(start) <= self.taken and _link(pid, kind) in self.namespaces


def left_behind(state: State, traces: Traces | None = None) -> list[str]:
    """What is still there of a cluster, a sentence each."""
    found = []
    if state.folder.exists():
        found.append(f"the folder {state.folder}")
    found += [f"the control group {folder}" for folder in state.group.folders if folder.exists()]
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    found += [f"the mount {line}" for line in mounts if str(state.folder) in line]
    found += [f"the lock {path}" for path in state.folder.parent.glob(f"{state.name}*.lock")]
    for pid in _all_processes():
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if str(state.folder) in command and pid != os.getpid():
                found.append(f"the process {pid} {command}")
        for kind in NAMESPACES:
            if traces is not None and traces.holds(pid, kind):
                found.append(f"the process {pid} in {_link(pid, kind)}")
    for pid, start in traces.processes if traces is not None else ():
        if _start(pid) == start:
            found.append(f"the process {pid}")
    return found


def host() -> list[str]:
    """What a cluster could change of the machine that it runs on."""
    commands: Sequence[Sequence[str]] = (
        ["ip", "-brief", "link"],
        ["ip", "route"],
        ["iptables-save"],
        ["sysctl", "-n", "kernel.panic", "vm.overcommit_memory", "net.ipv4.ip_forward", "kernel.hostname"],
        ["sha256sum", "/etc/hosts", "/etc/passwd", "/etc/group", "/etc/ssl/certs/ca-certificates.crt"],
        [
            "ls",
            "-la",
            "/snap",
            "/var/snap",
            "/var/lib/kubelet",
            "/var/lib/cni",
            "/home/ubuntu",
            "/etc/profile.d",
        ],
    )
    found = []
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("#")]
        found += lines
    return found


def remove_all() -> None:
    """Remove every cluster whose state is where the tests keep it."""
    for state in states():
        Sandbox(Options(name=state.name), quiet()).destroy()


def _all_processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _link(pid: int, kind: str) -> str:
    with suppress(OSError):
        return str(Path(f"/proc/{pid}/ns/{kind}").readlink())
    return ""


def _start(pid: int) -> str:
    """When a process began, so that one with the same number is told apart; empty where there is none.

    One that has ended, and whose parent has not asked for its exit code yet, is none.
    """
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]
    return ""
