"""Records a run that has come to its end: its proof, shown first, then written whole or not at all."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.pages.loading import Site
from walkthrough.progress import Progress, seconds
from walkthrough.proof import builder, report, storage
from walkthrough.proof.record import Proof
from walkthrough.run import failures
from walkthrough.run.chain import Chain
from walkthrough.run.request import Request

#: Seconds by which the clock may be off before that is told: it is corrected by less all the time.
_CLOCK = 2.0


class Recorder:
    """Knows when the run began, and what was in ``build`` then.

    :param shows: whether it shows the proof and the failure itself; else pytest does.
    """

    def __init__(self, request: Request, progress: Progress, *, shows: bool) -> None:
        #: What was recorded.
        self.proof: Proof | None = None
        self._request = request
        self._progress = progress
        self._shows = shows
        self._leaked = False
        self._before: dict[Path, tuple[int, int, int]] = {}
        self._started, self._began = datetime.now(UTC), time.monotonic()
        self._chain: Chain
        self._site: Site

    def open(self, chain: Chain, site: Site) -> None:
        """What is to be recorded."""
        self._chain, self._site = chain, site
        self._before = self._in_build()

    def record(self) -> bool:
        """Record the run, or say why not; and whether nothing was in the way."""
        finished, took = datetime.now(UTC), time.monotonic() - self._began
        try:
            if self._request.update:
                self._tell_rewritten()
            else:
                self._conclude(finished, took)
        except Exception as error:
            # What held before holds on; and the cluster is still to be removed.
            told = str(error) if isinstance(error, UserError) else f"{error!r}, in the harness itself"
            self._progress.line(f"Nothing is recorded: {self._chain.secrecy.masker.mask(told)}")
            return False
        return not self._leaked

    def _tell_rewritten(self) -> None:
        rewritten = sorted(set(self._chain.executor.rewritten))
        said = f"{len(rewritten)} expected outputs were rewritten. Review them, and run again:"
        none = "No expected output had to be rewritten. A run without --update writes the proof."
        self._progress.line(said if rewritten else none)
        for name in rewritten:
            self._progress.line(f"  {name}")

    def _conclude(self, finished: datetime, took: float) -> None:
        self._chain.conclude()
        # Asked before, as a cluster that is gone can tell no versions.
        why = self._chain.lifecycle.unproven()
        made = builder.build(
            self._chain,
            self._site,
            self._request.chain,
            self._start(finished, took),
            finished,
            mode=self._request.mode,
            seconds=took,
        )
        # Shown first: whatever becomes of the file, the result of the run is seen.
        if self._shows:
            self._show(made)
        try:
            self._write(made, why)
        finally:
            self._search_build()
            self._tell_failure()

    def _show(self, made: Proof) -> None:
        try:
            report.render(made, report.console())
        except OSError as error:
            # What cannot be shown was seen all the same: minutes of work are not thrown away for it.
            self._progress.line(f"The result cannot be shown here: {error.strerror or error}")

    def _start(self, finished: datetime, took: float) -> datetime:
        """When the run began; by how long it took, where somebody has set the clock meanwhile."""
        jumped = (finished - self._started).total_seconds() - took
        if abs(jumped) < _CLOCK:
            return self._started
        way = "forward" if jumped > 0 else "back"
        self._progress.line(
            f"This machine's clock went {way} by {seconds(abs(jumped))} during the run: it was set, or the "
            "machine slept. All durations are right; the day of the run is the one that the clock shows now."
        )
        return finished - timedelta(seconds=took)

    def _write(self, made: Proof, why: str) -> None:
        """Write the proof, unless something speaks against it."""
        if why:
            raise UserError(why, fix="run it again; the proof that was there before is as it was")
        self.proof = made
        project, search = self._request.project, self._chain.secrecy.search
        path = storage.path_of(made.provider, complete=made.complete, mode=made.mode, project=project)
        found = search.in_contents({str(path): storage.dumps(made)}) if search is not None else ()
        for finding in found:
            self._progress.line(f"A secret of the cluster is in the proof, which is not written: {finding}")
        if found:
            self._leaked = True
            return
        storage.write(made, project)
        self._progress.line(f"The proof is in {project.relative(path)}")

    def _tell_failure(self) -> None:
        failure = self._chain.failures.headline
        if self._shows and failure is not None:
            # It was told when it happened; of a long log the end is what is read, or kept.
            self._progress.line(f"\n{failures.render(failure, self._chain.secrecy.masker)}")

    def _search_build(self) -> None:
        """No secret may be in what this run has written here, for a workflow uploads it."""
        if (search := self._chain.secrecy.search) is None:
            return
        # By what has changed, not by the time: a clock may be set.
        written = [path for path, of in self._in_build().items() if self._before.get(path) != of]
        for finding in search.in_files(written):
            self._leaked = True
            Path(finding.where).unlink(missing_ok=True)
            self._progress.line(f"A secret of the cluster has been written, and the file removed: {finding}")

    def _in_build(self) -> dict[Path, tuple[int, int, int]]:
        """The files that are there of this and earlier runs, and what tells whether one has changed."""
        searched = self._chain.secrecy.search is not None
        found = {}
        for path in self._request.project.proofs.parent.rglob("*") if searched else ():
            with suppress(OSError):
                if path.is_file():
                    status = path.stat()
                    found[path] = status.st_ino, status.st_mtime_ns, status.st_size
        return found
