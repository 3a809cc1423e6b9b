"""What bash says nothing of when it fails, by the syntax tree, with ``set -e`` and ``pipefail`` on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from guide.terminal import syntax
from guide.terminal.syntax import Command, text

#: They do not fail, or not by what the step is about: they say what they are given, or what they read.
_SURE = frozenset(
    ": basename date dirname echo hostname id nproc printf pwd seq sleep true uname whoami".split()  # noqa: SIM905
)
#: Nor do these, where they are given what to read by a pipe or a here-string.
_FILTERS = frozenset(
    "cat column cut fold head nl paste rev sort tac tail tr uniq wc".split()  # noqa: SIM905
)
#: Where commands stand one after the other.
_LEVELS = frozenset(
    """
    case_item compound_statement do_group elif_clause else_clause if_statement program subshell
    """.split()  # noqa: SIM905
)
_SHELLS = ("bash", "sh", "zsh", "dash")
#: Comparisons that hold only where something was printed.
_HOLDS = re.compile(r"(?<![!<>])==?(?!~)|=~|-(eq|ge|gt|n|ef|[defrswx])\b")

#: What passes on the exit code of a substitution in it.
_THROUGH = frozenset(
    "array binary_expression concatenation expansion parenthesized_expression string unary_expression".split()  # noqa: SIM905
)

#: A background process that is asked how it ended, or ended.
_AWAITED = re.compile(r"\bwait\s+[\"$%\d]|\bkill\b")

Said = tuple[Node, str, str]
_FIRST = 'look at it first: value=$(…), and use "$value" in the next line'


def said(root: Node) -> Iterator[Said]:
    """Each command whose failure is lost, what is wrong, and what to do."""
    for node in syntax.walk(root):
        for rule in _RULES.get(node.type, ()):
            yield from rule(node)
        if node.type in _LEVELS:
            yield from _level(node)


def _substitution(node: Node) -> Iterator[Said]:
    """``$(…)`` whose exit code is not its statement's."""
    statements = _statements(node)
    for each in statements[:-1]:
        if _may_fail(each):
            yield each, "in $(…) nothing stops at this when it fails", "join what stands in $(…) with &&"
    if not any(map(_may_fail, statements[-1:])):
        return
    outer, part = _whole(node)
    what = f"the failure of {_short(node)} is lost"
    if outer.type == "variable_assignment" and outer.parent is not None:
        around = outer.parent
        if around.type == "declaration_command":
            name = text(around).split()[0]
            yield node, f"{what}: the exit code is that of {name}", "assign first: X=$(…), then export X"
        elif around.type == "command":
            yield node, f"{what}: the exit code is that of the command after it", _FIRST
        elif any(later.start_byte > node.start_byte for later in _others(around, node)):
            yield (
                node,
                f"{what}: the exit code is that of the last $(…) of the line",
                "assign each in a line of its own",
            )
        return
    test = next((each for each in (outer, part) if _is_test(each)), None)
    if test is not None and _noticed(test):
        return
    yield node, f"{what}: the exit code is that of what it is used in", _FIRST


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


def _is_test(node: Node) -> bool:
    return node.type == "test_command" or (node.type == "command" and syntax.command(node).name == "test")


def _noticed(test: Node) -> bool:
    """Whether a test fails where nothing was printed: not if two such are compared with each other."""
    count = sum(each.type == "command_substitution" for each in test.named_children for each in _inside(each))
    other_ways = re.search(r"!|\|\||\s-o\s", text(test)) is not None
    return count == 1 and _HOLDS.search(text(test)) is not None and not other_ways


def _inside(node: Node) -> Iterator[Node]:
    """A word's parts, but not those of what stands in a substitution."""
    yield node
    if node.type != "command_substitution":
        for child in node.named_children:
            yield from _inside(child)


def _process(node: Node) -> Iterator[Said]:
    before = node.prev_named_sibling
    if before is not None and text(before) == "--config":
        return  # curl without the login that it is given so is refused, and says so
    if text(node).startswith("<") and any(map(_may_fail, _statements(node))):
        yield node, f"nobody hears of it when {_short(node)} fails", _FIRST


def _level(node: Node) -> Iterator[Said]:
    """Statements one after the other: of all but the last, bash overlooks some failures."""
    statements = _sequence(node)
    for number, statement in enumerate(statements):
        last = number == len(statements) - 1 and _ends(node)
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
        if before is not None and _may_fail(before) and not _AWAITED.search(text(node)):
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
    return not _may_fail(node) and not _is_test(node)


def _condition(node: Node) -> Iterator[Said]:
    """The condition of an ``if``: a pipe of which one part failed is taken for a no."""
    then = next((n for n, child in enumerate(node.children) if child.type == "then"), len(node.children))
    conditions = [child for child in node.children[:then] if child.is_named]
    for each in conditions[:-1]:
        if _may_fail(each):
            yield (
                each,
                "nothing stops at this when it fails: it stands in the condition of an if",
                "put it before the if",
            )
    for each in conditions[-1:]:
        each = each.named_children[0] if each.type in ("negated_command", "redirected_statement") else each
        if each.type == "pipeline":
            for stage in each.named_children[:-1]:
                if _may_fail(stage):
                    yield stage, "its failure is taken for a no of the if", _FIRST


def _group(node: Node) -> Iterator[Said]:
    """The left of ``&&`` and ``||``: in a group there, nothing stops at a failure."""
    left = node.named_children[0]
    if left.type in ("compound_statement", "subshell"):
        for each in _sequence(left)[:-1]:
            if _may_fail(each):
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
        for each in _statements(inner)[:-1]:
            if _may_fail(each):
                yield (
                    node,
                    f"the shell that this starts goes on when {_short(each)} fails",
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


def _statements(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _sequence(node: Node) -> list[Node]:
    """The statements of a level; the condition of an if is none of them."""
    children = node.children
    if node.type in ("if_statement", "elif_clause"):
        then = next((n for n, child in enumerate(children) if child.type == "then"), 0)
        children = children[then:]
    kinds = ("comment", "elif_clause", "else_clause", "word", "heredoc_body")
    return [child for child in children if child.is_named and child.type not in kinds]


def _may_fail(node: Node) -> bool:
    """Whether a statement may fail so that somebody should hear of it."""
    if node.type == "list" and any(child.type == "||" for child in node.children):
        return _may_fail(node.named_children[-1])
    if node.type == "function_definition" or node.type == "test_command":
        return False
    if node.type == "command":
        name = syntax.command(node).name
        return not (name in _SURE or (name in _FILTERS and _is_fed(node)))
    return any(map(_may_fail, node.named_children))


def _is_fed(node: Node) -> bool:
    """Whether a command is given what it reads, and need not open it."""
    outer = node.parent
    if any(child.type == "herestring_redirect" for child in node.children):
        return True
    if outer is not None and outer.type == "redirected_statement":
        outer = outer.parent
    return (
        outer is not None
        and outer.type == "pipeline"
        and outer.named_children[0].start_byte < node.start_byte
    )


def _short(node: Node) -> str:
    first = text(node).split("\n")[0]
    return first if len(first) <= 60 else f"{first[:57]}…"


_RULES: dict[str, tuple[Callable[[Node], Iterator[Said]], ...]] = {
    "command_substitution": (_substitution,),
    "process_substitution": (_process,),
    "if_statement": (_condition,),
    "elif_clause": (_condition,),
    "list": (_group,),
    "command": (_command,),
}
