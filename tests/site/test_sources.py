"""Mistakes that MkDocs and static-i18n would let pass: each must stop a build, and say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from guide.paths import DOCS
from guide.site.sources import problems
from tests.site.site_support import Site

LOCALES = ("nb", "en")


def only_message(site: Site) -> str:
    messages = site.build()
    assert messages, "the build passed"
    assert not (site.output / "index.html").exists(), "a broken site was written"
    return "\n".join(messages)


@pytest.mark.parametrize(("present", "absent"), [("nb", "en"), ("en", "nb")])
def test_a_page_without_its_translation_stops_the_build(sample: Site, present: str, absent: str) -> None:
    (sample.root / "docs" / absent / "cluster.md").unlink()
    message = only_message(sample)
    assert f"docs/{present}/cluster.md:1" in message
    assert f"write docs/{absent}/cluster.md" in message


def test_a_page_outside_nav_needs_its_translation_too(sample: Site) -> None:
    (sample.root / "docs/nb/extra.md").write_text("---\ntitle: a\ndescription: b\n---\n", encoding="utf-8")
    assert "docs/nb/extra.md:1" in only_message(sample)


@pytest.mark.parametrize(
    ("front_matter", "line", "words"),
    [
        ("---\ntitle: one: two\ndescription: b\n---\n", 2, "not YAML"),
        ("---\ntitle: a\ndescription: [b\n---\n", 3, "not YAML"),
        ("---\n- title\n---\n", 2, "not of the type object"),
        ("---\ntitle: a\n---\n", 1, "no description"),
        ("---\ntitle: 2026\ndescription: b\n---\n", 2, "title: 2026"),
        ("---\ntitle: a\ndescription: b\n", 1, "no end"),
        ("# A page\n", 1, "no front matter"),
        ("", 1, "no front matter"),
    ],
)
def test_bad_front_matter_stops_the_build(sample: Site, front_matter: str, line: int, words: str) -> None:
    (sample.root / "docs/en/cluster.md").write_text(front_matter, encoding="utf-8")
    message = only_message(sample)
    assert f"docs/en/cluster.md:{line}" in message
    assert words in message


@pytest.mark.parametrize("name", ["js", "ci", "zh-TW"])
def test_a_folder_that_looks_like_a_language_stops_the_build(sample: Site, name: str) -> None:
    (sample.root / "docs" / name).mkdir()
    (sample.root / "docs" / name / "file.js").write_text("", encoding="utf-8")
    message = only_message(sample)
    assert f"docs/{name}" in message
    assert "looks like a language" in message


def test_a_page_outside_the_languages_stops_the_build(sample: Site) -> None:
    (sample.root / "docs/stray.md").write_text("---\ntitle: a\ndescription: b\n---\n", encoding="utf-8")
    assert "docs/stray.md" in only_message(sample)


def test_headings_with_other_ids_stop_the_build(sample: Site) -> None:
    page = sample.root / "docs/en/cluster.md"
    page.write_text(page.read_text(encoding="utf-8").replace("{#files}", ""), encoding="utf-8")
    (warning, *_) = sample.build()
    assert "docs/en/cluster.md" in warning
    assert "files" in warning


@pytest.mark.parametrize("link", ["nowhere.md", "cluster.md#nowhere"])
def test_a_link_to_nowhere_stops_the_build(sample: Site, link: str) -> None:
    page = sample.root / "docs/nb/index.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n[x]({link})\n", encoding="utf-8")
    assert "nowhere" in "\n".join(sample.build())


def test_the_guides_own_sources_are_sound() -> None:
    assert [str(problem) for problem in problems(DOCS, LOCALES)] == []


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    for locale in LOCALES:
        (tmp_path / locale).mkdir()
    (tmp_path / "nb/a.md").write_text("no front matter", encoding="utf-8")
    (tmp_path / "js").mkdir()
    assert len(list(problems(tmp_path, LOCALES))) == 3
