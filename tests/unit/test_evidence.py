"""What Kubernetes says of a failure, as a report has it: asked of a script that answers for a cluster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from guide.clusters import evidence
from guide.clusters.stand_in import StandIn
from walkthrough.machine.base import Options
from walkthrough.progress import Progress

GONE = "unable to retrieve container logs for containerd://0"


class Answering(StandIn):
    """A machine whose kubectl has one pod, and its logs."""

    def __init__(self, pod: dict[str, Any], log: str, before: str) -> None:
        super().__init__(Options(), Progress())
        self.answers = {"PODS": json.dumps({"items": [pod]}), "LOG": log, "BEFORE": before}

    def argv(self, command: Sequence[str]) -> list[str]:
        script = """case "$*" in
        *"get pods"*) echo "$PODS" ;;
        *--previous*) echo "$BEFORE" ;;
        *logs*) echo "$LOG" ;;
        *wide*) echo "node Ready" ;;
        *) echo '{"items": []}' ;;
        esac"""
        given = [f"{name}={value}" for name, value in self.answers.items()]
        return ["env", *given, "sh", "-c", script, "sh", *command]


def pod(state: dict[str, Any], *, ready: bool = False, restarts: int = 0) -> dict[str, Any]:
    container = {"name": "server", "ready": ready, "restartCount": restarts, "state": state}
    return {
        "metadata": {"namespace": "shop", "name": "shop-0"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": str(ready), "message": "not yet"}],
            "containerStatuses": [container],
        },
    }


WAITING = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}


def test_a_container_that_waits_is_told_by_the_log_of_the_one_before() -> None:
    told = evidence.collect(Answering(pod(WAITING, restarts=2), "now", "no such database"))
    assert "pod shop/shop-0 is not ready (Running):" in told
    assert "container server is waiting: CrashLoopBackOff: back-off" in told
    assert "the end of the log of server, before it was started again:\n    no such database" in told
    assert "now" not in told


def test_a_log_that_was_cleared_away_is_none() -> None:
    told = evidence.collect(Answering(pod(WAITING, restarts=2), "it is up", GONE))
    assert "the end of the log of server:\n    it is up" in told
    assert GONE not in told


def test_a_pod_that_is_ready_is_not_listed() -> None:
    told = evidence.collect(Answering(pod({"running": {}}, ready=True), "it is up", ""))
    assert told == "nodes:\nnode Ready\n\nevery pod is ready"
