"""The MkDocs plugin ``walkthrough``: below each page with blocks, what the recorded runs say of it.

It runs nothing. Proofs are those in ``build/proof`` and those that the repository keeps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.pages import Page

from walkthrough.config import CONFIG
from walkthrough.errors import UserError
from walkthrough.project import Project
from walkthrough.site.badge import badge
from walkthrough.site.proofs import Proofs
from walkthrough.site.words import Words


class Options(Config):  # type: ignore[no-untyped-call]
    """The plugin's options in ``mkdocs.yml``."""

    #: Words in place of the English ones, by language as the i18n plugin has it; a site of one calls it "".
    words = config_options.Type(dict, default={})


class ProofPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds its badge to every page that has blocks."""

    _proofs: Proofs
    _words: dict[str, Words]

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read the proofs, anew for each build."""
        project = Project(Path(config.config_file_path).absolute().parent)
        try:
            self._proofs = Proofs.load(project)
            self._words = {language: self._given(language) for language in project.languages}
            if unknown := self.config.words.keys() - self._words.keys():
                known = ", ".join(map(repr, self._words))
                raise UserError(
                    f"the site has no language {sorted(unknown)[0]!r}", where=_PLACE, fix=f"it has {known}"
                )
        except UserError as error:
            raise PluginError(str(error)) from None

    def _given(self, language: str) -> Words:
        given = self.config.words.get(language, {})
        return Words.of(given, f"{_PLACE}: {language}" if language else _PLACE)

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Put the badge below what the page says."""
        if not page.file.abs_src_path:
            return html
        source, project = Path(page.file.abs_src_path), self._proofs.project
        if not source.is_relative_to(project.docs):
            return html
        language = project.language_of(source)
        return html + badge(self._proofs, project.page_of(source), language, self._words[language])


_PLACE = f"{CONFIG}: plugins: walkthrough: words"
