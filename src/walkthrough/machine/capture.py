"""Reads what a step prints, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import IO

#: Bytes kept of the beginning and of the end of each stream.
HEAD = TAIL = 512 * 1024

_CHUNK = 1 << 16
_RECORD = b"\x1e"


@dataclass(frozen=True)
class Captured:
    """One stream of a step.

    :param head: its beginning; all of it unless it was truncated.
    :param tail: its end, where it was truncated.
    :param size: how many bytes were written in all.
    :param sha256: the digest of all of them, in hexadecimal.
    """

    head: bytes
    tail: bytes
    size: int
    sha256: str

    @property
    def truncated(self) -> bool:
        """Whether the middle was thrown away."""
        return self.size > len(self.head) + len(self.tail)

    @property
    def binary(self) -> bool:
        """Whether it is no text in UTF-8."""
        if b"\0" in self.head or b"\0" in self.tail:
            return True
        try:
            (self.head if self.truncated else self.head + self.tail).decode()
        except UnicodeDecodeError as error:
            # A character may be cut in two where the head ends.
            return not (self.truncated and error.start >= len(self.head) - 3)
        return False

    @property
    def text(self) -> str:
        """The stream as text; what is missing or is no text is said in its place."""
        if self.binary:
            return f"[{self.size} bytes that are no text, SHA-256 {self.sha256}]\n"
        if not self.truncated:
            return (self.head + self.tail).decode()
        left_out = self.size - len(self.head) - len(self.tail)
        head, tail = self.head.decode(errors="ignore"), self.tail.decode(errors="ignore")
        return f"{head}\n[{left_out} bytes of {self.size} left out]\n{tail}"


class Reader:
    """Reads a pipe until the driver's mark says that the step is over, and then throws away the rest.

    :param nonce: the mark is ``\\x1e``, the nonce, a trailer, ``\\x1e``.
    :param on_end: called once, when the step's output is complete.
    """

    def __init__(self, pipe: IO[bytes], nonce: str, on_end: Callable[[], None]) -> None:
        self._pipe = pipe
        self._on_end = on_end
        self._mark = _RECORD + nonce.encode()
        self._head = bytearray()
        self._tail = bytearray()
        self._size = 0
        self._digest = hashlib.sha256()
        self._record: bytearray | None = None
        #: What stood in the mark; none while the step runs, or when it ended without one.
        self.trailer: bytes | None = None
        #: Set when nothing holds the pipe any more.
        self.ended = Event()

    @property
    def captured(self) -> Captured:
        """What has been read so far."""
        return Captured(bytes(self._head), bytes(self._tail[-TAIL:]), self._size, self._digest.hexdigest())

    def read(self) -> None:
        """Read to the end of the pipe. Meant for a thread of its own."""
        held = b""  # what may be the beginning of the mark
        with self._pipe:
            while chunk := self._pipe.read1(_CHUNK):  # type: ignore[attr-defined]
                if self.trailer is not None:
                    continue
                if self._record is not None:
                    self._record += chunk
                else:
                    data = held + chunk
                    at = data.find(self._mark)
                    if at < 0:
                        cut = max(0, len(data) - len(self._mark) + 1)
                        cut = data.find(_RECORD, cut) if _RECORD in data[cut:] else len(data)
                        self._keep(data[:cut])
                        held = data[cut:]
                        continue
                    self._keep(data[:at])
                    held = b""
                    self._record = bytearray(data[at + len(self._mark) :])
                if _RECORD in self._record:
                    self.trailer = bytes(self._record.partition(_RECORD)[0])
                    self._on_end()
        self.ended.set()
        if self.trailer is None:
            self._keep(held)
            self._on_end()

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        self._digest.update(data)
        room = HEAD - len(self._head)
        self._head += data[: max(0, room)]
        self._tail += data[max(0, room) :]
        if len(self._tail) > 2 * TAIL:
            del self._tail[:-TAIL]
