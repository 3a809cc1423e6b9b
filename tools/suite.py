#!/usr/bin/env python3
"""What ``make check`` and ``make test`` run, cheap failures first, with one summary at the end.

``check``: everything that needs no cluster, side by side. ``test``: that, then the site in a browser, the
embedded cluster's own tests, and the whole chain of pages on a throwaway cluster.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from guide.paths import BUILD, PROOFS, ROOT
from guide.progress import seconds

REPORTS = BUILD / "reports"
BIN = Path(sys.executable).parent
PYTEST = (str(BIN / "pytest"), "--quiet", "-p", "no:cacheprovider")


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
    :param shown: let its output through as it comes, for what takes long.
    """

    name: str
    command: Sequence[str]
    count: Callable[[], Counts | None] = lambda: None
    shown: bool = False


@dataclass
class Outcome:
    """What came of a job."""

    job: Job
    code: int
    output: str
    duration: float
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


def pytest_job(name: str, marker: str, *more: str, shown: bool = False) -> Job:
    """The tests that a marker expression chooses."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    return Job(name, [*PYTEST, "-m", marker, f"--junitxml={report}", *more], junit(report), shown)


def check_jobs() -> list[Job]:
    """Everything that needs no cluster; the longest first, so that the others run beside it."""
    guide, ruff = str(BIN / "guide"), str(BIN / "ruff")
    return [
        # Most of their time goes into programs that they start and wait for.
        pytest_job("tests", "not browser and not sandbox", "--numprocesses=auto", "--dist=worksteal"),
        Job("ruff", [ruff, "check", "--quiet"]),
        Job("format", [ruff, "format", "--check", "--quiet"]),
        Job("pages", [guide, "check"]),
        Job("site", [str(BIN / "mkdocs"), "build", "--strict", "--quiet"]),
        Job("types", [str(BIN / "mypy"), "--no-error-summary"]),
    ]


def cluster_jobs() -> list[Job]:
    """Everything that needs one, in order."""
    guide = str(BIN / "guide")
    # A cluster that somebody left up under the usual name is theirs.
    name = f"test-{os.getpid()}"
    # An older proof must not speak for this run.
    (PROOFS / "sandbox.json").unlink(missing_ok=True)
    return [
        pytest_job("browser", "browser"),
        Job("cluster up", [guide, "cluster", "up", "--cluster", "sandbox", "--name", name], shown=True),
        Job("cluster down", [guide, "cluster", "down", "--cluster", "sandbox", "--name", name], shown=True),
        pytest_job("sandbox", "sandbox", shown=True),
        Job("chain", [guide, "verify", "--cluster", "sandbox", "--name", name], proven, shown=True),
    ]


def proven() -> Counts:
    """What the proof says of every fence of both languages."""
    from guide import proof

    one = proof.load("sandbox")
    if one is None:
        return Counts(failed=1)
    counts: Counter[str] = Counter()
    for language in one.counts.values():
        counts.update(language)
    return Counts(
        counts["passed"], counts["failed"] + counts["not-run"], counts["substituted"] + counts["skipped"]
    )


def run(job: Job) -> Outcome:
    """Run a job to its end."""
    started = time.monotonic()
    done = subprocess.run(
        job.command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=None if job.shown else subprocess.PIPE,
        stderr=None if job.shown else subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return Outcome(job, done.returncode, done.stdout or "", time.monotonic() - started)


def tell(outcome: Outcome) -> Outcome:
    """Say at once what came of a job, with all it said where it failed."""
    counts = f" ({outcome.counts})" if outcome.counts != Counts(passed=1) else ""
    verdict = "passed" if outcome.code == 0 and not outcome.counts.failed else "FAILED"
    say(
        f"{outcome.job.name}: {verdict} in {seconds(outcome.duration)}{counts if verdict == 'passed' else ''}"
    )
    if verdict == "FAILED":
        say(f"  {' '.join(map(_short, outcome.job.command))} ended with {outcome.code}")
        say("".join(f"  | {line}\n" for line in outcome.output.splitlines()), end="")
    return outcome


def side_by_side(jobs: Iterable[Job]) -> list[Outcome]:
    """Run all of the jobs, as many at a time as there are cores."""
    jobs = list(jobs)
    say(f"Checking, side by side: {', '.join(job.name for job in jobs)}")
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        return [tell(done.result()) for done in as_completed([pool.submit(run, job) for job in jobs])]


def in_order(jobs: Iterable[Job]) -> list[Outcome]:
    """Run the jobs until one fails."""
    outcomes = []
    for job in jobs:
        say(f"\n== {job.name}: {' '.join(map(_short, job.command))}")
        outcomes.append(tell(run(job)))
        if outcomes[-1].counts.failed:
            break
    return outcomes


def summarise(outcomes: Sequence[Outcome], jobs: Sequence[Job], started: float) -> int:
    """The last lines; the exit code."""
    say()
    for outcome in outcomes:
        say(f"{outcome.job.name:<14}{outcome.counts!s:<40}{seconds(outcome.duration)}")
    for job in jobs[len(outcomes) :]:
        say(f"{job.name:<14}not run")
    total = sum((outcome.counts for outcome in outcomes), Counts())
    say(f"\nAll of it in {seconds(time.monotonic() - started)}.")
    say(str(total))
    return 1 if total.failed or len(outcomes) < len(jobs) else 0


def main(goal: str) -> int:
    """Run the goal; the exit code."""
    started = time.monotonic()
    REPORTS.mkdir(parents=True, exist_ok=True)
    jobs = check_jobs()
    outcomes = side_by_side(jobs)
    if goal == "test":
        later = cluster_jobs()
        if not any(outcome.counts.failed for outcome in outcomes):
            outcomes += in_order(later)
        jobs = [*(outcome.job for outcome in outcomes[: len(jobs)]), *later]
    return summarise(outcomes, jobs, started)


def say(text: str = "", end: str = "\n") -> None:
    """Print in order with what the commands print."""
    print(text, end=end, flush=True)


def _short(argument: str) -> str:
    return Path(argument).name if argument.startswith(str(BIN)) else argument.replace(f"{ROOT}/", "")


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["test"]):
        sys.exit("usage: tools/suite.py check|test")
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
