"""What bash says nothing of when it fails, by the syntax tree, with ``set -e`` and ``pipefail`` on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.substitutions import (
    FIRST,
    Said,
    is_test,
    may_fail,
    process,
    short,
    statements,
    substitution,
)
from walkthrough.terminal.syntax import Command, text

#: Where commands stand one after the other.
_LEVELS = frozenset(
    """
    case_item compound_statement do_group elif_clause else_clause if_statement program subshell
    """.split()  # noqa: SIM905
)
_SHELLS = ("bash", "sh", "zsh", "dash")
#: A background process that is asked how it ended, or ended.
_AWAITED = re.compile(r"\bwait\s+[\"$%\d]|\bkill\b")


def said(root: Node) -> Iterator[Said]:
    """Each command whose failure is lost, what is wrong, and what to do."""
    for node in syntax.walk(root):
        for rule in _RULES.get(node.type, ()):
            yield from rule(node)
        if node.type in _LEVELS:
            yield from _level(node)


def _level(node: Node) -> Iterator[Said]:
    """Statements one after the other: of all but the last, bash overlooks some failures."""
    steps = _sequence(node)
    for number, statement in enumerate(steps):
        last = number == len(steps) - 1 and _ends(node)
        if statement.type == "list" and not last:
            yield from _joined(statement)
        if statement.type == "negated_command" and not last:
            yield (
                statement,
                "nothing stops at this when it fails: bash overlooks what ! turns round",
                "if …; then",
            )
    for child in node.children:
        before = child.prev_named_sibling if child.type == "&" else None
        if before is not None and may_fail(before) and not _AWAITED.search(text(node)):
            yield before, "nobody hears of it when this fails in the background", 'wait for it: wait "$!"'


def _ends(level: Node) -> bool:
    """Whether the exit code of a level's last statement is that of the block, or of a shell of its own."""
    outer = level.parent
    if level.type in ("program", "subshell") or outer is None or outer.type == "function_definition":
        return True
    if level.type == "do_group":
        return False
    statement = level if level.type in ("if_statement", "compound_statement") else outer
    around = statement.parent
    if around is None or around.type == "command_substitution":
        return True
    if around.type not in _LEVELS:
        return around.type != "redirected_statement"  # of a list or a pipe: that is told there
    own = _sequence(around)
    return bool(own) and own[-1].id == statement.id and _ends(around)


def _joined(node: Node) -> Iterator[Said]:
    """``A && B`` that is not the end: where A fails, what comes after runs all the same."""
    operators = [child.type for child in node.children if child.type in ("&&", "||")]
    if operators != ["&&"]:
        return
    left = node.named_children[0]
    while left.type == "list":
        if any(child.type == "||" for child in left.children):
            return
        left = left.named_children[0]
    if all(map(_is_sure, _operands(node)[:-1])):
        return
    yield (
        left,
        "where this fails, the block goes on after the && all the same",
        "if …; then … fi, or join the rest, too",
    )


def _operands(node: Node) -> list[Node]:
    """What the operators of a list of && stand between."""
    left, right = node.named_children[0], node.named_children[-1]
    return [*(_operands(left) if left.type == "list" else [left]), right]


def _is_sure(node: Node) -> bool:
    return not may_fail(node) and not is_test(node)


def _condition(node: Node) -> Iterator[Said]:
    """The condition of an ``if``: a pipe of which one part failed is taken for a no."""
    then = next((n for n, child in enumerate(node.children) if child.type == "then"), len(node.children))
    conditions = [child for child in node.children[:then] if child.is_named]
    for each in conditions[:-1]:
        if may_fail(each):
            yield (
                each,
                "nothing stops at this when it fails: it stands in the condition of an if",
                "put it before the if",
            )
    for each in conditions[-1:]:
        each = each.named_children[0] if each.type in ("negated_command", "redirected_statement") else each
        if each.type == "pipeline":
            for stage in each.named_children[:-1]:
                if may_fail(stage):
                    yield stage, "its failure is taken for a no of the if", FIRST


def _group(node: Node) -> Iterator[Said]:
    """The left of ``&&`` and ``||``: in a group there, nothing stops at a failure."""
    left = node.named_children[0]
    if left.type in ("compound_statement", "subshell"):
        for each in _sequence(left)[:-1]:
            if may_fail(each):
                yield (
                    each,
                    "nothing stops at this when it fails: an && or || looks at the last line only",
                    "join them with &&",
                )


def _command(node: Node) -> Iterator[Said]:
    command = syntax.command(node)
    if (
        command.name == "set"
        and any(word.startswith("+") and ("e" in word or word == "+o") for word in command.words[1:])
        and re.search(r"\+[a-df-z]*e|\+o\s+(errexit|pipefail)", text(node))
    ):
        yield node, "nothing stops at a failure after this", "let what may fail say so: command || …"
    if command.name == "find" and "-exec" in command.words and any(w in (";", "\\;") for w in command.words):
        yield node, "find says nothing of it when what it runs fails", "-exec … {} +, or a loop"
    script = _script(command)
    if script is not None:
        inner = syntax.parse(script)
        for each in statements(inner)[:-1]:
            if may_fail(each):
                yield (
                    node,
                    f"the shell that this starts goes on when {short(each)} fails",
                    "begin what it runs with set -e;",
                )
                break


def _script(command: Command) -> str | None:
    """What another shell is given to run, where nothing in it stops at a failure."""
    words = command.words
    for number, word in enumerate(words[:-1]):
        options = words[number + 1 :]
        if word.rpartition("/")[2] in _SHELLS and options and re.fullmatch(r"-[a-z]*c", options[0]):
            if "e" in options[0] or len(options) < 2 or re.match(r"\s*set -\w*e", options[1]):
                return None
            return options[1]
    return None


def _sequence(node: Node) -> list[Node]:
    """The statements of a level; the condition of an if is none of them."""
    children = node.children
    if node.type in ("if_statement", "elif_clause"):
        then = next((n for n, child in enumerate(children) if child.type == "then"), 0)
        children = children[then:]
    kinds = ("comment", "elif_clause", "else_clause", "word", "heredoc_body")
    return [child for child in children if child.is_named and child.type not in kinds]


_RULES: dict[str, tuple[Callable[[Node], Iterator[Said]], ...]] = {
    "command_substitution": (substitution,),
    "process_substitution": (process,),
    "if_statement": (_condition,),
    "elif_clause": (_condition,),
    "list": (_group,),
    "command": (_command,),
}
