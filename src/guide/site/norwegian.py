"""What the guide's own programs say of a run, in Norwegian: why a step was skipped, what was replaced.

A proof keeps these sentences in English, as the code says them. A page in Norwegian looks them up in
``norwegian.yaml``, by patterns, for some name versions or what a machine lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from walkthrough.errors import UserError
from walkthrough.inputs import read_text, yamlfile

SOURCE = "src/guide/site/norwegian.yaml"
_PLACE = re.compile(r"\{(\w+)(…?)\}")
_ONE_WORD, _SEVERAL = r"[^\s,;]+", ".+"
_LIST = ", "
_FORM = "write either 'en' and 'nb', or 'same', and a text after each"


@dataclass(frozen=True)
class Wording:
    """One sentence in both languages; ``norwegian.yaml`` says what may stand in it."""

    en: str
    nb: str

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts, end = [], 0
        for place in _PLACE.finditer(self.en):
            inner = _SEVERAL if place[2] else _ONE_WORD
            parts += [re.escape(self.en[end : place.start()]), f"(?P<{place[1]}>{inner})"]
            end = place.end()
        return re.compile("".join(parts) + re.escape(self.en[end:]))

    def values(self, sentence: str) -> dict[str, str] | None:
        """What stands in the places of an English sentence; nothing where it is another one."""
        match = self._pattern.fullmatch(sentence)
        return match and match.groupdict()


@dataclass(frozen=True)
class Wordings:
    """All sentences that are the guide's own."""

    entries: tuple[Wording, ...]

    def of(self, sentence: str) -> Iterator[Wording]:
        """The wordings that fit an English sentence; the tests see to it that there is one at most."""
        return (wording for wording in self.entries if wording.values(sentence) is not None)

    def say(self, sentence: str) -> str | None:
        """An English sentence in Norwegian; nothing where it is not the guide's own."""
        wording = next(self.of(sentence), None)
        if wording is None:
            return None
        values = wording.values(sentence) or {}

        def fill(place: re.Match[str]) -> str:
            value = values[place[1]]
            if not place[2]:
                return value
            return _LIST.join(self.say(item) or item for item in value.split(_LIST))

        return _PLACE.sub(fill, wording.nb)


@lru_cache(maxsize=1)
def load() -> Wordings:
    """The guide's table.

    :raises UserError: something is wrong with it.
    """
    return read(read_text(Path(__file__).with_suffix(".yaml"), SOURCE))


def read(table: str) -> Wordings:
    """A table in the form of ``norwegian.yaml``.

    :raises UserError: something is wrong with it.
    """
    documents = yamlfile.load(table, SOURCE)
    if len(documents) != 1 or not isinstance(documents[0].data, list):
        raise UserError("this is no list of sentences", where=SOURCE, fix=_FORM)
    (document,) = documents
    lines: dict[str, int] = {}
    entries = []
    for number, entry in enumerate(document.data):
        line = document.line((number,))
        wording = _wording(entry, f"{SOURCE}:{line}")
        if known := lines.get(wording.en):
            raise UserError(
                f"this sentence stands on line {known}, too: {wording.en}",
                where=f"{SOURCE}:{line}",
                fix="keep one of them",
            )
        lines[wording.en] = line
        entries.append(wording)
    return Wordings(tuple(entries))


def _wording(entry: Any, where: str) -> Wording:
    fields = set(entry) if isinstance(entry, dict) else set()
    if fields not in ({"en", "nb"}, {"same"}) or not all(isinstance(of, str) and of for of in entry.values()):
        raise UserError(f"this is no sentence and its wording: {entry}", where=where, fix=_FORM)
    wording = Wording(entry.get("en") or entry["same"], entry.get("nb") or entry["same"])
    places, others = (sorted(_PLACE.findall(said)) for said in (wording.en, wording.nb))
    if places != others or len({name for name, _ in places}) < len(places):
        raise UserError(
            f"both languages do not have the same places, each once: {wording.en}",
            where=where,
            fix="use every {name} of the English sentence once in the Norwegian one, as it is written there",
        )
    return wording
