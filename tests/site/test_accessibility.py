"""WCAG 2.2 AA and axe's best practice, as far as a machine can tell, in both languages and modes."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.site.site_support import Tab

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.mark.parametrize(("mode", "width"), [("light", 1280), ("dark", 1280), ("light", 320), ("dark", 390)])
def test_axe_finds_nothing_on_the_guide(
    tab: Tab, guide_origin: str, pages: list[str], mode: Literal["light", "dark"], width: int
) -> None:
    found = [line for path in pages for line in _violations(tab, guide_origin + path, mode, width)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_the_sample(
    tab: Tab, sample_origin: str, mode: Literal["light", "dark"]
) -> None:
    paths = ("/cluster/", "/en/cluster/", "/proof/", "/en/proof/", "/404.html", "/en/404.html")
    found = [line for path in paths for line in _violations(tab, sample_origin + path, mode, 1280)]
    assert found == [], "\n".join(found)


def test_axe_would_find_a_fault(tab: Tab, sample_origin: str) -> None:
    tab.page.goto(sample_origin + "/")
    tab.page.evaluate("document.querySelector('article').innerHTML += '<a href=\"#\"></a>'")
    assert any("link-name" in line for line in _run(tab, ""))


def _violations(tab: Tab, url: str, mode: Literal["light", "dark"], width: int) -> list[str]:
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
    tab.page.goto(url, wait_until="networkidle")
    # What is folded away is read too.
    tab.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    return _run(tab, f"{url} {mode} {width}")


def _run(tab: Tab, where: str) -> list[str]:
    answer: dict[str, Any] = Axe().run(tab.page, options={"runOnly": TAGS}).response
    return [
        f"{where}: {violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]
