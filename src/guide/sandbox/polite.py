"""Runs what takes every core for minutes: all else on the machine comes first, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from guide.sandbox.background import Background, background
from walkthrough.interrupts import signals_held
from walkthrough.progress import Task

#: How far it stands back; see nice(1).
NICENESS = 10
#: How many of its last lines an error shows.
TAIL = 25
#: Without a terminal, a sign of life this often.
QUIET_SECONDS = 60


class StoppedError(Exception):
    """It was to end before it was done: nobody waits for it any more."""


class _Thread(threading.local):
    """What holds for all that one thread runs."""

    enter: Sequence[str] = ("nice", "-n", str(NICENESS))
    stop: threading.Event | None = None


_THREAD = _Thread()


@contextmanager
def behind(stop: threading.Event, title: str) -> Iterator[Background]:
    """What this thread runs meanwhile stands back behind whatever session, and ends when ``stop`` is set.

    :raises StoppedError: from :func:`run`.
    """
    with background(NICENESS, title) as place:
        _THREAD.enter, _THREAD.stop = place.enter, stop
        try:
            yield place
        finally:
            del _THREAD.enter, _THREAD.stop


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    :param tail: its last lines, those left out that only told of progress.
    """

    code: int
    tail: str


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    task: Task,
    note: Callable[[str], str] = lambda _line: "",
) -> Ended:
    """Run ``command`` to its end. However this is interrupted, nothing that it started runs on.

    :param log: gets all that it says, after what is there.
    :param note: what a line tells about progress, if that is all it tells.
    :raises StoppedError: see :func:`behind`.
    """
    listener: _Listener | None = None
    try:
        with signals_held():
            # It is to end with this process, should that be killed without a chance to end it.
            process = subprocess.Popen(
                [*_THREAD.enter, "setpriv", "--pdeathsig", "TERM", *command],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                process_group=0,
            )
            listener = _Listener(process, log, note)
            listener.start()
        spoke = 0.0
        while process.poll() is None:
            if _THREAD.stop is not None and _THREAD.stop.is_set():
                raise StoppedError
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.5)
            if task.progress.live is not None or task.elapsed - spoke >= QUIET_SECONDS:
                spoke = task.elapsed
                task.update(listener.note)
    finally:
        if listener is not None:
            _end(listener.process)
            listener.join()
    return Ended(process.returncode, "\n".join(listener.tail))


class _Listener(threading.Thread):
    """Reads what a command says: all of it into the log, the last lines and the latest note kept."""

    def __init__(self, process: subprocess.Popen[str], log: Path, note: Callable[[str], str]) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.log = log
        self.note = ""
        self.tail: deque[str] = deque(maxlen=TAIL)
        self._note_of = note

    def run(self) -> None:
        assert self.process.stdout is not None
        with self.log.open("a", encoding="utf-8") as log:
            for line in self.process.stdout:
                log.write(line)
                text = line.rstrip()
                if noted := self._note_of(text):
                    self.note = noted
                else:
                    self.tail.append(text)


def _end(process: subprocess.Popen[str]) -> None:
    """End the command, if it still runs, and everything that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
