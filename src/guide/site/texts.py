"""The words that the site itself puts on a page, in both languages."""

from __future__ import annotations

from typing import Literal

Locale = Literal["nb", "en"]

DEFAULT: Locale = "nb"
LOCALES: tuple[Locale, ...] = ("nb", "en")

_TEXTS: dict[Locale, dict[str, str]] = {
    "nb": {
        "check": "Slik prøves dette",
        "in-menu": "(i menyen)",
        "output": "Utskrift",
        "permalink": "Lenke til dette avsnittet",
        "search": "Søk i guiden",
        "skip": "Ikke prøvd: {reason}",
        "step": "Steg",
        "step-link": "Lenke til steget {id}",
    },
    "en": {
        "check": "How this is checked",
        "in-menu": "(in the menu)",
        "output": "Output",
        "permalink": "Link to this section",
        "search": "Search the guide",
        "skip": "Not tested: {reason}",
        "step": "Step",
        "step-link": "Link to the step {id}",
    },
}


def as_locale(name: str) -> Locale:
    """The locale of that name; :class:`ValueError` for one that the guide is not written in."""
    if name not in LOCALES:
        raise ValueError(f"not a language of the guide: {name}")
    return name


def text(locale: Locale, key: str, **values: str) -> str:
    """One text, with its ``{values}`` filled in."""
    return _TEXTS[locale][key].format(**values)
