"""What a command is handed to run: by another shell, by ``eval`` or an alias, or at the end of the shell."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.eaten import eats
from walkthrough.terminal.failing import ends_well, may_fail, unstopped
from walkthrough.terminal.scripts import READ, Script, evaluated, fed, script_of
from walkthrough.terminal.substitutions import Said, short
from walkthrough.terminal.syntax import Command, text
from walkthrough.terminal.unheard import without_stop

#: What a trap is heeded at where a block has failed, or before each of its commands.
_TRAPPED = frozenset(("EXIT", "ERR", "DEBUG", "0", "CHLD"))
#: What writes functions out, for another shell.
_WRITTEN = re.compile(r"\$\(\s*(?:declare|typeset)\s+-f\b(?P<names>[^()]*)\)")
#: They are, or start, a shell that gets the functions of this one.
_GET = frozenset("$BASH bash find flock parallel rbash script setsid".split())  # noqa: SIM905
#: What reads a tree, with the functions that it has, as it is read that stops at failures.
Reader = Callable[[Node, Mapping[str, Node]], Iterator[Said]]


def exports(root: Node) -> frozenset[str]:
    """The functions that a tree gives to every bash that is started after it: ``export -f f``."""
    found: set[str] = set()
    for node in syntax.walk(root):
        if node.type == "declaration_command":
            name, *words = text(node).split()
            letters = "".join(word for word in words if word.startswith("-"))
            if "f" in letters and (name == "export" or "x" in letters):
                found |= {word for word in words if not word.startswith("-")}
    if any(re.match(r"set\s+(-\w*a|-o\s+allexport)", text(each.node)) for each in syntax.commands(root)):
        found |= {*syntax.functions(root)}
    return frozenset(found)


def handed(
    root: Node, said: Reader, known: Mapping[str, Node], exported: Collection[str] = ()
) -> Iterator[Said]:
    """What is lost in it, told of the command that is given it.

    :param known: the functions that earlier blocks have left in the shell.
    :param exported: the names of those that other shells get.
    """
    functions = {**known, **syntax.functions(root)}
    others = {name: functions[name] for name in {*exported, *exports(root)} & {*functions}}
    for command in syntax.commands(root):
        node = command.node
        if command.name == "eval" and (script := evaluated(node)):
            yield from _inside(node, script, said, functions)
        if command.name in ("source", ".") and command.words[1:2] and command.words[1] in READ:
            yield from _inside(node, fed(node) or "", said, functions)
        if command.name == "alias":
            for word in command.words[1:]:
                yield from _inside(node, word.partition("=")[2], said, functions)
        if command.name == "trap":
            yield from _trapped(functions, command)
        given = script_of(node, command) if node.type == "command" else None
        if given is not None:
            gets = command.name in _GET and "sudo" not in syntax.starters(node)
            yield from _given(node, given, said, functions, others if gets else {})
            if command.name == "script" and not any(map(command.has, ("-e", "--return"))):
                yield node, "script ends well whatever becomes of what it runs", "script --return"


def _well(command: Command) -> bool:
    """Whether a command of a trap ends the shell as if all were well; ``exit`` alone passes on what was."""
    ends = len(command.words) > 1 and command.name == "exit" and ends_well(command.words)
    return ends or syntax.starters(command.node) == ("exec",)


def _given(
    node: Node, script: Script, said: Reader, functions: Mapping[str, Node], exported: Mapping[str, Node]
) -> Iterator[Said]:
    names = [name for each in _WRITTEN.finditer(script.text) for name in each["names"].split() or functions]
    written = _WRITTEN.sub(":", script.text)
    inner = syntax.parse(f"{written}\n")
    inside = {**exported, **{name: functions[name] for name in names if name in functions}}
    inside |= syntax.functions(inner)
    if not script.stops:
        lost = next(unstopped(inner), None)
        hidden = without_stop(inside)
        called = (hidden[each.name] for each in syntax.commands(inner) if each.name in hidden)
        if (each := lost or next(called, None)) is not None:
            fix = "begin what it runs with set -e;"
            yield node, f"the shell that this starts goes on when {short(each)} fails", fix
            return
    if script.fed and (reader := eats(inner)) is not None:
        fix = "give it its own input: < /dev/null"
        yield node, f"what comes after {short(reader)} is never run: it reads the rest of the script", fix
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
    yield from _inside(node, written, said, inside)


def _inside(node: Node, script: str, said: Reader, functions: Mapping[str, Node]) -> Iterator[Said]:
    inner = syntax.parse(f"{script}\n")
    if not inner.has_error:
        for _, what, fix in said(inner, functions):
            yield node, f"in what it is given to run, {what}", fix


def _trapped(functions: Mapping[str, Node], command: Command) -> Iterator[Said]:
    """``trap 'exit 0' EXIT``: whatever failed, the block ends well."""
    script, *signals = [word for word in command.words[1:] if word != "--"] or [""]
    # Bash takes their names in small letters, and with SIG before them, as well.
    if not _TRAPPED & {signal.upper().removeprefix("SIG") for signal in signals}:
        return
    run = syntax.parse(f"{script}\n")
    called = {each.name for each in syntax.commands(run)}
    for tree in (run, *(function for name, function in functions.items() if name in called)):
        if any(map(_well, syntax.commands(tree))):
            yield (
                command.node,
                "whatever fails, the block ends as if all were well",
                "exit with what failed: $?",
            )
            return
