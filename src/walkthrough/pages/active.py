"""What a page brings that may change what a reader sees once the page was read, or lie over it.

A page is read as it stands. What a script makes of it, a style sheet from elsewhere or another page in a
frame is not known then, so none of them stands on a page with blocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Brought:
    """What a page brings.

    :param tag: of the element.
    :param text: its start, as it is written in the finished page.
    :param what: what is wrong with it.
    :param fix: what to do.
    """

    tag: str
    text: str
    what: str
    fix: str


#: Kinds of scripts that are data: a browser runs none of them.
_RUNS = re.compile(r"|module|importmap|speculationrules|.*(java|ecma|j|live)script.*", re.IGNORECASE)
_ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href", "from", "to", "values")
#: What browsers take out of an address before they read it.
_BLANKS = re.compile(r"[\t\r\n]")
_PROGRAM = re.compile(r"\s*(javascript|vbscript):", re.IGNORECASE)
_OWN_PAGE = re.compile(r"\s*(data|blob|javascript):", re.IGNORECASE)
#: What puts an element over others, in a style without spaces; not what stays in a box of its own.
_OVER = re.compile(
    r"position:(fixed|sticky)|(?<![\w-])margin[\w-]*:[^;]*-(\d{2,}|[2-9]\.?\d*(em|rem|vh|vw|%|ch|ex|cm|in))"
    r"|(?<![\w-])(transform|translate):[^;]*(\d{3}|\d(em|rem|vh|vw)|matrix)|(?<![\w-])(transform:[^;]*scale\w*\(|scale:)[^;]*[2-9]"
    r"|(?<![\w-])(max-)?(height|block-size):0(?![.\d])(?!.*overflow(-y)?:(hidden|clip))"
    r"|(?<![\w-])(box-shadow|outline)[\w-]*:[^;]*\d{3}"
)
_MOVED = re.compile(r"(?<![\w-])(top|left|right|bottom|inset)[\w-]*:[^;]*\d{2}")
_ABSOLUTE = re.compile(r"position:absolute")
_BOX = re.compile(r"position:(relative|absolute)|contain:|overflow:(hidden|clip)")
_FAR = re.compile(
    r"(top|left|right|bottom|inset)[\w-]*:[^;]*-\d|(width|height):[^;]*(\d{4}|v[wh]|1[1-9]\d%|[2-9]\d\d%)"
)
_TAKE = "take it away from a page whose blocks are run"


def brought(tag: str, attributes: Mapping[str, str]) -> tuple[str, str] | None:
    """What is wrong with an element that may change the page, and what to do about it."""
    if tag == "script" and _RUNS.fullmatch(attributes.get("type", "").strip()):
        return (
            "a script may change what the page shows, and nobody reads it here",
            f"{_TAKE}; extra_javascript is the site's",
        )
    if tag == "link" and "stylesheet" in attributes.get("rel", "").lower().split():
        return (
            "this style sheet is not read, and may hide a block",
            "name it in extra_css, where it is read, or write it as <style>",
        )
    if tag == "meta" and "http-equiv" in attributes:
        return "this may send the reader to another page, or keep the page from loading", _TAKE
    if tag in ("html", "body") and attributes:
        return f"the whole page gets what this <{tag}> says, wherever it stands", _TAKE
    if tag == "dialog" and "open" in attributes:
        return over("an open dialog lies over what comes after it")
    if tag == "svg" and "visible" in (
        attributes.get("overflow", "").strip().lower(),
        *re.findall(r"overflow[\w-]*:(visible)", _squeezed(attributes.get("style", ""))),
    ):
        return over("what this draws beyond its edges lies over what stands there")
    if tag == "base":
        return "this changes where everything on the page comes from", _TAKE
    if tag == "template" and {"shadowrootmode", "shadowroot"} & attributes.keys():
        return "this shows something else in place of what stands beside it", _TAKE
    if tag in ("iframe", "object", "embed") and (
        "srcdoc" in attributes or any(_OWN_PAGE.match(attributes.get(name, "")) for name in ("src", "data"))
    ):
        return (
            "this shows a page within the page that nobody reads",
            "write it on the page itself, or take it away",
        )
    if tag in ("col", "colgroup") and attributes.get("style"):
        return "a style of a whole column may hide a block in it", _TAKE
    if name := next((name for name in attributes if re.fullmatch(r"on[a-z]+", name)), ""):
        return f"a script, {name}, may change what the page shows, and nobody reads it here", _TAKE
    if any(_PROGRAM.match(_BLANKS.sub("", attributes.get(name, ""))) for name in _ADDRESSES):
        return "this address is a script, which may change what the page shows", _TAKE
    return None


def covers(style: str, around: Sequence[str]) -> tuple[str, str] | None:
    """The same of what a style of its own puts over other elements.

    :param around: the styles of the elements that it stands in.
    """
    plain = _squeezed(style)
    if over_others(plain):
        boxed = any(_BOX.search(_squeezed(each)) for each in around)
        if not boxed or not _ABSOLUTE.search(plain) or _OVER.search(plain) or _FAR.search(plain):
            return over("it may lie over a block, which a reader does not see then")
    return None


def over_others(declarations: str) -> bool:
    """Whether a style without spaces puts an element out of its place."""
    moved = "position:relative" in declarations and _MOVED.search(declarations) is not None
    return moved or any(pattern.search(declarations) for pattern in (_ABSOLUTE, _OVER))


def over(what: str) -> tuple[str, str]:
    """What is wrong with something that lies over others, and what to do."""
    return what, "leave it where it stands: no position, no negative margin, no transform"


def _squeezed(style: str) -> str:
    return re.sub(r"/\*.*?\*/|\s+", "", style).lower()
