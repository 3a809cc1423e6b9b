"""An interrupt while a program is being started: it is there already, and nobody has it yet."""

from __future__ import annotations

import io
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from guide.sandbox import polite
from walkthrough.interrupts import ENDING, signals_held
from walkthrough.machine.command import poll, run
from walkthrough.progress import Progress

from .conftest import processes


def by_command(command: list[str], _folder: Path) -> None:
    run(command, timeout=120)


def politely(command: list[str], folder: Path) -> None:
    with Progress(io.StringIO()) as progress, progress.task("Sleeping") as task:
        polite.run(
            command, cwd=folder, env={"PATH": "/usr/bin:/bin"}, log=folder / "log", task=task, note=str
        )


@pytest.mark.parametrize("start", [by_command, politely])
@pytest.mark.parametrize("number", ENDING)
def test_what_is_being_started_is_ended(
    tmp_path: Path,
    forever: str,
    monkeypatch: pytest.MonkeyPatch,
    start: Any,
    number: signal.Signals,
) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    class Interrupted(subprocess.Popen[str]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            assert poll(lambda: bool(processes(f"sleep\0{forever}")), timeout=120, interval=0.01)
            signal.raise_signal(number)

    before = signal.signal(number, interrupt)
    monkeypatch.setattr("subprocess.Popen", Interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            start(["sleep", forever], tmp_path)
    finally:
        signal.signal(number, before)
    assert poll(lambda: not processes(f"sleep\0{forever}"), timeout=300, interval=0.01)


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_held():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
