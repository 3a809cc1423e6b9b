"""Progress of long work."""

import io
import re

import pytest

from walkthrough.progress import Progress, seconds


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0 s"),
        (7.44, "7.4 s"),
        (59.94, "59.9 s"),
        (59.97, "1 min 00 s"),
        (60, "1 min 00 s"),
        (185.4, "3 min 05 s"),
        (3600, "60 min 00 s"),
    ],
)
def test_seconds(value: float, text: str) -> None:
    assert seconds(value) == text


def test_without_a_terminal_there_are_plain_lines() -> None:
    stream = io.StringIO()
    with Progress(stream) as progress, progress.task("Building etcd", estimate=50) as task:
        task.update("compiling [raft]")
        task.update()
    begun, update, done = stream.getvalue().splitlines()
    assert begun == "Building etcd … about 50.0 s"
    assert re.fullmatch(r"  Building etcd: compiling \[raft\] \(\d+\.\d s\)", update)
    assert re.fullmatch(r"Building etcd: done in \d+\.\d s", done)
    assert "\x1b" not in stream.getvalue()


def test_long_lines_are_not_broken() -> None:
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress.line("æøå " * 200)
    assert stream.getvalue().count("\n") == 1


def test_a_failure_is_said_and_passed_on() -> None:
    stream = io.StringIO()
    with Progress(stream) as progress, pytest.raises(ZeroDivisionError), progress.task("Dividing"):
        _ = 1 / 0
    assert stream.getvalue().splitlines()[0] == "Dividing …"
    assert "Dividing: failed in" in stream.getvalue()


def test_on_a_terminal_the_display_ends_with_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Progress(stream) as progress:
        assert progress.live is not None
        with progress.task("Building", estimate=10) as task:
            task.update("etcd")
            assert task.elapsed < 10
            progress.live.refresh()
    assert progress.live is None
    assert "Building" in stream.getvalue()
    assert "done in" in stream.getvalue()
    # The cursor, hidden while the display lives, is shown again.
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")


def test_a_task_that_takes_longer_than_estimated_stays_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with Progress(Terminal()) as progress, progress.task("Building", estimate=0.000001) as task:
        task.update("late")
        assert progress.live is not None
        assert progress.live.tasks[0].percentage == 100
