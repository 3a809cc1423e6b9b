"""The rehearsal of the workflows: it reads all that they say, and understands it as GitHub does."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.paths import ROOT, state_dir
from rehearsal.__main__ import INSTEAD, JOBS, KNOWN
from rehearsal.machine import Machine
from rehearsal.workflow import State, Step, job
from walkthrough.errors import UserError

WORKFLOW = """\
jobs:
  first:
    env: {CACHE: /home/runner/.cache}
    steps:
      - uses: actions/checkout@0123 # v1
      - id: moved
        name: Has it moved?
        continue-on-error: true
        shell: bash
        env: {AT: "${{ env.CACHE }}/at"}
        run: guide pins check
      - if: steps.moved.outcome == 'failure'
        run: exit 1
  called:
    uses: ./.github/workflows/other.yml
"""


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    path = tmp_path / "workflow.yml"
    path.write_text(WORKFLOW)
    return path


def test_what_a_job_says(workflow: Path) -> None:
    (checkout, moved, end), environment = job(workflow)
    assert environment == {"CACHE": "/home/runner/.cache"}
    assert checkout.uses == "actions/checkout"
    assert (moved.title, moved.may_fail, moved.pipefail) == ("Has it moved?", True, True)
    assert (end.title, end.condition) == ("exit 1", "steps.moved.outcome == 'failure'")
    assert State({"env.CACHE": "/c"}).fill(moved.environment["AT"]) == "/c/at"


@pytest.mark.parametrize("name", ["called", "nobody"])
def test_a_job_that_has_no_steps(workflow: Path, name: str) -> None:
    with pytest.raises(UserError, match=f"no steps of a job {name}"):
        job(workflow, name)


@pytest.mark.parametrize(
    ("condition", "holds", "after_a_failure"),
    [
        ("", True, False),
        ("${{ !cancelled() }}", True, True),
        ("failure()", False, True),
        ("steps.difference.outputs.changed == 'true'", True, False),
        ("steps.difference.outputs.changed != 'true'", False, False),
        ("${{ !cancelled() && steps.cache.outputs.cache-hit != 'true' }}", True, True),
        ("${{ !cancelled() && (steps.a.outcome == 'x' || github.ref == 'main') }}", True, True),
        ("steps.a.outcome == 'failure' || steps.b.outcome == 'failure'", False, False),
    ],
)
def test_when_a_step_runs(condition: str, holds: bool, after_a_failure: bool) -> None:
    state = State({"steps.difference.outputs.changed": "true", "github.ref": "main"})
    assert state.holds(condition) is holds
    state.ended(Step("breaks"), 1, {})
    assert state.holds(condition) is after_a_failure


def test_a_step_that_may_fail_fails_alone() -> None:
    state = State()
    state.ended(Step("asks", name="moved", may_fail=True), 1, {"seen": "yes"})
    assert state.holds("steps.moved.outcome == 'failure'")
    assert state.fill("${{ steps.moved.outputs.seen }}, ${{ steps.other.outputs.seen }}") == "yes, "


def test_a_condition_that_cannot_be_read_is_told_wherever_it_stands() -> None:
    with pytest.raises(UserError, match="contains"):
        State().holds("success() || contains(github.ref, 'main')")


@pytest.mark.parametrize("name", JOBS)
def test_every_job_that_is_rehearsed_can_be(name: str) -> None:
    path, chosen = JOBS[name]
    steps, _ = job(ROOT / ".github/workflows" / path, chosen)
    assert {step.uses for step in steps if step.uses} <= set(INSTEAD)
    for step in steps:
        State(dict(KNOWN)).holds(step.condition)


def test_a_rehearsal_keeps_its_clusters_apart_from_this_machines(tmp_path: Path) -> None:
    """Control groups are named after the folder of a cluster's state, and are the whole machine's."""
    one, other = (Machine(tmp_path / name).way_out["XDG_STATE_HOME"] for name in ("one", "other"))
    assert one != other
    assert str(state_dir()) not in (f"{one}/gitops-guide", f"{other}/gitops-guide")
