"""The events that MkDocs calls, and nothing else: what they do stands in the modules beside this one.

Each language is a build of its own, the default's first: static-i18n starts the others from within the
first one's last event. It runs at priority -100, so what must come after it asks for -200.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from watchdog.observers.polling import PollingObserver

from guide import terms
from guide.site import (
    accessibility,
    addresses,
    attacks,
    badge,
    bilingual,
    changes,
    cheatsheet,
    glossary,
    headings,
    links,
    needs,
    norwegian,
    opening,
    pictures,
    pins,
    progress,
    reach,
    report,
    search,
    snippets,
    sources,
    styles,
    templates,
)
from guide.site.fences import FenceRenderer, whole_words
from guide.site.texts import DEFAULT, LOCALES, Locale, as_locale, text
from guide.terms import Term
from walkthrough.project import Project
from walkthrough.site.proofs import Proofs

log = get_plugin_logger("guide.site")


def _i18n(config: MkDocsConfig) -> Any:
    return config.plugins["i18n"]


def _project(config: MkDocsConfig) -> Project:
    return Project(Path(config.config_file_path).absolute().parent)


def _locale(config: MkDocsConfig) -> Locale:
    return as_locale(_i18n(config).current_language or DEFAULT)


def _name(page: Page) -> str:
    return page.file.src_uri.partition("/")[2]


def _to(name: str, page: Page, config: MkDocsConfig) -> str:
    """The address of another page in the same language, such as ``cluster.md``, from a page's own."""
    plain = name.removesuffix(".md")
    if config.use_directory_urls:
        plain = "" if plain == "index" else f"{plain}/"
    else:
        plain += ".html"
    return get_relative_url(search.folder(_locale(config)) + plain or ".", page.url)


#: Seconds between two looks at the files; MkDocs' own are half a second apart.
_LOOKS = 0.1


class _Build:
    """What the events of one build share. MkDocs gives hooks no place of their own for it."""

    proofs: Proofs
    fences: FenceRenderer
    terms: list[Term]
    chapters: list[str]
    has_glossary: bool
    days: dict[str, date]
    written: links.Written
    #: Of all languages: they share one stylesheet, link to each other, and have the same anchors.
    styles = styles.Used()
    links = links.Links()
    anchors = headings.Anchors()


def on_pre_build(config: MkDocsConfig) -> None:
    """Stop at mistakes in the sources that a strict build would not see; while writing, only tell."""
    found = list(sources.problems(Path(config.docs_dir), LOCALES))
    outside = reach.published(_project(config).root, Path(config.docs_dir), Path(config.site_dir))
    if outside:
        # No matter of being strict: it would be published.
        raise PluginError("\n\n".join(map(str, [*found, *outside])))
    if found:
        message = "\n\n".join(str(problem) for problem in found)
        if config.strict:
            raise PluginError(message)
        log.warning(message)


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
    """Build again when a run has written its proof, and see sooner than MkDocs that something was saved."""
    # The file system would tell of every reading, too, so that each build would begin another.
    watched = [path for path in (config.docs_dir, config.config_file_path) if path]
    for path in watched:
        server.unwatch(path)
    server.observer = PollingObserver(timeout=_LOOKS)
    for path in watched:
        server.watch(path)
    project = _project(config)
    project.proofs.mkdir(parents=True, exist_ok=True)
    server.watch(str(project.proofs))
    if project.kept_proofs.is_dir():
        server.watch(str(project.kept_proofs))
    return server


@event_priority(-200)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set up what depends on the language of this build and on the environment."""
    # What is wrong with it, the next event says; nothing is made of it before.
    if repository := os.environ.get(addresses.REPOSITORY):
        config.edit_uri_template = f"{repository.rstrip('/')}/edit/main/docs/{{path}}"
    needs.check(config)
    locale = _locale(config)
    if locale == DEFAULT:
        _Build.days = changes.days(_project(config).root)
        _Build.styles, _Build.links, _Build.anchors = styles.Used(), links.Links(), headings.Anchors()
    config.mdx_configs.setdefault("toc", {})["permalink_title"] = text(locale, "permalink")
    bilingual.switch_to(config, None)
    with needs.told():
        norwegian.load()
        project = _project(config)
        _Build.proofs = proofs = Proofs.load(project)
        for path in proofs.unread:
            log.info("%s is of an earlier version of the guide, and counts for nothing", path)
        _Build.terms = terms.load(project.root)
        _Build.chapters = progress.chapters(
            proofs, (page for page in project.nav if page not in project.alone), locale
        )
        _Build.has_glossary = "glossary.md" in project.nav
    _Build.fences = FenceRenderer(locale, lambda page, block: badge.notes(proofs, page, locale, block))
    _Build.fences.install(config)
    # Markdown takes one that is made as well as the name of one.
    _Build.written = links.Written()
    config.markdown_extensions += [snippets.AllowedIncludes(_project(config).root), _Build.written]  # type: ignore[list-item]
    return config


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the pictures, the pins, the times, the glossary and the whole proof into their places."""
    _Build.fences.begin(_name(page))
    locale = _locale(config)
    with needs.told(page.file.src_uri):
        drawn = pictures.fill(markdown, _project(config).root, locale)
        drawn = pins.fill(drawn, _project(config).root, locale)
        drawn = cheatsheet.fill(drawn, _Build.proofs, locale)
        drawn = opening.fill(drawn, _Build.proofs, locale)
        drawn = glossary.fill(drawn, _Build.terms, locale)
        drawn = attacks.fill(drawn, _Build.proofs, locale, lambda name: _to(name, page, config))
        return report.fill(drawn, _Build.proofs, locale, lambda name: _to(name, page, config))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Compare the anchors of both languages; frame what a chapter opens with; explain the guide's words."""
    locale = _locale(config)
    _Build.links.add_content(html, page, _Build.written)
    _Build.anchors.compare(page, locale)
    html = opening.frame(html, _Build.proofs, _name(page), locale)
    html = whole_words(html)
    if not page.meta.get("terms", True) or not _Build.has_glossary:
        return html
    return glossary.explain(html, _Build.terms, locale, _to("glossary.md", page, config))


@event_priority(-200)
def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Let the language switcher stay on the page, the front page included; say what the page ends with."""
    bilingual.switch_to(config, page)
    locale = _locale(config)
    whole = _to("proof.md", page, config)
    context["guide_badge"] = Markup(badge.badge(_Build.proofs, _name(page), locale, whole))
    context["guide_changed"] = Markup(
        changes.line(f"docs/{page.file.src_uri}", _Build.days, changes.repository(config.repo_url), locale)
    )
    context["guide_progress"] = Markup(progress.footer(_name(page), _Build.chapters, locale))
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Fix the finished HTML of a page."""
    _Build.styles.add_page(output)
    fixed = accessibility.fix(bilingual.fix_page(output, _locale(config)), _locale(config))
    _Build.links.add_page(fixed, page)
    return fixed


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Keep one page for missing addresses a language; complete the site map."""
    if template_name == "sitemap.xml":
        return bilingual.fix_sitemap(output_content)
    if template_name != "404.html":
        return output_content
    locale = _locale(config)
    _Build.styles.add_page(output_content)
    output = accessibility.fix(bilingual.fix_page(output_content, locale), locale)
    if locale == DEFAULT:
        return output
    target = Path(config.site_dir) / search.folder(locale) / template_name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(output, encoding="utf-8")
    return ""  # which keeps MkDocs from overwriting the default's


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Give the templates the site's language, and what was compiled of them before."""
    env.globals["guide_locale"] = _locale(config)
    env.bytecode_cache = templates.CACHE
    return env


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Once all languages are built: one search a language, and one stylesheet."""
    if not _i18n(config).building:
        _Build.links.check(Path(config.site_dir))
        search.write(Path(config.site_dir), _Build.terms)
        with needs.told():
            styles.write(Path(config.site_dir), _Build.styles, list(map(str, config.extra_javascript)))
