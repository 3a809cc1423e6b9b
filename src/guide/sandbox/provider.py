"""The embedded cluster as a provider: a real node on this machine, in namespaces of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from guide.clusters import settled
from guide.clusters.pins import pin
from guide.paths import state_dir
from guide.pins import lockfile
from guide.sandbox import (
    admission,
    cgroups,
    downloads,
    enforcer,
    images,
    interpreter,
    keeping,
    layout,
    preflight,
    repositories,
    supply,
)
from guide.sandbox.addons import ADDONS
from guide.sandbox.addresses import readdressing
from guide.sandbox.binaries import SANDBOX, ensure, recipes
from guide.sandbox.components import files
from guide.sandbox.evidence import collect, tail
from guide.sandbox.files import File
from guide.sandbox.namespaces import forget_keys
from guide.sandbox.outside import Answers, Outside, hosts
from guide.sandbox.pki import Authority
from guide.sandbox.state import Lock, State, sweep, write
from guide.sandbox.status import FILE, Phase
from guide.sandbox.toolchain import Toolchain, minimum_version
from guide.upstream import fetch, lock
from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Disposition, Options, Replacement, unknown
from walkthrough.machine.command import Result, poll, run
from walkthrough.machine.keeping import Keeping, NotKeptError
from walkthrough.machine.shell import interactive

if TYPE_CHECKING:
    from walkthrough.progress import Progress

MACHINE = SANDBOX / "machine"
NODE = ("kubelite", "kubectl", "etcd", "containerd", "containerd-shim-runc-v2", "ctr", "network-policies")
BINARIES = (*NODE, "coredns", "registry")
#: Seconds; it takes six on two idle cores.
READY_TIMEOUT = 180.0


class Sandbox(Keeping):
    """Real etcd, Kubernetes and containerd; what they replace is in :meth:`replacements`."""

    provider = "sandbox"
    machine_of_its_own = True

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        self.state = State(options.name)
        self._supply = supply.Supply(options, progress)
        self._process: subprocess.Popen[bytes] | None = None
        self._somebody_elses = False
        #: What was ready before the machine was stopped, and when it was started again.
        self._awaited: tuple[tuple[str, ...], datetime] | None = None

    # --- its life ---

    def preflight(self) -> None:
        """See :meth:`Cluster.preflight`."""
        lacking = []
        try:
            Toolchain.find(SANDBOX)
        except UserError as error:
            lacking.append(
                f"{error.what}: install Go {minimum_version(SANDBOX)} or later from https://go.dev/dl/"
            )
        # A kernel that has not needed them yet has not loaded them.
        preflight.load_modules()
        preflight.check(lacking)

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
        facts = keeping.Facts(
            self._address(), bool(self.state.read(FILE)["own_users"]), tuple(settled.ready(self._kubectl))
        )
        os.kill(self._pid(), signal.SIGUSR1)
        if not poll(lambda: self._phase() == Phase.STOPPED, timeout=READY_TIMEOUT, interval=0.05):
            raise UserError("the node's programs do not stop", where=f"the cluster {self.options.name}")
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
        lock = self._take(timeout=3, unless=lambda: bool(self.state.group.processes()))
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
        binaries = ensure(BINARIES, self.progress)
        self._supply.stock()
        return binaries

    def wait_ready(self) -> None:
        """See :meth:`Cluster.wait_ready`."""
        with self.progress.task("Waiting for the node to be Ready", estimate=4):
            # One answer decides: after a restart the kubelet takes back what it said before, for a moment.
            ready = poll(
                lambda: self._phase() == Phase.FAILED or self._ready(), timeout=READY_TIMEOUT, interval=0.2
            )
        if self._phase() == Phase.FAILED or not ready:
            late = f"the node did not get Ready within {READY_TIMEOUT:.0f} s"
            ended = "the node ended before it was Ready; is the disk full?"
            what = self.state.read(FILE).get("error") or (ended if self._phase() == Phase.FAILED else late)
            raise UserError(
                f"{what}\n{self.evidence()}".rstrip(), where=f"the sandbox cluster {self.options.name}"
            )
        if self._awaited is not None:
            with self.progress.task("Waiting for all that was ready", estimate=15):
                settled.wait(self._kubectl, *self._awaited)
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
        lock = self._take(timeout=30, meanwhile=self.state.group.kill)
        if self._process is not None:
            self._process.wait()
            self._process = None
        return lock

    # --- what the chain asks ---

    def argv(self, command: Sequence[str]) -> list[str]:
        """``command`` on the cluster's machine, as the reader's user, in that user's home.

        Nothing of the caller's environment reaches it.
        """
        return self._as_reader(command, layout.ENVIRONMENT)

    def gone(self) -> str:
        """See :meth:`Cluster.gone`; a machine answers on when the node, or what is outside it, has ended."""
        silent = super().gone()
        if self._phase() != Phase.FAILED:
            return silent
        return str(self.state.read(FILE).get("error") or silent or "its first process has ended")

    def kill(self, marker: str) -> None:
        """See :meth:`Cluster.kill`; seen from outside, every process of the machine is an ordinary one."""
        reaper.reap(marker)

    def answer(self, tag: str) -> Answer:
        """See :meth:`Cluster.answer`."""
        match tag:
            case "microk8s":
                version = recipes()["kubelite"].version
                text = (
                    f"the sandbox brought up its own node, Kubernetes {version}, with a stand-in for microk8s"
                )
                return Answer(Disposition.SUBSTITUTED, text)
            case "multipass":
                text = (
                    "the sandbox makes a machine before the first page and removes it after the last: "
                    "a copy-on-write view of this one, in namespaces of its own"
                )
                return Answer(Disposition.SUBSTITUTED, text)
            case "wsl":
                return Answer(Disposition.SKIPPED, "this run is in the sandbox, not in WSL")
            case "internet":
                text = "the sandbox has no internet, and what this needs from there changes by the hour"
                return Answer(Disposition.SKIPPED, text)
            case "restart":
                text = (
                    "the sandbox cannot restart its machine; while MicroK8s was stopped, it gave the machine "
                    "another address, as a restart may"
                )
                return Answer(Disposition.SUBSTITUTED, text, in_turn=self.restart)
            case "services" | "new-address":
                return Answer(Disposition.RUN)
        raise unknown(tag)

    def restart(self) -> None:
        """Stand in for a restart: the machine runs on, and gets another address."""
        run(self._enter(["ip", "-batch", "-"]), stdin=readdressing(self._address()), timeout=30)

    def _address(self) -> str:
        shown = run(self._enter(["ip", "-json", "address", "show", "dev", "eth0"]), timeout=30).stdout
        address: str = json.loads(shown)[0]["addr_info"][0]["local"]
        return address

    def python(self) -> list[str]:
        """See :meth:`Cluster.python`."""
        return interpreter.command()

    def versions(self) -> dict[str, str]:
        """See :meth:`Cluster.versions`."""
        built = recipes()
        names = {"kubelite": "kubernetes", "etcd": "etcd", "containerd": "containerd", "coredns": "coredns"}
        found = {title: built[name].version for name, title in names.items()}
        runc = run(["runc", "--version"], timeout=30, check=False).stdout.split()
        return found | {"runc": runc[2] if len(runc) > 2 else "", "kernel": platform.release()}

    def replacements(self) -> list[Replacement]:
        """See :meth:`Cluster.replacements`."""
        kubernetes = recipes()["kubelite"].version
        return [
            Replacement(
                f"MicroK8s {pin('microk8s', 'version')}, the snap",
                f"Kubernetes {kubernetes} in one binary, etcd, containerd, and a stand-in for its command",
                "no snap store",
            ),
            enforcer.replacement(recipes()["network-policies"].version),
            Replacement(
                "an Ubuntu machine of its own, with sudo and snap",
                "a copy-on-write view of this machine, with stand-ins for sudo, snap and multipass",
                "a virtual machine needs an image and hardware support",
            ),
            Replacement(
                "the internet",
                "the pinned upstream files, releases' programs and a git repository over HTTPS, and a mirror "
                "of the images; no other name exists. The machine and every container trust the authority "
                "behind this",
                "a run depends on nobody's server, and sends nothing anywhere",
            ),
            *images.replacements(self.options.products),
            *admission.replacements(
                (row["ref"] for row in images.Table().select(self.options.products)),
                lockfile.load().values(),
            ),
            *downloads.replacements(self.options.products),
            *repositories.replacements(self.options.products),
        ]

    def evidence(self) -> str:
        """See :meth:`Cluster.evidence`: what the node and what is outside it have written down."""
        return collect(self.state, None if self.options.keep else self._kept_logs())

    def _kept_logs(self) -> Path | None:
        """A copy of the logs that outlasts the cluster: whoever is told of them looks when it is gone."""
        kept = state_dir() / "logs" / self.options.name
        shutil.rmtree(kept, ignore_errors=True)
        try:
            kept.mkdir(parents=True, mode=0o700)
            for log in self.state.logs.glob("*.log"):
                shutil.copyfile(log, kept / log.name)
        except OSError:
            shutil.rmtree(kept, ignore_errors=True)
            return None  # the disk may be what is wrong
        return kept

    def shell(self) -> list[str]:
        """The command line of an interactive shell on the machine, where the last step ended."""
        terminal = {"TERM": os.environ.get("TERM", "dumb")}
        return self._as_reader(interactive(self.options.name), layout.ENVIRONMENT | terminal)

    # --- how it is started ---

    def _start(
        self,
        lock: Lock,
        binaries: dict[str, Path],
        facts: keeping.Facts | None,
    ) -> None:
        """Start the machine in its state folder.

        :param facts: of a state that lies there; none for a new machine.
        """
        folder = self.state.folder
        self.state.logs.mkdir(exist_ok=True)
        outside = self._outside(binaries)
        refs = (row["ref"] for row in images.Table().images)
        policy = File(layout.POLICY, admission.policy(refs, lockfile.load().values()))
        specification = {
            "binaries": {name: str(binaries[name]) for name in NODE},
            "commands": str(MACHINE / "bin"),
            "shown": interpreter.folders(),
            "addons": {addon.name: addon.render(fetch(addon.url).read_text()) for addon in ADDONS},
            # A machine that was there before has its own, and its reader may have changed them.
            "files": [
                dataclasses.asdict(file) | {"path": str(file.path)} for file in (*files(outside), policy)
            ]
            if facts is None
            else None,
            "address": facts.address if facts else layout.NODE_ADDRESS,
            "group": self.state.group.name,
            "watch_parent": not self.options.keep,
        }
        write(folder / "node.json", json.dumps(specification), mode=0o600)
        self.state.group.create()
        if facts is not None:
            self._awaited = facts.ready, datetime.now(UTC)
        self._process = self._launch(lock, folder / "node.json")
        built = poll(lambda: self._phase() not in ("", Phase.BUILDING), timeout=120, interval=0.02)
        if not built or self._phase() == Phase.FAILED:
            what = self.state.read(FILE).get("error") or "its first process ended, or is not done after 120 s"
            # The folder goes with the cluster, so what the logs say is said here.
            log = "\n".join(tail(self.state.logs / name, 20) for name in ("outside.log", "node.log"))
            raise UserError(
                f"the embedded cluster's machine cannot be built: {what}\n{log.strip()}".rstrip(),
                fix="mend what the last lines name, or take another cluster: "
                "--cluster microk8s, multipass or kubeconfig",
            )
        own_users = bool(self.state.read(FILE).get("own_users"))
        if facts is not None and own_users != facts.own_users:
            raise UserError(
                "the files that are kept of this machine belong to other users than those of the machine now",
                fix="begin anew: guide checkpoints drop",
            )
        if not own_users and facts is None:
            self.progress.line(
                "This machine's file system cannot be shown with other owners: root in the sandbox is still "
                "not root on the kernel, but may write its settings"
            )

    def _launch(self, lock: Lock, specification: Path) -> subprocess.Popen[bytes]:
        """Start what makes the machine and keeps it."""
        node = [sys.executable, "-P", "-m", "guide.sandbox.node", str(specification), str(lock.descriptor)]
        # The control groups come first: they become the roots of the machine's namespace.
        command = [*cgroups.entering(self.state.group.folders), *node]
        with (self.state.logs / "node.log").open("a") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL if self.options.keep else subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={"PATH": layout.ENVIRONMENT["PATH"], "LANG": "C.UTF-8"},
                cwd="/",
                pass_fds=[lock.descriptor],
                start_new_session=True,
            )

    def _outside(self, binaries: dict[str, Path]) -> Authority:
        """Write what answers outside the machine; the authority that certifies it."""
        folder = self.state.folder / "outside"
        folder.mkdir(exist_ok=True)
        upstream = _upstream()
        for why in upstream.absent.values():
            self.progress.line(f"Not there in the sandbox: {why}")
        cloned = Answers(repositories.ensure(self.options.products, self.progress), {})
        answers = self._supply.serve(folder, upstream.also(cloned))
        outside = Outside(
            folder=str(folder),
            logs=str(self.state.logs),
            answers=str(folder / supply.ANSWERS),
            hosts=hosts(answers),
            images=str(folder / supply.MIRROR),
            registry=str(binaries["registry"]),
            coredns=str(binaries["coredns"]),
        )
        write(folder / "outside.json", json.dumps(dataclasses.asdict(outside)))
        authority = keeping.authority(self.state.folder)
        if authority is None:
            authority = Authority("gitops-guide sandbox")
            keeping.remember(authority, self.state.folder)
        server = authority.issue("outside", hosts=outside.hosts)
        write(folder / "outside.crt", server.certificate_pem)
        write(folder / "outside.key", server.key_pem, mode=0o600)
        return authority

    # --- how it knows ---

    def _phase(self) -> str:
        if self._process is not None and _has_ended(self._process.pid):
            return Phase.FAILED
        return str(self.state.read(FILE).get("phase", ""))

    def _ready(self) -> bool:
        # Asking before the API is there takes processor time from what starts it.
        if self._phase() != Phase.RUNNING:
            return False
        query = "{.items[*].status.conditions[?(@.type=='Ready')].status}"
        answer = self._kubectl(["get", "nodes", f"--output=jsonpath={query}"])
        return answer.code == 0 and answer.stdout == "True"

    def _kubectl(self, arguments: Sequence[str]) -> Result:
        kubectl = (str(layout.COMMANDS / "kubectl"), f"--kubeconfig={layout.CREDENTIALS / 'client.config'}")
        # As root, in nobody's home: kubectl keeps a cache there, and the reader's is still empty.
        command = self._enter(["env", "-i", "HOME=/root", *kubectl, *arguments])
        return run(command, timeout=30, check=False)

    def _as_reader(self, command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        user = str(layout.USER_ID)
        variables = (f"{name}={value}" for name, value in environment.items())
        become = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--")
        return self._enter(
            ["env", "--ignore-environment", f"--chdir={layout.HOME}", *variables, *become, *command]
        )

    def _enter(self, command: Sequence[str]) -> list[str]:
        """As the machine's root, in its groups and namespaces, with nothing of the caller but its streams."""
        namespaces = ("--user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup")
        forget_keys()
        return [
            *cgroups.entering(self.state.group.entries),
            *("nsenter", "--target", str(self._pid()), *namespaces, "--", *command),
        ]

    def _pid(self) -> int:
        """The machine's first process, which is sure to be that: its number may be another's by now."""
        pid = int(self.state.read(FILE).get("pid", 0))
        groups = Path(f"/proc/{pid}/cgroup")
        try:
            if f"/{self.state.group.name}" in groups.read_text():
                return pid
        except OSError:
            pass
        raise UserError(
            f"no cluster called {self.options.name!r} is up",
            fix=f"start it: guide cluster up --cluster {self.provider} --name {self.options.name}",
        )

    def _take(
        self,
        *,
        timeout: float,
        meanwhile: Callable[[], None] = lambda: None,
        unless: Callable[[], bool] = lambda: False,
    ) -> Lock | None:
        """The lock, as soon as nobody holds it: then nothing of the cluster runs.

        :param timeout: seconds to wait for it.
        :param meanwhile: done before each try.
        :param unless: wait no longer when this is true.
        """
        taken: list[Lock] = []

        def settled() -> bool:
            meanwhile()
            lock = self.state.take()
            if lock is not None:
                taken.append(lock)
            return lock is not None or unless()

        poll(settled, timeout=timeout, interval=0.02)
        return taken[0] if taken else None


def _has_ended(child: int) -> bool:
    """Whether a child has ended; wait() still finds it."""
    # Popen.poll() takes a lock, which an interrupt in that moment leaves taken: wait() would never return.
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _upstream() -> Answers:
    """The file of every pinned address, and why the others have none."""

    def look(url: str) -> tuple[str, Path | None, str]:
        try:
            return url, fetch(url), ""
        except UserError as error:
            return url, None, error.what

    # Side by side: a network that swallows everything is asked once for a minute, not once a file.
    with ThreadPoolExecutor(max_workers=32) as pool:
        looked = list(pool.map(look, lock()))
    return Answers(
        files={url: path for url, path, _ in looked if path is not None},
        absent={url: why for url, path, why in looked if path is None},
    )
