"""The guide on a disk and on paper."""

from __future__ import annotations

import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from guide import chromium as chromium_here
from guide.editions import offline, pdf
from guide.site.texts import Locale
from tests.site.records import record, write
from tests.site.site_support import Site, make_sample, open_tab
from walkthrough.errors import UserError
from walkthrough.project import Project

NAMES = ("index", "cluster", "proof")


@pytest.fixture(scope="module")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = make_sample(tmp_path_factory.mktemp("editions") / "guide")
    write(site, record(site))
    return site.root


@pytest.fixture(scope="module")
def unpacked(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as a reader has it: unpacked, below a folder with a space and a letter of ours."""
    archive = sample_root / "build/export/gitops-guide.zip"
    offline.archive(Project(sample_root), archive)
    folder = tmp_path_factory.mktemp("på disk")
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)
    return folder / "gitops-guide"


def test_the_archive_is_one_folder_and_the_same_each_time(sample_root: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a/guide.zip", tmp_path / "b/guide.zip"
    assert offline.archive(Project(sample_root), first) == offline.archive(Project(sample_root), second)
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert {name.partition("/")[0] for name in names} == {"guide"}
    assert {"guide/index.html", "guide/en/cluster.html"} <= set(names)
    assert not [name for name in names if name.endswith((".map", "404.html", "worker.js"))]


def test_no_address_in_the_archive_leads_nowhere(unpacked: Path) -> None:
    links = 0
    for page in unpacked.rglob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"#?:]+)', page.read_text(encoding="utf-8")):
            if address not in ("http", "https"):
                assert (page.parent / address).resolve().is_file(), f"{page.name}: {address}"
                links += 1
    assert links > 60


@pytest.mark.browser
@pytest.mark.parametrize(
    ("page", "words", "hit"),
    [("cluster.html", "øvelsene", "index.html"), ("en/proof.html", "marmalades", "en/")],
)
def test_the_archive_searches_from_a_disk(
    chromium: Browser, unpacked: Path, page: str, words: str, hit: str
) -> None:
    with open_tab(chromium) as tab:
        tab.page.goto((unpacked / page).as_uri())
        tab.page.keyboard.press("/")
        tab.page.get_by_role("textbox").press_sequentially(words)
        link = tab.page.locator("a.md-search-result__link").first
        expect(link).to_be_visible()
        link.click()
        expect(tab.page).to_have_url(re.compile(re.escape(hit)))
        expect(tab.page.locator("h1")).to_be_visible()
        assert tab.said == []
        assert not [url for url in tab.requests if not url.startswith(("file:", "blob:"))]


@pytest.mark.browser
def test_the_archive_switches_languages_and_remembers_what_is_done(chromium: Browser, unpacked: Path) -> None:
    with open_tab(chromium, reduced_motion="reduce") as tab:
        tab.page.goto((unpacked / "cluster.html").as_uri())
        tab.page.get_by_role("button", name="Kapitlet er gjort").click()
        tab.page.locator(".md-select").hover()
        tab.page.locator(".md-select__link[hreflang=en]").click()
        expect(tab.page).to_have_url(re.compile("/en/cluster[.]html"))
        done = tab.page.get_by_role("button", name="This chapter is done")
        expect(done).to_have_attribute("aria-pressed", "true")
        expect(tab.page.locator(".md-nav--primary .guide-is-done")).to_have_count(1)


def test_a_chapter_keeps_its_names_and_links_to_itself_and_the_others() -> None:
    page = (
        '<article class="x"><h2 id="why">W</h2> <a href="#why">a</a> <a href="proof.html#sandbox">b</a> '
        '<a href="index.html">c</a> <a href="https://k8s.example/#d">d</a> <a href="gone.html">e</a>'
        '<path marker-end="url(#tip)"/><details></details><img loading="lazy" src="a.webp"/>'
        '<a class="headerlink" href="#why">¶</a></article>'
    )
    html = pdf.chapter(page, "cluster", NAMES)
    assert html.startswith('<section class="guide-chapter" id="cluster"><h2 id="cluster--why">')
    for address in ("#cluster--why", "#proof--sandbox", "#index", "https://k8s.example/#d", "gone.html"):
        assert f'href="{address}"' in html
    assert "url(#cluster--tip)" in html
    assert "<details open>" in html
    assert '<img src="a.webp"/>' in html
    assert "headerlink" not in html


def test_a_page_that_is_not_as_it_was_is_told() -> None:
    with pytest.raises(UserError, match="cluster has no article"):
        pdf.chapter("<main></main>", "cluster", NAMES)


def test_without_a_browser_there_is_no_pdf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(chromium_here, "PROGRAMS", ("no-such-browser",))
    with pytest.raises(UserError, match="no Chromium here") as raised:
        pdf.write(Project(tmp_path), "nb", tmp_path / "guide.pdf")
    assert raised.value.fix is not None
    assert "tools/setup test" in raised.value.fix


def test_a_guide_that_does_not_build_makes_no_edition(sample: Site, tmp_path: Path) -> None:
    (sample.root / "docs/en/cluster.md").unlink()
    with pytest.raises(UserError, match="does not build"):
        offline.archive(Project(sample.root), tmp_path / "guide.zip")
    assert not (tmp_path / "guide.zip").exists()


def test_where_nothing_can_be_written_nothing_is_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def built(project: Project) -> None:
        raise AssertionError(f"{project.root} is built")

    monkeypatch.setattr(offline, "built", built)
    monkeypatch.setattr(pdf, "built", built)
    monkeypatch.setattr(chromium_here, "find", lambda: Path("chromium"))
    (tmp_path / "export").write_text("")
    for export in (offline.archive, partial(pdf.write, locale="nb")):
        with pytest.raises(UserError, match="cannot be written"):
            export(Project(tmp_path), target=tmp_path / "export/guide")


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "title"), [("nb", "Klusteret"), ("en", "The cluster")])
def test_the_pdf_has_bookmarks_tags_and_its_language(
    sample_root: Path, tmp_path: Path, locale: Locale, title: str
) -> None:
    target = tmp_path / "guide.pdf"
    # The fixtures hold a Playwright of this thread's own.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(pdf.write, Project(sample_root), locale, target).result()
    data = target.read_bytes()
    assert data.startswith(b"%PDF-")
    for part in ("/StructTreeRoot", "/Outlines", f"/Lang ({locale})", f"/Title ({title})"):
        assert part.encode() in data, part
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= len(NAMES)


@pytest.mark.browser
def test_paper_is_light_and_has_no_buttons(chromium: Browser, sample_origin: str) -> None:
    with open_tab(chromium, color_scheme="dark") as tab:
        tab.page.goto(sample_origin + "/cluster/")
        tab.page.emulate_media(media="print", color_scheme="dark")
        for hidden in (".md-header", ".md-sidebar", ".guide-progress", ".guide-block__done", ".md-code__nav"):
            for element in tab.page.locator(hidden).all():
                expect(element).to_be_hidden()
        expect(tab.page.locator("#sample-macos")).to_be_visible()
        code = tab.page.locator("#sample-wait code")
        expect(code).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        expect(code).to_have_css("white-space", "pre-wrap")
        expect(tab.page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
        for element in (tab.page.locator("body"), tab.page.locator("aside").first):
            expect(element).to_have_css("font-feature-settings", '"kern", "liga" 0')
