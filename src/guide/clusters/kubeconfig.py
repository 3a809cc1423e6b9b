"""A cluster that the user names, and has marked as one that may be thrown away.

The mark is asked for with kubectl: a login program that the file names (``exec``) runs before it is seen.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guide.clusters.claim import Claim, not_up
from guide.clusters.pins import pin
from guide.clusters.printed import inside, mapping
from guide.clusters.reader import Reader
from walkthrough import harmless, hooks
from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Cluster, Disposition, Options, Replacement, unknown
from walkthrough.machine.command import Result, run

if TYPE_CHECKING:
    from walkthrough.progress import Progress

#: The mark: this label on the namespace ``kube-system``, which every cluster has.
LABEL = "gitops-guide/throwaway"
STAND_IN = Path(__file__).with_name("microk8s-stand-in.sh")

#: Seconds that the cluster may take to answer one question.
ANSWER_TIMEOUT = 30.0


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)  # this machine has no such user


class Kubeconfig(Cluster):
    """Runs the steps on this machine, with a home of their own and access to that one cluster.

    The access is a copy of the one context: a step can neither reach another of the user's clusters
    nor change the user's file. Nothing in the cluster is removed at the end but what the pages' own
    cleanup removes.
    """

    provider = "kubeconfig"

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        self.claim = Claim(self.provider, options.name)
        self.reader = Reader(f"{self.provider}-{options.name}")
        self.access = self.reader.root / "access.yaml"

    # --- its life ---

    def preflight(self) -> None:
        """See :meth:`Cluster.preflight`."""
        if not self._option:
            raise UserError(
                "no cluster is named",
                fix="add --kubeconfig PATH, or PATH:CONTEXT for another than its current context",
            )
        if not shutil.which("kubectl"):
            raise UserError(
                "kubectl is not on PATH", fix="install it, or take another cluster: --cluster sandbox"
            )
        file, _ = self._named()
        if not harmless.is_file(file):
            raise UserError(
                "there is no such kubeconfig file", where=str(file), fix="name a file that exists"
            )
        answer = self._ask("get", "namespace", "kube-system", "--output", "json")
        if answer.code != 0:
            raise answer.error(fix="see that the cluster is up, and that this kubeconfig may administer it")
        if inside(mapping(answer), "metadata", "labels", LABEL) != "true":
            mark = ["kubectl", *self._which(), "label", "namespace", "kube-system", f"{LABEL}=true"]
            raise UserError(
                "this cluster is not marked as one that may be thrown away, and the guide changes and "
                "removes much in a cluster",
                where=" ".join(self._which()[1:]),
                fix=f"only if nothing in it matters, mark it: {shlex.join(mark)}",
            )

    def create(self) -> None:
        """Make the reader's home, with access to the cluster; the cluster itself is there already."""
        self.claim.hold()
        self.destroy()
        self.claim.hold()
        self.claim.write({"kubeconfig": self._option})
        try:
            self.reader.prepare()
            access = self._ask("config", "view", "--raw", "--minify", "--flatten")
            if access.code != 0:
                raise access.error(fix="name a context that the file has: kubectl config get-contexts")
            self.access.touch(mode=0o600)
            self.access.write_text(access.stdout, encoding="utf-8")
            stand_in = self.reader.bin / "microk8s"
            shutil.copyfile(STAND_IN, stand_in)
            stand_in.chmod(0o755)
        except BaseException:
            self.destroy()
            raise

    def wait_ready(self) -> None:
        """See :meth:`Cluster.wait_ready`."""
        with self.progress.task("Waiting for the cluster's nodes"):
            command = ["kubectl", "wait", "--for=condition=Ready", "node", "--all", "--timeout=60s"]
            ready = self._run(command, 60 + ANSWER_TIMEOUT)
            if ready.code != 0:
                nodes = self._run(["kubectl", "get", "nodes", "--output=wide"], ANSWER_TIMEOUT)
                raise UserError(
                    f"a node of the cluster is not Ready: {ready.words(3)}\n{nodes.words(20)}",
                    where=ready.command,
                    fix="fix the node, or take another cluster",
                )

    def destroy(self) -> None:
        """Remove the reader's home and what steps left in /etc; the cluster stays as it is."""
        self.claim.hold()
        self.reader.restore()
        self.reader.remove()
        self.claim.clear()
        self.claim.release()

    # --- what the chain asks ---

    def argv(self, command: Sequence[str]) -> list[str]:
        """``command`` on this machine, in the reader's home, with ``KUBECONFIG`` naming the one cluster.

        :raises UserError: nobody has made that home: no such cluster is up.
        """
        if not self.access.is_file():
            raise not_up(self, "--kubeconfig FILE")
        return self.reader.argv(
            command,
            {"KUBECONFIG": str(self.access), "GUIDE_ACCESS": str(self.access)},
            [str(self.reader.bin)],
        )

    def kill(self, marker: str) -> None:
        """See :meth:`Cluster.kill`; as root where sudo asks for no password."""
        python = [sys.executable, str(reaper.__file__), marker]
        free = shutil.which("sudo") and run(["sudo", "-n", "true"], timeout=30, check=False).code == 0
        run(["sudo", *python] if free and os.geteuid() != 0 else python, timeout=30)

    def answer(self, tag: str) -> Answer:
        """See :meth:`Cluster.answer`."""
        if tag not in hooks.tags():
            raise unknown(tag)
        if tag == "internet":
            return Answer(Disposition.RUN)
        return Answer(Disposition.SKIPPED, "this run uses a cluster that was there before it")

    def versions(self) -> dict[str, str]:
        """See :meth:`Cluster.versions`."""
        found = {"kubernetes": inside(self._json("version"), "serverVersion", "gitVersion")}
        for node in (self._json("get", "nodes").get("items") or [])[:1]:
            info = inside(node, "status", "nodeInfo")
            found |= {"containers": inside(info, "containerRuntimeVersion"), "node": inside(info, "osImage")}
        return {name: value for name, value in found.items() if value and isinstance(value, str)}

    def replacements(self) -> list[Replacement]:
        """See :meth:`Cluster.replacements`."""
        kubernetes = self.versions().get("kubernetes", "unknown version")
        return [
            Replacement(
                f"MicroK8s {pin('microk8s', 'version')}",
                f"Kubernetes {kubernetes}, as the user set it up",
                "the user named a cluster of their own",
            ),
            Replacement(
                "microk8s status and enable",
                "a stand-in that changes nothing, and asks whether the nodes are Ready and the cluster "
                "has what each addon brings",
                "the cluster is not MicroK8s",
            ),
        ]

    def evidence(self) -> str:
        """See :meth:`Cluster.evidence`."""
        nodes = self._run(["kubectl", "describe", "nodes"], ANSWER_TIMEOUT)
        return f"kubectl describe nodes, the end of it:\n{nodes.words(40)}" if nodes.code == 0 else ""

    # --- how it knows ---

    @property
    def _option(self) -> str:
        """What the command line has named; empty where it has not."""
        return self.options.extra.get("kubeconfig", "")

    def _named(self) -> tuple[Path, str]:
        """The file, and the context or nothing. A context's name may hold colons, and so may a path."""
        named = self._option
        parts = named.split(":")
        for end in range(len(parts), 0, -1):
            file = _expanded(":".join(parts[:end]))
            if harmless.is_file(file):
                return file.absolute(), ":".join(parts[end:])
        return _expanded(parts[0]).absolute(), ":".join(parts[1:])

    def _which(self) -> list[str]:
        file, context = self._named()
        return ["--kubeconfig", str(file), *(["--context", context] if context else [])]

    def _ask(self, *words: str) -> Result:
        """A question with the user's own file."""
        argv = ["kubectl", *self._which(), f"--request-timeout={ANSWER_TIMEOUT:.0f}s", *words]
        return run(argv, timeout=2 * ANSWER_TIMEOUT, check=False)

    def _json(self, *words: str) -> dict[str, Any]:
        answer = self._run(["kubectl", *words, "--output", "json"], ANSWER_TIMEOUT)
        return mapping(answer) if answer.code == 0 else {}

    def _run(self, command: Sequence[str], timeout: float) -> Result:
        return run(self.argv(command), timeout=timeout, check=False)
