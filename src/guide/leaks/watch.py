"""Looks at the command lines on a machine, again and again: standard library only, it is sent there.

    python watch.py SECONDS

Every user of a machine sees every process of it, with its arguments. Writes each command line that it has not
seen before to standard output, its length in four bytes before it; ends when standard input does, and then
writes, after a length of 0, how often it has looked and for how many seconds of the processor. The
environment of a process can be seen by its own user and the administrator only: that is not looked at.
"""

from __future__ import annotations

import os
import select
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

HEAD = struct.Struct("!I")

PROCESSES = "/proc"

#: A process may put another program in its own place: it is looked at this often.
LOOKS = 4


def main(interval: float) -> None:
    """Look until standard input ends."""
    seen: set[bytes] = set()
    left: dict[str, int] = {}
    times = 0
    while not select.select([sys.stdin], [], [], interval)[0]:
        times += 1
        here = {name for name in os.listdir(PROCESSES) if name.isdigit()}  # noqa: PTH208, it is faster
        for name in left.keys() - here:
            del left[name]
        for name in here:
            looks = left.setdefault(name, LOOKS)
            if not looks:
                continue
            left[name] = looks - 1
            line = command_line(name)
            if line and line not in seen:
                seen.add(line)
                write(line)
    write(b"")
    sys.stdout.buffer.write(f"{times} {time.process_time():.3f}\n".encode())
    sys.stdout.buffer.flush()


def command_line(process: str) -> bytes:
    """The arguments of a process, with spaces between them."""
    with suppress(OSError):
        arguments = Path(f"{PROCESSES}/{process}/cmdline").read_bytes()
        return arguments.rstrip(b"\0").replace(b"\0", b" ")
    return b""


def write(line: bytes) -> None:
    """Tell a command line."""
    sys.stdout.buffer.write(HEAD.pack(len(line)) + line)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
