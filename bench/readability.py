"""How hard the pages are to read, by the usual formulas: a figure to compare with, and no goal.

    python -m bench.readability [--at COMMIT] [--pages]

Bokmål by LIX: words a sentence, and words of more than six letters in a hundred (under 40 is like newspapers,
over 50 like official texts). English by Flesch's reading ease (over 60 is plain). Sentences of prose count;
tables, headings and code do not, and a piece of code in a sentence counts as one short word.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.figures import parser
from guide.paths import ROOT
from guide.site.texts import LOCALES, Locale

_FRONT = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(`{3,}).*?^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?")
_NO_PROSE = re.compile(r"^\s*(?:#|\||===|<|--8<--|\[?!\[)")
_CODE = re.compile(r"`[^`]*`")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_END = re.compile(r"[.!?](?=\s|$)|:(?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_MARKS = re.compile(r"^\s*(?:[-*]|\d+\.|!!!.*|\?\?\?.*|:)\s+|[*_]{1,2}", re.MULTILINE)


def sentences(markdown: str) -> Iterator[list[str]]:
    """The sentences of a page's prose, each as its words."""
    text = _FENCE.sub("\n\n", _FRONT.sub("", markdown))
    text = _LINK.sub(r"\1", _CODE.sub("x", text))
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text):
        lines = [line for line in paragraph.splitlines() if not _NO_PROSE.match(line)]
        for sentence in _END.split(_MARKS.sub("", " ".join(lines))):
            if words := _WORD.findall(sentence):
                yield words


def lix(markdown: str) -> float:
    """Björnsson's readability index of a Norwegian text."""
    found = list(sentences(markdown))
    words = [word for sentence in found for word in sentence]
    return len(words) / len(found) + 100 * sum(len(word) > 6 for word in words) / len(words)


def flesch(markdown: str) -> float:
    """Flesch's reading ease of an English text; syllables are groups of vowels, without a silent e."""
    found = list(sentences(markdown))
    words = [word.lower() for sentence in found for word in sentence]
    return 206.835 - 1.015 * len(words) / len(found) - 84.6 * sum(map(_syllables, words)) / len(words)


def _syllables(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def pages(locale: Locale, commit: str | None = None) -> dict[str, str]:
    """The pages of a language, as they are in the checkout or in a commit."""
    folder = f"docs/{locale}"
    if commit is None:
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).glob("*.md"))}
    names = _git("ls-tree", "--name-only", commit, f"{folder}/").split()
    return {Path(name).stem: _git("show", f"{commit}:{name}") for name in names if name.endswith(".md")}


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Measure, and print a line for each language, and for each page if asked."""
    command_line = parser(__doc__)
    command_line.add_argument("--at", metavar="COMMIT", help="measure the pages of this commit")
    command_line.add_argument("--pages", action="store_true", help="print each page as well")
    given = command_line.parse_args()
    for locale in LOCALES:
        name, measure = ("LIX", lix) if locale == "nb" else ("Flesch", flesch)
        texts = pages(locale, given.at)
        whole = "\n\n".join(_FRONT.sub("", text) for text in texts.values())
        count = [len(words) for words in sentences(whole)]
        print(
            f"{locale}: {name} {measure(whole):.1f}, {sum(count) / len(count):.1f} words a sentence", end=""
        )
        print(f", {sum(count)} words on {len(texts)} pages")
        if given.pages:
            for page, text in texts.items():
                print(f"  {page}: {measure(text):.1f}")


if __name__ == "__main__":
    main()
