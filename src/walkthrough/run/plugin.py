"""The pytest plugin: one chain on one cluster a session, from reading the pages to the proof.

Sybil makes a test of every block; this adds what a chain needs around them. It does nothing without
``--cluster``.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from types import FrameType
from typing import Any

import pytest

from walkthrough import hooks
from walkthrough.checkpoints.standing import Keeper
from walkthrough.errors import UserError
from walkthrough.interrupts import ENDING, interrupt
from walkthrough.machine.registry import get_cluster
from walkthrough.pages.blocks import BlockParser
from walkthrough.pages.document import PageDocument, PageSybil
from walkthrough.progress import Progress, seconds
from walkthrough.project import Project
from walkthrough.proof import archive, report, storage
from walkthrough.run import order
from walkthrough.run.chain import Chain, evaluate
from walkthrough.run.interruption import Interruption
from walkthrough.run.recorder import Recorder
from walkthrough.run.reports import Reports
from walkthrough.run.request import Request, add_options
from walkthrough.run.verify import problems
from walkthrough.unseen import visible

_KEY = pytest.StashKey["Run"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run that is not started by a command line of its own."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Take part in sessions that have a cluster."""
    if config.getoption("cluster") is None:
        return
    with _told():
        run = Run(Request.of(config), shows=config.pluginmanager.is_blocked("terminal"))
        config.stash[_KEY] = run
        config.pluginmanager.register(_Pages(run.request.project), "walkthrough-pages")
        config.pluginmanager.register(run, "walkthrough-run")
        config.pluginmanager.register(Reports(run.progress, shows=run.shows), "walkthrough-reports")


class _Pages:
    """Makes a test of every fence of a site's pages."""

    def __init__(self, project: Project) -> None:
        self.pytest_collect_file = PageSybil(
            parsers=[BlockParser(evaluate)],
            path=str(project.docs),
            patterns=["*.md"],
            document_types={".md": PageDocument},
            fixtures=["chain"],
        ).pytest()


@pytest.fixture(scope="session")
def chain(pytestconfig: pytest.Config) -> Chain:
    """The chain that the session's blocks are run by."""
    return pytestconfig.stash[_KEY].chain


class Run:
    """One run of the chain in one session.

    :param shows: whether pytest shows nothing itself, so that this does.
    """

    def __init__(self, request: Request, *, shows: bool) -> None:
        self.request = request
        self.shows = shows
        self.progress = Progress(None if shows else StringIO())
        self.chain: Chain
        self.recorder: Recorder
        self._handlers: dict[int, Any] = {}
        self._keeper: Keeper | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None]:
        """Read all pages first: what is wrong with them is said before a cluster is made."""
        self.recorder = Recorder(self.request, self.progress, shows=self.shows)
        yield
        with _told():
            self.site, errors = problems(self.request.project, self.request.chain)
            errors += hooks.record_errors(self.request.project)
            if errors:
                raise pytest.UsageError("\n\n".join(map(str, errors)))
            self._open_chain()
            self.recorder.open(self.chain, self.site)
        for number in ENDING:
            self._handlers[number] = signal.signal(number, interrupt)
        self.progress.__enter__()

    def _open_chain(self) -> None:
        request = self.request
        options = request.options
        complete = list(request.chain) == list(request.project.nav)
        if not options.products and not complete:
            needed = (page.products for page in self.site.running)
            options = replace(options, products=frozenset().union(*needed))
        # What a checkpoint holds was made of what the pages before it need.
        before = (page.products for page in request.standing.pages) if request.standing is not None else ()
        held = frozenset[str]().union(*before)
        pages = {page.name: held | page.products for page in self.site.running if page.blocks}
        options = replace(options, pages=pages)
        estimates = archive.durations(request.project, request.provider)
        estimates |= storage.durations(request.project, request.provider)
        self.chain = Chain(
            get_cluster(request.provider, options, self.progress),
            request.project,
            self.progress,
            update=request.update,
            typed=request.typed,
            standing=request.standing,
            interruption=None if request.interrupted is None else Interruption(request.interrupted),
            estimates=estimates,
        )
        if request.checkpoints:
            self._keeper = Keeper(self.chain, self.site.running, request.standing)
        if request.standing is not None:
            begins = f"Begins at {request.standing.checkpoint}"
            self.progress.line(f"{begins} (--from nothing runs what is before it)")
        blocks = list(self.site.blocks(request.project.primary))
        known = sum(estimates.get(block.name, 0) for block in blocks) * (2 if request.twice else 1)
        about = f", about {seconds(known)} without the cluster" if known else ""
        self.progress.line(f"{len(request.chain)} pages, {len(blocks)} blocks in each language{about}")
        if request.interrupted is not None:
            self.progress.line(f"Each step is ended at a moment first, by the seed {request.interrupted}")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Put the blocks in reading order, and refuse to leave any out."""
        order.arrange(items, self.request.project, twice=self.request.twice)
        if not session.config.option.collectonly:
            order.refuse_gaps(items, self.site)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Keep a checkpoint behind the last block of a page, where that is asked for."""
        result = yield
        block, following = order.block_of(item), order.block_of(nextitem)
        if self._keeper is not None and block is not None:
            last = following is None or following.page != block.page
            if last and block.page != self.request.project.nav[-1]:
                try:
                    self._keeper.after(block.page)
                except UserError as error:
                    self.chain.lifecycle.lose(error)
                    self.progress.line(f"After a restart behind {block.page}: {error}")
        return result

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """A fault of the harness itself: its traceback may hold what a step printed."""
        if not self.shows or not hasattr(self, "chain"):
            return None
        self.progress.line(str(excrepr))
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None]:
        """Remove the cluster, whatever happened; write the proof unless the run was interrupted."""
        if not self._handlers:  # nothing was started
            yield
            return
        for number in ENDING:
            signal.signal(number, self._cleaning_up)
        try:
            if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
                self.progress.line("These pages have nothing to run.")
            elif exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                self.progress.line("The run did not come to its end, so nothing is recorded.")
            elif self.chain.lifecycle.broken is not None:
                self.progress.line("Nothing is recorded: there was no cluster.")
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            elif self.chain.records:
                recorded = self.recorder.record()
                if not recorded or self.chain.failures.first is not None:
                    session.exitstatus = pytest.ExitCode.TESTS_FAILED
            if self.chain.lifecycle.kept:
                hint = self.chain.cluster.shell_hint()
                self.progress.line(f"The cluster is up. To open a shell in it: {hint}")
        finally:
            try:
                self.chain.lifecycle.finish()
            except Exception as error:
                self.progress.line(f"The cluster could not be removed: {error or repr(error)}")
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            finally:
                self.progress.__exit__()
                for handled, handler in self._handlers.items():
                    signal.signal(handled, handler)
        yield

    def pytest_terminal_summary(self) -> None:
        """Show the proof where pytest shows the rest."""
        if self.recorder.proof is not None:
            report.render(self.recorder.proof, report.console())

    def _cleaning_up(self, _number: int, _frame: FrameType | None) -> None:
        self.progress.line("Removing the cluster; it takes a moment.")


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error that a person can fix as pytest tells its own: without a traceback."""
    try:
        yield
    except UserError as error:
        raise pytest.UsageError(visible(str(error))) from None
