"""When a restarted cluster is as ready as it was: by the pods, and the times of their containers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from guide.clusters import settled
from walkthrough.errors import UserError
from walkthrough.machine.command import Result

SINCE = datetime(2026, 11, 29, 12, 0, 0, 700_000, UTC)
BEFORE, AFTER = "2026-11-29T11:59:59Z", "2026-11-29T12:00:00Z"


def pod(name: str, started: str = AFTER, *, ready: bool = True, phase: str = "Running") -> dict[str, Any]:
    state = {"running": {"startedAt": started}} if started else {"waiting": {"reason": "CrashLoopBackOff"}}
    return {
        "metadata": {"namespace": "n", "name": name},
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
            "containerStatuses": [{"state": state}],
        },
    }


def leaving(name: str) -> dict[str, Any]:
    one = pod(name, BEFORE, ready=False)
    one["metadata"]["deletionTimestamp"] = AFTER
    return one


class Kubectl:
    """Answers with one list of pods after the other, and the last again; none is no answer."""

    def __init__(self, *answers: list[dict[str, Any]] | None) -> None:
        self.answers = list(answers)

    def __call__(self, arguments: Sequence[str]) -> Result:
        pods = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Result(tuple(arguments), 0 if pods is not None else 1, json.dumps({"items": pods}), "")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many looks as any of the tests has answers, however slow the machine is."""
    monkeypatch.setattr(settled, "TIMEOUT", 0.0)

    def often(condition: Callable[[], bool], *, timeout: float, interval: float) -> bool:
        return any(condition() for _ in range(10))

    monkeypatch.setattr(settled, "poll", often)


def test_who_is_ready() -> None:
    assert settled.ready(Kubectl([pod("a"), pod("b", ready=False), pod("c")])) == ["n/a", "n/c"]


def test_it_waits_for_containers_that_were_started_since() -> None:
    answers = Kubectl(
        None, [pod("a", BEFORE)], [pod("a", "", ready=False)], [pod("a", ready=False)], [pod("a")]
    )
    settled.wait(answers, ["n/a"], SINCE)
    assert len(answers.answers) == 1


@pytest.mark.parametrize(
    "now",
    [
        [],
        [pod("a", "", ready=False, phase="Succeeded")],
        [pod("a"), pod("new", "", ready=False)],
        [leaving("a")],
    ],
    ids=["it is gone", "it is done", "another was never ready", "it is on its way out"],
)
def test_what_it_does_not_wait_for(now: list[dict[str, Any]]) -> None:
    settled.wait(Kubectl(now), ["n/a"], SINCE)


@pytest.mark.parametrize("state", [pod("a", BEFORE), pod("a", ready=False), pod("a", "")])
def test_what_does_not_come_up_is_named(state: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"is not ready 0 s after it: n/a\n"):
        settled.wait(Kubectl([state, pod("b")]), ["n/a", "n/b"], SINCE)


def test_a_cluster_that_does_not_answer() -> None:
    with pytest.raises(UserError, match="n/a"):
        settled.wait(Kubectl(None), ["n/a"], SINCE)


@pytest.mark.parametrize("said", ["", "hello", '{"items": [{}]}', '{"items": [{"metadata": []}]}'])
def test_a_cluster_that_answers_with_something_else(said: str) -> None:
    def kubectl(arguments: Sequence[str]) -> Result:
        return Result(("kubectl", *arguments), 0, said, "")

    for ask in (
        lambda: settled.ready(kubectl),
        lambda: settled.wait(kubectl, ["n/a"], SINCE),
        lambda: settled.wait_for_builds(kubectl),
    ):
        with pytest.raises(UserError, match="kubectl printed"):
            ask()


def test_a_stop_waits_for_builds() -> None:
    build = pod("drone-1")
    build["metadata"]["labels"] = {"io.drone": "true"}
    answers = Kubectl(None, [pod("a"), build], [build], [pod("a")])
    settled.wait_for_builds(answers)
    assert len(answers.answers) == 1
    settled.wait_for_builds(Kubectl([build]))  # one that does not end is no reason to wait for ever
