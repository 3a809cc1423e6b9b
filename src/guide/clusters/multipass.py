"""MicroK8s in a throwaway VM made by Multipass: the reader's own way on macOS, Windows and Linux."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from guide.clusters import snap
from guide.clusters.claim import Claim
from guide.clusters.pins import pin
from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Cluster, Disposition, Options, unknown
from walkthrough.machine.command import Result, gib, memory_total, poll, run

if TYPE_CHECKING:
    from walkthrough.progress import Progress

CPUS = "4"
MEMORY = "8G"
DISK = "40G"
#: The VM's share and 2 GiB for the machine that runs it.
HOST_MEMORY = 10 * 2**30

#: Seconds that Multipass gives the VM to start and cloud-init to finish; the image's download is before.
LAUNCH_TIMEOUT = 900
#: How long a launch that was broken off may still bring forth a VM, and how long to wait for that.
LAUNCH_LINGERS = 3600.0
LINGER_WAIT = 20.0

USER = "ubuntu"
HOME = f"/home/{USER}"
MARK = "/etc/gitops-guide-throwaway"


class Multipass(Cluster):
    """A VM of the run's own, named as the cluster is."""

    provider = "multipass"
    machine_of_its_own = True

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        self.name = options.name
        self.claim = Claim(self.provider, self.name)
        self._moved = False

    # --- its life ---

    def preflight(self) -> None:
        """See :meth:`Cluster.preflight`."""
        lacking = self._lacking()
        if lacking:
            raise UserError(
                "a VM cannot be set up on this machine:\n" + "\n".join(f"  - {item}" for item in lacking),
                fix="fix this, or take another cluster: --cluster microk8s, sandbox or kubeconfig",
            )

    def create(self) -> None:
        """Launch the VM and install MicroK8s in it, after removing one that an earlier run left behind."""
        self.claim.hold()
        self.destroy()
        self.claim.hold()
        if self._state() is not None:
            raise UserError(
                f"there is a VM named {self.name!r} that the guide did not make",
                where=f"multipass info {self.name}",
                fix="give the cluster another name with --name; the guide will not touch this one",
            )
        self.claim.write({"state": "launching"})
        try:
            with self.progress.task(f"Launching the VM {self.name}", estimate=120) as task:
                run(
                    self.launch(),
                    # The image's download is not within Multipass' own limit.
                    timeout=LAUNCH_TIMEOUT * 3.0,
                    task=task,
                    fix="multipass' own log says more: journalctl --unit snap.multipass.multipassd on Linux",
                )
                self._must(["sudo", "touch", MARK], 60)
                self.claim.write({"state": "launched"})
            with self.progress.task("Installing MicroK8s in the VM", estimate=90):
                self._must(snap.install(), snap.INSTALL_TIMEOUT)
                self._must(snap.join_group(USER), 60)
        except BaseException:
            self.destroy()
            raise

    def wait_ready(self) -> None:
        """See :meth:`Cluster.wait_ready`."""
        with self.progress.task("Waiting for MicroK8s", estimate=45):
            snap.wait_ready(self._run, self.evidence)

    def destroy(self) -> None:
        """Delete and purge the VM if it is ours."""
        claim = self.claim.read()
        if claim is None:
            self.claim.release()
            return
        self.claim.hold()
        launching = claim.get("state") == "launching"
        if launching and self._state() is None:
            # The daemon goes on with a launch whose client is gone, and a VM that is being made is
            # neither listed nor to be deleted yet.
            appeared = poll(lambda: self._state() is not None, timeout=LINGER_WAIT)
            if not appeared and self.claim.age() < LAUNCH_LINGERS:
                self.progress.line(
                    f"the VM {self.name} is not there yet; if Multipass still makes it, this removes it: "
                    f"guide cluster down --cluster {self.provider} --name {self.name}"
                )
                self.claim.release()
                return
        state = self._state()
        if state is not None:
            if not launching and self._foreign(state):
                self.progress.line(f"the VM {self.name} is not the guide's any more: it stays")
            else:
                with self.progress.task(f"Deleting the VM {self.name}", estimate=10):
                    self._delete()
        self.claim.clear()
        self.claim.release()

    # --- what the chain asks ---

    def launch(self) -> list[str]:
        """The command that makes the VM."""
        return [
            *("multipass", "launch", pin("multipass", "image"), "--name", self.name),
            *("--cpus", CPUS, "--memory", MEMORY, "--disk", DISK, "--timeout", str(LAUNCH_TIMEOUT)),
        ]

    def delete(self) -> list[str]:
        """The command that removes the VM and its disk."""
        return ["multipass", "delete", "--purge", self.name]

    def argv(self, command: Sequence[str]) -> list[str]:
        """``command`` in the VM, as the reader's user, in that user's home.

        Multipass quotes each word for the VM's shell, except after ``sudo`` together with a working
        directory; it asks for a terminal only when its own output is one. A command that a signal
        ended has no exit code over SSH and would come out as 255: the shell around it makes it
        128 + the signal's number.
        """
        return [
            *("multipass", "exec", self.name, "--working-directory", HOME, "--"),
            *("sh", "-c", '"$@"; exit "$?"', "step", *command),
        ]

    def kill(self, marker: str) -> None:
        """See :meth:`Cluster.kill`."""
        program = Path(reaper.__file__).read_text(encoding="utf-8")
        run(self.argv(["sudo", "python3", "-", marker]), stdin=program, timeout=60)

    def restarted(self) -> list[str]:
        """The command that restarts the VM."""
        return ["multipass", "restart", self.name]

    def restart(self) -> None:
        """Restart the VM; whether it has another address afterwards is for Multipass to say."""
        before = self._addresses()
        # It waits until the VM answers; a start may take five minutes, says its documentation.
        run(self.restarted(), timeout=2 * LAUNCH_TIMEOUT)
        self._moved = self._addresses() != before

    def answer(self, tag: str) -> Answer:
        """See :meth:`Cluster.answer`."""
        match tag:
            case "multipass":
                return Answer(
                    Disposition.SUBSTITUTED,
                    "Multipass was there; the run did the rest itself before the first page "
                    f"({shlex.join(self.launch())}) and undoes it after the last "
                    f"({shlex.join(self.delete())})",
                )
            case "microk8s":
                did = [snap.install(), snap.join_group(USER)]
                return Answer(
                    Disposition.SUBSTITUTED,
                    f"the run did it itself in the VM ({snap.told(did)}), and it goes with the VM",
                )
            case "wsl":
                return Answer(Disposition.SKIPPED, "this run is in a Multipass VM, not in WSL")
            case "internet" | "services":
                return Answer(Disposition.RUN)
            case "restart":
                text = f"the run did it itself, outside the VM ({shlex.join(self.restarted())})"
                return Answer(Disposition.SUBSTITUTED, text, in_turn=self.restart)
            case "new-address":
                if self._moved:
                    return Answer(Disposition.RUN)
                return Answer(Disposition.SKIPPED, "the VM has kept its address")
        raise unknown(tag)

    def versions(self) -> dict[str, str]:
        """See :meth:`Cluster.versions`."""
        client, _ = self._versions()
        return {"multipass": client, "image": pin("multipass", "image"), **snap.versions(self._run)}

    def evidence(self) -> str:
        """See :meth:`Cluster.evidence`."""
        return snap.evidence(self._run)

    # --- how it knows ---

    def _lacking(self) -> list[str]:
        if not shutil.which("multipass"):
            return ["multipass is not there: https://canonical.com/multipass/install"]
        lacking = []
        if not re.fullmatch(r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?", self.name):
            lacking.append(f"{self.name!r} is no name for a VM: letters, digits and hyphens, a letter first")
        client, daemon = self._versions()
        wanted = pin("multipass", "version")
        for part, version in (("multipass", client), ("multipassd", daemon)):
            if version and _numbers(version) < _numbers(wanted):
                lacking.append(f"{part} is {version} and must be >= {wanted}")
        listed = self._listed()
        if listed.code != 0:
            lacking.append(f"its daemon does not answer: {listed.words(2)}")
        else:
            if self.claim.read() is None and self._state() is not None:
                lacking.append(f"there is a VM named {self.name!r} that the guide did not make; use --name")
            if self.name == self._primary():
                lacking.append(
                    f"{self.name!r} is Multipass' primary VM, which gets your home folder; use --name"
                )
        if memory_total() < HOST_MEMORY:
            lacking.append(f"this machine has {gib(memory_total())} of memory and needs {gib(HOST_MEMORY)}")
        return lacking

    def _versions(self) -> tuple[str, str]:
        """The versions of client and daemon; empty where they do not say."""
        text = run(["multipass", "version"], timeout=60, check=False).stdout
        found = dict(re.findall(r"^(multipassd?)\s+(\S+)", text, re.MULTILINE))
        return found.get("multipass", ""), found.get("multipassd", "")

    def _primary(self) -> str:
        result = run(["multipass", "get", "client.primary-name"], timeout=60, check=False)
        return result.stdout.strip() if result.code == 0 else "primary"

    def _listed(self) -> Result:
        return run(["multipass", "list", "--format", "json"], timeout=60, check=False)

    def _addresses(self) -> list[str]:
        """The VM's own, first; what MicroK8s adds for pods comes and goes, and is not asked for."""
        listed = self._listed()
        if listed.code != 0:
            raise listed.error(fix="start the Multipass service, and see `multipass list`")
        for vm in json.loads(listed.stdout)["list"]:
            if vm["name"] == self.name:
                return [str(address) for address in vm["ipv4"][:1]]
        return []

    def _state(self) -> str | None:
        """The VM's state as Multipass names it (also ``Deleted``), nothing where there is none."""
        listed = self._listed()
        if listed.code != 0:
            raise listed.error(fix="start the Multipass service, and see `multipass list`")
        for vm in json.loads(listed.stdout)["list"]:
            if vm["name"] == self.name:
                return str(vm["state"])
        return None

    def _foreign(self, state: str) -> bool:
        """Whether a VM of our name surely is another's: it runs and lacks our mark."""
        return state == "Running" and self._run(["test", "-e", MARK], 60).code == 1

    def _delete(self) -> None:
        result = run(self.delete(), timeout=300, check=False)
        if result.code != 0 and "does not exist" not in result.stderr:
            raise result.error(fix="delete it by hand with this command, and see `multipass list`")

    def _run(self, command: Sequence[str], timeout: float) -> Result:
        return run(self.argv(command), timeout=timeout, check=False)

    def _must(self, command: Sequence[str], timeout: float) -> None:
        run(self.argv(command), timeout=timeout)


def _numbers(version: str) -> tuple[int, ...]:
    """``1.16.1+mac`` as (1, 16, 1)."""
    return tuple(map(int, re.findall(r"\d+", version.partition("+")[0])))
