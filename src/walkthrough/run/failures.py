"""Says what failed, so that nobody has to run it again to see it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from walkthrough.compare.outputs import difference
from walkthrough.masking import WORD, Masker
from walkthrough.pages.block import Block
from walkthrough.run.verdicts import Failure

#: Lines shown of each stream: these many of its beginning and of its end.
_HEAD, _TAIL = 40, 60

#: Longest line shown.
_WIDTH = 2000


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
