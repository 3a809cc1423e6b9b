"""Ending a step's processes where they run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from walkthrough.machine import reaper
from walkthrough.machine.command import poll


def start(marker: str, script: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["sh", "-c", script],
        env={**os.environ, "WALKTHROUGH_STEP": marker},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alive(pid: int) -> bool:
    return reaper.parent(pid) != 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ends_the_step_and_what_shed_its_environment_and_session() -> None:
    # What sudo starts has neither the variable nor, with a terminal of its own, the session.
    # Of this run alone, and one the beginning of the other.
    marker = f"step-{os.getpid()}-{time.time_ns()}"
    # It goes on when its child has ended, which may be the first to be killed.
    step = start(marker, "setsid env -i sleep 120 & echo $!; wait; exec sleep 120")
    other = start(f"{marker}0", "sleep 120 & echo $!; wait")
    assert step.stdout is not None
    assert other.stdout is not None
    deeper, kept = int(step.stdout.readline()), int(other.stdout.readline())
    try:
        assert poll(lambda: reaper.environment(deeper) == [b""], timeout=300, interval=0.02)
        assert reaper.reap(marker) == 0
        assert step.wait(timeout=120) == -9
        assert not alive(deeper)
        assert alive(kept)
    finally:
        reaper.reap(f"{marker}0")
        other.wait(timeout=120)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_marker_that_ends_with_a_dash_stands_for_all_that_begin_with_it() -> None:
    chain = f"chain-{os.getpid()}-{time.time_ns()}"
    mine = [start(f"{chain}-{number}", "exec sleep 120") for number in (1, 12)]
    others = [start(marker, "exec sleep 120") for marker in (chain, f"{chain}0-1")]
    try:
        assert reaper.reap(f"{chain}-") == 0
        assert [one.wait(timeout=120) for one in mine] == [-9, -9]
        assert all(alive(one.pid) for one in others)
    finally:
        for one in others:
            one.kill()
            one.wait(timeout=120)


def test_nothing_to_end_is_well() -> None:
    assert reaper.reap(f"nobody-{time.time_ns()}") == 0


def test_it_runs_as_a_program_of_its_own_and_spares_itself() -> None:
    program = Path(reaper.__file__).read_text(encoding="utf-8")
    # Of this run alone: another may be testing the same, and would end ours.
    marker = f"step-{os.getpid()}-{time.time_ns()}"
    step = start(marker, "exec sleep 120")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-", marker],
        input=program,
        text=True,
        check=False,
        env={**os.environ, "WALKTHROUGH_STEP": marker},
    )
    assert done.returncode == 0
    assert step.wait(timeout=120) == -9
