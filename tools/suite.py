#!/usr/bin/env python3
"""What ``make check`` and ``make test`` run, cheap failures first, with one summary at the end.

``check``: everything that needs no cluster, side by side. ``test``: of that what takes seconds, then the
whole chain of pages on a throwaway cluster, and beside it all tests: of the harness, of the site in a
browser, of the embedded cluster.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from budget import Cost, Ledger
from guide.paths import BUILD, PROOFS, ROOT
from guide.sandbox.background import background
from programs import Programs
from walkthrough.progress import seconds

REPORTS = BUILD / "reports"
BIN = Path(sys.executable).parent
#: Without a terminal pytest cuts the lines of its summary at 80 columns, in the middle of what went wrong.
PYTEST = ("env", "COLUMNS=240", str(BIN / "pytest"), "-p", "no:cacheprovider")
#: Most of the time of these tests goes into programs that they start and wait for.
SPREAD = ("--numprocesses=auto", "--dist=worksteal")
#: The tests of a module share a cluster. Two at a time: each needs some gigabytes of memory.
BY_MODULE = ("--numprocesses=2", "--dist=loadfile")
#: How much of what a failed job said is repeated at the end: a runner's own summary fits.
LAST_LINES = 40
#: How far the patient stand back: a tenth of what the others may take.
PATIENCE = 10
#: What asks the suite to end.
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Counts:
    """How many were counted, and what came of them."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True)
class Job:
    """One command whose exit code says whether all is well.

    :param count: what it counted, after it ran; by default the job itself is one.
    :param shown: let its output through as it comes, each line with the job's name, for what takes long.
    :param patient: leave the processor to the others where they want it.
    """

    name: str
    command: Sequence[str]
    count: Callable[[], Counts | None] = lambda: None
    shown: bool = False
    patient: bool = False


@dataclass
class Outcome:
    """What came of a job."""

    job: Job
    code: int
    output: str
    duration: float
    #: Seconds of the processor, with all that the job has started and waited for.
    processor: float = 0.0
    counts: Counts = field(init=False)

    def __post_init__(self) -> None:
        counted = self.job.count()
        if counted is None:
            self.counts = Counts(passed=int(self.code == 0), failed=int(self.code != 0))
        else:
            # A runner that broke off has failed, whatever it had counted by then.
            broke_off = self.code != 0 and counted.failed == 0
            self.counts = counted + Counts(failed=int(broke_off))


def junit(path: Path) -> Callable[[], Counts | None]:
    """Counts what a JUnit file holds; a file that is not there, or holds no test, is a failure."""

    def count() -> Counts:
        if not path.is_file():
            return Counts(failed=1)
        total = Counts()
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            total += Counts(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
        return total if total != Counts() else Counts(failed=1)

    return count


def pytest_job(name: str, marker: str, *more: str, shown: bool = False, patient: bool = False) -> Job:
    """The tests that a marker expression chooses; those that are shown, one a line."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = [*PYTEST, "--verbose" if shown else "--quiet", "-m", marker, f"--junitxml={report}", *more]
    return Job(name, command, junit(report), shown, patient)


def unit_tests(*, patient: bool = False) -> Job:
    """The tests that need neither a cluster nor a browser."""
    return pytest_job("tests", "not browser and not sandbox", *SPREAD, patient=patient)


def quick_jobs() -> list[Job]:
    """What tells in seconds that something is wrong."""
    guide, ruff = str(BIN / "guide"), str(BIN / "ruff")
    return [
        Job("ruff", [ruff, "check", "--quiet"]),
        Job("format", [ruff, "format", "--check", "--quiet"]),
        # With the site as readers have it, built once.
        Job("pages", [guide, "check", "--site"]),
        Job("types", [str(BIN / "mypy"), "--no-error-summary"]),
        Job("imports", [str(BIN / "lint-imports"), "--no-cache"]),
    ]


def cluster_lanes() -> list[list[Job]]:
    """What takes minutes: the lanes run side by side, the jobs of a lane in order."""
    guide = str(BIN / "guide")
    # A cluster that somebody left up under the usual name is theirs.
    name = f"test-{os.getpid()}"
    # An older proof must not speak for this run.
    (PROOFS / "sandbox.json").unlink(missing_ok=True)
    sandbox = ("--cluster", "sandbox", "--name")
    return [
        # Mostly it waits, and what it waits for has deadlines: the others stand back.
        [Job("chain", [guide, "verify", *sandbox, name], proven, shown=True)],
        [
            unit_tests(patient=True),
            # One after another: two browsers at a time are in each other's way, and took longer.
            pytest_job("browser", "browser", shown=True, patient=True),
            Job("cluster up", [guide, "cluster", "up", *sandbox, f"{name}-up"], shown=True, patient=True),
            Job("cluster down", [guide, "cluster", "down", *sandbox, f"{name}-up"], shown=True, patient=True),
            pytest_job("sandbox", "sandbox", *BY_MODULE, shown=True, patient=True),
        ],
    ]


def proven() -> Counts:
    """What the proof says of every fence of both languages."""
    from walkthrough.project import Project
    from walkthrough.proof import storage

    one = storage.load("sandbox", Project(ROOT))
    if one is None:
        return Counts(failed=1)
    counts: Counter[str] = Counter()
    for language in one.counts.values():
        counts.update(language)
    return Counts(
        counts["passed"], counts["failed"] + counts["not-run"], counts["substituted"] + counts["skipped"]
    )


def run(job: Job, programs: Programs, patiently: Sequence[str]) -> Outcome:
    """Run a job to its end.

    :param patiently: the command that becomes a patient one.
    """
    started = time.monotonic()
    lines: list[str] = []

    def hear(line: str) -> None:
        lines.append(line)
        if job.shown:
            say(f"{job.name:<13}| {line}")

    code, processor = programs.run([*(patiently if job.patient else ()), *job.command], ROOT, hear)
    return Outcome(job, code, "\n".join(lines), time.monotonic() - started, processor)


def tell(outcome: Outcome) -> None:
    """Say at once what came of a job, with all it said where it failed, and nothing of others between."""
    counts = f" ({outcome.counts})" if outcome.counts != Counts(passed=1) else ""
    if outcome.code == 0 and not outcome.counts.failed:
        say(f"{outcome.job.name}: passed in {seconds(outcome.duration)}{counts}")
        return
    command = " ".join(map(_short, outcome.job.command))
    say(
        f"{outcome.job.name}: FAILED in {seconds(outcome.duration)}",
        f"  {command} ended with {outcome.code}",
        *(f"  | {line}" for line in outcome.output.splitlines()),
    )


def side_by_side(lanes: Sequence[Sequence[Job]]) -> list[Outcome]:
    """Run the lanes, as many at a time as there are cores, each until one of its jobs fails.

    Ctrl-C ends all that runs and waits until that has cleaned up; a second one does not wait.
    """
    programs = Programs()
    outcomes: list[Outcome] = []

    def run_lane(lane: Sequence[Job]) -> None:
        for job in lane:
            say(f"{job.name}: begun")
            outcome = run(job, programs, place.enter)
            if programs.ended:
                break
            outcomes.append(outcome)
            tell(outcome)
            if outcome.counts.failed:
                break

    def hear(_number: int, _frame: FrameType | None) -> None:
        # No exception: it would break in anywhere, and leave locks taken that the end has to wait for.
        if programs.ended:
            programs.kill()
        else:
            programs.interrupt()
            say("Ending what runs, and waiting until it has cleaned up; Ctrl-C again does not wait.")

    before = {number: signal.signal(number, hear) for number in ENDS}
    try:
        with background(PATIENCE) as place, ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
            for done in as_completed([pool.submit(run_lane, lane) for lane in lanes]):
                done.result()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if programs.ended:
        raise KeyboardInterrupt
    return outcomes


def summarise(
    outcomes: Sequence[Outcome], jobs: Sequence[Job], started: float, ledger: Ledger | None = None
) -> int:
    """The last lines; the exit code, which no cost decides.

    :param ledger: with what the references of this run were.
    """
    by_name = {outcome.job.name: outcome for outcome in outcomes}
    say("")
    for job in jobs:
        outcome = by_name.get(job.name)
        say(
            f"{job.name:<14}{outcome.counts!s:<40}{seconds(outcome.duration)}"
            if outcome
            else f"{job.name:<14}not run"
        )
    # What is kept of a long log is its end.
    for outcome in outcomes:
        if outcome.counts.failed:
            last = outcome.output.splitlines()[-LAST_LINES:]
            say("", f"{outcome.job.name} failed; the end of what it said:", *(f"  | {line}" for line in last))
    if ledger is not None:
        # What failed may have stopped early, and is no figure to compare with.
        ledger.costs = {
            each.job.name: Cost(each.processor, each.duration) for each in outcomes if not each.counts.failed
        }
        say("", *ledger.told())
    total = sum((outcome.counts for outcome in outcomes), Counts())
    say("", f"All of it in {seconds(time.monotonic() - started)}.", str(total))
    return 1 if total.failed or len(outcomes) < len(jobs) else 0


def main(goal: str) -> int:
    """Run the goal; the exit code."""
    started = time.monotonic()
    REPORTS.mkdir(parents=True, exist_ok=True)
    # The longest first, so that the others run beside it.
    first = [*([unit_tests()] if goal == "check" else []), *quick_jobs()]
    lanes = cluster_lanes() if goal == "test" else []
    ledger = Ledger(ROOT / "bench/budget.toml", BUILD / f"costs.{goal}.json")
    ledger.measure()
    outcomes = side_by_side([[job] for job in first])
    if lanes and not any(outcome.counts.failed for outcome in outcomes):
        outcomes += side_by_side(lanes)
    ledger.measure()
    return summarise(outcomes, [*first, *(job for lane in lanes for job in lane)], started, ledger)


_said = threading.Lock()


def say(*lines: str) -> None:
    """Print lines in one piece, whoever else prints."""
    with _said:
        print("\n".join(lines), flush=True)


def _short(argument: str) -> str:
    return Path(argument).name if argument.startswith(str(BIN)) else argument.replace(f"{ROOT}/", "")


def heed_signals() -> None:
    """Let all that ask it to end do so as Ctrl-C does, also where a shell let it ignore that."""
    for number in ENDS:
        signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["test"]):
        sys.exit("usage: tools/suite.py check|test")
    heed_signals()
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
