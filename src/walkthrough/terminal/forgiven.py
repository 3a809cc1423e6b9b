"""``A || true``: a failure that a block is told to take for success.

It is no fault where taking something away finds nothing there, where the answer is no (``grep``, ``diff``),
where the value is looked at later, or where what was printed is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import (
    GUARDS,
    OUT,
    after,
    after_or,
    conditions_of,
    is_arithmetic,
    is_test,
    may_fail,
    only_fails,
    parts,
    sequence,
)
from walkthrough.terminal.substitutions import Said, short
from walkthrough.terminal.syntax import text
from walkthrough.terminal.telling import all_tell, mentioned, says, tells, tidies
from walkthrough.terminal.unwaited import killed

#: Words of commands that take something away: what is not there is as well.
_AWAY = re.compile(
    r"-?-?(del(ete)?|remove|rm|rmdir|uninstall|purge|prune|unset|unlink|u?n?mount|umount|stop|down|disable"
    r"|p?kill(all)?|terminate[\w-]*|logout|leave|detach|revoke[\w-]*|unalias|userdel|groupdel|deluser|delgroup"
    r"|unload|drop|cancel|abort|forget|clear|reset-failed)|:refs/.*",
    re.IGNORECASE,
)
#: Their exit code is an answer.
_ANSWERS = frozenset(
    """
    cmp comm diff egrep expr fgrep getent grep let mapfile mountpoint pgrep pidof read rg type which zgrep
    """.split()  # noqa: SIM905
)
#: Words by which a command only asks.
_QUESTION = re.compile(r"is-\w+|get|show|status|inspect|list|ls|exists|info|-[sLl]|search")
_ONLY_ASKS = re.compile(r"is-\w+|exists|inspect|status")
_TURNED = ("redirected_statement", "negated_command")
_QUIET = ("-q", "--quiet", "--silent", "-s")
_FIX = "let it fail, or ask first: if …; then …; fi"


def forgiven(root: Node, known: Mapping[str, Node], *, compared: bool = False) -> Iterator[Said]:
    """Each failure that is taken for success.

    :param known: the functions that earlier blocks have left in the shell.
    :param compared: whether what the block prints is compared with an output.
    """
    functions = {**known, **syntax.functions(root)}
    for node in syntax.walk(root):
        if node.type == "if_statement":
            yield from _told_only(node, functions, compared=compared)
        if node.type != "list" or not after_or(node) or _in_value(node) or _waits(node):
            continue
        asked = _skipped(node, functions) or _leaves(node.named_children[-1])
        if not _skipped(node, functions) and not tells(node, functions, compared=compared):
            left = node.named_children[0]
            # Where something was asked, a log or less of what lies there is an answer.
            asked = tidies(node, functions) and not any(map(_is_question, syntax.commands(left)))
            if not asked:
                continue
        if not excused(node, compared=compared, asked=asked):
            yield _said(node, next(failing(node.named_children[0], compared=compared), node))


def _said(node: Node, failing: Node) -> Said:
    return node, f"whatever becomes of {short(failing)}, the block goes on as if all were well", _FIX


def _told_only(node: Node, functions: Mapping[str, Node], *, compared: bool) -> Iterator[Said]:
    """``if ! A; then echo failed; fi``: ``A || echo failed`` in other words; so is echo on either side."""
    conditions = conditions_of(node)
    others = [child for child in node.children if child.type in ("elif_clause", "else_clause")]
    asked = conditions[0] if len(conditions) == 1 else node
    asked = asked.named_children[0] if asked.type == "redirected_statement" else asked
    steps = sequence(node)
    if asked.type == "negated_command" and not others:
        asked = asked.named_children[0]
        printed = compared and all(map(_goes_on, steps))
        nothing = _passes_over(steps, node, functions) and not (printed or only_fails(after(node)))
    else:
        # In a function, what is printed may be a value.
        looked_at = compared or _in_value(node) or syntax.function_of(node) is not None
        else_ = [each for other in others for each in sequence(other)]
        nothing = (
            asked.type not in ("if_statement", "negated_command")
            and not looked_at
            and [child.type for child in others] in ([], ["else_clause"])
            and bool(steps)
            and all(says(each, {}) and _goes_on(each) for each in steps)
            and (not others or all_tell(else_, node, functions))
        )
    failed = next(failing(asked, compared=False, joined=True), None) if nothing else None
    if failed is not None:
        yield _said(node, failed)


def _passes_over(steps: list[Node], node: Node, functions: Mapping[str, Node]) -> bool:
    """Whether what is done about a failure only says something, and may leave what failed out of a loop."""
    *before, last = steps or [node]
    skips = text(last).split()[:1] == ["continue"] and _skips_on(node)
    return bool(steps) and ((skips and not before) or all_tell(before if skips else steps, node, functions))


def _goes_on(node: Node) -> bool:
    """Whether a statement ends nothing."""
    return not any(command.name in ("exit", "return") for command in syntax.commands(node))


def _skipped(node: Node, functions: Mapping[str, Node]) -> bool:
    """``A || continue`` in a loop that goes through all of something: what failed is left out."""
    right = node.named_children[-1]
    group = right.type == "compound_statement" and not is_arithmetic(right)
    steps = sequence(right) if group else [right]
    ends = bool(steps) and text(steps[-1]).split()[:1] == ["continue"]
    return ends and _passes_over(steps, node, functions)


def _leaves(node: Node) -> bool:
    """Whether what is done about a failure ends a function or the block: the rest is for where it holds."""
    if node.type == "compound_statement" and not is_arithmetic(node):
        return any(map(_leaves, sequence(node)[-1:]))
    return node.type == "command" and syntax.command(node).name in ("exit", "return")


def _skips_on(node: Node) -> bool:
    """Whether the loop around something goes on to its end whatever is left out."""
    loop = next((outer for outer, _ in syntax.above(node) if outer.type == "do_group"), None)
    names = {command.name for command in syntax.commands(loop)} if loop is not None else set()
    return loop is not None and not names & {"break", "exit", "return"}


def _waits(node: Node) -> bool:
    """``A && break || sleep 1`` in a loop: what comes of it is told of the loop."""
    left = node.named_children[0]
    loop = next((outer for outer, _ in syntax.above(node) if outer.type == "do_group"), None)
    return (
        loop is not None
        and left.type == "list"
        and not after_or(left)
        and text(left.named_children[-1]) in OUT
        and after_or(node)
    )


def _is_question(command: syntax.Command) -> bool:
    """Whether a command is there for its answer: ``systemctl is-active``."""
    return any(map(_QUESTION.fullmatch, command.words[1:3]))


def excused(node: Node, *, compared: bool = False, asked: bool = False) -> bool:
    """Whether nothing to the left of the last ``||`` of a list can fail so that somebody should hear of it.

    :param asked: whether what comes of a test there is an answer.
    """
    return next(failing(node.named_children[0], compared=compared, joined=asked), None) is None


def _in_value(node: Node) -> bool:
    """Whether a list stands in ``$(…)``: what it prints is looked at where the value is used."""
    return any(
        outer.type in ("command_substitution", "process_substitution") for outer, _ in syntax.above(node)
    )


def failing(node: Node, *, compared: bool, joined: bool = False) -> Iterator[Node]:
    """What in the left of ``||`` may fail so that somebody should hear of it.

    :param joined: whether what comes after it is done only where it holds: a question.
    """
    if node.type == "list":
        left, right = node.named_children[0], node.named_children[-1]
        if after_or(node):
            yield from failing(right, compared=compared)
            return
        yield from failing(left, compared=compared, joined=True)
        yield from failing(right, compared=compared, joined=joined)
    elif node.type == "redirected_statement":
        if not (
            compared and re.search(r"2>&1|&>(?!.*/dev/null)", text(node)) and "/dev/null" not in text(node)
        ):
            yield from failing(node.named_children[0], compared=compared, joined=joined)
    elif node.type == "pipeline":
        *before, last = node.named_children
        yield from filter(may_fail, before)
        yield from failing(last, compared=compared, joined=joined)
    elif node.type in ("compound_statement", "subshell"):
        for each in sequence(node):
            yield from failing(each, compared=compared)
    elif node.type == "negated_command":
        return
    elif is_test(node):
        if not joined and not compared and not text(node).startswith("(("):
            yield node
    elif node.type in ("variable_assignment", "variable_assignments"):
        if may_fail(node) and not mentioned(node, node, printed=True):
            yield node
    elif may_fail(node) and not _harmless(node, joined=joined):
        yield node


def _is_predicate(node: Node, name: str) -> bool:
    """Whether a function of the block ends with a question: ``is_root() { [ "$(id -u)" = 0 ]; }``."""
    root = next((outer for outer, _ in syntax.above(node) if outer.type == "program"), node)
    function = syntax.functions(root).get(name)
    body = function.child_by_field_name("body") if function is not None else None
    last = (sequence(body) if body is not None else [])[-1:]
    asked = [each for statement in last for each in parts(statement)]
    inner = [each.named_children[0] if each.type in _TURNED else each for each in asked]
    return bool(inner) and all(
        is_test(each) or (each.type == "command" and syntax.command(each).name in _ANSWERS) for each in inner
    )


def _harmless(node: Node, *, joined: bool) -> bool:
    if node.type != "command":
        return False
    command = syntax.command(node)
    if command.name in GUARDS:
        return True  # it says itself what comes of it
    if any(map(_AWAY.fullmatch, command.words)):
        return True
    if command.name == "wait" and killed(node):
        return True
    asks = command.name in _ANSWERS or "diff" in command.words[1:2] or command.words[:2] == ("command", "-v")
    asks = asks or (command.name == "jq" and any(map(command.has, ("-e", "--exit-status"))))
    if joined and (any(map(_ONLY_ASKS.fullmatch, command.words[1:3])) or _is_predicate(node, command.name)):
        return True
    outer = node.parent
    thrown = (
        outer is not None
        and outer.type == "redirected_statement"
        and "/dev/null" in re.sub(r"2>\s*/dev/null", "", text(outer))
    )
    return asks and (joined or not (thrown or any(map(command.has, _QUIET))))
