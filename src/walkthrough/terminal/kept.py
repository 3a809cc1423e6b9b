"""Finds functions that a shell prints in a form that it cannot read again.

Functions are kept by what the shell prints of them (``typeset -f``): the reader's ``keep`` writes that to a
file that every later shell reads, and the harness hands it to the next step. Bash prints what follows a
heredoc in the middle of a list on a line of its own: ``a && b <<E && c`` becomes a line that begins with
``&& c``. Such a file cannot be read, nor what stands below it. Nothing is run: bash only prints
(``--pretty-print``), and zsh takes the definition for the body of a function that nobody calls.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.terminal import syntax
from walkthrough.terminal.pasted import finding

#: The options with which a shell prints its own form of the definitions that it is given.
_PRINT = {
    "bash": ("--norc", "--pretty-print", "/dev/stdin"),
    "zsh": ("-fc", 'zmodload zsh/parameter; functions[walkthrough]="$(</dev/stdin)"; typeset -f walkthrough'),
}
_READ = {"bash": ("--norc", "-n"), "zsh": ("-fn",)}
#: Nothing that is found here is run, and no program can be.
_ENVIRONMENT = {"PATH": "/nonexistent", "LC_ALL": "C.UTF-8"}


def findings(blocks: Iterable[Block], shells: Iterable[str] = tuple(_PRINT)) -> Iterator[UserError]:
    """Each function of a block that cannot be kept, by those of the shells that this machine has."""
    defined = [(block, node) for block in blocks for node in _outermost(syntax.parse(block.body))]
    for shell in shells:
        if (program := shutil.which(shell)) is None:
            continue
        # Together first: almost always nothing is wrong.
        if _unread(shell, program, [syntax.text(node) for _, node in defined]):
            for block, node in defined:
                if why := _unread(shell, program, [syntax.text(node)]):
                    yield finding(
                        block,
                        syntax.line(node),
                        f"{shell} prints the function {syntax.name_of(node)} in a form that it cannot read "
                        f"again, and nobody can keep it ({why})",
                        "let nothing follow a heredoc on its line: say what comes then on a line after it",
                    )


def _outermost(root: Node) -> Iterator[Node]:
    if root.type == "function_definition":
        yield root
    else:
        for child in root.children:
            yield from _outermost(child)


def _unread(shell: str, program: str, definitions: Sequence[str]) -> str:
    """What a shell says of its own form of some functions; nothing where it reads it.

    What it does not take as it is written, others tell.
    """
    printed = _ask(program, _PRINT[shell], "\n".join(definitions) + "\n")
    if printed.returncode or not printed.stdout:
        return ""
    read = _ask(program, _READ[shell], printed.stdout)
    return read.stderr.strip().splitlines()[0] if read.stderr.strip() else ""


def _ask(program: str, arguments: Sequence[str], given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *arguments],
        input=given,
        capture_output=True,
        text=True,
        errors="replace",
        env=_ENVIRONMENT,
        check=False,
    )
