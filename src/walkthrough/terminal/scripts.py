"""Scripts that a command hands to another shell, which stops at nothing unless they say so themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node

from walkthrough.terminal import syntax
from walkthrough.terminal.syntax import Command, text

_SHELLS = ("bash", "sh", "zsh", "dash", "ash", "ksh", "mksh", "rbash", "$SHELL", "${SHELL}", "$BASH")
#: They run a script that their option -c gives.
_WITH_C = ("su", "runuser", "flock", "script", "sg", "vagrant")
#: What stands before a shell that is started somewhere else: --, or one of these in the first place.
_ELSEWHERE = ("--", "ssh", "docker", "podman", "nerdctl", "chroot", "nsenter", "unshare", "runuser", "setsid")
#: Options of ssh that take a value in the next word.
_SSH_VALUES = re.compile(r"-[a-zA-Z]*[BbcDEeFIiJLlmOopQRSWw]")
#: What a shell reads, by its names.
READ = ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_C = re.compile(r"-[a-zA-Z]*c|--command")
_SETS = re.compile(r"\s*set (?P<options>-[^;&|\n]*)")


@dataclass(frozen=True)
class Script:
    """What another shell is given to run.

    :param stops: whether it stops at a failure.
    :param pipes: whether it hears of a failure in a pipe.
    :param fed: whether it reads it from its input, which what it starts reads as well.
    """

    text: str
    stops: bool = False
    pipes: bool = False
    fed: bool = False


@dataclass(frozen=True)
class _Started:
    """How a shell is started: what its options say, and what stands after them."""

    options: tuple[str, ...]
    given: bool
    operands: tuple[str, ...]

    @classmethod
    def by(cls, words: Sequence[str]) -> _Started:
        options: list[str] = []
        given, left = False, list(words)
        while left and left[0][:1] in "-+" and len(left[0]) > 1:
            word = left.pop(0)
            if word in ("--rcfile", "--init-file") and left:
                left.pop(0)
            elif not word.startswith("--"):
                given = given or "c" in word
                options.append(word)
                if word.startswith("-") and "o" in word and left:
                    options.append(left.pop(0))
        return cls(tuple(options), given, tuple(left))


def script_of(node: Node, command: Command) -> Script | None:
    """What another shell is given to run; none where that cannot be seen."""
    script = _given(node, command)
    return replace(script, fed=script.text == fed(node)) if script is not None else None


def _given(node: Node, command: Command) -> Script | None:
    words = command.words
    if command.name in _SHELLS:
        started = _Started.by(words[1:])
        if not started.given:
            return _script(fed(node), started.options) if _reads(started) else None
    if command.name == "ssh" and (at_host := _of_ssh(words)) is not None:
        return _script(fed(node) if not at_host else _started_there(node, at_host), _options(at_host))
    if command.name == "sudo" and any(map(command.has, ("-i", "-s", "--login", "--shell"))):
        return _script(fed(node))
    if command.name == "parallel":
        end = next((n for n, word in enumerate(words) if word.startswith(":::")), len(words))
        return _script(" ".join(word for word in words[1:end] if not word.startswith("-")))
    if command.name in _WITH_C:
        option = next((n for n, word in enumerate(words) if _C.fullmatch(word)), None)
        if option is not None and option + 1 < len(words):
            return _script(words[option + 1])
        if command.name == "su":
            return _script(fed(node))
    for number, word in enumerate(words):
        if word.rpartition("/")[2] in _SHELLS:
            started = _Started.by(words[number + 1 :])
            if started.given:
                return _script(started.operands[0] if started.operands else None, started.options)
            if number and (words[number - 1] == "--" or command.name in _ELSEWHERE) and _reads(started):
                return _script(fed(node), started.options)
    return None


def _reads(started: _Started) -> bool:
    """Whether a shell runs what it reads."""
    if started.operands[:1] in (("-",), *((name,) for name in READ)):
        return True
    return not started.operands or "s" in "".join(word for word in started.options if word.startswith("-"))


def _of_ssh(words: Sequence[str]) -> list[str] | None:
    """What ssh runs over there, word by word; none where there is no address."""
    left = list(words[1:])
    while left and left[0].startswith("-") and left[0] != "--":
        left = left[2:] if _SSH_VALUES.fullmatch(left[0]) else left[1:]
    return left[2:] if left[:1] == ["--"] else left[1:] if left else None


def _options(words: Sequence[str]) -> tuple[str, ...]:
    """How a shell is started that reads what it runs."""
    if words and words[0].rpartition("/")[2] in _SHELLS:
        started = _Started.by(words[1:])
        return () if started.given else started.options
    return ()


def _started_there(node: Node, words: Sequence[str]) -> str | None:
    """What a shell at the other end runs: its words, joined, or what a shell that it starts reads."""
    inner = list(words)
    while inner[:1] == ["sudo"]:
        inner = [word for word in inner[1:] if not word.startswith("-")] if len(inner) > 1 else []
    if inner and inner[0].rpartition("/")[2] in _SHELLS:
        started = _Started.by(inner[1:])
        if not started.given:
            return fed(node) if _reads(started) else None
    return " ".join(words)


def evaluated(node: Node) -> str:
    """What ``eval`` is given in words that nothing is put into; empty where something is."""
    words = [child for child in node.named_children if child.type != "command_name"]
    if any(
        each.type in ("command_substitution", "expansion", "simple_expansion") for each in syntax.walk(node)
    ):
        return ""
    return " ".join(
        re.sub(r"\\([\"$`\\])", r"\1", syntax.plain(word)) if word.type == "string" else syntax.plain(word)
        for word in words
    )


def _script(script: str | None, options: Sequence[str] = ()) -> Script | None:
    if script is None:
        return None
    if syntax.parse(script).has_error:
        # It stands in double quotes: what is escaped there is not for the other shell.
        script = re.sub(r"\\([\"$`])", r"\1", script)
    said = _SETS.match(script)
    words = [*options, *(said["options"].split() if said else ())]
    letters = "".join(word for word in words if re.fullmatch(r"-[a-zA-Z]+", word))
    return Script(script, stops="e" in letters or "errexit" in words, pipes="pipefail" in words)


def fed(node: Node) -> str | None:
    """What a command reads, where it is written out: a heredoc, a here-string, or a pipe from such."""
    own = next((child for child in node.children if child.type == "herestring_redirect"), None)
    if own is not None:
        return syntax.plain(own.named_children[0]) if own.named_children else None
    outer: Node | None = node.parent
    inner: Node = node
    if outer is not None and outer.type == "redirected_statement":
        if (body := _heredoc(outer)) is not None:
            return body
        inner = outer
        outer = inner.parent
    if outer is None:
        return None
    if outer.type == "pipeline" and outer.parent is not None and outer.parent.type == "heredoc_redirect":
        outer = outer.parent
    if outer.type == "heredoc_redirect":  # cat <<E | bash: in the grammar's eyes a part of the heredoc
        return next((text(child) for child in outer.named_children if child.type == "heredoc_body"), None)
    if (
        outer.type == "pipeline"
        and outer.named_children[-1].id == inner.id
        and len(outer.named_children) == 2
    ):
        said = outer.named_children[0]
        words = syntax.command(said).words if said.type == "command" else ()
        if words and words[0] in ("echo", "printf"):
            several = len(words) > 3 and words[0] == "printf" and words[1] in ("%s\\n", "%s\n")
            return "\n".join(words[2:]) if several else words[-1].replace("\\n", "\n")
    return None


def _heredoc(node: Node) -> str | None:
    return next(
        (
            text(child)
            for redirect in node.children
            if redirect.type == "heredoc_redirect"
            for child in redirect.named_children
            if child.type == "heredoc_body"
        ),
        None,
    )
