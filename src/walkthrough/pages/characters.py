"""Finds characters that a reader cannot see, or takes for others: what is run would not be what is seen.

Letters with marks (``æ``, ``é``), signs (``→``, ``…``) and writing that nobody takes for Latin pass. What
a browser shows as nothing, as a space, in another order, or as a letter or sign of ASCII does not.
"""

from __future__ import annotations

import unicodedata

#: Writing whose letters look like Latin ones.
_ALIKE = (
    *(
        "CYRILLIC",
        "GREEK",
        "COPTIC",
        "ARMENIAN",
        "CHEROKEE",
        "LISU",
        "GOTHIC",
        "OLD ITALIC",
        "CANADIAN SYLLABICS",
    ),
    *(
        "DESERET",
        "OSAGE",
        "WARANG CITI",
        "RUNIC",
        "CARIAN",
        "LYCIAN",
        "LYDIAN",
        "MODIFIER LETTER",
        "TIFINAGH",
        "VAI",
    ),
)
#: Signs that look like signs of ASCII: quotes, hyphens, slashes, colons, dots, bars and so on.
_SIGNS = frozenset(
    "‘’‚‛“”„‟′″‵‶ʹʺʻʼʽˈˊˋ´`‹›‐‑‒–—―−⁃˗﹘➖⁄∕╱⧸∖⧵╲꞉︓∶：։܃…․‧·•∙⋅ǀ∣❘⎪│⏐∗⁎٭ꓸ‸ˆ˜∼～ꓺ＝⹀᐀‥⸲‚٫؍;⁏ǃ❗⁇⁈"
) - frozenset("`…·•│")
#: Characters that are shown as nothing and are counted as letters or signs.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180e\ufffc")
#: Control characters that text may hold. A form feed is what old sources have between two pages.
_CONTROLS = frozenset("\n\t\f")


def unseen(text: str) -> str:
    """What is wrong with the first character that is not seen as what it is; empty where there is none."""
    for character in text:
        if character in _CONTROLS or " " <= character <= "~":
            continue
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or character in _EMPTY:
            return f"{_named(character)}, which nobody sees"
        if category == "Zs":
            return f"{_named(character)}, which looks like a space and is none"
        if "VARIATION SELECTOR" in unicodedata.name(character, ""):
            return f"{_named(character)}, which nobody sees"
    return ""


def looks_alike(text: str) -> str:
    """What is wrong with the first character that is taken for another; empty where there is none."""
    for character in text:
        if " " <= character <= "~" or character in _CONTROLS:
            continue
        if unicodedata.bidirectional(character) in ("R", "AL", "AN"):
            return f"{_named(character)}, which turns the order of what stands around it"
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
            return f"{_named(character)}, which is drawn onto the character before it"
        if character in _SIGNS or _letter(character) or _folded(character):
            return f"{_named(character)}, which looks like another character"
    return ""


def _letter(character: str) -> bool:
    """Whether a letter or digit is not what everybody takes it for."""
    name = unicodedata.name(character, "")
    if name.startswith(_ALIKE) or name.startswith("MATHEMATICAL "):
        return True
    # Beyond Latin Extended-A come letters of phonetics; of those in it, some have no mark to tell them by.
    return name.startswith("LATIN ") and (ord(character) > 0x17F or character in "ıĸŀĿſŉªº")


def _folded(character: str) -> bool:
    """Whether it is another form of characters of ASCII: of full width, in a circle, raised."""
    plain = unicodedata.normalize("NFKC", character)
    return plain != character and plain.isascii() and character not in "…"


def _named(character: str) -> str:
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"
