"""What is slow to make is made once: published whole or not at all, by one process at a time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from walkthrough.locks import locked
from walkthrough.progress import Progress

#: What nothing has asked for in so many days is removed when its like is made again.
UNUSED_DAYS = 30


def make_once(
    folder: Path,
    name: str,
    key: str,
    make: Callable[[Path], None],
    progress: Progress,
    *,
    title: str,
    seconds: float | None = None,
) -> Path:
    """The folder ``<folder>/<name>-<key>``, filled by ``make`` if it is not there yet.

    ``make`` gets an empty folder to fill. Only when it returns does that get its final name, so
    that what exists is complete; what an interrupted process left is removed by the next.

    :param key: see :func:`key_of`; any other hash in hexadecimal will do.
    :param title: what is made, for the one who waits while another process makes it.
    """
    target = folder / f"{name}-{key}"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / f".{name}.lock", progress, title=title, seconds=seconds):
            # Another process may have made it while this one waited.
            if not target.exists():
                _make(target, name, make)
            _forget_unused(folder, name, keep=target)
    os.utime(target)
    return target


def key_of(decides: object) -> str:
    """A key for :func:`make_once`: of everything that decides what is made, as JSON can hold it."""
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]


def _make(target: Path, name: str, make: Callable[[Path], None]) -> None:
    abandoned = re.compile(rf"\.{re.escape(name)}-[0-9a-f]+\.part")
    for path in target.parent.iterdir():
        if abandoned.fullmatch(path.name):
            shutil.rmtree(path)
    part = target.parent / f".{target.name}.part"
    part.mkdir()
    try:
        make(part)
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _forget_unused(folder: Path, name: str, keep: Path) -> None:
    mine = re.compile(rf"{re.escape(name)}-[0-9a-f]+")
    oldest = time.time() - UNUSED_DAYS * 24 * 3600
    for path in folder.iterdir():
        if mine.fullmatch(path.name) and path != keep and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
