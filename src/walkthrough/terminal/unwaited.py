"""What goes on beside a block, or is left behind by it, and nobody asks how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import LEVELS, awaits, may_fail
from walkthrough.terminal.substitutions import Said
from walkthrough.terminal.syntax import Command, text

#: What stands in a shell of its own: nobody outside can wait for it.
_OWN_SHELL = ("subshell", "command_substitution", "process_substitution", "program")
#: Several processes in one word: "${all[@]}", $(jobs -p).
_SEVERAL = re.compile(r"\$\{\w+\[[@*]\]\}|\$\(\s*jobs\b")
_WORD = re.compile(r"\$\{?(\w+)\}?")


def _runs_beside(command: Command) -> bool:
    """Whether a program leaves what it starts to go on by itself, and says at once that all is well."""
    words, name = command.words, command.name
    if name == "setsid":
        return any(re.fullmatch(r"-[a-z]*f[a-z]*|--fork", word) for word in words[1:2])
    if name == "systemd-run":
        waits = any(map(command.has, ("--wait", "--scope", "--pipe", "--pty", "-P", "-t")))
        return not waits and not any(word.startswith("--on-") for word in words)
    if name in ("docker", "podman"):
        return words[1:2] == ("exec",) and any(word in ("-d", "--detach") for word in words[2:4])
    return name == "screen" and any(re.fullmatch(r"-[A-Za-z]*dm[A-Za-z]*", word) for word in words[1:2])


def unwaited(root: Node) -> Iterator[Said]:
    """Each of them."""
    for node in syntax.walk(root):
        if node.type in LEVELS or node.type == "command_substitution":
            yield from _background(node)
        if node.type != "command":
            continue
        command = syntax.command(node)
        if command.name == "wait" and _for_several(command, root):
            yield (
                node,
                "wait tells how the last of these ended, and of no other",
                "wait for each in a line of its own",
            )
        if command.name == "coproc":
            yield node, "nobody hears of it when this fails", "run it with &, and wait for it"
        if _runs_beside(command):
            yield node, "nobody hears of it when what this starts fails", "run it with &, and wait for it"


def _background(node: Node) -> Iterator[Said]:
    """``A &``, and nobody waits."""
    for child in node.children:
        before = child.prev_named_sibling if child.type == "&" else None
        if before is not None and may_fail(before) and not _awaited(node):
            yield before, "nobody hears of it when this fails in the background", 'wait for it: wait "$!"'


def _awaited(node: Node) -> bool:
    """Whether somebody waits in the shell that a level stands in; also outside of a loop or a function."""
    shell = node
    for outer, _ in syntax.above(node):
        if shell.type in _OWN_SHELL:
            break
        shell = outer
    return any(map(awaits, syntax.commands(shell)))


def _for_several(command: Command, root: Node) -> bool:
    operands = [word for word in command.words[1:] if not word.startswith("-")]
    if len(operands) > 1:
        return not command.has("-p")
    for word in operands:
        if _SEVERAL.search(word):
            return True
        name = _WORD.fullmatch(word)
        if name and re.search(rf"\b{name[1]}(\+=[\"']?[^(\"']|=[\"']?\$\{{?{name[1]}\b)", text(root)):
            return True  # pids="$pids $!"
    return False


def killed(node: Node) -> bool:
    """Whether what is waited for has been ended just before."""
    root = next((outer for outer, _ in syntax.above(node) if outer.type == "program"), node)
    return any(
        command.name == "kill" and command.node.start_byte < node.start_byte
        for command in syntax.commands(root)
    )
