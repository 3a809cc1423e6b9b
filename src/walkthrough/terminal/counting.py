"""What a loop counts, or reads from the clock: it gives up at some time."""

from __future__ import annotations

import re

from tree_sitter import Node

from walkthrough.terminal.failing import is_test
from walkthrough.terminal.syntax import text

_CLOCK = re.compile(r"\bSECONDS\b|\bEPOCHSECONDS\b|\bdate\b")


def counts(test: Node, loop: Node) -> bool:
    """Whether a test is of the clock, or of what a loop counts."""
    if not is_test(test):
        return False
    if _CLOCK.search(text(test)) or re.search(r"\+\+|--(?=\w)|\w--", text(test)):
        return True
    found = re.findall(r"[A-Za-z_]\w*", text(test))
    if loop.type == "for_statement" and any(text(each) in found for each in loop.children[1:2]):
        return True
    names = "|".join(found)
    after = rf"\b({names})(\+\+|--|\+=|-=|=[\"']?\$(\(\(|\(expr|\[))"
    before = rf"(\+\+|--|\blet\s+[\"']?)({names})\b"
    return bool(names) and re.search(f"{after}|{before}", text(loop)) is not None
