"""Runs pages again whenever something that they are made of is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.pages.loading import load_all
from walkthrough.project import Project

#: Seconds without another change, after which what was saved is taken for whole.
_QUIET = 0.2
#: The folders that a site usually has, also where a page that would tell cannot be read.
_USUAL = ("docs", "manifests", "snippets")

State = dict[Path, tuple[int, int]]


def watch(root: Path, run: Callable[[], int], tell: Callable[[str], None]) -> int:
    """Run, wait for a change, and run again, until somebody interrupts it.

    A change in the middle of a run is one: what ran was not what is there.

    :param run: runs the pages once, and returns pytest's exit code.
    :returns: pytest's code for an interruption.
    :raises UserError: the first run could not begin.
    """
    first = True
    try:
        with _Changes(root) as changes:
            while True:
                before = changes.state()
                try:
                    code = run()
                except UserError as error:
                    if first:
                        raise
                    tell(f"error: {error}")
                    code = int(pytest.ExitCode.USAGE_ERROR)
                if code == pytest.ExitCode.INTERRUPTED:
                    return code
                first = False
                tell("Waiting for a change of the pages, or of what they include. Ctrl-C ends it.")
                tell(f"Changed: {changes.after(before)}")
    except KeyboardInterrupt:
        return int(pytest.ExitCode.INTERRUPTED)


class _Changes(FileSystemEventHandler):
    """What is saved below the folders that a site's pages are made of."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._event = Event()
        self._folders = sorted(_folders(root))
        self._observer = Observer()

    def __enter__(self) -> _Changes:
        self._observer.schedule(self, str(self._root), recursive=False)
        for folder in self._folders:
            self._observer.schedule(self, str(folder), recursive=True)
        self._observer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Something has happened; what, the files themselves tell."""
        self._event.set()

    def state(self) -> State:
        """What tells one state of the files from another."""
        found: State = {}
        for path in (self._root / CONFIG, *_below(self._folders)):
            with suppress(OSError):
                status = path.stat()
                found[path] = status.st_mtime_ns, status.st_size
        return found

    def after(self, before: State) -> str:
        """Wait until the files are others than they were, and for some time no more; which they are."""
        while True:
            self._event.clear()
            changed = sorted(path for path, _ in before.items() ^ self.state().items())
            if not changed:
                self._event.wait()
            elif not self._event.wait(_QUIET):
                names = dict.fromkeys(path.relative_to(self._root).as_posix() for path in changed)
                return ", ".join([*names][:3]) + (" …" if len(names) > 3 else "")


def _folders(root: Path) -> set[Path]:
    """The folders at the top of a site that its pages, and what they include, are in."""
    names = set(_USUAL)
    with suppress(UserError):
        project = Project(root)
        names.add(project.docs.relative_to(root).parts[0])
        site = load_all(project)
        for block in (block for each in project.languages for block in site.blocks(each)):
            names |= {line.path.partition("/")[0] for line in block.lines}
    return {root / name for name in names if (root / name).is_dir()}


def _below(folders: Iterable[Path]) -> Iterable[Path]:
    """The files in folders; an editor's own, which are hidden, are none."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
                yield path
