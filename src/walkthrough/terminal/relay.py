"""Runs a program in a terminal of its own, on whatever machine this file is sent to: standard library only.

    python relay.py STREAMS PROGRAM [ARGUMENT]…

``STREAMS`` is ``one``, as every terminal has it, or ``two``: standard error is then a second terminal of the
same size, so that both streams are terminals to the program and yet can be told apart. The program finds the
name of that second one in ``WALKTHROUGH_STDERR``.

Standard input brings messages, standard output takes them: a letter, the length in four bytes, the content.
``I`` keys, ``S`` a signal's number for the job in the foreground; ``O`` and ``E`` what was printed, ``X`` the
exit code. The end of standard input hangs up the terminal.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

ROWS, COLUMNS = 50, 200

#: Seconds that the program has to end after it was hung up on.
GRACE = 2.0

HEAD = struct.Struct("!cI")


def start(streams: str, command: list[str]) -> tuple[int, dict[int, bytes]]:
    """Start the program; its process, and what each of the terminals' own ends carries."""
    ends: dict[int, bytes] = {}
    slaves = []
    for letter in (b"O", b"E") if streams == "two" else (b"O",):
        master, slave = pty.openpty()
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        ends[master] = letter
        slaves.append(slave)
    process = os.fork()
    if process == 0:
        for ignored in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_DFL)  # what Python and this program ignore, a shell does not
        os.setsid()
        fcntl.ioctl(slaves[0], termios.TIOCSCTTY, 0)
        os.environ["WALKTHROUGH_STDERR"] = os.ttyname(slaves[-1])
        for number, slave in enumerate((slaves[0], slaves[0], slaves[-1])):
            os.dup2(slave, number)
        os.closerange(3, 256)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"{command[0]}: {error.strerror}\r\n".encode())
            os._exit(127)
    for slave in slaves:
        os.close(slave)
    return process, ends


def send(letter: bytes, content: bytes) -> None:
    """Tell the other side."""
    data = HEAD.pack(letter, len(content)) + content
    while data:
        data = data[os.write(1, data) :]


class Incoming:
    """Messages from the other side, put together from what the pipe brings."""

    def __init__(self) -> None:
        self.open = True
        self.data = b""

    def read(self) -> list[tuple[bytes, bytes]]:
        """The messages that are complete now."""
        chunk = os.read(0, 65536)
        self.open = bool(chunk)
        self.data += chunk
        messages = []
        while len(self.data) >= HEAD.size:
            letter, size = HEAD.unpack(self.data[: HEAD.size])
            if len(self.data) < HEAD.size + size:
                break
            messages.append((letter, self.data[HEAD.size : HEAD.size + size]))
            self.data = self.data[HEAD.size + size :]
        return messages


def read(end: int) -> bytes:
    """What a terminal prints; nothing once no program holds it."""
    try:
        return os.read(end, 65536)
    except OSError:
        return b""


def to_foreground(end: int, number: int) -> None:
    """Send a signal to the job in the foreground; what belongs to somebody else stays as it is."""
    with contextlib.suppress(OSError):
        os.killpg(os.tcgetpgrp(end), number)


def serve(process: int, ends: dict[int, bytes]) -> None:
    """Carry messages until the program has closed its terminals, or the other side has hung up."""
    main = next(iter(ends))
    incoming, keys = Incoming(), b""
    while incoming.open and ends:
        readable, writable, _ = select.select([0, *ends], [main] if keys and main in ends else [], [], 1.0)
        if 0 in readable:
            for letter, content in incoming.read():
                if letter == b"I":
                    keys += content
                elif main in ends:
                    to_foreground(main, int(content))
        if writable:
            keys = keys[os.write(main, keys[:1024]) :]
        for end in [each for each in readable if each]:
            if printed := read(end):
                send(ends[end], printed)
            else:
                del ends[end]
                os.close(end)
        if not readable and os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break  # what it left in the background may hold the terminal for ever
    # Whatever still has the terminal is hung up on, also a shell that waits for its output to be read.
    for end in ends:
        os.close(end)


def end(process: int) -> int:
    """The program's exit code; it is killed if it does not end."""
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main() -> None:
    """Run the program that the command line names."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is a key like any other here
    process, ends = start(sys.argv[1], sys.argv[2:])
    serve(process, ends)
    code = end(process)
    with contextlib.suppress(OSError):
        send(b"X", str(code).encode())


if __name__ == "__main__":
    main()
