"""Fixtures: the guide and a sample of it, built, served, and seen in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from guide import chromium as chromium_here
from guide.paths import ROOT
from tests.site.records import NOW, record, write
from tests.site.site_support import QUIET, Site, Tab, make_sample, open_tab, serve
from walkthrough.project import Project


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What opens a browser is chosen as such, where nobody has marked it, too."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def sample(tmp_path: Path) -> Site:
    """A copy to break: not built yet."""
    return make_sample(tmp_path / "guide")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample, built once, with a good proof and a stale one. Look, do not touch."""
    site = make_sample(tmp_path_factory.mktemp("sample") / "guide")
    write(site, record(site))
    write(site, record(site, "microk8s", when=NOW - timedelta(days=41)))
    assert site.build() == []
    return site


@pytest.fixture(scope="session")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The guide itself, built once into a folder of its own."""
    site = Site(ROOT, tmp_path_factory.mktemp("site"))
    assert site.build() == []
    return site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium: nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_here.find(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_origin(built: Site) -> Iterator[str]:
    with serve(built) as origin:
        yield origin


@pytest.fixture(scope="session")
def guide_origin(guide: Site) -> Iterator[str]:
    with serve(guide) as origin:
        yield origin


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    """A fresh reader: no memory, desktop, light. Whatever a page asks for elsewhere fails the test."""
    with open_tab(chromium) as opened:
        yield opened
        origins = {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, opened.requests)}
        assert len(origins) <= 1, f"requests left the site: {sorted(origins)}"
        assert opened.said == [], "the page wrote to the console"


@pytest.fixture(scope="session")
def pages() -> list[str]:
    """The addresses of all pages of the guide, in both languages."""
    paths = [page.removesuffix("index.md").removesuffix(".md") for page in Project(ROOT).nav]
    return [f"/{folder}{path}{'/' if path else ''}" for folder in ("", "en/") for path in paths]
