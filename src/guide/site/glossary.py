"""The glossary, and what a word means where it first stands on a page.

A word is a link to its entry. What it means shows while it is pointed at or has the focus, is read aloud as
its description, and goes away with Escape.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from guide.site.texts import Locale
from guide.terms import Term

PLACE = '<div data-guide="glossary"></div>'
#: Inside of these, words are left alone.
_CLOSED = (
    "a",
    "abbr",
    "button",
    "code",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "label",
    "summary",
    "svg",
    "th",
)
_PROSE = ("p", "li", "td", "dd")
_EMPTY = ("br", "hr", "img", "input", "wbr")
#: What a run said is not the author's prose, and a wide screen does not show the list in place of a picture.
_FOREIGN = (
    'class="guide-note"',
    'data-guide="recorded"',
    'class="guide-stack"',
    'class="guide-stack__legend"',
)
#: A tag, or a whole block of code: most tags of a page are the colours in there.
_TAG = re.compile(r"(<pre\b.*?</pre>|<[^>]*>)", re.DOTALL)
_NAME = re.compile(r"</?([\w-]+)")


def fill(markdown: str, terms: Sequence[Term], locale: Locale) -> str:
    """The page with the glossary in its place; as it is where it has none."""
    if PLACE not in markdown:
        return markdown
    known = sorted((term for term in terms if term.means), key=lambda term: _order(term.words[locale]))
    other = "en" if locale == "nb" else "nb"
    entries = "".join(
        f'<dt id="{term.id}">{escape(term.words[locale])} '
        f'<span class="guide-glossary__other" lang="{other}">{escape(term.words[other])}</span></dt>\n'
        f"<dd><p>{escape(term.means[locale])}</p></dd>\n"
        for term in known
    )
    return markdown.replace(PLACE, f'<dl class="guide-glossary">{entries}</dl>')


def _order(word: str) -> str:
    # æ, ø and å come last, in this order.
    return word.lower().translate(str.maketrans("æøå", "{|}"))


def explain(html: str, terms: Sequence[Term], locale: Locale, glossary: str) -> str:
    """The page with each term explained where it first stands in prose.

    :param glossary: the address of the glossary.
    """
    forms: dict[str, Term | None] = {
        form.lower(): term for term in terms if term.means for form in term.spoken(locale)
    }
    forms |= dict.fromkeys(phrase.lower() for term in terms for phrase in term.unless.get(locale, []))
    if not forms:
        return html
    longest = sorted(forms, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE)
    seen: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        term = forms[match[0].lower()]
        if term is None or term.id in seen:
            return match[0]
        seen.add(term.id)
        link = f'<a href="{glossary}#{term.id}" aria-describedby="term-{term.id}">{match[0]}</a>'
        means = f'role="tooltip" id="term-{term.id}" data-search-exclude>{escape(term.means[locale])}'
        return f'<span class="guide-term">{link}<span {means}</span></span>'

    parts: list[str] = []
    around: list[tuple[str, bool, bool]] = []  # open elements: name, whether closed to us, whether prose
    closed = prose = 0  # how many of them are
    for part in _TAG.split(html):
        if part.startswith("<pre"):
            pass  # nothing in there is prose
        elif name := _NAME.match(part):
            if part.startswith("</"):
                while around:
                    element = around.pop()
                    closed, prose = closed - element[1], prose - element[2]
                    if element[0] == name[1]:
                        break
            elif not part.endswith("/>") and name[1] not in _EMPTY:
                element = (
                    name[1],
                    name[1] in _CLOSED or any(sign in part for sign in _FOREIGN),
                    name[1] in _PROSE,
                )
                around.append(element)
                closed, prose = closed + element[1], prose + element[2]
        elif prose and not closed:
            part = pattern.sub(mark, part)
        parts.append(part)
    return "".join(parts)
