"""Reads what stands between the braces of a fence: ``{.bash .step #id timeout=120}``."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from markdown.extensions.attr_list import get_attrs_and_remainder

from walkthrough import hooks
from walkthrough.errors import UserError
from walkthrough.pages.rules import CHECKS, CONSOLE, CONSOLES, ID, SHELLS, STEP_CLASSES, Kind, of, one_of

#: Classes that only change how a block looks.
_LOOKS = frozenset({"annotate", "copy", "no-copy", "select", "no-select"})


@dataclass(frozen=True)
class Attributes:
    """A fence's attributes, checked.

    :param language: the first class, which is what the site highlights; for ``sh`` and ``shell`` ``bash``,
        for ``shell-session`` ``console``.
    :param classes: all classes in order, the language included.
    :param values: key to value, as written.
    """

    kind: Kind
    language: str
    id: str | None
    classes: tuple[str, ...]
    values: Mapping[str, str]


_KINDS = ", ".join(f".{kind}" for kind in Kind)


def parse(info: str, where: str) -> Attributes:
    """The attributes of a fence.

    :param info: what stands after the opening fence.
    :param where: ``page:line``.
    :raises UserError: the fence has no kind, or something about it is unknown, missing or misspelt.
    """
    kind, language, id_, classes, values = _classify(info, where)
    if language == CONSOLE and "background" in classes:
        raise UserError(
            "several commands after prompts cannot run in the background",
            where=where,
            fix="write what runs in the background as a fence of its own, in bash and without a prompt",
        )
    rules = of(kind, language, classes)
    if kind is Kind.STEP and (tags := hooks.tags()):
        rules["when"] = (one_of(*tags), f"one of {', '.join(tags)}")
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
    if kind is Kind.STEP and "background" in classes:
        required = "until"
    if required and required not in values:
        raise UserError(
            f"a {kind} needs {required}=…", where=where, fix=f"add {required}={rules[required][1]!r}"
        )
    extra = set(classes[1:]) - {str(kind)} - _LOOKS - (STEP_CLASSES if kind is Kind.STEP else set())
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
    language = "bash" if classes[0] in SHELLS else CONSOLE if classes[0] in CONSOLES else classes[0]
    return kinds[0], language, ids[0] if ids else None, tuple(classes), values


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
        Kind.STEP: ("bash", CONSOLE),
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
    if id_ and not ID.fullmatch(id_):
        raise UserError(
            f"the id {id_!r} is not in small letters, digits and single hyphens",
            where=where,
            fix="write it as cluster-wait-ready",
        )
