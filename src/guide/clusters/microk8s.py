"""MicroK8s straight on this Linux machine, with the commands of the guide's own page."""

from __future__ import annotations

import getpass
import grp
import os
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from guide.clusters import snap
from guide.clusters.claim import Claim, not_up
from guide.clusters.reader import Reader
from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Cluster, Disposition, Options, unknown
from walkthrough.machine.command import Result, disk_free, gib, memory_total, poll, run

if TYPE_CHECKING:
    from walkthrough.progress import Progress

#: What the whole platform needs. A machine sold with 8 GiB reports a little less.
MEMORY = int(7.5 * 2**30)
DISK = 15 * 2**30

#: ``snap`` ends with this code while another change of the same snap is under way.
SNAP_BUSY = 10


class MicroK8s(Cluster):
    """The snap on this machine. There can be one, and it must not be the user's own.

    Whose it is, is written in the snap's own data folder, which lives and dies with the installation;
    what is written elsewhere could outlive it and be taken for a permission to remove the next one.
    """

    provider = "microk8s"

    #: Where snapd keeps the snap's data, and the link to its current revision.
    data = Path("/var/snap/microk8s/common")
    current = Path("/snap/microk8s/current")

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        # One a machine, whatever the cluster is called.
        self.claim = Claim(self.provider, "host")
        self.reader = Reader(self.provider)
        self.mark = self.data / "gitops-guide-throwaway"

    # --- its life ---

    def preflight(self) -> None:
        """See :meth:`Cluster.preflight`."""
        snap.refuse("MicroK8s", self._lacking(), "multipass, sandbox or kubeconfig")

    def create(self) -> None:
        """Install the snap, after removing one that an earlier run of the guide left behind."""
        self.claim.hold()
        self.destroy()
        self.claim.hold()
        if self._there():
            # snap would say "already installed" and succeed.
            raise UserError(
                "MicroK8s is here already and is not the guide's; the guide will not touch it",
                where="snap list microk8s",
                fix="take another cluster: --cluster multipass, sandbox or kubeconfig",
            )
        self.claim.write({"state": "installing", "name": self.options.name})
        try:
            self.reader.prepare()
            with self.progress.task("Installing MicroK8s", estimate=60) as task:
                run(
                    snap.install(),
                    timeout=snap.INSTALL_TIMEOUT,
                    task=task,
                    fix="`snap changes` and `snap tasks --last=install` say how far it came",
                )
                run(["sudo", "tee", str(self.mark)], stdin=self.options.name, timeout=30)
                self.claim.write({"state": "installed", "name": self.options.name})
                run(snap.join_group(getpass.getuser()), timeout=30)
        except BaseException:
            self.destroy()
            raise

    def wait_ready(self) -> None:
        """See :meth:`Cluster.wait_ready`."""
        with self.progress.task("Waiting for MicroK8s", estimate=45):
            snap.wait_ready(self._run, self.evidence)

    def destroy(self) -> None:
        """Remove the snap if it is ours, the reader's home, and what steps left in /etc."""
        self.claim.hold()
        if self._there() and self._ours():
            with self.progress.task("Removing MicroK8s", estimate=30):
                self._remove()
        self.reader.restore()
        self.reader.remove()
        self.claim.clear()
        self.claim.release()

    # --- what the chain asks ---

    def argv(self, command: Sequence[str]) -> list[str]:
        """``command`` on this machine, in the reader's home, with the rights of the group ``microk8s``.

        The snap's commands come first on PATH, as a machine may have a ``kubectl`` of its own.

        :raises UserError: nobody has made that home: no such cluster is up.
        """
        if not self.reader.home.is_dir():
            raise not_up(self)
        inner = self.reader.argv(command, {}, ["/snap/bin"])
        return inner if self._may_use() else ["sg", "microk8s", "-c", shlex.join(inner)]

    def kill(self, marker: str) -> None:
        """See :meth:`Cluster.kill`. Runs as root, for a step's sudo is root's to end."""
        python = [sys.executable, str(reaper.__file__), marker]
        run(python if os.geteuid() == 0 else ["sudo", *python], timeout=30)

    def answer(self, tag: str) -> Answer:
        """See :meth:`Cluster.answer`."""
        match tag:
            case "microk8s":
                did = snap.told([snap.install(), snap.join_group(getpass.getuser())])
                return Answer(
                    Disposition.SUBSTITUTED,
                    f"the run did it itself before the first page ({did}) "
                    f"and removes it after the last ({snap.told([snap.remove()])})",
                )
            case "multipass":
                return Answer(Disposition.SKIPPED, "this run is straight on Linux, without a VM")
            case "wsl":
                return Answer(Disposition.SKIPPED, "this run is straight on Linux, not in WSL")
            case "internet" | "services":
                return Answer(Disposition.RUN)
            case "restart" | "new-address":
                text = "this run is on the machine itself, and would end with a restart"
                return Answer(Disposition.SKIPPED, text)
        raise unknown(tag)

    def versions(self) -> dict[str, str]:
        """See :meth:`Cluster.versions`."""
        return snap.versions(self._run)

    def evidence(self) -> str:
        """See :meth:`Cluster.evidence`."""
        return snap.evidence(self._run)

    # --- how it knows ---

    def _lacking(self) -> list[str]:
        if sys.platform != "linux":
            return ["it needs Linux"]
        lacking = []
        for tool, package in (("snap", "snapd"), ("sudo", "sudo"), ("sg", "login")):
            if not shutil.which(tool):
                lacking.append(f"{tool} is not there: sudo apt-get install {package}")
        if shutil.which("sudo") and run(["sudo", "-n", "true"], timeout=30, check=False).code != 0:
            lacking.append("sudo asks for a password: be root, or let sudo run without one")
        if shutil.which("snap"):
            listed = self._listed()
            if listed.code != 0 and "no matching snaps installed" not in listed.stderr:
                lacking.append(f"snapd does not answer ({listed.words(1)}): sudo systemctl start snapd")
            elif listed.code == 0 and not lacking and not self._ours():
                lacking.append("MicroK8s is here already and is not the guide's; the guide will not touch it")
        if memory_total() < MEMORY:
            lacking.append(f"it has {gib(memory_total())} of memory and needs {gib(MEMORY)}")
        if (free := disk_free(self.data)) < DISK:
            lacking.append(f"{self.data.parents[1]} has {gib(free)} free and needs {gib(DISK)}")
        return lacking

    def _listed(self) -> Result:
        return run(["snap", "list", "microk8s"], timeout=60, check=False)

    def _there(self) -> bool:
        return bool(shutil.which("snap")) and self._listed().code == 0

    def _ours(self) -> bool:
        """Whether the MicroK8s on this machine is a throwaway of the guide's."""
        if run(["sudo", "test", "-f", str(self.mark)], timeout=30, check=False).code == 0:
            return True
        claim = self.claim.read()
        if claim is None or claim.get("state") != "installing":
            return False
        # An earlier run was killed while it installed, and snapd went on without it. The claim is
        # older than the installation then, and not by more than an installation takes.
        try:
            installed = self.current.lstat().st_mtime
        except OSError:
            return False
        started = time.time() - self.claim.age()
        return started - 1 <= installed <= started + snap.INSTALL_TIMEOUT

    def _remove(self) -> None:
        last: list[Result] = []

        def gone() -> bool:
            last[:] = [run(snap.remove(), timeout=snap.REMOVE_TIMEOUT, check=False)]
            return last[0].code != SNAP_BUSY

        poll(gone, timeout=snap.REMOVE_TIMEOUT, interval=3)
        # Removing what is not there succeeds.
        if last[0].code != 0:
            raise last[0].error(fix="run it again by hand; `snap changes` says what stands in its way")

    def _may_use(self) -> bool:
        """Whether this very process has the group's rights; a fresh member gets them with a login or sg."""
        if os.geteuid() == 0:
            return True
        try:
            return grp.getgrnam("microk8s").gr_gid in os.getgroups()
        except KeyError:
            return False

    def _run(self, command: Sequence[str], timeout: float) -> Result:
        return run(self.argv(command), timeout=timeout, check=False)
