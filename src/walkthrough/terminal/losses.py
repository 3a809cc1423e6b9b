"""What bash says nothing of when it fails, by the syntax tree, with ``set -e`` and ``pipefail`` on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Node

from walkthrough.terminal import syntax, unheard
from walkthrough.terminal.scripts import script_of
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
from walkthrough.terminal.syntax import text
from walkthrough.terminal.unheard import after_or, sequence

#: Where commands stand one after the other.
_LEVELS = frozenset(
    """
    case_item compound_statement do_group elif_clause else_clause if_statement program subshell
    """.split()  # noqa: SIM905
)
#: A background process that is asked how it ended, or ended.
_AWAITED = re.compile(r"\bwait\s+[\"$%\d]|\bkill\b")


def said(root: Node) -> Iterator[Said]:
    """Each command whose failure is lost, what is wrong, and what to do."""
    yield from unheard.calls(root)
    yield from _ended(root)
    for node in syntax.walk(root):
        for rule in _RULES.get(node.type, ()):
            yield from rule(node)
        if node.type in _LEVELS:
            yield from _level(node)


def _level(node: Node) -> Iterator[Said]:
    """Statements one after the other: of all but the last, bash overlooks some failures."""
    steps = sequence(node)
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
    own = sequence(around)
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
        for each in sequence(left)[:-1]:
            if may_fail(each):
                yield (
                    each,
                    "nothing stops at this when it fails: an && or || looks at the last line only",
                    "join them with &&",
                )


def _command(node: Node) -> Iterator[Said]:
    command = syntax.command(node)
    if command.name == "shopt" and _turns_off(command.words[1:]):
        yield node, "nothing stops at a failure after this", "let what may fail say so: command || …"
    if (
        command.name == "set"
        and any(word.startswith("+") and ("e" in word or word == "+o") for word in command.words[1:])
        and re.search(r"\+[a-df-z]*e|\+o\s+(errexit|pipefail)", text(node))
    ):
        yield node, "nothing stops at a failure after this", "let what may fail say so: command || …"
    if command.name == "find" and "-exec" in command.words and any(w in (";", "\\;") for w in command.words):
        yield node, "find says nothing of it when what it runs fails", "-exec … {} +, or a loop"
    if command.name == "wait" and len([word for word in command.words[1:] if not word.startswith("-")]) > 1:
        yield (
            node,
            "wait tells how the last of these ended, and of no other",
            "wait for each in a line of its own",
        )
    script = script_of(node, command)
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


def _turns_off(words: Sequence[str]) -> bool:
    """Whether shopt is to turn an option of set off that ends a block."""
    options = [word for word in words if word.startswith("-")]
    letters = "".join(options)
    return "u" in letters and "o" in letters and bool({"errexit", "pipefail"} & {*words})


def _ended(node: Node) -> Iterator[Said]:
    """``exit 0`` with more after it, or after ``||``: what comes then is not run, and nobody hears of it."""
    steps = sequence(node)
    for statement in steps[:-1]:
        if statement.type == "command" and _ends_well(statement):
            yield statement, "what comes after this is not run, and all is well", "take it away"
    for statement in steps:
        if statement.type == "list" and after_or(statement) and _ends_well(statement.named_children[-1]):
            yield statement, "where this fails, the block ends as if all were well", "let it fail"


def _ends_well(node: Node) -> bool:
    return node.type == "command" and text(node).split() in (["exit", "0"], ["return", "0"], ["exit"])


_RULES: dict[str, tuple[Callable[[Node], Iterator[Said]], ...]] = {
    "command_substitution": (substitution,),
    "process_substitution": (process,),
    "if_statement": (_condition,),
    "elif_clause": (_condition,),
    "list": (_group,),
    "command": (_command,),
}
