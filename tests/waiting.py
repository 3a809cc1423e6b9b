"""Waiting for what comes in its own time, on a machine that may have much else to do."""

from __future__ import annotations

from collections.abc import Callable

from walkthrough.machine.command import poll

#: Seconds after which only what is broken has not come.
DEADLINE = 120.0


def until(condition: Callable[[], object], what: str = "the condition", seconds: float = DEADLINE) -> None:
    """Return when a condition holds; fail where it does not in time."""
    held = poll(lambda: bool(condition()), timeout=seconds, interval=0.05)
    assert held, f"{what}: not within {seconds:.0f} s"
