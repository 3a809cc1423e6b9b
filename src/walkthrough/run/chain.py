"""Finds the verdict of each block of the pages, in reading order, on one machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import SkipTest

from sybil import Example

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.hookspec import Search
from walkthrough.machine.base import Answer, Cluster, Disposition
from walkthrough.machine.shell import Shell
from walkthrough.masking import Masker
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind
from walkthrough.progress import Progress
from walkthrough.project import Project
from walkthrough.run.background import Background
from walkthrough.run.executor import Executor
from walkthrough.run.failures import Failures
from walkthrough.run.interruption import Interruption
from walkthrough.run.lifecycle import Lifecycle
from walkthrough.run.secrecy import Secrecy, Values
from walkthrough.run.updating import Updates
from walkthrough.run.verdicts import (
    EARLIER,
    BlockFailedError,
    Failure,
    FailureError,
    Record,
    Verdict,
    inherited,
    note,
)
from walkthrough.terminal.typed import TypedShell

if TYPE_CHECKING:
    from walkthrough.checkpoints.standing import Standing

#: ``validate(cluster, path)`` says what the machine finds wrong with a file that a block shows.
Validate = Callable[[Cluster, Path], list[str]]


def evaluate(example: Example) -> None:
    """The :any:`Evaluator` for blocks: hands the block to the chain in the document's namespace."""
    block: Block = example.parsed
    chain: Chain = example.namespace["chain"]
    chain.lifecycle.start()
    record = chain.evaluate(block)
    if record.verdict is Verdict.FAILED and (report := chain.failures.report(block)):
        raise BlockFailedError(report)
    if record.verdict is not Verdict.PASSED:
        raise SkipTest(f"{record.verdict}: {record.reason}")


class Chain:
    """One run of the pages.

    The first block that fails ends it: the blocks after it are *not-run*, but for steps marked
    ``.cleanup``, which still run in their places unless the cluster is kept. One that fails the second time
    fails the run and does not end it: the pages after it stand on the first time.

    :param cluster: not yet created.
    :param update: write what steps print into the expected outputs instead of failing on a difference.
    :param typed: paste each step into one interactive shell, ``bash`` or ``zsh``, instead.
    :param standing: the checkpoint to begin at, in place of a new cluster.

    The other parameters are those of :class:`Executor` and :class:`Secrecy`.
    """

    def __init__(
        self,
        cluster: Cluster,
        project: Project,
        progress: Progress,
        *,
        update: bool = False,
        interruption: Interruption | None = None,
        estimates: Mapping[str, float] | None = None,
        validate: Validate = hooks.validate,
        secrets: Values = hooks.secret_values,
        search: Callable[[Cluster, Masker], Search | None] = hooks.search,
        typed: str | None = None,
        standing: Standing | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.cluster = cluster
        self.project = project
        self.progress = progress
        name = cluster.options.name
        self.shell = TypedShell(cluster, name, typed) if typed else Shell(cluster, name)
        self.secrecy = Secrecy(cluster, self.shell, progress, secrets, search)
        self._background = Background(self.shell)
        self.lifecycle = Lifecycle(cluster, self.shell, self._background, self.secrecy, standing)
        self.failures = Failures(self.lifecycle, progress)
        self.executor = Executor(
            self.shell,
            self._background,
            self.secrecy,
            progress,
            updates=Updates(project, self.secrecy.masker) if update else None,
            interruption=interruption,
            estimates=estimates,
            clock=clock,
            sleep=sleep,
        )
        self.records: dict[tuple[str, str, int], Record] = {}
        self._ask_about = validate
        self._python: Answer | None = None

    def evaluate(self, block: Block) -> Record:
        """Find a block's verdict. Blocks must come in reading order, and the second time after the first.

        What came of the second time takes the place of what came of the first.
        """
        if block.language != self.project.primary:
            record = inherited(block, self.records.get((self.project.primary, block.page, block.index)))
        else:
            self._background.turn(block)
            record = self._again(block) if block.again else self._evaluate(block)
        if record.verdict is Verdict.PASSED and not record.reason:
            record = replace(record, reason=note(block, typed=isinstance(self.shell, TypedShell)))
        self.records[block.key] = record
        return record

    def conclude(self) -> None:
        """Search for secrets at the end of a run; findings are the last block's failure."""
        ran = [block for block in self.executor.results if not block.again]
        if self.failures.first is not None or self.lifecycle.broken is not None or not ran:
            return
        try:
            self.secrecy.search_once(ran[-1])
            self.secrecy.search_outputs(ran[-1])
        except (FailureError, UserError) as error:
            self.records[ran[-1].key] = self._failed(ran[-1], error)

    def _again(self, block: Block) -> Record:
        """A block the second time: what did not run the first time does not run now."""
        first = self.records[block.key]
        if first.verdict is not Verdict.PASSED:
            return first
        if block.once and self.failures.first is None:
            return Record(block, Verdict.SKIPPED, block.once)
        return self._evaluate(block)

    def _evaluate(self, block: Block) -> Record:
        if (without := self._without_running(block)) is not None:
            return without
        try:
            if self.failures.first is None and block.page in hooks.last_pages():
                self.secrecy.search_once(block)
            answer = self._ask_for(block)
            if answer.disposition is not Disposition.RUN:
                text = self.secrecy.masker.mask(answer.text)
                return Record(block, Verdict(answer.disposition.value), text)
            return self._judge(block)
        except (FailureError, UserError) as error:
            return self._failed(block, error)
        except Exception as error:
            # A fault of the harness ends the chain too: nothing after it would be proven.
            self.lifecycle.fault = error
            record = self._failed(block, UserError(f"the harness failed: {error!r}"))
            if isinstance(error, OSError):
                return record  # a full disk, no memory: a person's to fix, and no traceback says more
            raise

    def _without_running(self, block: Block) -> Record | None:
        """What becomes of a block whose turn does not come; nothing where it does."""
        failed = self.failures.first
        if block.kind is Kind.SKIP:
            return Record(block, Verdict.SKIPPED, block.reason)
        if failed is None:
            self.lifecycle.turn_to(block.page)
        if (broken := self.lifecycle.broken) is not None:
            return Record(block, Verdict.NOT_RUN, f"there is no cluster: {broken.what}")
        still_runs = block.cleanup and not block.again and not self.cluster.options.keep
        if failed is not None and not still_runs:
            return Record(block, Verdict.NOT_RUN, EARLIER.format(where=failed.block.where))
        if block.of is not None:
            before = self.records[block.of.key]
            if before.verdict is Verdict.FAILED:
                return Record(block, Verdict.NOT_RUN, EARLIER.format(where=block.of.where))
            if before.verdict is not Verdict.PASSED:
                return Record(block, before.verdict, before.reason)
        return None

    def _ask_for(self, block: Block) -> Answer:
        """What the cluster says of a block that not every cluster can run."""
        if block.in_python:
            if self._python is None:
                self._python = hooks.python_answer(self.cluster) or Answer(Disposition.RUN)
            return self._python
        answer = Answer(Disposition.RUN) if block.when is None else self.cluster.answer(block.when)
        if answer.in_turn is not None:
            with self.progress.task(f"{block.page}:{block.where.line} {block.name}, done from outside"):
                answer.in_turn()
        return answer

    def _judge(self, block: Block) -> Record:
        if block.of is not None:
            return self.executor.compare(block)
        record = self.executor.run(block) if block.runs else Record(block, Verdict.PASSED)
        if block.kind is Kind.MANIFEST and not block.again:
            self._validate(block)
        return record

    def _validate(self, block: Block) -> None:
        """Ask the cluster about a manifest, when it is the reader's turn to have it: before it is applied.

        The dry run would make a second one in a namespace of its own, and a port of the node can be had once.
        """
        if errors := self._ask_about(self.cluster, self.project.manifests / block.title):
            what = f"the cluster refuses manifests/{block.title}:\n" + "\n".join(errors)
            raise FailureError(Failure(block, what))

    def _failed(self, block: Block, error: FailureError | UserError) -> Record:
        failure = error.failure if isinstance(error, FailureError) else Failure(block, str(error))
        return self.failures.add(failure, self.executor.results.get(failure.block))
