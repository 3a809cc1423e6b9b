"""When a cluster that was restarted is as ready as it was: asked of its pods, for all above them remembers.

Right after a start a Deployment is "available" and a pod "Ready" from before, until the kubelet has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from guide.clusters import printed
from walkthrough.errors import UserError
from walkthrough.machine.command import Result, poll

#: Runs ``kubectl`` with arguments.
Kubectl = Callable[[Sequence[str]], Result]

Found = TypeVar("Found")

#: Seconds that all pods have.
TIMEOUT = 300.0


def ready(kubectl: Kubectl) -> list[str]:
    """The pods that are Ready now, as ``namespace/name``."""
    return _of_pods(kubectl, lambda pods: [_name(pod) for pod in pods if _is_ready(pod)]) or []


def wait(kubectl: Kubectl, names: Iterable[str], since: datetime) -> None:
    """Return when each of these pods is Ready, its containers started ``since``, or is done, or gone.

    :raises UserError: some are not; with their names.
    """
    wanted = set(names)
    behind: list[str] = sorted(wanted)
    # The time of a container is told in whole seconds.
    since = since.astimezone(UTC).replace(microsecond=0)

    def settled() -> bool:
        nonlocal behind
        left = _of_pods(
            kubectl,
            lambda pods: [
                name for pod in pods if (name := _name(pod)) in wanted and not _is_back(pod, since)
            ],
        )
        if left is None:
            return False
        behind = left
        return not behind

    if not poll(settled, timeout=TIMEOUT, interval=0.5):
        raise UserError(
            f"what was ready before the machine was restarted is not ready {TIMEOUT:.0f} s after it: "
            + (", ".join(behind) or "the cluster does not answer"),
            fix="look at what a reader would find after a restart: it has to come up by itself",
        )


def wait_for_builds(kubectl: Kubectl) -> None:
    """Return when no build of Drone's runs, or none that ends in time.

    Its runner takes a build's pod away itself, and nobody does where a stop of the machine came between.
    """
    poll(
        lambda: _of_pods(kubectl, lambda pods: any(map(_is_build, pods))) is False,
        timeout=TIMEOUT,
        interval=0.5,
    )


def _is_build(pod: dict[str, Any]) -> bool:
    return bool(pod["metadata"].get("labels", {}).get("io.drone") == "true")


def _of_pods(kubectl: Kubectl, read: Callable[[list[dict[str, Any]]], Found]) -> Found | None:
    """What is read of all pods; nothing where the cluster does not answer.

    :raises UserError: it answers with something else.
    """
    answer = kubectl(["get", "pods", "--all-namespaces", "--output=json"])
    if answer.code != 0:
        return None
    pods = printed.listed(answer, "items")
    with printed.as_described(answer):
        return read(pods)


def _name(pod: dict[str, Any]) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", ())
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _is_back(pod: dict[str, Any], since: datetime) -> bool:
    if pod["status"].get("phase") in ("Succeeded", "Failed") or "deletionTimestamp" in pod["metadata"]:
        return True
    starts = [each.get("state", {}).get("running", {}) for each in pod["status"].get("containerStatuses", ())]
    return _is_ready(pod) and all(
        "startedAt" in start and datetime.fromisoformat(start["startedAt"]) >= since for start in starts
    )
