"""Looks at the command lines of a cluster's machine for as long as the chain runs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

from guide.leaks import watch
from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster

#: Seconds between two looks. What lives shorter may be missed.
INTERVAL = 0.02
#: Bytes of command lines that are kept.
LARGEST = 64 << 20
#: Seconds that it has to end.
_GRACE = 10.0

PROGRAM = Path(watch.__file__)


@dataclass(frozen=True)
class Effort:
    """What the looking cost.

    :param times: how often it looked.
    :param processor: seconds of the processor that it took.
    :param elapsed: seconds that it ran.
    """

    times: int = 0
    processor: float = 0.0
    elapsed: float = 0.0

    def __add__(self, other: Effort) -> Effort:
        return Effort(
            self.times + other.times, self.processor + other.processor, self.elapsed + other.elapsed
        )


class Observer:
    """A program on the machine, and what it has told.

    :param python: the command of a Python that the machine has.
    """

    def __init__(self, cluster: Cluster, python: Sequence[str]) -> None:
        self._cluster = cluster
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: Thread | None = None
        self._started = 0.0
        self._size = 0
        #: Command lines, each once.
        self.lines: set[bytes] = set()
        self.effort = Effort()
        #: Whether there were more than are kept.
        self.full = False

    def start(self) -> None:
        """Begin, or begin again: a machine may have been restarted.

        :raises UserError: it cannot be started.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.end()
        program = PROGRAM.read_bytes()
        # Through a pipe: not every way to a machine takes several lines as an argument.
        begin = f"import sys; exec(sys.stdin.buffer.read({len(program)}))"
        try:
            self._process = subprocess.Popen(
                self._cluster.argv([*self._python, "-c", begin, str(INTERVAL)]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise UserError(
                f"the processes of the cluster's machine cannot be looked at: {error}",
                where=self._cluster.provider,
            ) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(program)
            self._process.stdin.flush()
        self._started = time.monotonic()
        self._reader = Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def end(self) -> None:
        """Stop looking. What was told stays."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert self._reader is not None
        self._reader.join(_GRACE)
        self.effort += Effort(elapsed=time.monotonic() - self._started)

    def _read(self, stream: IO[bytes]) -> None:
        with stream:
            while len(head := stream.read(watch.HEAD.size)) == watch.HEAD.size:
                (size,) = watch.HEAD.unpack(head)
                if not size:
                    # Ended in the middle of it, it has told nothing.
                    with suppress(ValueError):
                        times, processor = stream.readline().split()
                        self.effort += Effort(int(times), float(processor))
                    continue
                line = stream.read(size)
                self.full = self.full or self._size + size > LARGEST
                if not self.full:
                    self._size += size
                    self.lines.add(line)
