"""What a program in another language starts, and does not ask how it ended: ``awk 'BEGIN { system("…") }'``.

Only what can be told without that language's grammar: a call that is written out, in a program that nowhere
looks at a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.scripts import fed
from walkthrough.terminal.substitutions import Said

_STARTS = {
    "awk": re.compile(r"\bsystem\s*\(|\"\s*\|\s*getline\b|\bprintf?\b[^;}\n]*[^|\"]\|\s*\"[\w./]"),
    "perl": re.compile(r"\bsystem\s*[(\"'@$]|\bqx\b|`|\bopen\b[^;]*(\"\||\|\"|'\||\|'|-\|)"),
    "ruby": re.compile(r"\bsystem\s*[(\"']|`"),
    "python": re.compile(
        r"\bos\.(system|popen)\(|\bsubprocess\.(run|call|Popen|getoutput|getstatusoutput)\("
    ),
    "node": re.compile(r"\bspawn(Sync)?\(|\bchild_process\b[\s\S]*\bexec(File)?\("),
    "php": re.compile(r"\b(system|exec|passthru|shell_exec|popen)\s*\(|`"),
    "lua": re.compile(r"\bos\.execute\b|\bio\.popen\b"),
}
_LOOKS = {
    "awk": re.compile(r"\bexit\b|[=(!]\s*(system|close)\s*\(|(system|close)\s*\([^)]*\)\s*[!=<>]"),
    "perl": re.compile(r"\bdie\b|\bexit\b|\$\?|\bautodie\b|=\s*system"),
    "ruby": re.compile(r"\babort\b|\bexit\b|\braise\b|exception:\s*true|\$\?"),
    "python": re.compile(
        r"check\s*=\s*True|check_returncode|returncode|\bexit\(|\braise\b|\bassert\b|=\s*os\.system"
    ),
    "node": re.compile(r"\bstatus\b|\bexit\b|\bthrow\b|\berr(or)?\b"),
    "php": re.compile(r"\bexit\b|\bdie\b|\bthrow\b"),
    "lua": re.compile(r"\bassert\b|\bexit\b|\berror\b"),
}
_LANGUAGES = {"gawk": "awk", "mawk": "awk"}


def foreign(root: Node) -> Iterator[Said]:
    """Each such program."""
    for command in syntax.commands(root):
        name = (
            "python"
            if re.fullmatch(r"python[\d.]*", command.name)
            else _LANGUAGES.get(command.name, command.name)
        )
        if name not in _STARTS or command.node.type != "command":
            continue
        program = "\n".join((*command.words[1:], fed(command.node) or ""))
        if _STARTS[name].search(program) and not _LOOKS[name].search(program):
            yield (
                command.node,
                f"what this program starts may fail, and {command.name} ends well all the same",
                "let it look at what came of it, and end with that",
            )
