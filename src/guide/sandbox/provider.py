"""The embedded cluster as a provider: a real node on this machine, in namespaces of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guide.clusters import settled
from guide.sandbox import access, interpreter, keeping, layout, preflight, starting, substitutes, supply
from guide.sandbox.binaries import ensure
from guide.sandbox.evidence import collect, keep_logs
from guide.sandbox.state import Lock, State, sweep
from guide.sandbox.status import FILE, Phase
from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Options, Replacement
from walkthrough.machine.keeping import Keeping, NotKeptError
from walkthrough.machine.shell import interactive

if TYPE_CHECKING:
    from walkthrough.progress import Progress

UNMAPPED = (
    "This machine's file system cannot be shown with other owners: root in the sandbox is still not root "
    "on the kernel, but may write its settings"
)


class Sandbox(Keeping):
    """Real etcd, Kubernetes and containerd; what they replace is in :meth:`replacements`."""

    provider = "sandbox"
    machine_of_its_own = True

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        self.state = State(options.name)
        self._supply = supply.Supply(options, progress)
        self._access = access.Access(self.state, self.provider)
        self._somebody_elses = False
        #: What was ready before the machine was stopped, and when it was started again.
        self._awaited: tuple[tuple[str, ...], datetime] | None = None

    def preflight(self) -> None:
        """See :meth:`Cluster.preflight`."""
        preflight.whole()

    def create(self) -> None:
        """Build what is not built yet, then the machine, and start the node.

        :raises UserError: a cluster of this name is up, or something is missing.
        """
        self._make(None)

    def fingerprint(self) -> Mapping[str, str]:
        """See :meth:`Keeping.fingerprint`."""
        return keeping.fingerprint()

    def restore(self, folder: Path) -> None:
        """See :meth:`Keeping.restore`."""
        self._make(folder)

    def save(self, folder: Path) -> None:
        """See :meth:`Keeping.save`: what ``microk8s stop`` stops is stopped, and then the machine ends."""
        settled.wait_for_builds(self._access.kubectl)
        ready = tuple(settled.ready(self._access.kubectl))
        facts = keeping.Facts(self._access.address(), bool(self.state.read(FILE)["own_users"]), ready)
        self._access.stop()
        lock = self._end()
        if lock is None:
            raise UserError("the machine does not end", where=f"the cluster {self.options.name}")
        failure = None
        try:
            try:
                keeping.keep(self.state.folder, folder, facts)
            except NotKeptError as error:
                # The chain goes on without what could not be kept.
                failure = error
            # Groups that have others below them take no process: they are made anew.
            self.state.group.remove()
            keeping.clear(self.state.folder)
            self._start(lock, self._built(), facts)
        finally:
            # From here on the node itself holds the lock.
            lock.release()
        self.wait_ready()
        if failure is not None:
            raise failure

    def _make(self, kept: Path | None) -> None:
        """Make the machine, new or of what is kept, and start the node."""
        for name in sweep():
            self.progress.line(f"Removed what the cluster {name} had left behind")
        # Another process may be sweeping away what a dead cluster of this name has left.
        lock = self.state.wait(timeout=3, unless=lambda: bool(self.state.group.processes()))
        if lock is None:
            self._somebody_elses = True
            raise UserError(
                f"a cluster called {self.options.name!r} is up already",
                fix="take another name with --name, or end that one: "
                f"guide cluster down --cluster {self.provider} --name {self.options.name}",
            )
        try:
            # It may have died between the sweep and now.
            self.state.remove()
            built = self._built()
            self.state.folder.mkdir(mode=0o700)
            facts = None
            if kept is not None:
                with self.progress.task("Bringing back what is kept of the machine", estimate=5):
                    facts = keeping.bring(kept, self.state.folder)
            with self.progress.task("Starting the embedded cluster", estimate=6):
                self._start(lock, built, facts)
        except BaseException:
            lock.release()
            self.destroy()
            raise
        # From here on the node itself holds the lock.
        lock.release()

    def ready_for(self, page: str) -> None:
        """See :meth:`Cluster.ready_for`: its images and what it downloads are served."""
        self._supply.wait_for(page)

    def _built(self) -> dict[str, Path]:
        """The node's programs; and what the first page needs is made."""
        binaries = ensure(starting.BINARIES, self.progress)
        self._supply.stock()
        return binaries

    def _start(self, lock: Lock, binaries: Mapping[str, Path], facts: keeping.Facts | None) -> None:
        """Start the machine in its state folder; ``facts`` are those of a state that lies there."""
        self.state.logs.mkdir(exist_ok=True)
        outside = starting.surround(self.state, self.options, self._supply, binaries, self.progress)
        specification = starting.specify(self.state, self.options, outside, binaries, facts)
        self.state.group.create()
        if facts is not None:
            self._awaited = facts.ready, datetime.now(UTC)
        self._access.process = starting.launch(self.state, self.options, lock, specification)
        self._access.wait_built()
        own_users = bool(self.state.read(FILE).get("own_users"))
        if facts is not None:
            facts.must_have(own_users=own_users)
        elif not own_users:
            self.progress.line(UNMAPPED)

    def wait_ready(self) -> None:
        """See :meth:`Cluster.wait_ready`."""
        with self.progress.task("Waiting for the node to be Ready", estimate=4):
            self._access.wait_ready(self.evidence)
        if self._awaited is not None:
            with self.progress.task("Waiting for all that was ready", estimate=15):
                settled.wait(self._access.kubectl, *self._awaited)
            self._awaited = None

    def destroy(self) -> None:
        """End every process and remove every trace, whatever state they are in."""
        if self._somebody_elses:
            return
        self._supply.close()
        lock = self._end()
        if lock is None:
            raise UserError(
                f"the cluster {self.options.name!r} is being made or removed by another process",
                fix="wait until that is done, or interrupt it there",
            )
        try:
            self.state.remove()
        finally:
            lock.remove()

    def _end(self) -> Lock | None:
        """End every process; the lock, where no other process is making or removing the cluster."""
        # Killing comes first, and again: a cluster that is only being made lives on otherwise.
        lock = self.state.wait(timeout=30, meanwhile=self.state.group.kill)
        if self._access.process is not None:
            self._access.process.wait()
            self._access.process = None
        return lock

    # --- what the chain asks ---

    def argv(self, command: Sequence[str]) -> list[str]:
        """``command`` on the cluster's machine, as the reader's user, in that user's home.

        Nothing of the caller's environment reaches it.
        """
        return self._access.as_reader(command, layout.ENVIRONMENT)

    def gone(self) -> str:
        """See :meth:`Cluster.gone`; a machine answers on when the node, or what is outside it, has ended."""
        silent = super().gone()
        if self._access.phase() != Phase.FAILED:
            return silent
        return self._access.error() or silent or "its first process has ended"

    def kill(self, marker: str) -> None:
        """See :meth:`Cluster.kill`; seen from outside, every process of the machine is an ordinary one."""
        reaper.reap(marker)

    def answer(self, tag: str) -> Answer:
        """See :meth:`Cluster.answer`."""
        return substitutes.answer(tag, self.restart)

    def restart(self) -> None:
        """Stand in for a restart: the machine runs on, and gets another address."""
        self._access.readdress()

    def python(self) -> list[str]:
        """See :meth:`Cluster.python`."""
        return interpreter.command()

    def versions(self) -> dict[str, str]:
        """See :meth:`Cluster.versions`."""
        return substitutes.versions()

    def replacements(self) -> list[Replacement]:
        """See :meth:`Cluster.replacements`."""
        return substitutes.replacements(self.options.products)

    def evidence(self) -> str:
        """See :meth:`Cluster.evidence`: what the node and what is outside it have written down."""
        return collect(self.state, None if self.options.keep else keep_logs(self.state))

    def shell(self) -> list[str]:
        """The command line of an interactive shell on the machine, where the last step ended."""
        terminal = {"TERM": os.environ.get("TERM", "dumb")}
        return self._access.as_reader(interactive(self.options.name), layout.ENVIRONMENT | terminal)
