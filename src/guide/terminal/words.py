"""Finds words that bash and zsh read differently, or that only one of them has: both are readers' shells.

``zsh -n`` has nothing to say about these: what differs is what they do. The tree says where a word stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Node

from guide.blocks import Block
from guide.errors import GuideError
from guide.terminal import syntax
from guide.terminal.pasted import finding
from guide.terminal.syntax import line, text

#: What is wrong, and what to do about it.
_Said = tuple[Node, str, str]

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
#: Only bash has these.
_BASH_OWN = re.compile(
    r"BASH\w*|COMP_\w+|DIRSTACK|FUNCNAME|GROUPS|HOSTNAME|MAPFILE|PIPESTATUS|PROMPT_COMMAND|READLINE_\w+|SHELLOPTS|"
    r"EPOCHSECONDS|EPOCHREALTIME|SRANDOM"
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
#: What ends or changes the shell that the reader goes on with.
_ENDS = ("exit", "logout", "exec", "return")
_ARGUMENTS = ("word", "string", "raw_string", "concatenation", "simple_expansion", "expansion")


def findings(blocks: Sequence[Block]) -> Iterator[GuideError]:
    """Each word once, in the order of the blocks."""
    for block in blocks:
        root = syntax.parse(block.body)
        seen = set()
        for node in syntax.walk(root):
            for where, what, fix in _said(node):
                if (where.start_byte, what) not in seen:
                    seen.add((where.start_byte, what))
                    yield finding(block, line(where), what, fix)


def _said(node: Node) -> Iterator[_Said]:
    for rule in _RULES.get(node.type, ()):
        yield from rule(node)


def _comment(node: Node) -> Iterator[_Said]:
    yield node, "zsh runs a comment: it does not know # at the prompt", "say it in the page's text"


def _assignment(node: Node) -> Iterator[_Said]:
    name = node.child_by_field_name("name")
    if name is None:
        return
    if name.type == "subscript":
        yield node, f"zsh counts from 1: {text(name)} is another element", "write the list as a whole: a=(…)"
    elif text(name) in _ZSH_OWN:
        yield node, f"zsh has {text(name)} for itself", "take another name"


def _for(node: Node) -> Iterator[_Said]:
    variable = node.child_by_field_name("variable")
    if variable is not None and text(variable) in _ZSH_OWN:
        yield node, f"zsh has {text(variable)} for itself", "take another name"
    for value in node.children_by_field_name("value"):
        yield from _argument(value)


def _declaration(node: Node) -> Iterator[_Said]:
    words = text(node).split()
    if words[0] == "local" and syntax.function_of(node) is None:
        yield node, "bash has local only in functions", "leave local out"
    for child in node.named_children:
        if child.type == "variable_name" and text(child) in _ZSH_OWN and words[0] != "export":
            yield node, f"zsh has {text(child)} for itself", "take another name"
    yield from _options(node, words[0], words[1:])


def _options(node: Node, name: str, words: Sequence[str]) -> Iterator[_Said]:
    letters, fix = _OPTIONS.get(name, ((), ""))
    for word in words:
        if not word.startswith("-"):
            break
        if word in letters or (
            re.fullmatch(r"-\w\w+", word) and any(f"-{each}" in letters for each in word[1:])
        ):
            yield node, f"zsh's {name} takes {word} for something else, or not at all", fix


def _command(node: Node) -> Iterator[_Said]:
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
            yield from _argument(child)


def _test(node: Node) -> Iterator[_Said]:
    if text(node.children[0]) != "[":
        return
    for each in syntax.walk(node):
        if each.type == "==" or (each.type == "test_operator" and text(each) == "=="):
            yield each, "zsh takes == in [ for a command to look up", "write ="
        if each.type in ("simple_expansion", "expansion") and not _quoted(each):
            yield from _unquoted(each)


def _argument(node: Node) -> Iterator[_Said]:
    """A word of a command: what an unquoted one is made into."""
    if re.match(r"=[\w/.=-]", text(node)):
        yield node, f"zsh takes {text(node)} for the path of a command", "quote it"
    for each in syntax.walk(node):
        if _inside(each, node, ("command_substitution", "process_substitution")) or _quoted(each, node):
            continue
        if each.type in ("simple_expansion", "expansion"):
            yield from _unquoted(each)
    bare = _bare(node)
    if _globs(bare):
        yield node, f"zsh runs nothing where {text(node)} matches no file", "quote it, or name the files"
    if re.search(r"\{\w*\.\.\$|\{\$\w*\.\.", bare):
        yield node, "bash does not put a variable into {…}", "seq"


def _unquoted(node: Node) -> Iterator[_Said]:
    if re.match(r"\$\{?[#?$!0-9-]", text(node)) or _inside(node, None, ("test_command",)) == "[[":
        return
    what = f"bash splits {text(node)} at spaces, zsh does not"
    yield node, what, f'quote it ("{text(node)}"), or make it a list: a=(…), "${{a[@]}}"'


def _expansion(node: Node) -> Iterator[_Said]:
    written = text(node)
    name = re.match(r"\$\{?[#!]?(\w+)", written)
    if name and _BASH_OWN.fullmatch(name[1]) and not re.match(r"\$\{\w+:?-\}$", written):
        yield node, f"zsh has no {name[1]}", "do without it"
    if name and name[1] in ("path", "status"):
        yield node, f"zsh has {name[1]} for itself", "take another name"
    if re.match(r"\$\{!\w", written):
        yield node, "zsh has no ${!name}", "give the value itself to the function"
    if re.match(r"\$\{\w+(\^{1,2}|,{1,2}|@[A-Za-z])", written):
        yield node, f"zsh has no {written}", "tr, or jq"
    if re.match(r"\$\{\w+\[[^@*]", written):
        yield node, f"zsh counts from 1: {written} is another element", 'go through all of them: "${a[@]}"'
    if re.match(r"\$\{\w+\[[@*]\]:", written):
        yield node, f"zsh counts from 1: {written} is another part", 'go through all of them: "${a[@]}"'


def _literal(node: Node) -> bool:
    return node.type in ("word", "raw_string", "string", "concatenation")


def _globs(word: str) -> bool:
    bare = re.sub(r"\\.", "", word)
    return re.search(r"[*?]|\[[^]]+\]", bare) is not None and bare not in ("[", "]", "[[", "]]")


def _bare(node: Node) -> str:
    """What of a word no quotes protect; an expansion is one character."""
    if node.type in ("string", "raw_string", "ansi_c_string"):
        return ""
    if node.type in ("simple_expansion", "expansion", "command_substitution", "process_substitution"):
        return "$"
    return "".join(map(_bare, node.children)) if node.children else text(node)


def _quoted(node: Node, within: Node | None = None) -> bool:
    for outer, _ in [(node, node), *syntax.above(node)]:
        if outer.type in ("string", "raw_string", "ansi_c_string", "heredoc_body"):
            return True
        if within is not None and outer.id == within.id:
            return False
        if outer.type in ("command_substitution", "process_substitution", "command") and outer.id != node.id:
            return False
    return False


def _inside(node: Node, within: Node | None, types: Sequence[str]) -> str:
    """The first token of what a node stands in, where that is of a type."""
    for outer, _ in syntax.above(node):
        if outer.type in types:
            return text(outer.children[0])
        if within is not None and outer.id == within.id:
            break
    return ""


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


_RULES: dict[str, tuple[Callable[[Node], Iterator[_Said]], ...]] = {
    "comment": (_comment,),
    "variable_assignment": (_assignment,),
    "for_statement": (_for,),
    "declaration_command": (_declaration,),
    "command": (_command,),
    "test_command": (_test,),
    "simple_expansion": (_expansion,),
    "expansion": (_expansion,),
}
