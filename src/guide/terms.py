"""The guide's words: one source for the glossary, the tooltips and the table that authors go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from guide.errors import GuideError

SOURCE = "docs-dev/terms.yaml"
_FIELDS = {"id", "nb", "en", "forms", "means", "never", "note", "unless"}


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

    :raises GuideError: an entry lacks something, or has something unknown.
    """
    path = root / SOURCE
    try:
        entries: Any = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise GuideError(f"The terms cannot be read: {error}", where=SOURCE) from error
    return [_term(entry) for entry in entries]


def _term(entry: dict[str, Any]) -> Term:
    name = entry.get("id", entry)
    if missing := {"id", "nb", "en"} - set(entry):
        raise GuideError(f"The term {name} lacks {', '.join(sorted(missing))}", where=SOURCE)
    if unknown := set(entry) - _FIELDS:
        raise GuideError(f"The term {name} has unknown fields: {', '.join(sorted(unknown))}", where=SOURCE)
    means = entry.get("means", {})
    if means and set(means) != {"nb", "en"}:
        raise GuideError(f"The term {name} is not explained in both languages", where=SOURCE)
    words = {language: entry[language] for language in ("nb", "en")}
    return Term(
        entry["id"],
        words,
        entry.get("forms", {}),
        means,
        entry.get("never", {}),
        entry.get("note", ""),
        entry.get("unless", {}),
    )


def table(terms: list[Term]) -> str:
    """The table of ``docs-dev/language.md``."""
    rows = [f"| {term.words['nb']} | {term.words['en']} | {term.note}".rstrip() + " |" for term in terms]
    return "\n".join(["| Bokmål | English | note |", "|---|---|---|", *rows])
