"""What holds, or does not, whatever the machine is like: ``[ 1 = 1 ]``, ``((0))``, ``! false``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.syntax import text

_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_SIGNS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_ARITHMETIC = re.compile(r"(?P<left>-?\d+|\$\??)\s*(?:(?P<sign>[=!<>]=|[<>])\s*(?P<right>-?\d+)\s*)?")
#: Files that every machine has.
_THERE = ("/", ".", "/dev/null", "/tmp", "/etc", "/usr")
#: What is different each time it is asked for.
_CHANGES = re.compile(r"`|\$\(|\$\{?(RANDOM|SECONDS|EPOCH|SRANDOM|\?)|\+\+|--|[^=!<>]=[^=~]")


def constant(node: Node, *, failed: bool = False) -> bool | None:
    """Whether a statement holds always (True) or never (False); None where that is not known.

    :param failed: whether something has failed just before it, so that ``$?`` is not 0.
    """
    if node.type == "redirected_statement" and node.named_children:
        redirect = text(node)
        first = node.named_children[0]
        if first.type == "file_redirect":
            return True if re.fullmatch(r"\d*&?>+\s*/dev/null", redirect) else None
        return constant(first, failed=failed)
    if node.type == "negated_command":
        inner = constant(node.named_children[-1], failed=failed)
        return None if inner is None else not inner
    if node.type == "list":
        return _list(node, failed=failed)
    if node.type == "compound_statement" and node.children[0].type == "((":
        return _arithmetic("".join(text(child) for child in node.children[1:-1]), failed=failed)
    if node.type in ("subshell", "compound_statement"):
        inside = [child for child in node.named_children if child.type != "comment"]
        return constant(inside[0], failed=failed) if len(inside) == 1 else None
    if node.type == "test_command":
        if node.children[0].type == "((":
            return _arithmetic("".join(text(child) for child in node.children[1:-1]), failed=failed)
        return _test(list(_operands(node)), failed=failed, double=node.children[0].type == "[[")
    if node.type == "command":
        return _command(node, failed=failed)
    return None


def _list(node: Node, *, failed: bool) -> bool | None:
    kinds = [child.type for child in node.children if child.type in ("&&", "||")]
    left = constant(node.named_children[0], failed=failed)
    right = constant(node.named_children[-1])
    if kinds == ["&&"]:
        return False if left is False else right if left else None
    return True if left else right if left is False else None


def _command(node: Node, *, failed: bool) -> bool | None:
    command = syntax.command(node)
    words = command.words
    if command.name in ("true", ":", "false") and "timeout" not in syntax.starters(node):
        return command.name != "false"
    if command.name == "test":
        own = [child for child in node.named_children if child.type != "command_name"]
        return _test(own, failed=failed, double=False)
    if command.name == "let" and len(words) == 2:
        return _arithmetic(words[1], failed=failed)
    if words == ("exit", "0"):
        return True  # of the shell of its own that it stands in
    return True if words == ("cd", ".") else None


def _operands(node: Node) -> Iterator[Node]:
    """The words and signs of a test as they stand beside each other; its brackets are none."""
    for child in node.children:
        if child.type in ("unary_expression", "binary_expression"):
            yield from _operands(child)
        elif child.type not in ("[", "]", "[[", "]]"):
            yield child


def _test(words: list[Node], *, failed: bool, double: bool) -> bool | None:
    if words and text(words[0]) == "!":
        inner = _test(words[1:], failed=failed, double=double)
        return None if inner is None else not inner
    if not words:
        return False
    if len(words) == 1:
        return None if _varies(words[0]) else syntax.plain(words[0]) != ""
    if len(words) == 2:
        return _asked(text(words[0]), words[1])
    return _compared(words, failed=failed, double=double) if len(words) == 3 else None


def _asked(sign: str, word: Node) -> bool | None:
    value = syntax.plain(word)
    if _varies(word):
        return None
    if sign in ("-n", "-z"):
        return (value != "") == (sign == "-n")
    there = sign in ("-d", "-e", "-r", "-x") and value in _THERE and (sign != "-d" or value != "/dev/null")
    return True if there else None


def _compared(words: list[Node], *, failed: bool, double: bool) -> bool | None:
    left, sign, right = words
    kind = text(sign).removeprefix("-")
    number = _NUMBERS.get(kind) if text(sign).startswith("-") else None
    if failed and syntax.plain(left) in ("$?", "${?}"):
        if syntax.plain(right) == "0" and kind in ("=", "==", "!=", "eq", "ne", "gt"):
            return kind in ("!=", "ne", "gt")
        return True if (kind, syntax.plain(right)) == ("ge", "1") else None
    same = text(left) == text(right) and not _CHANGES.search(text(left))
    if same and kind in ("=", "==", "eq", "le", "ge"):
        # A variable as well, quoted: [[ $a == $a ]] would take it for a pattern.
        return True if not _varies(left) or left.type == "string" else None
    if _varies(left) or _varies(right):
        return None
    one, other = syntax.plain(left), syntax.plain(right)
    if number is not None:
        both = re.fullmatch(r"-?\d+ -?\d+", f"{one} {other}")
        return number(int(one), int(other)) if both else None
    if kind not in ("=", "==", "!="):
        return None
    pattern = double and right.type not in ("string", "raw_string")
    return (fnmatchcase(one, other) if pattern else one == other) == (kind != "!=")


def _arithmetic(written: str, *, failed: bool) -> bool | None:
    found = _ARITHMETIC.fullmatch(written.strip())
    if found is None:
        return None
    left, sign, right = found["left"], found["sign"], found["right"]
    if left.startswith("$"):
        if not failed or left != "$?":
            return None
        return {None: True, ("!=", "0"): True, (">", "0"): True, ("==", "0"): False}.get(
            (sign, right) if sign else None
        )
    if sign is None:
        return int(left) != 0
    return _NUMBERS[_SIGNS[sign]](int(left), int(right))


def _varies(node: Node) -> bool:
    """Whether something is put into a word when it is run."""
    kinds = ("simple_expansion", "expansion", "command_substitution", "arithmetic_expansion")
    return any(each.type in kinds for each in syntax.walk(node))
