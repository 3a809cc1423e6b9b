"""A ``console`` fence: commands after a prompt, each with what it prints, as they stand in a terminal.

Every command is a step, and what stands under it its output, of both streams. In a fence that shows some
output each command prints what stands under it, and nothing where nothing does. In one that shows none, none
is compared.
A command that is not finished goes on in the next line, after ``> `` or without it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sybil import Region

from walkthrough.compare import expect
from walkthrough.errors import UserError
from walkthrough.pages import placeholders
from walkthrough.pages.attributes import Attributes
from walkthrough.pages.block import Block
from walkthrough.pages.document import PageDocument
from walkthrough.pages.rules import Kind

PROMPT, MORE = "$ ", "> "
#: What bash says of a text that ends too early.
_UNFINISHED = ("unexpected end of file", "unexpected EOF", "delimited by end-of-file")


@dataclass(frozen=True)
class Command:
    """One command of a fence.

    :param first: its first line, from 0.
    :param lines: it, without prompts.
    :param output: the lines under it.
    """

    first: int
    lines: tuple[str, ...]
    output: tuple[str, ...]


def commands(block: Block) -> Iterator[Command]:
    """The commands of a fence in their order; its placeholders are filled in.

    :raises UserError: it does not begin with a prompt, or its last command is not finished.
    """
    lines = block.text_lines
    if not lines[0].startswith(PROMPT):
        raise UserError(
            f"this console begins without a prompt: {lines[0].strip()}",
            where=str(block.where),
            fix="write each command after '$ ', and what it prints under it",
        )
    number = 0
    while number < len(lines):
        first, command = number, [lines[number].removeprefix(PROMPT)]
        number += 1
        while not _finished("\n".join(command)):
            if number == len(lines) or lines[number].startswith(PROMPT):
                raise UserError(
                    f"this command is not finished: {command[-1].strip()}",
                    where=str(block.lines[first]),
                    fix="close its quote, its heredoc or its list",
                )
            line = lines[number]
            command.append("" if line == MORE.rstrip() else line.removeprefix(MORE))
            number += 1
        shown = number
        while number < len(lines) and not lines[number].startswith(PROMPT):
            number += 1
        yield Command(first, tuple(command), tuple(lines[shown:number]))


def _finished(command: str) -> bool:
    """Whether bash would run a command, or wait for more of it. It reads it, and runs nothing."""
    if (len(command) - len(command.rstrip("\\"))) % 2:
        return False
    done = subprocess.run(
        ["bash", "--norc", "-n"],
        input=f"{command}\n",
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return not any(words in done.stderr for words in _UNFINISHED)


def blocks(document: PageDocument, region: Region, block: Block) -> list[tuple[Region, Block]]:
    """The steps and outputs of a fence, each with a place of its own in the document.

    :param block: the whole fence, as a step.
    :raises UserError: see :func:`commands`.
    """
    values = placeholders.of(document)
    shown = block.text_lines
    placeholders.fill(block, values)
    found = list(commands(block))
    compared = any(one.output for one in found)
    starts = _starts(document, region)
    parts: list[tuple[Region, Block]] = []

    def add(part: Block, position: int) -> None:
        parts.append((Region(position, position + 1), part))

    for number, one in enumerate(found, start=1):
        after = one.first + len(one.lines)
        step = _part(block, _step(block, number, last=number == len(found)), one.first, one.lines)
        _note(step, shown, one.first, values)
        add(step, starts[one.first])
        if compared:
            output = _part(block, _output(block), after, one.output)
            _note(output, shown, after, values)
            output.of = step
            step.outputs.append(output)
            expect.check_expectation(output.body, output.match, str(output.where))
            # Of one that prints nothing there is no line: the second character of the prompt stands for it.
            add(output, starts[after] if one.output else starts[one.first] + 1)
    for index, (_, part) in enumerate(parts, start=block.index):
        part.index = index
    return parts


def _starts(document: PageDocument, region: Region) -> list[int]:
    """Where each line of a fence begins in the document, without the blank ones above, which nobody sees."""
    source = region.lexemes["source"]
    position = document.text.rfind("\n", 0, region.start + source.offset) + 1
    lines = source.split("\n")
    starts = []
    for _ in lines:
        starts.append(position)
        position = document.text.find("\n", position) + 1
    return starts[len(source) - len(source.lstrip("\n")) :]


def _note(part: Block, shown: list[str], first: int, values: Mapping[str, str]) -> None:
    """Keep which placeholders a part had."""
    text = "\n".join(shown[first : first + len(part.lines)])
    part.placeholders = placeholders.used(text, values)


def _step(block: Block, number: int, *, last: bool) -> Attributes:
    absent = {"match"} if last else {"match", "exit"}
    values = {key: value for key, value in block.attributes.values.items() if key not in absent}
    name = block.id if number == 1 else f"{block.id}-{number}"
    return replace(block.attributes, language="bash", id=name, values=values)


def _output(block: Block) -> Attributes:
    values = {"stream": "both"}
    if "match" in block.attributes.values:
        values["match"] = block.attributes.values["match"]
    return Attributes(Kind.OUTPUT, "text", None, ("text", str(Kind.OUTPUT)), values)


def _part(block: Block, attributes: Attributes, first: int, lines: tuple[str, ...]) -> Block:
    origins = block.lines[first : first + len(lines)]
    body = "".join(f"{line}\n" for line in lines)
    return replace(
        block,
        # What is included stands where the page includes it.
        where=origins[0] if origins and origins[0].path == block.where.path else block.where,
        attributes=attributes,
        body=body,
        lines=origins,
        outputs=[],
        placeholders={},
    )
