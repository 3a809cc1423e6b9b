"""A step that runs on a machine: begun, waited for, and ended with all that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster
from walkthrough.machine.capture import Reader

#: Seconds between asking a process group to end and ending it.
GRACE = 2.0


@dataclass
class Running:
    """One run of a step.

    :param process: the driver, as this machine sees it.
    :param marker: what the environment of all that the step starts holds.
    :param out: reads what it prints.
    :param err: reads what it prints to standard error.
    :param background: whether it put something in the background.
    """

    cluster: Cluster
    process: subprocess.Popen[bytes]
    marker: str
    out: Reader
    err: Reader
    events: SimpleQueue[str]
    background: bool = False

    @classmethod
    def begin(cls, cluster: Cluster, command: Sequence[str], body: bytes, marker: str, nonce: str) -> Running:
        """Start the driver on the cluster's machine, with the step's text as its input.

        :raises UserError: the machine cannot be reached.
        """
        with tempfile.TemporaryFile() as stdin:
            stdin.write(body)
            stdin.seek(0)
            try:
                process = subprocess.Popen(
                    cluster.argv(command),
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            except OSError as error:
                raise UserError(
                    f"the cluster's machine cannot be reached: {error}", where=cluster.provider
                ) from error
        events: SimpleQueue[str] = SimpleQueue()
        out = Reader(_pipe(process.stdout), nonce, lambda: events.put("out"))
        err = Reader(_pipe(process.stderr), nonce, lambda: events.put("err"))

        def wait() -> None:
            process.wait()
            events.put("exit")

        for work in (out.read, err.read, wait):
            Thread(target=work, daemon=True).start()
        return cls(cluster, process, marker, out, err, events)

    @property
    def left(self) -> bool:
        """Whether something of it may run on. Its streams may close a moment after its last word."""
        return self.background or not (self.out.ended.is_set() and self.err.ended.is_set())

    def goes_on(self, deadline: float) -> bool:
        """Whether something of it runs on that it put in the background, or that holds its streams.

        What has left both does not count, so streams that are about to close are waited for.

        :param deadline: a time of the monotonic clock; what is not closed by then is held.
        """
        streams = () if self.background else (self.out, self.err)
        for stream in streams:
            stream.ended.wait(max(0.0, deadline - time.monotonic()))
        return self.left

    def wait(self, deadline: float) -> bool:
        """Wait until both streams of the step have ended; false when the deadline comes first.

        :param deadline: a time of the monotonic clock.
        """
        waiting = {"out", "err"}
        exited = False
        while waiting:
            try:
                event = self.events.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                return exited
            waiting.discard(event)
            if event == "exit" and waiting:
                # The driver itself was killed. What it left behind may hold the pipes for ever.
                exited = True
                deadline = min(deadline, time.monotonic() + GRACE)
        return True

    def end(self) -> None:
        """End the step's local process group, then what it started on the machine."""
        group = self.process.pid
        with suppress(ProcessLookupError):
            # Asked first, the step's shell still hands its state on, and tells its secrets.
            os.killpg(group, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE)
            os.killpg(group, signal.SIGKILL)
        self.process.wait()
        self.cluster.kill(self.marker)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
