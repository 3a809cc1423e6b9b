"""Gives up what goes on for ever: a page, say, that Markdown does not get through."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class LateError(BaseException):
    """It took too long. No library that takes an exception for its own business takes this one."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let the block use so many seconds of the processor, which a busy machine does not make fewer.

    In the main thread only, which alone hears of signals; and once, for what is in another such block is in
    the outer one's time.

    :raises LateError: it used them up.
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getitimer(signal.ITIMER_VIRTUAL)[0]
    ):
        yield
        return

    def late(_number: int, _frame: FrameType | None) -> None:
        raise LateError

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
