"""Failures in ``$(…)`` and ``<(…)`` that nobody hears of, and tests that hold where nothing was printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import OUT, is_test, may_fail, only_fails, sequence, unstopped
from walkthrough.terminal.syntax import text

#: Comparisons that hold only where something was printed.
_HOLDS = re.compile(r"(?<![!<>])==?(?!~)|=~|-(eq|ge|gt|n|ef|[defrswx])\b")

#: Of these, comparisons that hold where nothing was printed as well.
_HOLDS_FOR_NOTHING = re.compile(
    r"""==?\s*(""|''|\*|""\*)(?=\s|\])|=~\s+(?=\S)\^?(\.\*)?\$?(?=\s|\])|-(eq|ge)\s+0\b"""
)
#: What passes on the exit code of a substitution in it.
_THROUGH = frozenset(
    """
    arithmetic_expansion array binary_expression concatenation expansion parenthesized_expression string
    unary_expression
    """.split()  # noqa: SIM905
)

#: What is wrong, and what to do about it.
Said = tuple[Node, str, str]

#: What to do where a value's making may fail.
FIRST = 'look at it first: value=$(…), and use "$value" in the next line'


def substitution(node: Node) -> Iterator[Said]:
    """``$(…)`` whose exit code is not its statement's."""
    inside = statements(node)
    for each in (*filter(may_fail, inside[:-1]), *(each for last in inside[-1:] for each in unstopped(last))):
        yield each, "in $(…) nothing stops at this when it fails", "join what stands in $(…) with &&"
    if not any(map(may_fail, inside[-1:])):
        return
    outer, part = _whole(node)
    what = f"the failure of {short(node)} is lost"
    if outer.type == "variable_assignment" and outer.parent is not None:
        around = outer.parent
        if around.type == "declaration_command":
            name = text(around).split()[0]
            yield node, f"{what}: the exit code is that of {name}", "assign first: X=$(…), then export X"
        elif around.type == "command":
            yield node, f"{what}: the exit code is that of the command after it", FIRST
        elif around.type == "c_style_for_statement":
            yield node, f"{what}: the loop counts with what was printed", FIRST
        elif any(later.start_byte > node.start_byte for later in _others(around, node)):
            yield (
                node,
                f"{what}: the exit code is that of the last $(…) of the line",
                "assign each in a line of its own",
            )
        return
    test = next((each for each in (outer, part) if is_test(each)), None)
    if test is not None and _noticed(test):
        asker = _asked_by(test)
        if asker:
            yield node, f"the failure of {short(node)} is taken for an answer to the {asker}", FIRST
        return
    yield node, f"{what}: the exit code is that of what it is used in", FIRST


def _asked_by(test: Node) -> str:
    """What goes on as if all were well where a test is no; empty where it is waited for, or heard of."""
    turned = False
    for outer, part in syntax.above(test):
        if outer.type == "negated_command":
            turned = not turned
        elif outer.type in ("if_statement", "elif_clause", "while_statement"):
            kind = outer.children[0].type
            begin = next(child for child in outer.children if child.type in ("then", "do_group"))
            if part.end_byte > begin.start_byte:
                return "!" if turned else ""
            if kind in ("while", "until"):
                return "" if (kind == "until") != turned else kind
            if _tries_again(outer):
                return ""
            other = sequence(outer) if turned else _else(outer)
            return "" if only_fails(other) else kind
        elif outer.type not in ("list", "redirected_statement", "parenthesized_expression"):
            return "!" if turned else ""
        elif outer.type == "list" and turned:
            return ""
    return "!" if turned else ""


def _tries_again(node: Node) -> bool:
    """Whether an if only leaves a loop, which asks once more where its condition does not hold."""
    level, then = node.parent, sequence(node)
    if level is None or level.type != "do_group" or not then or text(then[-1]) not in OUT:
        return False
    alone = not any(child.type in ("elif_clause", "else_clause") for child in node.children)
    return alone and not any("=" in text(each) for each in then[:-1])


def _else(node: Node) -> list[Node]:
    """What is done where a condition does not hold."""
    found = next((child for child in node.children if child.type == "else_clause"), None)
    return sequence(found) if found is not None else []


def _whole(node: Node) -> tuple[Node, Node]:
    """What decides the exit code of what a substitution stands in: an assignment, or anything else."""
    for outer, part in syntax.above(node):
        if outer.type in ("variable_assignment", "test_command"):
            return outer, outer
        if outer.type not in _THROUGH:
            return outer, part
    return node, node


def _others(around: Node, node: Node) -> Iterator[Node]:
    """The substitutions of one line of assignments, but those that stand in another."""
    lines = (
        around
        if around.type == "variable_assignments"
        else next(outer for outer, _ in syntax.above(node) if outer.type == "variable_assignment")
    )
    for each in syntax.walk(lines):
        if each.type == "command_substitution" and not any(
            outer.type == "command_substitution" and outer.start_byte >= lines.start_byte
            for outer, _ in syntax.above(each)
        ):
            yield each


def _noticed(test: Node) -> bool:
    """Whether a test fails where nothing was printed: not if two such are compared with each other."""
    inside = [each for child in test.named_children for each in _inside(child)]
    own = [each for each in inside if each.type == "command_substitution"]
    count, words = len(own), text(test)
    for each in own:  # the options of what stands in it are none of the test's
        words = words.replace(text(each), "$()", 1)
    other_ways = re.search(r"!|\|\||\s-o\s", words) or _HOLDS_FOR_NOTHING.search(words)
    # In [ … ] a word that is not quoted is none where nothing was printed: [ -n ] holds.
    bare = not words.startswith("[[") and any(child.type == "command_substitution" for child in _words(test))
    return (
        count == 1
        and _HOLDS.search(words) is not None
        and not other_ways
        and not bare
        and not _holds_without(test)
    )


def _holds_without(test: Node) -> bool:
    """Whether a test holds by what stands around its one ``$(…)``, or by what counts nothing as 0."""
    (node,) = (
        each for each in syntax.walk(test) if each.type == "command_substitution" and _is_own(each, test)
    )
    rest = re.sub(r"[\"']", "", text(test).replace(text(node), "", 1))
    rest = re.sub(r"^(\[\[?|test\b)\s*|\s*\]\]?$", "", rest)
    left, equals, right = (
        (part.strip() for part in re.split(r"(==?)(?!~)", rest, maxsplit=1))
        if (re.search(r"(?<![!<>])==?(?!~)", rest))
        else (rest, "", "")
    )
    if equals:
        nothing = {left, right} == {"", "0"} and _counts(node)
        return nothing or left == right or fnmatchcase(left, right)
    return re.fullmatch(r"-[a-zA-Z]\s+\S.*", rest) is not None


def _is_own(node: Node, test: Node) -> bool:
    """Whether a substitution stands in a test itself, and not in another substitution there."""
    for outer, _ in syntax.above(node):
        if outer.id == test.id:
            return True
        if outer.type == "command_substitution":
            return False
    return False


def _counts(node: Node) -> bool:
    """Whether a substitution ends with what says 0 where nothing came to it: ``… | wc -l``."""
    for last in statements(node)[-1:]:
        stage = last.named_children[-1] if last.type == "pipeline" else None
        if stage is not None and stage.type == "command":
            command = syntax.command(stage)
            return command.name == "wc" or (command.name == "grep" and command.has("-c"))
    return False


def _words(test: Node) -> Iterator[Node]:
    """The words of a test, as they stand beside each other."""
    for child in test.named_children:
        if child.type in ("unary_expression", "binary_expression", "parenthesized_expression"):
            yield from _words(child)
        else:
            yield child


def _inside(node: Node) -> Iterator[Node]:
    """A word's parts, but not those of what stands in a substitution."""
    yield node
    if node.type != "command_substitution":
        for child in node.named_children:
            yield from _inside(child)


def process(node: Node) -> Iterator[Said]:
    """``<(…)`` whose failure is nobody's."""
    before = node.prev_named_sibling
    if before is not None and text(before) == "--config":
        return  # curl without the login that it is given so is refused, and says so
    if any(map(may_fail, statements(node))):
        yield node, f"nobody hears of it when {short(node)} fails", FIRST


def short(node: Node) -> str:
    """The first line of a node, cut where it is long."""
    first = text(node).split("\n")[0]
    return first if len(first) <= 60 else f"{first[:57]}…"


def statements(node: Node) -> list[Node]:
    """What stands in a node, comments left out."""
    return [child for child in node.named_children if child.type != "comment"]
