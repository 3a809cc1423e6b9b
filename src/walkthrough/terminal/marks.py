"""The marks that the reader's shell puts into what it prints (``typed.bash``, ``typed.zsh``)."""

from __future__ import annotations

import hashlib
import re

from walkthrough.machine.capture import HEAD, TAIL, Captured
from walkthrough.terminal.screen import shown


class Marks:
    """Finds marks: ``\\x1e``, the nonce, a name, what it tells, ``\\x1e``.

    :param nonce: no step can know it.
    """

    def __init__(self, nonce: str) -> None:
        self._mark = re.compile(rb"\x1e%s (\w+) ?([^\x1e]*)\x1e" % nonce.encode())

    def told(self, stream: bytes, name: bytes) -> list[bytes]:
        """What is told under a name."""
        return [match[2] for match in self._mark.finditer(stream) if match[1] == name]

    def last(self, stream: bytes, name: bytes) -> int:
        """Where the last mark of a name stands; -1 where there is none."""
        return max((match.start() for match in self._mark.finditer(stream) if match[1] == name), default=-1)

    def without(self, stream: bytes) -> bytes:
        """A stream without its marks."""
        return self._mark.sub(b"", stream)

    def printed(self, stream: bytes) -> Captured:
        """What a step printed, as a screen shows it: from the mark that it began to the one that it ended."""
        marks = list(self._mark.finditer(stream))
        start = next((match.end() for match in marks if match[1] == b"begin"), 0)
        end = next((match.start() for match in reversed(marks) if match[1] == b"end"), len(stream))
        text = shown(self.without(stream[start : max(start, end)]))
        return Captured(text[:HEAD], text[HEAD:][-TAIL:], len(text), hashlib.sha256(text).hexdigest())
