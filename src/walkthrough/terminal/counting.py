"""What a loop counts, or reads from the clock, and gives up by; and what is asked after it."""

from __future__ import annotations

import re

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.failing import conditions_of, is_test
from walkthrough.terminal.syntax import text
from walkthrough.terminal.telling import mentioned

_CLOCK = re.compile(r"\bSECONDS\b|\bEPOCHSECONDS\b|\bdate\b")


def counts(test: Node, loop: Node) -> bool:
    """Whether a test is of the clock, of what a loop counts, or of what it goes through."""
    if not is_test(test):
        return False
    if _CLOCK.search(text(test)) or re.search(r"\+\+|--(?=\w)|\w--", text(test)):
        return True
    found = re.findall(r"[A-Za-z_]\w*", text(test))
    if loop.type == "for_statement" and any(text(each) in found for each in loop.children[1:2]):
        return True
    if any(
        {*found} & {*text(each).split()[1:]} for each in conditions_of(loop) if text(each).startswith("read ")
    ):
        return True
    names = "|".join(found)
    after = rf"\b({names})(\+\+|--|\+=|-=|=[\"']?\$(\(\(|\(expr|\[))"
    before = rf"(\+\+|--|\blet\s+[\"']?)({names})\b"
    return bool(names) and re.search(f"{after}|{before}", text(loop)) is not None


def _asks(node: Node) -> bool:
    """Whether something fails by what a variable is: a test, ``exit "$code"``, ``$ok``."""
    own = node.type == "command" and re.match(r"(exit|return)\b|\"?\$\w+\"?$", text(node)) is not None
    needed = node.type == "expansion" and re.match(r"\$\{\w+:?\?", text(node)) is not None
    return own or needed or is_test(node)


def looked_at_later(loop: Node, asked: Node) -> bool:
    """Whether what a loop waits for is asked once more after it, or something is asked of its variables."""
    root = next((outer for outer, _ in syntax.above(loop) if outer.type == "program"), loop)
    rest = [each for each in syntax.walk(root) if each.start_byte >= loop.end_byte]
    if asked.type == "variable_assignment" and mentioned(asked, loop, printed=True):
        return True
    names = {text(each) for each in syntax.walk(loop) if each.type == "variable_name"}
    wanted = text(asked).lstrip("! ").split()[:2]
    words = {*text(asked).split()} - {"test", "[", "[[", "]", "]]", "!", "="}
    return any(
        (not is_test(asked) and each.type == "command" and text(each).split()[:2] == wanted)
        or (_asks(each) and any(re.search(rf"\b{name}\b", text(each)) for name in names))
        or (
            is_test(each)
            and is_test(asked)
            and any(not word.startswith("-") for word in words & {*text(each).split()})
        )
        for each in rest
    )
