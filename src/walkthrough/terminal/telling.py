"""What is done about a failure and changes nothing: it is said, or shown, or what was made is taken away."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.constant import constant
from walkthrough.terminal.failing import (
    conditions_of,
    goes_well,
    is_arithmetic,
    is_fed,
    is_test,
    may_fail,
    parts,
    sequence,
)
from walkthrough.terminal.scripts import script_of
from walkthrough.terminal.syntax import Command, text
from walkthrough.terminal.table import table

#: They say something, or nothing, and succeed.
_TELL = frozenset(
    """
    : alias clear date echo hash history hostname id jobs logger notify-send printf pwd shift sleep tput
    true umask uname wall
    """.split()  # noqa: SIM905
)
#: What decides over a text that is only said, or says it for each of several.
_AROUND = frozenset(("if_statement", "for_statement", "while_statement", "case_statement"))
#: What tells of something, for a person to read.
_LOG = re.compile(r"log\b|\berr", re.IGNORECASE)
_DECLARED = ("variable_assignment", "variable_assignments", "declaration_command", "unset_command")


def tells(node: Node, functions: Mapping[str, Node], *, compared: bool) -> bool:
    """Whether what stands after the last ``||`` of a list does nothing about the failure.

    :param compared: whether what is printed is compared with an output.
    """
    right = node.named_children[-1]
    counts = is_arithmetic(right) and re.search(r"\+\+|--|[^=!<>]=[^=]", text(right)) is not None
    if counts or right.type in _DECLARED:
        return not mentioned(right, node, printed=compared)
    if right.type == "compound_statement" and not is_arithmetic(right):
        return all_tell(sequence(right), node, functions, compared=compared)
    return says(right, functions) and not _written(node, right)


def all_tell(
    steps: Sequence[Node], node: Node, functions: Mapping[str, Node], *, compared: bool = False
) -> bool:
    """Whether statements only say something, or set what nobody asks for after a node."""
    return bool(steps) and not any(
        mentioned(each, node, printed=compared) if each.type in _DECLARED else not says(each, functions)
        for each in steps
    )


def tidies(node: Node, functions: Mapping[str, Node]) -> bool:
    """Whether what stands there shows a log, or takes away what was made, and then all is well."""
    right = node.named_children[-1]
    return says(right, functions, tidy=True) and not _written(node, right)


def says(node: Node, functions: Mapping[str, Node], *, tidy: bool = False) -> bool:
    """Whether a statement says something, or nothing; a function may do that for it.

    :param tidy: or shows a log, or takes something away.
    """
    if constant(node, failed=True):
        return True
    if node.type == "redirected_statement":
        inner = node.named_children[0]
        return inner.type != "file_redirect" and not into_file(node) and says(inner, functions, tidy=tidy)
    if node.type == "pipeline":
        first, *others = node.named_children
        return says(first, functions, tidy=tidy) and not any(map(may_fail, others))
    if node.type in ("compound_statement", "subshell"):
        steps = sequence(node)
        return bool(steps) and all(says(each, functions, tidy=tidy) for each in steps)
    if node.type == "list":
        return all(is_test(each) or says(each, functions, tidy=tidy) for each in parts(node))
    if node.type in _AROUND:
        asked = conditions_of(node) if node.type == "while_statement" else []
        inside = [
            each
            for each in syntax.walk(node)
            if each.type in ("command", "variable_assignment")
            and not (each in asked and syntax.command(each).name == "read")
        ]
        return all(is_test(each) or says(each, functions, tidy=tidy) for each in inside)
    return node.type == "command" and _command_says(node, functions, tidy=tidy)


def _command_says(node: Node, functions: Mapping[str, Node], *, tidy: bool) -> bool:
    command = syntax.command(node)
    if (function := functions.get(command.name)) is not None:
        body = function.child_by_field_name("body")
        steps = sequence(body) if body is not None else []
        others = {name: each for name, each in functions.items() if name != command.name}
        return bool(steps) and all(
            _is_own(each, function) or says(each, others, tidy=tidy) or _answers_well(each) for each in steps
        )
    if command.name in ("exit", "return"):
        return goes_well(node)
    if tidy and (command.name in ("rm", "rmdir", "unlink") or _shows(command)):
        return True
    script = script_of(node, command)
    inside = script.text if script is not None else " ".join(command.words[1:])
    if inside and (script is not None or command.name == "eval"):
        steps = sequence(syntax.parse(f"{inside}\n"))
        return bool(steps) and all(says(each, functions, tidy=tidy) for each in steps)
    if command.name == "set":
        return not any("e" in word for word in command.words[1:] if word.startswith(("-", "+")))
    if command.name == "trap":
        return command.words[1:2] in (("-",), ("",))
    if command.words == ("wait",):
        return True
    return command.name in _TELL or (command.name == "cat" and len(command.words) == 1 and is_fed(node))


def _is_own(node: Node, function: Node) -> bool:
    """Whether a function sets a variable of its own with it: ``local message=$1``."""
    if node.type == "variable_assignment":
        return re.search(rf"\blocal\s[^;\n]*\b{text(node).partition('=')[0]}\b", text(function)) is not None
    own = node.type == "declaration_command" and text(node).split()[0] in ("local", "declare", "typeset")
    return own and not may_fail(node)


def _answers_well(node: Node) -> bool:
    return node.type == "command" and list(syntax.command(node).words) in (["return"], ["return", "0"])


def _shows(command: Command) -> bool:
    if command.name in ("cat", "tail", "head", "less"):
        return any(map(_LOG.search, command.words[1:]))
    return table().is_any(command, "shows") is not None


def _written(node: Node, right: Node) -> bool:
    """Whether what is said goes into a file: in the grammar's eyes the list does, ``A || echo x >> file``."""
    outer = node.parent
    return (
        outer is not None
        and outer.type == "redirected_statement"
        and outer.named_children[0].id == node.id
        and into_file(outer)
        and right.type == "command"
        and syntax.command(right).name in ("echo", "printf", "cat")
    ) or any(child.type == "file_redirect" and not _nowhere(text(child)) for child in right.children)


def into_file(node: Node) -> bool:
    """Whether a redirection of a statement leads to a file."""
    redirects = [child for child in node.children if child.type == "file_redirect"]
    return any(">" in text(each) and not _nowhere(text(each)) for each in redirects)


def _nowhere(redirect: str) -> bool:
    """Whether a redirection leads to no file: ``>&2``, ``2> /dev/null``."""
    return re.search(r">\s*&|/dev/(null|stderr|stdout|tty)", redirect) is not None


def mentioned(assignment: Node, node: Node, *, printed: bool = False) -> bool:
    """Whether a variable that is set is asked for after it, or earlier in a loop or function around it.

    :param printed: it may be only to be printed; else what was set because something failed is no more than
        said then.
    """
    names = [text(each) for each in syntax.walk(assignment) if each.type == "variable_name"][:1]
    around = next(
        (o for o, _ in syntax.above(node) if o.type in ("do_group", "function_definition", "program")), node
    )
    root = next((outer for outer, _ in syntax.above(node) if outer.type == "program"), node)
    printed = printed or any(
        each.type == "variable_name" and text(each) in names
        for each in syntax.walk(node.named_children[0])
        if each.parent is not None and each.parent.type == "variable_assignment"
    )
    for each in syntax.walk(root):
        later = each.start_byte >= node.end_byte
        inside = around.start_byte <= each.start_byte < node.start_byte and around.type != "program"
        asks = (later or inside) and any(_asks(each, name) for name in names)
        if asks and (printed or not _only_printed(each)):
            return True
    return False


def _asks(node: Node, name: str) -> bool:
    """Whether a node is a use of a variable: ``$name``, in arithmetic, or as a word of a command."""
    if node.type in ("simple_expansion", "expansion"):
        return re.match(rf"\$\{{?[#!]?{name}\b", text(node)) is not None
    if node.child_count or text(node) != name or node.parent is None:
        return node.type == "heredoc_body" and re.search(rf"\$\{{?{name}\b", text(node)) is not None
    around = ("variable_assignment", "simple_expansion", "expansion", "function_definition")
    return node.parent.type not in around


def _only_printed(node: Node) -> bool:
    """Whether a value is a word of ``echo`` or ``printf``, and of nothing else around that."""
    for outer, _ in syntax.above(node):
        if outer.type == "command":
            return syntax.command(outer).name in ("echo", "printf") and not _goes_on(outer)
        if outer.type in ("test_command", "arithmetic_expansion", *_DECLARED):
            return False
    return False


def _goes_on(command: Node) -> bool:
    """Whether what a command prints goes into something, and not to the reader."""
    return any(
        outer.type in ("command_substitution", "process_substitution", "pipeline", "herestring_redirect")
        or (outer.type == "redirected_statement" and into_file(outer))
        for outer, _ in syntax.above(command)
    )
