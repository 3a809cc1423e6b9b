"""Reads what stands between the braces of a fence: ``{.bash .step #id timeout=120}``."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from markdown.extensions.attr_list import get_attrs_and_remainder

from walkthrough import hooks
from walkthrough.errors import UserError


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

#: Classes that only change how a block looks.
_LOOKS = frozenset({"annotate", "copy", "no-copy", "select", "no-select"})

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Attributes:
    """A fence's attributes, checked.

    :param language: the first class, which is also what the site highlights (``bash``).
    :param classes: all classes in order, the language included.
    :param values: key to value, as written.
    """

    kind: Kind
    language: str
    id: str | None
    classes: tuple[str, ...]
    values: Mapping[str, str]


def _number(text: str) -> None:
    # Python's own reading takes more for a number than a reader would: 1_0, ١.
    if not re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) or not 0 < float(text) < math.inf:
        raise ValueError


def _count(text: str) -> None:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < 1:
        raise ValueError


def _exit_code(text: str) -> None:
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII) or int(text) > 255:
        raise ValueError


def _path(text: str) -> None:
    if not text or text.startswith(("/", "~")) or {"..", ".", ""} & {*text.split("/")} or "\0" in text:
        raise ValueError


def _pattern(pattern: re.Pattern[str]) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not pattern.fullmatch(text):
            raise ValueError

    return check


def _one_of(*allowed: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text not in allowed:
            raise ValueError

    return check


def _text(text: str) -> None:
    if not text.strip():
        raise ValueError


#: An attribute's check, and what its value is, for messages.
_Rule = tuple[Callable[[str], None], str]
_SECONDS: _Rule = (_number, "a number of seconds")
_PROSE: _Rule = (_text, "a text")
_PATH: _Rule = (_path, "a path under manifests/, such as cert-manager/issuers.yaml")
_VARIABLES: _Rule = (
    _pattern(re.compile(rf"{_VARIABLE.pattern}(,{_VARIABLE.pattern})*")),
    "names of variables",
)
_ONCE: _Rule = (_text, "the reason why it is run once only, for the reader")
_AGAINST: _Rule = (
    _pattern(re.compile(rf"{_ID.pattern}#{_ID.pattern}")),
    "the section that makes the promise, such as drone#limits",
)
_MEASURE: _Rule = (_pattern(_ID), "a name for the time that it takes, such as push-to-healthy")

_COMMON: dict[str, _Rule] = {"title": _PROSE, "hl_lines": _PROSE, "linenums": _PROSE}

_RULES: dict[Kind, dict[str, _Rule]] = {
    Kind.STEP: {
        "timeout": _SECONDS,
        "exit": (_exit_code, "an exit code, 0 to 255"),
        "secret": _VARIABLES,
        "measure": _MEASURE,
        "once": _ONCE,
        "against": _AGAINST,
    },
    Kind.OUTPUT: {
        "match": (_one_of(*MATCHES), f"one of {', '.join(MATCHES)}"),
        "stream": (_one_of(*STREAMS), f"one of {', '.join(STREAMS)}"),
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

_KINDS = ", ".join(f".{kind}" for kind in Kind)


def parse(info: str, where: str) -> Attributes:
    """The attributes of a fence.

    :param info: what stands after the opening fence.
    :param where: ``page:line``.
    :raises UserError: the fence has no kind, or something about it is unknown, missing or misspelt.
    """
    kind, language, id_, classes, values = _classify(info, where)
    rules = {**_COMMON, **_RULES[kind]}
    if kind is Kind.STEP and (tags := hooks.tags()):
        rules["when"] = (_one_of(*tags), f"one of {', '.join(tags)}")
    if kind is Kind.MANIFEST and language != "bash":
        del rules["timeout"], rules["once"]  # shown, never run
    for key, value in values.items():
        if key not in rules:
            known = ", ".join(sorted(rules))
            raise UserError(f"a {kind} has no attribute {key!r}", where=where, fix=f"it may have {known}")
        check, expected = rules[key]
        try:
            check(value)
        except ValueError:
            raise UserError(
                f"{key}={value} is not {expected}", where=where, fix=f"write {expected}"
            ) from None
    if kind is Kind.CHECK:
        _check_time(values, where)
    _check_language(kind, language, where)
    _check_id(kind, language, id_, where)
    required = {Kind.MANIFEST: "title", Kind.SKIP: "reason"}.get(kind)
    if required and required not in values:
        raise UserError(
            f"a {kind} needs {required}=…", where=where, fix=f"add {required}={rules[required][1]!r}"
        )
    extra = set(classes[1:]) - {str(kind)} - _LOOKS - ({"cleanup"} if kind is Kind.STEP else set())
    if extra:
        raise UserError(
            f"a {kind} has no class {', '.join('.' + name for name in sorted(extra))}",
            where=where,
            fix="take it away, or correct its spelling",
        )
    return Attributes(kind, language, id_, classes, values)


def _classify(info: str, where: str) -> tuple[Kind, str, str | None, tuple[str, ...], dict[str, str]]:
    if info.startswith("{") and "}" in info and not info.endswith("}"):
        raise UserError(
            f"text stands after the attributes of this fence: {info.rpartition('}')[2].strip()}",
            where=where,
            fix="write it on the next line: the block begins there",
        )
    if not (info.startswith("{") and info.endswith("}")):
        fence = info.split()[0].strip("{}.") if info.split() else ""
        raise UserError(
            f"this fence has no kind: {info or 'nothing'} stands after it",
            where=where,
            fix=f"write {{.{fence or 'text'} .KIND …}} where KIND is one of {_KINDS}; "
            '.skip #id reason="…" for what is not run',
        )
    pairs, values = _pairs(info[1:-1].strip(), where), {}
    classes: list[str] = []
    ids: list[str] = []
    for key, value in pairs:
        if key == ".":
            classes.append(value or "")
        elif key == "id":
            ids.append(value or "")
        elif value is None:
            raise UserError(
                f"the attribute {key!r} has no value",
                where=where,
                fix=f"write {key}=… (or .{key} for a class)",
            )
        elif key in values:
            raise UserError(f"{key} is given twice", where=where, fix="keep one of them")
        else:
            values[key] = value
    kinds = [kind for kind in Kind if kind in classes]
    if len(kinds) != 1:
        found = "no kind" if not kinds else f"{len(kinds)} kinds ({', '.join(kinds)})"
        raise UserError(f"this fence has {found}", where=where, fix=f"give it exactly one of {_KINDS}")
    if classes[0] in list(Kind):
        raise UserError(
            "this fence does not say which language it is in",
            where=where,
            fix=f"begin with the language: {{.bash .{kinds[0]} …}}, {{.text .{kinds[0]} …}}",
        )
    if len(ids) > 1:
        raise UserError("this fence has two ids", where=where, fix="keep one of them")
    return kinds[0], classes[0], ids[0] if ids else None, tuple(classes), values


def _pairs(text: str, where: str) -> list[tuple[str, str | None]]:
    pairs, rest = get_attrs_and_remainder(text)
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    # The site's parser stops without a word at the first thing it cannot read.
    if rest or len(words) != len(pairs):
        raise UserError(
            f"the attributes cannot be read: {{{text}}}",
            where=where,
            fix='write {.language .kind #id key=value key="two words"}, no space around the equals sign',
        )
    return list(pairs)


def _check_time(values: Mapping[str, str], where: str) -> None:
    times, interval, deadline = (float(values.get(key, default)) for key, default in CHECKS.items())
    if (times - 1) * interval >= deadline:
        raise UserError(
            f"this check can never hold: {times:g} times, {interval:g} s apart, within {deadline:g} s",
            where=where,
            fix="write a longer deadline=, a shorter interval= or fewer times=",
        )


def _check_language(kind: Kind, language: str, where: str) -> None:
    allowed = {
        Kind.STEP: ("bash",),
        Kind.CHECK: ("bash", "python"),
        Kind.MANIFEST: ("yaml", "bash"),
    }.get(kind)
    if allowed and language not in allowed:
        raise UserError(
            f"a {kind} in {language} cannot be run",
            where=where,
            fix=f"write it in {' or '.join(allowed)}, or mark it .skip with a reason",
        )


def _check_id(kind: Kind, language: str, id_: str | None, where: str) -> None:
    needs = kind in (Kind.STEP, Kind.CHECK, Kind.SKIP) or (kind is Kind.MANIFEST and language == "bash")
    if needs and not id_:
        raise UserError(f"a {kind} needs an id", where=where, fix="add #page-what-it-does")
    if id_ and not needs:
        raise UserError(f"this {kind} takes no id", where=where, fix=f"take #{id_} away")
    if id_ and not _ID.fullmatch(id_):
        raise UserError(
            f"the id {id_!r} is not in small letters, digits and single hyphens",
            where=where,
            fix="write it as cluster-wait-ready",
        )
