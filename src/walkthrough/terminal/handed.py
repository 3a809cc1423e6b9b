"""What a command is handed to run: by another shell, by ``eval``, or at the end of the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import ends_well, may_fail
from walkthrough.terminal.scripts import Script, evaluated, script_of
from walkthrough.terminal.substitutions import Said, short, statements
from walkthrough.terminal.syntax import Command

#: What a trap is heeded at where a block has failed, or before each of its commands.
_TRAPPED = frozenset(("EXIT", "ERR", "DEBUG", "0"))
#: What reads a tree as it is read that stops at failures.
Reader = Callable[[Node], Iterator[Said]]


def handed(root: Node, said: Reader) -> Iterator[Said]:
    """What is lost in it, told of the command that is given it."""
    for command in syntax.commands(root):
        node = command.node
        if command.name == "eval" and (script := evaluated(node)):
            yield from _inside(node, script, said)
        if command.name == "trap":
            yield from _trapped(root, command)
        given = script_of(node, command) if node.type == "command" else None
        if given is not None:
            yield from _given(node, given, said)
            if command.name == "script" and not any(map(command.has, ("-e", "--return"))):
                yield node, "script ends well whatever becomes of what it runs", "script --return"


def _well(command: Command) -> bool:
    """Whether a command of a trap ends the shell as if all were well; ``exit`` alone passes on what was."""
    ends = len(command.words) > 1 and command.name == "exit" and ends_well(command.words)
    return ends or syntax.starters(command.node) == ("exec",)


def _given(node: Node, script: Script, said: Reader) -> Iterator[Said]:
    inner = syntax.parse(script.text)
    fix = "begin what it runs with set -e;"
    if not script.stops:
        for each in statements(inner)[:-1]:
            if may_fail(each):
                yield node, f"the shell that this starts goes on when {short(each)} fails", fix
                return
    if not script.pipes:
        for each in syntax.walk(inner):
            if each.type == "pipeline":
                for stage in filter(may_fail, each.named_children[:-1]):
                    yield (
                        node,
                        f"the shell that this starts overlooks it in a pipe when {short(stage)} fails",
                        "start bash -o pipefail, or do without the pipe",
                    )
                    return
    yield from _inside(node, script.text, said)


def _inside(node: Node, script: str, said: Reader) -> Iterator[Said]:
    inner = syntax.parse(f"{script}\n")
    if not inner.has_error:
        for _, what, fix in said(inner):
            yield node, f"in what it is given to run, {what}", fix


def _trapped(root: Node, command: Command) -> Iterator[Said]:
    """``trap 'exit 0' EXIT``: whatever failed, the block ends well."""
    script, *signals = [word for word in command.words[1:] if word != "--"] or [""]
    # Bash takes their names in small letters, and with SIG before them, as well.
    if not _TRAPPED & {signal.upper().removeprefix("SIG") for signal in signals}:
        return
    run = syntax.parse(f"{script}\n")
    called = {each.name for each in syntax.commands(run)}
    functions = (function for name, function in syntax.functions(root).items() if name in called)
    for tree in (run, *functions):
        if any(map(_well, syntax.commands(tree))):
            yield (
                command.node,
                "whatever fails, the block ends as if all were well",
                "exit with what failed: $?",
            )
            return
