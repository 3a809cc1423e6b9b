"""The search: an index and a worker a language, so that neither finds the other's pages.

The worker is one file, made of the theme's own and of ``search_worker.js``, which lets every form of a word
find every other. In one file it also works in pages that are opened from a disk.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from guide.site.texts import DEFAULT, LOCALES, Locale

INDEX, WORKER = "search/search_index.json", "search/worker.js"
_OURS = Path(__file__).with_name("search_worker.js")
_SCRIPTS = Path(str(files("material"))) / "templates/assets/javascripts"


def folder(locale: Locale) -> str:
    """Where a language's pages begin below the site's root: empty, or ``en/``."""
    return "" if locale == DEFAULT else f"{locale}/"


def write(site: Path) -> None:
    """Split the index that both languages share, and write each language's worker.

    :param site: the site's folder.
    """
    shared = json.loads((site / INDEX).read_text(encoding="utf-8"))
    for locale in LOCALES:
        index = _own(shared, locale)
        _write(site / folder(locale) / INDEX, json.dumps(index, ensure_ascii=False, separators=(",", ":")))
        _write(site / folder(locale) / WORKER, worker(locale, index["config"]["lang"]))


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


def worker(locale: Locale, languages: Sequence[str]) -> str:
    """The script of one language's worker.

    :param languages: those of the search library that the index asks for.
    :raises ValueError: the theme has no such worker any more.
    """
    theirs = sorted(_SCRIPTS.glob("workers/search.*.min.js"))
    if len(theirs) != 1:
        raise ValueError(f"the theme has {len(theirs)} search workers; has Material changed?")
    names = [name for name in languages if name != "en"]
    extra = [_SCRIPTS / "lunr/min" / f"lunr.{name}.min.js" for name in names]
    if names:
        extra.insert(0, _SCRIPTS / "lunr/min/lunr.stemmer.support.min.js")
    if len(languages) > 1:
        extra.append(_SCRIPTS / "lunr/min/lunr.multi.min.js")
    scripts = [path.read_text(encoding="utf-8") for path in (_OURS, *theirs, *extra)]
    lines = (line for script in scripts for line in script.splitlines() if "sourceMappingURL" not in line)
    return f'const LANGUAGE = "{locale}"\n' + "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
