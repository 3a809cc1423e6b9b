"""A terminal whose shell tells of itself in marks: that it shows its prompt, waits, how a step ended."""

from __future__ import annotations

from collections.abc import Sequence

from walkthrough.terminal.marks import Marks
from walkthrough.terminal.session import TAKEN, Terminal


class ShellTerminal(Terminal):
    """What the shell has told since the last :meth:`forget`, on both of its streams."""

    def __init__(self, command: Sequence[str], marks: Marks) -> None:
        super().__init__(command)
        self._marks = marks

    def forget(self) -> None:
        """Let what comes next be all that was told."""
        del self.out[:], self.err[:]

    def streams(self) -> tuple[bytes, bytes]:
        """What it printed, with the marks."""
        return bytes(self.out), bytes(self.err)

    def ready(self) -> bool:
        """Whether the shell is at its prompt, and all that it printed before has come."""
        ends = [self._marks.last(each, b"end") for each in self.streams()]
        return min(ends) >= 0 and any(
            self._marks.last(each, b"ready") > end for each, end in zip(self.streams(), ends, strict=True)
        )

    def back(self) -> bool:
        """Whether the shell shows its prompt after it has taken what was pasted."""
        return any(self._marks.last(each, b"ready") > each.rfind(TAKEN) >= 0 for each in self.streams())

    def came_to_its_end(self) -> bool:
        """Whether it told the end before its prompt: on the terminal of the prompt nothing can come later."""
        return any(
            0 <= self._marks.last(each, b"end") < self._marks.last(each, b"ready") for each in self.streams()
        )

    def waits(self) -> bool:
        """Whether it asks for more: something is not closed."""
        return any(self._marks.last(each, b"more") >= 0 for each in self.streams())

    def code(self) -> int:
        """The exit code of what was pasted."""
        ends = self.told(b"end")
        return int(ends[-1]) if ends else 1

    def told(self, name: bytes) -> list[bytes]:
        """What the shell told under a name."""
        return self._marks.told(bytes(self.err), name)
