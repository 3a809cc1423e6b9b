"""What failed in a run, and the report on it, so that nobody has to run it again to see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from walkthrough import hooks
from walkthrough.compare.outputs import difference
from walkthrough.errors import UserError
from walkthrough.machine.result import Result
from walkthrough.masking import WORD, Masker
from walkthrough.pages.block import Block
from walkthrough.progress import Progress
from walkthrough.run.lifecycle import Lifecycle
from walkthrough.run.verdicts import Failure, Record, Verdict

#: Lines shown of each stream: these many of its beginning and of its end.
_HEAD, _TAIL = 40, 60

#: Longest line shown.
_WIDTH = 2000


@dataclass(frozen=True)
class _Report:
    """What a report is made of: what is secret may be known only after the failure."""

    failure: Failure
    evidence: str = ""
    hint: str = ""


class Failures:
    """The failures of one run."""

    def __init__(self, lifecycle: Lifecycle, progress: Progress) -> None:
        #: The one that ended the chain.
        self.first: Failure | None = None
        #: The first of a second time, which fails the run and does not end it.
        self.second_time: Failure | None = None
        self._lifecycle = lifecycle
        self._secrecy = lifecycle.secrecy
        self._progress = progress
        self._reports: dict[Block, _Report] = {}

    @property
    def headline(self) -> Failure | None:
        """The one that a record of the run names."""
        return self.first or self.second_time

    def add(self, failure: Failure, ran: Result | None) -> Record:
        """The record of a block that failed.

        :param ran: what it printed, where it ran.
        """
        block = failure.block
        what = self._secrecy.masker.mask(failure.what)
        if self.first is None:
            if block.again:
                self.second_time = self.second_time or failure
            else:
                self.first = failure
            hint = self._lifecycle.cluster.shell_hint() if self._lifecycle.kept else ""
            self._reports[block] = _Report(failure, self._evidence(), hint)
        else:
            what = f"in cleaning up after {self.first.block.where}: {what}"
            self._reports[block] = _Report(failure)
        if ran is None:
            return Record(block, Verdict.FAILED, what)
        return Record(block, Verdict.FAILED, what, seconds=ran.seconds, attempts=failure.attempts)

    def report(self, block: Block) -> str:
        """The report on a block that failed, without any secret that is known by now; empty if it did not."""
        if (made := self._reports.get(block)) is None:
            return ""
        return render(made.failure, self._secrecy.masker, made.evidence, made.hint, self._secrecy.unmasked)

    def _evidence(self) -> str:
        if self._lifecycle.broken is not None:
            return ""
        cluster, parts = self._lifecycle.cluster, list[str]()
        collectors: list[Callable[[], str]] = [cluster.evidence, lambda: hooks.evidence(cluster)]
        try:
            # Evidence may hold what no step has had to do with.
            self._secrecy.ask()
        except UserError as error:
            # The machine's own logs stay: they are what tells why.
            parts.append(f"[evidence is left out, for nobody knows what in it is secret: {error.what}]")
            del collectors[1:]
        with self._progress.task("Collecting the cluster's evidence"):
            for collect in collectors:
                try:
                    parts.append(collect())
                except Exception as error:  # a report with less evidence is better than none
                    parts.append(f"[evidence that could not be had: {error}]")
        return "\n".join(filter(None, (part.strip("\n") for part in parts)))


def render(
    failure: Failure,
    masker: Masker,
    evidence: str = "",
    shell_hint: str = "",
    unmasked: Iterable[str] = (),
) -> str:
    """The report on a block that failed, without secrets: each text is masked whole
    before it is cut or compared.

    Where the harness's own words say where it was, nothing is masked: a password may be a page's name.

    :param evidence: what the cluster says about it.
    :param shell_hint: the command that opens a shell at that point, where the cluster is kept.
    :param unmasked: names of variables whose values cannot be masked.
    """
    block, result = failure.block, failure.result
    runs = block.of or block
    time = " the second time" if block.again else ""
    what = masker.mask(failure.what)
    parts = [f"{block.where}: {block.name} failed{time}: {what}", *_places(failure, masker)]
    if result is not None:
        code = "ran out of time" if result.timed_out else f"exit code {result.code}, expected {runs.exit}"
        parts.append(f"  {code}, after {result.seconds:.1f} s")
    if runs.runs:
        parts += _section("command", masker.mask(runs.body))
    if result is not None:
        parts += _section("standard output", _bounded(masker.stream(result.stdout)))
        parts += _section("standard error", _bounded(_mapped(masker.stream(result.stderr), runs)))
        parts += _differences(failure, masker)
    if evidence:
        parts += _section("the cluster", masker.mask(evidence))
    if unmasked:
        names = ", ".join(unmasked)
        parts += ["", f"Not masked, for they have fewer than {WORD} characters: the values of {names}"]
    if shell_hint:
        parts += [
            "",
            "The cluster is still up. To open a shell in it, where the last step ended:",
            f"  {shell_hint}",
        ]
    return "\n".join(parts)


def _differences(failure: Failure, masker: Masker) -> list[str]:
    output, result = failure.differs, failure.result
    if output is None or result is None:
        return []
    title = "difference" if output is failure.block else f"difference from {output.where}"
    shown = difference(output, result, masker.stream)
    return _section(title, _bounded(shown or "only in a secret, which is not shown"))


def _places(failure: Failure, masker: Masker) -> list[str]:
    block, result = failure.block, failure.result
    places = []
    if block.source.path != block.where.path:
        places.append(f"  in    {block.source}")
    runs = block.of or block
    if runs is not block:
        places.append(f"  step  {runs.where} ({runs.source})")
    own = failure.differs in (None, block)
    if own and result is not None and result.line and result.line <= len(runs.lines):
        line = runs.text_lines[result.line - 1].strip()
        places.append(f"  line  {runs.lines[result.line - 1]}: {masker.mask(line)}")
    return places


def _section(title: str, text: str) -> list[str]:
    lines = text.rstrip("\n").split("\n") if text.strip() else ["(nothing)"]
    return ["", f"-- {title}", *(f"   {line}".rstrip() for line in lines)]


def _bounded(text: str) -> str:
    lines = [line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…" for line in text.rstrip("\n").split("\n")]
    if len(lines) > _HEAD + _TAIL:
        left_out = len(lines) - _HEAD - _TAIL
        lines = [*lines[:_HEAD], f"[{left_out} of {len(lines)} lines left out]", *lines[-_TAIL:]]
    return "\n".join(lines)


def _mapped(text: str, block: Block) -> str:
    """Bash's or Python's messages with the place on the page instead of the place on the machine."""

    def place(match: re.Match[str]) -> str:
        number = int(match["line"])
        return f"{block.lines[number - 1]}:" if 0 < number <= len(block.lines) else match.group()

    if block.in_python:
        return re.sub(r'File "<stdin>", line (?P<line>\d+),?', place, text)
    name = re.escape(block.name)
    return re.sub(rf"(?m)^\S*/steps/{name}: line (?P<line>\d+):", place, text)
