"""The life of the machine that a run is on, and of the reader's shell there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walkthrough.errors import UserError
from walkthrough.machine.base import Cluster
from walkthrough.machine.shell import Shell
from walkthrough.run.background import Background
from walkthrough.run.secrecy import Secrecy

if TYPE_CHECKING:
    from walkthrough.checkpoints.standing import Standing


class Lifecycle:
    """From the first block's turn to the end of the run.

    :param cluster: not yet created.
    :param standing: the checkpoint to begin at, in place of a new cluster.
    """

    def __init__(
        self,
        cluster: Cluster,
        shell: Shell,
        background: Background,
        secrecy: Secrecy,
        standing: Standing | None = None,
    ) -> None:
        self.cluster = cluster
        self.shell = shell
        self.secrecy = secrecy
        self.standing = standing
        #: Why there is no cluster.
        self.broken: UserError | None = None
        #: What went wrong in the harness itself: what it has seen is worth nothing then.
        self.fault: BaseException | None = None
        self._background = background
        self._started = False
        #: The page whose turn it is.
        self._page = ""

    def start(self) -> None:
        """Make the cluster and open the reader's shell, once; blocks are *not-run* if that fails.

        :raises UserError: the first time: there is no cluster to be had.
        """
        if self._started:
            return
        self._started = True
        try:
            self.cluster.preflight()
            if self.standing is not None:
                self.standing.begin(self)
                return
            self.cluster.create()
            self.cluster.wait_ready()
            self.shell.start()
        except UserError as error:
            self.broken = error
            raise
        except OSError as error:
            # A full disk, a folder that may not be written: a person's to fix.
            self.broken = UserError(
                f"the cluster cannot be started: {error.strerror or error}",
                where=error.filename and str(error.filename),
                fix="fix that, and run it again",
            )
            raise self.broken from error
        except BaseException as error:
            self.broken, self.fault = UserError(f"the harness failed: {error!r}"), error
            raise

    def turn_to(self, page: str) -> None:
        """Wait for what a page needs, which may be in the making; where it cannot be had, all is lost."""
        if self.broken is not None or page == self._page:
            return
        self._page = page
        try:
            self.cluster.ready_for(page)
        except UserError as error:
            self.lose(error)
            self.cluster.progress.line(f"What {page} needs cannot be had: {error}")

    @property
    def kept(self) -> bool:
        """Whether the cluster stays at the end, and a person can get into it."""
        return self.cluster.options.keep and self.broken is None

    def pause(self) -> None:
        """End what of the harness, and of steps, runs on the machine, as it is about to be stopped."""
        self.secrecy.close()
        self.shell.end_left()

    def lose(self, error: UserError) -> None:
        """There is no cluster any more; the blocks after this are *not-run*."""
        self.broken = error

    def unproven(self) -> str:
        """Why what was seen is no proof, whatever the verdicts say; empty where it is one."""
        if self.fault is not None:
            return f"the harness itself failed: {self.fault!r}"
        if self.broken is not None:
            return f"there was no cluster: {self.broken.what}"
        why = self.cluster.gone()
        return f"the cluster did not last until the end: {why}" if why else ""

    def finish(self) -> None:
        """Remove the cluster, or leave it as the options say. To be called in any state."""
        if not self._started:
            return
        self.secrecy.close()
        if self.kept:
            self._background.end()
            return
        try:
            if self.broken is None:
                self.shell.close()
        finally:
            self.cluster.destroy()
