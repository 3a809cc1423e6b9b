"""The table of images: how many are pinned, where each digest was seen, and what is not pinned yet."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from guide.pins import lockfile
from guide.pins.lockfile import Pin
from guide.site.pins import fill, table
from guide.site.texts import Locale
from tests.site.site_support import Site
from walkthrough.errors import UserError

DIGEST = f"sha256:{'a' * 64}"
DAY = date(2026, 11, 23)
RECORDS = tuple(f"https://github.com/{name}/blob/{'0' * 40}/Dockerfile" for name in ("one/x", "two/y"))
PINS = (
    Pin("quay.io/team/asked:1", DIGEST, DAY, registry="quay.io", used=("manifests/a/kustomization.yaml",)),
    Pin("quay.io/team/open:2", used=("snippets/a/b.sh", "snippets/a/c.sh")),
    Pin("quay.io/team/recorded:3", DIGEST, DAY, records=RECORDS, used=("manifests/b/Dockerfile",)),
)
LINE = '<div data-guide="pins"></div>'


def words(html: str) -> list[str]:
    """The text of each cell and paragraph."""
    cells = re.findall(r"<(?:p|t[hd])[^>]*>(.*?)</(?:p|t[hd])>", html)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


@pytest.mark.parametrize(
    ("locale", "count", "heads", "asked", "none", "recorded"),
    [
        (
            "nb",
            "2 av 3 imager er låst med digest. Ikke låst ennå: 1.",
            ["Image", "Tag", "Digest", "Brukt i"],
            f"{DIGEST} Sett 23. november 2026: quay.io",
            "ikke låst ennå",
            f"{DIGEST} Sett 23. november 2026: one/x , two/y",
        ),
        (
            "en",
            "2 of 3 images are pinned by digest. Not pinned yet: 1.",
            ["Image", "Tag", "Digest", "Used in"],
            f"{DIGEST} Seen on 23 November 2026: quay.io",
            "not pinned yet",
            f"{DIGEST} Seen on 23 November 2026: one/x , two/y",
        ),
    ],
)
def test_every_image_is_there_with_its_digest_or_without(
    locale: Locale, count: str, heads: list[str], asked: str, none: str, recorded: str
) -> None:
    assert words(table(PINS, locale)) == [
        count,
        *heads,
        *("quay.io/team/asked", "1", asked, "manifests/a/kustomization.yaml"),
        *("quay.io/team/open", "2", none, "snippets/a/b.sh , snippets/a/c.sh"),
        *("quay.io/team/recorded", "3", recorded, "manifests/b/Dockerfile"),
    ]


def test_a_record_is_a_link_to_where_it_was_seen() -> None:
    assert re.findall(r'href="([^"]+)"', table(PINS, "nb")) == list(RECORDS)


def test_when_all_are_pinned_nothing_is_open() -> None:
    pinned = [pin for pin in PINS if pin.digest]
    assert words(table(pinned, "nb"))[0] == "Alle 2 imager er låst med digest."
    assert "yet" not in table(pinned, "en")


def test_only_the_line_of_its_own_is_the_table(tmp_path: Path) -> None:
    (tmp_path / lockfile.NAME).parent.mkdir()
    (tmp_path / lockfile.NAME).write_text(lockfile.dumps(PINS))
    assert "<table " in fill(f"Words\n\n{LINE}\n", tmp_path, "nb")
    assert fill(f"Write `{LINE}` there.", tmp_path, "nb") == f"Write `{LINE}` there."


def test_a_page_shows_it_in_both_languages(sample: Site) -> None:
    (sample.root / lockfile.NAME).write_text(lockfile.dumps(PINS))
    for language in ("nb", "en"):
        page = sample.root / f"docs/{language}/index.md"
        page.write_text(page.read_text(encoding="utf-8") + f"\n{LINE}\n", encoding="utf-8")
    assert sample.build() == []
    assert "Ikke låst ennå: 1." in sample.read("index.html")
    assert "Not pinned yet: 1." in sample.read("en/index.html")
    assert len(re.findall("<td[^>]*><code[^>]*>quay.io/team/", sample.read("index.html"))) == len(PINS)


def test_a_wrong_list_stops_the_build(sample: Site) -> None:
    (sample.root / lockfile.NAME).write_text("quay.io/a/b:1: {}\n")
    page = sample.root / "docs/en/index.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n{LINE}\n", encoding="utf-8")
    with pytest.raises(UserError, match="nothing is said to use it"):
        fill(LINE, sample.root, "en")
    assert any("en/index.md" in line and "quay.io/a/b:1" in line for line in sample.build())


def test_it_stays_a_table_to_a_screen_reader_however_it_is_laid_out() -> None:
    """Some browsers drop the table when its rows are not laid out as such."""
    drawn = table(PINS, "nb")
    roles = Counter(re.findall(r'<(\w+)[^>]* role="(\w+)"', drawn))
    assert roles == {
        ("table", "table"): 1,
        ("thead", "rowgroup"): 1,
        ("tbody", "rowgroup"): 1,
        ("tr", "row"): 1 + len(PINS),
        ("th", "columnheader"): 4,
        ("td", "cell"): 4 * len(PINS),
    }
