"""MicroK8s in a throwaway VM made by Multipass: the reader's own way on macOS, Windows and Linux."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from guide.clusters import snap, vm
from guide.clusters.claim import Claim, not_up
from guide.clusters.pins import pin
from guide.clusters.vm import VM
from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Cluster, Disposition, Options, unknown
from walkthrough.machine.command import gib, memory_total, poll, run

if TYPE_CHECKING:
    from walkthrough.progress import Progress

#: The VM's share and 2 GiB for the machine that runs it.
HOST_MEMORY = 10 * 2**30

#: How long a launch that was broken off may still bring forth a VM, and how long to wait for that.
LAUNCH_LINGERS = 3600.0
LINGER_WAIT = 20.0

MARK = "/etc/gitops-guide-throwaway"


class Multipass(Cluster):
    """A VM of the run's own, named as the cluster is."""

    provider = "multipass"
    machine_of_its_own = True

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        self.name = options.name
        self.vm = VM(self.name)
        self.claim = Claim(self.provider, self.name)
        self._moved = False

    # --- its life ---

    def preflight(self) -> None:
        """See :meth:`Cluster.preflight`."""
        snap.refuse("a VM", self._lacking(), "microk8s, sandbox or kubeconfig")

    def create(self) -> None:
        """Launch the VM and install MicroK8s in it, after removing one that an earlier run left behind."""
        self.claim.hold()
        self.destroy()
        self.claim.hold()
        if self.vm.state() is not None:
            raise UserError(
                f"there is a VM named {self.name!r} that the guide did not make",
                where=f"multipass info {self.name}",
                fix="give the cluster another name with --name; the guide will not touch this one",
            )
        self.claim.write({"state": "launching"})
        try:
            with self.progress.task(f"Launching the VM {self.name}", estimate=120) as task:
                run(
                    self.vm.launch(),
                    # The image's download is not within Multipass' own limit.
                    timeout=vm.LAUNCH_TIMEOUT * 3.0,
                    task=task,
                    fix="multipass' own log says more: journalctl --unit snap.multipass.multipassd on Linux",
                )
                self.vm.must(["sudo", "touch", MARK], 60)
                self.claim.write({"state": "launched"})
            with self.progress.task("Installing MicroK8s in the VM", estimate=90):
                self.vm.must(snap.install(), snap.INSTALL_TIMEOUT)
                self.vm.must(snap.join_group(vm.USER), 60)
        except BaseException:
            self.destroy()
            raise

    def wait_ready(self) -> None:
        """See :meth:`Cluster.wait_ready`."""
        with self.progress.task("Waiting for MicroK8s", estimate=45):
            snap.wait_ready(self.vm.run, self.evidence)

    def destroy(self) -> None:
        """Delete and purge the VM if it is ours."""
        claim = self.claim.read()
        if claim is None:
            self.claim.release()
            return
        self.claim.hold()
        launching = claim.get("state") == "launching"
        if launching and self.vm.state() is None:
            # The daemon goes on with a launch whose client is gone, and a VM that is being made is
            # neither listed nor to be deleted yet.
            appeared = poll(lambda: self.vm.state() is not None, timeout=LINGER_WAIT)
            if not appeared and self.claim.age() < LAUNCH_LINGERS:
                self.progress.line(
                    f"the VM {self.name} is not there yet; if Multipass still makes it, this removes it: "
                    f"guide cluster down --cluster {self.provider} --name {self.name}"
                )
                self.claim.release()
                return
        state = self.vm.state()
        if state is not None:
            if not launching and self._foreign(state):
                self.progress.line(f"the VM {self.name} is not the guide's any more: it stays")
            else:
                with self.progress.task(f"Deleting the VM {self.name}", estimate=10):
                    self.vm.remove()
        self.claim.clear()
        self.claim.release()

    # --- what the chain asks ---

    def argv(self, command: Sequence[str]) -> list[str]:
        """See :meth:`Cluster.argv`; and :meth:`VM.argv`.

        :raises UserError: the guide has launched no such VM.
        """
        if self.claim.read() is None:
            raise not_up(self)
        return self.vm.argv(command)

    def kill(self, marker: str) -> None:
        """See :meth:`Cluster.kill`."""
        program = Path(reaper.__file__).read_text(encoding="utf-8")
        run(self.argv(["sudo", "python3", "-", marker]), stdin=program, timeout=60)

    def restart(self) -> None:
        """Restart the VM; whether it has another address afterwards is for Multipass to say."""
        before = self.vm.addresses()
        # It waits until the VM answers; a start may take five minutes, says its documentation.
        run(self.vm.restart(), timeout=2 * vm.LAUNCH_TIMEOUT)
        self._moved = self.vm.addresses() != before

    def answer(self, tag: str) -> Answer:
        """See :meth:`Cluster.answer`."""
        match tag:
            case "multipass":
                return Answer(
                    Disposition.SUBSTITUTED,
                    "Multipass was there; the run did the rest itself before the first page "
                    f"({shlex.join(self.vm.launch())}) and undoes it after the last "
                    f"({shlex.join(self.vm.delete())})",
                )
            case "microk8s":
                did = [snap.install(), snap.join_group(vm.USER)]
                return Answer(
                    Disposition.SUBSTITUTED,
                    f"the run did it itself in the VM ({snap.told(did)}), and it goes with the VM",
                )
            case "wsl":
                return Answer(Disposition.SKIPPED, "this run is in a Multipass VM, not in WSL")
            case "internet" | "services":
                return Answer(Disposition.RUN)
            case "restart":
                text = f"the run did it itself, outside the VM ({shlex.join(self.vm.restart())})"
                return Answer(Disposition.SUBSTITUTED, text, in_turn=self.restart)
            case "new-address":
                if self._moved:
                    return Answer(Disposition.RUN)
                return Answer(Disposition.SKIPPED, "the VM has kept its address")
        raise unknown(tag)

    def versions(self) -> dict[str, str]:
        """See :meth:`Cluster.versions`."""
        client, _ = vm.versions()
        return {"multipass": client, "image": pin("multipass", "image"), **snap.versions(self.vm.run)}

    def evidence(self) -> str:
        """See :meth:`Cluster.evidence`."""
        return snap.evidence(self.vm.run)

    # --- how it knows ---

    def _lacking(self) -> list[str]:
        if not shutil.which("multipass"):
            return ["multipass is not there: https://canonical.com/multipass/install"]
        lacking = []
        if not re.fullmatch(r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?", self.name):
            lacking.append(f"{self.name!r} is no name for a VM: letters, digits and hyphens, a letter first")
        client, daemon = vm.versions()
        wanted = pin("multipass", "version")
        for part, version in (("multipass", client), ("multipassd", daemon)):
            if version and _numbers(version) < _numbers(wanted):
                lacking.append(f"{part} is {version} and must be >= {wanted}")
        listed = vm.listed()
        if listed.code != 0:
            lacking.append(f"its daemon does not answer: {listed.words(2)}")
        else:
            if self.claim.read() is None and self.vm.state() is not None:
                lacking.append(f"there is a VM named {self.name!r} that the guide did not make; use --name")
            if self.name == vm.primary():
                lacking.append(
                    f"{self.name!r} is Multipass' primary VM, which gets your home folder; use --name"
                )
        if memory_total() < HOST_MEMORY:
            lacking.append(f"this machine has {gib(memory_total())} of memory and needs {gib(HOST_MEMORY)}")
        return lacking

    def _foreign(self, state: str) -> bool:
        """Whether a VM of our name surely is another's: it runs and lacks our mark."""
        return state == "Running" and self.vm.run(["test", "-e", MARK], 60).code == 1


def _numbers(version: str) -> tuple[int, ...]:
    """``1.16.1+mac`` as (1, 16, 1)."""
    return tuple(map(int, re.findall(r"\d+", version.partition("+")[0])))
