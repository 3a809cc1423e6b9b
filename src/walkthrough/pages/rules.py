"""The kinds of fences, and what each attribute of them may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from enum import StrEnum


class Kind(StrEnum):
    """What a fence is."""

    STEP = "step"
    OUTPUT = "output"
    CHECK = "check"
    MANIFEST = "manifest"
    SKIP = "skip"


#: How an output is compared, see :mod:`walkthrough.compare.expect`.
MATCHES = ("exact", "ellipsis", "like", "regex", "json")
STREAMS = ("stdout", "stderr", "both")

#: How often in a row a check holds, how many seconds apart and within how many, where it does not say.
CHECKS = {"times": 1, "interval": 2, "deadline": 60}

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


#: Nobody waits longer for a block, and no clock of the system counts much further.
_LONGEST = 7 * 24 * 3600


def _number(text: str) -> None:
    # Python's own reading takes more for a number than a reader would: 1_0, ١.
    if not re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) or not 0 < float(text) <= _LONGEST:
        raise ValueError


def _count(text: str) -> None:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < 1:
        raise ValueError


def _exit_code(text: str) -> None:
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) > 255:
        raise ValueError


def _exit_codes(text: str) -> None:
    for code in text.split(","):
        _exit_code(code)


def _path(text: str) -> None:
    if not text or text.startswith(("/", "~")) or {"..", ".", ""} & {*text.split("/")} or "\0" in text:
        raise ValueError


def _pattern(pattern: re.Pattern[str]) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not pattern.fullmatch(text):
            raise ValueError

    return check


def one_of(*allowed: str) -> Callable[[str], None]:
    """A rule: the value is one of these."""

    def check(text: str) -> None:
        if text not in allowed:
            raise ValueError

    return check


def _text(text: str) -> None:
    if not text.strip():
        raise ValueError


#: An attribute's check, and what its value is, for messages.
Rule = tuple[Callable[[str], None], str]
_SECONDS: Rule = (_number, f"a number of seconds, of {_LONGEST} at most")
_PROSE: Rule = (_text, "a text")
_PATH: Rule = (_path, "a path under manifests/, such as shop/server.yaml")
_VARIABLES: Rule = (
    _pattern(re.compile(rf"{_VARIABLE.pattern}(,{_VARIABLE.pattern})*")),
    "names of variables",
)
_ONCE: Rule = (_text, "the reason why it is run once only, for the reader")
_AGAINST: Rule = (
    _pattern(re.compile(rf"{ID.pattern}#{ID.pattern}")),
    "the section that makes the promise, such as server#limits",
)
_UNTIL: Rule = (_text, "a command that succeeds once it is up, such as until='curl --silent localhost:8080'")
_SHOWS: Rule = (_text, "the reason why the page shows a secret")
_PROMPT: Rule = (
    # Of what changes alone, any line would begin with it.
    _pattern(re.compile(r"(?=.*[^…\s])\S(.*\S)?")),
    "the prompt, without the space after it: prompt='#'",
)
_COMMANDS: Rule = (
    _count,
    "the number of lines that are typed; what follows is what they print",
)
_CODES: Rule = (_exit_codes, "an exit code, 0 to 255, of the last command; or one of each, such as 0,1,0")
_MEASURE: Rule = (_pattern(ID), "a name for the time that it takes, such as push-to-healthy")

_MATCH: Rule = (one_of(*MATCHES), f"one of {', '.join(MATCHES)}")

COMMON: dict[str, Rule] = {"title": _PROSE, "hl_lines": _PROSE, "linenums": _PROSE}

RULES: dict[Kind, dict[str, Rule]] = {
    Kind.STEP: {
        "timeout": _SECONDS,
        "exit": (_exit_code, "an exit code, 0 to 255"),
        "secret": _VARIABLES,
        "measure": _MEASURE,
        "once": _ONCE,
        "against": _AGAINST,
        "until": _UNTIL,
        "shows": _SHOWS,
    },
    Kind.OUTPUT: {
        "match": _MATCH,
        "stream": (one_of(*STREAMS), f"one of {', '.join(STREAMS)}"),
    },
    Kind.CHECK: {
        "interval": _SECONDS,
        "deadline": _SECONDS,
        "timeout": _SECONDS,
        "times": (_count, "a count, 1 or more"),
        "measure": _MEASURE,
        "once": _ONCE,
        "against": _AGAINST,
    },
    Kind.MANIFEST: {"title": _PATH, "timeout": _SECONDS, "once": _ONCE},
    Kind.SKIP: {"reason": _PROSE},
}

#: Classes that a step may have beside its kind.
STEP_CLASSES = frozenset({"cleanup", "background", "setup"})
#: Names of bash in fences: what is pasted into a terminal.
SHELLS = ("bash", "sh", "shell")
#: Commands after a prompt, each with what it prints (:mod:`walkthrough.pages.console`); its other name.
CONSOLE = "console"
CONSOLES = (CONSOLE, "shell-session")


def of(kind: Kind, language: str, classes: Collection[str]) -> dict[str, Rule]:
    """What each attribute of a fence may be, by its name."""
    rules = {**COMMON, **RULES[kind]}
    absent: tuple[str, ...] = ()
    if kind is Kind.MANIFEST and language != "bash":
        absent = ("timeout", "once")  # shown, never run
    elif kind is Kind.STEP and language == CONSOLE:
        rules.update(match=_MATCH, prompt=_PROMPT, commands=_COMMANDS, exit=_CODES)
        absent = ("measure", "against", "until")  # it is several steps
    elif kind is Kind.STEP:
        absent = ("exit",) if "background" in classes else ("until",)
    return {name: rule for name, rule in rules.items() if name not in absent}
