"""What bash says nothing of when it fails, by the syntax tree, with ``set -e`` and ``pipefail`` on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from tree_sitter import Node

from walkthrough.terminal import syntax, unheard
from walkthrough.terminal.eaten import eaten
from walkthrough.terminal.ended import ended
from walkthrough.terminal.failing import (
    GUARDS,
    LEVELS,
    OUT,
    conditions_of,
    is_arithmetic,
    is_test,
    may_fail,
    parts,
    sequence,
    unstopped,
)
from walkthrough.terminal.foreign import foreign
from walkthrough.terminal.forgiven import forgiven
from walkthrough.terminal.handed import handed
from walkthrough.terminal.loops import given_up
from walkthrough.terminal.never import never
from walkthrough.terminal.substitutions import FIRST, Said, process, substitution
from walkthrough.terminal.switches import switched_off, taken
from walkthrough.terminal.syntax import text
from walkthrough.terminal.unwaited import unwaited

#: What stands in backquotes, which the grammar does not look for in a heredoc.
_BACKQUOTED = re.compile(r"(?<!\\)`((?:[^`\\]|\\.)*)`", re.DOTALL)


def said(
    root: Node,
    known: Mapping[str, Node] | None = None,
    *,
    exported: Collection[str] = (),
    compared: bool = False,
) -> Iterator[Said]:
    """Each command whose failure is lost, what is wrong, and what to do.

    :param known: the functions that earlier blocks have left in the shell.
    :param exported: the names of those of them that other shells get.
    :param compared: whether what it prints is compared with an output.
    """
    yield from unheard.calls(root, known or {})
    yield from handed(root, said, known or {}, exported)
    yield from foreign(root)
    yield from eaten(root)
    yield from unwaited(root)
    yield from never(root)
    yield from ended(root, known or {})
    yield from given_up(root, known or {}, compared=compared)
    yield from forgiven(root, known or {}, compared=compared)
    for node in syntax.walk(root):
        for rule in _RULES.get(node.type, ()):
            yield from rule(node)
        if node.type in LEVELS:
            yield from _level(node)


def _level(node: Node) -> Iterator[Said]:
    """Statements one after the other: of all but the last, bash overlooks some failures."""
    steps = sequence(node)
    for number, statement in enumerate(steps):
        last = number == len(steps) - 1 and _ends(node)
        if statement.type == "list" and not last:
            yield from _joined(statement)
        if _is_turned(statement) and not last:
            yield (
                statement,
                "nothing stops at this when it fails: bash overlooks what ! turns round",
                "if …; then",
            )


def _is_turned(node: Node) -> bool:
    """Whether a statement begins with ``!``."""
    first = node.named_children[0] if node.type == "pipeline" else node
    return first.type == "negated_command"


def _ends(level: Node) -> bool:
    """Whether the exit code of a level's last statement is that of the block, or of a shell of its own."""
    outer = level.parent
    if level.type in ("program", "subshell") or outer is None or outer.type == "function_definition":
        return True
    if level.type == "do_group":
        return False
    statement = level if level.type in ("if_statement", "compound_statement") else outer
    around = statement.parent
    while around is not None and (
        (around.type == "list" and around.named_children[-1].id == statement.id)
        or around.type == "redirected_statement"
    ):
        statement, around = around, around.parent
    if around is None or around.type == "command_substitution":
        return True
    if around.type not in LEVELS:
        return True  # of a list or a pipe: that is told there
    own = sequence(around)
    if around.type in ("if_statement", "elif_clause") and statement not in own:
        return True  # its condition
    return bool(own) and own[-1].id == statement.id and _ends(around)


def _joined(node: Node) -> Iterator[Said]:
    """``A && B`` that is not the end: where A fails, what comes after runs all the same."""
    operators = [child.type for child in node.children if child.type in ("&&", "||")]
    if operators != ["&&"] or text(node.named_children[-1]) in OUT or _goes_out(node.named_children[-1]):
        return
    left = node.named_children[0]
    while left.type == "list":
        if any(child.type == "||" for child in left.children):
            return
        left = left.named_children[0]
    if all(map(_is_sure, [*parts(node)][:-1])):
        return
    yield (
        left,
        "where this fails, the block goes on after the && all the same",
        "if …; then … fi, or join the rest, too",
    )


def _goes_out(node: Node) -> bool:
    """Whether a statement ends the block or function, or leaves the loop: what holds is no good."""
    if node.type == "compound_statement" and not is_arithmetic(node):
        return any(map(_goes_out, sequence(node)[-1:]))
    return node.type == "command" and syntax.command(node).name in GUARDS


def _is_sure(node: Node) -> bool:
    return not may_fail(node) and not is_test(node)


def _condition(node: Node) -> Iterator[Said]:
    """The condition of an ``if`` or a loop: a pipe of which one part failed is taken for a no."""
    conditions = conditions_of(node)
    kind = node.children[0].type if node.type == "while_statement" else "if"
    what = "of an if" if kind == "if" else "of a loop"
    overlooked = [
        *filter(may_fail, conditions[:-1]),
        *(x for each in conditions[-1:] for x in unstopped(each)),
    ]
    for each in overlooked:
        yield (
            each,
            f"nothing stops at this when it fails: it stands in the condition {what}",
            f"put it before the {kind}" if kind == "if" else "join them with &&",
        )
    for each in conditions[-1:]:
        # A loop that waits until something is so goes on at a failure.
        ends = kind == "if" or (kind == "until") == _is_turned(each)
        each = each.named_children[0] if each.type in ("negated_command", "redirected_statement") else each
        if each.type == "pipeline" and ends:
            for stage in each.named_children[:-1]:
                if may_fail(stage):
                    yield stage, f"its failure is taken for a no {what.replace(' an ', ' the ')}", FIRST


def _pipe(node: Node) -> Iterator[Said]:
    """``! A | B`` is well where A fails."""
    outer = node.parent
    if not _is_turned(node) or outer is None or outer.type not in LEVELS or node not in sequence(outer):
        return
    for stage in node.named_children[:-1]:
        if may_fail(stage):
            yield stage, "its failure is taken for the no that the ! asks for", FIRST


def _group(node: Node) -> Iterator[Said]:
    """The left of ``&&`` and ``||``: in a group or loop there, nothing stops at a failure."""
    for each in unstopped(node.named_children[0]):
        yield (
            each,
            "nothing stops at this when it fails: an && or || looks at the last line only",
            "join them with &&",
        )


def _turned(node: Node) -> Iterator[Said]:
    for each in unstopped(node):
        yield (
            each,
            "nothing stops at this when it fails: the ! looks at the last line only",
            "join them with &&",
        )


def _heredoc(node: Node) -> Iterator[Said]:
    """What the grammar does not look into: a heredoc of ``<<-``, or one with more on its line."""
    start, body = (
        next((child for child in node.children if child.type == kind), None)
        for kind in ("heredoc_start", "heredoc_body")
    )
    if start is None or body is None or re.search(r"[\\'\"]", text(start)):
        return
    for script in _BACKQUOTED.findall(text(body)):
        for each in syntax.walk(syntax.parse(f': "$({script})"\n')):
            if each.type == "command_substitution":
                yield from ((node, what, fix) for _, what, fix in substitution(each))
                break
    if body.named_children:
        return
    inner = syntax.parse(f"cat <<{text(start)}\n{text(body)}\n{text(start)}\n")
    for each in syntax.walk(inner):
        if each.type == "command_substitution":
            for _, what, fix in substitution(each):
                yield node, what, fix


_RULES: dict[str, tuple[Callable[[Node], Iterator[Said]], ...]] = {
    "command_substitution": (substitution,),
    "process_substitution": (process,),
    "if_statement": (_condition,),
    "elif_clause": (_condition,),
    "while_statement": (_condition,),
    "pipeline": (_pipe,),
    "negated_command": (_turned,),
    "heredoc_redirect": (_heredoc,),
    "list": (_group,),
    "command": (switched_off,),
    "function_definition": (taken,),
}
