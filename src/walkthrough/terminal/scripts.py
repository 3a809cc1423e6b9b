"""Scripts that a command hands to another shell, which stops at nothing unless they say so themselves."""

from __future__ import annotations

import re

from tree_sitter import Node

from walkthrough.terminal.syntax import Command, text

_SHELLS = ("bash", "sh", "zsh", "dash")


def script_of(node: Node, command: Command) -> str | None:
    """What another shell is given to run, where nothing in it stops at a failure."""
    words = command.words
    if command.name in _SHELLS and not [
        word for word in words[1:] if not word.startswith("-") or "e" in word
    ]:
        return _fed(node)
    if command.name in ("ssh", "su"):
        option = next((n for n, word in enumerate(words) if word in ("-c", "--command")), None)
        if command.name == "su" and option is None:
            return _fed(node)
        # Of ssh the last word, where it is a script and no address.
        last = words[option + 1] if option is not None and option + 1 < len(words) else words[-1]
        return None if not re.search(r"\s", last) or re.match(r"\s*set -\w*e", last) else last
    for number, word in enumerate(words[:-1]):
        options = words[number + 1 :]
        if word.rpartition("/")[2] in _SHELLS and options and re.fullmatch(r"-[a-z]*c", options[0]):
            if "e" in options[0] or len(options) < 2 or re.match(r"\s*set -\w*e", options[1]):
                return None
            return options[1]
    return None


def _fed(node: Node) -> str | None:
    """The heredoc that a command reads; none where it says itself that it stops."""
    outer = node.parent
    bodies = [
        text(child)
        for redirect in (outer.children if outer is not None and outer.type == "redirected_statement" else ())
        if redirect.type == "heredoc_redirect"
        for child in redirect.named_children
        if child.type == "heredoc_body"
    ]
    return bodies[0] if bodies and not re.match(r"\s*set -\w*e", bodies[0]) else None
