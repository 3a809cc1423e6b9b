"""What a strict build writes."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError

from guide.site import reach
from tests.site.site_support import Site, read_config, write_config


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


def _without(plugin: str) -> Callable[[Path], object]:
    def take(root: Path) -> None:
        config = read_config() | {"nav": ["index.md", "cluster.md", "proof.md"]}
        config["plugins"] = [entry for entry in config["plugins"] if plugin not in entry]
        write_config(config, root)

    return take


def _languages(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    def give(root: Path) -> None:
        config = read_config() | {"nav": ["index.md", "cluster.md", "proof.md"]}
        change(next(entry["i18n"] for entry in config["plugins"] if "i18n" in entry))
        write_config(config, root)

    return give


def _theme(name: str) -> Callable[[Path], object]:
    config = read_config() | {"nav": ["index.md", "cluster.md", "proof.md"], "theme": {"name": name}}
    return lambda root: write_config(config, root)


def _default(i18n: dict[str, Any], locale: str) -> None:
    for each in i18n["languages"]:
        each["default"] = each["locale"] == locale


def _asset(name: str, change: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda root: change(root / "docs/assets" / name)


#: What a site may lack, or have wrong, that its pages are completed with; and what is said.
INCOMPLETE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no stylesheet": (_asset("guide.css", Path.unlink), "docs/assets/guide.css"),
    "a folder for a stylesheet": (_asset("guide.css", _in_place_of(Path.mkdir)), "docs/assets/guide.css"),
    "a stylesheet that is no UTF-8": (
        _asset("guide.css", lambda file: file.write_bytes(b"p{\xe6:0}")),
        "not UTF-8: the byte 0xe6\n  where: docs/assets/guide.css:1",
    ),
    "a stylesheet that closes too much": (
        _asset("guide.css", lambda file: file.write_text("p{top:0}}")),
        "closes nothing",
    ),
    "a stylesheet that nests deep": (
        _asset("guide.css", lambda file: file.write_text("@media x{" * 50_000)),
        "too deep to be read\n  where: docs/assets/guide.css",
    ),
    "no script": (_asset("guide.js", Path.unlink), "docs/assets/guide.js"),
    "a script that is no UTF-8": (
        _asset("guide.js", lambda file: file.write_bytes(b"let \xe6")),
        "where: docs/assets/guide.js:1",
    ),
    "a picture that is a link to nothing": (
        _asset("x.svg", lambda file: file.symlink_to("nosuch.svg")),
        "nosuch.svg, which is not there\n  where: docs/assets/x.svg",
    ),
    "no languages": (_without("i18n"), "need the plugin i18n"),
    "no search": (_without("search"), "need the plugin search"),
    "another theme": (_theme("readthedocs"), "i18n makes that for Material alone"),
    "no way from one language to the other": (
        _languages(lambda i18n: i18n.update(reconfigure_material=False)),
        "i18n makes that for Material alone",
    ),
    "one language": (_languages(lambda i18n: i18n["languages"].pop()), "those that are built are nb"),
    "one that is not built": (
        _languages(lambda i18n: i18n["languages"][1].update(build=False)),
        "those that are built are nb",
    ),
    "a third language": (
        _languages(lambda i18n: i18n["languages"].append({"locale": "de", "name": "Deutsch"})),
        "those that are built are nb, en, de",
    ),
    "another default": (_languages(lambda i18n: _default(i18n, "en")), "nb is not the default"),
    "languages in names": (
        _languages(lambda i18n: i18n.update(docs_structure="suffix")),
        "docs_structure is suffix",
    ),
}


@pytest.mark.parametrize("what", INCOMPLETE)
def test_a_site_that_lacks_what_its_pages_are_completed_with_ends_in_words(
    sample: Site, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    change, said = INCOMPLETE[what]
    change(sample.root)
    try:
        told = "\n".join(sample.build())
    except PluginError as error:  # MkDocs says it where it is run by its own command line
        told = str(error)
    assert said in told
    assert "what to do: " in told


#: Of these the sample has copies of its own, and no links to those of the guide.
KEPT = ("snippets", "manifests", "pictures", "proofs/a", "build", "build/proof", ".git", "mine", "a.txt")


@pytest.mark.parametrize("folder", KEPT)
def test_no_site_is_built_where_something_else_is_kept(sample: Site, folder: str) -> None:
    """MkDocs empties the folder first, and one word in its file, or behind -d, would empty the snippets."""
    git = ["git", "-C", str(sample.root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    for name in ("proofs/a/x", "build/proof/x", "mine/x", "a.txt"):
        (sample.root / name).parent.mkdir(parents=True, exist_ok=True)
        (sample.root / name).write_text("kept\n")
    subprocess.run([*git, "add", "mine"], check=True)
    before = sorted(sample.root.rglob("*"))
    told = "\n".join(Site(sample.root, sample.root / folder).build())
    assert "MkDocs empties the folder that it builds in" in told or "leads out" in told
    write_config(read_config() | {"nav": ["index.md"], "site_dir": folder}, sample.root)
    (error, *_) = reach.refused(sample.root)
    assert error.where is not None
    assert error.where.startswith("mkdocs.yml:")
    assert sorted(sample.root.rglob("*")) == before


@pytest.mark.parametrize("folder", ["site", "build/site", "public/guide"])
def test_a_folder_of_an_earlier_site_or_none_is_built_in(sample: Site, folder: str) -> None:
    (sample.root / folder / "assets").mkdir(parents=True)
    (sample.root / folder / "assets/x.css").write_text("")
    write_config(read_config() | {"nav": ["index.md"], "site_dir": folder}, sample.root)
    assert reach.refused(sample.root) == []
    config = {"nav": ["index.md", "cluster.md", "proof.md"], "site_dir": folder}
    write_config(read_config() | config, sample.root)
    assert Site(sample.root, sample.root / folder).build() == []


def test_a_script_from_elsewhere_is_none_of_the_site_s_own(sample: Site) -> None:
    script = "https://elsewhere.example/x.js"
    config = read_config() | {"nav": ["index.md", "cluster.md", "proof.md"]}
    write_config(config | {"extra_javascript": [script, *config["extra_javascript"]]}, sample.root)
    assert sample.build() == []
    assert script in sample.read("index.html")


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
