"""Finds a verification whose failure stops nothing, and a value that is stored without having been looked at.

In a terminal there is no ``set -e``: after ``sha256sum: FAILED`` the next line installs the file
all the same. So what must not happen after a failure is joined to what may fail: by ``&&``, in one
command, in an ``if``. What verifies, what changes something, what makes values and what stores them
stands in ``commands.toml``; the rest is the syntax tree's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.terminal import syntax
from walkthrough.terminal.known import Known, commands
from walkthrough.terminal.pasted import finding
from walkthrough.terminal.table import table

#: What ends well whatever it gets to read, or gets nothing.
_FILTERS = frozenset("awk cat column cut fold grep head jq less sed sort tail tee tr uniq wc".split())  # noqa: SIM905
#: Where commands stand one after the other.
_LEVELS = "program compound_statement do_group subshell if_statement elif_clause else_clause".split()  # noqa: SIM905


def findings(blocks: Sequence[Block]) -> Iterator[UserError]:
    """What has to be joined, in the order of the blocks; functions of earlier blocks are known."""
    known = Known()
    for block in blocks:
        root = syntax.parse(block.body)
        known.learn(root)
        for node in syntax.walk(root):
            if node.type in _LEVELS:
                yield from _level(block, node, known)
            if node.type == "pipeline" or node.type == "command":
                yield from _stored(block, node, known)


def _level(block: Block, node: Node, known: Known) -> Iterator[UserError]:
    statements = _sequence(node)
    for number, statement in enumerate(statements):
        verification = known.verification(statement)
        if verification is None:
            continue
        made = "\n".join(syntax.text(each) for each in statements[: number + 1] if known.changed(each))
        changes = filter(None, map(known.changed, _not_joined(statements[number:])))
        later = next((each for each in changes if not _tidies(each, made, known)), None)
        told = f"{_short(verification)} in line {syntax.line(verification)}"
        if later is not None:
            yield finding(
                block,
                syntax.line(later),
                f"a terminal goes on with this after {told} has failed",
                "join them: VERIFICATION && CHANGE, one command, or an if",
            )
        elif (lost := _lost_before_change(statement, known)) is not None:
            yield finding(
                block,
                syntax.line(lost),
                "the exit code of this is lost in the pipe, so what is joined to it runs in any case",
                "let the verification be the last of its pipe, or stand alone before &&",
            )
        elif (
            statements[number + 1 :] and node.parent is not None and node.parent.type == "function_definition"
        ):
            yield finding(
                block,
                syntax.line(verification),
                "the function goes on after this has failed, and its result is that of its last line",
                "join its lines with &&",
            )


def _not_joined(statements: list[Node]) -> list[Node]:
    """What comes after the first, whether it failed or not.

    The grammar ends a statement at ``<<END &&``; bash goes on with it after the heredoc.
    """
    for number, statement in enumerate(statements):
        heredocs = [each for each in statement.named_children if each.type == "heredoc_redirect"]
        if not any(child.type == "&&" for each in heredocs for child in each.children):
            return statements[number + 1 :]
    return []


def _tidies(change: Node, made: str, known: Known) -> bool:
    """Whether a command takes away what the block itself has made before."""
    command = known.command(change)
    if command.name in known.removes:
        rest = command.words[1:]
    elif (removes := table().is_any(command, "removes")) is not None:
        rest = command.words[len(removes.split()) + 1 :]
    else:
        return False
    names = [word for word in rest if not word.startswith("-")][:1]
    return any(re.search(rf"\b{re.escape(name)}\b", made) for name in names)


def _sequence(node: Node) -> list[Node]:
    """The statements of a level that come one after the other; an if's condition is none of them."""
    if node.type != "if_statement" and node.type != "elif_clause":
        return syntax.statements(node)
    then = next((n for n, child in enumerate(node.children) if child.type == "then"), 0)
    inside = [child for child in node.children[then:] if child.is_named]
    return [child for child in inside if child.type not in ("elif_clause", "else_clause", "comment")]


def _lost_before_change(statement: Node, known: Known) -> Node | None:
    """A verification whose result does not keep what is joined to it from changing something."""
    for verification in known.verifications(statement):
        pipe = _lost(statement, verification)
        # What is no mere filter may see for itself that it gets nothing.
        if (
            pipe is not None
            and all(
                known.command(stage).name in _FILTERS
                for stage in commands(pipe)
                if stage.start_byte >= verification.end_byte
            )
            and known.changed_after(statement, pipe)
        ):
            return verification
    return None


def _lost(statement: Node, verification: Node) -> Node | None:
    """The pipe that a verification stands in before something else."""
    for outer, part in syntax.above(verification):
        if outer.type == "pipeline" and outer.named_children[-1].id != part.id:
            return outer
        if outer.id == statement.id:
            break
    return None


def _stored(block: Block, node: Node, known: Known) -> Iterator[UserError]:
    last = node.named_children[-1] if node.type == "pipeline" else node
    last = last.named_children[0] if last.type == "redirected_statement" else last
    if last.type != "command":
        return
    store = known.command(last)
    if any(word.startswith("--dry-run") for word in store.words):
        return
    if table().is_any(store, "refuses") and not _answer(node):
        return
    if not (table().is_any(store, "refuses") or table().is_any(store, "stores")):
        return
    sources = [*_substitutions(last)]
    if node.type == "pipeline":
        sources.append(node.named_children[0])
    for source in sources:
        making = next(
            (each for each in commands(source) if known.is_(known.command(each), "generates")), None
        )
        if making is not None:
            yield finding(
                block,
                syntax.line(making),
                f"{_short(last)} stores what this prints, also where it fails and prints nothing",
                'look at the value first: value=$(…) && test -n "$value" && store it',
            )
        for name in _values(source) if node.type == "pipeline" else ():
            if not _looked_at(node, name) and not _constant(node, name):
                yield finding(
                    block,
                    syntax.line(source),
                    f"{_short(last)} stores ${name}, also where it is empty",
                    f'look at it first: test -n "${name}" && …',
                )


def _answer(pipeline: Node) -> bool:
    """Whether what begins a pipe prints something when it fails too, and nothing on the way looks at it."""
    first = next(commands(pipeline), None)
    looks = any(
        (each := syntax.command(stage)).name == "jq"
        and (each.has("--exit-status") or each.has("-e") or any("select(" in word for word in each.words))
        for stage in commands(pipeline)
    )
    return first is not None and table().is_any(syntax.command(first), "answers") is not None and not looks


def _substitutions(command: Node) -> Iterator[Node]:
    """What a command's words are made of when it starts."""
    for node in syntax.walk(command):
        if node.type in ("process_substitution", "command_substitution"):
            yield node


def _values(source: Node) -> Iterator[str]:
    """The variables that a command prints as they are."""
    source = source.named_children[0] if source.type == "redirected_statement" else source
    if source.type != "command" or syntax.command(source).name not in ("printf", "echo"):
        return
    for node in syntax.walk(source):
        if node.type == "simple_expansion" and re.match(r"\$[A-Za-z_]", syntax.text(node)):
            yield syntax.text(node)[1:]


def _looked_at(node: Node, name: str) -> bool:
    """Whether a condition around it, or one that it is joined to, asks about a variable."""
    wanted = re.compile(rf"\$\{{?{name}\b")
    for outer, part in syntax.above(node):
        if outer.type not in ("list", "if_statement", "elif_clause", "while_statement"):
            continue
        for child in outer.named_children:
            if child.id == part.id:
                break
            if any(
                wanted.search(syntax.text(each))
                for each in syntax.walk(child)
                if each.type in ("command", "test_command")
                and syntax.command(each).name in ("test", "[", "[[")
            ):
                return True
    return False


def _constant(node: Node, name: str) -> bool:
    """Whether a variable is given a value that stands in the block."""
    root = next((outer for outer, _ in syntax.above(node) if outer.type == "program"), node)
    given = [
        each
        for each in syntax.walk(root)
        if each.type == "variable_assignment" and syntax.text(each).startswith(f"{name}=")
    ]
    return bool(given) and all("$" not in syntax.text(each) for each in given)


def _short(node: Node) -> str:
    """A command by its first words."""
    command = syntax.command(node)
    named = table().is_any(command, "verifies") or table().is_any(command, "changes") or ""
    return " ".join(command.words[: max(2, len(named.split()))])
