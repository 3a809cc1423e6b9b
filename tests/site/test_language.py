"""The finished pages are in one language each, spelt right, in the guide's own words."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files as files_of
from pathlib import Path

import pytest

from guide import terms
from guide.paths import ROOT
from guide.site.texts import LOCALES, Locale
from tests.site.prose import pages, prose, words
from tests.site.site_support import Site

LISTS = ROOT / "docs-dev/words"
_THEME = Path(str(files_of("material"))) / "templates/partials/languages"
DICTIONARIES: dict[Locale, str] = {"nb": "nb_NO", "en": "en_GB"}
#: Words so common that a sentence of the language has one, and that the other language does not have.
COMMON: dict[Locale, str] = {
    "nb": "og ikke som det til av på med er har jeg deg eller ved siden steg klusteret søk hva",
    "en": "and the not with you your of from this that which have into page next previous note warning tip",
}
_MONTHS: dict[Locale, str] = {
    "nb": "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_UNITS = r"(?:s|ms|min|h|kB|MB|GB|KiB|MiB|GiB|%|sekunder|minutter|seconds|minutes)\b"
#: Forms of dates and numbers that are the other language's, or nobody's.
FORMS: dict[Locale, dict[str, str]] = {
    "nb": {
        "a decimal point": rf"\b\d+\.\d+\s?{_UNITS}",
        "a comma in thousands": r"\b\d{1,3},\d{3}\b",
        "a date without its point": rf"\b\d{{1,2}} (?:{_MONTHS['nb']})\b",
        "an English month": rf"\b\d{{1,2}} (?:{_MONTHS['en']})\b",
        "English quotation marks": r"[“”]",
    },
    "en": {
        "a decimal comma": rf"\b\d+,\d+\s?{_UNITS}",
        "a date with the month first": rf"\b(?:{_MONTHS['en']}) \d{{1,2}}\b",
        "a Norwegian date": rf"\b\d{{1,2}}\. (?:{_MONTHS['nb']})\b",
        "Norwegian quotation marks": "[«»]",
        "a contraction": r"\b(?:\w+n[’']t|(?:it|that|there|what|let)[’']s|\w+[’'](?:re|ve|ll))\b",
    },
}


def misspelt(found: set[str], locale: Locale) -> set[str]:
    """Those that neither the dictionary nor the guide's own lists know."""
    known = set()
    for name in ("names", locale):
        known |= set((LISTS / f"{name}.txt").read_text(encoding="utf-8").split("\n"))
    # A word that begins a sentence has a capital; one of the lists may stand there, too.
    asked = sorted(word for word in found if word not in known and word[0].lower() + word[1:] not in known)
    answer = subprocess.run(
        ["hunspell", "-d", DICTIONARIES[locale], "-i", "utf-8", "-l"],
        input="\n".join(asked),
        capture_output=True,
        check=True,
        text=True,
    )
    return set(answer.stdout.split("\n")) - {""}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_spelt_right(guide: Site, locale: Locale) -> None:
    places = defaultdict(list)
    for path, text in pages(guide.output, locale):
        for word in words(text):
            places[word].append(path)
    assert len(places) > 500
    wrong = misspelt(set(places), locale)
    assert wrong == set(), "fix these, or put what is right into docs-dev/words:\n" + "\n".join(
        f"{word}: {', '.join(places[word][:3])}" for word in sorted(wrong)
    )


def test_the_lists_of_words_stand_in_order_and_hold_none_twice() -> None:
    for name in ("names", *LOCALES):
        lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        # A set has no order of its own: words that differ in capitals only need one.
        ordered = sorted(set(lines), key=lambda word: (word.lower(), word))
        assert lines == ordered, f"{name}.txt: in order of letters, each word once"


def unused(listed: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Those that stand in none of some texts; one that begins a sentence there has a capital."""
    there = {word for text in texts for word in re.findall(r"[^\W\d_]+", text)}
    parts = {word: re.findall(r"[^\W\d_]+", word) for word in listed}
    return {
        word
        for word, (first, *rest) in parts.items()
        if not {*rest} <= there or not {first, first[0].upper() + first[1:]} & there
    }


def test_the_lists_hold_no_word_that_no_page_can_have() -> None:
    """What a page may show comes from these files, and from the theme's own words."""
    folders = [*(ROOT / name for name in ("docs", "pictures", "theme", "src/guide")), _THEME]
    endings = (".html", ".md", ".py", ".sh", ".yaml", ".yml")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in endings]
    files += [ROOT / "mkdocs.yml", ROOT / "docs-dev/terms.yaml"]
    texts = [path.read_text(encoding="utf-8") for path in files]
    listed = [
        word for name in ("names", *LOCALES) for word in (LISTS / f"{name}.txt").read_text("utf-8").split()
    ]
    assert unused(listed, texts) == set(), "take these out of docs-dev/words"


def test_a_word_that_is_used_no_more_is_found() -> None:
    texts = ["Tokenene er nye", "kubectl’s plug-in"]
    assert unused(["tokenene", "kubectl", "plug-in", "klustre", "plug-out"], texts) == {"klustre", "plug-out"}


@pytest.mark.parametrize(("locale", "wrong"), [("nb", "klusterett"), ("en", "cluzter")])
def test_a_misspelt_word_is_found(locale: Locale, wrong: str) -> None:
    assert misspelt({wrong, "kubectl"}, locale) == {wrong}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_has_words_of_the_other_language(guide: Site, locale: Locale) -> None:
    other: Locale = "en" if locale == "nb" else "nb"
    foreign = re.compile(rf"(?<![\w’'-])(?:{'|'.join(COMMON[other].split())})(?![\w’'-])", re.IGNORECASE)
    found = [
        f"{path}: {line}"
        for path, text in pages(guide.output, locale)
        for line in text.splitlines()
        if foreign.search(line)
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_word_of_the_other_language_is_found(locale: Locale) -> None:
    html = '<p title="The next and ikke">x</p><p lang="xx">the og</p><code>the og</code>'
    assert "The next and ikke" in prose(html, locale)
    assert "og" not in prose(html, locale).replace("The next and ikke", "")


@pytest.mark.parametrize("locale", LOCALES)
def test_dates_numbers_and_quotation_marks_have_the_form_of_their_language(
    guide: Site, locale: Locale
) -> None:
    found = [
        f"{path}: {what}: {match[0]}"
        for path, text in pages(guide.output, locale)
        for what, form in FORMS[locale].items()
        for match in re.finditer(form, text)
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("locale", "text", "what"),
    [
        ("nb", "Det tok 1.5 s.", "a decimal point"),
        ("nb", "23 november 2026", "a date without its point"),
        ("en", "It took 1,5 s.", "a decimal comma"),
        ("en", "November 23, 2026", "a date with the month first"),
        ("en", "It doesn't", "a contraction"),
    ],
)
def test_a_wrong_form_is_found(locale: Locale, text: str, what: str) -> None:
    assert re.search(FORMS[locale][what], text)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_uses_a_word_that_the_guide_does_not(guide: Site, locale: Locale) -> None:
    never = {word: term.id for term in terms.load(ROOT) for word in term.never.get(locale, [])}
    assert never
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(never)})(?!\w)", re.IGNORECASE)
    found = [
        f"{path}: {match[0]} (see {never[match[0].lower()]} in {terms.SOURCE})"
        for path, text in pages(guide.output, locale)
        for match in pattern.finditer(text)
    ]
    assert found == [], "\n".join(found)


#: What says nothing to somebody who goes from link to link.
_POINTERS = {"her", "slik", "denne", "mer", "here", "this", "this way", "more"}


def test_every_link_says_where_it_leads(guide: Site) -> None:
    links = [
        (page.relative_to(guide.output).as_posix(), " ".join(words.lower().split()))
        for page in guide.output.rglob("*.html")
        for words in re.findall(r"<a [^>]*>([^<]+)</a>", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 1000
    assert [link for link in links if link[1] in _POINTERS] == []
