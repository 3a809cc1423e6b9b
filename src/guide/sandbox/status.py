"""What the node says about itself, for the provider and for the ``microk8s`` stand-in."""

from __future__ import annotations

import json
import os
from collections import Counter
from enum import StrEnum
from pathlib import Path

from guide.sandbox import layout

FILE = "status.json"


class Phase(StrEnum):
    """Where the node is in its life."""

    BUILDING = "building"
    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"


class Status:
    """Kept in ``status.json`` of the cluster's state folder: ``{"phase", "pid", "error", "restarts"}``.

    :param folder: that folder; it is written to through a descriptor, which outlives the old root.
    :param pid: the machine's first process, by the number that others know it by.
    """

    def __init__(self, folder: Path, pid: int) -> None:
        self.folder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self.pid = pid
        self.phase = Phase.BUILDING
        self.error = ""
        self.restarts: Counter[str] = Counter()
        self._write()

    def enter(self, phase: Phase) -> None:
        """Say that the node is in another phase. One that has failed stays so."""
        if self.phase != Phase.FAILED:
            self.phase = phase
            self._write()

    def fail(self, error: str) -> None:
        """Say that the node cannot go on, and why; the first reason stands."""
        if self.phase != Phase.FAILED:
            self.error = error
            self.enter(Phase.FAILED)

    def restarted(self, component: str) -> None:
        """Count a program that ended and is started again."""
        self.restarts[component] += 1
        self._write()

    def _write(self) -> None:
        content = {"phase": self.phase, "pid": self.pid, "error": self.error, "restarts": self.restarts}
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        descriptor = os.open(".status.part", flags, 0o600, dir_fd=self.folder)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
        os.rename(".status.part", FILE, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        if self.phase not in (Phase.BUILDING, Phase.FAILED):
            layout.PHASE.write_text(self.phase)
