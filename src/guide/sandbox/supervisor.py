"""Keeps the node's programs running, as the machine's first process."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus

from guide.sandbox import certificates, layout, system
from guide.sandbox.addresses import addresses
from guide.sandbox.api import Api
from guide.sandbox.components import Component, components
from guide.sandbox.policy import Policy, PolicyError
from guide.sandbox.processes import containers
from guide.sandbox.status import Phase, Status

#: How long a program has to run before its end counts as a new failure, seconds.
STEADY = 30.0
#: So many ends of one program in a row, and the node gives up.
TRIES = 6
#: How long a program may take to stop, seconds. The API server waits longer for its clients, if one lets it.
PATIENCE = 5.0
PROBE_INTERVAL = 0.1
#: How often MicroK8s compares the machine's addresses with those that it has certified, seconds.
WATCH_INTERVAL = 5.0

#: What the node's programs get.
ENVIRONMENT = {
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "PATH": f"{layout.BINARIES}:{layout.ENVIRONMENT['PATH']}",
}


class Supervisor:
    """Starts the programs, starts again what ends, takes in orphans.

    ``SIGUSR1`` stops the programs and the pods, ``SIGUSR2`` starts them again, ``SIGHUP`` starts Kubernetes'
    own programs anew, ``SIGTERM`` ends the machine.

    :param status: tells what is outside, and ends with it.
    :param logs: descriptor of each program's log, by the program's name.
    """

    def __init__(self, status: Status, logs: Mapping[str, int]) -> None:
        self.status = status
        self.logs = logs
        self.wanted: list[Component] = []
        self.waiting: list[Component] = []
        self.orders: list[Callable[[], None]] = []
        self.running: dict[int, tuple[Component, float]] = {}
        self.due: list[tuple[float, Component]] = []
        self.failures: Counter[str] = Counter()
        self.api: Api
        self.policy: Policy
        #: When the machine's addresses are looked at next.
        self.watch_at = 0.0
        #: All programs are started, and the policy is not in force yet.
        self.entering = False
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Run until what keeps the machine ends, or a signal says so."""
        self._listen()
        self.start()
        while True:
            for key, _ in self.selector.select(self._patience()):
                key.data()
            self._reap()
            while self.orders:
                self.orders.pop(0)()
            self._start_due()
            if self.waiting and self._api_ready():
                self._launch(self.waiting)
                self.waiting, self.entering = [], True
            if self.entering and self.policy.in_force():
                self.entering = False
                self.status.enter(Phase.RUNNING)
            self._watch()

    def start(self) -> None:
        """Start every program; those that need the API server wait for it."""
        if not self.wanted:
            self._begin(components())

    def stop(self) -> None:
        """Stop every program, and every pod with them, as ``microk8s stop`` does."""
        self._end_programs(self.wanted, pods=True)
        self.status.enter(Phase.STOPPED)

    def restart(self) -> None:
        """Start Kubernetes' own programs anew, with what their files say now. Pods run on.

        If the stand-in has asked for it in :data:`layout.ORDER`, a certificate of theirs is renewed first.
        """
        if layout.ORDER.exists():
            certificates.renew(layout.ORDER.read_text(encoding="utf-8").strip(), addresses())
            layout.ORDER.unlink()
        if old := [component for component in self.wanted if component.kubernetes]:
            self._end_programs(old)
            self._begin([component for component in components() if component.kubernetes])
        else:
            # Whoever gave the order waits for an answer.
            self.status.enter(Phase.STOPPED)

    def _watch(self) -> None:
        """Do what MicroK8s does by itself when the machine has another address.

        It certifies the API server anew, and starts all but the datastore again, every container as well.
        """
        if not self.wanted or time.monotonic() < self.watch_at:
            return
        self.watch_at = time.monotonic() + WATCH_INTERVAL
        # Between two addresses there is none, and then it waits.
        if (found := addresses()) and certificates.outdated(found):
            certificates.readdress(found)
            others = [component for component in self.wanted if component.name != "etcd"]
            self._end_programs(others, pods=True)
            self._begin(others)

    def _patience(self) -> float | None:
        """How long there is nothing to do, if nothing happens, seconds."""
        if self.waiting or self.entering or self.due:
            return PROBE_INTERVAL
        return max(self.watch_at - time.monotonic(), 0.0) if self.wanted else None

    def _begin(self, programs: list[Component]) -> None:
        self.wanted += programs
        self.failures.clear()
        # The authority that they trust may be new.
        self.api = Api()
        self.policy = Policy(self.api)
        self.watch_at = time.monotonic() + WATCH_INTERVAL
        self.status.enter(Phase.STARTING)
        if any(component.kubernetes for component in programs):
            system.accept_pods()
            system.allow_pods()
        self._launch(component for component in programs if not component.after_api)
        self.waiting = [component for component in programs if component.after_api]

    def _end_programs(self, programs: list[Component], *, pods: bool = False) -> None:
        order = list(reversed(programs))
        self.wanted = [component for component in self.wanted if component not in order]
        self.waiting, self.entering = [], False
        self.due = [(when, component) for when, component in self.due if component not in order]
        self._terminate([component for component in order if component.after_api])
        for pid in containers() if pods else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for component in order:
            if not component.after_api:
                self._terminate([component])

    def _listen(self) -> None:
        signals, self._wake = socket.socketpair()
        signals.setblocking(False)
        self._wake.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: _end())
        signal.signal(signal.SIGUSR1, lambda *_: self.orders.append(self.stop))
        signal.signal(signal.SIGUSR2, lambda *_: self.orders.append(self.start))
        signal.signal(signal.SIGHUP, lambda *_: self.orders.append(self.restart))
        self.selector.register(signals, selectors.EVENT_READ, lambda: signals.recv(4096))
        # Nothing is ever written to it: it becomes readable when its other end is gone.
        self.selector.register(self.status.channel, selectors.EVENT_READ, _end)

    def _launch(self, wanted: Iterable[Component]) -> None:
        for component in wanted:
            self.running[_spawn(component, self.logs[component.name])] = (component, time.monotonic())

    def _terminate(self, wanted: list[Component]) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid, (component, _) in self.running.items():
                if component in wanted:
                    os.kill(pid, number)
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and any(one in wanted for one, _ in self.running.values()):
                time.sleep(0.02)
                self._reap()

    def _reap(self) -> None:
        """Take in every process that ended: the node's programs, and orphans of anything here."""
        while True:
            try:
                pid, code = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.running:
                self._ended(*self.running.pop(pid), os.waitstatus_to_exitcode(code))

    def _ended(self, component: Component, since: float, code: int) -> None:
        if component not in self.wanted:
            return
        if time.monotonic() - since > STEADY:
            del self.failures[component.name]
        self.failures[component.name] += 1
        failures = self.failures[component.name]
        if failures >= TRIES:
            what = f"{component.name} ended {TRIES} times, the last time with code {code}"
            self.status.fail(f"{what}; see {component.name}.log")
            return
        self.status.restarted(component.name)
        self.due.append((time.monotonic() + 0.5 * failures, component))

    def _start_due(self) -> None:
        now = time.monotonic()
        ready = [component for when, component in self.due if when <= now]
        self.due = [(when, component) for when, component in self.due if when > now]
        self._launch(ready)

    def _api_ready(self) -> bool:
        """Whether the API server answers, with the policy for what the next programs make."""
        if self.api.get("/readyz").status != HTTPStatus.OK:
            return False
        try:
            return self.policy.put()
        except PolicyError as refusal:
            self.status.fail(str(refusal))
            return False


def _spawn(component: Component, log: int) -> int:
    """Start a program that writes to an open log; its number."""
    return os.posix_spawn(
        component.argv[0],
        component.command(),
        ENVIRONMENT,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, log, 1),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ],
        setpgroup=0,
        # Python ignores it, and what it starts would too.
        setsigdef=[signal.SIGPIPE],
    )


def _end() -> None:
    """End this process; the kernel ends every other one of the machine with it."""
    raise SystemExit(0)
