"""What the suite says of its costs, against the budget and the last time; nothing fails by it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import budget
import suite
from budget import Cost, Ledger
from guide.paths import ROOT
from suite import Counts, Job, Outcome
from walkthrough.errors import UserError

BUDGET = "[tests]\nprocessor = 100\nwall = 80.5\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    (tmp_path / "budget.toml").write_text(BUDGET)
    return Ledger(tmp_path / "budget.toml", tmp_path / "build/costs.json", references=[1.5, 2.5])


def told(ledger: Ledger, **costs: Cost) -> list[str]:
    ledger.costs = costs
    return ledger.told()


def test_costs_are_told_in_references_and_kept(ledger: Ledger) -> None:
    lines = told(ledger, tests=Cost(180, 60), ruff=Cost(1, 2))
    assert "of 2.00 processor seconds" in lines[0]
    assert [line.split() for line in lines[1:]] == [
        ["tests", "processor", "90.0", "(100,", "-)", "wall", "30.0", "(80.5,", "-)"],
        ["ruff", "processor", "0.5", "(-,", "-)", "wall", "1.0", "(-,", "-)"],
    ]
    kept = json.loads(ledger.last.read_text())
    assert kept == {"tests": {"processor": 90, "wall": 30}, "ruff": {"processor": 0.5, "wall": 1}}


def test_what_became_slower_is_said_and_what_did_not_is_not(ledger: Ledger) -> None:
    told(ledger, tests=Cost(160, 60), ruff=Cost(10, 2))
    lines = told(ledger, tests=Cost(184, 600), ruff=Cost(12, 2), types=Cost(5, 5))
    assert "  slower: ruff costs 1.20 times what it cost the last time (processor)" in lines
    # Within what the machine alone may do; and a job that is new has no last time.
    assert not any("slower: tests" in line or "slower: types" in line for line in lines)
    # What was not run this time is still known the next.
    told(ledger, types=Cost(5, 5))
    assert "(-, 6.0)" in "".join(told(ledger, ruff=Cost(12, 2)))


def test_what_costs_more_than_it_may_is_said(ledger: Ledger) -> None:
    lines = told(ledger, tests=Cost(300, 60))
    assert "  over budget: tests costs 1.50 times what it may (processor)" in lines
    assert not any("(wall)" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tests]\nprocessor = -1\n", "tests.processor"),
        ("[tests]\nprocessor = 'much'\n", "tests.processor"),
        ("[tests]\nprocessors = 1\n", "processors"),
        ("tests = 5\n", "tests"),
        ("[tests\n", "budget.toml:1"),
        ("\xff", "budget.toml"),
        (None, "budget.toml"),
    ],
)
def test_a_bad_budget_is_told_where_and_what_to_do(ledger: Ledger, text: str | None, words: str) -> None:
    if text is None:
        ledger.budget.unlink()
    else:
        ledger.budget.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError) as wrong:
        budget.load(ledger.budget)
    assert words in str(wrong.value)
    assert "what to do" in str(wrong.value)
    # And the summary says it, with the costs, and goes on.
    lines = told(ledger, tests=Cost(180, 60))
    assert any(words in line for line in lines)
    assert "tests" in lines[1]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"tests": 5}', '{"tests": {"processor": "x"}}'])
def test_a_last_time_that_cannot_be_read_is_none(ledger: Ledger, text: str) -> None:
    ledger.last.parent.mkdir()
    ledger.last.write_text(text)
    assert "(100, -)" in told(ledger, tests=Cost(180, 60))[1]


def test_a_cost_that_cannot_be_kept_is_told(ledger: Ledger) -> None:
    ledger.last.parent.write_text("a file")
    assert any("cannot be written" in line for line in told(ledger, tests=Cost(180, 60)))


def test_no_cost_decides_how_it_ends(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    job = Job("tests", ["true"])
    dear = Outcome(job, 0, "", 5000, 9000.0)
    assert suite.summarise([dear], [job], 0.0, ledger) == 0
    said = capsys.readouterr().out.splitlines()
    assert any("over budget: tests" in line for line in said)
    assert said[-1] == "1 passed, 0 failed"


def test_what_failed_is_no_figure_to_compare_with(ledger: Ledger) -> None:
    job = Job("tests", ["false"], lambda: Counts(failed=1))
    assert suite.summarise([Outcome(job, 1, "", 1, 1.0)], [job], 0.0, ledger) == 1
    assert not ledger.last.exists()


def test_a_job_costs_what_it_starts_and_waits_for() -> None:
    work = "import time\nwhile time.process_time() < 0.3: pass"
    both = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}]); exec({work!r})"
    (outcome,) = suite.side_by_side([[Job("x", [sys.executable, "-c", both])]])
    assert 0.6 <= outcome.processor < 3


def test_a_reference_is_there() -> None:
    assert 0.1 < budget.reference() < 60


def test_the_budget_of_this_repository_names_jobs_that_there_are() -> None:
    quick = {job.name for job in suite.quick_jobs()}
    lanes = {"tests", "chain", "browser", "cluster up", "cluster down", "sandbox"}
    assert budget.load(ROOT / "bench/budget.toml").keys() <= quick | lanes


@pytest.mark.parametrize("figure", ["1e999", "nan", "0", "-1", "9" * 400, "true", '"x"', "1e9"])
def test_a_figure_that_is_none_is_told(ledger: Ledger, figure: str) -> None:
    ledger.budget.write_text(f"[tests]\nprocessor = {figure}\n")
    lines = told(ledger, tests=Cost(1, 1))
    assert any("where:" in line and "what to do:" in line for line in lines)


@pytest.mark.parametrize(
    "kept",
    [
        "[" * 100_000,
        f'{{"tests": {{"processor": {"9" * 400}, "wall": 1}}}}',
        "5",
        "\0",
        '{"tests": {"wall": -1}}',
    ],
)
def test_costs_of_the_last_time_that_are_none_are_none(ledger: Ledger, kept: str) -> None:
    ledger.last.parent.mkdir()
    ledger.last.write_text(kept)
    assert not any("slower" in line or "Traceback" in line for line in told(ledger, tests=Cost(1, 1)))
    assert json.loads(ledger.last.read_text())["tests"]
