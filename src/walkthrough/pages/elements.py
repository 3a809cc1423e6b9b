"""The elements of HTML, as far as it matters what of them a reader sees."""

from __future__ import annotations

import re

#: Elements that never show what is in them, or show it as something else than a block of code.
HIDING = frozenset(
    """
    applet audio canvas colgroup
    datalist embed frameset head iframe map math noembed noframes noscript object
    optgroup option plaintext progress rp script select style svg template textarea title video xmp
    """.split()  # noqa: SIM905
)
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
#: What ends a paragraph that is open.
BLOCKS = frozenset(
    """
    address article aside blockquote center details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5
    h6 header hr main nav ol p pre section table ul
    """.split()  # noqa: SIM905
)
#: What no end tag inside it ends.
APART = frozenset("caption desc foreignobject object select svg table td template th title".split())  # noqa: SIM905
#: Parts of such: a text ends where one begins or ends.
PARTS = frozenset("caption dd dt figcaption li summary tbody td th thead tr".split())  # noqa: SIM905
#: What a style may say around a block without anybody seeing less of it: nothing that goes far.
HARMLESS = re.compile(
    r"\s*(margin|padding|border|background|text-align|list-style|float|clear)[\w-]*\s*:"
    r"(?:(?!-\d{2}|\d{4}|-\d[\d.]*(?:vw|vh|rem|%))[^;])*"
)
#: The elements that a fence is shown as.
SHOWN_AS = {"div": {"class": "highlight"}, "pre": dict[str, str](), "code": dict[str, str]()}
