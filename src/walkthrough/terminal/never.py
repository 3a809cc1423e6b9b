"""What is never run, whatever the machine is like: ``if false; then A; fi``, ``true || A``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.constant import constant
from walkthrough.terminal.failing import GUARDS, conditions_of, may_fail, sequence
from walkthrough.terminal.substitutions import Said

_WHAT, _FIX = "this is never run: what is asked before it has one answer only", "take it away, or ask"
_VARIES = ("simple_expansion", "expansion", "command_substitution", "arithmetic_expansion")


def never(root: Node) -> Iterator[Said]:
    """Each statement of that kind that could fail."""
    for node in syntax.walk(root):
        for each in _skipped(node):
            if may_fail(each) and not _only_goes(each):
                yield each, _WHAT, _FIX
                break


def _skipped(node: Node) -> Iterable[Node]:
    if node.type == "list":
        kinds = [child.type for child in node.children if child.type in ("&&", "||")]
        left = constant(node.named_children[0])
        return node.named_children[-1:] if left is not None and kinds == ["||" if left else "&&"] else ()
    if node.type in ("if_statement", "elif_clause"):
        holds = _condition(node)
        others = [child for child in node.children if child.type in ("elif_clause", "else_clause")]
        return sequence(node) if holds is False else others if holds else ()
    if node.type == "while_statement":
        stays = node.children[0].type == "while"
        body = next((child for child in node.children if child.type == "do_group"), None)
        return sequence(body) if body is not None and _condition(node) is (not stays) else ()
    return _unmatched(node) if node.type == "case_statement" else ()


def _condition(node: Node) -> bool | None:
    conditions = conditions_of(node)
    return constant(conditions[0]) if len(conditions) == 1 else None


def _unmatched(node: Node) -> Iterator[Node]:
    """``case a in b) A ;; esac``: what stands under patterns that a word cannot match."""
    value = node.child_by_field_name("value")
    items = [child for child in node.children if child.type == "case_item"]
    if value is None or any(each.type in _VARIES for each in syntax.walk(value)):
        return
    for item in items:
        patterns = item.children_by_field_name("value")
        if any(each.type in _VARIES for pattern in patterns for each in syntax.walk(pattern)):
            continue
        if not any(fnmatchcase(syntax.plain(value), syntax.plain(pattern)) for pattern in patterns):
            yield from (each for each in sequence(item) if each not in patterns)


def _only_goes(node: Node) -> bool:
    """Whether a statement does nothing but end something, or fail."""
    names = {command.name for command in syntax.commands(node) if may_fail(command.node)}
    return names <= {*GUARDS, "false"}
