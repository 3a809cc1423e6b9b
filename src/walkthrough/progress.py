"""Progress of long work: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from walkthrough.unseen import visible


class QuietConsole(Console):
    """A console whose reader may go away, as ``head`` does: what is shown to nobody ends no run."""

    def on_broken_pipe(self) -> None:
        """Say no more."""
        self.quiet = True


def seconds(value: float) -> str:
    """``7.4 s`` below a minute, ``3 min 05 s`` above."""
    if round(value, 1) < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


class Task:
    """One piece of long work. Made by :meth:`Progress.task`."""

    def __init__(self, progress: Progress, title: str, estimate: float | None) -> None:
        self.progress = progress
        self.title = title
        self.estimate = estimate
        self.started = time.monotonic()
        self._id = None
        if progress.live is not None:
            self._id = progress.live.add_task(visible(title), total=estimate, note=self._about())

    def _about(self) -> str:
        return f"about {seconds(self.estimate)}" if self.estimate else ""

    @property
    def elapsed(self) -> float:
        """Seconds since the task began."""
        return time.monotonic() - self.started

    def update(self, note: str = "") -> None:
        """Say what the task is doing now. Without a terminal each new note is a line."""
        if self.progress.live is not None and self._id is not None:
            done = min(self.elapsed, self.estimate) if self.estimate else None
            self.progress.live.update(
                self._id, completed=done, note=visible(self.progress.mask(note)) or self._about()
            )
        elif note:
            self.progress.line(f"  {self.title}: {note} ({seconds(self.elapsed)})")

    def _finish(self, *, failed: bool) -> None:
        if self.progress.live is not None and self._id is not None:
            self.progress.live.remove_task(self._id)
        mark = "failed" if failed else "done"
        self.progress.line(f"{self.title}: {mark} in {seconds(self.elapsed)}")


class Progress:
    """Shows tasks. Use it as a context manager, so that a live display ends with the work.

    :param stream: where to write; standard error by default, which keeps standard output for results.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.console = QuietConsole(
            file=stream or sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=True
        )
        self.live: RichProgress | None = None
        #: What takes the secrets out of all that is shown.
        self.mask: Callable[[str], str] = str

    def __enter__(self) -> Progress:
        if self.console.is_terminal:
            self.live = RichProgress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                TimeElapsedColumn(),
                TextColumn("{task.fields[note]}", markup=False),
                console=self.console,
                transient=True,
            )
            self.live.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self.live is not None:
            self.live.stop()
            self.live = None

    def line(self, text: str) -> None:
        """Print one plain line, above the live display where there is one.

        What a command or a page says moves no cursor here. It is masked as it was said.
        """
        self.console.print(visible(self.mask(text)))

    @contextmanager
    def task(self, title: str, estimate: float | None = None) -> Iterator[Task]:
        """Show ``title`` while the body runs.

        :param estimate: how long it took before, in seconds, where that is known.
        """
        task = Task(self, title, estimate)
        if self.live is None:
            self.line(f"{title} … {task._about()}".rstrip())
        try:
            yield task
        except BaseException:
            task._finish(failed=True)
            raise
        task._finish(failed=False)
