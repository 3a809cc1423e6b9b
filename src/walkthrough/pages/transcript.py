"""What stands in a ``console`` fence: commands after a prompt, each with what it prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from walkthrough.errors import UserError
from walkthrough.pages.block import Block

PROMPT, MORE = "$", "> "
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
    lines, values = block.text_lines, block.attributes.values
    if "commands" in values:
        yield _unprompted(block, int(values["commands"]))
        return
    said = values.get("prompt", PROMPT)
    prompt = re.compile(r".*?".join(map(re.escape, re.split("…+", said))) + r"(?: |\Z)")
    number = _said(lines, 0, prompt)
    if number == len(lines) or not prompt.match(lines[number]):
        raise UserError(
            f"this console begins without the prompt {said}: {lines[min(number, len(lines) - 1)].strip()}",
            where=str(block.where),
            fix=f"write each command after '{said} ', and what it prints under it; name another prompt with "
            'prompt="#"; where there is none, say how many lines are typed: commands=1',
        )
    while number < len(lines):
        first, command = number, [prompt.sub("", lines[number], count=1)]
        number += 1
        if not command[0].strip():
            _nothing_after(block, number, prompt)
            while number < len(lines) and not prompt.match(lines[number]):
                number += 1
            continue
        while not _finished("\n".join(command)):
            if number == len(lines) or (prompt.match(lines[number]) and not said.startswith(MORE.rstrip())):
                raise UserError(
                    f"this command is not finished: {command[-1].strip()}",
                    where=str(block.lines[first]),
                    fix="close its quote, its heredoc or its list",
                )
            line = lines[number]
            command.append("" if line == MORE.rstrip() else line.removeprefix(MORE))
            number += 1
        shown = number
        while number < len(lines) and not prompt.match(lines[number]):
            after = _said(lines, number + 1, prompt)
            if not lines[number].strip() and after > number + 1:
                break
            number += 1
        yield Command(first, tuple(command), _printed(lines[shown:number]))
        while number < len(lines) and not prompt.match(lines[number]):
            number += 1


def _unprompted(block: Block, count: int) -> Command:
    """Lines that are typed, and the rest."""
    lines = block.text_lines
    if "prompt" in block.attributes.values:
        what = "commands= is for a console without prompts, and prompt= names one"
        raise UserError(what, where=str(block.where), fix="keep one of them")
    if count > len(lines):
        raise UserError(
            f"this console has {len(lines)} lines, and commands={count} says that more are typed",
            where=str(block.where),
            fix="correct the number",
        )
    return Command(0, tuple(lines[:count]), _printed(lines[count:]))


def _printed(lines: list[str]) -> tuple[str, ...]:
    return tuple(lines) if any(map(str.strip, lines)) else ()


def _said(lines: list[str], number: int, prompt: re.Pattern[str]) -> int:
    """The line after those from this one on that are said to the reader; itself where there are none."""
    after = number
    while after < len(lines) and lines[after].startswith("#") and not prompt.match(lines[after]):
        after += 1
    while after > number and after < len(lines) and not lines[after].strip():
        after += 1
    return after if after < len(lines) and prompt.match(lines[after]) else number


def _nothing_after(block: Block, number: int, prompt: re.Pattern[str]) -> None:
    """Refuse what stands under a prompt that nothing was typed at."""
    for line, origin in zip(block.text_lines[number:], block.lines[number:], strict=True):
        if prompt.match(line):
            return
        if line.strip() and not line.startswith("#"):
            raise UserError(
                f"nothing is typed at the prompt above this: {line.strip()}",
                where=str(origin),
                fix="take the empty prompt away, or write the command after it",
            )


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
