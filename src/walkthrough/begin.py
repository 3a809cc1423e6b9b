"""The first moment of a program, while its modules are still read."""

from __future__ import annotations

import signal
from importlib import import_module


def begin(module: str) -> None:
    """Run the ``main`` of a module; Ctrl-C before it is read ends the process at once, and says nothing.

    Nothing has been started by then that would have to be cleaned up.
    """
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    main = import_module(module).main
    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
