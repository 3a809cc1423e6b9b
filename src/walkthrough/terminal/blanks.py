"""What looks like a placeholder and has no value for the run: ``<your-name>``."""

from __future__ import annotations

import re

from walkthrough.terminal import syntax

#: A placeholder as other people write it. In ``sort <in >out`` a space stands before the second sign.
_BLANK = re.compile(r"(?<![<\w&\\])<[A-Za-z][\w.-]*(?: [\w.-]+)*>(?=[\s\"'/:@.,;)\]}]|$)")


def of(body: str) -> list[re.Match[str]]:
    """What looks like ``<your-name>`` where a shell would read from a file and write to another."""
    found = list(_BLANK.finditer(body))
    if not found:
        return []
    text = ("string", "raw_string", "heredoc_body", "comment")
    nodes = syntax.walk(syntax.parse(body))
    places = [(node.start_byte, node.end_byte) for node in nodes if node.type in text]
    return [
        match
        for match in found
        if not any(begin <= len(body[: match.start()].encode()) < end for begin, end in places)
    ]
