"""What Kubernetes itself says about a failure, the same on every provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from guide.clusters import printed
from walkthrough.errors import UserError
from walkthrough.machine.command import Result, run

if TYPE_CHECKING:
    from walkthrough.machine.base import Cluster

#: Every provider's machine has it, with the administrator's rights, whatever the reader's shell is set to.
KUBECTL = ("microk8s", "kubectl", "--request-timeout=10s")
TIMEOUT = 20.0
#: Enough to see what is wrong, little enough to be read.
PODS, LINES, EVENTS = 6, 20, 15
#: A container that keeps failing runs, and is ready, for a moment between two failures.
RECENT = timedelta(minutes=2)


def collect(cluster: Cluster) -> str:
    """Nodes, pods that are not ready or just failed with the end of their logs, warnings, applications.

    Secrets are not asked for, but logs may hold some: the caller masks them.
    """
    nodes = _ask(cluster, "get", "nodes", "--output=wide")
    if nodes.code != 0:
        return f"Kubernetes does not answer: {nodes.words(3)}"
    parts = [f"nodes:\n{nodes.words(10)}"]
    now = datetime.now(UTC)
    pods = [pod for pod in (Pod(raw, now) for raw in _items(cluster, "pods")) if not pod.fine]
    pods.sort(key=lambda pod: pod.ready)
    parts += [_about(cluster, pod) for pod in pods[:PODS]]
    if len(pods) > PODS:
        parts.append("nor are these: " + ", ".join(str(pod) for pod in pods[PODS:]))
    if not pods:
        parts.append("every pod is ready")
    parts += _warnings(cluster)
    parts += _applications(cluster)
    return "\n\n".join(parts)


@dataclass(frozen=True)
class Pod:
    """A pod as the API describes it, and when it did."""

    raw: dict[str, Any]
    seen: datetime

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.raw["metadata"]["name"])

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return str(self.raw["metadata"]["namespace"])

    @property
    def fine(self) -> bool:
        """Whether nothing is to be said: it is ready and did not just fail, or done, or on its way out."""
        if "deletionTimestamp" in self.raw["metadata"] or self._status.get("phase") == "Succeeded":
            return True
        return self.ready and not any(map(self._just_failed, self._containers()))

    @property
    def ready(self) -> bool:
        """Whether Kubernetes says so."""
        conditions = self._status.get("conditions", [])
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    @property
    def reasons(self) -> list[str]:
        """Why it is not ready, a line each."""
        found = [
            f"{one.get('reason', one['type'])}: {one['message']}"
            for one in self._status.get("conditions", [])
            if one["status"] != "True" and one.get("message")
        ]
        for container in self._containers():
            if self._just_failed(container):
                last = container["lastState"]["terminated"]
                said = f"{last.get('reason', '')}, exit code {last['exitCode']}"
                found.append(f"container {container['name']} ended at {last['finishedAt']}: {said}")
            for kind in ("waiting", "terminated"):
                state = container.get("state", {}).get(kind)
                if state is not None:
                    code = f", exit code {state['exitCode']}" if "exitCode" in state else ""
                    message = f": {state['message']}" if state.get("message") else ""
                    said = f"{state.get('reason', '')}{code}{message}"
                    found.append(f"container {container['name']} is {kind}: {said}")
        # Two conditions may say the same.
        return list(dict.fromkeys(found))

    @property
    def logs(self) -> list[tuple[str, bool]]:
        """The containers whose logs tell something, and whether it is the previous one's that does."""
        found = []
        for container in self._containers():
            state = container.get("state", {})
            between = "waiting" in state or (self._just_failed(container) and "terminated" not in state)
            if between and container["restartCount"] > 0:
                found.append((container["name"], True))
            elif not container["ready"] and "waiting" not in state:
                found.append((container["name"], False))
        return found

    def _just_failed(self, container: dict[str, Any]) -> bool:
        last = container.get("lastState", {}).get("terminated", {})
        if not last.get("exitCode") or not last.get("finishedAt"):
            return False
        return self.seen - datetime.fromisoformat(last["finishedAt"]) < RECENT

    def _containers(self) -> Iterator[dict[str, Any]]:
        for kind in ("initContainerStatuses", "containerStatuses"):
            for container in self._status.get(kind, []):
                if container.get("state", {}).get("terminated", {}).get("exitCode") != 0:
                    yield container

    @property
    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.raw.get("status", {})
        return status


def _about(cluster: Cluster, pod: Pod) -> str:
    what = "has just failed" if pod.ready else "is not ready"
    text = f"pod {pod} {what} ({pod.raw.get('status', {}).get('phase', 'unknown')}):"
    text += "".join(f"\n  {reason}" for reason in pod.reasons)
    for container, previous in pod.logs:
        # It may have been started or cleared away since its pod was looked at: then the other one tells.
        for before in (previous, not previous):
            if log := _log(cluster, pod, container, before):
                title = f"{container}, before it was started again" if before else container
                lines = "\n".join(f"    {line}" for line in log.splitlines())
                text += f"\n  the end of the log of {title}:\n{lines}"
                break
    return text


def _log(cluster: Cluster, pod: Pod, container: str, previous: bool) -> str:
    """The end of a container's log, or of the one before it; empty where there is none."""
    which = ["--previous"] if previous else []
    answer = _ask(
        cluster,
        *("logs", pod.name, f"--namespace={pod.namespace}", f"--container={container}"),
        *(f"--tail={LINES}", *which),
    )
    # Of a log that was cleared away the kubelet says so in its place, and to kubectl that is no error.
    gone = answer.stdout.startswith("unable to retrieve container logs")
    return "" if answer.code != 0 or gone else answer.stdout.rstrip()


def _warnings(cluster: Cluster) -> list[str]:
    found = []
    for event in _items(cluster, "events", "--field-selector=type=Warning"):
        seen = event.get("lastTimestamp") or event.get("eventTime") or ""
        about = event["involvedObject"]
        where = f"{about.get('namespace', '')}/{about.get('kind', '').lower()}/{about.get('name', '')}"
        times = f" ({event['count']} times)" if event.get("count", 1) > 1 else ""
        found.append(
            (seen, f"  {seen} {where.lstrip('/')} {event.get('reason')}: {event.get('message')}{times}")
        )
    if not found:
        return []
    return ["warnings, the latest last:\n" + "\n".join(line for _, line in sorted(found)[-EVENTS:])]


def _applications(cluster: Cluster) -> list[str]:
    found = []
    for application in _items(cluster, "applications.argoproj.io"):
        status = application.get("status", {})
        sync, health = status.get("sync", {}), status.get("health", {})
        text = (
            f"application {application['metadata']['name']}: {sync.get('status')} at {sync.get('revision')}"
        )
        text += f", {health.get('status')}"
        messages = [health.get("message"), status.get("operationState", {}).get("message")]
        messages += [condition.get("message") for condition in status.get("conditions", [])]
        found.append(text + "".join(f"\n  {message}" for message in messages if message))
    return found


def _items(cluster: Cluster, kind: str, *more: str) -> list[dict[str, Any]]:
    """All objects of a kind; none where there is no such kind."""
    answer = _ask(cluster, "get", kind, "--all-namespaces", "--output=json", *more)
    if answer.code != 0:
        return []
    return printed.listed(answer, "items")


def _ask(cluster: Cluster, *words: str) -> Result:
    command: Sequence[str] = cluster.argv([*KUBECTL, *words])
    try:
        return run(command, timeout=TIMEOUT, check=False)
    except UserError as error:
        return Result(tuple(command), 1, "", error.what)
