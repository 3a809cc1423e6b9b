"""Where programs leave the processor to others, whatever they start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from guide.sandbox.cgroups import Group, entering, of_the_processor
from walkthrough.errors import UserError


@contextmanager
def background(niceness: int, title: str = "background") -> Iterator[list[str]]:
    """Yields the command that goes into the background and becomes what follows it.

    Niceness alone counts within a session only (sched(7), autogroups), and a browser starts its own; a
    control group holds whatever is started in it. Where this machine lets us make none, niceness is all there
    is.
    What is still in the group at the end is ended.

    :param niceness: how far the programs stand back; see nice(1).
    :param title: tells the groups of one process apart.
    """
    command = ["nice", "-n", str(niceness)]
    group = Group(f"gitops-guide-{title}-{os.getpid()}", of_the_processor())
    with suppress(UserError):
        group.create(niceness)
        # A version 2 group is entered at its leaf.
        command = [*entering(group.leaves or group.folders), *command]
    try:
        yield command
    finally:
        group.remove()
