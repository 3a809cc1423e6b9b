"""Access to the machine of an embedded cluster: commands that run in it, and how far its node is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from guide.sandbox import cgroups, layout
from guide.sandbox.addresses import readdressing
from guide.sandbox.evidence import tail
from guide.sandbox.namespaces import forget_keys
from guide.sandbox.state import State
from guide.sandbox.status import FILE, Phase
from walkthrough.errors import UserError
from walkthrough.machine.command import Result, poll, run

#: Seconds that making the machine may take; one or two are what it takes.
BUILT_TIMEOUT = 120.0
#: Seconds until the node is Ready; it takes six on two idle cores.
READY_TIMEOUT = 180.0


class Access:
    """Runs commands on the machine of one cluster.

    :param state: the cluster's.
    :param provider: what the command line calls this kind of cluster.
    """

    def __init__(self, state: State, provider: str) -> None:
        self._state = state
        self._provider = provider
        #: What keeps the machine, where it was started by this process.
        self.process: subprocess.Popen[bytes] | None = None

    def enter(self, command: Sequence[str]) -> list[str]:
        """As the machine's root, in its groups and namespaces, with nothing of the caller but its streams."""
        namespaces = ("--user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup")
        forget_keys()
        return [
            *cgroups.entering(self._state.group.entries),
            *("nsenter", "--target", str(self.pid()), *namespaces, "--", *command),
        ]

    def as_reader(self, command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        """As the reader's user, in that user's home, with these variables and no others."""
        user = str(layout.USER_ID)
        variables = (f"{name}={value}" for name, value in environment.items())
        become = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--")
        return self.enter(
            ["env", "--ignore-environment", f"--chdir={layout.HOME}", *variables, *become, *command]
        )

    def kubectl(self, arguments: Sequence[str]) -> Result:
        """Ask the cluster as its administrator."""
        kubectl = (str(layout.COMMANDS / "kubectl"), f"--kubeconfig={layout.CREDENTIALS / 'client.config'}")
        # As root, in nobody's home: kubectl keeps a cache there, and the reader's is still empty.
        command = self.enter(["env", "-i", "HOME=/root", *kubectl, *arguments])
        return run(command, timeout=30, check=False)

    def address(self) -> str:
        """The machine's address."""
        shown = run(self.enter(["ip", "-json", "address", "show", "dev", "eth0"]), timeout=30).stdout
        address: str = json.loads(shown)[0]["addr_info"][0]["local"]
        return address

    def readdress(self) -> None:
        """Give the machine another address."""
        run(self.enter(["ip", "-batch", "-"]), stdin=readdressing(self.address()), timeout=30)

    def pid(self) -> int:
        """The machine's first process, which is sure to be that: its number may be another's by now.

        :raises UserError: there is none.
        """
        pid = int(self._state.read(FILE).get("pid", 0))
        groups = Path(f"/proc/{pid}/cgroup")
        try:
            if f"/{self._state.group.name}" in groups.read_text():
                return pid
        except OSError:
            pass
        raise UserError(
            f"no cluster called {self._state.name!r} is up",
            fix=f"start it: guide cluster up --cluster {self._provider} --name {self._state.name}",
        )

    def phase(self) -> str:
        """How far the machine is; *failed* also when what keeps it has ended without a word."""
        if self.process is not None and _has_ended(self.process.pid):
            return Phase.FAILED
        return str(self._state.read(FILE).get("phase", ""))

    def error(self) -> str:
        """What the machine wrote down of why it failed, if anything."""
        return str(self._state.read(FILE).get("error") or "")

    def wait_built(self) -> None:
        """Return when the machine is made, and the node is about to start.

        :raises UserError: it cannot be made; with what its logs say, for they go with the cluster.
        """
        built = poll(lambda: self.phase() not in ("", Phase.BUILDING), timeout=BUILT_TIMEOUT, interval=0.02)
        if built and self.phase() != Phase.FAILED:
            return
        late = f"its first process ended, or is not done after {BUILT_TIMEOUT:.0f} s"
        log = "\n".join(tail(self._state.logs / name, 20) for name in ("outside.log", "node.log"))
        raise UserError(
            f"the embedded cluster's machine cannot be built: {self.error() or late}\n{log.strip()}".rstrip(),
            fix="mend what the last lines name, or take another cluster: "
            "--cluster microk8s, multipass or kubeconfig",
        )

    def stop(self) -> None:
        """Stop the node's programs; the machine goes on.

        :raises UserError: they do not stop.
        """
        os.kill(self.pid(), signal.SIGUSR1)
        if not poll(lambda: self.phase() == Phase.STOPPED, timeout=READY_TIMEOUT, interval=0.05):
            raise UserError("the node's programs do not stop", where=f"the cluster {self._state.name}")

    def wait_ready(self, evidence: Callable[[], str]) -> None:
        """Return when the node is Ready.

        :param evidence: what else there is to say where it does not get so.
        :raises UserError: it does not.
        """
        # One answer decides: after a restart the kubelet takes back what it said before, for a moment.
        ready = poll(
            lambda: self.phase() == Phase.FAILED or self.ready(), timeout=READY_TIMEOUT, interval=0.2
        )
        failed = self.phase() == Phase.FAILED
        if ready and not failed:
            return
        late = f"the node did not get Ready within {READY_TIMEOUT:.0f} s"
        ended = "the node ended before it was Ready; is the disk full?"
        what = self.error() or (ended if failed else late)
        raise UserError(f"{what}\n{evidence()}".rstrip(), where=f"the sandbox cluster {self._state.name}")

    def ready(self) -> bool:
        """Whether the node says that it is Ready."""
        # Asking before the API is there takes processor time from what starts it.
        if self.phase() != Phase.RUNNING:
            return False
        query = "{.items[*].status.conditions[?(@.type=='Ready')].status}"
        answer = self.kubectl(["get", "nodes", f"--output=jsonpath={query}"])
        return answer.code == 0 and answer.stdout == "True"


def _has_ended(child: int) -> bool:
    """Whether a child has ended; wait() still finds it."""
    # Popen.poll() takes a lock, which an interrupt in that moment leaves taken: wait() would never return.
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
