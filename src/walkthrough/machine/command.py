"""Running another program: with a deadline, without a terminal, and with errors that say what it said."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from walkthrough.errors import UserError
from walkthrough.interrupts import signals_held
from walkthrough.progress import seconds

if TYPE_CHECKING:
    from walkthrough.progress import Task

#: How long a program may take to stop after it is interrupted, in seconds.
GRACE = 10.0


@dataclass(frozen=True)
class Result:
    """How a program ended and what it wrote."""

    argv: tuple[str, ...]
    code: int
    stdout: str
    stderr: str

    @property
    def command(self) -> str:
        """The command line as one would type it."""
        return shlex.join(self.argv)

    def words(self, lines: int = 8) -> str:
        """The end of what the program said, standard error first where there is any."""
        text = self.stderr.strip() or self.stdout.strip()
        return "\n".join(line.rstrip() for line in text.splitlines()[-lines:])

    def error(self, fix: str | None = None) -> UserError:
        """This result as an error."""
        said = self.words()
        what = f"a command failed with exit code {self.code}" + (f": {said}" if said else "")
        return UserError(what, where=self.command, fix=fix)


def run(
    argv: Sequence[str],
    *,
    timeout: float,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    task: Task | None = None,
    check: bool = True,
    fix: str | None = None,
) -> Result:
    """Run a program to its end.

    It gets no terminal and a session of its own, so that nothing can ask a question and wait for
    ever, and so that a Ctrl-C reaches it through us only.

    :param timeout: seconds; then it is interrupted, and killed if that does not help.
    :param stdin: what it reads; nothing by default.
    :param env: its whole environment; ours by default.
    :param task: moved on once a second, for the display.
    :param check: an exit code other than 0 is an error.
    :param fix: what to do about a failure, for the error.
    :raises UserError: it cannot be started, fails, or takes too long.
    """
    process: subprocess.Popen[str] | None = None
    try:
        with signals_held():
            process = _start(argv, stdin, env)
        deadline = time.monotonic() + timeout
        while True:
            try:
                left = deadline - time.monotonic()
                stdout, stderr = process.communicate(timeout=max(0.0, min(1.0, left)))
                break
            except subprocess.TimeoutExpired:
                if task is not None:
                    task.update()
                if time.monotonic() >= deadline:
                    raise UserError(
                        f"a command did not end within {seconds(timeout)}", where=shlex.join(argv), fix=fix
                    ) from None
    except BaseException:
        if process is not None:
            end(process)
        raise
    result = Result(tuple(argv), process.returncode, stdout, stderr)
    if check and result.code != 0:
        raise result.error(fix)
    return result


def _start(argv: Sequence[str], stdin: str, env: Mapping[str, str] | None) -> subprocess.Popen[str]:
    # A file, not a pipe: communicate() in turns of a second forgets what it has not yet written.
    with tempfile.TemporaryFile() as given:
        given.write(stdin.encode())
        given.seek(0)
        try:
            return subprocess.Popen(
                argv,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=env,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            what = f"{argv[0]} cannot be started: {error.strerror}"
            raise UserError(what, where=shlex.join(argv)) from error


def end(process: subprocess.Popen[str]) -> None:
    """Interrupt a program and its process group, then kill what is left.

    The interrupt comes first: ``snap`` then aborts the change it waits for, while a killed
    ``snap`` leaves it to go on in the daemon.
    """
    for name, number in (("INT", signal.SIGINT), ("KILL", signal.SIGKILL)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        except PermissionError:
            # What sudo started belongs to root.
            subprocess.run(
                ["sudo", "-n", "kill", "-s", name, "--", f"-{process.pid}"],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=GRACE)
            return


def poll(condition: Callable[[], bool], *, timeout: float, interval: float = 1.0) -> bool:
    """Whether ``condition`` came true within ``timeout`` seconds; asked at least once."""
    deadline = time.monotonic() + timeout
    while not condition():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(interval, left))
    return True


def memory_total() -> int:
    """The machine's memory in bytes (Linux and macOS)."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def disk_free(path: Path) -> int:
    """Bytes that an ordinary user may still write where ``path`` is, or will be."""
    while not path.exists():
        path = path.parent
    state = os.statvfs(path)
    return state.f_bavail * state.f_frsize


def gib(size: int) -> str:
    """A number of bytes in GiB, one decimal."""
    return f"{size / 2**30:.1f} GiB"
