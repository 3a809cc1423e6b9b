"""Where programs leave the processor to others, whatever they start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from guide.sandbox.cgroups import Group, entering
from guide.sandbox.hierarchies import of_the_processor
from walkthrough.errors import UserError


@dataclass(frozen=True)
class Background:
    """Where programs stand back.

    :param enter: the command that goes there and becomes what follows it.
    """

    enter: list[str]
    _group: Group | None
    _niceness: int

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Let the programs stand back no more meanwhile: somebody waits for them."""
        self._stand_back(0)
        try:
            yield
        finally:
            self._stand_back(self._niceness)

    def _stand_back(self, niceness: int) -> None:
        if self._group is not None:
            # The group may be gone: then nothing runs in it.
            with suppress(OSError):
                self._group.stand_back(niceness)


@contextmanager
def background(niceness: int, title: str = "background") -> Iterator[Background]:
    """Make one, for as long as the block runs.

    Niceness alone counts within a session only (sched(7), autogroups), and a browser starts its own; a
    control group holds whatever is started in it. Where this machine lets us make none, niceness is all there
    is.
    What is still in the group at the end is ended.

    :param niceness: how far the programs stand back; see nice(1).
    :param title: tells the groups of one process apart.
    """
    made = Background(["nice", "-n", str(niceness)], None, niceness)
    group = Group(f"gitops-guide-{title}-{os.getpid()}", of_the_processor())
    with suppress(UserError):
        group.create(niceness)
        # A version 2 group is entered at its leaf.
        made = Background([*entering(group.leaves or group.folders), *made.enter], group, niceness)
    try:
        yield made
    finally:
        group.remove()
