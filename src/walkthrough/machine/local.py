"""This machine's bash with a folder of its own: no wall around what a step does."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.machine import reaper
from walkthrough.machine.base import Answer, Disposition, Options
from walkthrough.machine.command import run
from walkthrough.machine.keeping import Keeping, copy
from walkthrough.progress import Progress


def _path() -> str:
    """Where steps look for programs: as the author does, then beside the harness, for pages about itself.

    What is no whole path is left out: a step is in another folder than the author.
    """
    folders = os.environ.get("PATH", os.defpath).split(":")
    return ":".join([*(each for each in folders if each.startswith("/")), str(Path(sys.executable).parent)])


class Local(Keeping):
    """Runs steps on this machine with a temporary ``HOME``.

    ``options.extra`` makes it behave: ``refuse`` fails in :meth:`create` with that text; ``fingerprint`` is
    what its state depends on.
    """

    provider = "local"

    def __init__(self, options: Options, progress: Progress) -> None:
        super().__init__(options, progress)
        self.home: Path | None = None

    def preflight(self) -> None:
        """Nothing is needed but bash."""

    def create(self) -> None:
        """Make the home."""
        if "refuse" in self.options.extra:
            raise UserError(self.options.extra["refuse"], where=self.provider)
        self.home = Path(tempfile.mkdtemp(prefix="walkthrough-local-"))

    def fingerprint(self) -> Mapping[str, str]:
        """What the options say."""
        return {"local": self.options.extra.get("fingerprint", "")}

    def save(self, folder: Path) -> None:
        """Copy the home. Nothing is stopped: what the steps left running was ended before."""
        assert self.home is not None
        copy([self.home], folder)

    def restore(self, folder: Path) -> None:
        """Put the home where it was, as a machine has it: what the shell knows holds its path."""
        (kept,) = folder.iterdir()
        home = Path(tempfile.gettempdir(), kept.name)
        if home.exists():
            raise UserError("another run is at home here", where=str(home), fix="wait until it has ended")
        self.home = home
        copy([kept], home.parent)

    def wait_ready(self) -> None:
        """It is ready at once."""

    def argv(self, command: Sequence[str]) -> list[str]:
        """The command with a clean environment."""
        return [
            "env",
            "-i",
            f"--chdir={self.home}",
            f"HOME={self.home}",
            f"PATH={_path()}",
            "LANG=C.UTF-8",
            "TERM=dumb",
            *command,
        ]

    def kill(self, marker: str) -> None:
        """End the processes that carry the marker, until none is left."""
        reaper.reap(marker)

    def destroy(self) -> None:
        """Remove the home."""
        if self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)

    def answer(self, tag: str) -> Answer:
        """Everything runs."""
        return Answer(Disposition.RUN)

    def versions(self) -> dict[str, str]:
        """Only bash runs."""
        done = run(["bash", "-c", 'printf %s "$BASH_VERSION"'], timeout=10, check=False)
        return {"bash": done.stdout or "unknown"}
