"""Runs a block in the reader's shell, a step once, a check until it holds, and judges what comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from walkthrough.compare import outputs
from walkthrough.machine.result import Result
from walkthrough.machine.shell import Shell, in_python
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind
from walkthrough.progress import Progress, Task, seconds
from walkthrough.run.background import Background, wrapped
from walkthrough.run.interruption import Interruption
from walkthrough.run.secrecy import Secrecy
from walkthrough.run.updating import Updates
from walkthrough.run.verdicts import OTHER_OUTPUT, Failure, FailureError, Record, Verdict


class Executor:
    """Runs blocks one by one; every way of failing is a :class:`FailureError`.

    :param updates: writes what steps print into the expected outputs, in place of failing on a difference.
    :param interruption: ends each step at a moment by chance before it runs whole.
    :param estimates: seconds that a block took before, by its name.
    :param clock: monotonic seconds; and how to wait, for checks.
    """

    def __init__(
        self,
        shell: Shell,
        background: Background,
        secrecy: Secrecy,
        progress: Progress,
        *,
        updates: Updates | None = None,
        interruption: Interruption | None = None,
        estimates: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        #: What each block printed, the last time it ran.
        self.results: dict[Block, Result] = {}
        #: Expected outputs that were rewritten, relative to the root.
        self.rewritten: list[str] = []
        self._shell = shell
        self._background = background
        self._secrecy = secrecy
        self._progress = progress
        self._updates = updates
        self._interruption = interruption
        self._estimates = estimates or {}
        self._clock = clock
        self._sleep = sleep

    def run(self, block: Block) -> Record:
        """Run a block to its verdict."""
        title = f"{block.page}:{block.where.line} {block.name}{', again' if block.again else ''}"
        estimate = self._estimates.get(block.name, 0)
        with self._progress.task(title, estimate if estimate >= 1 else None) as task:
            return self._poll(block, task) if block.kind is Kind.CHECK else self._step(block)

    def compare(self, output: Block) -> Record:
        """Hold what a block printed against an output of it."""
        assert output.of is not None
        result = self.results[output.of]
        if outputs.difference(output, result) is None:
            return Record(output, Verdict.PASSED)
        if self._updates is not None:
            self.rewritten += self._updates.rewrite(output, outputs.stream(output, result))
            return Record(output, Verdict.PASSED, "its expectation was rewritten by this run")
        if output.again or self._interruption is not None:
            # "created" is "unchanged" now: that its step ended well, and the checks, are what decides.
            return Record(output, Verdict.PASSED, OTHER_OUTPUT)
        raise FailureError(Failure(output, f"{output.of.name} printed something else", result, output))

    def _step(self, block: Block) -> Record:
        """A step, or a manifest that is written by bash: once."""
        if self._interruption is not None and not block.once and not block.background:
            self._interrupt(block, self._interruption)
        result = self._once(block, block.timeout, save=True)
        problem = _problem(block, result, block.timeout)
        if problem is None and not result.saved:
            problem = (
                "its shell did not end by itself, so the next step would not find its state "
                "(exec, kill, or an EXIT trap together with exit)"
            )
        if problem is not None:
            raise FailureError(Failure(block, problem, result))
        return Record(block, Verdict.PASSED, seconds=result.seconds, attempts=1)

    def _interrupt(self, block: Block, interruption: Interruption) -> None:
        """Run a step for some of its time: what the half of it leaves behind is the whole one's to find."""
        moment = min(interruption.moment(self._estimates.get(block.name, 0)), block.timeout)
        half = self._shell.run(block.name, block.body, timeout=moment)
        self._secrecy.learn(block, half)
        self._progress.line(
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
                last = failure.what if failure else f"it held {in_a_row} of {block.times} times in a row"
                deadline = f"the check did not hold within {seconds(block.deadline)}, {attempts} attempts"
                differs = failure.differs if failure else None
                raise FailureError(Failure(block, f"{deadline}; the last: {last}", result, differs, attempts))
            if failure:
                task.update(f"attempt {attempts}: {failure.what}")
            self._sleep(block.interval)

    def _attempt_failed(self, block: Block, result: Result, limit: float) -> Failure | None:
        problem = _problem(block, result, limit)
        if problem is not None:
            return Failure(block, problem, result)
        if self._updates is not None:
            return None
        for output in block.outputs:
            if outputs.difference(output, result) is not None:
                return Failure(block, f"other output than at {output.where}", result, output)
        return None

    def _once(self, block: Block, limit: float, *, save: bool) -> Result:
        self._secrecy.declare(block)
        merge = any(output.stream == "both" for output in block.outputs)
        body = in_python(self._shell.cluster, block.body) if block.in_python else block.body
        if block.background:
            self._background.begin()
            body = wrapped(block)
            # It hands nothing on; and what is not to be saved is run beside the terminal, where there is one.
            save = False
        self._secrecy.watch()
        result = self._shell.run(block.name, body, timeout=limit, save=save, merge=merge)
        if block.in_python:
            # Bash knows the line that started Python, and Python's own words tell the rest.
            result = replace(result, line=None)
        self.results[block] = result
        self._secrecy.learn(block, result)
        self._secrecy.printed(block, self.results)
        if self._updates is not None and (paths := self._updates.with_secret()):
            # It was no secret when it was written.
            self.rewritten = [name for name in self.rewritten if name not in paths]
            told = f"a secret that this step has was printed into {', '.join(paths)}"
            raise FailureError(Failure(block, told))
        return result


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
