"""Reads style sheets as far as it matters what they hide: rules in rules, and the last part of a selector.

What stands around an element is left out of account, and so is what it is like at the moment: a part of a
selector that says nothing of the element itself is taken to hold, but not
what holds only while a pointer is on it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence

#: How often a value is looked up in another.
_NESTED = 5
#: What holds on paper only.
_PAPER = re.compile(r"@media\s+(only\s+)?print\b[^,]*", re.IGNORECASE)
#: Rules that are none about elements.
_NONE = ("@keyframes", "@-webkit-keyframes", "@font-face", "@page", "@property", "@counter-style")
#: What is so for a moment, or is another box than the element's own.
_MOMENT = re.compile(
    r"::|:(before|after|first-line|first-letter|hover|focus|focus-within|focus-visible|active|target|visited"
    r"|checked|disabled|invalid|placeholder-shown|popover-open|fullscreen|empty|modal)\b"
)
_ONE_OF = re.compile(r":(?:is|where|matches|any)\(([^()]*)\)")
#: What says where an element stands, or what it is not.
_WHERE = re.compile(r":[\w-]+(\((?:[^()]|\([^()]*\))*\))?")
_PART = re.compile(
    r"\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*[\"']?([^\"'\]]*)[\"']?[^\]]*)?\]|([.#]?)((?:[\w-]|\\.)+)|\*"
)
#: What does not hold at the moment holds the rest of the time.
_NOT = re.compile(r":not\([^()]*\)")
_SPACE = re.compile(r"^(\*|[\w-]*)\|(?!=)")
#: A text in quotes, or a comment: what looks like one in a text is none.
_COMMENT = re.compile(r"(\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')|/\*.*?(?:\*/|\Z)", re.DOTALL)
_IN_HTML = re.compile(r"<style\b[^>]*>(.*?)(?:</style\b[^>]*>|\Z)", re.DOTALL | re.IGNORECASE)
_VALUE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
#: Of several values of one name, the one that hides is taken.
_GONE = re.compile(r"\s*(none|hidden|collapse|transparent|0[\d.]*(px)?)\s*")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)


def rules(sheet: str) -> Iterator[tuple[Sequence[str], str]]:
    """The rules of a sheet for a screen: selectors, and declarations in small letters without spaces."""
    sheet = _without_comments(sheet)
    values: dict[str, str] = {}
    for name, value in re.findall(r"(--[\w-]+)\s*:\s*([^;{}]*)", sheet):
        if not _GONE.fullmatch(values.get(name, "")):
            values[name] = value
    for selectors, declarations in _rules(sheet, ()):
        plain = declarations
        for _ in range(_NESTED):
            plain = _VALUE.sub(lambda var: values.get(var[1], var[2] or ""), plain)
        yield selectors, re.sub(r"\s+", "", _unescaped(plain)).lower()


def in_html(html: str) -> list[str]:
    """The sheets that stand in a page; one without an end goes on to the end of it."""
    return _IN_HTML.findall(html)


def brings_another(sheet: str) -> bool:
    """Whether a sheet brings another one along."""
    return "@import" in _unescaped(_without_comments(sheet)).lower()


def _without_comments(sheet: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "", sheet)


def _rules(sheet: str, outer: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    own, at = "", 0
    while (begin := sheet.find("{", at)) >= 0:
        end = _end(sheet, begin)
        before, _, head = sheet[at:begin].rpartition(";")
        own += f"{before};"
        head, inner, at = head.strip().lstrip("}").strip(), sheet[begin + 1 : end], end + 1
        if head.startswith(_NONE) or _PAPER.fullmatch(head):
            continue
        if head.startswith("@"):
            yield from _rules(inner, outer)
        else:
            yield from _rules(inner, [_inside(each, outer) for each in _listed(head)])
    if outer:
        yield outer, own + sheet[at:]


def _inside(selector: str, outer: Sequence[str]) -> str:
    return selector.replace("&", f":is({','.join(outer)})") if outer and "&" in selector else selector


def _end(sheet: str, begin: int) -> int:
    depth = 0
    for at in range(begin, len(sheet)):
        depth += {"{": 1, "}": -1}.get(sheet[at], 0)
        if depth == 0:
            return at
    return len(sheet)


def _listed(selectors: str) -> list[str]:
    """The selectors of a list; a comma in brackets ends none."""
    return [each.strip() for each in re.split(r",(?![^()]*\))", selectors) if each.strip()]


def last(selector: str) -> Iterator[str]:
    """The part of a selector that says what the element itself is: one for each of ``:is(a, b)``."""
    if (choice := _ONE_OF.search(selector)) is not None:
        for each in _listed(choice[1]):
            *around, one = re.split(r"[\s>+~]+", each)
            yield from last(
                f"{' '.join(around)} {selector[: choice.start()]}{one}{selector[choice.end() :]}".strip()
            )
        return
    # A space in brackets is none between elements.
    plain = re.sub(r"(?i)\s+[is]\s*\]", "]", selector).replace("::details-content", "")
    plain = re.sub(r"[\[(][^\])]*[\])]", lambda part: re.sub(r"\s+", "", part[0]), plain)
    plain = re.sub(r"\\[0-9a-fA-F]{1,6}\s", lambda code: _unescaped(code[0]), plain)
    part = re.split(r"[\s>+]+|~(?!=)", plain.strip())[-1]
    if not _MOMENT.search(_NOT.sub("", part)):
        yield _SPACE.sub("", _WHERE.sub("", part)) or "*"


def matches(part: str, tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether the last part of a selector is about an element."""
    classes = attributes.get("class", "").split()
    found = list(_PART.finditer(part))
    if not found or "".join(each.group() for each in found) != part:
        return False
    for each in found:
        attribute, how, wanted, sign, name = each.groups()
        name = _unescaped(name or "")
        if attribute:
            value = attributes.get(attribute)
            held = value is not None and (not how or _compared(how, value.lower(), wanted.lower()))
        elif sign == ".":
            held = name in classes
        elif sign == "#":
            held = name == attributes.get("id")
        else:
            held = each.group() == "*" or name.lower() == tag
        if not held:
            return False
    return True


def _compared(how: str, value: str, wanted: str) -> bool:
    return {
        "=": value == wanted,
        "~=": wanted in value.split(),
        "|=": value == wanted or value.startswith(f"{wanted}-"),
        "^=": value.startswith(wanted),
        "$=": value.endswith(wanted),
        "*=": wanted in value,
    }[how]


def _unescaped(text: str) -> str:
    def character(code: re.Match[str]) -> str:
        number = int(code[1], 16) if code[1] else 0
        return (chr(number) if number <= sys.maxunicode else "\ufffd") if code[1] else code[2]

    return _ESCAPE.sub(character, text)
