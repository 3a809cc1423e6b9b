"""One process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from walkthrough.progress import Progress


@contextmanager
def locked(path: Path, progress: Progress, *, title: str, seconds: float | None = None) -> Iterator[None]:
    """Hold the lock ``path``; say so while another process has it. It ends with this process."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.task(f"Waiting for another process: {title}", seconds):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
