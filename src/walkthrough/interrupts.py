"""Puts off what ends a run while something is begun that would be lost otherwise."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import NoReturn

#: The signals that end a run.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    """The handler of a signal that ends a run as Ctrl-C does.

    :raises KeyboardInterrupt: always; it names the signal.
    """
    raise KeyboardInterrupt(f"signal {signal.Signals(number).name}")


@contextmanager
def signals_held() -> Iterator[None]:
    """Put off what the handlers of signals do until the block is done.

    One that raises while a process is being started loses it: it runs on, and nobody knows of it.
    """
    arrived: list[signal.Signals] = []
    # Only the main thread may set handlers, and only there they run.
    handled = ENDING if current_thread() is main_thread() else ()
    before = {number: signal.getsignal(number) for number in handled}
    held = [number for number, handler in before.items() if callable(handler)]
    for number in held:
        signal.signal(number, lambda number, _frame: arrived.append(signal.Signals(number)))
    try:
        yield
    finally:
        for number in held:
            signal.signal(number, before[number])
        for number in arrived:
            signal.raise_signal(number)
