"""What bash and zsh make of the words of a command: patterns, variables, elements of arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.syntax import text

#: What is wrong, and what to do about it.
Said = tuple[Node, str, str]

#: Only bash has these.
_BASH_OWN = re.compile(
    r"BASH\w*|COMP_\w+|DIRSTACK|FUNCNAME|GROUPS|HOSTNAME|MAPFILE|PIPESTATUS|PROMPT_COMMAND|READLINE_\w+|SHELLOPTS|"
    r"EPOCHSECONDS|EPOCHREALTIME|SRANDOM"
)


def argument(node: Node) -> Iterator[Said]:
    """A word of a command: what an unquoted one is made into."""
    if re.match(r"=[\w/.=-]", text(node)):
        yield node, f"zsh takes {text(node)} for the path of a command", "quote it"
    for each in syntax.walk(node):
        if _inside(each, node, ("command_substitution", "process_substitution")) or quoted(each, node):
            continue
        if each.type in ("simple_expansion", "expansion"):
            yield from unquoted(each)
    bare = _bare(node)
    if _globs(bare):
        yield node, f"zsh runs nothing where {text(node)} matches no file", "quote it, or name the files"
    if re.search(r"\{\w*\.\.\$|\{\$\w*\.\.", bare):
        yield node, "bash does not put a variable into {…}", "seq"


def unquoted(node: Node) -> Iterator[Said]:
    """A variable without quotes."""
    if re.match(r"\$\{?[#?$!0-9-]", text(node)) or _inside(node, None, ("test_command",)) == "[[":
        return
    what = f"bash splits {text(node)} at spaces, zsh does not"
    yield node, what, f'quote it ("{text(node)}"), or make it a list: a=(…), "${{a[@]}}"'


def expansion(node: Node) -> Iterator[Said]:
    """What of a variable is asked for, quoted or not."""
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


def _bare(node: Node) -> str:
    """What of a word no quotes protect; an expansion is one character."""
    if node.type in ("string", "raw_string", "ansi_c_string"):
        return ""
    if node.type in ("simple_expansion", "expansion", "command_substitution", "process_substitution"):
        return "$"
    return "".join(map(_bare, node.children)) if node.children else text(node)


def _globs(word: str) -> bool:
    bare = re.sub(r"\\.", "", word)
    return re.search(r"[*?]|\[[^]]+\]", bare) is not None and bare not in ("[", "]", "[[", "]]")


def quoted(node: Node, within: Node | None = None) -> bool:
    """Whether a node stands in quotes, as far as the word or the command goes that it is in."""
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
