"""The pytest plugin: options, the order of blocks, one cluster a session, reports, the proof.

Sybil makes a test of every block; this adds what a chain needs around them. Without ``--cluster`` the pages
are not collected.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sybil.integration.pytest import SybilItem

from walkthrough import hooks
from walkthrough.checkpoints.standing import Keeper, Standing
from walkthrough.errors import UserError
from walkthrough.machine.base import Options
from walkthrough.machine.registry import get_cluster
from walkthrough.machine.registry import named as provider_named
from walkthrough.pages.block import Block
from walkthrough.pages.blocks import BlockParser
from walkthrough.pages.document import PageDocument, PageSybil
from walkthrough.progress import Progress, seconds
from walkthrough.project import Project
from walkthrough.proof import archive, report
from walkthrough.proof import record as proof
from walkthrough.run import again, failures
from walkthrough.run.chain import Chain, evaluate
from walkthrough.run.interruption import Interruption
from walkthrough.run.verdicts import BlockFailedError
from walkthrough.run.verify import problems

_KEY = pytest.StashKey["Run"]()
#: Seconds by which the clock may be off before that is told: it is corrected by less all the time.
_CLOCK = 2.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, eq=False)
class Request:
    """What :func:`walkthrough.run.verify.run` asks of a session; a plugin object, so that pytest carries it.

    :param chain: the pages, in reading order.
    :param twice: run each page's blocks once more after it.
    :param typed: paste each step into one interactive shell: ``bash`` or ``zsh``.
    :param interrupted: the seed of the moments at which each step is ended before it runs whole.
    :param standing: the checkpoint to begin at; its pages are not in ``chain``.
    :param checkpoints: keep one behind each page.
    """

    project: Project
    chain: Sequence[str]
    provider: str
    options: Options
    update: bool
    twice: bool = False
    typed: str | None = None
    interrupted: str | None = None
    standing: Standing | None = None
    checkpoints: bool = False

    @property
    def mode(self) -> str:
        """What kind of run it is: each has a proof of its own."""
        if self.typed:
            return f"typed-{self.typed}"
        if self.interrupted is not None:
            return "interrupted"
        if self.checkpoints or self.standing is not None:
            return proof.CHECKPOINTS
        return "twice" if self.twice else proof.NORMAL


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run that is not started by a command line of its own."""
    group = parser.getgroup("walkthrough", "pages whose blocks are run")
    group.addoption("--cluster", metavar="PROVIDER", help="run the pages' blocks on this cluster")
    group.addoption("--cluster-name", metavar="NAME", default=Options.name, help="tells clusters apart")
    group.addoption(
        "--cluster-option", metavar="NAME=VALUE", action="append", default=[], help="for one provider only"
    )
    group.addoption("--keep", action="store_true", help="leave the cluster up")
    group.addoption("--update-outputs", action="store_true", help="rewrite the expected outputs")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Without a cluster there is nothing to run the pages on."""
    if config.getoption("cluster") is None and collection_path.suffix == ".md":
        return True
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Take part in sessions that have a cluster."""
    if config.getoption("cluster") is None:
        return
    with _told():
        request = next(
            (each for each in config.pluginmanager.get_plugins() if isinstance(each, Request)), None
        )
        run = Run(config, request)
        config.stash[_KEY] = run
        config.pluginmanager.register(_Pages(run.request.project), "walkthrough-pages")
        config.pluginmanager.register(run, "walkthrough-run")


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
    """One run of the chain in one session."""

    def __init__(self, config: pytest.Config, request: Request | None) -> None:
        self.config = config
        self.request = request or _request(config)
        #: Whether pytest shows nothing itself, so that this does.
        self.shows = config.pluginmanager.is_blocked("terminal")
        self.progress = Progress(None if self.shows else StringIO())
        self.chain: Chain
        self.proof: proof.Proof | None = None
        self._names: list[str] = list(self.request.chain)
        self._handlers: dict[int, Any] = {}
        self._leaked = False
        self._keeper: Keeper | None = None
        self._unrecorded = False
        self._before: dict[Path, tuple[int, int, int]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None]:
        """Read all pages first: what is wrong with them is said before a cluster is made."""
        self.started, self._began = datetime.now(UTC), time.monotonic()
        yield
        with _told():
            self.site, errors = problems(self.request.project, self._names)
            errors += hooks.record_errors(self.request.project)
            if errors:
                raise pytest.UsageError("\n\n".join(map(str, errors)))
            self._open_chain()
            self._before = self._in_build()
        for number in _SIGNALS:
            self._handlers[number] = signal.signal(number, _interrupt)
        self.progress.__enter__()

    def _open_chain(self) -> None:
        request = self.request
        options = request.options
        complete = list(self._names) == list(request.project.nav)
        if not options.products and not complete:
            needed = (page.products for page in self.site.running)
            options = replace(options, products=frozenset().union(*needed))
        if request.standing is None:
            pages = {page.name: page.products for page in self.site.running if page.blocks}
            options = replace(options, pages=pages)
        estimates = archive.durations(request.project, request.provider)
        estimates |= proof.durations(request.project, request.provider)
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
        known = sum(estimates.get(block.name, 0) for block in self.site.blocks(request.project.primary))
        known *= 2 if request.twice else 1
        about = f", about {seconds(known)} without the cluster" if known else ""
        blocks = len(list(self.site.blocks(request.project.primary)))
        self.progress.line(f"{len(self._names)} pages, {blocks} blocks in each language{about}")
        if request.interrupted is not None:
            self.progress.line(f"Each step is ended at a moment first, by the seed {request.interrupted}")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Put the blocks in reading order: a page in the language that runs, then its likeness in the others.

        Where everything is to run twice, a page's second time comes right after its first.
        """
        order = {name: number for number, name in enumerate(self.request.project.nav)}
        languages = self.request.project.languages

        def place(item: pytest.Item) -> tuple[int, int, bool, int]:
            block = _block(item)
            if block is None:
                return len(order), 0, False, 0
            return order[block.page], languages.index(block.language), block.again, block.index

        items.sort(key=place)
        if self.request.twice:
            items += again.items(
                item
                for item in items
                if isinstance(item, SybilItem) and (block := _block(item)) and block.language == languages[0]
            )
            items.sort(key=place)
        expected = {
            (block.language, block.page, block.index)
            for lang in languages
            for block in self.site.blocks(lang)
        }
        found = {(b.language, b.page, b.index) for item in items if (b := _block(item)) is not None}
        if expected != found and not session.config.option.collectonly:
            missing = ", ".join(sorted({f"docs/{language}/{page}" for language, page, _ in expected - found}))
            raise pytest.UsageError(
                f"the run would leave out blocks of {missing}\n"
                f"  what to do: run pages together with all that they stand on: {hooks.program()} verify PAGE"
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Keep a checkpoint behind the last block of a page, where that is asked for."""
        result = yield
        block, following = _block(item), _block(nextitem) if nextitem is not None else None
        if self._keeper is not None and block is not None:
            last = following is None or following.page != block.page
            if last and block.page != self.request.project.nav[-1]:
                try:
                    self._keeper.after(block.page)
                except UserError as error:
                    self.chain.lose(error)
                    self.progress.line(f"After a restart behind {block.page}: {error}")
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A failed block's report, without a traceback through the harness, and nothing with a secret."""
        report = yield
        mask = self.chain.masker.mask
        if call.excinfo is not None and isinstance(call.excinfo.value, BlockFailedError):
            report.longrepr = str(call.excinfo.value)  # it is masked, but for where it was
        elif isinstance(report.longrepr, tuple):
            path, line, reason = report.longrepr
            report.longrepr = path, line, mask(reason)
        elif report.longrepr is not None:
            error = call.excinfo.value if call.excinfo is not None else None
            text = str(error) if isinstance(error, UserError) else report.longreprtext
            report.longrepr = mask(text)
        report.sections = [(title, mask(text)) for title, text in report.sections]
        return report

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """A fault of the harness itself: its traceback may hold what a step printed."""
        if not self.shows or not hasattr(self, "chain"):
            return None
        self.progress.line(str(excrepr))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a failure when it happens."""
        if self.shows and report.failed:
            self.progress.line(f"\n{report.longreprtext}\n")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show what could not be collected."""
        if self.shows and report.failed:
            self.progress.line(report.longreprtext)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None]:
        """Remove the cluster, whatever happened; write the proof unless the run was interrupted."""
        if not self._handlers:  # nothing was started
            yield
            return
        for number in _SIGNALS:
            signal.signal(number, self._cleaning_up)
        try:
            finished, took = datetime.now(UTC), time.monotonic() - self._began
            if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
                self.progress.line("These pages have nothing to run.")
            elif exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                self.progress.line("The run did not come to its end, so nothing is recorded.")
            elif self.chain.broken is not None:
                self.progress.line("Nothing is recorded: there was no cluster.")
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            elif self.chain.records:
                try:
                    self._conclude(finished, took)
                except Exception as error:
                    # What held before holds on; and the cluster is still to be removed.
                    told = str(error) if isinstance(error, UserError) else f"{error!r}, in the harness itself"
                    self.progress.line(f"Nothing is recorded: {self.chain.masker.mask(told)}")
                    self._unrecorded = True
                if self.chain.failure is not None or self._leaked or self._unrecorded:
                    session.exitstatus = pytest.ExitCode.TESTS_FAILED
            if self.request.options.keep and self.chain.broken is None:
                hint = self.chain.cluster.shell_hint()
                self.progress.line(f"The cluster is up. To open a shell in it: {hint}")
        finally:
            try:
                self.chain.finish()
            except Exception as error:
                self.progress.line(f"The cluster could not be removed: {error or repr(error)}")
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            finally:
                self.progress.__exit__()
                for handled, handler in self._handlers.items():
                    signal.signal(handled, handler)
        yield

    def _conclude(self, finished: datetime, took: float) -> None:
        if self.request.update:
            rewritten = sorted(set(self.chain.rewritten))
            said = f"{len(rewritten)} expected outputs were rewritten. Review them, and run again:"
            none = "No expected output had to be rewritten. A run without --update writes the proof."
            self.progress.line(said if rewritten else none)
            for name in rewritten:
                self.progress.line(f"  {name}")
            return
        self.chain.conclude()
        # Asked before, as a cluster that is gone can tell no versions.
        why = self.chain.unproven()
        made = proof.build(
            self.chain,
            self.site,
            self._names,
            self._started(finished, took),
            finished,
            mode=self.request.mode,
            seconds=took,
        )
        # Shown first: whatever becomes of the file, the result of the run is seen.
        if self.shows:
            report.render(made, report.console())
        try:
            self._record(made, why)
        finally:
            self._search_build()
            self._tell_failure()

    def _record(self, made: proof.Proof, why: str) -> None:
        """Write the proof, unless something speaks against it."""
        if why:
            raise UserError(why, fix="run it again; the proof that was there before is as it was")
        self.proof = made
        path = proof.path_of(
            made.provider, complete=made.complete, mode=made.mode, project=self.request.project
        )
        if self.chain.search is not None:
            self._leaked = bool(found := self.chain.search.in_contents({str(path): proof.dumps(made)}))
            for finding in found:
                self.progress.line(
                    f"A secret of the cluster is in the proof, which is not written: {finding}"
                )
        if not self._leaked:
            proof.write(made, self.request.project)
            self.progress.line(f"The proof is in {self.request.project.relative(path)}")

    def _started(self, finished: datetime, took: float) -> datetime:
        """When the run began; by how long it took, where somebody has set the clock meanwhile."""
        jumped = (finished - self.started).total_seconds() - took
        if abs(jumped) < _CLOCK:
            return self.started
        way = "forward" if jumped > 0 else "back"
        self.progress.line(
            f"This machine's clock went {way} by {seconds(abs(jumped))} during the run: it was set, or the "
            "machine slept. All durations are right; the day of the run is the one that the clock shows now."
        )
        return finished - timedelta(seconds=took)

    def _tell_failure(self) -> None:
        failure = self.chain.failure or self.chain.failed_again
        if self.shows and failure is not None:
            # It was told when it happened; of a long log the end is what is read, or kept.
            self.progress.line(f"\n{failures.render(failure, self.chain.masker)}")

    def _search_build(self) -> None:
        """No secret may be in what this run has written here, for a workflow uploads it."""
        if self.chain.search is None:
            return
        # By what has changed, not by the time: a clock may be set.
        written = [path for path, of in self._in_build().items() if self._before.get(path) != of]
        for finding in self.chain.search.in_files(written):
            self._leaked = True
            Path(finding.where).unlink(missing_ok=True)
            self.progress.line(f"A secret of the cluster has been written, and the file removed: {finding}")

    def _in_build(self) -> dict[Path, tuple[int, int, int]]:
        """The files that are there of this and earlier runs, and what tells whether one has changed."""
        files = self.request.project.proofs.parent.rglob("*") if self.chain.search is not None else ()
        found = {}
        for path in files:
            with suppress(OSError):
                if path.is_file():
                    status = path.stat()
                    found[path] = status.st_ino, status.st_mtime_ns, status.st_size
        return found

    def pytest_terminal_summary(self) -> None:
        """Show the proof where pytest shows the rest."""
        if self.proof is not None:
            report.render(self.proof, report.console())

    def _cleaning_up(self, _number: int, _frame: FrameType | None) -> None:
        self.progress.line("Removing the cluster; it takes a moment.")


def _request(config: pytest.Config) -> Request:
    """A session that was started by hand: the pages that its arguments name."""
    project = Project.of(config.rootpath)
    options = Options(
        name=config.getoption("cluster_name"),
        keep=config.getoption("keep"),
        extra=dict(each.partition("=")[::2] for each in config.getoption("cluster_option")),
    )
    named = {project.page_of(path) for path in _pages(config, project)}
    chain = [page for page in project.nav if page in named]
    absent = [page for page in project.chain(chain) if page not in named]
    if absent:
        raise UserError(
            f"{chain[-1]} stands on {', '.join(absent)}",
            where=" ".join(config.args),
            fix=f"run '{hooks.program()} verify {chain[-1].removesuffix('.md')}'",
        )
    provider = provider_named(config.getoption("cluster"))
    return Request(project, chain, provider, options, config.getoption("update_outputs"))


def _pages(config: pytest.Config, project: Project) -> Iterator[Path]:
    for argument in config.args:
        path = config.invocation_params.dir / argument.partition("::")[0]
        found = [path] if path.suffix == ".md" else path.rglob("*.md")
        yield from (page for page in found if page.is_relative_to(project.docs))


def _block(item: pytest.Item) -> Block | None:
    if isinstance(item, SybilItem) and isinstance(item.example.parsed, Block):
        return item.example.parsed
    return None


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error that a person can fix as pytest tells its own: without a traceback."""
    try:
        yield
    except UserError as error:
        raise pytest.UsageError(str(error)) from None


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt(f"signal {signal.Signals(number).name}")
