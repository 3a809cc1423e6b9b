"""The scripts that make calls: what they count, and what they say is missing."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import suite
from guide.paths import ROOT
from guide.sandbox.hierarchies import of_the_processor
from suite import Counts, Job

JUNIT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


@pytest.mark.parametrize(
    ("numbers", "counts"),
    [((9, 0, 0, 0), Counts(9)), ((9, 1, 2, 3), Counts(3, 3, 3)), ((0, 0, 0, 0), Counts(failed=1))],
)
def test_what_a_report_counts(tmp_path: Path, numbers: tuple[int, ...], counts: Counts) -> None:
    report = tmp_path / "report.xml"
    report.write_text(JUNIT.format(*numbers))
    assert suite.junit(report)() == counts


def test_a_report_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    assert suite.junit(tmp_path / "none.xml")() == Counts(failed=1)


@pytest.mark.parametrize(
    ("code", "counted", "counts"),
    [
        (0, None, Counts(1)),
        (1, None, Counts(failed=1)),
        (0, Counts(9, 0, 1), Counts(9, 0, 1)),
        (1, Counts(9, 2, 1), Counts(9, 2, 1)),
        # It broke off before it could count the failure.
        (2, Counts(9, 0, 1), Counts(9, 1, 1)),
    ],
)
def test_what_a_job_counts(code: int, counted: Counts | None, counts: Counts) -> None:
    assert suite.Outcome(Job("x", [], lambda: counted), code, "", 0.0).counts == counts


def job(name: str, code: int, says: str = "") -> Job:
    return Job(name, [sys.executable, "-c", f"print({says!r}); raise SystemExit({code})"])


def test_side_by_side_all_run_and_a_failure_is_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = suite.side_by_side([[job("good", 0, "quiet")], [job("bad", 3, "why")], [job("fine", 0)]])
    assert {(outcome.job.name, outcome.code) for outcome in outcomes} == {
        ("good", 0),
        ("bad", 3),
        ("fine", 0),
    }
    said = capsys.readouterr().out
    assert "bad: FAILED" in said
    assert "  | why\n" in said
    assert "quiet" not in said


def test_a_failure_ends_its_own_lane_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    lanes = [[job("one", 0), job("two", 1), job("three", 0)], [job("a", 1, "a is bad")], [job("b", 0)]]
    outcomes = suite.side_by_side(lanes)
    assert {outcome.job.name for outcome in outcomes} == {"one", "two", "a", "b"}
    assert suite.summarise(outcomes, [job for lane in lanes for job in lane], 0.0) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "2 passed, 2 failed"
    assert "three         not run" in lines
    assert {line.partition(" in ")[0] for line in lines if "FAILED" in line} == {"two: FAILED", "a: FAILED"}
    # At once, and again at the end: a log is often kept from there only.
    assert lines.count("  | a is bad") == 2
    assert "a failed; the end of what it said:" in lines


def test_each_line_of_what_is_shown_says_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    suite.side_by_side([[dataclasses.replace(job("chain", 0, "first\nsecond"), shown=True)]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["chain: begun", "chain        | first", "chain        | second"]


def test_the_patient_stand_back() -> None:
    niceness = [sys.executable, "-c", "import os, sys; sys.exit(os.nice(0))"]
    jobs = [Job("patient", niceness, patient=True), Job("other", niceness)]
    codes = {outcome.job.name: outcome.code for outcome in suite.side_by_side([[job] for job in jobs])}
    assert codes["patient"] == min(19, codes["other"] + suite.PATIENCE)


#: In many containers not even root may make one.
in_groups = pytest.mark.skipif(
    not any(os.access(hierarchy.mountpoint, os.W_OK) for hierarchy in of_the_processor()),
    reason="no control group can be made here",
)


@in_groups
def test_the_patient_stand_back_in_sessions_of_their_own_too() -> None:
    """As Chromium does, whose niceness would count for nothing there."""
    look = "cat /proc/self/cgroup"
    jobs = [
        Job("patient", ["setsid", "--wait", "sh", "-c", look], patient=True),
        Job("other", ["sh", "-c", look]),
    ]
    said = {outcome.job.name: outcome.output for outcome in suite.side_by_side([[job] for job in jobs])}
    group = f"/gitops-guide-background-{os.getpid()}"
    assert group in said["patient"]
    assert group not in said["other"]


@in_groups
def test_what_is_left_in_the_background_is_ended() -> None:
    leave = "setsid sleep 1000 > /dev/null 2>&1 & echo $!"
    (outcome,) = suite.side_by_side([[Job("patient", ["sh", "-c", leave], patient=True)]])
    # Its new parent may not have noticed yet.
    stat = Path("/proc", outcome.output.strip(), "stat")
    assert not stat.exists() or stat.read_text().rpartition(") ")[2].startswith("Z")


def test_the_last_line_says_what_passed(capsys: pytest.CaptureFixture[str]) -> None:
    jobs = [Job("tests", ["true"], lambda: Counts(7, 0, 2)), job("lint", 0)]
    assert suite.summarise(suite.side_by_side([jobs]), jobs, 0.0) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "8 passed, 0 failed, 2 skipped"


#: Says that it is there, and cleans up when it is interrupted; the deaf do not hear it.
PROGRAM = """
import pathlib, signal, sys, time
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
try:
    print("ready")
    time.sleep(60)
except KeyboardInterrupt:
    pathlib.Path(sys.argv[1]).touch()
"""
#: A suite of such programs: a and then b in one lane, c in the other.
INTERRUPTED = """
import signal, sys
import suite
suite.heed_signals()
program, folder, temper = sys.argv[1:]
def job(name):
    return suite.Job(name, [sys.executable, "-c", program, f"{folder}/{name}", temper], shown=True)
try:
    suite.side_by_side([[job("a"), job("b")], [job("c")]])
except KeyboardInterrupt:
    sys.exit(130)
"""


@contextmanager
def interrupted(folder: Path, temper: str, number: signal.Signals) -> Iterator[subprocess.Popen[str]]:
    """The suite above, interrupted when the first of each lane are under way."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, PROGRAM, folder, temper],
        env=os.environ | {"PYTHONPATH": str(ROOT / "tools")},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        ready = (line[0] for line in process.stdout if line.endswith("| ready\n"))
        assert {next(ready), next(ready)} == {"a", "c"}
        process.send_signal(number)
        assert any("Ctrl-C again" in line for line in process.stdout)
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_interrupted_cleans_up_and_nothing_more_begins(
    tmp_path: Path, number: signal.Signals
) -> None:
    with interrupted(tmp_path, "", number) as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]
    assert "| ready" not in said
    assert "FAILED" not in said


def test_a_second_interrupt_does_not_wait(tmp_path: Path) -> None:
    with interrupted(tmp_path, "deaf", signal.SIGINT) as process:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 130


def test_the_lock_is_made_with_the_oldest_python(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/lock", tmp_path / "tools/lock")
    done = subprocess.run([tmp_path / "tools/lock"], capture_output=True, text=True)
    assert done.returncode == 3
    assert "Python 3.11" in done.stderr


def test_make_tells_its_goals() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True)
    goals = [line.split()[1] for line in done.stdout.splitlines()]
    assert goals == ["help", "serve", "test", "check", "rehearse", "lock", "clean"]


#: What a change from outside may bring, and what it may not.
OUTSIDE = {
    "a page": ({"docs/nb/index.md": "x"}, True),
    "a page and its line": ({"docs/nb/x.md": "x", "mkdocs.yml": "nav:\n  - index.md\n  - x.md\n"}, True),
    "a page in a group": ({"mkdocs.yml": "nav:\n  - index.md\n      - x.md\n"}, True),
    "a step": ({"snippets/x/look.sh": "x"}, True),
    "hooks": ({"src/guide/site/hooks.py": "x"}, False),
    "a new hook": ({"mkdocs.yml": "nav:\n  - index.md\nhooks: [docs/x.py]\n"}, False),
    "a tag": ({"mkdocs.yml": "nav:\n  - !!python/name:os.system x.md\n"}, False),
    "a group with a title": ({"mkdocs.yml": "nav:\n  - index.md\n  - Slå opp (mer): x.md\n"}, True),
    "a tag in a line as of a difference": (
        {"mkdocs.yml": "nav:\n  - index.md\n++ x: !!python/name:os.system\n"},
        False,
    ),
    "a line that ends for YAML alone": (
        {"mkdocs.yml": "nav:\n  - index.md\n  - x\x85INHERIT: docs/x.md\n"},
        False,
    ),
    "a carriage return": ({"mkdocs.yml": "nav:\n  - index.md\n  - x\rINHERIT: docs/x.md\n"}, False),
    "what git does not show": ({"mkdocs.yml": "nav:\n  - index.md\nhooks: [docs/x.py] #\0\n"}, False),
    "a template": ({"theme/main.html": "x"}, False),
    "a test": ({"tests/test_x.py": "x"}, False),
    "a workflow": ({".github/workflows/check.yml": "x"}, False),
    "a file beside all": ({"sitecustomize.py": "x"}, False),
    "this itself": ({"tools/outside": "exit 0"}, False),
    "what pytest runs beside a page": ({"docs/nb/conftest.py": "x"}, False),
    "what pytest runs, in quotes for git": ({"docs/nb/å/conftest.py": "x"}, False),
    "what pytest heeds above the pages": ({"docs/.pytest.ini": "x"}, False),
}


@pytest.mark.parametrize("what", OUTSIDE)
@pytest.mark.parametrize("ours", [False, True], ids=["a stranger's", "ours"])
def test_a_change_from_outside_brings_texts_only(tmp_path: Path, what: str, ours: bool) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.test", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True)

    (tmp_path / "mkdocs.yml").write_text("nav:\n  - index.md\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "base")
    changes, allowed = OUTSIDE[what]
    for name, text in changes.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git("add", "-A")
    git("commit", "-qm", "change")
    environment = os.environ | {
        "FROM": "owner/guide" if ours else "stranger/guide",
        "GITHUB_REPOSITORY": "owner/guide",
    }
    done = subprocess.run(
        [ROOT / "tools/outside", "HEAD^1"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode == 0) is (ours or allowed), done.stderr
    if done.returncode:
        assert next(iter(changes)) in done.stderr
        assert "what to do" in done.stderr
