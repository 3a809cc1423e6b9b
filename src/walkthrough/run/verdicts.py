"""What becomes of a block."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from walkthrough.machine.result import Result
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind


class Verdict(StrEnum):
    """What became of a block."""

    PASSED = "passed"
    FAILED = "failed"
    SUBSTITUTED = "substituted"
    SKIPPED = "skipped"
    NOT_RUN = "not-run"


#: Why a block was *not run*.
ENDED = "the run ended before it"
OTHER_LANGUAGE = "its page in the language that runs was not run"
EARLIER = "earlier step failed at {where}"
#: What is worth saying about an output in a run of everything twice, or after an interruption.
OTHER_OUTPUT = "it printed something else the second time"


@dataclass(frozen=True)
class Record:
    """A block's verdict.

    :param reason: why it is not *passed*; or what is worth saying about one that is.
    :param seconds: how long it ran, all attempts together.
    :param attempts: how often it ran.
    """

    block: Block
    verdict: Verdict
    reason: str = ""
    seconds: float = 0.0
    attempts: int = 0


@dataclass(frozen=True)
class Failure:
    """Why a block failed.

    :param what: one line.
    :param result: what it printed, where it ran.
    :param differs: the output that what it printed differs from: of a check another block than itself.
    :param attempts: how often it ran.
    """

    block: Block
    what: str
    result: Result | None = None
    differs: Block | None = None
    attempts: int = 1


def note(block: Block, *, typed: bool = False) -> str:
    """What is worth saying about a block that held: what a reader did not do, or does in another way.

    :param typed: whether the steps are pasted into one terminal.
    """
    told = []
    if block.setup:
        told.append("set-up that the reader does not see")
    if block.background:
        beside = ", in a bash of the harness's own beside the terminal" if typed else ""
        told.append(f"went on in the background until its page ended{beside}")
    if block.placeholders:
        pairs = (f"{value} for {name}" for name, value in block.placeholders.items())
        told.append(f"run with {', '.join(pairs)}")
    if block.shows:
        told.append(f"shows a secret on purpose: {block.shows}")
    return "; ".join(told)


def inherited(block: Block, ran: Record | None) -> Record:
    """What becomes of a block of another language: it stands on the one that ran, if that one did."""
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


class FailureError(Exception):
    """Raised where a block fails, to be caught by the chain."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.what)
        self.failure = failure


class BlockFailedError(AssertionError):
    """Raised by the evaluator of a block that failed; the message is the report."""
