"""Ends every process of a step, and all their descendants. Standard library only: it also runs in a VM.

Usage: ``python3 reaper.py MARKER``. A process belongs to the step when its environment, as it was
started, holds ``WALKTHROUGH_STEP=MARKER``; a marker that ends with a dash stands for all that begin
with it. The descendants matter because sudo clears the environment of
what it starts, while its own still tells whose it is.
"""

import contextlib
import os
import signal
import sys
import time

ROUNDS = 100


def environment(pid):  # type: (int) -> list[bytes]
    """The variables a process was started with; none where it is gone or not ours to read."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123
            return file.read().split(b"\0")
    except OSError:
        return []


def parent(pid):  # type: (int) -> int
    """The process' parent, 0 where it is gone. A zombie counts as gone: only its parent can end it."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
            # The name, in brackets, may itself hold spaces and brackets.
            state, ppid = file.read().rpartition(b")")[2].split()[:2]
    except OSError:
        return 0
    return 0 if state == b"Z" else int(ppid)


def victims(marker):  # type: (str) -> set[int]
    """The step's processes and their descendants, without this process and its ancestors."""
    wanted = b"WALKTHROUGH_STEP=" + os.fsencode(marker)
    several = wanted.endswith(b"-")
    parents = {pid: parent(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))}  # noqa: PTH208
    found = set()
    for pid in parents:
        held = environment(pid) if parents[pid] else []
        if wanted in held or (several and any(each.startswith(wanted) for each in held)):
            found.add(pid)
    while True:
        more = {pid for pid, ppid in parents.items() if ppid in found} - found
        if not more:
            break
        found |= more
    own = os.getpid()
    while own:
        found.discard(own)
        own = parents.get(own, 0)
    return found


def reap(marker):  # type: (str) -> int
    """Kill until nothing is left; the number of processes that could not be ended."""
    left = set()  # type: set[int]
    for _ in range(ROUNDS):
        left = victims(marker)
        if not left:
            return 0
        for pid in left:
            with contextlib.suppress(OSError):  # it ended by itself, or is not ours to end
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    return len(left)


if __name__ == "__main__":
    sys.exit(1 if reap(sys.argv[1]) else 0)
