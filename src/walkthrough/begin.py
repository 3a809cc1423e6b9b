"""The first moment of a program, while its modules are still read."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from importlib import import_module

#: What to do where a package that the program stands on cannot be loaded.
ANEW = "install it there anew (in a checkout: make clean, make serve); PYTHONPATH is to name nothing else"


def begin(module: str) -> None:
    """Run the ``main`` of a module; Ctrl-C before it is read ends the process at once, and says nothing.

    Nothing has been started by then that would have to be cleaned up.
    """
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        main = import_module(module).main
    except ImportError as error:
        if "--debug" in sys.argv:
            raise
        # What else tells errors may be what is missing.
        with suppress(OSError, ValueError):
            told = f"error: a part of this program cannot be loaded: {error}"
            print(f"{told}\n  where: {sys.prefix}\n  what to do: {ANEW}", file=sys.stderr)
        sys.exit(3)
    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
