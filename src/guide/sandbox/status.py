"""What the node says about itself, for the provider and for the ``microk8s`` stand-in."""

from __future__ import annotations

import json
import socket
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from guide.sandbox import layout

FILE = "status.json"


class Phase(StrEnum):
    """Where the node is in its life."""

    BUILDING = "building"
    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"


class Record:
    """``status.json`` of the cluster's state folder, written by what is outside the machine.

    ``{"phase", "pid", "error", "restarts", "outside", "own_users"}``: ``outside`` is the process that answers
    outside the machine, and ``own_users`` whether the machine's root is nobody on this one.

    :param folder: that folder.
    :param pid: a process of the cluster, by this machine's number for it; in the end the machine's first.
    """

    def __init__(self, folder: Path, pid: int) -> None:
        self.path = folder / FILE
        self.content: dict[str, Any] = {"phase": Phase.BUILDING, "pid": pid, "error": "", "restarts": {}}
        self._write()

    def learn(self, **news: Any) -> None:
        """Take note of what has changed. What has failed stays so, and the first reason stands."""
        if self.content["phase"] == Phase.FAILED:
            news = {name: value for name, value in news.items() if name not in ("phase", "error")}
        self.content.update(news)
        self._write()

    def _write(self) -> None:
        part = self.path.with_name(".status.part")
        part.write_text(json.dumps(self.content))
        part.rename(self.path)


class Status:
    """What the machine's first process tells of itself, one JSON object a line.

    :param channel: to whoever keeps the :class:`Record`.
    """

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.phase = Phase.BUILDING
        self.restarts: Counter[str] = Counter()

    def tell(self, **news: Any) -> None:
        """Send what has changed. When nobody listens any longer, the machine is about to end."""
        with suppress(OSError):
            self.channel.sendall(json.dumps(news).encode() + b"\n")

    def enter(self, phase: Phase) -> None:
        """Say that the node is in another phase. One that has failed stays so."""
        if self.phase != Phase.FAILED:
            self.phase = phase
            self.tell(phase=phase)
            if phase != Phase.FAILED:
                layout.PHASE.write_text(phase)

    def fail(self, error: str) -> None:
        """Say that the node cannot go on, and why; the first reason stands."""
        if self.phase != Phase.FAILED:
            self.tell(error=error)
            self.enter(Phase.FAILED)

    def restarted(self, component: str) -> None:
        """Count a program that ended and is started again."""
        self.restarts[component] += 1
        self.tell(restarts=self.restarts)
