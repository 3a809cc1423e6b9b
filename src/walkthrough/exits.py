"""How a command line ends: its exit codes, and every error that a person can fix without a traceback.

0 all is well; 1 a block, a check or a cluster failed; 2 the command line was wrong;
3 something that it needs is missing on this machine; 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import click

from walkthrough.begin import ANEW
from walkthrough.errors import MachineError, UserError
from walkthrough.interrupts import interrupt
from walkthrough.unseen import visible

OK, FAILED, USAGE, MISSING, INTERRUPTED = 0, 1, 2, 3, 130


class MissingError(Exception):
    """A :class:`UserError` about the machine, not about the pages."""

    def __init__(self, error: UserError) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def prerequisites() -> Iterator[None]:
    """What goes wrong here is something that this machine lacks."""
    try:
        yield
    except UserError as error:
        raise MissingError(error) from error


def tell_all(errors: Sequence[UserError]) -> int:
    """Print errors one by one; the exit code that they mean."""
    for each in errors:
        click.echo(visible(f"error: {each}"), err=True)
    return FAILED if errors else OK


def run(command: click.Command, given: Sequence[str], name: str) -> None:
    """Run a command line and exit.

    :param name: what the program is called.
    """
    open_what_is_closed()
    forget_odd_sizes()
    for stream in (sys.stdout, sys.stderr):
        # A sign that the terminal's encoding has not is shown by its number, and ends nothing.
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
    with _ended_by(signal.SIGTERM, signal.SIGHUP):
        code = _run(command, given, name)
    sys.exit(_written(code if isinstance(code, int) else OK))


def open_what_is_closed() -> None:
    """Let standard input, output and error go nowhere where they are closed.

    What is opened next would else take their numbers, and whatever is run would write into that.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def forget_odd_sizes() -> None:
    """Let a terminal be as large as it says itself, where the environment names a size that none has.

    What draws tables and bars would count with it, and end there.
    """
    for name in ("COLUMNS", "LINES"):
        if not re.fullmatch(r"[1-9][0-9]{0,3}", os.environ.get(name, "1")):
            del os.environ[name]


def _written(code: int) -> int:
    """Write what is still to be written; what cannot be makes a success none.

    Python would try again as it ends, say that in its own way, and end with 120.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError) as error:
            _drop(stream)
            code = code or MISSING
            if isinstance(error, OSError) and error.errno != errno.EPIPE:
                _say(f"error: {_of_the_machine(error)}")
    return code


def _drop(stream: TextIO) -> None:
    """Let what a stream still holds, and all that comes, go nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _say(text: str) -> None:
    """Say it on standard error, if anything can be said there."""
    try:
        click.echo(visible(text), err=True)
    except (OSError, ValueError):
        _drop(sys.stderr)


@contextmanager
def _ended_by(*numbers: signal.Signals) -> Iterator[None]:
    """Let these signals end the command as Ctrl-C does, so that all that it has begun is cleaned up."""
    # Whoever had them ignored, as nohup does, goes on without them.
    before = {number: signal.getsignal(number) for number in numbers}
    mine = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in mine:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, before[number])


def _run(command: click.Command, given: Sequence[str], name: str) -> Any:
    try:
        code = command.main(list(given), prog_name=name, standalone_mode=False)
    except click.ClickException as wrong:
        _show(wrong)
        code = USAGE
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        code = INTERRUPTED
    except SystemExit as ended:
        # Not at once: what is still to be written may change it.
        code = ended.code if isinstance(ended.code, int) else OK if ended.code is None else FAILED
    except MissingError as missing:
        code = _tell(missing.error, given, MISSING)
    except MachineError as refused:
        code = _tell(refused, given, MISSING)
    except UserError as failed:
        code = _tell(failed, given, FAILED)
    except MemoryError:
        full = UserError("there is no memory left", fix="end something else, or take another machine")
        code = _tell(full, given, MISSING)
    except BrokenPipeError:
        # The reader of our output has seen enough; there is nothing left to flush.
        _drop(sys.stdout)
        code = FAILED
    except OSError as error:
        # What no part of the program has foreseen: the machine's, not the pages'.
        code = _tell(_of_the_machine(error), given, MISSING)
    except ImportError as error:
        absent = UserError(f"a part of this program cannot be loaded: {error}", where=sys.prefix, fix=ANEW)
        code = _tell(absent, given, MISSING)
    except Exception as fault:
        code = _tell(_of_the_program(fault), given, FAILED)
    return code


def _show(wrong: click.ClickException) -> None:
    try:
        wrong.show()
    except (OSError, ValueError):
        _drop(sys.stderr)


def _of_the_program(fault: Exception) -> UserError:
    """A fault of the program's own: no person at the keyboard can fix it, and they can tell of it."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return UserError(
        f"a fault of this program: {type(fault).__name__}: {str(fault)[:300]}",
        where=f"{last.filename}:{last.lineno}",
        fix="run it again with --debug, and report what it says then",
    )


def _here_is_gone() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def _of_the_machine(error: OSError) -> UserError:
    """What the system refused, as a person can fix it."""
    if error.errno == errno.ENOENT and error.filename is None and _here_is_gone():
        gone = os.environ.get("PWD")
        return UserError(
            "the folder that this was begun in is gone", where=gone, fix="cd to one that is there"
        )
    fixes = {
        errno.ENOSPC: "make room on that disk",
        errno.EDQUOT: "make room: the quota is used up",
        errno.EACCES: "let it be read and written by whoever runs this",
        errno.EPERM: "let it be read and written by whoever runs this",
        errno.EROFS: "take a folder that may be written to: XDG_CACHE_HOME, XDG_STATE_HOME, TMPDIR",
        errno.ENOTDIR: "take away the file that stands where a folder should be",
        errno.EEXIST: "take away the file that stands where a folder should be",
    }
    if error.errno == errno.ENOENT and error.filename and "/" not in str(error.filename):
        name = str(error.filename)
        return UserError(f"the program {name} is not on PATH", fix=f"install {name}, or put it on PATH")
    fix = fixes.get(error.errno or 0, "fix that, and run it again; with --debug it says where it arose")
    where = str(error.filename) if error.filename is not None else None
    return UserError(f"this machine refuses: {error.strerror or error}", where=where, fix=fix)


def _tell(error: UserError, given: Sequence[str], code: int) -> int:
    if "--debug" in given:
        raise error
    _say(f"error: {error}")
    return code
