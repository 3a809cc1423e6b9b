"""Phrases that a reader stumbled over, on the pages and in what is written for authors.

A word that the guide never uses stands in ``docs-dev/terms.yaml``, under ``never``. Here are expressions that
need more than one word to be known by: poetry, renderings of the other language, and old names of things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from guide.paths import ROOT
from guide.site.texts import LOCALES, Locale
from tests.site.prose import pages
from tests.site.site_support import Site

#: Each with what to write in its place.
PHRASES: dict[Locale, dict[str, str]] = {
    "nb": {
        r"\bdom(?:men|mer|mene)?\b": "resultat",
        r"\bkustomisering\w*": "kustomization-fila",
        r"\bmerkelapp\w* \((?:annotation)s?\)": "annotasjon; en merkelapp er en label",
        r"\boppskrift\w*": "Dockerfile-en, eller veiledning",
        r"\bavlegger\w*": "fork",
        r"\bforslag(?:et)? (?:fra|utenfra)\b": "pull request",
        r"\bgjør rett i\b": "endrer direkte i",
        r"\bsenere skall\b": "skall du åpner senere",
        r"\b(?:ikke )?innfri\w*": "tillater",
        r"\bgod fisk\b": "prøv om det stemmer",
        r"\bbare pynt\b|\bser ut som pynt\b": "har ingen virkning",
        r"\bi vei\b": "si hva programmet gjør",
        r"\bknuse?r? (?:du )?glasset\b": "si hva som slås av",
        r"\bmuren\b|\bveggen\b|\ben vegg\b": "beskyttelsen av grenen, eller det som stanser",
        r"\bsprekk\b": "vei ut",
        r"\bingen hjemme\b|\bringe på\b": "svarer ikke; sende en webhook",
        r"\bkrok(?:en|er|ene)?\b": "hook",
        r"\bklipp(?:e|er)?\b": "stenge",
        r"\bpå avveie er det ingen\b": "stjålet",
        # One form of a word that Bokmål has several of, and one name of a thing.
        r"\bkatta(?:s)?\b": "katten",
        r"\bgrein(?:a|er|ene)?\b": "gren",
        r"\btagg\b": "tag",
        r"\bblokka\b": "blokken",
        r"\broten\b": "rota",
        r"\bsandkassa\b": "sandkassen",
        r"\b(?:mellom)?tida\b": "tiden",
        r"\bstod\b": "sto",
        r"\bfilen\b": "fila",
        r"\bei (?!ei)\w+": "en, også foran ord som ellers er hunkjønn",
        r"\bkræsj\w*": "krasj",
        r"\btipsene\b": "rådene",
        r"\bkjøreren\b": "runneren",
        r"\bAPI-tjener\w*": "API-serveren",
        r"^Tegnet\b": "Kjennetegnet",
        r"\b(?:et|hele|hvert) dytt(?:et)?\b": "push",
        r"\bkvarteret\b": "GitOps på et kvarter, som siden heter",
        r"\bkonto\w* til hverdags\b|\bhverdagslige? nøkk?el\w*": "hverdagskontoen",
        r"\bhermetegn\b": "anførselstegn",
        r"\balt siden (?:laget|la)\b": "alt som ble laget på denne siden; «siden» kan leses som «since»",
    },
    "en": {
        r"\bmend(?:s|ed|ing)?\b": "fix, correct",
        r"\brecipes?\b": "Dockerfile, or tutorial",
        r"\b(?:a|the|its|every) sum (?:of|is)\b|\bwith its sum\b": "checksum",
        r"\boffspring\b": "fork",
        r"\bwants? into\b": "tries to deploy to",
        r"\bspeaks? up\b": "reports it, tells",
        r"\bport that cannot be\b": "an invalid port number",
        r"\ba wish that it\b": "a setting that it does not allow",
        r"\bnobody is home\b|\bring that bell\b": "does not answer; send a webhook",
        r"\btake (?:its|his|her) word\b": "try whether that is true",
        r"\bfor show\b|\bdecoration\b": "has no effect",
        r"\bbreak the glass\b": "say what is turned off",
        r"\bthe wall\b|\boutermost wall\b": "the branch protection, or what stops it",
        r"\bbehind git's back\b|\bbehind its back\b": "directly in the cluster",
        r"\bfounder\b|\bunder cover of\b": "is stopped by; together with",
        r"\bdeserve a look\b|\bkeep(?:s)? quiet\b": "say it plainly",
        r"\bnone the worse\b|\bhappy to do without\b": "say it plainly",
        r"(?-i:(?<!Previous)(?<!Next): (?:The|It|A|An|This|That) [a-z])": "a small letter after a colon",
        r"\b\w*organiz\w*": "organis…",
    },
}
#: What is written for those who work on the guide is plain English as well.
AUTHORS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs-dev/architecture.md",
    "docs-dev/language.md",
    "docs-dev/ci.md",
)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def found(text: str, locale: Locale) -> Iterator[str]:
    """Each phrase in a text, with what to write in its place."""
    for line in text.splitlines():
        for phrase, better in PHRASES[locale].items():
            if match := re.search(phrase, line, re.IGNORECASE):
                yield f"«{match[0]}» → {better}: {line.strip()[:120]}"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_has_a_phrase_that_readers_stumble_over(guide: Site, locale: Locale) -> None:
    wrong = [f"{path}: {hit}" for path, text in pages(guide.output, locale) for hit in found(text, locale)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", AUTHORS)
def test_what_authors_read_is_plain_english(name: str) -> None:
    text = _CODE.sub("…", (Path(ROOT) / name).read_text(encoding="utf-8"))
    assert list(found(text, "en")) == []


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("nb", "Hver blokk får en dom."),
        ("nb", "Merkelappen (annotation) sier det."),
        ("nb", "Kustomiseringen samler det."),
        ("nb", "Gi katta en ny himmel."),
        ("nb", "Tegnet er ventetiden."),
        ("nb", "Et dytt var levert etter 9 s."),
        ("en", "The digest is the sum of the content."),
        ("en", "A copy that wants into kube-system."),
        ("en", "See it with why: The application is Unknown."),
    ],
)
def test_a_phrase_is_found(locale: Locale, text: str) -> None:
    assert list(found(text, locale))
