"""Lets an interactive bash and zsh read what the reader pastes, and runs none of it.

A file's shell takes what a terminal's does not: an unfinished heredoc ends with the file, a
backslash at the end is nothing, ``!`` in double quotes is a letter, ``#`` in zsh begins a comment.
So each block goes into a real terminal, as a paste, wrapped into a function: the shell reads it to
its end, with history expansion and its own grammar, and defines the function, which nobody calls.
Where a block closes the wrapping too early, a DEBUG trap skips what follows; there are no programs
to be found, and no file may be written.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.pages.rules import Kind
from walkthrough.terminal import blanks, syntax
from walkthrough.terminal.pasted import finding
from walkthrough.terminal.session import RELAY, TAKEN, Terminal

#: The shells of readers.
SHELLS = ("bash", "zsh")

#: Seconds that a shell may take to read one block.
_TIMEOUT = 20.0

#: Its prompts: ready, or waiting for more and (in zsh) of what.
_PROMPTS = re.compile(rb"\x1e(?P<ready>READY)\x1e|\x1eMORE:?(?P<inside>[^\x1e]*)\x1e")
_ESCAPES = re.compile(rb"\x1b(\[[0-9;?]*[a-zA-Z]|[=>])|\r")

_BASH = (
    "unset HISTFILE PROMPT_COMMAND; PATH=/nonexistent; trap '' XFSZ; ulimit -f 0\n"
    "PS1=$'\\036READY\\036' PS2=$'\\036MORE\\036'\n"
    "shopt -s extdebug; trap false DEBUG\n"
)
_ZSH = (
    "unset HISTFILE; PATH=/nonexistent; trap '' XFSZ; ulimit -f 0; unsetopt promptsp\n"
    "PS1=$'%{\\036READY\\036%}' PS2=$'%{\\036MORE:%_\\036%}'\n"
    "setopt debugbeforecmd; trap 'setopt errexit' DEBUG\n"
)


def available() -> list[str]:
    """Those of :data:`SHELLS` that this machine has."""
    return [shell for shell in SHELLS if shutil.which(shell)]


def findings(blocks: Sequence[Block], shells: Iterable[str] = SHELLS) -> list[UserError]:
    """What the shells do not take, in reading order.

    :raises UserError: a shell cannot be started.
    """
    shells = list(shells)
    with ThreadPoolExecutor(max_workers=len(shells) or 1) as pool:
        said = list(pool.map(lambda shell: list(_read(shell, blocks)), shells))
    errors: dict[int, UserError] = {}
    for each in said:
        for place, error in each:
            # One fault is told once, in the words of the first shell.
            errors.setdefault(place, error)
    return [errors[place] for place in sorted(errors)]


def unfinished(blocks: Iterable[Block]) -> Iterator[UserError]:
    """Blocks that only the harness runs and that are not at their end, though a file's bash takes them so."""
    for block in blocks:
        if block.attributes.language != "bash":
            continue
        if error := _backslash("bash", block):
            yield error
        elif "<<" in block.body or syntax.parse(block.body).has_error:
            done = _parse(block.body)
            if done.returncode or "here-document" in done.stderr:
                yield _unfinished("bash", block, None)


def untils(blocks: Iterable[Block]) -> Iterator[UserError]:
    """What a step in the background is waited for by, where bash cannot read it: it would never hold."""
    for block in blocks:
        done = _parse(f"{block.until}\n") if block.until else None
        if done is not None and (done.returncode or done.stderr):
            first = done.stderr.splitlines()[0].partition(": ")[2]
            what = f"bash cannot read what this step is waited for by, until='{block.until}' ({first})"
            fix = "write a command that succeeds once the step is up"
            yield UserError(f"{block.name}: {what}", where=str(block.where), fix=fix)


def _read(shell: str, blocks: Sequence[Block]) -> Iterator[tuple[int, UserError]]:
    terminal: Terminal | None = None
    with tempfile.TemporaryDirectory(prefix="walkthrough-terminal-") as folder:
        try:
            for place, block in enumerate(blocks):
                terminal = terminal or _open(shell, Path(folder))
                error = _one(shell, terminal, block)
                if error is not None:
                    yield place, error
                    # What the shell still waits for is forgotten with it.
                    terminal.close()
                    terminal = None
        finally:
            if terminal is not None:
                terminal.close()


def _open(shell: str, folder: Path) -> Terminal:
    program = shutil.which(shell)
    if program is None:
        raise UserError(
            f"{shell} is not on this machine, so the steps cannot be read as it reads them",
            fix="set up what the checks need: tools/setup check",
        )
    env = {"HOME": str(folder), "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/nonexistent"}
    if shell == "bash":
        (folder / "rc").write_text(_BASH)
        command = [program, "--noprofile", "--rcfile", str(folder / "rc"), "-i"]
    else:
        (folder / ".zshrc").write_text(_ZSH)
        command = [program, "-d", "-i"]
    terminal = Terminal([sys.executable, "-I", "-S", str(RELAY), "one", *command], env)
    if not terminal.wait(lambda: _PROMPTS.search(terminal.out) is not None, _TIMEOUT):
        terminal.close()
        said = terminal.out.decode(errors="replace").strip()
        raise UserError(f"an interactive {shell} cannot be started: {said or 'it says nothing'}")
    return terminal


def _one(shell: str, terminal: Terminal, block: Block) -> UserError | None:
    if error := _backslash(shell, block):
        return error
    body = block.body
    for blank in reversed(blanks.of(body)):
        if block.kind is not Kind.SKIP:
            line = body.count("\n", 0, blank.start()) + 1
            what = f"{blank[0]} looks like a placeholder, and a shell takes it for the name of a file"
            value = f'placeholders: {{"{blank[0]}": …}} in the page\'s front matter'
            return finding(block, line, what, f"give it a value for the run: {value}")
        # The reader writes something else.
        body = f"{body[: blank.start()]}x{body[blank.end() :]}"
    wrapped = f"walkthrough_block() {{\n:\n{body}"
    if shell == "bash":
        said, inside = _paste(shell, terminal, block, wrapped + "}")
    else:
        # zsh says what it waits for: left open, the wrapping must be the only thing.
        said, inside = _paste(shell, terminal, block, wrapped)
        if not said and inside == "function":
            said, inside = _paste(shell, terminal, block, "}")
    if said and "unexpected token `}'" not in said:
        return _refused(shell, block, said)
    return None if inside is None and not said else _unfinished(shell, block, inside)


def _paste(shell: str, terminal: Terminal, block: Block, text: str) -> tuple[str, str | None]:
    """What the shell has to say about a text, and inside what it waits for more; none where it does not."""
    del terminal.out[:]
    terminal.paste(text)
    if not terminal.wait(lambda: _next_prompt(terminal) is not None, _TIMEOUT):
        what = f"an interactive {shell} did not get through this within {_TIMEOUT:.0f} s"
        raise finding(block, None, what, "see what it does with it in a terminal")
    prompt = _next_prompt(terminal)
    assert prompt is not None
    inside = None if prompt["ready"] else prompt["inside"].decode()
    return _said(bytes(terminal.out[: prompt.start()])), inside


def _next_prompt(terminal: Terminal) -> re.Match[bytes] | None:
    """The prompt that came after the shell had taken what was pasted."""
    taken = terminal.out.rfind(TAKEN)
    return _PROMPTS.search(bytes(terminal.out), taken) if taken >= 0 else None


def _said(printed: bytes) -> str:
    """What the shell itself had to say, without the echo of what was pasted."""
    own = printed.rpartition(TAKEN)[2]
    return _ESCAPES.sub(b"", own).decode(errors="replace").strip()


def _refused(shell: str, block: Block, said: str) -> UserError:
    first = said.splitlines()[0]
    if "event not found" in said or "bad word specifier" in said or "substitution failed" in said:
        event = re.search(r"(!\S*): event not found|event not found: (\S*)", said)
        mark = (event[1] or f"!{event[2]}") if event else "!"
        return finding(
            block,
            _line_with(block, mark),
            f"an interactive {shell} takes {mark} for a command of the past ({first})",
            "put the ! into single quotes, or a backslash before it outside quotes",
        )
    if first.startswith(f"{shell}: "):
        return finding(block, None, f"an interactive {shell} does not read this: {first}", "correct it")
    return finding(
        block,
        None,
        f"an interactive {shell} makes something else of this: {first}",
        "quote what it expands: a ! outside single quotes is history",
    )


def _line_with(block: Block, mark: str) -> int | None:
    lines = block.text_lines
    return next((number for number, line in enumerate(lines, start=1) if mark in line), None)


def _backslash(shell: str, block: Block) -> UserError | None:
    lines = block.text_lines
    if not re.search(r"(?<!\\)(\\\\)*\\$", lines[-1]):
        return None
    return _waits(shell, block, len(lines), "its last line ends with a backslash", "take the backslash away")


def _parse(body: str) -> subprocess.CompletedProcess[str]:
    """What bash says when it only reads something."""
    return subprocess.run(
        ["bash", "-n"], input=body, capture_output=True, text=True, env={"LC_ALL": "C"}, check=False
    )


def _unfinished(shell: str, block: Block, inside: str | None) -> UserError:
    """A block that is not at its end; or whose brackets do not fit together: bash -n tells which."""
    done = _parse(block.body)
    fix = "close it: every heredoc, quote, bracket and if, for, while, case needs its end"
    heredoc = re.search(
        r"here-document at line (\d+) delimited by end-of-file \(wanted `(.*)'\)", done.stderr
    )
    if heredoc:
        return _waits(shell, block, int(heredoc[1]), f"no line {heredoc[2]} ends the heredoc", fix)
    quote = re.search(r"line (\d+): unexpected EOF while looking for matching `(.)'", done.stderr)
    if quote:
        return _waits(shell, block, int(quote[1]), f"a {quote[2]} is missing", fix)
    if done.returncode and "end of file" not in done.stderr:
        first = done.stderr.splitlines()[0]
        return finding(block, None, f"an interactive {shell} does not read this: {first}", "correct it")
    named = (inside or "").removeprefix("function").strip()
    return _waits(shell, block, None, f"something in it is open{f' ({named})' if named else ''}", fix)


def _waits(shell: str, block: Block, line: int | None, why: str, fix: str) -> UserError:
    return finding(block, line, f"after this block {shell} waits for more: {why}", fix)
