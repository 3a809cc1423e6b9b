"""Runs the blocks of the pages in reading order against one machine."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import SkipTest

from sybil import Example

from walkthrough import hooks
from walkthrough.compare import outputs
from walkthrough.errors import UserError
from walkthrough.hookspec import Search
from walkthrough.machine.base import Answer, Cluster, Disposition
from walkthrough.machine.shell import Result, Shell, in_python
from walkthrough.masking import Masker
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind
from walkthrough.progress import Progress, Task, seconds
from walkthrough.project import Project
from walkthrough.run.background import Background, wrapped
from walkthrough.run.failures import render
from walkthrough.run.interruption import Interruption
from walkthrough.run.updating import Updates
from walkthrough.run.verdicts import (
    EARLIER,
    OTHER_LANGUAGE,
    OTHER_OUTPUT,
    BlockFailedError,
    Failure,
    Record,
    Verdict,
    note,
)
from walkthrough.terminal.typed import TypedShell

if TYPE_CHECKING:
    from walkthrough.checkpoints.standing import Standing

#: ``secrets(cluster)`` tells the values that no step may print.
Secrets = Callable[[Cluster], Iterable[str]]

#: ``validate(cluster, path)`` says what the machine finds wrong with a file that a block shows.
Validate = Callable[[Cluster, Path], list[str]]


def evaluate(example: Example) -> None:
    """The :any:`Evaluator` for blocks: hands the block to the chain in the document's namespace."""
    block: Block = example.parsed
    chain: Chain = example.namespace["chain"]
    chain.start()
    record = chain.evaluate(block)
    if record.verdict is Verdict.FAILED and block in chain.reports:
        raise BlockFailedError(chain.report(block))
    if record.verdict is not Verdict.PASSED:
        raise SkipTest(f"{record.verdict}: {record.reason}")


#: Only a step that has to do with secrets makes or reads one; asking after each costs a third of a second.
_TOUCHES_SECRETS = re.compile(r"(?i)secret|token|password")


class _BlockError(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.what)
        self.failure = failure


@dataclass(frozen=True)
class Report:
    """What a report is made of: what is secret may be known only after the failure."""

    failure: Failure
    evidence: str = ""
    hint: str = ""


class Chain:
    """One run of the pages.

    The first block that fails ends it: the blocks after it are *not-run*, but for steps marked
    ``.cleanup``, which still run in their places unless the cluster is kept. One that fails the second time
    fails the run and does not end it: the pages after it stand on the first time.

    :param cluster: not yet created.
    :param update: write what steps print into the expected outputs instead of failing on a difference.
    :param interruption: end each step at a moment by chance before it runs whole.
    :param estimates: seconds that a block took before, by its name.
    :param typed: paste each step into one interactive shell, ``bash`` or ``zsh``, instead.
    :param standing: the checkpoint to begin at, in place of a new cluster.
    :param clock: monotonic seconds; and how to wait, for checks.
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
        secrets: Secrets = hooks.secret_values,
        search: Callable[[Cluster, Masker], Search | None] = hooks.search,
        typed: str | None = None,
        standing: Standing | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.cluster = cluster
        self.project = project
        self.progress = progress
        self.update = update
        self.interruption = interruption
        self.estimates = estimates or {}
        self.masker = Masker()
        self.progress.mask = self.masker.mask
        #: Secret variables whose values are too short to be masked.
        self.unmasked: list[str] = []
        name = cluster.options.name
        self.shell = TypedShell(cluster, name, typed) if typed else Shell(cluster, name)
        self.background = Background(self.shell)
        self.records: dict[tuple[str, str, int], Record] = {}
        self.reports: dict[Block, Report] = {}
        #: The block that ended the chain.
        self.failure: Failure | None = None
        #: The first block that failed the second time.
        self.failed_again: Failure | None = None
        #: Why there is no cluster.
        self.broken: UserError | None = None
        #: What went wrong in the harness itself: what it has seen is worth nothing then.
        self.fault: BaseException | None = None
        #: Expected outputs that ``update`` rewrote, relative to the root.
        self.rewritten: list[str] = []
        self.standing = standing
        self._ask_about = validate
        self._secrets = secrets
        self._leaks = Masker()
        #: What searches for the cluster's secrets at the end; none for a stand-in.
        self.search = search(cluster, self.masker)
        self._known: set[str] = set()
        self.searched = False
        self._updates = Updates(project, self.masker)
        self._clock = clock
        self._sleep = sleep
        self._results: dict[Block, Result] = {}
        self._started = False
        self._python: Answer | None = None
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

    def pause(self) -> None:
        """End what of the harness, and of steps, runs on the machine, as it is about to be stopped."""
        if self.search is not None:
            self.search.close()
        self.shell.end_left()

    def lose(self, error: UserError) -> None:
        """There is no cluster any more; the blocks after this are *not-run*."""
        self.broken = error

    def knows(self, block: Block) -> None:
        """Which variables a block that was run before a checkpoint has made secret."""
        names = self.shell.secret_names
        names.declared += [name for name in block.secrets if name not in names.declared]
        names.watched(block.body)

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
        if self.search is not None:
            self.search.close()
        if self.cluster.options.keep and self.broken is None:
            self.background.end()
            return
        try:
            if self.broken is None:
                self.shell.close()
        finally:
            self.cluster.destroy()

    def report(self, block: Block) -> str:
        """The report on a block that failed, without any secret that is known by now."""
        report = self.reports[block]
        return render(report.failure, self.masker, report.evidence, report.hint, self.unmasked)

    def evaluate(self, block: Block) -> Record:
        """Find a block's verdict. Blocks must come in reading order, and the second time after the first.

        What came of the second time takes the place of what came of the first.
        """
        if block.language != self.project.primary:
            record = self._inherit(block)
        else:
            self.background.turn(block)
            record = self._again(block) if block.again else self._evaluate(block)
        if record.verdict is Verdict.PASSED and not record.reason:
            record = replace(record, reason=note(block))
        self.records[_key(block)] = record
        return record

    def _inherit(self, block: Block) -> Record:
        """A block of another language stands on the one that ran."""
        ran = self.records.get((self.project.primary, block.page, block.index))
        if ran is None:
            return Record(block, Verdict.NOT_RUN, OTHER_LANGUAGE)
        if block.kind is Kind.SKIP:
            return Record(block, ran.verdict, block.reason)
        once = (block.of or block).once
        if once and ran.reason == (ran.block.of or ran.block).once:
            return Record(block, ran.verdict, once)
        if ran.verdict is Verdict.FAILED:
            return Record(block, Verdict.FAILED, f"as {ran.block.where}: {ran.reason}")
        return Record(block, ran.verdict, ran.reason)

    def _again(self, block: Block) -> Record:
        """A block the second time: what did not run the first time does not run now."""
        first = self.records[_key(block)]
        if first.verdict is not Verdict.PASSED:
            return first
        if block.once and self.failure is None:
            return Record(block, Verdict.SKIPPED, block.once)
        return self._evaluate(block)

    def _evaluate(self, block: Block) -> Record:
        if block.kind is Kind.SKIP:
            return Record(block, Verdict.SKIPPED, block.reason)
        if self.broken is None and self.failure is None and block.page != self._page:
            self._turn_to(block.page)
        if self.broken is not None:
            return Record(block, Verdict.NOT_RUN, f"there is no cluster: {self.broken.what}")
        if self.failure is not None and not self._still_runs(block):
            where = self.failure.block.where
            return Record(block, Verdict.NOT_RUN, EARLIER.format(where=where))
        if block.of is not None:
            before = self.records[_key(block.of)]
            if before.verdict is Verdict.FAILED:
                return Record(block, Verdict.NOT_RUN, EARLIER.format(where=block.of.where))
            if before.verdict is not Verdict.PASSED:
                return Record(block, before.verdict, before.reason)
        try:
            if self.failure is None and block.page in hooks.last_pages():
                self.search_once(block)
            answer = self._ask_for(block)
            if answer.disposition is not Disposition.RUN:
                return Record(block, Verdict(answer.disposition.value), self.masker.mask(answer.text))
            return self._judge(block)
        except _BlockError as failed:
            return self._fail(failed.failure)
        except UserError as error:
            return self._fail(Failure(block, str(error)))
        except Exception as error:
            # A fault of the harness ends the chain too: nothing after it would be proven.
            self.fault = error
            record = self._fail(Failure(block, f"the harness failed: {error!r}"))
            if isinstance(error, OSError):
                return record  # a full disk, no memory: a person's to fix, and no traceback says more
            raise

    def _turn_to(self, page: str) -> None:
        """Wait for what a page needs, which may still be in the making."""
        self._page = page
        try:
            self.cluster.ready_for(page)
        except UserError as error:
            self.lose(error)
            self.progress.line(f"What {page} needs cannot be had: {error}")

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

    def _still_runs(self, block: Block) -> bool:
        return block.cleanup and not block.again and not self.cluster.options.keep

    def _judge(self, block: Block) -> Record:
        if block.of is not None:
            return self._compare(block)
        if block.runs:
            title = f"{block.page}:{block.where.line} {block.name}{', again' if block.again else ''}"
            estimate = self.estimates.get(block.name, 0)
            with self.progress.task(title, estimate if estimate >= 1 else None) as task:
                return self._poll(block, task) if block.kind is Kind.CHECK else self._run(block)
        self._validate(block)
        return Record(block, Verdict.PASSED)

    def _run(self, block: Block) -> Record:
        """A step, or a manifest that is written by bash: once."""
        if self.interruption is not None and not block.once and not block.background:
            self._interrupt(block, self.interruption)
        result = self._once(block, block.timeout, save=True)
        problem = _problem(block, result, block.timeout)
        if problem is None and not result.saved:
            problem = (
                "its shell did not end by itself, so the next step would not find its state "
                "(exec, kill, or an EXIT trap together with exit)"
            )
        if problem is not None:
            raise _BlockError(Failure(block, problem, result))
        if block.kind is Kind.MANIFEST:
            self._validate(block)
        return Record(block, Verdict.PASSED, seconds=result.seconds, attempts=1)

    def _interrupt(self, block: Block, interruption: Interruption) -> None:
        """Run a step for some of its time: what the half of it leaves behind is the whole one's to find."""
        moment = min(interruption.moment(self.estimates.get(block.name, 0)), block.timeout)
        half = self.shell.run(block.name, block.body, timeout=moment)
        self._learn(block, half)
        self.progress.line(
            f"{block.page}:{block.where.line} {block.name}: "
            + (f"ended after {seconds(moment)}" if half.timed_out else f"over before {seconds(moment)}")
        )

    def _poll(self, block: Block, task: Task) -> Record:
        """A check: until it holds often enough in a row, or the deadline passes."""
        started = self._clock()
        attempts = in_a_row = 0
        while True:
            attempts += 1
            left = block.deadline - (self._clock() - started)
            limit = max(min(block.timeout, left), 0.1)
            result = self._once(block, limit, save=False)
            failure = self._attempt_failed(block, result, limit)
            in_a_row = 0 if failure else in_a_row + 1
            spent = self._clock() - started
            if in_a_row >= block.times:
                return Record(block, Verdict.PASSED, seconds=spent, attempts=attempts)
            if spent + block.interval >= block.deadline:
                what = failure.what if failure else f"it held {in_a_row} of {block.times} times in a row"
                deadline = f"the check did not hold within {seconds(block.deadline)}, {attempts} attempts"
                raise _BlockError(
                    Failure(
                        block,
                        f"{deadline}; the last: {what}",
                        result,
                        failure.differs if failure else None,
                        attempts,
                    )
                )
            if failure:
                task.update(f"attempt {attempts}: {failure.what}")
            self._sleep(block.interval)

    def _attempt_failed(self, block: Block, result: Result, limit: float) -> Failure | None:
        problem = _problem(block, result, limit)
        if problem is not None:
            return Failure(block, problem, result)
        if self.update:
            return None
        for output in block.outputs:
            if outputs.difference(output, result) is not None:
                return Failure(block, f"other output than at {output.where}", result, output)
        return None

    def _once(self, block: Block, limit: float, *, save: bool) -> Result:
        self.knows(block)
        merge = any(output.stream == "both" for output in block.outputs)
        body = in_python(self.cluster, block.body) if block.in_python else block.body
        if block.background:
            if isinstance(self.shell, TypedShell):
                raise UserError(
                    f"{block.name} goes on in the background, and one terminal is all that this run has",
                    where=str(block.where),
                    fix="leave out --typed",
                )
            self.background.begin()
            body = wrapped(block)
        if self.search is not None:
            self.search.start()
        result = self.shell.run(block.name, body, timeout=limit, save=save, merge=merge)
        if block.in_python:
            # Bash knows the line that started Python, and Python's own words tell the rest.
            result = replace(result, line=None)
        self._learn(block, result)
        self._results[block] = result
        if block.shows:
            self.masker.add(_secrets_in(result))
        elif self.search is not None:
            self.search.printed(f"{block.name} at {block.where}", (result.stdout, result.stderr))
        self._refuse_leaks(block)
        self._refuse_rewritten(block)
        return result

    def _learn(self, block: Block, result: Result) -> None:
        """Know what a step told of its secrets."""
        self.masker.add(result.secrets)
        if new := [name for name in result.unmasked if name not in self.unmasked]:
            self.unmasked += new
            names = ", ".join(new)
            self.progress.line(f"{block.where}: too short to be masked in reports: the value of {names}")

    def _refuse_leaks(self, block: Block) -> None:
        """Fail where what the cluster keeps secret has been printed, by this block or an earlier one."""
        asked = {block: self._leaks}
        if _TOUCHES_SECRETS.search(block.body) and (new := self._ask_secrets()):
            latest = Masker()
            latest.add(new)
            asked = dict.fromkeys(self._results, latest) | asked
        for one, leaks in asked.items():
            result = self._results[one]
            if one.shows:
                continue
            for captured in (result.stdout, result.stderr):
                if leaks.finds(captured.head + captured.tail):
                    what = f"a secret of the cluster has been printed by {one.name} at {one.where}"
                    raise _BlockError(Failure(block, what, self._results[block]))

    def search_once(self, block: Block) -> None:
        """Search for the cluster's secrets everywhere, the first time only; findings are a failure."""
        if self.search is None or self.searched:
            return
        self.searched = True
        with self.progress.task("Searching for the cluster's secrets", 30):
            found = self.search.everywhere()
        self.progress.line(f"  {self.search.said}")
        if found:
            listed = "\n".join(f"  {one}" for one in found)
            what = f"the cluster's secrets are where they must not be, {len(found)} times:\n{listed}"
            raise _BlockError(Failure(block, what))

    def conclude(self) -> None:
        """Search at the end of a run, and what was printed since; findings are the last block's failure."""
        ran = [block for block in self._results if block.language == self.project.primary and not block.again]
        if self.search is None or self.failure is not None or self.broken is not None or not ran:
            return
        try:
            self.search_once(ran[-1])
            if found := self.search.in_outputs():
                raise _BlockError(Failure(ran[-1], "\n".join(map(str, found))))
        except _BlockError as failed:
            self.records[_key(ran[-1])] = self._fail(failed.failure)
        except UserError as error:
            self.records[_key(ran[-1])] = self._fail(Failure(ran[-1], str(error)))

    def _ask_secrets(self) -> set[str]:
        """What the cluster keeps secret now and did not when it was asked before."""
        new = set(self._secrets(self.cluster)) - self._known
        self._known |= new
        self.masker.add(new)
        self._leaks.add(new)
        return new

    def _compare(self, output: Block) -> Record:
        assert output.of is not None
        result = self._results[output.of]
        if outputs.difference(output, result) is None:
            return Record(output, Verdict.PASSED)
        if self.update:
            self.rewritten.append(self._updates.rewrite(output, outputs.stream(output, result)))
            return Record(output, Verdict.PASSED, "its expectation was rewritten by this run")
        if output.again or self.interruption is not None:
            # "created" is "unchanged" now: that its step ended well, and the checks, are what decides.
            return Record(output, Verdict.PASSED, OTHER_OUTPUT)
        raise _BlockError(Failure(output, f"{output.of.name} printed something else", result, output))

    def _refuse_rewritten(self, block: Block) -> None:
        """Fail where an update has written what is a secret as is known now."""
        if path := self._updates.with_secret():
            raise _BlockError(Failure(block, f"a secret that this step has was printed into {path}"))

    def _validate(self, block: Block) -> None:
        """Ask the cluster about a manifest, when it is the reader's turn to have it: before it is applied.

        The dry run would make a second one in a namespace of its own, and a port of the node can be had once.
        """
        if block.again:
            return
        errors = self._ask_about(self.cluster, self.project.manifests / block.title)
        if errors:
            raise _BlockError(
                Failure(block, f"the cluster refuses manifests/{block.title}:\n" + "\n".join(errors))
            )

    def _fail(self, failure: Failure) -> Record:
        block = failure.block
        what = self.masker.mask(failure.what)
        result = self._results.get(block)
        if self.failure is None:
            if block.again:
                self.failed_again = self.failed_again or failure
            else:
                self.failure = failure
            hint = self.cluster.shell_hint() if self.cluster.options.keep and self.broken is None else ""
            self.reports[block] = Report(failure, self._evidence(), hint)
        else:
            what = f"in cleaning up after {self.failure.block.where}: {what}"
            self.reports[block] = Report(failure)
        return Record(
            block,
            Verdict.FAILED,
            what,
            seconds=result.seconds if result else 0.0,
            attempts=failure.attempts if result else 0,
        )

    def _evidence(self) -> str:
        if self.broken is not None:
            return ""
        parts = []
        # Evidence may hold what no step has had to do with.
        self._ask_secrets()
        with self.progress.task("Collecting the cluster's evidence"):
            for collect in (self.cluster.evidence, lambda: hooks.evidence(self.cluster)):
                try:
                    parts.append(collect())
                except Exception as error:  # a report with less evidence is better than none
                    parts.append(f"[evidence that could not be had: {error}]")
        return "\n".join(filter(None, (part.strip("\n") for part in parts)))


def _secrets_in(result: Result) -> list[str]:
    """What a step that shows a secret has printed: its lines, and what stands at the end of each."""
    lines = [line.strip() for stream in (result.stdout, result.stderr) for line in stream.text.split("\n")]
    return [each for line in lines if line for each in (line, line.split()[-1])]


def _key(block: Block) -> tuple[str, str, int]:
    return block.language, block.page, block.index


def _problem(block: Block, result: Result, limit: float) -> str | None:
    if result.timed_out:
        return f"it was not done within {seconds(limit)}, and was ended"
    wrong = result.code != block.exit
    if result.complaint:
        # Of a step that ran, its own failure comes first: the state that it left may be a consequence.
        own = f"exit code {result.code}, expected {block.exit}; " if wrong and not result.saved else ""
        return f"{own}{result.complaint}"
    if result.went_on and block.exit == 0:
        line, code = result.went_on[0]
        return f"line {line} ended with exit code {code}, and the reader's shell goes on with the next"
    if wrong:
        return f"exit code {result.code}, expected {block.exit}"
    return None
