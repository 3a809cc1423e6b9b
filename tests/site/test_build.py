"""What a strict build writes."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from tests.site.site_support import Site


def test_the_guide_builds_without_a_warning(guide: Site) -> None:
    assert (guide.output / "index.html").is_file()
    assert (guide.output / "en/index.html").is_file()


def test_each_page_has_a_title_of_its_own_and_the_front_page_the_sites_name(
    guide: Site, pages: list[str]
) -> None:
    found = [
        re.findall(r"<title>(.*?)</title>", guide.read(f"{path[1:]}index.html").partition("<body")[0])
        for path in pages
    ]
    titles = [title for (title,) in found]
    assert {titles[pages.index("/")], titles[pages.index("/en/")]} == {"GitOps-guiden", "The GitOps guide"}
    others = [title for title in titles if " - " in title]
    assert len(others) == len(pages) - 2
    # Some names are the same in both languages; the site's is not.
    assert len(set(others)) == len(others)


def test_each_language_says_which_it_is(built: Site) -> None:
    assert '<html lang="nb"' in built.read("cluster/index.html")
    assert '<html lang="en"' in built.read("en/cluster/index.html")


def test_each_language_keeps_its_page_for_missing_addresses(built: Site) -> None:
    norwegian, english = built.read("404.html"), built.read("en/404.html")
    assert '<html lang="nb"' in norwegian
    assert "<h1>Siden finnes ikke</h1>" in norwegian
    assert '<html lang="en"' in english
    assert "<h1>There is no such page</h1>" in english


def test_the_site_map_knows_both_languages_and_the_default(built: Site) -> None:
    site_map = built.read("sitemap.xml")
    urls = re.findall(r"<url>(.*?)</url>", site_map, re.DOTALL)
    assert len(urls) == 6
    for url in urls:
        links = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', url))
        assert set(links) == {"nb", "en", "x-default"}
        assert links["x-default"] == links["nb"]
        assert "/en/" in links["en"]
    assert gzip.decompress((built.output / "sitemap.xml.gz").read_bytes()).decode() == site_map


def test_no_page_makes_the_browser_look_for_alternates(built: Site) -> None:
    pages = list(built.output.rglob("*.html"))
    assert pages
    for page in pages:
        assert 'rel="alternate"' not in page.read_text(encoding="utf-8"), page


@pytest.mark.parametrize(
    ("index", "word", "foreign"),
    [
        ("search/index.json", "blåbærsyltetøy", "marmalade"),
        ("en/search/index.json", "marmalade", "blåbærsyltetøy"),
    ],
)
def test_each_language_searches_its_own_pages(built: Site, index: str, word: str, foreign: str) -> None:
    entries: list[dict[str, Any]] = json.loads(built.read(index))["docs"]
    everything = json.dumps(entries, ensure_ascii=False)
    assert word in everything
    assert foreign not in everything
    assert not [entry["location"] for entry in entries if entry["location"].startswith("en/")]


def test_the_index_is_looked_for_in_the_languages_folder(built: Site) -> None:
    bases = {"index.html": "./", "cluster/index.html": "../", "en/cluster/index.html": "../../en/"}
    for page, base in bases.items():
        match = re.search(r'id="__config"[^>]*>(.*?)</script>', built.read(page))
        assert match
        assert json.loads(match[1])["base"] == base


def test_steps_are_anchors_and_outputs_cannot_be_copied(built: Site) -> None:
    page = built.read("cluster/index.html")
    assert 'class="guide-block guide-step" id="sample-wait"' in page
    assert 'href="#sample-wait"' in page
    assert re.search(r'guide-output".*?class="output no-copy highlight"', page)
    assert page.count("no-copy") == 1


@pytest.mark.parametrize(
    ("page", "skipped", "checked"),
    [
        ("cluster/index.html", "Ikke prøvd: krever macOS", "Slik prøves dette"),
        ("en/cluster/index.html", "Not tested: needs macOS", "How this is checked"),
    ],
)
def test_the_reader_sees_what_is_skipped_and_what_is_checked(
    built: Site, page: str, skipped: str, checked: str
) -> None:
    html = built.read(page)
    assert skipped in html
    assert re.search(rf'<details class="[^"]*guide-check" id="sample-dns"><summary>{checked} <code', html)


def test_the_reader_sees_what_can_be_done_only_once_and_why(built: Site) -> None:
    for page, words in (
        ("cluster/index.html", "Bare én gang: fila &lt;skrives&gt; bare her."),
        ("en/cluster/index.html", "Once only: the file is &lt;written&gt; here only."),
    ):
        block = re.search(r'<div[^>]* id="sample-file">.*?</p></div>', built.read(page), re.DOTALL)
        assert block is not None
        assert f'<p class="guide-note guide-note--once">{words}</p></div>' in block[0]
        assert built.read(page).count(words) == 1


def test_the_switcher_stays_on_the_page(built: Site) -> None:
    links = {
        "index.html": {"nb": "./", "en": "en/"},
        "en/index.html": {"nb": "../", "en": "./"},
        "cluster/index.html": {"nb": "./", "en": "../en/cluster/"},
        "en/cluster/index.html": {"nb": "../../cluster/", "en": "./"},
        "404.html": {"nb": "/", "en": "/en/"},
    }
    for page, expected in links.items():
        found = re.findall(r'<a href="([^"]*)" hreflang="(\w+)"', built.read(page))
        assert {locale: link for link, locale in found} == expected, page


def test_each_language_names_its_permalinks(built: Site) -> None:
    assert 'title="Lenke til dette avsnittet"' in built.read("cluster/index.html")
    assert 'title="Link to this section"' in built.read("en/cluster/index.html")


def test_an_edit_link_needs_a_known_repository(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sample.build() == []
    assert 'rel="edit"' not in sample.read("cluster/index.html")
    monkeypatch.setenv("GUIDE_REPOSITORY", "https://forge.example/team/guide/")
    assert sample.build() == []
    edit = 'href="https://forge.example/team/guide/edit/main/docs/en/cluster.md"'
    assert edit in sample.read("en/cluster/index.html")


def test_the_address_of_the_site_is_set_from_outside(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://guide.example/docs/")
    assert sample.build() == []
    assert "<loc>https://guide.example/docs/en/cluster/</loc>" in sample.read("sitemap.xml")
    assert 'href="/docs/en/"' in sample.read("en/404.html")


def test_home_weighs_little_and_the_search_comes_with_the_first_words(built: Site) -> None:
    """What the theme fetches with each page is an index of nothing."""
    for folder in ("", "en/"):
        assert json.loads(built.read(f"{folder}search/search_index.json"))["docs"] == []
        # A page with no search in it fetches the worker alone.
        worker, engine = (built.read(f"{folder}search/{name}.js") for name in ("worker", "engine"))
        assert len(worker) < 5_000
        assert len(worker) < len(engine) / 5


def _in_place_of(made: Callable[[Path], object]) -> Callable[[Path], object]:
    def put(file: Path) -> None:
        file.unlink()
        made(file)

    return put


def _including(name: str) -> Callable[[Path], object]:
    return lambda file: file.write_text(f'--8<-- "{name}"\n')


#: What a step's file may be, and what is said of it.
NO_SNIPPETS: dict[str, tuple[Callable[[Path], object], str]] = {
    "not there": (Path.unlink, "Snippet at path 'snippets/wait.sh' could not be found"),
    "a folder": (_in_place_of(Path.mkdir), "this is no file"),
    "a link to nothing": (_in_place_of(lambda file: file.symlink_to("nosuch")), "could not be found"),
    "no UTF-8": (lambda file: file.write_bytes(b"echo \xe6\n"), "this is not UTF-8: the byte 0xe6"),
    "UTF-16": (lambda file: file.write_bytes("echo\n".encode("utf-16")), "this is not UTF-8"),
    "a NUL": (lambda file: file.write_bytes(b"echo \0\n"), "there is a NUL"),
    "one that includes one that is not there": (_including("snippets/nosuch.sh"), "'snippets/nosuch.sh'"),
    "one that includes a part that is not there": (_including("manifests/nyan/shown.yaml:nosuch"), "nosuch"),
    "one that includes a name with a NUL": (_including("snippets/a\0b"), "NUL"),
}


@pytest.mark.parametrize("what", NO_SNIPPETS)
def test_a_snippet_that_is_none_ends_a_build_in_words(sample: Site, what: str) -> None:
    """MkDocs ended with a traceback through the library that includes it, and so did its server."""
    brought, said = NO_SNIPPETS[what]
    brought(sample.root / "snippets/wait.sh")
    told = "\n".join(sample.build())
    assert said in told
    assert "cluster.md" in told


def test_a_build_begun_in_the_site_s_folder_names_files_as_well(
    sample: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """MkDocs names its file then without a folder."""
    (sample.root / "docs/nb/cluster.md").unlink()
    os.mkfifo(sample.root / "docs/nb/cluster.md")
    monkeypatch.chdir(sample.root)
    with pytest.raises(Abort):
        build(load_config(site_dir=str(sample.output)))
    assert "this is neither a file nor a folder\n  where: docs/nb/cluster.md" in caplog.text
