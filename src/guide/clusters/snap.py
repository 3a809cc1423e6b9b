"""MicroK8s as the guide's reader installs it, the same on this machine and in a VM."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from guide.clusters.pins import pin
from walkthrough.errors import UserError
from walkthrough.machine.command import Result

#: Seconds for each; generous, for a slow line downloads the snap's 200 MB.
INSTALL_TIMEOUT = 1800.0
READY_TIMEOUT = 600
REMOVE_TIMEOUT = 600.0

#: Runs a command where MicroK8s is, with a timeout in seconds; does not raise for its exit code.
Runner = Callable[[Sequence[str], float], Result]


def refuse(what: str, lacking: Sequence[str], others: str) -> None:
    """Say all that a machine lacks, if it lacks anything.

    :param what: what cannot be set up there.
    :param others: the clusters that may be taken instead.
    :raises UserError: it lacks something.
    """
    if lacking:
        raise UserError(
            f"{what} cannot be set up on this machine:\n" + "\n".join(f"  - {item}" for item in lacking),
            fix=f"fix this, or take another cluster: --cluster {others}",
        )


def install() -> list[str]:
    """The command that installs the pinned MicroK8s."""
    return ["sudo", "snap", "install", "microk8s", "--classic", f"--channel={pin('microk8s', 'channel')}"]


def join_group(user: str) -> list[str]:
    """The command that lets ``user`` run ``microk8s`` without sudo, from the next login on."""
    return ["sudo", "usermod", "--append", "--groups", "microk8s", user]


def remove() -> list[str]:
    """The command that removes MicroK8s and its data, without the snapshot snapd would keep of it."""
    return ["sudo", "snap", "remove", "--purge", "microk8s"]


def told(commands: Sequence[Sequence[str]]) -> str:
    """Commands as a report shows them."""
    return "; ".join(map(shlex.join, commands))


def wait(seconds: int = READY_TIMEOUT) -> list[str]:
    """The command that waits until MicroK8s is ready."""
    return ["microk8s", "status", "--wait-ready", "--timeout", str(seconds)]


def wait_ready(run: Runner, evidence: Callable[[], str]) -> None:
    """Return when MicroK8s says that it runs.

    ``microk8s status`` ends with 1 when the time is up, and with 0 where somebody has stopped MicroK8s: only
    its words tell that it runs.

    :raises UserError: it does not, with the evidence.
    """
    result = run(wait(), READY_TIMEOUT + 60.0)
    if result.code == 0 and "microk8s is running" in result.stdout:
        return
    said = result.words(3) or f"exit code {result.code}"
    raise UserError(
        f"MicroK8s did not get ready within {READY_TIMEOUT} s: {said}\n{evidence()}".rstrip(),
        where=result.command,
        fix="read the evidence above; `microk8s inspect` collects more of it",
    )


def versions(run: Runner) -> dict[str, str]:
    """What is installed, as ``snap list`` says: Name, Version, Rev, Tracking, Publisher, Notes."""
    for line in run(["snap", "list", "microk8s"], 30.0).stdout.splitlines():
        match line.split():
            case ["microk8s", version, revision, channel, *_]:
                return {"microk8s": f"{version} (revision {revision}, {channel})"}
    return {}


def evidence(run: Runner) -> str:
    """The end of the node's own log: kubelet, API server and the rest are one process in MicroK8s."""
    unit = "snap.microk8s.daemon-kubelite"
    result = run(["sudo", "journalctl", "--no-pager", "--lines=60", f"--unit={unit}"], 60.0)
    text = result.words(60)
    return f"log of {unit}:\n{text}" if text else ""
