"""``A || true``: a failure that a block is told to take for success.

It is no fault where taking something away finds nothing there, where the answer is no (``grep``, ``diff``),
where the value is looked at later, or where what was printed is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import GUARDS, after_or, is_fed, is_test, may_fail, sequence
from walkthrough.terminal.substitutions import Said, short
from walkthrough.terminal.syntax import text

#: They say something, or nothing, and succeed.
_TELL = frozenset(("true", ":", "echo", "printf", "sleep", "date", "pwd", "hostname", "id", "uname"))
#: What decides over a text that is only said, or says it for each of several.
_AROUND = frozenset(("if_statement", "for_statement", "while_statement", "case_statement"))
#: Words of commands that take something away: what is not there is as well.
_AWAY = re.compile(
    r"-?-?(del(ete)?|remove|rm|rmdir|uninstall|purge|prune|unset|unlink|u?n?mount|umount|stop|down|disable"
    r"|p?kill(all)?|terminate[\w-]*|logout|leave|detach|revoke[\w-]*|unalias|userdel|groupdel|deluser|delgroup"
    r"|unload|drop|cancel|abort|forget|clear|reset-failed)|:refs/.*",
    re.IGNORECASE,
)
#: Their exit code is an answer.
_ANSWERS = frozenset(
    "grep egrep fgrep zgrep rg diff cmp comm pgrep pidof expr let read mapfile which type".split()  # noqa: SIM905
)
_QUIET = ("-q", "--quiet", "--silent", "-s")
_FIX = "let it fail, or ask first: if …; then …; fi"


def forgiven(root: Node, known: Mapping[str, Node], *, compared: bool = False) -> Iterator[Said]:
    """Each failure that is taken for success.

    :param known: the functions that earlier blocks have left in the shell.
    :param compared: whether what the block prints is compared with an output.
    """
    functions = {**known, **syntax.functions(root)}
    for node in syntax.walk(root):
        if node.type == "if_statement" and not compared:
            yield from _told_only(node, functions)
        if node.type != "list" or not after_or(node) or _in_value(node):
            continue
        asked = _skipped(node)
        if not (asked or _tells(node, functions)) or excused(node, compared=compared, asked=asked):
            continue
        yield _said(node, next(_failing(node.named_children[0], compared=compared), node))


def _said(node: Node, failing: Node) -> Said:
    return node, f"whatever becomes of {short(failing)}, the block goes on as if all were well", _FIX


def _told_only(node: Node, functions: Mapping[str, Node]) -> Iterator[Said]:
    """``if ! A; then echo failed; fi``: ``A || echo failed`` in other words."""
    then = next((number for number, child in enumerate(node.children) if child.type == "then"), 0)
    conditions = [child for child in node.children[:then] if child.is_named]
    others = any(child.type in ("elif_clause", "else_clause") for child in node.children)
    asked = conditions[0] if len(conditions) == 1 else node
    asked = asked.named_children[0] if asked.type == "redirected_statement" else asked
    if others or asked.type != "negated_command":
        return
    steps = sequence(node)
    failing = next(_failing(asked.named_children[0], compared=False, joined=True), None)
    if failing is not None and steps and all(_says(each, functions) for each in steps):
        yield _said(node, failing)


def _skipped(node: Node) -> bool:
    """``A || continue`` in a loop that goes through all of something: what failed is left out."""
    if text(node.named_children[-1]).split()[:1] != ["continue"]:
        return False
    loop = next((outer for outer, _ in syntax.above(node) if outer.type == "do_group"), None)
    names = {command.name for command in syntax.commands(loop)} if loop is not None else set()
    return loop is not None and not names & {"break", "exit", "return"}


def excused(node: Node, *, compared: bool = False, asked: bool = False) -> bool:
    """Whether nothing to the left of the last ``||`` of a list can fail so that somebody should hear of it.

    :param asked: whether what comes of a test there is an answer.
    """
    return next(_failing(node.named_children[0], compared=compared, joined=asked), None) is None


def _tells(node: Node, functions: Mapping[str, Node]) -> bool:
    """Whether what stands after the last ``||`` does nothing about the failure."""
    right = node.named_children[-1]
    if right.type in ("variable_assignment", "variable_assignments", "declaration_command"):
        return not _mentioned(right, node)
    if right.type in ("compound_statement", "subshell"):
        steps = sequence(right)
        return bool(steps) and all(_says(each, functions) for each in steps)
    return _says(right, functions) and not _written(node, right)


def _says(node: Node, functions: Mapping[str, Node]) -> bool:
    """Whether a statement says something, or nothing; a function may do that for it."""
    if node.type == "redirected_statement":
        return not _into_file(node) and _says(node.named_children[0], functions)
    if node.type in _AROUND:
        inner = [each for each in syntax.walk(node) if each.type in ("command", "variable_assignment")]
        return all(is_test(each) or _says(each, functions) for each in inner)
    if node.type != "command":
        return False
    command = syntax.command(node)
    if (function := functions.get(command.name)) is not None:
        body = function.child_by_field_name("body")
        steps = sequence(body) if body is not None else []
        others = {name: each for name, each in functions.items() if name != command.name}
        return bool(steps) and all(_says(each, others) for each in steps)
    return command.name in _TELL or (command.name == "cat" and len(command.words) == 1 and is_fed(node))


def _written(node: Node, right: Node) -> bool:
    """Whether what is said goes into a file: in the grammar's eyes the list does, ``A || echo x >> file``."""
    outer = node.parent
    return (
        outer is not None
        and outer.type == "redirected_statement"
        and outer.named_children[0].id == node.id
        and _into_file(outer)
        and syntax.command(right).name in ("echo", "printf", "cat")
    ) or any(child.type == "file_redirect" and not _nowhere(text(child)) for child in right.children)


def _into_file(node: Node) -> bool:
    redirects = [child for child in node.children if child.type == "file_redirect"]
    return any(">" in text(each) and not _nowhere(text(each)) for each in redirects)


def _nowhere(redirect: str) -> bool:
    """Whether a redirection leads to no file: ``>&2``, ``2> /dev/null``."""
    return re.search(r">\s*&|/dev/(null|stderr|stdout|tty)", redirect) is not None


def _in_value(node: Node) -> bool:
    """Whether a list stands in ``$(…)``: what it prints is looked at where the value is used."""
    return any(
        outer.type in ("command_substitution", "process_substitution") for outer, _ in syntax.above(node)
    )


def _mentioned(assignment: Node, node: Node) -> bool:
    """Whether a variable that is set is asked for after it, or earlier in a loop or function around it."""
    names = [text(each) for each in syntax.walk(assignment) if each.type == "variable_name"][:1]
    around = next(
        (o for o, _ in syntax.above(node) if o.type in ("do_group", "function_definition", "program")), node
    )
    root = next((outer for outer, _ in syntax.above(node) if outer.type == "program"), node)
    code = (root.text or b"")[node.end_byte - root.start_byte :].decode(errors="replace")
    before = "" if around.type == "program" else text(around).replace(text(node), "")
    return any(re.search(rf"\$\{{?[#!]?{name}\b", code + before) for name in names)


def _failing(node: Node, *, compared: bool, joined: bool = False) -> Iterator[Node]:
    """What in the left of ``||`` may fail so that somebody should hear of it.

    :param joined: whether what comes after it is done only where it holds: a question.
    """
    if node.type == "list":
        left, right = node.named_children[0], node.named_children[-1]
        if after_or(node):
            yield from _failing(right, compared=compared)
            return
        yield from _failing(left, compared=compared, joined=True)
        yield from _failing(right, compared=compared)
    elif node.type == "redirected_statement":
        if not (
            compared and re.search(r"2>&1|&>(?!.*/dev/null)", text(node)) and "/dev/null" not in text(node)
        ):
            yield from _failing(node.named_children[0], compared=compared, joined=joined)
    elif node.type == "pipeline":
        *before, last = node.named_children
        yield from filter(may_fail, before)
        yield from _failing(last, compared=compared, joined=joined)
    elif node.type in ("compound_statement", "subshell"):
        for each in sequence(node):
            yield from _failing(each, compared=compared)
    elif node.type == "negated_command":
        return
    elif is_test(node):
        if not joined and not compared and not text(node).startswith("(("):
            yield node
    elif node.type in ("variable_assignment", "variable_assignments"):
        if may_fail(node) and not _mentioned(node, node):
            yield node
    elif may_fail(node) and not _harmless(node, joined=joined):
        yield node


def _harmless(node: Node, *, joined: bool) -> bool:
    if node.type != "command":
        return False
    command = syntax.command(node)
    if command.name in GUARDS:
        return True  # it says itself what comes of it
    if any(map(_AWAY.fullmatch, command.words)):
        return True
    asks = command.name in _ANSWERS or "diff" in command.words[1:2] or command.words[:2] == ("command", "-v")
    outer = node.parent
    thrown = (
        outer is not None
        and outer.type == "redirected_statement"
        and "/dev/null" in re.sub(r"2>\s*/dev/null", "", text(outer))
    )
    return asks and (joined or not (thrown or any(map(command.has, _QUIET))))
