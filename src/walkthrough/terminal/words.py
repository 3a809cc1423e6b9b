"""Finds words that bash and zsh read differently, or that only one of them has: both are readers' shells.

``zsh -n`` has nothing to say about these: what differs is what they do. The tree says where a word stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Node

from walkthrough.errors import UserError
from walkthrough.pages.block import Block
from walkthrough.terminal import syntax
from walkthrough.terminal.expansions import Said, argument, expansion, quoted, unquoted
from walkthrough.terminal.pasted import finding
from walkthrough.terminal.syntax import line, text

#: zsh keeps these for itself: a local ``path`` empties the search path, ``status`` cannot be set.
_ZSH_OWN = frozenset(
    """
    aliases argv cdpath commands dirstack fignore fpath funcstack functions galiases histchars
    history historywords jobdirs jobstates jobtexts keymaps mailpath manpath module_path modules
    nameddirs options parameters path pipestatus prompt psvar reswords saliases signals status
    termcap terminfo userdirs usergroups watch widgets zsh_eval_context zsh_scheduled_events
    ARGC CPUTYPE EGID ERRNO FUNCNEST GID HOST KEYTIMEOUT LOGCHECK MACHTYPE NULLCMD PROMPT
    READNULLCMD RPROMPT SPROMPT TTY TTYIDLE USERNAME VENDOR WORDCHARS
    """.split()  # noqa: SIM905
)
#: Commands that one of the shells does not have, with what to write.
_ONLY = {
    **dict.fromkeys(
        ("mapfile", "readarray"), ("zsh", "read the lines in a loop: … | while read -r line; do …")
    ),
    **dict.fromkeys(("shopt", "compgen", "complete", "caller", "help", "bind"), ("zsh", "do without it")),
    **dict.fromkeys(
        (
            "setopt",
            "unsetopt",
            "print",
            "autoload",
            "zmodload",
            "noglob",
            "rehash",
            "compdef",
            "whence",
            "vared",
        ),
        ("bash", "do without it"),
    ),
}
#: Commands whose options mean something else in zsh.
_OPTIONS = {
    "read": (("-p", "-a", "-n", "-N", "-i", "-e"), "print the question with printf, and read -r one word"),
    "wait": (("-n", "-p"), "wait for a job by its number"),
    "type": (("-t", "-P", "-p"), "command -v"),
    "declare": (("-n",), "give the value itself to the function"),
    "local": (("-n",), "give the value itself to the function"),
    "typeset": (("-n",), "give the value itself to the function"),
    "export": (("-f", "-n"), "put the function into a file that is read"),
    "printf": (("-v",), "name=$(printf …)"),
    "echo": (("-E",), "printf '%s\\n'"),
    "cd": (("-e", "-@"), "cd without it"),
    "exec": (("-a", "-l"), "exec without it"),
}
_ARGUMENTS = ("word", "string", "raw_string", "concatenation", "simple_expansion", "expansion")


def findings(blocks: Sequence[Block]) -> Iterator[UserError]:
    """Each word once, in the order of the blocks."""
    for block in blocks:
        root = syntax.parse(block.body)
        seen = set()
        for node in syntax.walk(root):
            for where, what, fix in _said(node):
                if (where.start_byte, what) not in seen:
                    seen.add((where.start_byte, what))
                    yield finding(block, line(where), what, fix)


def _said(node: Node) -> Iterator[Said]:
    for rule in _RULES.get(node.type, ()):
        yield from rule(node)


def _comment(node: Node) -> Iterator[Said]:
    yield node, "zsh runs a comment: it does not know # at the prompt", "say it in the page's text"


def _assignment(node: Node) -> Iterator[Said]:
    name = node.child_by_field_name("name")
    if name is None:
        return
    if name.type == "subscript":
        yield node, f"zsh counts from 1: {text(name)} is another element", "write the list as a whole: a=(…)"
    elif text(name) in _ZSH_OWN:
        yield node, f"zsh has {text(name)} for itself", "take another name"


def _for(node: Node) -> Iterator[Said]:
    variable = node.child_by_field_name("variable")
    if variable is not None and text(variable) in _ZSH_OWN:
        yield node, f"zsh has {text(variable)} for itself", "take another name"
    for value in node.children_by_field_name("value"):
        yield from argument(value)


def _declaration(node: Node) -> Iterator[Said]:
    words = text(node).split()
    if words[0] == "local" and syntax.function_of(node) is None:
        yield node, "bash has local only in functions", "leave local out"
    for child in node.named_children:
        if child.type == "variable_name" and text(child) in _ZSH_OWN and words[0] != "export":
            yield node, f"zsh has {text(child)} for itself", "take another name"
    yield from _options(node, words[0], words[1:])


def _options(node: Node, name: str, words: Sequence[str]) -> Iterator[Said]:
    letters, fix = _OPTIONS.get(name, ((), ""))
    for word in words:
        if not word.startswith("-"):
            break
        if word in letters or (
            re.fullmatch(r"-\w\w+", word) and any(f"-{each}" in letters for each in word[1:])
        ):
            yield node, f"zsh's {name} takes {word} for something else, or not at all", fix


def _command(node: Node) -> Iterator[Said]:
    command = syntax.command(node)
    name = next(iter(syntax.starters(node)), "")
    if name in _ONLY:
        shell, fix = _ONLY[name]
        yield node, f"{shell} has no {name}", fix
    yield from _options(node, name, command.words[1:])
    if name == "read" and any(word in _ZSH_OWN for word in command.words[1:]):
        yield (
            node,
            f"zsh has {' '.join(w for w in command.words[1:] if w in _ZSH_OWN)} for itself",
            "take another name",
        )
    if name == "echo" and any("\\" in text(child) for child in node.named_children[1:] if _literal(child)):
        yield node, "zsh's echo reads the backslash as a character to come, bash's does not", "printf"
    if name in ("exit", "logout") and not _apart(node):
        yield node, f"{name} closes the reader's terminal", "put the step into ( … ), or an if"
    if name == "return" and syntax.function_of(node) is None:
        yield node, "bash has return only in functions", "use an if"
    if (
        name == "set"
        and re.search(r"(^|\s)(-[a-z]*[euxn]|-o\s*(errexit|nounset|noexec))", text(node))
        and not _apart(node)
    ):
        yield (
            node,
            "this stays on in the reader's shell, which then ends at the first failure",
            "join with &&",
        )
    if name == "alias" and _used_later(node, [word.partition("=")[0] for word in command.words[1:]]):
        yield node, "an alias is not there yet in the text that is pasted with it", "make it a function"
    for child in node.named_children:
        if child.type in _ARGUMENTS:
            yield from argument(child)


def _test(node: Node) -> Iterator[Said]:
    if text(node.children[0]) != "[":
        return
    for each in syntax.walk(node):
        if each.type == "==" or (each.type == "test_operator" and text(each) == "=="):
            yield each, "zsh takes == in [ for a command to look up", "write ="
        if each.type in ("simple_expansion", "expansion") and not quoted(each):
            yield from unquoted(each)


def _literal(node: Node) -> bool:
    return node.type in ("word", "raw_string", "string", "concatenation")


def _apart(node: Node) -> bool:
    """Whether it ends a shell of its own only."""
    return any(
        outer.type in ("subshell", "command_substitution", "process_substitution")
        for outer, _ in syntax.above(node)
    )


def _used_later(node: Node, names: Sequence[str]) -> bool:
    root = next((outer for outer, _ in syntax.above(node) if outer.type == "program"), node)
    return any(
        command.name in names and command.node.start_byte > node.end_byte for command in syntax.commands(root)
    )


_RULES: dict[str, tuple[Callable[[Node], Iterator[Said]], ...]] = {
    "comment": (_comment,),
    "variable_assignment": (_assignment,),
    "for_statement": (_for,),
    "declaration_command": (_declaration,),
    "command": (_command,),
    "test_command": (_test,),
    "simple_expansion": (expansion,),
    "expansion": (expansion,),
}
