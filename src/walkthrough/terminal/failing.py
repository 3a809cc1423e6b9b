"""Which commands may fail, and which failures bash overlooks where it stops at nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.syntax import Command, text

#: They do not fail, or not by what the step is about: they say what they are given, or what they read.
_SURE = frozenset(
    """
    : basename break continue date dirname echo hostname id local printf pwd return seq shift sleep true uname
    """.split()  # noqa: SIM905
)
#: Nor do these, where they are given what to read by a pipe or a here-string.
_FILTERS = frozenset(
    "awk base64 cat column cut fold head nl od paste rev sed sha256sum sort tac tail tr uniq wc xxd".split()  # noqa: SIM905
)
#: Where commands stand one after the other.
LEVELS = frozenset(
    """
    case_item compound_statement do_group elif_clause else_clause if_statement program subshell
    """.split()  # noqa: SIM905
)
#: What a list ends with that says itself what becomes of a failure before it.
GUARDS = ("return", "exit", "break", "continue")
#: A background process that is asked how it ended, or ended.
_AWAITED = re.compile(r"\bwait\s+(-p\s+\w+\s+|-f\s+)*(-n\b|[\"$%\d])|\bkill\b")
#: 0 as a shell reads it: 00, +0, 256, $((0)), $((1-1)).
_ZERO = re.compile(r"\s*[+-]?(?P<number>\d+)\s*|\$\(\(\s*(0+|(?P<one>\d+)\s*-\s*(?P=one))\s*\)\)")
#: What goes out of a loop or a function, or ends the block, and well.
OUT = ("break", "exit", "exit 0", "return", "return 0")


def may_fail(node: Node) -> bool:
    """Whether a statement may fail so that somebody should hear of it."""
    if node.type == "list" and any(child.type == "||" for child in node.children):
        return may_fail(node.named_children[-1])
    if node.type == "function_definition" or node.type == "test_command":
        return False
    if node.type == "while_statement":  # what it waits for, or asks, is none of its failures
        return any(may_fail(child) for child in node.children if child.type == "do_group")
    if node.type in ("if_statement", "elif_clause"):
        others = (child for child in node.children if child.type in ("elif_clause", "else_clause"))
        return any(map(may_fail, (*sequence(node), *others)))
    if node.type == "command":
        name = syntax.command(node).name
        return "timeout" in syntax.starters(node) or not (
            name in _SURE or (name in _FILTERS and is_fed(node))
        )
    return any(map(may_fail, node.named_children))


def is_test(node: Node) -> bool:
    """Whether a command is a test, in one of its forms."""
    if node.type == "command":
        return syntax.command(node).name == "test"
    return node.type == "test_command" or is_arithmetic(node)


def is_arithmetic(node: Node) -> bool:
    """Whether a statement is ``((…))``, which the grammar takes for a group at times."""
    return node.type in ("test_command", "compound_statement") and node.children[0].type == "(("


def is_fed(node: Node) -> bool:
    """Whether a command is given what it reads, and need not open it."""
    outer = node.parent
    if any(child.type == "herestring_redirect" for child in node.children):
        return True
    if outer is not None and outer.type == "list" and outer.named_children[-1].id == node.id:
        # A || cat <<E: in the grammar's eyes the heredoc is the list's.
        outer = outer.parent
        return outer is not None and any(child.type == "heredoc_redirect" for child in outer.children)
    if outer is not None and outer.type == "redirected_statement":
        outer = outer.parent
    return (
        outer is not None
        and outer.type == "pipeline"
        and outer.named_children[0].start_byte < node.start_byte
    )


def after_or(node: Node) -> bool:
    """Whether the last command of a list is run where one before it failed."""
    return [child.type for child in node.children if child.type in ("&&", "||")][-1:] == ["||"]


def sequence(node: Node) -> list[Node]:
    """The statements of a level; the condition of an if is none of them."""
    children = node.children
    if node.type in ("if_statement", "elif_clause"):
        then = next((n for n, child in enumerate(children) if child.type == "then"), 0)
        children = children[then:]
    kinds = ("comment", "elif_clause", "else_clause", "word", "heredoc_body")
    return [child for child in children if child.is_named and child.type not in kinds]


def conditions_of(node: Node) -> list[Node]:
    """What an ``if`` or a loop asks, statement by statement."""
    begins = ("then", "do_group")
    body = next((n for n, each in enumerate(node.children) if each.type in begins), len(node.children))
    return [child for child in node.children[:body] if child.is_named and child.type != "comment"]


def parts(node: Node) -> Iterator[Node]:
    """What the operators of a list stand between."""
    if node.type == "list":
        for child in (node.named_children[0], node.named_children[-1]):
            yield from parts(child)
    else:
        yield node


def after(node: Node) -> list[Node]:
    """What comes after a statement in its level."""
    outer = node.parent
    return [each for each in sequence(outer) if each.start_byte >= node.end_byte] if outer is not None else []


def awaits(command: Command) -> bool:
    """Whether a command waits for what runs in the background, or ends it; or a trap that it sets does."""
    said = command.words[1] if command.name == "trap" and len(command.words) > 1 else text(command.node)
    return command.name in ("wait", "kill", "trap") and _AWAITED.search(said) is not None


def ends_well(words: Sequence[str]) -> bool:
    """Whether these are ``exit`` or ``return`` with nothing, or with what a shell takes for 0: 00, 256."""
    if not words or words[0] not in ("exit", "return"):
        return False
    zero = _ZERO.fullmatch(words[1]) if len(words) > 1 else None
    return len(words) == 1 or (zero is not None and int(zero["number"] or 0) % 256 == 0)


def passes_on(node: Node) -> bool:
    """Whether ``exit`` or ``return`` says what ``$?`` is, and so what has failed where something has."""
    words = list(syntax.command(node).words)
    return words[:1] in (["exit"], ["return"]) and (len(words) == 1 or words[1] in ("$?", "${?}"))


def goes_well(node: Node) -> bool:
    """Whether ``exit`` or ``return`` ends well where it stands, after something has failed around it.

    Alone, or with ``$?``, it tells of the failure only as the first of what is done about it: after ``echo``,
    and after the ``!`` of a condition, ``$?`` is 0.
    """
    if not passes_on(node):
        return ends_well(syntax.command(node).words)
    inner = node
    for outer, part in syntax.above(node):
        if outer.type == "list":
            kinds = [child.type for child in outer.children if child.type in ("&&", "||")]
            return kinds == ["&&"] and outer.named_children[-1].id == part.id
        if outer.type in ("if_statement", "elif_clause"):
            return part.type not in ("elif_clause", "else_clause")  # its condition holds
        if outer.type == "function_definition":
            return False
        if outer.type in LEVELS:
            before = [each for each in sequence(outer) if each.end_byte <= inner.start_byte]
            if before:
                # errexit has seen to it that it went well; of a list it does not always.
                return before[-1].type != "list" and not is_test(before[-1])
        inner = outer
    return False


def only_fails(steps: Sequence[Node]) -> bool:
    """Whether statements say at most what was wrong, and fail: an answer of no."""
    if not steps:
        return False
    *before, last = steps
    if last.type == "compound_statement":
        return not any(map(may_fail, before)) and only_fails(sequence(last))
    words = list(syntax.command(last).words) if last.type == "command" else []
    fails = words == ["false"] or (words[:1] in (["exit"], ["return"]) and not ends_well(words))
    return fails and not any(map(may_fail, before))


def returns(node: Node) -> bool:
    """Whether a statement says itself what comes of its failure: ``… || return``."""
    return node.type == "list" and after_or(node) and text(node.named_children[-1]).split()[0] in GUARDS


def unstopped(node: Node) -> Iterator[Node]:
    """What may fail in a statement of which only the exit code is looked at, and nothing stops there.

    That is so in a condition, to the left of ``&&`` and ``||``, and in ``$(…)``: of what stands in a group
    there the last line decides, of a loop its last time.
    """
    if node.type == "function_definition":
        return
    if node.type not in LEVELS:
        for child in node.named_children:
            yield from unstopped(child)
        return
    steps = sequence(node)
    for number, each in enumerate(steps):
        last = number == len(steps) - 1
        # A && break at the end of a loop: it ends as A does, or as its last time does.
        tries = last and each.type == "list" and text(each.named_children[-1]) in OUT and not after_or(each)
        if (not last or node.type == "do_group") and may_fail(each) and not returns(each) and not tries:
            yield each
        elif last:
            yield from unstopped(each)
    for child in node.children:
        if child.type in ("elif_clause", "else_clause"):
            yield from unstopped(child)
