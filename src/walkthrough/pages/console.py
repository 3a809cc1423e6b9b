"""A ``console`` fence: commands after a prompt, each with what it prints, as they stand in a terminal.

Every command is a step, and what stands under it its output, of both streams. In a fence that shows some
output each command prints what stands under it, and nothing where nothing does. In one that shows none, none
is compared.
A command that is not finished goes on in the next line, after ``> `` or without it.

The prompt is ``$``, or what ``prompt=`` says, in which ``…`` stands for what changes: a folder, say. A prompt
with nothing after it is where the reader is left. Lines that begin with ``#`` are no output where nothing can
have printed them, or where they stand between an empty line and the next prompt: they are said to the reader.
Where there is no prompt, ``commands=`` says how many lines are typed; what follows is what they print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sybil import Region

from walkthrough.compare import expect
from walkthrough.errors import UserError
from walkthrough.pages import placeholders
from walkthrough.pages.attributes import Attributes
from walkthrough.pages.block import Block
from walkthrough.pages.document import PageDocument
from walkthrough.pages.rules import Kind
from walkthrough.pages.transcript import commands


def blocks(document: PageDocument, region: Region, block: Block) -> list[tuple[Region, Block]]:
    """The steps and outputs of a fence, each with a place of its own in the document.

    :param block: the whole fence, as a step.
    :raises UserError: see :func:`walkthrough.pages.transcript.commands`.
    """
    values = placeholders.of(document)
    shown = block.text_lines
    placeholders.fill(block, values)
    found = list(commands(block))
    codes = _codes(block, len(found))
    compared = any(one.output for one in found)
    starts = _starts(document, region)
    parts: list[tuple[Region, Block]] = []

    def add(part: Block, position: int) -> None:
        parts.append((Region(position, position + 1), part))

    for number, one in enumerate(found, start=1):
        after = one.first + len(one.lines)
        step = _part(block, _step(block, number, codes[number - 1]), one.first, one.lines)
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
    if not parts:
        raise UserError("nothing is typed in this console", where=str(block.where), fix="mark it .skip")
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


def _codes(block: Block, count: int) -> list[str]:
    """The exit code of each command: one alone is the last one's."""
    codes = block.attributes.values.get("exit", "0").split(",")
    if len(codes) == 1:
        return ["0"] * (count - 1) + codes
    if len(codes) != count:
        raise UserError(
            f"this console has {count} commands, and exit= says the exit codes of {len(codes)}",
            where=str(block.where),
            fix="write one for each, or only the last one's",
        )
    return codes


def _step(block: Block, number: int, code: str) -> Attributes:
    absent = {"match", "prompt", "commands", "exit"}
    values = {key: value for key, value in block.attributes.values.items() if key not in absent}
    if code != "0":
        values["exit"] = code
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
