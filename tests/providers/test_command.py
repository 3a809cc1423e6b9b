"""Running programs: deadlines, interrupts, errors."""

from __future__ import annotations

import signal
import sys
import threading
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from walkthrough.errors import UserError
from walkthrough.machine.command import poll, run

#: Writes its process id where it is told, then sleeps.
SLEEPER = "import os,sys,time; open(sys.argv[1],'w').write(str(os.getpid())); time.sleep(120)"
STUBBORN = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); " + SLEEPER


def gone(pid: int) -> bool:
    """Whether a process that was ended is no more; a busy machine takes its time."""

    def ended() -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        return state in (b"Z", b"X")

    return poll(ended, timeout=300, interval=0.01)


def test_gives_exit_code_and_both_streams() -> None:
    result = run(["sh", "-c", "echo out; echo err >&2; exit 7"], timeout=30, check=False)
    assert (result.code, result.stdout, result.stderr) == (7, "out\n", "err\n")


def test_a_failure_says_what_the_program_said_and_what_to_do() -> None:
    with pytest.raises(UserError) as caught:
        run(["sh", "-c", "echo no room >&2; exit 3"], timeout=30, fix="make room")
    assert "exit code 3: no room" in caught.value.what
    assert caught.value.where == "sh -c 'echo no room >&2; exit 3'"
    assert caught.value.fix == "make room"


def test_a_missing_program_is_an_error_that_names_it() -> None:
    with pytest.raises(UserError, match="no-such-program cannot be started: No such file"):
        run(["no-such-program"], timeout=30)


def test_nothing_waits_for_a_question() -> None:
    assert run(["sh", "-c", "read answer || echo nobody"], timeout=30).stdout == "nobody\n"
    script = "test -t 0 || (: < /dev/tty) 2>/dev/null || echo no terminal"
    assert run(["sh", "-c", script], timeout=30).stdout == "no terminal\n"


def test_what_a_slow_program_is_given_reaches_it_whole() -> None:
    # More than a pipe holds, and not read within the first second.
    counted = run(["sh", "-c", "sleep 1.5; wc -c"], timeout=30, stdin="x" * 1_000_000)
    assert counted.stdout.strip() == "1000000"


def test_passes_bytes_that_are_no_text() -> None:
    assert run(["printf", r"\377\n"], timeout=30).stdout == "\ufffd\n"


@pytest.mark.parametrize("program", [SLEEPER, STUBBORN])
def test_ends_what_takes_too_long(tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("walkthrough.machine.command.GRACE", 0.5)
    note = tmp_path / "pid"

    hours = count(1)

    def clock() -> float:
        """Stands still until the program is known to sleep; from then on it is an hour later at each look."""
        return 3600.0 * next(hours) if note.exists() and note.read_text() else 0.0

    monkeypatch.setattr("walkthrough.machine.command.time", SimpleNamespace(monotonic=clock))
    with pytest.raises(UserError, match=r"did not end within 2\.0 s"):
        run([sys.executable, "-S", "-c", program, str(note)], timeout=2)
    monkeypatch.undo()
    assert gone(int(note.read_text()))


def test_an_interrupt_ends_the_program_first(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    def interrupt() -> None:
        assert poll(lambda: note.exists() and note.read_text() != "", timeout=120, interval=0.02)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-S", "-c", SLEEPER, str(note)], timeout=60)
    thread.join()
    assert gone(int(note.read_text()))


def test_poll_asks_at_least_once_and_then_until_its_deadline() -> None:
    answers = iter([False, False, True])
    assert poll(lambda: next(answers), timeout=300, interval=0.01)
    assert poll(lambda: True, timeout=0)
    assert not poll(lambda: False, timeout=0.02, interval=0.01)
