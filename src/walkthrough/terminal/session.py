"""A program in a terminal, from this side: keys in, what it prints out."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from walkthrough.errors import UserError
from walkthrough.terminal import relay

#: The program that holds the terminal; sent to the machine that it is to run on.
RELAY = Path(relay.__file__)

#: As terminals send it since bash 5.1 and zsh 5.1 ask for it: what is between them is text, not keys.
_PASTE, _PASTED = b"\x1b[200~", b"\x1b[201~"

CTRL_C = b"\x03"
#: The shell has taken the line: what it prints comes after.
TAKEN = b"\x1b[?2004l"


class Terminal:
    """One terminal with a program in it.

    :param command: the command line of :mod:`walkthrough.terminal.relay` and of the program.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        #: What it has printed so far, as the terminal gets it: on its own, and on the one for errors.
        self.out = bytearray()
        self.err = bytearray()
        #: The program's exit code, once it has ended.
        self.ended: int | None = None
        self._received = b""
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, env=env
            )
        except OSError as error:
            raise UserError(f"a terminal cannot be opened: {error}", where=command[0]) from error

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def paste(self, text: str) -> None:
        """Put a text into the terminal as from the clipboard, and press Enter."""
        # A terminal sends a carriage return for each line end, and no other control character.
        plain = re.sub(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]", "", text.rstrip("\n"))
        self.press(_PASTE + plain.replace("\n", "\r").encode() + _PASTED + b"\r")

    def press(self, keys: bytes) -> None:
        """Press keys."""
        self._send(b"I", keys)

    def signal(self, number: int) -> None:
        """Send a signal to the job in the foreground."""
        self._send(b"S", str(number).encode())

    def wait(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Read on until a condition on what was printed holds; false when it ends or time is over first."""
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            if self.ended is not None or left <= 0:
                return False
            self._read(left)
        return True

    def close(self) -> None:
        """Hang up, and wait until the program is gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(relay.GRACE + 3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _send(self, letter: bytes, content: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(relay.HEAD.pack(letter, len(content)) + content)
            self._process.stdin.flush()
        except BrokenPipeError:
            self._read(0)

    def _read(self, timeout: float) -> None:
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], timeout)
        if not readable:
            return
        chunk = os.read(self._process.stdout.fileno(), 65536)
        if not chunk:
            self.ended = self._process.wait() if self.ended is None else self.ended
            return
        self._received += chunk
        while len(self._received) >= relay.HEAD.size:
            letter, size = relay.HEAD.unpack(self._received[: relay.HEAD.size])
            end = relay.HEAD.size + size
            if len(self._received) < end:
                break
            content, self._received = self._received[relay.HEAD.size : end], self._received[end:]
            if letter == b"X":
                self.ended = int(content)
            else:
                (self.out if letter == b"O" else self.err).extend(content)
