"""The guide's words: one source for the glossary, the tooltips and the table that authors go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guide.forms import held
from walkthrough.errors import UserError
from walkthrough.inputs import read_yaml

SOURCE = "docs-dev/terms.yaml"


@dataclass(frozen=True)
class Term:
    """One word; ``docs-dev/terms.yaml`` says what its fields mean."""

    id: str
    words: Mapping[str, str]
    forms: Mapping[str, list[str]] = field(default_factory=dict)
    means: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, list[str]] = field(default_factory=dict)
    note: str = ""
    unless: Mapping[str, list[str]] = field(default_factory=dict)

    def spoken(self, language: str) -> list[str]:
        """Everything in prose that this term stands behind: itself, where it is one word, and its forms."""
        word = self.words[language]
        return [*([] if set(word) & set(",;(") else [word]), *self.forms.get(language, [])]


def load(root: Path) -> list[Term]:
    """All terms, in the order of their source.

    :raises UserError: an entry lacks something, or has something unknown.
    """
    entries = held(read_yaml(root / SOURCE, SOURCE), "terms")
    seen: set[str] = set()
    for number, entry in enumerate(entries.value):
        if entry["id"] in seen:
            raise UserError(
                f"the term {entry['id']} stands twice", where=entries.where([number]), fix="keep one of them"
            )
        seen.add(entry["id"])
    return [_term(entry) for entry in entries.value]


def _term(entry: dict[str, Any]) -> Term:
    words = {language: entry[language] for language in ("nb", "en")}
    return Term(
        entry["id"],
        words,
        entry.get("forms", {}),
        entry.get("means", {}),
        entry.get("never", {}),
        entry.get("note", ""),
        entry.get("unless", {}),
    )


def table(terms: list[Term]) -> str:
    """The table of ``docs-dev/language.md``."""
    rows = [f"| {term.words['nb']} | {term.words['en']} | {term.note}".rstrip() + " |" for term in terms]
    return "\n".join(["| Bokmål | English | note |", "|---|---|---|", *rows])
