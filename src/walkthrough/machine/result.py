"""What becomes of one run of a step."""

from __future__ import annotations

from dataclasses import dataclass

from walkthrough.machine.capture import Captured


@dataclass(frozen=True)
class Result:
    """What became of one run of a step.

    :param code: the exit code; none when it ran out of time.
    :param line: the line of its body that failed, where bash knows it; from 1.
    :param saved: whether it handed the shell's state on.
    :param seconds: how long it ran.
    :param secrets: the values of secret variables.
    :param unmasked: the names of those whose value is too short to be masked.
    :param complaint: what is wrong with how it ended, whatever the exit code is.
    :param went_on: lines that failed and were followed by others, each with its exit code: in a terminal.
    """

    code: int | None
    stdout: Captured
    stderr: Captured
    seconds: float
    line: int | None = None
    saved: bool = False
    secrets: tuple[str, ...] = ()
    unmasked: tuple[str, ...] = ()
    complaint: str = ""
    went_on: tuple[tuple[int, int], ...] = ()

    @property
    def timed_out(self) -> bool:
        """Whether it was ended because it ran out of time."""
        return self.code is None
