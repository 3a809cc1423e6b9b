"""A proof is recorded by a run whose cluster was there to its end, after it was shown, whole or not at all.

Each row breaks a run that comes after a good one: the good one's proof stays, and a person reads why.
"""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from guide import contracts
from guide.clusters.stand_in import StandIn
from walkthrough.errors import UserError
from walkthrough.machine.shell import Shell
from walkthrough.proof import report, storage
from walkthrough.run import recorder
from walkthrough.run.chain import Chain

from .conftest import SmallGuide

PAGE = (
    "```{.bash .step #a}\necho hei\n```\n\n```{.text .output}\nhei\n```\n\n"
    "```{.bash .check #b deadline=60 interval=1}\ntrue\n```\n\n"
    "```{.bash .step #c .cleanup}\ntrue\n```\n"
)
FULL = OSError(errno.ENOSPC, "No space left on device", "/somewhere/full")


@pytest.fixture
def proven(guide: SmallGuide) -> SmallGuide:
    """A guide with a good proof."""
    guide.page(PAGE)
    assert guide.run().code == 0
    assert record(guide)
    return guide


def record(guide: SmallGuide) -> bytes:
    return (guide.root / "build/proof/local.json").read_bytes()


def fails(error: BaseException) -> Callable[..., None]:
    def call(*_arguments: object, **_named: object) -> None:
        raise error

    return call


def fails_at(name: str, error: BaseException) -> Callable[[pytest.MonkeyPatch], None]:
    """A step of that name is what fails, in the harness."""

    def break_it(patch: pytest.MonkeyPatch) -> None:
        real = Shell.run

        def run(self: Shell, block: str, *arguments: object, **named: object) -> object:
            if block == name:
                raise error
            return real(self, block, *arguments, **named)  # type: ignore[arg-type]

        patch.setattr(Shell, "run", run)

    return break_it


def on(owner: type, name: str, error: BaseException) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(owner, name, fails(error))


def gone_at(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    """The machine is taken away under a step of that name."""

    def break_it(patch: pytest.MonkeyPatch) -> None:
        real = Shell.run

        def run(self: Shell, block: str, *arguments: object, **named: object) -> object:
            if block == name:
                assert isinstance(self.cluster, StandIn)
                assert self.cluster.home is not None
                shutil.rmtree(self.cluster.home)
            return real(self, block, *arguments, **named)  # type: ignore[arg-type]

        patch.setattr(Shell, "run", run)

    return break_it


#: When it breaks, how, and whether what is said may hold a traceback: a fault of the harness is not fixed
#: by the person who runs it.
BROKEN = {
    "before, a full disk": (on(StandIn, "preflight", FULL), False),
    "before, an error": (on(StandIn, "preflight", UserError("it lacks everything")), False),
    "starting, a full disk": (on(StandIn, "create", FULL), False),
    "starting, no memory": (on(StandIn, "create", MemoryError()), True),
    "starting, a fault": (on(StandIn, "create", RuntimeError("a fault")), True),
    "getting ready, a full disk": (on(StandIn, "wait_ready", FULL), False),
    "getting ready, a fault": (on(StandIn, "wait_ready", KeyError("fault")), True),
    "the shell, a full disk": (on(Shell, "start", FULL), False),
    "a step, a full disk": (fails_at("a", FULL), False),
    "a step, a fault": (fails_at("a", RuntimeError("a fault")), True),
    "a check, a full disk": (fails_at("b", FULL), False),
    "a check, a fault": (fails_at("b", RecursionError("a fault")), True),
    "cleaning up, a full disk": (fails_at("c", FULL), False),
    "cleaning up, a fault": (fails_at("c", RuntimeError("a fault")), True),
    "gone in a step": (gone_at("a"), False),
    "gone in a check": (gone_at("b"), False),
    "gone in cleaning up": (gone_at("c"), False),
    "the end, a fault": (on(Chain, "conclude", ValueError("a fault")), False),
}


@pytest.mark.parametrize("when", BROKEN)
def test_a_run_that_broke_records_nothing_over_a_good_proof(
    proven: SmallGuide, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it, traceback = BROKEN[when]
    good = record(proven)
    with monkeypatch.context() as patch:
        break_it(patch)
        ended = proven.run()
    assert ended.code != 0, ended.out
    assert record(proven) == good, ended.out
    assert "Nothing is recorded" in ended.out
    assert traceback or "Traceback" not in ended.out, ended.out
    assert sorted(path.name for path in (proven.root / "build/proof").iterdir()) == ["local.json"]
    assert not list(proven.root.glob("walkthrough-local-*")), "the machine is still there"


def test_a_step_that_fails_is_recorded_where_the_cluster_lasted(proven: SmallGuide) -> None:
    good = record(proven)
    proven.page(PAGE.replace("echo hei", "echo nei"))
    ended = proven.run()
    assert ended.code == 1
    assert record(proven) != good
    assert "Nothing is recorded" not in ended.out


@pytest.mark.parametrize("where", ["a link to where nothing can be made", "a file", "a small disk"])
def test_a_proof_that_cannot_be_written_is_shown_and_the_old_one_stays(
    proven: SmallGuide, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = proven.root / "build/proof"
    kept, good = folder.with_name("kept"), record(proven)
    folder.rename(kept)
    if where == "a file":
        folder.write_text("")
    elif where == "a small disk":
        kept.rename(folder)
        real = storage.write

        def write(*arguments: object, **named: object) -> Path:
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (512, before[1]))
            try:
                return real(*arguments, **named)  # type: ignore[arg-type]
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)

        monkeypatch.setattr(storage, "write", write)
    else:
        folder.symlink_to("/proc")
    ended = proven.run()
    assert ended.code == 1
    assert "held" in ended.out, "the result is not shown"
    assert "Nothing is recorded: this cannot be written" in ended.out
    assert "Traceback" not in ended.out
    there = folder if where == "a small disk" else kept
    assert [path.name for path in there.iterdir()] == ["local.json"]
    assert (there / "local.json").read_bytes() == good


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-400)])
def test_a_clock_that_is_set_meanwhile_is_told_and_the_durations_are_right(
    proven: SmallGuide, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Jumps(datetime):
        asked = 0

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            cls.asked += 1
            return datetime.now(tz) + (jump if cls.asked > 1 else timedelta())

    monkeypatch.setattr(recorder, "datetime", Jumps)
    ended = proven.run()
    assert ended.code == 0, ended.out
    assert re.search(r"clock went (back|forward) by", ended.out)
    made = storage.load("local", project=proven.project)
    assert made is not None
    assert 0 < made.seconds < 600
    assert abs(made.date - (datetime.now(UTC) + jump)) < timedelta(minutes=10)
    assert made.started <= made.finished


def test_what_no_utf_8_can_say_is_recorded_all_the_same(proven: SmallGuide) -> None:
    made = storage.load("local", project=proven.project)
    assert made is not None
    made.cluster["versions"]["odd"] = "\udcff"
    assert storage.read(storage.write(made, proven.project)).cluster["versions"]["odd"] == "?"


@pytest.mark.parametrize("name", ["sandbox/contracts.toml", "manifests/versions.yaml"])
def test_a_file_that_the_proof_is_made_from_is_read_before_anything_runs(
    proven: SmallGuide, name: str
) -> None:
    good = record(proven)
    proven.write(name, b"\xff\xfe\x00 no text\n")
    ended = proven.run()
    assert ended.code == 4
    assert name in ended.out
    assert "Traceback" not in ended.out
    assert record(proven) == good


def test_a_file_that_breaks_while_it_runs_loses_the_record_and_nothing_else(
    proven: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = record(proven)
    monkeypatch.setattr(contracts, "tallies", fails(OSError(errno.EIO, os.strerror(errno.EIO))))
    ended = proven.run()
    assert ended.code == 1
    assert "Nothing is recorded" in ended.out
    assert "Traceback" not in ended.out
    assert record(proven) == good


def test_a_result_that_cannot_be_shown_is_recorded_all_the_same(
    proven: SmallGuide, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = record(proven)
    monkeypatch.setattr(report, "render", fails(FULL))
    ended = proven.run()
    assert ended.code == 0, ended.out
    assert "cannot be shown here: No space left" in ended.out
    assert record(proven) != good


def test_a_reader_that_has_gone_ends_no_run(guide: SmallGuide) -> None:
    guide.page(PAGE)
    run = guide.start()
    assert run.stdout is not None
    run.stdout.close()  # as «head» does
    run.wait()
    made = storage.load("local", project=guide.project)
    assert made is not None
    assert (made.failure, made.counts["nb"]) == (None, {"passed": 4})
    assert not list(guide.root.glob("walkthrough-local-*")), "the machine is still there"


@pytest.mark.parametrize("said", ["--collect-only", "-k nothing", "-p nosuch", "'", "--deselect docs -x"])
def test_what_is_said_to_every_pytest_is_not_said_to_a_run(
    guide: SmallGuide, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide.page(PAGE)
    monkeypatch.setenv("PYTEST_ADDOPTS", said)
    monkeypatch.setenv("PYTEST_PLUGINS", "nosuch")
    monkeypatch.setenv("PYTEST_DEBUG", "1")
    ended = guide.run()
    assert ended.code == 0, ended.out
    assert "pytest_" not in ended.out, "each call is traced, with what a step printed"
    assert record(guide)
    assert os.environ["PYTEST_ADDOPTS"] == said
