"""Programs that run side by side, and how all of them are ended."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

#: What a shell says of a program that was interrupted.
INTERRUPTED = 128 + signal.SIGINT


class Programs:
    """Runs programs, in any number of threads, until it is told to end them.

    Each has a process group of its own: Ctrl-C reaches only whoever owns this object, and each program is
    interrupted once, by :meth:`interrupt`. A second interrupt would break into its cleaning up.
    """

    def __init__(self) -> None:
        # The second signal may be heard while the first is being passed on.
        self._lock = threading.RLock()
        self._running: set[subprocess.Popen[str]] = set()
        self._ended = False

    def run(self, command: Sequence[str], cwd: Path, tell: Callable[[str], None]) -> tuple[int, float]:
        """Run a program to its end. After :meth:`interrupt` nothing is started any more.

        :param tell: is given each line of its output, as it comes.
        :returns: its exit code, and the processor seconds of all that it started and waited for.
        """
        with self._lock:
            if self._ended:
                return INTERRUPTED, 0.0
            program = subprocess.Popen(
                command,
                cwd=cwd,
                # Python holds back what goes into a pipe.
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                process_group=0,
            )
            self._running.add(program)
        try:
            with program:
                assert program.stdout is not None
                for line in program.stdout:
                    tell(line.rstrip("\n"))
                _, status, used = os.wait4(program.pid, 0)
                program.returncode = os.waitstatus_to_exitcode(status)
            return program.returncode, used.ru_utime + used.ru_stime
        finally:
            with self._lock:
                self._running.discard(program)

    @property
    def ended(self) -> bool:
        """Whether they were told to end."""
        return self._ended

    def interrupt(self) -> None:
        """Interrupt every program, as Ctrl-C does; they end when they have cleaned up."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End every program at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            self._ended = True
            for program in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(program.pid, number)
