"""The words of a badge: English, or what the site's configuration says in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

from walkthrough.errors import UserError

#: Each word, and what it may name in braces.
ENGLISH: Mapping[str, str] = {
    "proof": "Proof of this page",
    "verified": "Verified on {machine}, {day}.",
    "partial": "Tried on {machine}, {day}; only some of the pages were run.",
    "stale": "No longer verified. Last run on {machine}, {day}: {reason}.",
    "unproven": "Not verified on {machine}, {day}: {reason}.",
    "none": "Not tried: no run of this page is recorded.",
    "blocks": "Blocks: {counts}.",
    "notes": "Not quite as it stands here",
    "passed": "passed",
    "substituted": "substituted",
    "skipped": "skipped",
    "failed": "failed",
    "not-run": "not run",
}


@dataclass(frozen=True)
class Words:
    """The words in one language.

    :param own: those that the site has in place of the English ones.
    """

    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, given: object, where: str) -> Words:
        """What a site's configuration gives for a language.

        :raises UserError: it has a word that there is not, or one that names what is not known there.
        """
        if not isinstance(given, Mapping) or not all(isinstance(each, str) for each in given.values()):
            raise UserError("the words of a language are no table of texts", where=where, fix="see ENGLISH")
        for name, text in given.items():
            if name not in ENGLISH:
                raise UserError(
                    f"there is no word '{name}'", where=where, fix=f"choose among {_listed(ENGLISH)}"
                )
            if unknown := _fields(text) - _fields(ENGLISH[name]):
                raise UserError(
                    f"'{name}' names {_listed(unknown)}, which is not known there",
                    where=where,
                    fix=f"it may name {_listed(_fields(ENGLISH[name])) or 'nothing'}",
                )
        return cls(dict(given))

    def say(self, name: str, **fields: str) -> str:
        """A word, with what it names filled in."""
        return self.own.get(name, ENGLISH[name]).format(**fields)


def _fields(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}  # a brace without its other: no name that is known


def _listed(names: object) -> str:
    return ", ".join(sorted(map(str, names)))  # type: ignore[call-overload]
