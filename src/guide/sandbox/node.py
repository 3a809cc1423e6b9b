"""The machine's first process: builds the machine, runs the node's programs, and ends everything by ending.

Started by :mod:`guide.sandbox.provider` in namespaces of its own. What it says goes to ``status.json`` in the
cluster's state folder: ``{"phase": …, "pid": …, "error": …, "restarts": {component: times}}``.
"""

from __future__ import annotations

# What Python would load only when it is first used has to be here before the machine hides this one's home.
import encodings.idna  # noqa: F401
import http.client
import json
import os
import selectors
import signal
import socket
import ssl
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from guide.sandbox import layout, machine
from guide.sandbox.components import Component, File, components

#: How long a program has to run before its end counts as a new failure, seconds.
STEADY = 30.0
#: So many ends of one program in a row, and the node gives up.
TRIES = 6
PROBE_INTERVAL = 0.1


def main(specification: str, lock: str) -> None:
    """Run the node until it is told to end.

    :param specification: the path of the JSON file that the provider wrote.
    :param lock: the descriptor of the cluster's lock, held for as long as this process lives.
    """
    os.set_inheritable(int(lock), False)
    spec = json.loads(Path(specification).read_text())
    # This is still the old /proc: it knows the process by the number that others see.
    status = Status(Path(specification).parent, int(os.readlink("/proc/self")))
    try:
        outside = _start_outside(spec)
        plan = machine.Plan(
            folder=Path(specification).parent,
            binaries={name: Path(path) for name, path in spec["binaries"].items()},
            commands=Path(spec["commands"]),
            addons=spec["addons"],
            files=[File(Path(file.pop("path")), **file) for file in spec["files"]],
        )
        logs = os.open(plan.folder / "logs", os.O_RDONLY | os.O_DIRECTORY)
        machine.build(plan)
        _connect(outside)
        Node(status, logs, outside, watch_parent=spec["watch_parent"]).run()
    except Exception as error:
        status.write("failed", error="".join(traceback.format_exception_only(error)).strip())
        traceback.print_exc()
        raise SystemExit(1) from error


class Status:
    """What the provider can read about the node, written through a descriptor that outlives the old root.

    :param folder: the cluster's state folder.
    :param pid: this process as the rest of the machine knows it.
    """

    def __init__(self, folder: Path, pid: int) -> None:
        self.folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self.pid = pid
        self.write("building")

    def write(self, phase: str, *, error: str = "", restarts: dict[str, int] | None = None) -> None:
        """Say where the node is: building, starting, running, stopped or failed."""
        content = {"phase": phase, "pid": self.pid, "error": error, "restarts": restarts or {}}
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(".status.part", flags, 0o600, dir_fd=self.folder)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
        os.rename(".status.part", "status.json", src_dir_fd=self.folder, dst_dir_fd=self.folder)
        if phase != "building":
            layout.PHASE.write_text(phase)


def _start_outside(spec: dict[str, str]) -> subprocess.Popen[str]:
    """Start what answers outside the machine: it keeps seeing this one's files, and gets its own network."""
    with Path(spec["outside"]).parents[1].joinpath("logs/outside.log").open("a") as log:
        return subprocess.Popen(
            ["unshare", "--mount", "--net", "--propagation", "private", sys.executable, "-P", "-m"]
            + ["guide.sandbox.outside", spec["outside"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def _connect(outside: subprocess.Popen[str]) -> None:
    """Lay the one wire between the machine and what is outside it."""
    assert outside.stdin is not None
    assert outside.stdout is not None
    _expect(outside, "ready")
    commands = [
        "link set lo up",
        f"link add eth0 type veth peer name eth0 netns {outside.pid}",
        f"addr add {layout.NODE_ADDRESS}/24 dev eth0",
        "link set eth0 up",
        f"route add default via {layout.OUTSIDE_ADDRESS} dev eth0",
    ]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True, check=True)
    for setting in ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"):
        # Without the bridge's module there is no such setting; preflight has tried to load it.
        with suppress(FileNotFoundError):
            Path("/proc/sys", setting).write_text("1")
    outside.stdin.write("go\n")
    outside.stdin.flush()
    _expect(outside, "serving")


def _expect(outside: subprocess.Popen[str], word: str) -> None:
    assert outside.stdout is not None
    if outside.stdout.readline().strip() != word:
        raise RuntimeError(f"what answers outside the machine ended before it was {word}; see outside.log")


class Node:
    """Keeps the node's programs running and takes in orphans.

    :param logs: descriptor of the folder of logs.
    :param outside: what answers outside the machine.
    :param watch_parent: end when standard input does, that is with the process that started this one.
    """

    def __init__(
        self, status: Status, logs: int, outside: subprocess.Popen[str], *, watch_parent: bool
    ) -> None:
        self.status = status
        self.logs = logs
        self.outside = outside.pid
        self.watch_parent = watch_parent
        self.wanted: list[Component] = []
        self.waiting: list[Component] = []
        self.orders: list[Callable[[], None]] = []
        self.running: dict[int, tuple[Component, float]] = {}
        self.due: list[tuple[float, Component]] = []
        self.failures: Counter[str] = Counter()
        self.restarts: Counter[str] = Counter()
        self.api = ssl.create_default_context(cafile=str(layout.CREDENTIALS / "ca.crt"))
        self.api.load_cert_chain(
            layout.CREDENTIALS / "apiserver-kubelet-client.crt",
            layout.CREDENTIALS / "apiserver-kubelet-client.key",
        )
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Run until the parent ends or a signal says so."""
        self._listen()
        self.start()
        while True:
            timeout = PROBE_INTERVAL if self.waiting or self.due else None
            for key, _ in self.selector.select(timeout):
                key.data()
            self._reap()
            while self.orders:
                self.orders.pop(0)()
            self._start_due()
            if self.waiting and self._api_ready():
                self._launch(self.waiting)
                self.waiting = []
                self.status.write("running", restarts=dict(self.restarts))

    def start(self) -> None:
        """Start every program; those that need the API server wait for it."""
        if self.wanted:
            return
        self.wanted = components()
        self.failures.clear()
        self.status.write("starting", restarts=dict(self.restarts))
        self._launch([component for component in self.wanted if not component.after_api])
        self.waiting = [component for component in self.wanted if component.after_api]

    def stop(self) -> None:
        """Stop every program, and every pod with them, as ``microk8s stop`` does."""
        self.wanted, self.waiting, self.due = [], [], []
        for pid in list(self.running):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while self.running and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.02)
        for pid in self._everything_else():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.status.write("stopped", restarts=dict(self.restarts))

    def _listen(self) -> None:
        signals, wake = socket.socketpair()
        signals.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: _end())
        self._wake = wake
        self.selector.register(signals, selectors.EVENT_READ, lambda: signals.recv(4096))
        if self.watch_parent:
            self.selector.register(0, selectors.EVENT_READ, _end)
        # What the microk8s stand-in asks for.
        signal.signal(signal.SIGUSR1, lambda *_: self.orders.append(self.stop))
        signal.signal(signal.SIGUSR2, lambda *_: self.orders.append(self.start))

    def _launch(self, wanted: list[Component]) -> None:
        for component in wanted:
            log = os.open(
                f"{component.name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644, dir_fd=self.logs
            )
            pid = os.posix_spawn(
                component.argv[0],
                list(component.argv),
                {
                    "PATH": f"{layout.BINARIES}:{layout.ENVIRONMENT['PATH']}",
                    "HOME": "/root",
                    "LANG": "C.UTF-8",
                },
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, log, 1),
                    (os.POSIX_SPAWN_DUP2, log, 2),
                ],
                setpgroup=0,
                setsigdef=[signal.SIGPIPE],
            )
            os.close(log)
            self.running[pid] = (component, time.monotonic())

    def _reap(self) -> None:
        """Take in every process that ended: the node's programs, and orphans of anything here."""
        while True:
            try:
                pid, code = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.outside:
                self.status.write(
                    "failed", error="what answers outside the machine has ended; see outside.log"
                )
            if pid in self.running:
                self._ended(*self.running.pop(pid), os.waitstatus_to_exitcode(code))

    def _ended(self, component: Component, since: float, code: int) -> None:
        if component not in self.wanted:
            return
        self.restarts[component.name] += 1
        self.failures[component.name] += 1
        if time.monotonic() - since > STEADY:
            self.failures[component.name] = 1
        if self.failures[component.name] >= TRIES:
            error = f"{component.name} ended {TRIES} times, the last time with code {code}"
            self.status.write("failed", error=error, restarts=dict(self.restarts))
            return
        self.due.append((time.monotonic() + 0.5 * self.failures[component.name], component))
        if not self.waiting:
            self.status.write("running", restarts=dict(self.restarts))

    def _start_due(self) -> None:
        now = time.monotonic()
        ready = [component for when, component in self.due if when <= now]
        self.due = [(when, component) for when, component in self.due if when > now]
        self._launch(ready)

    def _api_ready(self) -> bool:
        connection = http.client.HTTPSConnection("127.0.0.1", layout.API_PORT, context=self.api, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _everything_else(self) -> list[int]:
        """Containers and what keeps them: everything below their shims."""
        parents = {pid: _parent(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))}
        found = {pid for pid in parents if _name(pid).startswith("containerd-shim")}
        grown = True
        while grown:
            below = {pid for pid, parent in parents.items() if parent in found} - found
            found |= below
            grown = bool(below)
        return sorted(found)


def _name(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _end() -> None:
    """End this process; the kernel ends every other one of the machine with it."""
    raise SystemExit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
