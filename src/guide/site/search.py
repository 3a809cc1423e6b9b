"""The search: an index and a worker a language, so that neither finds the other's pages.

The theme would fetch index and engine with every page. It gets an empty index instead, and a small worker of
our own (``search_worker.js``) that fetches both with the first words that a reader types. How these are read,
and in what order the hits come, is in ``search_words.js``, which comes with the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from guide.site.texts import DEFAULT, LOCALES, Locale
from guide.terms import Term

#: What the theme fetches with each page, and what the worker fetches when it is asked.
STUB, WORKER = "search/search_index.json", "search/worker.js"
INDEX, ENGINE = "search/index.json", "search/engine.js"
_OURS = Path(__file__).with_name("search_worker.js")
_WORDS = Path(__file__).with_name("search_words.js")
_SCRIPTS = Path(str(files("material"))) / "templates/assets/javascripts"


def folder(locale: Locale) -> str:
    """Where a language's pages begin below the site's root: empty, or ``en/``."""
    return "" if locale == DEFAULT else f"{locale}/"


def write(site: Path, terms: Sequence[Term]) -> None:
    """Split the index that both languages share, and write what each language's search consists of.

    :param site: the site's folder.
    :param terms: the guide's words. Those that no page uses for something are what others may call it.
    """
    shared = json.loads((site / STUB).read_text(encoding="utf-8"))
    for locale in LOCALES:
        index = _own(shared, locale)
        for name, content in (
            (INDEX, _compact(index)),
            (STUB, _compact({"config": index["config"], "docs": []})),
            (WORKER, worker(locale)),
            (ENGINE, engine(index["config"]["lang"]) + other_words(terms, locale)),
        ):
            path = site / folder(locale) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")


def _compact(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _own(shared: dict[str, Any], locale: Locale) -> dict[str, Any]:
    prefix = folder(locale)
    others = tuple(folder(other) for other in LOCALES if other != DEFAULT)
    docs = [
        {**entry, "location": entry["location"].removeprefix(prefix)}
        for entry in shared["docs"]
        if (entry["location"].startswith(prefix) if prefix else not entry["location"].startswith(others))
    ]
    config = dict(shared["config"])
    if locale != DEFAULT:
        config["lang"] = [locale]
    return {"config": config, "docs": docs}


def worker(locale: Locale) -> str:
    """The script of one language's worker."""
    return f'const LANGUAGE = "{locale}"\n{_OURS.read_text(encoding="utf-8")}'


def other_words(terms: Sequence[Term], locale: Locale) -> str:
    """A line that tells the search what the guide's word is for each that it never uses."""
    words = {
        other: re.split(r"[ ;(]", term.words[locale])[0]
        for term in terms
        for other in term.never.get(locale, [])
    }
    return f"self.otherWords = {_compact(words)}\n"


def engine(languages: Sequence[str]) -> str:
    """The theme's own worker and all that it loads, in one script, and what reads the words for it.

    :param languages: those of the search library that the index asks for.
    :raises ValueError: the theme has no such worker any more.
    """
    theirs = sorted(_SCRIPTS.glob("workers/search.*.min.js"))
    if len(theirs) != 1:
        raise ValueError(f"the theme has {len(theirs)} search workers; has Material changed?")
    names = [name for name in languages if name != "en"]
    extra = ["stemmer.support", *names] if names else []
    if len(languages) > 1:
        extra.append("multi")
    paths = [*theirs, *(_SCRIPTS / f"lunr/min/lunr.{name}.min.js" for name in extra), _WORDS]
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if "sourceMappingURL" not in line) + "\n"
